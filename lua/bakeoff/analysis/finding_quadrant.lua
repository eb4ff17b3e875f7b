--- The sentence about time and memory together: who is fastest, who needs the least, and what that costs in
-- the other. A tie is told as one.

local numbers = require "bakeoff.base.numbers"
local stats = require "bakeoff.stats"

local finding_quadrant = {}

local TIME, SIZE = "total_s", "footprint_peak_bytes"

-- The entry with the least median, how many others are not shown to differ, and whether anything was tested.
-- entries: { { cell, name, time, size (medians) } }
local function leader(results, entries, metric, field)
   local first = entries[1]
   for _, entry in ipairs(entries) do
      first = entry[field] < first[field] and entry or first
   end
   local compared, tied, tested = {}, {}, false
   for _, entry in ipairs(entries) do
      if entry ~= first then
         local comparison = results:compare(entry.cell, first.cell, metric)
         comparison.entry = entry
         compared[#compared + 1] = comparison
      end
   end
   stats.hold_together(compared)
   for _, comparison in ipairs(compared) do
      tested = tested or comparison.verdict ~= "too few repeats"
      tied[comparison.entry] = comparison.verdict == "no difference shown" or nil
   end
   return first, tied, tested
end

local function count(set)
   local n = 0
   for _ in pairs(set) do
      n = n + 1
   end
   return n
end

local function figures(entry)
   return ("%s, %s"):format(numbers.format(entry.time, "time"), numbers.format(entry.size, "size"))
end

local function phrase(lead, entry, tied)
   local n = count(tied)
   local tie = n > 0 and (", no difference shown to %d other%s"):format(n, n == 1 and "" or "s") or ""
   return ("%s: %s (%s)%s"):format(lead, entry.name, figures(entry), tie)
end

--- entries: { { cell, name, time, size } }; two or more.
function finding_quadrant.sentence(results, entries)
   local fast, as_fast, tested = leader(results, entries, TIME, "time")
   local small, as_small = leader(results, entries, SIZE, "size")
   if not tested then
      return "Too few repeats for a verdict on time and memory"
   end
   local both = (fast == small or as_small[fast]) and fast or as_fast[small] and small
   if both then
      return ("Nobody is shown to be faster or smaller than %s (%s)"):format(both.name, figures(both))
   end
   return phrase("Fastest", fast, as_fast) .. "; " .. phrase("least memory", small, as_small)
end

return finding_quadrant
