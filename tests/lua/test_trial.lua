--- Trials as processes of their own: what they return, how they end, what is kept.
local lu = require "luaunit"

local core = require "bakeoff.core"
local server = require "bakeoff.net.server"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_trial.lua")
local FIELDS = dofile(here .. "support_row.lua")

local jobs

local function run(body, options)
   assert(jobs:new_recorder())
   local result = assert(core.trial_run(jobs, body, options or {}))
   return result:row(jobs), result
end

local function phases(enter)
   enter("work")
   enter("teardown")
   return true
end

TestBody = {}

function TestBody.setUp() jobs = core.jobs { urls = {} } end

function TestBody.tearDown() jobs = nil end

function TestBody.test_runs_in_a_copy_of_this_state()
   local changed = 0
   local row = run(function(enter)
      changed = changed + 1
      return changed == 1 and phases(enter)
   end)
   lu.assertEquals({ row.status, row.reason }, { "ok" })
   lu.assertEquals(changed, 0)
end

function TestBody.test_times_add_up()
   local row = run(phases)
   lu.assertAlmostEquals(row.total_s, row.setup_s + row.work_s + row.teardown_s, 1e-9)
   lu.assertTrue(row.phases.work_start_s <= row.phases.work_end_s)
   lu.assertTrue(row.phases.setup_start_s > 0 and row.phases.work_end_s <= row.phases.teardown_start_s)
   lu.assertTrue(row.phases.setup_start_s + row.setup_s <= row.phases.work_start_s + 1e-9)
   lu.assertAlmostEquals(row.phases.teardown_start_s + row.teardown_s, row.phases.end_s, 1e-9)
   lu.assertTrue(row.memory.samples >= 3)
   lu.assertTrue(row.memory.footprint_peak_bytes >= row.memory.footprint_baseline_bytes)
end

-- A body of one thread uses one core at most, however short it is: its CPU time is that of all its life.
function TestBody.test_one_thread_uses_no_more_than_one_core()
   for _ = 1, 10 do
      local row = run(phases)
      lu.assertTrue(row.cpu.cores_used > 0 and row.cpu.cores_used <= 1.05, row.cpu.cores_used)
   end
end

local function assert_failed(row, words)
   lu.assertEquals(row.status, "failed")
   lu.assertStrContains(row.reason, words)
end

function TestBody.test_errors_are_reasons()
   assert_failed(run(function() error("no luck") end), "no luck")
   assert_failed(run(function() error({}) end), "table")
   assert_failed(run(function() return nil, "cannot" end), "cannot")
   assert_failed(run(function() return false end), "nil")
   lu.assertStrContains(run(function() error("no luck") end).reason, "stack traceback:")
end

-- lua-unit replaces os.exit.
local function leave(code)
   lu.unregisterCurrentSuite()
   os.exit(code)
end

function TestBody.test_an_early_exit_is_no_success()
   assert_failed(run(function() leave(0) end), "the trial exited with code 0 before its work was done")
   assert_failed(run(function(enter)
      enter("work")
      leave(0)
   end), "before its work was done")
   assert_failed(run(function() leave(3) end), "the trial exited with code 3")
end

function TestBody.test_a_killed_trial_tells_the_signal()
   assert_failed(run(function() os.execute("kill -9 $PPID") end), "killed by signal 9")
end

function TestBody.test_the_time_limit()
   local row = run(function() while true do end end, { timeout = 0.05 })
   lu.assertEquals({ row.status, row.reason }, { "timeout", "the trial did not end within 0.05 s" })
end

function TestBody.test_what_a_trial_leaves_behind_is_ended_and_counted()
   local row = run(function(enter)
      os.execute("sleep 1000 >/dev/null 2>&1 &")
      return phases(enter)
   end)
   lu.assertEquals({ row.status, row.left_behind }, { "ok", 1 })
end

function TestBody.test_misuse()
   lu.assertErrorMsgContains("no recorder", core.trial_run, core.jobs { urls = {} }, phases, {})
   lu.assertErrorMsgContains("function expected", core.trial_run, jobs, nil, {})
   lu.assertErrorMsgContains("table expected", core.trial_run, jobs, phases)
   lu.assertErrorMsgContains("bakeoff.jobs expected", core.trial_run, {}, phases, {})
   lu.assertErrorMsgContains("urls: expected a list", core.jobs, {})
   lu.assertErrorMsgContains("urls[1]: expected an http or https URL", core.jobs, { urls = { "file:///x" } })
   lu.assertErrorMsgContains("process: expected a function", core.jobs, { urls = {}, process = 5 })
   assert(jobs:new_recorder())
   lu.assertErrorMsgContains("unknown native contender", core.native_setup, "fibers", jobs, 1)
   lu.assertErrorMsgContains("1 to 65,535 workers", core.native_setup, "threads", jobs, 0)
   lu.assertErrorMsgContains("1 to 65,535 workers", core.job_loop, jobs, 65536)
end

function TestBody.test_a_result_can_be_freed_twice()
   local _, result = run(phases)
   result:free()
   result:free()
end

TestRow = {}

function TestRow.test_has_all_fields()
   local site <close> = server.start { latency = "1ms" }
   support.each({ urls = site:urls("/%d", 9) }, function(name, row)
      for group, names in pairs(FIELDS) do
         if type(names) == "string" then
            lu.assertNotNil(row[names], name .. ": " .. names)
         else
            for _, field in ipairs(names) do
               lu.assertNotNil(row[group][field], ("%s: %s.%s"):format(name, group, field))
            end
         end
      end
   end)
