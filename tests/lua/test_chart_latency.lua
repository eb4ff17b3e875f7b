--- The latency chart: its lines and ticks, what its title claims, when it is drawn. Open loops in verdicts
-- and warnings.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local fairness = require "bakeoff.analysis.fairness"
local latency = require "bakeoff.charts.latency"
local result_table = require "bakeoff.report.result_table"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local spots = require "bakeoff.plotting.spots"
local terminal = require "bakeoff.report.terminal"
local tiles = require "bakeoff.report.tiles"
local typical = require "bakeoff.analysis.typical"

local variable = built_chart.variable

-- The spectrum of a trial of `jobs` jobs; value(q) is the distribution's quantile.
local function spectrum(jobs, value)
   local list, left, n = {}, 1.0, 0
   while left * jobs >= 1 do
      list[#list + 1] = { 1 - left, value(1 - left) }
      n = n + 1
      left = 2.0 ^ -(n // 4) * (1 - (n % 4) / 8)
   end
   list[#list + 1] = { 1, value(1 - 1 / jobs) * 2 }
   return list
end

-- Contender → { its latency in seconds, how much slower its rarest jobs are }.
local SHAPES = { sequential = { 0.002, 1 }, threads = { 0.004, 1 }, eventloop = { 0.004, 30 } }

local function run_of(jobs, spec)
   spec = spec or {}
   spec.contenders, spec.workers = spec.contenders or { "sequential", "threads", "eventloop" }, { 4 }
   spec.repeats, spec.items = spec.repeats or 8, jobs
   local change = spec.change or function() end
   spec.change = function(trial)
      local shape = SHAPES[trial.contender]
      local wobble = 1 + 0.01 * (trial.block % 3 - 1)
      local function value(q) return shape[1] * wobble * (1 + shape[2] * q ^ 20) end
      trial.latency_spectrum = spectrum(jobs, value)
      trial.latency_s = { p50 = value(0.5), p90 = value(0.9), p99 = value(0.99), max = value(1) }
      return change(trial)
   end
   return results.load(runs.make(spec))
end

TestChart = { tearDown = function() runs.clear() end }

function TestChart.test_ticks_go_as_far_as_the_jobs()
   local texts = { [200] = { "p50", "p90", "p99" }, [5000] = { "p50", "p90", "p99", "p99.9" },
      [20000] = { "p50", "p90", "p99", "p99.9", "p99.99" } }
   for jobs, expected in pairs(texts) do
      local built = assert(charts.build("latency", run_of(jobs), {}))
      lu.assertEquals(variable(built, "x_tick_text"), expected)
      lu.assertTrue(variable(built, "x_max") <= jobs)
      lu.assertTrue(built.label_cost < spots.CROSSED)
   end
end

function TestChart.test_a_line_per_contender_and_one_per_trial()
   local built = assert(charts.build("latency", run_of(1000), {}))
   lu.assertEquals(variable(built, "series_count"), 3)
   lu.assertEquals(variable(built, "trial_count"), 24)
   local _, blocks = built.data:gsub("\n\n\n", "")
   lu.assertEquals(blocks + 1, 29) -- and the stall, and p99
   -- p75 of sequential is the median of its trials, in milliseconds; one job in four is slower.
   lu.assertStrContains(built.data, ("\n4 %.9g\n"):format(2 * (1 + 0.75 ^ 20)))
   lu.assertNotStrContains(built.data, "inf")
end

-- The spectrum of 100 jobs ends before p99, which names and title tell.
function TestChart.test_the_p99_that_is_told_is_a_point_of_the_line()
   local run = run_of(100)
   local built = assert(charts.build("latency", run, {}))
   lu.assertEquals(variable(built, "x_tick_text"), { "p50", "p90", "p99" })
   lu.assertEquals(variable(built, "p99_count"), variable(built, "series_count"))
   local p99 = run:summary_of(run:cell("threads", 4)).latency_p99_s.median
   lu.assertStrContains(built.data, ("\n100 %.9g\n"):format(p99 / 1e-3))
   lu.assertAlmostEquals(variable(built, "x_max"), 100, 1e-6)
   lu.assertNotStrContains(variable(built, "x_title"), "log")
end

-- Ratios are medians within blocks; where they aren't the ratio of the medians, both figures are told alone.
function TestChart.test_a_factor_agrees_with_the_figures_beside_it()
   local run = run_of(1000, { contenders = { "sequential", "threads" }, change = function(trial)
      local by_block = { 1, 8, 8, 1, 1, 8, 1, 8 }
      local slow = trial.contender == "threads" and (by_block[trial.block] == 8 and 2.2 or 1.5) or 1
      trial.latency_s.p99 = 0.010 * by_block[trial.block] * slow * (1 + trial.block / 1000)
   end })
   local title = latency.title(run)
   lu.assertStrContains(title, "Sequential has the lowest p99 (45.1 ms); threads' p99 is ")
   lu.assertNotStrContains(title, "times as high")
end

function TestChart.test_the_title_is_a_verdict_at_p99()
   lu.assertStrMatches(latency.title(run_of(1000)),
      "Sequential has the lowest p99 %([%d.]+ ms%); the event loop's p99 is [%d.]+ ms, [%d.]+ times as high")
   lu.assertStrContains(latency.title(run_of(1000, { repeats = 2 })),
      "At p99, too few repeats for a verdict: ")
end

function TestChart.test_it_stands_aside_where_jobs_are_few()
   local few, old = run_of(99), results.load(runs.make { contenders = { "threads" }, workers = { 4 } })
   for _, run in ipairs { few, old } do
      local built, _, aside = charts.build("latency", run, {})
      lu.assertNil(built)
      lu.assertEquals(aside, "aside")
   end
   lu.assertNotNil(charts.build("latency", few, {}, true))
   lu.assertStrContains(select(2, charts.build("latency", few, {})), "percentiles need at least 100 jobs")
end

function TestChart.test_gnuplot_draws_it()
   local drawn, problems = charts.draw(run_of(3000), { only = { "latency" } })
   lu.assertEquals({ #drawn, problems }, { 1, {} })
end

-- Two closed loops and two open ones.
local function mixed_run()
   local entries = { "threads", "eventloop", { "threads", label = "threads at 50/s" },
      { "eventloop", label = "eventloop at 50/s" } }
   return run_of(1000, { contenders = entries, manifest = function(manifest)
      for _, cell in ipairs(manifest.cells) do
         cell.options = cell.label:find "at 50" and { rate = 50, arrivals = "constant" } or nil
      end
   end, change = function(trial)
      if trial.label:find "at 50" then
         trial.rate_per_s, trial.rate_offered_per_s = 50, 50.0
         trial.rate_achieved_per_s = trial.contender == "eventloop" and 40.0 or 49.9
         trial.jobs.dropped, trial.in_flight_peak = trial.contender == "eventloop" and 7 or 0, 2
      end
   end })
end

TestOpenLoops = { tearDown = function() runs.clear() end }

function TestOpenLoops.test_the_title_tells_closed_and_open_loops_apart_and_the_stall()
   local run = mixed_run()
   for _, trial in ipairs(run:rows()) do
      trial.latency_s.p99 = trial.rate_per_s and 0.366 or trial.contender == "threads" and 0.00243 or 0.00238
      trial.latency_spectrum[#trial.latency_spectrum + 1] = { 0.999, 0.4 }
   end
   lu.assertEquals(latency.title(run), "P99 is 2.38 to 2.43 ms in closed loops, 366 ms at 50/s")
   run.manifest.server = { latency_s = 0.002, stall_s = 0.4 }
   local built = charts.build("latency", run, {}, true)
   lu.assertEquals(built.title, "A 400 ms stall: p99 is 2.38 to 2.43 ms in closed loops, 366 ms at 50/s")
   lu.assertStrContains(table.concat(variable(built, "label_text"), "|"), "the stall: 400 ms")
end

-- It is what such a run is made for, so it stands first: on the terminal, too, which has room for p99.
function TestOpenLoops.test_what_closed_loops_hide_is_the_finding_of_the_run()
   local run = mixed_run()
   for _, trial in ipairs(run:rows()) do
      trial.latency_s.p99 = trial.rate_per_s and 0.366 or 0.00243
   end
   run.manifest.server = { stall_s = 0.4 }
   local said = "A 400 ms stall: p99 is 2.43 ms in closed loops, 366 ms at 50/s"
   lu.assertEquals({ run:finding(), run:summary_table().finding }, { said, said })
   lu.assertStrContains(run:finding "speed", "; not ranked: threads at 50/s and event loop at 50/s (open")
   for _, width in ipairs { 60, 80 } do
      local lines = {}
      terminal.show(run, { "report.md" }, {}, { width = width, colour = false,
         print = function(line) lines[#lines + 1] = line end })
      local text = table.concat(lines, "\n")
      lu.assertStrContains(text:gsub("%s+", " "), said .. ".")
      lu.assertStrMatches(text, ".*\n  event loop at 50/s [^\n]* 366 ms[^\n]*\n.*")
   end
   lu.assertEquals(tiles.of(run)[3].notes[1], "366 ms at 50/s")
end

function TestOpenLoops.test_they_are_compared_among_themselves_at_p99()
   local run = mixed_run()
   local threads, open = run:cell("threads at 50/s", 4), run:cell("eventloop at 50/s", 4)
   lu.assertEquals({ threads.name, open.name }, { "threads at 50/s", "event loop at 50/s" })
   lu.assertNil(run:versus_reference(threads)) -- it is the reference at its rate
   lu.assertNil(run:versus_reference(run:cell("threads", 4)))
   local versus = run:versus_reference(open)
   lu.assertEquals(versus.verdict, "slower")
   lu.assertTrue(versus.ratio > 5)
   lu.assertNil(run:summary_of(open).total_s)
   lu.assertEquals(typical.trial(run, open).label, "eventloop at 50/s") -- the memory chart shows it
   local _, rows = result_table.rows(run)
   local line = {}
   for index, one in ipairs(rows[4]) do
      line[index] = tostring(one)
   end
   line = table.concat(line, " | ")
   lu.assertStrContains(line, "14.0× higher p99")
   lu.assertStrContains(line, "40.0/s of 50.0/s")
   lu.assertStrContains(line, "at most 7 dropped jobs")
end

function TestOpenLoops.test_alone_they_are_ranked_by_p99()
   local run = run_of(1000, { contenders = { "threads", "eventloop" }, manifest = function(manifest)
      for _, cell in ipairs(manifest.cells) do
         cell.options = { rate = 50 }
      end
   end, change = function(trial) trial.rate_per_s = 50 end })
   lu.assertStrMatches(run:finding(), "Threads have the lowest p99 %([%d.]+ ms%); the event loop's p99 is .*")
   local drawn, problems, skipped = charts.draw(run, {})
   lu.assertEquals({ problems, skipped }, { {}, {} })
   for _, chart in ipairs(drawn) do
      lu.assertNotEquals(chart.name, "speed") -- nor another chart of total times
      lu.assertNotEquals(chart.name, "ratio")
   end
end

function TestOpenLoops.test_warnings_name_drops_and_rates_not_held()
   local audit = table.concat(fairness.audit(mixed_run().cells, 1000), "\n")
   local who = ": event loop at 50/s with 4 workers, "
   lu.assertStrContains(audit, "Jobs were dropped, never started" .. who .. "56 of 8,000.")
   lu.assertStrContains(audit, "The requested rate was not held" .. who .. "40/s of 50/s.")
   lu.assertNotStrContains(audit, "Fewer jobs in flight")
end

os.exit(lu.LuaUnit.run(), true)
