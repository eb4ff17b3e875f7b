--- The methods of bakeoff.stats, compared with published values; each test names its source.
local lu = require "luaunit"
local distributions = require "bakeoff.stats.distributions"
local holm = require "bakeoff.stats.holm"
local mann_whitney = require "bakeoff.stats.mann_whitney"
local median_interval = require "bakeoff.stats.median_interval"
local outliers = require "bakeoff.stats.outliers"
local stats = require "bakeoff.stats"
local trend = require "bakeoff.stats.trend"
local trimmed = require "bakeoff.stats.trimmed"

TestDistributions = {}

-- NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.1 (normal) and 1.3.6.7.2 (Student's t).
function TestDistributions.test_tables_of_nist()
   lu.assertAlmostEquals(distributions.normal(1.0), 0.84134, 5e-6)
   lu.assertAlmostEquals(distributions.normal(1.96), 0.97500, 5e-6)
   lu.assertAlmostEquals(distributions.normal(-2.5), 1 - 0.99379, 5e-6)
   for freedom, limit in pairs { [1] = 12.706, [2] = 4.303, [3] = 3.182, [5] = 2.571, [11] = 2.201,
      [30] = 2.042 } do
      lu.assertAlmostEquals(distributions.student_two_sided(limit, freedom), 0.05, 4e-5)
   end
   for freedom, limit in pairs { [1] = 318.309, [2] = 22.327, [5] = 5.893, [20] = 3.552 } do
      lu.assertAlmostEquals(distributions.student_two_sided(-limit, freedom), 0.002, 2e-6)
   end
end

-- R: pnorm(-8), pnorm(-4.5), qnorm(0.975), qnorm(1e-10).
function TestDistributions.test_tails_as_in_R()
   lu.assertAlmostEquals(distributions.normal(-8) / 6.220961e-16, 1, 1e-6)
   lu.assertAlmostEquals(distributions.normal(-4.5) / 3.397673e-6, 1, 1e-6)
   lu.assertAlmostEquals(distributions.normal_quantile(0.975), 1.959964, 1e-6)
   lu.assertAlmostEquals(distributions.normal_quantile(1e-10), -6.361341, 1e-6)
   lu.assertEquals(distributions.normal_quantile(0.5), 0)
end

-- Fisher's tea ("The design of experiments", 1935), four of eight cups: all four right, 1 in 70; three or
-- more, 17 in 70.
function TestDistributions.test_fishers_tea()
   lu.assertAlmostEquals(distributions.hypergeometric_tail(4, 4, 4, 8), 1 / 70, 1e-12)
   lu.assertAlmostEquals(distributions.hypergeometric_tail(3, 4, 4, 8), 17 / 70, 1e-12)
   lu.assertAlmostEquals(distributions.hypergeometric_tail(0, 2, 5, 6), 1, 1e-12)
end

TestMedianInterval = {}

local function upto(n)
   local list = {}
   for i = 1, n do
      list[i] = i
   end
   return list
end

-- Tables of the binomial distribution: of ten values, the second smallest to the second largest contain the
-- median with 97.85 %, the third ones with 89.06 %; of six, all with 96.88 %, the second ones with 78.12 %.
-- The share of the way between is that of Hettmansperger and Sheather.
function TestMedianInterval.test_ends_lie_between_the_order_statistics_of_the_tables()
   for n, known in pairs { [6] = { 1, 0.96875, 0.78125 }, [10] = { 2, 0.978516, 0.890625 } } do
      local rank, wide, narrow = table.unpack(known)
      local part = (wide - 0.95) / (wide - narrow)
      local share = (n - rank) * part / (rank + (n - 2 * rank) * part)
      local low, high = median_interval.of_sorted(upto(n), 0.95)
      lu.assertAlmostEquals(low, rank + share, 1e-5)
      lu.assertAlmostEquals(high, n + 1 - low, 1e-9)
   end
end

-- R: qbinom and pbinom; for 2,000 values 2^-n is no double.
function TestMedianInterval.test_of_many_values_as_the_normal_distribution_has_it()
   for _, n in ipairs { 200, 2000, 20000 } do
      local low, high = median_interval.of_sorted(upto(n), 0.95)
      lu.assertAlmostEquals(low, (n + 1) / 2 - 1.959964 * math.sqrt(n) / 2, 0.3)
      lu.assertAlmostEquals(high, n + 1 - low, 1e-6)
   end
end

function TestMedianInterval.test_too_few_values_for_the_level_have_none()
   lu.assertNil(median_interval.of_sorted({}, 0.95))
   lu.assertNil(median_interval.of_sorted(upto(5), 0.95))
   lu.assertNotNil(median_interval.of_sorted(upto(5), 0.93))
   lu.assertNil(stats.summary({ 1, 2, 3 }).method)
   lu.assertEquals(stats.summary({ 1, 2, 3, 4, 5, 6.5 }).method, "order statistics")
end

function TestMedianInterval.test_equal_values_have_an_interval_without_width()
   lu.assertEquals({ median_interval.of_sorted({ 3, 3, 3, 3, 3, 3, 3 }, 0.95) }, { 3, 3 })
end

TestTests = {}

-- By hand: 2 and 12 are cut; the mean of 4, 6, 8, 10 is 7; winsorised squares 4·9 + 2·1 = 38; t = 7 /
-- √(38/12).
function TestTests.test_trimmed_t_by_hand()
   local result = trimmed.test { 12, 2, 10, 4, 8, 6 }
   lu.assertEquals({ result.mean, result.freedom }, { 7, 3 })
   lu.assertAlmostEquals(result.t, 7 / math.sqrt(38 / 12), 1e-12)
   lu.assertTrue(result.p < 0.05 and result.p > 0.02) -- table of t: 3.182 at 0.05, 4.541 at 0.02
   local far = trimmed.test { 1e9, 2, 10, 4, 8, 6 } -- the size of the cut value doesn't matter
   lu.assertEquals(far, result)
   lu.assertEquals(trimmed.test({ 2, 2, 2, 2, 2, 2 }).p, 0)
   lu.assertEquals(trimmed.test({ 0, 0, 0, 0, 0, 0 }).p, 1)
   lu.assertNil(trimmed.test { 1 })
end

-- SciPy 1.10: ttest_ind(a, b, trim=0.2, equal_var=False) → 4.5726573149598915, p = 0.0102 at 4.006 degrees.
function TestTests.test_yuens_t_of_two_sets_as_in_scipy()
   local a, b = { 56, 128.6, 12, 123.8, 64.34, 78, 763.3 }, { 1.1, 2.9, 4.2, 3.3, 2.2, 9.7 }
   local result = trimmed.test_two(a, b)
   lu.assertAlmostEquals(result.t, 4.5726573149598915, 1e-12)
   lu.assertEquals(result.freedom, 4)
   lu.assertAlmostEquals(result.p, 0.0102, 1e-4)
   lu.assertAlmostEquals(trimmed.test_two(b, a).t, -result.t, 1e-12)
   lu.assertEquals(trimmed.test_two({ 1, 1, 1 }, { 2, 2, 2 }).p, 0)
   lu.assertEquals(trimmed.test_two({ 1, 1, 1 }, { 1, 1, 1 }).p, 1)
   lu.assertNil(trimmed.test_two({ 1 }, a))
end

-- R, ?wilcox.test: permeability of the human chorioamnion (Hollander and Wolfe): W = 35, one-sided 0.1272.
function TestTests.test_mann_whitney_exact_as_in_R()
   local result = mann_whitney.test({ 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 },
      { 1.15, 0.88, 0.90, 0.74, 1.21 })
   lu.assertEquals({ result.u, result.method }, { 35, "exact" })
   lu.assertAlmostEquals(result.p, 2 * 0.1272, 1e-4)
   lu.assertAlmostEquals(mann_whitney.test({ 1, 2, 3 }, { 4, 5, 6, 7 }).p, 2 / 35, 1e-12) -- 2 of 7 over 3
   lu.assertNil(mann_whitney.test({}, { 1 }))
end

-- R, ?wilcox.test: ozone in May and August (airquality): W = 127.5, p = 0.0001208.
function TestTests.test_mann_whitney_with_ties_as_in_R()
   local may = { 41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45,
      115, 37 }
   local august = { 39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73,
      76, 118, 84, 85 }
   local result = mann_whitney.test(may, august)
   lu.assertEquals({ result.u, result.method }, { 127.5, "normal" })
   lu.assertAlmostEquals(result.p, 0.0001208, 5e-8)
   lu.assertEquals(mann_whitney.test({ 1, 1, 1 }, { 1, 1 }).p, 1)
end

function TestTests.test_mann_whitney_exact_and_normal_agree_where_they_meet()
   local a, b = {}, {}
   for i = 1, 49 do
      a[i], b[i] = i * 1.01, i * math.sqrt(1.03) + 9
   end
   local exact = mann_whitney.test(a, b)
   mann_whitney.EXACT_BELOW = 49
   local normal = mann_whitney.test(a, b)
   mann_whitney.EXACT_BELOW = 50
   lu.assertEquals({ exact.method, normal.method }, { "exact", "normal" })
   lu.assertAlmostEquals(exact.p / normal.p, 1, 0.1) -- closer in the middle than in the tail
end

-- R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") → 0.05 0.08 0.09 0.09 0.09; unsorted by hand.
function TestTests.test_holm_as_in_R()
   local function near(given, expected)
      for index, value in ipairs(holm.adjust(given)) do
         lu.assertAlmostEquals(value, expected[index], 1e-12)
      end
   end
   near({ 0.01, 0.02, 0.03, 0.04, 0.05 }, { 0.05, 0.08, 0.09, 0.09, 0.09 })
   near({ 0.04, 0.01, 0.8 }, { 0.08, 0.03, 0.8 })
   near({ 0.6, 0.7 }, { 1, 1 })
   lu.assertEquals(holm.adjust {}, {})
end

-- By hand: 0.01 × 4 / 2, then 0.02 × 2 / 1, then 0.04; with equal weights like the form without.
function TestTests.test_holm_with_weights()
   local function near(given, weights, expected)
      for index, value in ipairs(holm.adjust(given, weights)) do
         lu.assertAlmostEquals(value, expected[index], 1e-12)
      end
   end
   near({ 0.01, 0.02, 0.04 }, { 2, 1, 1 }, { 0.02, 0.04, 0.04 })
   near({ 0.02, 0.01, 0.04 }, { 1, 2, 1 }, { 0.04, 0.02, 0.04 })
   near({ 0.04, 0.01, 0.8 }, { 0.5, 0.5, 0.5 }, { 0.08, 0.03, 0.8 })
   near({ 0.03, 0.04 }, { 1, 9 }, { 0.04 / 0.9, 0.04 / 0.9 })
end

TestTrend = {}

-- R, ?cor.test: tuna (Hollander and Wolfe), T = 26 of 36 pairs, tau = 0.4444, p = 0.1194.
function TestTrend.test_kendall_as_in_R()
   local x = { 44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1 }
   local y = { 2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8 }
   local order, values = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, {}
   table.sort(order, function(a, b) return x[a] < x[b] end)
   for place, index in ipairs(order) do
      values[place] = y[index]
   end
   local result = trend.mann_kendall(values)
   lu.assertEquals(result.s, 16)
   lu.assertAlmostEquals(result.tau, 0.4444, 1e-4)
   lu.assertAlmostEquals(result.p, 0.1194, 1e-4)
   table.sort(values) -- one order of 9!, and its mirror image
   lu.assertAlmostEquals(trend.mann_kendall(values).p, 2 / 362880, 1e-12)
   lu.assertNil(trend.mann_kendall { 1, 2 })
   lu.assertEquals(trend.mann_kendall({ 1, 1, 1, 1 }).p, 1)
end

-- S is the number of rising pairs minus that of falling pairs, however they are counted.
function TestTrend.test_mann_kendall_with_ties_is_the_sum_over_all_pairs()
   local generator = require("bakeoff.base.random").new(5)
   for n = 3, 60 do
      local values, s = {}, 0
      for i = 1, n do
         values[i] = generator:below(n // 2 + 1)
         for j = 1, i - 1 do
            s = s + (values[i] > values[j] and 1 or values[i] < values[j] and -1 or 0)
         end
      end
      lu.assertEquals(trend.mann_kendall(values).s, s)
   end
end

-- Sen's slope by hand: the slopes of (0,1) (1,3) (2,4) (3,9) are 2, 1, 5, 1.5, 3, 8/3; their median is
-- 2.333….
function TestTrend.test_theil_sen_by_hand()
   lu.assertAlmostEquals(trend.theil_sen { { 0, 1 }, { 1, 3 }, { 2, 4 }, { 3, 9 } }, (2 + 8 / 3) / 2, 1e-12)
   local line = {}
   for x = 1, 10 do
      line[x] = { x, 3 * x + (x == 4 and 100 or 0) }
   end
   lu.assertEquals(trend.theil_sen(line), 3)
   lu.assertNil(trend.theil_sen { { 2, 1 }, { 2, 5 } })
end

TestOutliers = {}

-- By hand: quartiles 3.5 and 8.5, fences -4 and 16.
function TestOutliers.test_fences_by_hand()
   local values = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16.5 }
   local low, high = outliers.fences(values, outliers.INNER)
   lu.assertEquals({ low, high }, { -4, 16 })
   lu.assertEquals(outliers.tukey(values), { 11 })
   lu.assertEquals(outliers.tukey(values, outliers.OUTER), {})
   lu.assertEquals(outliers.tukey { 1, 1, 1, 1, 99 }, {}) -- too few values
end

-- By hand: median 6, MAD 3; 0.6745 · (22 - 6) / 3 = 3.597 is beyond 3.5, for 21 it is 3.372.
function TestOutliers.test_modified_z_by_hand()
   lu.assertEquals(outliers.mad { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 22 }, { 11 })
   lu.assertEquals(outliers.mad { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 21 }, {})
   lu.assertEquals(outliers.mad { -11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, { 1 })
   lu.assertEquals(outliers.mad { 5, 5, 5, 5, 5, 5, 6 }, { 7 })
end

os.exit(lu.LuaUnit.run(), true)