end

function TestRow.test_is_consistent()
   local site <close> = server.start { latency = "2ms" }
   support.each({ urls = site:urls("/%d", 12) }, function(name, row)
      lu.assertTrue(row.total_s >= row.work_s, name)
      lu.assertTrue(row.work_s * row.workers >= 12 * 0.002)
      lu.assertTrue(row.in_flight_peak >= 1 and row.in_flight_peak <= row.workers)
      lu.assertAlmostEquals(row.requests_per_s * row.work_s, 12, 1e-6)
      for _, group in ipairs { "latency_s", "queue_s" } do
         local q = row[group]
         lu.assertTrue(q.p50 <= q.p90 and q.p90 <= q.p99 and q.p99 <= q.max, name .. " " .. group)
      end
      lu.assertTrue(row.latency_s.p50 >= 0.0019)
      lu.assertTrue(row.memory.uss_peak_bytes <= row.memory.rss_peak_bytes)
   end)
end

function TestRow.test_rows_of_jobs_are_bounded()
   local site <close> = server.start {}
   local row, result, of_trial = support.run("eventloop", { urls = site:urls("/%d", 30), job_rows = 10 })
   local lines = support.job_lines(result, of_trial)
   lu.assertEquals(row.jobs.done, 30)
   lu.assertEquals({ row.jobs.recorded, #lines }, { 8, 8 })
   for i, line in ipairs(lines) do -- one row for every four jobs
      lu.assertEquals((line.job - 1) // 4, i - 1)
      lu.assertEquals(line.status, "done")
   end
end

function TestRow.test_quantiles_need_enough_jobs()
   local site <close> = server.start {}
   local few = support.run("eventloop", { urls = site:urls("/%d", 999) })
   local enough = support.run("eventloop", { urls = site:urls("/%d", 1000) })
   for _, group in ipairs { "latency_s", "queue_s", "service_s" } do
      lu.assertNil(few[group].p999, group)
      lu.assertTrue(enough[group].p99 <= enough[group].p999, group)
      lu.assertTrue(enough[group].p999 <= enough[group].max, group)
   end
   lu.assertEquals(few.service_s, few.latency_s) -- the same in a closed loop
end

-- Overlapping sleeps of 0.5 to 20 ms: neighbouring percentiles lie a few per cent apart.
function TestRow.test_quantiles_are_those_of_the_jobs()
   local items = {}
   for i = 1, 40 do
      items[i] = i
   end
   local row, result, of_trial = support.run("coroutines", { items = items,
      task = function(ctx, i) ctx:sleep(0.002 * 1.12 ^ i) end }, 40)
   local latencies = {}
   for i, line in ipairs(support.job_lines(result, of_trial)) do
      latencies[i] = line.times[8] - line.times[2] -- ended_s - started_s
   end
   table.sort(latencies)
   lu.assertEquals(#latencies, 40)
   for name, rank in pairs { p50 = 20, p90 = 36, p99 = 40, max = 40 } do -- the nearest rank
      lu.assertAlmostEquals(row.latency_s[name], latencies[rank], 0.01 * latencies[rank], name)
   end
end

function TestRow.test_the_spectrum_rises_to_the_maximum()
   local site <close> = server.start {}
   local row = support.run("threads", { urls = site:urls("/%d", 200) })
   local list = row.latency_spectrum
   lu.assertEquals({ list[1][1], list[#list][1] }, { 0, 1 })
   lu.assertEquals(list[#list][2], row.latency_s.max)
   lu.assertTrue(list[#list - 1][1] <= 0.995) -- 200 jobs resolve no more
   for i = 2, #list do
      lu.assertTrue(list[i][1] > list[i - 1][1] and list[i][2] >= list[i - 1][2])
   end
end

function TestRow.test_errors_are_counted_by_kind()
   local row = support.run("sequential", { items = { 1, 2, 3 }, task = function(_, n) assert(n == 2) end })
   lu.assertEquals(row.errors, { task = 2 })
   local well = support.run("sequential", { items = { 1 }, task = function() return true end })
   lu.assertNil(well.errors)
end

function TestRow.test_a_bench_with_threads_is_told_what_to_do()
   local trial_run = core.trial_run
   core.trial_run = function() return nil, "trial: not possible in this state", "busy" end
   local ok, problem = pcall(support.run, "sequential", { urls = { "http://127.0.0.1:1/" } })
   core.trial_run = trial_run
   lu.assertFalse(ok)
   lu.assertEquals(problem.exit_code, 2)
   lu.assertStrContains(problem.message, "one thread")
end

TestInterrupt = {}

function TestInterrupt.test_a_signal_stops_the_trial_and_is_taken()
   jobs = core.jobs { urls = {} }
   local guard <close> = assert(core.interrupt_open())
   lu.assertNil(guard:take())
   local row = run(function()
      local stat <close> = assert(io.open("/proc/self/stat"))
      os.execute("kill -INT " .. stat:read("a"):match("^%d+ %b() %a (%d+)"))
      while true do end
   end, { interrupt = guard })
   lu.assertEquals({ row.status, row.reason }, { "interrupted", "interrupted" })
   lu.assertEquals(guard:take(), 2)
   lu.assertNil(guard:take())
end

os.exit(lu.LuaUnit.run(), true)
