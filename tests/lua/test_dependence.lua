--- Values that resemble the ones before them are found, and their intervals widened; others are left alone.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local dependence = require "bakeoff.stats.dependence"
local hidden = require "bakeoff.analysis.wording.hidden_dependence"
local noise = require "support_noise"
local results = require "bakeoff.api.results"
local folders = require "support_runs"
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

TestHidden = {}

function TestHidden.tearDown() folders.clear() end

-- Of `runs` series with this correlation: the share in which the test finds it.
local function share_noticed(correlation, count, runs_made)
   local source, noticed = noise.new(14, { sigma = 1 }), 0
   for _ = 1, runs_made do
      local found = dependence.lag1(source:series(correlation, count))
      noticed = noticed + (found.p <= dependence.LEVEL and 1 or 0)
   end
   return noticed / runs_made
end

function TestHidden.test_fewer_than_half_of_all_series_show_the_correlation_that_is_said_to_be_hidden()
   for _, count in ipairs { 8, 10, 15, 20, 50 } do
      local share = share_noticed(dependence.hidden(count), count, 400)
      lu.assertTrue(share >= 0.25 and share <= 0.5, ("%d: %.2f"):format(count, share))
   end
   lu.assertNil(dependence.hidden(7))
   lu.assertTrue(dependence.hidden(50) < dependence.hidden(10))
   lu.assertEquals(dependence.factor_of_hidden(7), dependence.factor_at(0.95, 7))
end

-- Widened by the factor that the report names, intervals contain the truth nearly as often as they should.
function TestHidden.test_intervals_as_wide_as_the_text_says_are_wide_enough()
   local source = noise.new(15, { sigma = 1 })
   for _, count in ipairs { 10, 20, 50 } do
      local hits, factor = 0, dependence.factor_of_hidden(count)
      for _ = 1, 400 do
         local values = source:series(dependence.hidden(count), count)
         local low, high, _, widened = stats.interval(values)
         low, high = dependence.widened(low, stats.median(values), high,
            math.max(factor / (widened or 1), 1), false)
         hits = hits + (low <= 0 and high >= 0 and 1 or 0)
      end
      lu.assertTrue(hits >= 0.88 * 400, ("%d: %d of 400"):format(count, hits))
   end
end

-- threads take `factor` times as long as sequential, with 2 % of noise.
local function pair(factor, repeats)
   local source = noise.new(16, { sigma = 0.02 })
   return results.load(folders.make { contenders = { "sequential", "threads" }, workers = { 4 },
      repeats = repeats, change = function(trial)
         trial.total_s = source:trial(trial.label == "threads" and factor or 1)
      end })
end

local function printed(run)
   local said = {}
   lu.assertTrue(run:report { charts = false, html = false, colour = false,
      print = function(line) said[#said + 1] = line end })
   return table.concat(said, "\n")
end

local function contents(path)
   local file <close> = assert(io.open(path))
   return file:read "a"
end

function TestHidden.test_differences_that_stand_in_any_case_are_told_in_the_report_alone()
   local run = pair(2, 10)
   local found = run:hidden_dependence()
   lu.assertEquals({ found.trials, found.differences, found.doubtful }, { 10, 1, {} })
   lu.assertStrContains(found.text, "; the difference in the table would still be shown.")
   lu.assertNil(printed(run):find("depend on", 1, true))
   lu.assertStrContains(contents(run.dir .. "/report.md"), found.text)
   lu.assertEquals(run:summary_table().hidden_dependence.differences, 1)
end

function TestHidden.test_a_difference_in_doubt_is_told_on_the_terminal()
   local run = pair(1.04, 10)
   lu.assertEquals(run:versus_reference(run.cells[2]).verdict, "slower")
   local found = run:hidden_dependence()
   lu.assertEquals(found.doubtful, { run.cells[2] })
   lu.assertStrContains(printed(run), "note: " .. found.text)
   lu.assertStrContains(found.text, "and the difference in the table would not be shown: threads × 4.")
   lu.assertEquals(run:summary_table().hidden_dependence.doubtful[1].label, "threads")
   -- The verdicts themselves stay as they are.
   lu.assertEquals(run:versus_reference(run.cells[2]).verdict, "slower")
end

function TestHidden.test_without_intervals_nothing_is_presumed()
   local run = pair(2, 5)
   lu.assertNil(run:hidden_dependence())
   lu.assertNil(run:summary_table().hidden_dependence)
   lu.assertNil(contents((printed(run) and run.dir) .. "/report.md"):find("Intervals presume", 1, true))
end

function TestHidden.test_the_words()
   lu.assertEquals(hidden.text { trials = 10, correlation = 0.74, factor = 2.8, differences = 0,
      doubtful = {} }, "Intervals presume trials that do not depend on the ones before them. With 10 trials,"
      .. " a lag-1 correlation of 0.74 goes unnoticed more often than not. If it were there, intervals would"
      .. " have to be 2.8 times as wide.")
   local many = {}
   for index = 1, 6 do
      many[index] = { label = "cell " .. index, contender = "command", workers = 1, untold = true }
   end
   lu.assertEquals(hidden.text { trials = 6, factor = 2.2, differences = 8, doubtful = many },
      "Intervals presume trials that do not depend on the ones before them. With 6 trials, no dependence can"
      .. " be noticed. If it were strong, intervals would have to be 2.2 times as wide, and 6 of the 8"
      .. " differences in the table would not be shown: cell 1, cell 2, cell 3, cell 4 and 2 more.")
   lu.assertStrContains(hidden.text { trials = 9, correlation = 0.8, factor = 2, differences = 3,
      doubtful = {} }, "; all 3 differences in the table would still be shown.")
end

os.exit(lu.LuaUnit.run(), true)
