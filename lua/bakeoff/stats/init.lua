--- Statistics of few, expensive repeats: medians, bootstrap intervals, paired ratios, verdicts. What each
-- method is and where it comes from: stats/README.md, and the files beside it.

local bootstrap = require "bakeoff.stats.bootstrap"
local holm = require "bakeoff.stats.holm"
local order = require "bakeoff.stats.order"
local trimmed = require "bakeoff.stats.trimmed"

local stats = { RESAMPLES = bootstrap.RESAMPLES, LEVEL = 0.95 }

--- Fewest values for an interval. The widest one that n values can give, smallest to largest, contains
-- the median of what they were drawn from with probability 1 - 2 * (1/2)^n: 93.75 % for five values,
-- 96.9 % for six. Below six there is no 95 % interval to be had, whatever the method.
stats.FEWEST = 6

stats.quantile, stats.quantile_of_sorted = order.quantile, order.quantile_of_sorted
stats.median, stats.mad = order.median, order.mad

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

local function interval_of_sorted(sorted, seed)
   if #sorted < stats.FEWEST then
      return nil
   end
   return bootstrap.interval_of_sorted(sorted, (1 - stats.LEVEL) / 2, math.tointeger(seed or 1) or 1)
end

--- 95 % bootstrap interval of the median: low, high, and the method ("bca", or "percentile" where BCa is not
-- defined); nil for fewer than stats.FEWEST values. The same seed (default 1) and values give the same
-- interval on every machine.
function stats.interval(values, seed) return interval_of_sorted(order.sorted(values), seed) end

--- What a list of values comes to: n, median, low, high, method (nil when too few), mad, min, max; nil for
-- none.
function stats.summary(values, seed)
   if #values == 0 then
      return nil
   end
   local sorted = order.sorted(values)
   local low, high, method = interval_of_sorted(sorted, seed)
   return {
      n = #values, median = order.quantile_of_sorted(sorted, 0.5), low = low, high = high, method = method,
      mad = order.mad(values), min = sorted[1], max = sorted[#sorted],
   }
end

--- Ratios of two cells paired by block: a and b map block → value; the ratio is a / b. Sorted.
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

-- Ratios are compared by their logarithms: twice as fast is as far from equal as twice as slow.
local function distances(ratios)
   local list = {}
   for index, ratio in ipairs(ratios) do
      list[index] = ratios[1] > 0 and math.log(ratio) or ratio - 1
   end
   return list
end

-- A difference takes two witnesses: an interval that leaves out 1, and a test. The interval of a median alone
-- would find one in 6 to 9 of 100 comparisons of like with like (tests/bench, target verdicts).
local function verdict_of(low, high, p)
   if not low then
      return "too_few_repeats"
   elseif p <= 1 - stats.LEVEL and high < 1 then
      return "faster"
   elseif p <= 1 - stats.LEVEL and low > 1 then
      return "slower"
   end
   return "no_difference"
end

--- How cell a compares with cell b, for values of which less is better (times):
-- { ratio, low, high, method, pairs, p, verdict }; verdict is a code (model/verdict.lua): "faster", "slower",
-- "no_difference" or "too_few_repeats"; ratio is the median of a / b within blocks, nil when no block has
-- both; p of the trimmed t test.
function stats.compare(a, b, seed)
   local ratios = stats.ratios(a, b)
   local low, high, method = interval_of_sorted(ratios, seed)
   local p = low and trimmed.test(distances(ratios)).p
   return { ratio = order.quantile_of_sorted(ratios, 0.5), low = low, high = high, method = method,
      pairs = #ratios, p = p, verdict = verdict_of(low, high, p) }
end

--- Holds the verdicts of comparisons that are read together to one error of 5 % for all of them. Changes
-- their verdicts and notes p_family (Holm's adjusted p). Returns how many of them were tests at all.
function stats.hold_together(comparisons)
   local tested, values = {}, {}
   for _, comparison in ipairs(comparisons) do
      if comparison.p then
         tested[#tested + 1], values[#values + 1] = comparison, comparison.p
      end
   end
   for index, p in ipairs(holm.adjust(values)) do
      local comparison = tested[index]
      comparison.p_family = p
      comparison.verdict = verdict_of(comparison.low, comparison.high, p)
   end
   return #tested
end

return stats
