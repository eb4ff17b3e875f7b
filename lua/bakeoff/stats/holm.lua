--- Many tests at once: adjusts p values so that the probability of any false finding stays below the level.
--
-- Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
-- 6 (1979). It holds for any dependence between the tests, such as that of comparisons with one reference.
-- Bonferroni's method finds less; methods that find more (Hochberg; Benjamini and Hochberg) assume more or
-- promise less.

local holm = {}

--- Adjusted p values, in the given order.
function holm.adjust(values)
   local places, adjusted = {}, {}
   for index = 1, #values do
      places[index] = index
   end
   table.sort(places, function(a, b)
      return values[a] < values[b] or (values[a] == values[b] and a < b)
   end)
   local largest = 0.0
   for rank, place in ipairs(places) do
      largest = math.max(largest, math.min((#values - rank + 1) * values[place], 1.0))
      adjusted[place] = largest
   end
   return adjusted
end

return holm
