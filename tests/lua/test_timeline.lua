--- Charts of single trials: timeline, inflight, cpu.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local charts = require "bakeoff.charts"
local lu = require "luaunit"

local cpu = require "bakeoff.charts.cpu"
local inflight = require "bakeoff.charts.inflight"
local plot = require "bakeoff.commands.plot"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local support = require "support_activity"
local timeline = require "bakeoff.charts.timeline"

local function run_of(spec, jobs, stride)
   return results.load(support.add(runs.make(spec), jobs or 100, stride))
end

-- A row of the variables.
local function var(built, name)
   for _, pair in ipairs(built.vars) do
      if pair[1] == name then
         return pair[2]
      end
   end
end

local function texts(built) return table.concat(var(built, "line_text"), "|") end

TestTimeline = {}

function TestTimeline.tearDown() runs.clear() end

function TestTimeline.test_what_is_said_of_the_panels()
   local run = run_of { repeats = 3, workers = { 4 }, contenders = { "threads", "eventloop" } }
   local built = timeline.build(run, {})
   lu.assertEquals(built.title, "Jobs wait 81 % of their time") -- 0.8 of 0.99
   lu.assertEquals(timeline.title(run), built.title)
   lu.assertEquals(texts(built), "threads|jobs wait 81 %|work: 50 % on a core|4 workers|" ..
      "event loop|jobs wait 81 %|work: 50 % on a core|4 slots")
end

function TestTimeline.test_a_loop_that_lets_others_wait_is_the_finding()
   local run = run_of { repeats = 1, workers = { 4 }, contenders = { "threads", "eventloop" },
      change = function(trial)
         if trial.contender == "eventloop" then
            trial.cpu.workers_s = { trial.work_s * 0.9 }
            trial.loop_lag_s = { p50 = 0.01, p90 = 0.02, p99 = 0.05, max = 0.08 }
         end
      end }
   lu.assertEquals(timeline.title(run),
      "The one thread of the event loop is busy 90 % of the time; events wait for the loop: p99 50.0 ms")
   lu.assertStrContains(texts(timeline.build(run, {})), "loop lag p99 50.0\u{a0}ms")
end

