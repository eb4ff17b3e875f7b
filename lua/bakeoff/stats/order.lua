--- Quantiles and figures based on them. Inputs are not changed.
--
-- Source: type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The American
-- Statistician 50 (1996).

local order = {}

function order.sorted(values)
   local sorted = table.move(values, 1, #values, 1, {})
   table.sort(sorted)
   return sorted
end

--- Quantile of type 7 of sorted values, q from 0 to 1; nil for no values.
function order.quantile_of_sorted(sorted, q)
   if #sorted == 0 then
      return nil
   end
   local position = (#sorted - 1) * q + 1
   local below = math.floor(position)
   local fraction = position - below
   if fraction == 0 then
      return sorted[below]
   end
   return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
end

function order.quantile(values, q) return order.quantile_of_sorted(order.sorted(values), q) end

function order.median(values) return order.quantile(values, 0.5) end

--- Median absolute deviation from the median, not scaled; nil for no values.
function order.mad(values)
   local median = order.median(values)
   local deviations = {}
   for index, value in ipairs(values) do
      deviations[index] = math.abs(value - median)
   end
   return order.median(deviations)
end

return order
