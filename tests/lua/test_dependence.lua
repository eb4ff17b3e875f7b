--- Values that resemble the ones before them are found, and their intervals widened; others are left alone.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local dependence = require "bakeoff.stats.dependence"
local noise = require "support_noise"
local stats = require "bakeoff.stats"

-- Of `runs` series with median 0: the share whose interval contains 0; the share whose interval misses it and
-- was not widened; the share that was widened.
local function shares(carried, count, runs)
   local source, hits, unflagged, widened = noise.new(12, { sigma = 1 }), 0, 0, 0
   for _ = 1, runs do
      local low, high, _, factor = stats.interval(source:series(carried, count))
      local is_hit = low <= 0 and high >= 0
      hits = hits + (is_hit and 1 or 0)
      widened = widened + (factor and 1 or 0)
      unflagged = unflagged + (not is_hit and not factor and 1 or 0)
   end
   return hits / runs, unflagged / runs, widened / runs
end

TestLag1 = {}

-- By hand: ranks 1 3 2 4 5 7 6 8 less 4.5 are -3.5 -1.5 -2.5 -0.5 0.5 2.5 1.5 3.5; their squares add up
-- to 42, the products of neighbours 5.25 + 3.75 + 1.25 - 0.25 + 1.25 + 3.75 + 5.25 = 20.25.
function TestLag1.test_by_hand()
   local found = dependence.lag1 { 10, 30, 20, 40, 50, 70, 60, 800 }
   lu.assertAlmostEquals(found.r, 20.25 / 42, 1e-12)
   lu.assertNil(dependence.lag1 { 1, 2, 3, 4, 5, 6, 7 })
   lu.assertNil(dependence.lag1 { 2, 2, 2, 2, 2, 2, 2, 2 })
   local tied = dependence.lag1 { 1, 1, 1, 1, 2, 2, 2, 2 } -- ranks 2.5 and 6.5
   lu.assertAlmostEquals(tied.r, 5 / 8, 1e-12)
end

-- For many values, √((1 + φ) / (1 - φ)).
function TestLag1.test_the_factor_of_a_long_series()
   lu.assertAlmostEquals(dependence.factor(0.5, 100000), math.sqrt(3), 1e-3)
   lu.assertEquals(dependence.factor(-0.2, 20), 1)
   lu.assertTrue(dependence.factor(0.5, 10) > 1.5 * dependence.factor(0.5, 1000))
end

TestCoverage = {}

function TestCoverage.test_independent_values_are_seldom_widened()
   for _, count in ipairs { 10, 20, 50 } do
      local hits, _, widened = shares(0, count, 500)
      lu.assertTrue(hits >= 0.935 and hits <= 0.97, ("%d: %.3f"):format(count, hits))
      lu.assertTrue(widened <= 0.05, ("%d: %.3f"):format(count, widened))
   end
end

-- Without the widening: 80 % at 0.5, 40 % at 0.9.
function TestCoverage.test_dependent_values_are_widened()
   local hits, unflagged = shares(0.5, 30, 300)
   lu.assertTrue(hits >= 0.86 and unflagged <= 0.11, ("%.3f, %.3f"):format(hits, unflagged))
   hits, unflagged = shares(0.5, 50, 300)
   lu.assertTrue(hits >= 0.91 and unflagged <= 0.05, ("%.3f, %.3f"):format(hits, unflagged))
   hits, unflagged = shares(0.9, 30, 300)
   lu.assertTrue(hits >= 0.75 and unflagged <= 0.03, ("%.3f, %.3f"):format(hits, unflagged))
end

-- Differences that are none: without the widening, about 20 of 100 at 0.5.
function TestCoverage.test_ratios_that_depend_on_those_before_show_fewer_differences()
   local source, different = noise.new(13, { sigma = 1 }), 0
   for _ = 1, 200 do
      local a, b = {}, {}
      for block, value in ipairs(source:series(0.5, 40)) do
         a[block], b[block] = math.exp(0.02 * value), 1
      end
      local seen = stats.compare(a, b)
      different = different + (seen.verdict ~= "no_difference" and 1 or 0)
      lu.assertTrue(not seen.widened or seen.widened > 1)
   end
   lu.assertTrue(different <= 20, different .. " of 200")
end

function TestCoverage.test_an_interval_is_widened_on_the_scale_of_its_values()
   local low, high = dependence.widened(0.5, 1, 2, 2, true)
   lu.assertEquals({ low, high }, { 0.25, 4 })
   lu.assertEquals({ dependence.widened(-1, 1, 2, 2, false) }, { -3, 3 })
end

os.exit(lu.LuaUnit.run(), true)
