--- The methods of bakeoff.stats against SciPy and NumPy: tests/reference_numbers has inputs and results, and
-- the script that computed them.
local lu = require "luaunit"
local dependence = require "bakeoff.stats.dependence"
local distributions = require "bakeoff.stats.distributions"
local holm = require "bakeoff.stats.holm"
local mann_whitney = require "bakeoff.stats.mann_whitney"
local median_interval = require "bakeoff.stats.median_interval"
local order = require "bakeoff.stats.order"
local scaling_fit = require "bakeoff.stats.scaling_fit"
local trend = require "bakeoff.stats.trend"
local trimmed = require "bakeoff.stats.trimmed"

local NUMBERS = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/reference_numbers/numbers.lua")
local TOLERANCE = 1e-9

-- Relative, for values that are not zero.
local function assert_near(value, wanted, about)
   lu.assertIsNumber(value, about)
   lu.assertTrue(math.abs(value - wanted) <= TOLERANCE * math.max(math.abs(wanted), 1e-30),
      ("%s: %.17g, not %.17g"):format(about, value, wanted))
end

-- Calls check(case, about) for each case of a name; there must be some.
local function each(name, check)
   lu.assertTrue(#NUMBERS[name] > 0, name)
   for index, case in ipairs(NUMBERS[name]) do
      check(case, ("%s %d"):format(name, index))
   end
end

TestReferences = {}

function TestReferences.test_quantiles_and_mad()
   each("quantiles", function(case, about)
      for index, share in ipairs(case.shares) do
         assert_near(order.quantile(case.values, share), case.quantiles[index], about)
      end
      lu.assertAlmostEquals(order.mad(case.values), case.mad, 1e-12)
   end)
end

function TestReferences.test_intervals_of_medians()
   each("intervals", function(case, about)
      local low, high = median_interval.interpolated(order.sorted(case.values), 0.95)
      assert_near(low, case.low, about)
      assert_near(high, case.high, about)
      lu.assertTrue(case.outer_low <= low and high <= case.outer_high, about)
   end)
end

function TestReferences.test_trimmed_t_and_equivalence()
   each("trimmed", function(case, about)
      local found = trimmed.test(case.values)
      assert_near(found.t, case.t, about)
      assert_near(found.p, case.p, about)
      local below, above = trimmed.test_between(case.values, -case.margin, case.margin)
      assert_near(below, case.p_below, about)
      assert_near(above, case.p_above, about)
   end)
   each("yuen", function(case, about)
      local found = trimmed.test_two(case.first, case.second)
      assert_near(found.t, case.t, about)
      assert_near(found.p, case.p, about)
   end)
end

function TestReferences.test_mann_whitney()
   each("ranks", function(case, about)
      local found = mann_whitney.test(case.first, case.second)
      lu.assertEquals({ found.u, found.method }, { case.u, case.method }, about)
      assert_near(found.p, case.p, about)
   end)
end

function TestReferences.test_holm()
   each("holm", function(case, about)
      for index, p in ipairs(holm.adjust(case.values, case.weights)) do
         assert_near(p, case.adjusted[index], about)
      end
   end)
end

function TestReferences.test_trend_slope_and_dependence()
   each("trends", function(case, about)
      local found, points = trend.mann_kendall(case.values), {}
      for x, y in ipairs(case.values) do
         points[x] = { x, y }
      end
      lu.assertEquals(found.s, case.s, about)
      assert_near(found.p, case.p, about)
      assert_near(trend.theil_sen(points), case.slope, about)
   end)
   each("lags", function(case, about)
      local found = dependence.lag1(case.values)
      assert_near(found.r, case.r, about)
      assert_near(found.p, case.p, about)
   end)
end

function TestReferences.test_laws_of_scaling()
   each("laws", function(case, about)
      local found = scaling_fit[case.law](case.counts, case.times)
      assert_near(found.one, case.one, about)
      lu.assertAlmostEquals(found.sigma, case.sigma, TOLERANCE)
      lu.assertAlmostEquals(found.kappa, case.kappa, TOLERANCE)
   end)
end

function TestReferences.test_distributions()
   each("normal", function(case, about) assert_near(distributions.normal(case.z), case.p, about) end)
   each("quantile", function(case, about)
      lu.assertAlmostEquals(distributions.normal_quantile(case.p), case.z, 1e-9, about)
   end)
   each("student", function(case, about)
      assert_near(distributions.student_two_sided(case.t, case.freedom), case.p, about)
   end)
   each("hypergeometric", function(case, about)
      local tail = distributions.hypergeometric_tail(case.at_least, case.drawn, case.marked, case.total)
      assert_near(tail, case.p, about)
   end)
end

os.exit(lu.LuaUnit.run(), true)
