--- Is the centre of some values zero, or are the centres of two sets equal? Student's t of trimmed means:
-- nearly as powerful as t for normal noise, and robust against outliers.
--
-- Sources: Tukey and McLaughlin, "Less vulnerable confidence and significance procedures for location based
-- on a single sample: trimming/winsorization 1", Sankhya A 25 (1963); of two sets: Yuen, "The two-sample
-- trimmed t for unequal population variances", Biometrika 61 (1974). A tenth of the values is trimmed at each
-- end. A fifth (Wilcox, "Introduction to robust estimation and hypothesis testing", section 4.3) leaves few
-- degrees of freedom: in tables of ten verdicts, ten blocks found 5 % at 2 % of noise in only 64 of 100. A
-- tenth finds it in about 90, and keeps the level as well.

local distributions = require "bakeoff.stats.distributions"
local order = require "bakeoff.stats.order"

local trimmed = { SHARE = 0.1 }

-- How many values are cut at each end: a tenth, but one of five to nineteen.
local function cut_of(n) return n < 5 and 0 or math.max(math.floor(trimmed.SHARE * n), 1) end

-- Winsorised sum of squared deviations: trimmed values count as the outermost values that are kept.
local function winsorized_squares(sorted, cut)
   local n, mean, squares = #sorted, 0.0, 0.0
   local first, last = cut + 1, #sorted - cut
   for i = 1, n do
      mean = mean + sorted[i < first and first or i > last and last or i] / n
   end
   for i = 1, n do
      squares = squares + (sorted[i < first and first or i > last and last or i] - mean) ^ 2
   end
   return squares
end

-- { mean (trimmed), square = that of its standard error, freedom }; nil for fewer than two kept values.
-- widened: the factor by which dependence enlarges the standard error (dependence.lua); nil: 1.
local function middle(values, widened)
   local sorted = order.sorted(values)
   local n = #sorted
   local cut = cut_of(n)
   local kept = n - 2 * cut
   if kept < 2 then
      return nil
   end
   local mean = 0.0
   for i = cut + 1, n - cut do
      mean = mean + sorted[i] / kept
   end
   local square = winsorized_squares(sorted, cut) / (kept * (kept - 1)) * (widened or 1) ^ 2
   return { mean = mean, square = square, freedom = kept - 1 }
end

-- The distance in standard errors; values without spread are certainly equal or certainly different.
local function judge(distance, square, freedom, scale)
   local error_of_mean = math.sqrt(square)
   if error_of_mean <= 1e-15 * scale or error_of_mean == 0 then
      return { t = distance == 0 and 0 or distance / 0, freedom = freedom, p = distance == 0 and 1 or 0 }
   end
   local t = distance / error_of_mean
   return { t = t, freedom = freedom, p = distributions.student_two_sided(t, freedom) }
end

--- → { t, freedom, p (two-sided), mean (trimmed) }; nil for fewer than two values that are kept. widened: the
-- factor by which dependence enlarges the standard error (dependence.lua); default 1.
function trimmed.test(values, widened)
   local one = middle(values, widened)
   if not one then
      return nil
   end
   local result = judge(one.mean, one.square, one.freedom, math.abs(one.mean))
   result.mean = one.mean
   return result
end

-- P value of "the distance is at most zero".
local function one_sided(test) return test.t > 0 and test.p / 2 or 1 - test.p / 2 end

--- P values of "the centre is at most low" and "the centre is at least high"; nil, nil for fewer than two
-- values that are kept. widened: as in trimmed.test.
function trimmed.test_between(values, low, high, widened)
   local one = middle(values, widened)
   if not one then
      return nil
   end
   local scale = math.abs(one.mean)
   local function p(distance) return one_sided(judge(distance, one.square, one.freedom, scale)) end
   return p(one.mean - low), p(high - one.mean)
end

--- For two sets without common blocks → { t, freedom, p (two-sided) }; t is positive if a's centre is larger;
-- nil if fewer than two values of a set are kept. The degrees of freedom are rounded down, which is
-- conservative. widened_a, widened_b: as in trimmed.test, for each set.
function trimmed.test_two(a, b, widened_a, widened_b)
   local one, two = middle(a), middle(b)
   if not (one and two) then
      return nil
   end
   one.square, two.square = one.square * (widened_a or 1) ^ 2, two.square * (widened_b or 1) ^ 2
   local square = one.square + two.square
   local freedom = square > 0 and square ^ 2 / (one.square ^ 2 / one.freedom + two.square ^ 2 / two.freedom)
      or one.freedom + two.freedom
   local scale = math.max(math.abs(one.mean), math.abs(two.mean))
   return judge(one.mean - two.mean, square, math.max(math.floor(freedom + 1e-9), 1), scale)
end

return trimmed
