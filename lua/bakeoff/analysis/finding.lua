--- Says what was found, from the verdicts: the titles of the charts and the first line of the report.
-- Ties are said as "no difference shown", and too few repeats as that; a leader is named only when its
-- interval says so.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local verdicts = require "bakeoff.analysis.verdicts"

local finding = {}

local MOST_NAMED, MOST_IN_FRONT = 3, 4 -- of a tie of all, of one at the head of many

local WORDS = {
   total_s = {
      kind = "time",
      one = { wins = "%s ends first", loses = "%s takes %s as long", a_bit = "%s takes %s longer" },
      many = { wins = "%s end first", loses = "%s take %s as long", a_bit = "%s take %s longer" },
   },
   latency_p99_s = {
      kind = "time", lead = "at p99, ",
      one = { wins = "%s has the lowest latency", loses = "%s has %s as much", a_bit = "%s has %s more" },
      many = { wins = "%s have the lowest latency", loses = "%s have %s as much", a_bit = "%s have %s more" },
   },
   footprint_peak_bytes = {
      kind = "size",
      one = { wins = "%s needs the least memory", loses = "%s needs %s as much", a_bit = "%s needs %s more" },
      many = { wins = "%s need the least memory", loses = "%s need %s as much", a_bit = "%s need %s more" },
   },
}