function TestTimeline.test_many_lanes_are_thinned_evenly_and_it_is_said()
   local run = run_of({ repeats = 1, workers = { 100 }, items = 300 }, 300)
   local built = timeline.build(run, {})
   lu.assertStrContains(texts(built), "19 of 100 workers")
   lu.assertStrContains(table.concat(var(built, "subtitle"), " "), "at most 19 lanes each")
   local shown = built.panels[2].shown
   lu.assertEquals({ #shown, shown[1].number, shown[19].number }, { 19, 1, 100 })
end

function TestTimeline.test_many_jobs_are_drawn_by_their_shares()
   local run = run_of({ repeats = 1, workers = { 4 }, contenders = { "threads" }, items = 8000 }, 8000)
   local built = timeline.build(run, {})
   lu.assertTrue(built.rectangles <= 5000 and built.rectangles > 0, built.rectangles)
   lu.assertStrContains(table.concat(var(built, "key_text"), " "), "height: share of the time")
end

function TestTimeline.test_what_marks_mean_stands_beside_them()
   local run = run_of { repeats = 1, workers = { 4 }, contenders = { "threads" }, change = function(trial)
      trial.setup_s, trial.phases.work_start_s, trial.phases.work_end_s, trial.phases.end_s = 1, 1, 2, 2.01
      trial.work_s, trial.teardown_s, trial.total_s = 1, 0.01, 2.01
   end }
   for _, size in ipairs { "page", "column", "slide" } do
      local built = timeline.build(run, { size = size })
      lu.assertEquals(table.concat(var(built, "key_kind"), " "), "pale dark band", size) -- nothing is queued
      lu.assertEquals(var(built, "phase_text"), { "pool starts" }, size) -- the end is too short for words
   end
end

function TestTimeline.test_a_sample_is_called_one()
   local run = run_of({ repeats = 1, workers = { 4 }, contenders = { "threads" } }, 100, 4)
   lu.assertStrContains(texts(timeline.build(run, {})), "25 of 100 jobs on record")
   local built = inflight.build(run, {})
   lu.assertStrContains(texts(built), "25 of 100 jobs on record")
   lu.assertStrContains(texts(built), "mean 3.96 of 4") -- each recorded job counts for four
end

function TestTimeline.test_who_takes_much_longer_is_cut_off_and_says_when_it_ends()
   local run = run_of { repeats = 1, workers = { 100 },
      contenders = { "sequential", "threads", "processes" } }
   local built = timeline.build(run, {})
   local ends = run.cells[2].trials[1].phases.end_s
   lu.assertEquals(var(built, "x_title"), "time (ms)")
   lu.assertTrue(var(built, "x_max") / 1000 < 2 * ends)
   lu.assertTrue(built.panels[1].ends > 4 * ends)
   lu.assertStrContains(texts(built), "sequential|ends at ")
end

-- A pool that starts for longer than the others take in all: its first jobs are shown nevertheless.
function TestTimeline.test_the_first_jobs_of_who_is_cut_off_are_shown()
   local run = run_of { repeats = 1, workers = { 100 }, contenders = { "threads", "eventloop", "processes" },
      change = function(trial)
         local setup = trial.contender == "processes" and 1.5 or 0.01
         local ends = trial.contender == "processes" and 8.0 or 1.0
         trial.phases = { work_start_s = setup, work_end_s = ends - 0.1, end_s = ends }
         trial.setup_s, trial.work_s, trial.teardown_s, trial.total_s = setup, ends - 0.1 - setup, 0.1, ends
      end }
   for _, chart in ipairs { timeline, inflight, cpu } do
      local last = var(chart.build(run, {}), "x_max")
      lu.assertTrue(last > 1.5 * 1.2 and last < 8.0, tostring(last))
   end
end

-- By the server's own record, in each trial's time; where there is none, nothing is marked.
function TestTimeline.test_it_is_marked_when_the_server_stalled()
   local run = run_of { repeats = 1, workers = { 4 }, contenders = { "threads", "eventloop", "coroutines" },
      change = function(trial)
         local start = trial.phases.work_start_s
         if trial.contender ~= "coroutines" then
            trial.server.stall_start_s, trial.server.stall_end_s = start + 0.5, start + 0.9
         end
      end }
   for _, chart in ipairs { timeline, inflight, cpu } do
      for _, size in ipairs { "page", "column", "slide" } do
         local built = chart.build(run, { size = size })
         lu.assertEquals(var(built, "stall_text"), { "server stalls 400 ms", "server stalls 400 ms" })
         lu.assertStrContains(table.concat(var(built, "subtitle"), " "),
            "bracket, dotted: the server stalls for 400 ms")
         local block = built.data:match "the server stalls: [^\n]*\n(.*)$"
         local from, to, top, bottom = block:match "^(%S+) (%S+) (%S+) (%S+)\n"
         lu.assertEquals(var(built, "x_title"), "time (s)")
         lu.assertAlmostEquals(from - run.cells[1].trials[1].setup_s, 0.5, 1e-6)
         lu.assertAlmostEquals(to - from, 0.4, 1e-6)
         lu.assertTrue(tonumber(top) >= 0, top) -- above the plot it would be clipped
         lu.assertTrue(tonumber(top) < tonumber(bottom))
      end
      local cut = chart.build(run, { window = { from = 0.6, to = 0.7 } })
      lu.assertStrContains(cut.data, "\n600 700 ")
      lu.assertEquals(#var(chart.build(run, { window = { from = 1.2, to = 1.3 } }), "stall_text"), 0)
   end
end

function TestTimeline.test_a_window_of_time()
   local run = run_of { repeats = 1, workers = { 4 }, contenders = { "threads" } }
   for _, chart in ipairs { timeline, inflight, cpu } do
      local built = chart.build(run, { window = { from = 0.1, to = 0.3 } })
      lu.assertEquals({ var(built, "x_min"), var(built, "x_max"), var(built, "x_title") },
         { 100.0, 300.0, "time (ms)" })
      for x in built.data:gmatch("\n([%d.]+) ") do
         lu.assertTrue(chart == inflight or tonumber(x) < 1000, x)
      end
   end
end

function TestTimeline.test_wrong_windows_are_refused()
   local dir = runs.make { repeats = 1 }
   for _, window in ipairs { "3", "2s-1s", "1s-x", "-" } do
      lu.assertErrorMsgContains("--window: ", plot.run, { dir = dir, window = window })
   end
end

function TestTimeline.test_folders_without_these_rows_are_not_told_off()
   local run = results.load(runs.make { repeats = 1 })
   for _, chart in ipairs { timeline, inflight, cpu } do
      local built, reason, aside = chart.build(run, {})
      lu.assertEquals({ built, aside }, { nil, "aside" })
      lu.assertStrMatches(reason, ".*trials.*")
   end
end

TestAreas = {}

function TestAreas.tearDown() runs.clear() end

function TestAreas.test_jobs_in_flight_by_littles_law()
   local run = run_of { repeats = 1, workers = { 4 }, contenders = { "threads", "processes" } }
   local built = inflight.build(run, {})
   lu.assertEquals(built.title, "All contenders keep at least 99 % of their slots busy")
   lu.assertEquals(texts(built), "threads|mean 3.96 of 4|processes|mean 3.96 of 4")
   local most = 0
   for _, point in ipairs(built.panels[1].points) do
      most = math.max(most, point[2])
   end
   lu.assertTrue(most <= 4 + 1e-9 and most > 3.9, most)
end

function TestAreas.test_full_slots_are_all_of_them()
   local words = require "bakeoff.analysis.wording.single_trials"
   local one, two = { filled = 0.998, slots = 6 }, { filled = 1.01, slots = 6 }
   lu.assertEquals(words.in_flight { one, two }, "All contenders keep all of their slots busy")
   one.filled = 0.97
   lu.assertEquals(words.in_flight { one, two }, "All contenders keep at least 97 % of their slots busy")
end

function TestAreas.test_slots_that_stay_empty_are_the_finding()
   local run = run_of { repeats = 1, workers = { 64 }, contenders = { "sequential", "threads" } }
   -- The one slot of sequential is always in use, so it is no finding.
   lu.assertStrMatches(inflight.build(run, {}).title, "Threads use %d+ %% of their slots on average")
   -- The one slot of sequential is as high as the 64 of threads.
   local panel = inflight.build(run, {}).panels[1]
   lu.assertEquals({ panel.cell.label, panel.scale.texts }, { "sequential", { "0", "1" } })
   lu.assertTrue(panel.scale.most < 1.2, panel.scale.most)
end

function TestAreas.test_cores_are_what_cpu_time_grows_by()
   local run = run_of { repeats = 1, workers = { 4 }, contenders = { "threads" } }
   local built = cpu.build(run, {})
   for index, point in ipairs(built.panels[1].points) do
      lu.assertTrue(index == 1 or index == #built.panels[1].points or math.abs(point[2] - 0.75) < 0.01
         or point[2] == 0, point[2])
   end
   lu.assertStrMatches(built.title, "Threads keep [%d.]+ of 2 cores busy from start to end")
end

TestPictures = {}

function TestPictures.tearDown() runs.clear() end

function TestPictures.test_all_sizes_and_formats_are_drawn()
   local run = run_of { repeats = 2, contenders = runs.SEVEN, workers = { 4, 100 } }
   for _, size in ipairs { "column", "page", "slide" } do
      local drawn, problems, skipped = charts.draw(run, { only = { "timeline", "inflight", "cpu" },
         size = size, formats = { "svg", "png", "pdf", "tikz" } })
      lu.assertEquals({ #drawn, problems, skipped }, { 3, {}, {} }, size)
      for _, chart in ipairs(drawn) do
         lu.assertEquals(#chart.pictures, 4)
      end
   end
end

function TestPictures.test_no_text_reaches_a_shell()
   local trap = os.tmpname()
   os.remove(trap)
   local evil = ("'`touch %s`$(touch %s)\"; system('touch %s') #"):format(trap, trap, trap)
   local run = run_of { repeats = 1, job = evil, workers = { 4 },
      contenders = { { "threads", label = evil:gsub('"', "") } } }
   local drawn, problems = charts.draw(run, { only = { "timeline", "inflight", "cpu" } })
   lu.assertEquals({ #drawn, problems }, { 3, {} })
   lu.assertNil(io.open(trap))
end

os.exit(lu.LuaUnit.run(), true)
