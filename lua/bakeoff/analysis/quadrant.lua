--- Which cells are fastest, which need the least memory, and which are tied with them.

local verdict = require "bakeoff.model.verdict"
local stats = require "bakeoff.stats"

local quadrant = {}

local function least(entries, field)
   local first = entries[1]
   for _, entry in ipairs(entries) do
      first = entry[field] < first[field] and entry or first
   end
   return first
end

-- All others by their verdict against `first`; the verdicts are corrected jointly.
local function against(results, entries, first, metric)
   local of, list, others = {}, {}, {}
   for _, entry in ipairs(entries) do
      if entry ~= first then
         of[entry] = results:compare(entry.cell, first.cell, metric)
         others[#others + 1], list[#list + 1] = entry, of[entry]
      end
   end
   stats.correct_jointly(list)
   return verdict.groups(others, function(entry) return of[entry].verdict end), #others
end

-- { leader, tied = list of those not shown to differ from it, is_tied = entry → true, tested = was there any
-- verdict? } The leader has the least median, unless the ratios, which are paired by block, show that another
-- is faster.
local function leader_in(results, entries, metric, field)
   local first = least(entries, field)
   local groups, others = against(results, entries, first, metric)
   for _ = 2, #entries do
      if #groups.faster == 0 then
         break
      end
      first = least(groups.faster, field)
      groups = against(results, entries, first, metric)
   end
   -- Where brackets overlap, nobody leads either.
   local tied = table.move(groups.undecided, 1, #groups.undecided, #groups.no_difference + 1,
      groups.no_difference)
   local found = { leader = first, tied = tied, is_tied = {},
      tested = #groups.too_few_repeats < others }
   for _, entry in ipairs(found.tied) do
      found.is_tied[entry] = true
   end
   return found
end

-- The leader of one, or an entry tied with it; of the others who is tied with `one`.
local function ties_of(found, one)
   local list = {}
   for _, entry in ipairs(found.tied) do
      list[#list + 1] = entry ~= one and entry or nil
   end
   if found.leader ~= one then
      table.insert(list, 1, found.leader)
   end
   return list
end

--- entries: { { cell, name, time, size (medians) } }; two or more. → { time, size = { leader, tied = list },
-- tested = are there verdicts on time?, both = an entry that no other is shown to beat in time or memory, or
-- nil; with it both_tied = { time, size = lists of the entries tied with it } }
function quadrant.find(results, entries)
   local time = leader_in(results, entries, "total_s", "time")
   local size = leader_in(results, entries, "footprint_peak_bytes", "size")
   local fast, small = time.leader, size.leader
   local both = (fast == small or size.is_tied[fast]) and fast or time.is_tied[small] and small or nil
   return { time = time, size = size, tested = time.tested, both = both,
      both_tied = both and { time = ties_of(time, both), size = ties_of(size, both) } }
end

return quadrant
