--- Which cell is fastest, and which needs the least memory, among cells of all worker counts? A title names
-- both after looking, so a cell is called fastest only if it beats each of the others, with p values that are
-- multiplied by the number of cells; and in the verdicts that rows and other titles show, so that none
-- contradicts it.
--
-- Why that number is enough, although any of n cells could have been named: a false statement says that some
-- cell beats one that is in truth the best, B, or that B beats another that is as good. These are n one-sided
-- tests at most, whichever cell is named, and each errs with half of its two-sided level: at 5 % / n, each
-- of the two statements is false in at most 2.5 of 100 experiments. All pairs would need n (n - 1) tests.
--
-- Source: comparisons with the best, Hsu, "Simultaneous confidence intervals for all distances from the
-- 'best'", Annals of Statistics 9 (1981).

local stats = require "bakeoff.stats"

local quadrant = {}

local TIME, SIZE = "total_s", "footprint_peak_bytes"

-- The entry to name: by the median, unless another is better within the blocks that both have.
local function leader_in(results, entries, metric, field)
   local first = entries[1]
   for _, entry in ipairs(entries) do
      first = entry[field] < first[field] and entry or first
   end
   local leader = first
   for _, entry in ipairs(entries) do
      local ratio = entry ~= leader and results:compare(entry.cell, leader.cell, metric).ratio
      leader = ratio and ratio < 1 and entry or leader
   end
   return leader, first
end

-- Is each of the others shown to be slower (to need more) than this one?
local function beats_all(results, entries, leader, metric)
   for _, entry in ipairs(entries) do
      if entry ~= leader then
         local versus = results:compare(entry.cell, leader.cell, metric)
         stats.correct_by(versus, #entries)
         if versus.verdict ~= "slower"
            or results:verdict(entry.cell, leader.cell, metric).verdict ~= "slower" then
            return false
         end
      end
   end
   return true
end

-- Entries of which each two are shown to be the same, the given one first; in their order.
local function alike_of(results, entries, first, metric)
   local alike = { first }
   for _, entry in ipairs(entries) do
      local is_same = entry ~= first
      for _, other in ipairs(is_same and alike or {}) do
         is_same = is_same and results:verdict(entry.cell, other.cell, metric).verdict == "same"
      end
      alike[#alike + 1] = is_same and entry or nil
   end
   return alike
end

local function statement(results, entries, metric, field)
   local leader, least = leader_in(results, entries, metric, field)
   local is_shown = beats_all(results, entries, leader, metric)
   local entry = is_shown and leader or least
   return { entry = entry, shown = is_shown, field = field, margin = results.margin, count = #entries,
      alike = is_shown and { entry } or alike_of(results, entries, entry, metric) }
end

--- entries: { { cell, name, time, size (medians) } }; two or more. → { time, size }, each { entry, shown =
-- does it beat each of the others? else it only has the least median, alike = it and those shown to be the
-- same within the margin, count = of all entries, field = "time" or "size", margin }.
function quadrant.find(results, entries)
   return { time = statement(results, entries, TIME, "time"),
      size = statement(results, entries, SIZE, "size") }
end

return quadrant
