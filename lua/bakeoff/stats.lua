--- Statistics of few, expensive repeats: medians, bootstrap intervals, paired ratios, verdicts.
--
-- Sources: quantiles are type 7 of Hyndman and Fan, "Sample quantiles in statistical packages", The
-- American Statistician 50 (1996); the percentile bootstrap is Efron and Tibshirani, "An introduction to
-- the bootstrap" (1993), chapter 13.

local core = require "bakeoff.core"

local stats = { RESAMPLES = 10000, LEVEL = 0.95 }

--- Fewest values for an interval. The widest one that n values can give, smallest to largest, contains
-- the median of what they were drawn from with probability 1 - 2 * (1/2)^n: 93.75 % for five values,
-- 96.9 % for six. Below six there is no 95 % interval to be had, whatever the method.
stats.FEWEST = 6

local function sorted_copy(values)
   local sorted = table.move(values, 1, #values, 1, {})
   table.sort(sorted)
   return sorted
end

local function quantile_of_sorted(sorted, q)
   local position = (#sorted - 1) * q + 1
   local below = math.floor(position)
   local fraction = position - below
   if fraction == 0 then
      return sorted[below]
   end
   return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
end

--- Quantile of type 7, q from 0 to 1; nil for no values.
function stats.quantile(values, q)
   if #values == 0 then
      return nil
   end
   return quantile_of_sorted(sorted_copy(values), q)
end

function stats.median(values) return stats.quantile(values, 0.5) end

function stats.mean(values)
   local sum = 0.0
   for _, value in ipairs(values) do
      sum = sum + value
   end
   return #values > 0 and sum / #values or nil
end

--- Standard deviation of what the values were drawn from (n - 1 in the denominator); nil for less than two.
function stats.deviation(values)
   local mean, sum = stats.mean(values), 0.0
   for _, value in ipairs(values) do
      sum = sum + (value - mean) ^ 2
   end
   return #values > 1 and math.sqrt(sum / (#values - 1)) or nil
end

--- Median absolute deviation from the median, not scaled; nil for no values.
function stats.mad(values)
   local median = stats.median(values)
   local deviations = {}
   for index, value in ipairs(values) do
      deviations[index] = math.abs(value - median)
   end
   return stats.median(deviations)
end

-- The median of a resample is the mean of two ranks of the sample (one rank twice when n is odd), and
-- which ones does not depend on the values: so one table of 10,000 resamples serves every sample of n.
local cache = {}

local function cached_medians(n, seed)
   local key = n .. ":" .. seed
   cache[key] = cache[key] or core.resample_medians(n, seed, stats.RESAMPLES)
   return cache[key]
end

-- Value number k (from 1) of a multiset given as sorted {value, count}.
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

--- 95 % percentile-bootstrap interval of the median: low, high; nil for fewer than stats.FEWEST values.
-- The same seed (default 1) and values give the same interval on every machine.
function stats.interval(values, seed)
   local n = #values
   if n < stats.FEWEST then
      return nil
   end
   local sorted, medians = sorted_copy(values), {}
   for index, ranks in ipairs(cached_medians(n, math.tointeger(seed or 1) or 1)) do
      medians[index] = { value = (sorted[ranks.low] + sorted[ranks.high]) / 2, count = ranks.count }
   end
   table.sort(medians, function(a, b) return a.value < b.value end)
   local tail = (1 - stats.LEVEL) / 2
   local low = multiset_quantile(medians, stats.RESAMPLES, tail)
   return low, multiset_quantile(medians, stats.RESAMPLES, 1 - tail)
end

--- What a list of values comes to: n, median, low, high (nil when too few), mad, min, max; nil for none.
function stats.summary(values, seed)
   if #values == 0 then
      return nil
   end
   local sorted = sorted_copy(values)
   local low, high = stats.interval(values, seed)
   return {
      n = #values, median = quantile_of_sorted(sorted, 0.5), low = low, high = high,
      mad = stats.mad(values), min = sorted[1], max = sorted[#sorted],
   }
end

--- Ratios of two cells paired by block: a and b map block → value; the ratio is a / b.
function stats.ratios(a, b)
   local ratios = {}
   for block, value in pairs(a) do
      if b[block] and b[block] > 0 then
         ratios[#ratios + 1] = value / b[block]
      end
   end
   table.sort(ratios)
   return ratios
end

local function verdict_of(low, high)
   if not low then
      return "too few repeats"
   elseif high < 1 then
      return "faster"
   elseif low > 1 then
      return "slower"
   end
   return "no difference shown"
end

--- How cell a compares with cell b, for values of which less is better (times):
-- { ratio, low, high, pairs, verdict = "faster"|"slower"|"no difference shown"|"too few repeats" };
-- ratio is the median of a / b within blocks, nil when no block has both.
function stats.compare(a, b, seed)
   local ratios = stats.ratios(a, b)
   local low, high = stats.interval(ratios, seed)
   local verdict = verdict_of(low, high)
   return { ratio = stats.median(ratios), low = low, high = high, pairs = #ratios, verdict = verdict }
end

return stats
