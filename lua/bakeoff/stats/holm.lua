--- Many tests at once: p values such that the chance of even one false finding stays what was promised.
--
-- Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
-- 6 (1979). It holds however the tests depend on each other, as those against one reference do; Bonferroni
-- finds less, and what finds more (Hochberg; Benjamini and Hochberg) assumes more or promises less.

local holm = {}

--- Adjusted p values, in the order of those given.
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
