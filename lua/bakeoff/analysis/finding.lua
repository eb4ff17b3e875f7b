--- What is found among cells in one metric, from the verdicts on all pairs: which cell leads, which are tied
-- with the leader, which are behind. The words: wording/ranking.lua.

local ranking_words = require "bakeoff.analysis.wording.ranking"
local verdict = require "bakeoff.model.verdict"
local verdicts = require "bakeoff.analysis.verdicts"

local finding = {}

-- Cells with a median, least first; and the cells whose trials all failed.
local function by_median(results, cells, metric)
   local entries, failed = {}, {}
   for index, cell in ipairs(cells) do
      local all = results:summary_of(cell)
      local summary = all[metric]
      if summary then
         entries[#entries + 1] = { cell = cell, median = summary.median, order = index }
      elseif all.failed_trials == all.trials then
         failed[#failed + 1] = { cell = cell }
      end
   end
   table.sort(entries, function(a, b)
      return a.median < b.median or (a.median == b.median and a.order < b.order)
   end)
   return entries, failed
end

local function cells_of(entries)
   local cells = {}
   for index, entry in ipairs(entries) do
      cells[index] = entry.cell
   end
   return cells
end

local OPPOSITE = { faster = "slower", slower = "faster" }

-- The same comparison from the other side.
local function reversed(comparison)
   local function inverse(value) return value and value > 0 and 1 / value or nil end
   return { ratio = inverse(comparison.ratio), low = inverse(comparison.high), high = inverse(comparison.low),
      verdict = OPPOSITE[comparison.verdict] or comparison.verdict }
end

-- How entry i compares with entry j.
local function versus(compared, i, j)
   return i > j and compared[j][i] or reversed(compared[i][j])
end

-- The first entry, in the order of medians, that none is shown to beat. Ratios are paired by block and
-- medians are not, so this need not be the one with the least median. nil if each is beaten by another.
local function leader_of(entries, compared)
   for i = 1, #entries do
      local is_beaten = false
      for j = 1, #entries do
         is_beaten = is_beaten or (i ~= j and versus(compared, j, i).verdict == "faster")
      end
      if not is_beaten then
         return i
      end
   end
end

-- Is no difference shown for any pair of these?
local function all_alike(compared, entries)
   for i = 1, #entries do
      for j = i + 1, #entries do
         if versus(compared, entries[j].rank, entries[i].rank).verdict ~= "no_difference" then
            return false
         end
      end
   end
   return true
end

--- Ranks cells in a metric where less is better:
--    entries    { { cell, median } … }, least median first
--    failed     { { cell } … }: every trial failed
--    leader     of two or more entries: one of them, or nil if each is beaten by another
--    tied, slower, undecided, too_few
--               the others by their verdict against the leader, in the order of medians, each with its
--               comparison
--    all_alike  is no difference shown for any pair of the leader and those tied with it?
function finding.ranking(results, cells, metric)
   local entries, failed = by_median(results, cells, metric)
   local found = { entries = entries, failed = failed, tied = {}, slower = {}, undecided = {}, too_few = {} }
   if #entries < 2 then
      return found
   end
   local compared = verdicts.of_pairs(cells_of(entries), metric,
      function(...) return results:compare(...) end)
   local first = leader_of(entries, compared)
   if not first then
      return found
   end
   local others = {}
   for index, entry in ipairs(entries) do
      entry.rank = index
      entry.comparison = index ~= first and versus(compared, index, first) or nil
      others[#others + 1] = entry.comparison and entry or nil
   end
   local groups = verdict.groups(others, function(entry) return entry.comparison.verdict end)
   found.leader, found.tied, found.slower = entries[first], groups.no_difference, groups.slower
   found.undecided, found.too_few = groups.undecided, groups.too_few_repeats
   found.all_alike = all_alike(compared, table.move(found.tied, 1, #found.tied, 2, { found.leader }))
   return found
end

--- One sentence about cells in a metric where less is better (total_s, latency_p99_s, footprint_peak_bytes).
function finding.compare(results, cells, metric)
   return ranking_words.sentence(finding.ranking(results, cells, metric), metric, cells)
end

return finding
