--- What is found among cells in one metric, from the verdicts on all pairs: which cell leads, which are tied
-- with the leader, which are behind. The words: wording/ranking.lua.

local errors = require "bakeoff.model.errors"
local failed_jobs = require "bakeoff.model.failures"
local model_reference = require "bakeoff.model.reference"
local ranking_words = require "bakeoff.analysis.wording.ranking"
local verdict = require "bakeoff.model.verdict"

local finding = {}

local SIZE = "footprint_peak_bytes"

-- Cells with a median, least first; and the cells whose trials all failed.
local function by_median(results, cells, metric)
   local entries, failed = {}, {}
   for index, cell in ipairs(cells) do
      local all = results:summary_of(cell)
      local summary = all[metric]
      if summary then
         entries[#entries + 1] = { cell = cell, median = summary.median, order = index,
            errors = errors.apart(results.cells, cell) }
      elseif all.failed_trials == all.trials then
         failed[#failed + 1] = { cell = cell }
      end
   end
   table.sort(entries, function(a, b)
      return a.median < b.median or (a.median == b.median and a.order < b.order)
   end)
   return entries, failed
end

-- The most cells that can be ranked together in the metric; of equally many the first.
local function rankable(cells, metric)
   local groups, best = {}, {}
   for _, cell in ipairs(cells) do
      local key = model_reference.group(cell, metric)
      if key then
         groups[key] = groups[key] or {}
         table.insert(groups[key], cell)
      end
   end
   for _, cell in ipairs(cells) do
      local group = groups[model_reference.group(cell, metric) or ""] or {}
      best = #group > #best and group or best
   end
   return best
end

-- Why a contender is not among the ranked: a code for wording/ranking.lua.
local function reason_of(results, cell, first, metric)
   if first and not model_reference.is_comparable(cell, first, metric) then
      return not cell.rate and "closed" or first.rate and "rate" or "open"
   end
   return results:summary_of(cell)[metric] and "workers" or "no_figure"
end

-- The contenders of the run that take no part: { { name, reason } … }, each label once.
local function left_out(results, ranked, found, metric)
   local seen, list = {}, {}
   for _, part in ipairs { found.entries, found.failed } do
      for _, entry in ipairs(part) do
         seen[entry.cell.label] = true
      end
   end
   for _, cell in ipairs(results.cells) do
      if not seen[cell.label] then
         seen[cell.label] = true
         list[#list + 1] = { name = cell.name, reason = reason_of(results, cell, ranked[1], metric) }
      end
   end
   return list
end

-- Of very many entries, only so many are compared with all others: the time shall not grow with the square of
-- their number.
local MOST_IN_PAIRS, LEAST_IN_PAIRS, MOST_PAIRS = 40, 8, 4000

local function most_in_pairs(count)
   return math.max(LEAST_IN_PAIRS, math.min(MOST_IN_PAIRS, MOST_PAIRS // count))
end

-- How many an entry is shown to beat; nil if one is shown to beat it. compared(a, b): how a compares with b.
local function wins_of(entry, entries, compared)
   local wins = 0
   for _, other in ipairs(entries) do
      local code = other ~= entry and compared(other, entry).verdict
      if code == "faster" then
         return nil
      end
      wins = wins + (code == "slower" and 1 or 0)
   end
   return wins
end

-- Of the entries that none is shown to beat, the one that beats most; of several, the first in the order of
-- medians. Ratios are paired by block and medians are not, and comparisons with the reference find smaller
-- differences, so this need not be the one with the least median: leading with that one would call others
-- tied whose rows say that they are slower. nil if each is beaten by another.
local function leader_of(entries, compared)
   local leader, most
   for index, entry in ipairs(entries) do
      local may_lead = not leader
         or index <= most_in_pairs(#entries) and compared(leader, entry).verdict ~= "faster"
      local wins = may_lead and wins_of(entry, entries, compared)
      if wins and (not most or wins > most) then
         leader, most = entry, wins
      end
   end
   return leader
end

-- Takes those out of the tied that another of the tied is shown to beat, unless all of them are. → the rest,
-- those taken out
local function without_beaten(tied, compared)
   local rest, between = {}, {}
   for _, entry in ipairs(tied) do
      local is_beaten = false
      for index = 1, math.min(#tied, most_in_pairs(#tied)) do
         local other = tied[index]
         is_beaten = is_beaten or (other ~= entry and compared(entry, other).verdict == "slower")
      end
      table.insert(is_beaten and between or rest, entry)
   end
   if #rest == 0 then
      return tied, {}
   end
   return rest, between
end

-- Takes those out of the tied whose median is above that of an entry that is shown to be slower than the
-- leader. For lack of a difference that is shown, a title would put a slower one in front of a faster one. →
-- the rest, those taken out
local function without_slower(tied, slower)
   local rest, between, least = {}, {}, math.huge
   for _, entry in ipairs(slower) do
      least = math.min(least, entry.median)
   end
   for _, entry in ipairs(tied) do
      table.insert(entry.median > least and between or rest, entry)
   end
   return rest, between
end

-- Are the verdicts on all pairs of these among the codes (a set)? Of very many entries, only the first and
-- the last are compared with all others: if any two differ, these do.
local function all_are(compared, entries, codes)
   for i = 1, #entries - 1 do
      local from = (i == 1 or #entries <= MOST_IN_PAIRS) and i + 1 or #entries
      for j = from, #entries do
         if not codes[compared(entries[j], entries[i]).verdict] then
            return false
         end
      end
   end
   return true
end

local SAME, NO_DIFFERENCE = { same = true }, { same = true, no_difference = true }

-- The others by their verdict against the leader.
local function add_groups(found, others, leader, compared)
   local function code_of(entry)
      local code = entry.comparison.verdict
      return code == "same" and "no_difference" or code
   end
   local groups = verdict.groups(others, code_of)
   found.leader, found.slower = leader, groups.slower
   local tied, above = without_slower(groups.no_difference, groups.slower)
   found.tied, found.between = without_beaten(tied, compared)
   table.move(above, 1, #above, #found.between + 1, found.between)
   found.undecided, found.too_few = groups.undecided, groups.too_few_repeats
   found.no_ratio = groups.no_ratio
end

local function rank(results, cells, metric)
   local ranked = rankable(cells, metric)
   local entries, failed = by_median(results, ranked, metric)
   local found = { entries = entries, failed = failed, tied = {}, slower = {}, between = {}, undecided = {},
      too_few = {}, no_ratio = {} }
   found.left_out = left_out(results, ranked, found, metric)
   if #entries < 2 then
      return found
   end
   local function compared(one, other) return results:verdict(one.cell, other.cell, metric) end
   local leader = leader_of(entries, compared)
   if not leader then
      return found
   end
   local others = {}
   for _, entry in ipairs(entries) do
      entry.comparison = entry ~= leader and compared(entry, leader) or nil
      others[#others + 1] = entry.comparison and entry or nil
   end
   add_groups(found, others, leader, compared)
   local front = table.move(found.tied, 1, #found.tied, 2, { found.leader })
   found.all_alike, found.all_same = all_are(compared, front, NO_DIFFERENCE), all_are(compared, front, SAME)
   found.margin = results.margin
   return found
end

-- What tells a list of cells from others; nil if one isn't among the results' own.
local function key_of(results, cells, metric)
   local numbers, key = results.cell_numbers, { metric }
   if not numbers then
      numbers = {}
      for number, cell in ipairs(results.cells) do
         numbers[cell] = number
      end
      results.cell_numbers = numbers
   end
   for index, cell in ipairs(cells) do
      if not numbers[cell] then
         return nil
      end
      key[index + 1] = numbers[cell]
   end
   return table.concat(key, " ")
end

--- Ranks cells in a metric where less is better:
--    entries    { { cell, median, errors } … }, least median first
--    failed     { { cell } … }: every trial failed
--    leader     of two or more entries: one of them, or nil if each is beaten by another
--    tied, slower, undecided, too_few, no_ratio
--               the others by their verdict against the leader, in the order of medians, each with its
--               comparison
--    between    entries that aren't shown to be slower than the leader, but are shown to be slower than
--               another that is tied with it, or have a larger median than one that is behind: a title that
--               called them tied would contradict their rows, so it says that their place isn't shown
--    all_alike  is no difference shown for any pair of the leader and those tied with it?
--    all_same   is it shown for all these pairs that they are the same within the margin?
--    margin     that margin
--    left_out   { { name, reason } … }: contenders of the run that can't be ranked with these; reason:
--               "open", "closed", "rate" (loops of another kind), "workers" (ran with other worker counts),
--               "no_figure"
-- An entry whose errors differ from those of others has them as `errors` (model/errors.lua).
-- The title, the tiles and the table of a report ask for the same ones, which are computed once: entries are
-- shared.
function finding.ranking(results, cells, metric)
   local key, copy = key_of(results, cells, metric), {}
   if not key then
      return rank(results, cells, metric)
   end
   results.rankings = results.rankings or {}
   results.rankings[key] = results.rankings[key] or rank(results, cells, metric)
   for name, value in pairs(results.rankings[key]) do
      copy[name] = value
   end
   return copy
end

--- The same with entries of its own, for who changes them.
finding.own_ranking = rank

-- Watched process trees don't compete: of several, the sentence is about all together.
local function in_place_of(results, cells)
   local together = (results.manifest or {}).together
   for _, cell in ipairs(together and cells or {}) do
      if cell.label == together then
         return { cell }
      end
   end
   return cells
end

-- The ranking, with the run's failed jobs: times of jobs that failed are not those of the work.
local function ranked(results, cells, metric)
   local found = finding.ranking(results, cells, metric)
   found.failed_jobs, found.all_jobs = 0, 0
   if metric ~= SIZE then
      found.failed_jobs, found.all_jobs = failed_jobs.counts(results.cells)
   end
   return found
end

--- One sentence about cells in a metric where less is better (total_s, latency_p99_s, footprint_peak_bytes).
function finding.compare(results, cells, metric)
   cells = in_place_of(results, cells)
   return ranking_words.sentence(ranked(results, cells, metric), metric, cells)
end

--- The same for a picture, where those that cannot be seen aren't mentioned: its subtitle says so. reason:
-- why they can't (as in left_out).
function finding.compare_shown(results, cells, metric, reason)
   local found, kept = ranked(results, cells, metric), {}
   for _, one in ipairs(found.left_out) do
      kept[#kept + 1] = one.reason ~= reason and one or nil
   end
   found.left_out = kept
   return ranking_words.sentence(found, metric, cells)
end

return finding
