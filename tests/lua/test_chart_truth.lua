--- What charts may not show: more cores than the machine has, the bench's time as the contender's, lines
-- through time without a reading, one quantity with two figures, densities of few trials; and what they must:
-- a bound that the jobs set, two groups of trials.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local clock = require "bakeoff.runs.clock"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local cpu_curve = require "bakeoff.runs.cpu_curve"
local memory_lines = require "bakeoff.charts.memory_lines"
local named = require "bakeoff.plotting.named"
local numbers = require "bakeoff.base.numbers"
local result_table = require "bakeoff.report.result_table"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stress = require "support_stress"
local support = require "support_activity"

local variable = built_chart.variable

-- Lines of a block of the .dat file, without its comment.
local function block(built, title)
   local list = {}
   for part in (built.data .. "\n\n\n"):gmatch("(.-)\n\n\n") do
      if part:find("# " .. title .. ":", 1, true) then
         for line in part:gmatch("[^\n]+") do
            list[#list + 1] = not line:find("^#") and line or nil
         end
      end
   end
   return list
end

TestClock = {}

-- The bench reads the memory for 20 ms before the set-up, 5 ms before the work, 30 ms before the teardown.
local TRIAL = { setup_s = 0.010, work_s = 0.100, teardown_s = 0.002, total_s = 0.112, phases = {
   setup_start_s = 0.020, work_start_s = 0.035, work_end_s = 0.135, teardown_start_s = 0.165,
   end_s = 0.167 } }

function TestClock.test_the_benchs_time_does_not_count()
   local own = clock.of(TRIAL)
   local expectations = { [0] = 0, [0.020] = 0, [0.025] = 0.005, [0.032] = 0.010,
      [0.035] = 0.010, [0.085] = 0.060, [0.135] = 0.110, [0.150] = 0.110, [0.167] = 0.112,
      [9] = 0.112 }
   for time, expected in pairs(expectations) do
      lu.assertAlmostEquals(own.at(time), expected, 1e-12, time)
   end
   lu.assertAlmostEquals(own.total, TRIAL.total_s, 1e-12)
   lu.assertAlmostEquals(own.phases.work_start_s, 0.010, 1e-12)
   lu.assertAlmostEquals(own.phases.work_end_s, 0.110, 1e-12)
end

function TestClock.test_rows_that_lack_some_borders()
   local earlier = clock.of { setup_s = 0.010, work_s = 0.100, teardown_s = 0.002, phases = {
      work_start_s = 0.035, work_end_s = 0.135, end_s = 0.167 } }
   lu.assertAlmostEquals(earlier.total, 0.112, 1e-12)
   lu.assertAlmostEquals(earlier.phases.work_start_s, 0.010, 1e-12)
   local watched = clock.of { total_s = 3.0, phases = { end_s = 3.0 } }
   lu.assertEquals({ watched.at(1.5), watched.total }, { 1.5, 3.0 })
   lu.assertEquals(clock.of({ total_s = 2.0 }).total, 2.0)
end

TestCpuCurve = {}

function TestCpuCurve.test_a_late_reading_shows_no_more_cores_than_there_are()
   -- Between 0.1 s and 0.11 s the sampler finds children that have used 0.5 s by then.
   local samples = { { time = 0.0, cpu = 0.0 }, { time = 0.1, cpu = 0.05 }, { time = 0.11, cpu = 0.55 },
      { time = 0.4, cpu = 0.9 } }
   local list = cpu_curve.of(samples, 4)
   for index = 2, #list do
      local used = (list[index].cpu - list[index - 1].cpu) / (list[index].time - list[index - 1].time)
      lu.assertTrue(used >= 0 and used <= 4 + 1e-9, used)
   end
   for index, expected in pairs { [1] = 0.11, [2] = 0.51, [3] = 0.55, [4] = 0.9 } do
      lu.assertAlmostEquals(list[index].cpu, expected, 1e-12, index)
   end
   lu.assertEquals(samples[2].cpu, 0.05) -- the caller's samples stay as they are
   lu.assertEquals(cpu_curve.of(samples, nil)[2].cpu, 0.05)
end

function TestCpuCurve.test_readings_of_one_moment_are_one()
   local list = cpu_curve.of({ { time = 0, cpu = 0.1 }, { time = 0.02, cpu = 0.2 },
      { time = 0.05, cpu = 0.19 } }, nil, function(time) return math.max(time - 0.02, 0) end)
   lu.assertEquals(#list, 2)
   lu.assertEquals({ list[1].cpu, list[2].cpu }, { 0.2, 0.2 }) -- and the sum never falls
end

TestCharts = {}

function TestCharts.tearDown() runs.clear() end

-- Memory readings of one contender's trial: { time, processes, footprint (MiB) or nil, CPU seconds }.
local function write_readings(dir, contender, list)
   local file = assert(io.open(dir .. "/memory.csv", "w"))
   file:write("contender,label,workers,repeat,time_s,phase,processes,rss_bytes,pss_bytes,uss_bytes,",
      "footprint_bytes,cpu_s\n")
   for _, one in ipairs(list) do
      local bytes = one[3] and ("%d"):format(one[3] * 1024 ^ 2) or ""
      file:write(("%s,%s,4,1,%.6f,work,%d,%d,%s,%s,%s,%.6f\n"):format(contender, contender, one[1], one[2],
         2 ^ 24, bytes, bytes, bytes, one[4]))
   end
   file:close()
end

local function run_with(readings)
   local dir = support.add(runs.make { repeats = 1, workers = { 4 }, contenders = { "processes" } }, 20)
   write_readings(dir, "processes", readings)
   return results.load(dir)
end

function TestCharts.test_no_contender_uses_more_cores_than_the_machine_has()
   local readings = {}
   for tick = 0, 30 do -- two children of whom the sampler knows nothing until tick 11
      local seen = tick > 10
      readings[#readings + 1] = { tick / 10, seen and 3 or 1, 8, seen and 1.0 + tick / 100 or tick / 1000 }
   end
   local built = assert(charts.build("cpu", run_with(readings), {}, true))
   local most = 0
   for _, point in ipairs(built.panels[1].points) do
      most = math.max(most, point[2])
   end
   lu.assertTrue(most > 0.5 and most <= 2 + 1e-9, most) -- the fixture's machine has two
end

function TestCharts.test_charts_of_single_trials_end_at_the_total()
   local run = results.load(support.add(runs.make { repeats = 1, workers = { 4 },
      contenders = { "threads" } }, 20))
   local total = run.cells[1].trials[1].total_s
   lu.assertTrue(run.cells[1].trials[1].phases.end_s > total + 0.01)
   for _, name in ipairs { "timeline", "inflight", "cpu" } do
      local built = charts.build(name, run, {}, true)
      local unit = variable(built, "x_title"):find("ms", 1, true) and 1e-3 or 1
      lu.assertAlmostEquals(variable(built, "x_max") * unit, total, 1e-6, name)
      for _, x in ipairs { built.panels[1].phases.work_end_s, built.panels[1].ends } do
         lu.assertTrue(x <= total + 1e-9, name)
      end
   end
   local rows = block(charts.build("memory", run, {}, true), "threads")
   local last = tonumber(rows[#rows]:match("^%S+"))
   lu.assertTrue(last <= total + 1e-9, last)
end

function TestCharts.test_a_memory_line_breaks_where_nothing_was_read()
   local readings = { { 0.02, 1, 5, 0 }, { 0.03, 1, 5, 0 }, { 0.04, 1, 5.5, 0 }, { 1.5, 5, 40, 1 },
      { 1.51, 5, 41, 1 }, { 1.52, 1, 5, 1 } }
   local built = charts.build("memory", run_with(readings), {}, true)
   local rows = block(built, "processes")
   lu.assertEquals({ #rows, rows[4] }, { 7, "NaN NaN NaN" })
   local gaps = block(built, "gaps") -- dotted
   lu.assertEquals(#gaps, 1)
   lu.assertStrMatches(gaps[1], "[%d.]+ [%d.]+ 1.46 [%d.]+ %d")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "dotted: no reading")
   local dense = {}
   for tick = 0, 40 do
      dense[tick + 1] = { 0.02 + tick / 100, 1, 5, 0 }
   end
   built = charts.build("memory", run_with(dense), {}, true)
   lu.assertEquals(#block(built, "processes"), 41)
   lu.assertNotStrContains(table.concat(variable(built, "subtitle"), " "), "no reading")
end

-- A log axis has no zero: a line begins where the axis does, and what is left of that is no reading. A gap,
-- too: lines that began in mid-air looked as if nothing had run before.
function TestCharts.test_short_lines_on_a_log_axis_begin_at_its_start()
   local series = { { points = { { 0.0, 10, "setup" }, { 0.02, 30, "work" } } },
      { points = { { 0.0, 10, "setup" }, { 0.02, 30, "work", unknown = true } } } }
   memory_lines.begin_at(series, { log = 1, min = 5, divisor = 1e-3 })
   lu.assertEquals(series[1].points[1], { 0.005, 15, "setup", is_cut = true })
   lu.assertEquals(series[2].points, { { 0.005, 15, "setup", is_cut = true },
      { 0.02, 30, "work", unknown = true } })
end

function TestCharts.test_of_many_lines_the_few_that_end_apart_have_names()
   local list = {}
   for index = 1, 24 do
      list[index] = { x = 0.3, y = index <= 20 and 0.5 + index / 1000 or index / 24 - 0.1 }
   end
   list[7].is_reference = true
   local function point_of(one) return { one.x, one.y } end
   local with, without = named.of(list, point_of, { size = "page" })
   lu.assertEquals({ #with, #without }, { 4, 20 })
   lu.assertEquals(with[2], list[7])
   lu.assertEquals(#named.of({ table.unpack(list, 1, 7) }, point_of, { size = "column" }), 7)
   local run = results.load(stress.make "scan_many")
   for size, most in pairs { column = 7, page = 10, slide = 8 } do
      local built = charts.build("memory", run, { size = size }, true)
      local said = table.concat(variable(built, "subtitle"), " "):match "grey: (%d+) others, [%d.]+ to [%d.]+"
      local count = variable(built, "named_count")
      lu.assertTrue(count <= most, size)
      lu.assertEquals(count + (tonumber(said) or 0), variable(built, "series_count"))
   end
end

-- Chart cpu shows one trial, but the figure beside it is that of the table and of chart cores.
function TestCharts.test_cores_in_use_have_one_figure_for_each_span()
   local run = results.load(support.add(runs.make { repeats = 9, workers = { 4 },
      contenders = { "processes" }, change = function(trial)
         trial.cpu.cores_used = 1.4 + trial.block * trial.block % 7 / 50
         trial.cpu.workers_s = {}
         for index = 1, 4 do
            trial.cpu.workers_s[index] = trial.work_s * (0.4 + index / 100 + trial.block % 5 / 100)
         end
      end }, 20))
   local cell = run.cells[1]
   local whole = cores_in_use.from_start_to_end(run, cell).median
   local working = cores_in_use.while_working(run, cell).median
   lu.assertNotEquals(numbers.plain(whole), numbers.plain(working))
   local cpu = charts.build("cpu", run, {}, true)
   lu.assertStrContains(table.concat(variable(cpu, "line_text"), "|"),
      ("mean %s cores"):format(numbers.plain(whole)))
   lu.assertEquals(cpu.title,
      ("Processes keep %s of 2 cores busy from start to end"):format(numbers.plain(whole)))
   lu.assertStrContains(table.concat(variable(cpu, "subtitle"), " "), "from start to end")
   local cores = charts.build("cores", run, {}, true)
   lu.assertStrContains(table.concat(variable(cores, "beside"), "|"), numbers.plain(whole))
   lu.assertStrContains(variable(cores, "x_title"), "from start to end")
   local columns, rows = result_table.rows(run)
   for index, column in ipairs(columns) do
      if column.title == "CPU (cores)" then
         lu.assertEquals(rows[1][index].note, ("(%s)"):format(numbers.plain(whole)))
      end
   end
   local workers = charts.build("workers", run, {}, true)
   lu.assertStrContains(table.concat(variable(workers, "beside"), "|"), ("together %s cores"):format(
      numbers.plain(working)))
   lu.assertStrContains(variable(workers, "x_title"), "during the work")
end

-- The rows of a block as lists of numbers.
local function values(built, title)
   local rows = {}
   for index, line in ipairs(block(built, title)) do
      rows[index] = {}
      for word in line:gmatch("%S+") do
         table.insert(rows[index], tonumber(word) or 0 / 0)
      end
   end
   return rows
end

local function build(name, spec) return charts.build(name, results.load(runs.make(spec)), {}, true) end

TestBounds = { tearDown = function() runs.clear() end }

-- 100 jobs of 30 ± 10 ms last 40 ms at least and 3 s one after another.
function TestBounds.test_what_the_jobs_allow_is_drawn()
   local function server_of(fields)
      return function(manifest) manifest.server = fields end
   end
   local built = build("speedup", { repeats = 6, workers = { 1, 16, 100 }, manifest = server_of {
      latency_s = 0.03, jitter_s = 0.01, distribution = "uniform" } })
   local rows = values(built, "reachable 75×")
   lu.assertEquals(#rows, 4)
   lu.assertEquals({ rows[2][2], rows[3][1], rows[4][2] }, { 16, 75, 75 })
   lu.assertStrContains(table.concat(variable(built, "label_text"), "\n"), "reachable 75×")
   -- Seven rounds are needed for 100 jobs by 16 workers.
   built = build("speedup", { repeats = 6, workers = { 1, 4, 16 },
      manifest = server_of { latency_s = 0.03 } })
   rows = values(built, "reachable 14×")
   lu.assertAlmostEquals(rows[#rows][2], 100 / 7, 1e-6)
   built = build("speedup", { repeats = 6, workers = { 1, 4, 100 }, manifest = server_of {
      latency_s = 0.03, jitter_s = 0.01, distribution = "lognormal" } })
   lu.assertNotStrContains(table.concat(variable(built, "label_text"), "\n"), "reachable")
end

TestGroups = { tearDown = function() runs.clear() end }

function TestGroups.test_few_trials_have_no_density_and_two_groups_are_named()
   local function change(trial)
      trial.total_s = trial.total_s * (trial.label == "threads" and trial.block % 3 == 0 and 1.5 or 1)
   end
   local few = build("distribution", { repeats = 19, workers = { 16 }, change = change })
   lu.assertEquals(#values(few, "shape of threads"), 1) -- NaN
   lu.assertStrContains(few.title, "; trials of threads form two groups")
   lu.assertStrMatches(table.concat(variable(few, "beside"), "|"), ".*13 near %d+ %%, 6 near 1%d%d %%.*")
   lu.assertNotStrContains(table.concat(variable(few, "subtitle"), " "), "density")
   local many = build("distribution", { repeats = 20, workers = { 16 } })
   lu.assertTrue(#values(many, "shape of threads") > 20)
   lu.assertNotStrContains(many.title, "groups")
end

os.exit(lu.LuaUnit.run(), true)
