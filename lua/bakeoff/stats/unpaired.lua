--- Compares two sets of values that share no blocks: the ratio of their medians with its interval. Within one
-- run, ratios paired by block (stats.compare) are narrower: use them there.
--
-- The interval is made from those of the two medians: on the scale of logarithms, the distance from the ratio
-- to each of its ends is the root of the sum of squares of the medians' distances to theirs (Zou and Donner,
-- "Construction of confidence intervals about effect measures: a general approach", Statistics in Medicine
-- 27, 2008, section 2). Two intervals of 95 % give about 97 % if both are equally wide, and more if they come
-- from few values; they give 95 % if one is far narrower. Therefore the medians' level depends on how alike
-- the widths are, and on the size of the smaller set. Both numbers were chosen by simulation
-- (tests/bench, target coverage). The interval of a median whose values resemble the ones before them is
-- widened first (dependence.lua).

local dependence = require "bakeoff.stats.dependence"
local median_interval = require "bakeoff.stats.median_interval"
local order = require "bakeoff.stats.order"
local stats = require "bakeoff.stats"

local unpaired = {}

local LESS, LESS_OF_FEW = 0.025, 0.2

-- The median of sorted values with its interval, as logarithms; nil if it may be zero or less. widened: the
-- factor by which dependence widens it.
local function logarithms(sorted, level, widened)
   local low, high = median_interval.interpolated(sorted, level)
   if low and low > 0 then
      local middle = math.log(order.quantile_of_sorted(sorted, 0.5))
      return { low = middle - widened * (middle - math.log(low)), middle = middle,
         high = middle + widened * (math.log(high) - middle) }
   end
end

local function level_for(of_a, of_b, smaller)
   local width_a, width_b = of_a.high - of_a.low, of_b.high - of_b.low
   local wider = math.max(width_a, width_b)
   local less = LESS + LESS_OF_FEW / smaller
   return stats.LEVEL - (wider > 0 and less * math.min(width_a, width_b) / wider or 0)
end

local function root(a, b) return math.sqrt(a * a + b * b) end

--- 95 % interval of median(b) / median(a), whose values are in the order they came: low, high, and by what
-- factors dependence widened the medians' intervals (1: it didn't); nil if either has fewer than stats.FEWEST
-- values, or if the interval of either median reaches zero.
function unpaired.interval(a, b)
   local sorted_a, sorted_b = order.sorted(a), order.sorted(b)
   local wide_a, wide_b = dependence.widening(a), dependence.widening(b)
   local of_a, of_b = logarithms(sorted_a, stats.LEVEL, wide_a), logarithms(sorted_b, stats.LEVEL, wide_b)
   if not of_a or not of_b then
      return nil
   end
   local level = level_for(of_a, of_b, math.min(#a, #b))
   of_a, of_b = logarithms(sorted_a, level, wide_a), logarithms(sorted_b, level, wide_b)
   local ratio = of_b.middle - of_a.middle
   local down = root(of_b.middle - of_b.low, of_a.high - of_a.middle)
   local up = root(of_b.high - of_b.middle, of_a.middle - of_a.low)
   return math.exp(ratio - down), math.exp(ratio + up), wide_a, wide_b
end

local function if_widened(factor) return factor and factor > 1 and factor or nil end

--- { ratio = median(b) / median(a), low, high, widened_a, widened_b }: low and high are nil if there is no
-- interval; ratio is nil if a or b is empty or a's median is zero; widened_a and widened_b are the factors by
-- which dependence widened the medians' intervals, nil if it didn't.
function unpaired.ratio(a, b)
   local below, above = stats.median(a), stats.median(b)
   local low, high, wide_a, wide_b = unpaired.interval(a, b)
   local ratio = below and above and below > 0 and above / below or nil
   return { ratio = ratio, low = low, high = high, widened_a = if_widened(wide_a),
      widened_b = if_widened(wide_b) }
end

return unpaired
