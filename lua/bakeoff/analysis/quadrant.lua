--- Which cell is fastest, and which needs the least memory, among cells of all worker counts. A title names
-- both after looking, so a cell is called fastest only if it beats each of the others in a family of all
-- pairs in both metrics; and in the verdicts that rows and other titles show, so that none contradicts it.

local verdict = require "bakeoff.model.verdict"
local verdicts = require "bakeoff.analysis.verdicts"

local quadrant = {}

local TIME, SIZE = "total_s", "footprint_peak_bytes"

local function least(entries, field)
   local first = entries[1]
   for _, entry in ipairs(entries) do
      first = entry[field] < first[field] and entry or first
   end
   return first
end

-- metric → i → j → how entry j compares with entry i, i < j.
local function all_pairs(results, entries)
   local of, list = { [TIME] = {}, [SIZE] = {} }, {}
   for metric, pairs_of in pairs(of) do
      for i = 1, #entries do
         pairs_of[i] = {}
         for j = i + 1, #entries do
            pairs_of[i][j] = results:compare(entries[j].cell, entries[i].cell, metric)
            list[#list + 1] = pairs_of[i][j]
         end
      end
   end
   verdicts.correct(list)
   return of
end

-- Is each of the others shown to be slower (to need more) than this one?
local function beats_all(results, entries, pairs_of, one, metric)
   for index, entry in ipairs(entries) do
      local versus = index < one and verdict.reversed(pairs_of[index][one]) or pairs_of[one][index]
      if index ~= one and (versus.verdict ~= "slower"
         or results:verdict(entry.cell, entries[one].cell, metric).verdict ~= "slower") then
         return false
      end
   end
   return true
end

local function leader_in(results, entries, pairs_of, metric, field)
   for index, entry in ipairs(entries) do
      if beats_all(results, entries, pairs_of[metric], index, metric) then
         return { entry = entry, shown = true }
      end
   end
   return { entry = least(entries, field), shown = false }
end

--- entries: { { cell, name, time, size (medians) } }; two or more. → { time, size }, each { entry, shown =
-- does it beat each of the others? else it only has the least median }.
function quadrant.find(results, entries)
   local pairs_of = all_pairs(results, entries)
   return { time = leader_in(results, entries, pairs_of, TIME, "time"),
      size = leader_in(results, entries, pairs_of, SIZE, "size") }
end

return quadrant
