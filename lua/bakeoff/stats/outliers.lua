--- Finds values that lie far out. They are named and never dropped: the reader judges them.
--
-- Sources: Tukey, "Exploratory data analysis" (1977), chapter 2: inner and outer fences, 1.5 and 3 times the
-- interquartile range beyond the quartiles (quartiles of type 7 here); Iglewicz and Hoaglin, "How to detect
-- and handle outliers" (1993): the modified z score, 0.6745 (x - median) / MAD, and its limit 3.5.

local order = require "bakeoff.stats.order"

local outliers = { INNER = 1.5, OUTER = 3, MODIFIED_Z = 3.5, FEWEST = 6 }

--- Tukey's fences: low, high; reach: outliers.INNER or outliers.OUTER.
function outliers.fences(values, reach)
   local sorted = order.sorted(values)
   local first, third = order.quantile_of_sorted(sorted, 0.25), order.quantile_of_sorted(sorted, 0.75)
   local beyond = reach * (third - first)
   return first - beyond, third + beyond
end

local function places_where(values, is_far)
   local places = {}
   for place, value in ipairs(values) do
      if is_far(value) then
         places[#places + 1] = place
      end
   end
   return places
end

--- Indices of the values beyond Tukey's fences; empty for fewer than outliers.FEWEST values.
function outliers.tukey(values, reach)
   if #values < outliers.FEWEST then
      return {}
   end
   local low, high = outliers.fences(values, reach or outliers.INNER)
   return places_where(values, function(value) return value < low or value > high end)
end

--- 0.6745 (value - median) / MAD; infinite for a value other than the median if the MAD is zero.
function outliers.modified_z(value, median, mad)
   return value == median and 0.0 or 0.6745 * (value - median) / mad
end

--- Indices of the values whose modified z score exceeds the limit; empty for fewer than outliers.FEWEST.
function outliers.mad(values)
   if #values < outliers.FEWEST then
      return {}
   end
   local median, mad = order.median(values), order.mad(values)
   return places_where(values, function(value)
      return math.abs(outliers.modified_z(value, median, mad)) > outliers.MODIFIED_Z
   end)
end

return outliers
