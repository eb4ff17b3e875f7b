--- Many tests at once: adjusts p values so that the probability of any false finding stays below the level.
--
-- Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
-- 6 (1979). It holds for any dependence between the tests, such as that of comparisons with one reference.
-- Bonferroni's method finds less; methods that find more (Hochberg; Benjamini and Hochberg) assume more or
-- promise less. With weights, it is the weighted form from the same paper: a test with twice the weight gets
-- twice the share of the level.

local holm = {}

local function ones(count)
   local list = {}
   for index = 1, count do
      list[index] = 1
   end
   return list
end

--- Adjusted p values, in the given order. weights: positive, in the same order; nil: all are alike. others:
-- the weight of tests that belong to the family but are not among these values (default: 0); the result is
-- valid whatever they show.
function holm.adjust(values, weights, others)
   weights = weights or ones(#values)
   local places, scaled, adjusted, left = {}, {}, {}, others or 0
   for index, value in ipairs(values) do
      places[index], scaled[index], left = index, value / weights[index], left + weights[index]
   end
   table.sort(places, function(a, b)
      return scaled[a] < scaled[b] or (scaled[a] == scaled[b] and a < b)
   end)
   local largest = 0.0
   for _, place in ipairs(places) do
      largest = math.max(largest, math.min(left / weights[place] * values[place], 1.0))
      adjusted[place], left = largest, left - weights[place]
   end
   return adjusted
end

--- Adjusts the p values that entries have in a field, leaves out entries without one, and calls
-- apply(entry, adjusted p). weights: of all entries; nil: all are alike. others: as in holm.adjust. Returns
-- how many have one.
function holm.correct(entries, field, apply, weights, others)
   local tested, values, chosen = {}, {}, {}
   for index, entry in ipairs(entries) do
      if entry[field] then
         tested[#tested + 1], values[#values + 1] = entry, entry[field]
         chosen[#chosen + 1] = weights and weights[index] or 1
      end
   end
   for index, p in ipairs(holm.adjust(values, chosen, others)) do
      apply(tested[index], p)
   end
   return #tested
end

return holm