-- A program's name stays as it is typed.
local function capital(text, cells)
   for _, cell in ipairs(cells or {}) do
      if cell.contender == "command" and text:sub(1, #cell.label) == cell.label then
         return text
      end
   end
   return (text:gsub("^%l", string.upper))
end

local function names(entries)
   local list = {}
   for index, entry in ipairs(entries) do
      list[index] = cell_type.name_of(entry.cell)
   end
   return list
end

local function phrase(words, entry, which, ...)
   local subject, many = cell_type.subject(entry.cell)
   return (many and words.many or words.one)[which]:format(subject, ...)
end

-- Cells with a median, least first; and those of which every trial failed.
local function ranked(results, cells, metric)
   local entries, failed = {}, {}
   for _, cell in ipairs(cells) do
      local all = results:summary_of(cell)
      local summary = all[metric]
      if summary then
         entries[#entries + 1] = { cell = cell, median = summary.median }
      elseif all.failed_trials == all.trials then
         failed[#failed + 1] = { cell = cell }
      end
   end
   table.sort(entries, function(a, b) return a.median < b.median end)
   return entries, failed
end

-- Sorts the others by their verdict against the leader.
local function against_leader(entries, compared)
   local groups = { ["no difference shown"] = {}, slower = {}, ["too few repeats"] = {}, faster = {} }
   for index = 2, #entries do
      local entry = entries[index]
      entry.rank, entry.comparison = index, compared[1][index]
      table.insert(groups[entry.comparison.verdict], entry)
   end
   return groups
end

-- "No difference shown" is claimed of a group only when it holds for every pair in it.
local function all_alike(compared, entries)
   for i = 2, #entries do
      for j = i + 1, #entries do
         if compared[entries[i].rank][entries[j].rank].verdict ~= "no difference shown" then
            return false
         end
      end
   end
   return true
end

local function tie_phrase(compared, tied, total)
   if all_alike(compared, tied) then
      if #tied <= (#tied == total and MOST_NAMED or MOST_IN_FRONT) then
         return numbers.list(names(tied)) .. ": no difference shown"
      end
      local who = (#tied == total and "all %d contenders" or "%d of %d contenders"):format(#tied, total)
      return "no difference shown among " .. who
   end
   local others = names(table.move(tied, 2, #tied, 1, {}))
   local who = #others <= MOST_NAMED and numbers.list(others, " or ") or ("%d others"):format(#others)
   return ("%s in front, with no difference shown to %s"):format(cell_type.name_of(tied[1].cell), who)
end

local function loser_phrase(words, entry)
   local ratio = entry.comparison.ratio
   if ratio < 1.095 then
      return phrase(words, entry, "a_bit", ("%.2g %%"):format((ratio - 1) * 100))
   end
   return phrase(words, entry, "loses", (numbers.times(ratio)))
end

local function too_few(words, entries)
   local first, last = entries[1], entries[#entries]
   return ("too few repeats for a verdict: %s (%s) to %s (%s)"):format(
      numbers.format(first.median, words.kind), cell_type.name_of(first.cell),
      numbers.format(last.median, words.kind), cell_type.name_of(last.cell))
end

local function verdict_sentence(results, entries, metric, words)
   local cells = {}
   for index, entry in ipairs(entries) do
      cells[index] = entry.cell
   end
   local compared = verdicts.of_pairs(cells, metric, function(...) return results:compare(...) end)
   local groups = against_leader(entries, compared)
   local tied, few = groups["no difference shown"], groups["too few repeats"]
   if #few == #entries - 1 then
      return too_few(words, entries)
   end
   local parts = {}
   if #tied > 0 then
      parts[1] = tie_phrase(compared, table.move(tied, 1, #tied, 2, { entries[1] }), #entries)
   elseif #groups.slower > 0 then
      parts[1] = phrase(words, entries[1], "wins")
   end
   if #groups.slower > 0 then
      parts[#parts + 1] = loser_phrase(words, groups.slower[#groups.slower])
   end
   if #few > 0 then
      parts[#parts + 1] = "too few repeats of " .. numbers.list(names(few))
   end
   return table.concat(parts, "; ")
end

--- One sentence about a list of cells in a metric where less is better (total_s, footprint_peak_bytes).
function finding.compare(results, cells, metric)
   local words = WORDS[metric]
   local entries, failed = ranked(results, cells, metric)
   local text
   if #entries == 0 then
      return "No trial succeeded"
   elseif #entries == 1 then
      text = ("%s: %s"):format(cell_type.name_of(entries[1].cell),
         numbers.format(entries[1].median, words.kind))
   else
      text = verdict_sentence(results, entries, metric, words)
   end
   text = (words.lead or "") .. text
   if #failed > 0 then
      text = text .. "; " .. numbers.list(names(failed)) .. " failed"
   end
   return capital(text, cells)
end

local function gain_parts(gains)
   local lists = { faster = {}, ["no difference shown"] = {}, slower = {}, ["too few repeats"] = {} }
   for _, gain in ipairs(gains) do
      table.insert(lists[gain.verdict], gain)
   end
   table.sort(lists.faster, function(a, b) return a.ratio < b.ratio end)
   return lists.faster, lists["no difference shown"], lists.slower, lists["too few repeats"]
end

local function gain_text(faster)
   local best, least = faster[1], faster[#faster]
   local best_text = (numbers.times(1 / best.ratio))
   local least_text = (numbers.times(1 / least.ratio))
   if #faster == 1 or best_text == least_text then
      return ("%s %s as fast"):format(numbers.list(names(faster)), best_text)
   end
   local best_name, least_name = cell_type.name_of(best.cell), cell_type.name_of(least.cell)
   return ("%s %s as fast, %s %s"):format(best_name, best_text, least_name, least_text)
end

--- One sentence about what more workers bring. gains: { {cell=, ratio=, verdict=}, … }, each comparing
-- a contender's largest worker count with its smallest; least and most are these counts. lead: words before
-- them, default "from".
function finding.scaling(gains, least, most, lead)
   if #gains == 0 then
      return "Only one worker count was run"
   end
   local faster, none, slower, few = gain_parts(gains)
   local range = ("%s %d to %s"):format(lead or "from", least, numbers.plural(most, "worker"))
   if #few == #gains then
      return ("Too few repeats for a verdict on %d to %s"):format(least, numbers.plural(most, "worker"))
   end
   local parts = {}
   if #faster > 0 then
      parts[1] = gain_text(faster)
   end
   if #none > 0 then
      parts[#parts + 1] = "no gain shown for " .. numbers.list(names(none))
   end
   if #slower > 0 then
      parts[#parts + 1] = numbers.list(names(slower)) .. " slower"
   end
   return capital(range) .. ": " .. table.concat(parts, "; ")
end

return finding
