--- Bootstrap intervals of a median.
--
-- Sources: Efron and Tibshirani, "An introduction to the bootstrap" (1993): percentile interval, chapter 13;
-- bias-corrected and accelerated (BCa) interval, chapter 14, formulas 14.9, 14.10, 14.14 and 14.15. Resamples
-- equal to the estimate count as half below it: the median's resamples often are, and counting only those
-- strictly below, as Efron does, would show a bias.

local core = require "bakeoff.core"
local distributions = require "bakeoff.stats.distributions"

local bootstrap = { RESAMPLES = 10000 }

-- The median of a resample is the mean of two ranks of the sample (the same rank twice when n is odd). Which
-- ranks does not depend on the values, so one table of 10,000 resamples serves every sample of size n.
local cache = {}

local function cached_medians(n, seed)
   local key = n .. ":" .. seed
   cache[key] = cache[key] or core.resample_medians(n, seed, bootstrap.RESAMPLES)
   return cache[key]
end

-- The k-th value (from 1) of a multiset given as sorted {value, count}.
local function kth(multiset, k)
   local seen = 0
   for _, entry in ipairs(multiset) do
      seen = seen + entry.count
      if seen >= k then
         return entry.value
      end
   end
   return multiset[#multiset].value
end

local function multiset_quantile(multiset, total, q)
   local position = (total - 1) * q + 1
   local below = math.floor(position)
   local low = kth(multiset, below)
   return low + (position - below) * (kth(multiset, math.min(below + 1, total)) - low)
end

local function middle(sorted, n) return (sorted[(n + 1) // 2] + sorted[n // 2 + 1]) / 2 end

--- Medians of the sorted values without the first, without the second, … (the jackknife).
local function left_out_medians(sorted)
   local n, medians = #sorted, {}
   local low, high = n // 2, (n + 1) // 2 -- ranks of the middle of n - 1 values
   for out = 1, n do
      medians[out] = (sorted[out <= low and low + 1 or low] + sorted[out <= high and high + 1 or high]) / 2
   end
   return medians
end

--- Acceleration from the estimates with one value left out each (14.15); nil if they are all equal.
function bootstrap.acceleration(left_out)
   local mean, squares, cubes = 0.0, 0.0, 0.0
   for _, value in ipairs(left_out) do
      mean = mean + value / #left_out
   end
   for _, value in ipairs(left_out) do
      squares, cubes = squares + (mean - value) ^ 2, cubes + (mean - value) ^ 3
   end
   return squares > 0 and cubes / (6 * squares ^ 1.5) or nil
end

--- Which quantiles of the resamples bound the BCa interval: two numbers between 0 and 1; nil if it is not
-- defined. below: share of resamples below the estimate; tail: 0.025 for a 95 % interval.
function bootstrap.bca_levels(below, acceleration, tail)
   if not acceleration or below <= 0 or below >= 1 then
      return nil
   end
   local bias = distributions.normal_quantile(below)
   local levels = {}
   for side, share in ipairs { tail, 1 - tail } do
      local shifted = bias + distributions.normal_quantile(share)
      local scale = 1 - acceleration * shifted
      if scale <= 0 then
         return nil
      end
      levels[side] = distributions.normal(bias + shifted / scale)
   end
   return levels[1], levels[2]
end

local function resampled(sorted, seed)
   local medians = {}
   for index, ranks in ipairs(cached_medians(#sorted, seed)) do
      medians[index] = { value = (sorted[ranks.low] + sorted[ranks.high]) / 2, count = ranks.count }
   end
   table.sort(medians, function(a, b) return a.value < b.value end)
   return medians
end

local function share_below(medians, estimate)
   local below = 0.0
   for _, entry in ipairs(medians) do
      local weight = entry.value < estimate and 1 or entry.value == estimate and 0.5 or 0
      below = below + weight * entry.count
   end
   return below / bootstrap.RESAMPLES
end

--- Interval of the median of sorted values: low, high, and "bca", or "percentile" if BCa is not defined
-- (equal values, or no resample on one side). tail: 0.025 for 95 %. The same seed gives the same interval on
-- every machine.
function bootstrap.interval_of_sorted(sorted, tail, seed)
   local medians, total = resampled(sorted, seed), bootstrap.RESAMPLES
   local low, high = bootstrap.bca_levels(share_below(medians, middle(sorted, #sorted)),
      bootstrap.acceleration(left_out_medians(sorted)), tail)
   local method = low and "bca" or "percentile"
   return multiset_quantile(medians, total, low or tail), multiset_quantile(medians, total, high or 1 - tail),
      method
end

return bootstrap
