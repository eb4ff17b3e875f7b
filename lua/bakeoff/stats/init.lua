--- Statistics for few, expensive repeats: medians and their intervals, paired ratios, verdicts. README.md
-- and the files in this folder describe each method and its source.

local dependence = require "bakeoff.stats.dependence"
local holm = require "bakeoff.stats.holm"
local median_interval = require "bakeoff.stats.median_interval"
local order = require "bakeoff.stats.order"
local trimmed = require "bakeoff.stats.trimmed"

local stats = { LEVEL = 0.95 }

--- Fewest values for an interval. The widest interval that n values give, smallest to largest, contains
-- the median of their distribution with probability 1 - 2 * (1/2)^n: 93.75 % for five values,
-- 96.9 % for six. With fewer than six no method gives a 95 % interval.
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

--- Sample standard deviation (n - 1 in the denominator); nil for fewer than two values.
function stats.deviation(values)
   local mean, sum = stats.mean(values), 0.0
   for _, value in ipairs(values) do
      sum = sum + (value - mean) ^ 2
   end
   return #values > 1 and math.sqrt(sum / (#values - 1)) or nil
end

-- How an interval was made, for summary.json.
local METHOD = "order statistics"

-- values: in the order they came; sorted: the same. widening: the factor to use if the values show a smaller
-- one, or none; nil: 1. → low, high, method, widening (see dependence.lua; nil if there is none)
local function interval_of(values, sorted, widening)
   local low, high = median_interval.of_sorted(sorted, stats.LEVEL)
   if not low then
      return nil
   end
   local factor = math.max(dependence.widening(values, sorted), widening or 1)
   if factor == 1 then
      return low, high, METHOD, nil
   end
   low, high = dependence.widened(low, order.quantile_of_sorted(sorted, 0.5), high, factor, sorted[1] > 0)
   return low, high, METHOD, factor
end

--- 95 % interval of the median of values in the order they came: low, high, method, and by what factor it was
-- widened because values resemble the ones before them (nil: it wasn't); nil for fewer than stats.FEWEST.
function stats.interval(values) return interval_of(values, order.sorted(values)) end

--- Summary of a list of values in the order they came: n, median, low, high, method (nil if there are too
-- few), widened (nil: not), mean, mad, min, max; nil for an empty list.
function stats.summary(values)
   if #values == 0 then
      return nil
   end
   local sorted = order.sorted(values)
   local low, high, method, widened = interval_of(values, sorted)
   return {
      n = #values, median = order.quantile_of_sorted(sorted, 0.5), low = low, high = high, method = method,
      widened = widened, mean = stats.mean(values), mad = order.mad(values), min = sorted[1],
      max = sorted[#sorted],
   }
end

--- Ratios of two cells paired by block: a and b map block → value; the ratio is a / b. In the order of
-- blocks.
function stats.ratios_in_order(a, b)
   local blocks, ratios = {}, {}
   for block in pairs(a) do
      blocks[#blocks + 1] = b[block] and b[block] > 0 and block or nil
   end
   table.sort(blocks)
   for place, block in ipairs(blocks) do
      ratios[place] = a[block] / b[block]
   end
   return ratios
end

--- The same, sorted.
function stats.ratios(a, b) return order.sorted(stats.ratios_in_order(a, b)) end

-- Ratios are compared by their logarithms: twice as fast is as far from equal as twice as slow.
local function distances(ratios)
   local list = {}
   for index, ratio in ipairs(ratios) do
      list[index] = ratios[1] > 0 and math.log(ratio) or ratio - 1
   end
   return list
end

-- Ratios closer to 1 than this are equal in every digit that tables print. Trials without spread would make
-- any of them certain.
local RESOLUTION = 5e-5

--- Does the interval of a ratio exclude that both are equal?
function stats.excludes_one(low, high) return high < 1 - RESOLUTION or low > 1 + RESOLUTION end

-- A difference needs both: an interval that excludes 1, so that no verdict contradicts the bracket beside it,
-- and a significant test, which can be corrected for the number of verdicts that are read together.
local function verdict_of(low, high, p)
   if not low then
      return "too_few_repeats"
   elseif p > 1 - stats.LEVEL or not stats.excludes_one(low, high) then
      return "no_difference"
   end
   return high < 1 and "faster" or "slower"
end

-- Are there blocks enough, but too few ratios, because values of b are zero?
local function lacks_ratios(a, b, ratios)
   local shared = 0
   for block in pairs(a) do
      shared = shared + (b[block] and 1 or 0)
   end
   return #ratios < stats.FEWEST and shared >= stats.FEWEST
end

--- Compares cell a with cell b, for values where less is better (times):
-- { ratio, low, high, method, widened, pairs, p, verdict }; verdict is a code (model/verdict.lua): "faster",
-- "slower", "no_difference", "too_few_repeats" or "no_ratio" (b is zero in too many blocks); ratio is the
-- median of a / b within blocks, nil if there is none; widened as in stats.summary; p of the trimmed t test,
-- whose standard error is widened as well. widening(pairs): by what factor to widen at least; nil: only for
-- dependence that the ratios show.
function stats.compare(a, b, widening)
   local in_order = stats.ratios_in_order(a, b)
   local ratios = order.sorted(in_order)
   local low, high, method, widened = interval_of(in_order, ratios, widening and widening(#ratios))
   local p = low and trimmed.test(distances(ratios), widened).p
   return { ratio = order.quantile_of_sorted(ratios, 0.5), low = low, high = high, method = method,
      widened = widened, pairs = #ratios, p = p,
      verdict = lacks_ratios(a, b, ratios) and "no_ratio" or verdict_of(low, high, p) }
end

--- Corrects one comparison whose p is to be multiplied by `tests` (Bonferroni): changes its verdict and sets
-- p_family. A comparison without a p keeps its verdict.
function stats.correct_by(comparison, tests)
   if comparison.p then
      comparison.p_family = math.min(comparison.p * tests, 1.0)
      comparison.verdict = verdict_of(comparison.low, comparison.high, comparison.p_family)
   end
end

--- Corrects the verdicts of comparisons that are read together, so that the probability of any false one
-- stays at 5 % (Holm). Changes their verdicts and sets p_family (the adjusted p). Returns how many were
-- tested. weights, others: see holm.adjust.
function stats.correct_jointly(comparisons, weights, others)
   return holm.correct(comparisons, "p", function(comparison, p)
      comparison.p_family = p
      comparison.verdict = verdict_of(comparison.low, comparison.high, p)
   end, weights, others)
end

return stats
