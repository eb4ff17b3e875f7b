--- Compares two sets of values that share no blocks: the ratio of their medians with its interval. Within one
-- run, ratios paired by block (stats.compare) are narrower: use them there.
--
-- The interval is made from those of the two medians: on the scale of logarithms, the distance from the ratio
-- to each of its ends is the root of the sum of squares of the medians' distances to theirs (Zou and Donner,
-- "Construction of confidence intervals about effect measures: a general approach", Statistics in Medicine
-- 27, 2008, section 2). Two intervals of 95 % give about 97 % if both are equally wide, and more if they come
-- from few values; they give 95 % if one is far narrower. Therefore the medians' level depends on how alike
-- the widths are, and on the size of the smaller set. Both numbers were chosen by simulation
-- (tests/bench, target coverage).

local median_interval = require "bakeoff.stats.median_interval"
local order = require "bakeoff.stats.order"
local stats = require "bakeoff.stats"

local unpaired = {}

local LESS, LESS_OF_FEW = 0.025, 0.2

-- The median of sorted values with its interval, as logarithms; nil if it may be zero or less.
local function logarithms(sorted, level)
   local low, high = median_interval.interpolated(sorted, level)
   if low and low > 0 then
      return { low = math.log(low), middle = math.log(order.quantile_of_sorted(sorted, 0.5)),
         high = math.log(high) }
   end
end

local function level_for(of_a, of_b, smaller)
   local width_a, width_b = of_a.high - of_a.low, of_b.high - of_b.low
   local wider = math.max(width_a, width_b)
   local less = LESS + LESS_OF_FEW / smaller
   return stats.LEVEL - (wider > 0 and less * math.min(width_a, width_b) / wider or 0)
end

local function root(a, b) return math.sqrt(a * a + b * b) end

--- 95 % interval of median(b) / median(a): low, high; nil if either has fewer than stats.FEWEST values, or if
-- the interval of either median reaches zero.
function unpaired.interval(a, b)
   local sorted_a, sorted_b = order.sorted(a), order.sorted(b)
   local of_a, of_b = logarithms(sorted_a, stats.LEVEL), logarithms(sorted_b, stats.LEVEL)
   if not of_a or not of_b then
      return nil
   end
   local level = level_for(of_a, of_b, math.min(#a, #b))
   of_a, of_b = logarithms(sorted_a, level), logarithms(sorted_b, level)
   local ratio = of_b.middle - of_a.middle
   local down = root(of_b.middle - of_b.low, of_a.high - of_a.middle)
   local up = root(of_b.high - of_b.middle, of_a.middle - of_a.low)
   return math.exp(ratio - down), math.exp(ratio + up)
end

--- { ratio = median(b) / median(a), low, high }: low and high are nil if there is no interval; ratio is nil
-- if a or b is empty or a's median is zero.
function unpaired.ratio(a, b)
   local below, above = stats.median(a), stats.median(b)
   local low, high = unpaired.interval(a, b)
   local ratio = below and above and below > 0 and above / below or nil
   return { ratio = ratio, low = low, high = high }
end

return unpaired
