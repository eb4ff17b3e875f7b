--- `bakeoff run`: what a script's functions can do wrong, seen from outside.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local assert_code = support.assert_code

local folder

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

TestFaults = {}

function TestFaults.setUp() folder = support.folder() end

function TestFaults.tearDown() support.remove(folder) end

local function single_row(result, code)
   assert_code(code, result)
   local rows = support.trials(folder .. "/out/test")
   lu.assertEquals(#rows, 1, result.stderr)
   return rows[1]
end

local ONE = 'contenders = { %s }, workers = { 2 }, repeats = 1, warmup = 0, timeout = %s, ' ..
   'process = function(response) if response.url:match("=3$") then %s end end'

local function script_that(act, contender, timeout)
   support.script(folder, ONE:format(('"%s"'):format(contender), timeout or '"1min"', act))
   return bakeoff("test.lua")
end

function TestFaults.test_a_worker_process_that_dies_loses_its_job_alone()
   for _, act in ipairs { "os.exit(3)", "os.exit(0, true)", 'os.execute("kill -9 $PPID")' } do
      local row = single_row(script_that(act, "processes"), 1)
      lu.assertEquals(row.jobs, { submitted = 6, done = 5, failed = 0, lost = 1, recorded = 6 }, act)
      lu.assertStrContains(row.reason, "1 of 6 jobs failed, the first: worker ")
      local lost = support.csv(folder .. "/out/test/jobs.csv")[3]
      lu.assertEquals({ lost.job, lost.status, lost.error }, { "3", "lost", "lost" })
   end
end

function TestFaults.test_a_trial_that_dies_is_a_failed_row()
   for _, contender in ipairs { "sequential", "threads", "eventloop", "coroutines" } do
      local row = single_row(script_that("os.exit(0)", contender), 1)
      lu.assertEquals(row.status, "failed", contender)
      lu.assertStrContains(row.reason, "the trial exited with code 0 before its work was done")
      lu.assertTrue(row.jobs.lost > 0)
      lu.assertEquals(row.jobs.done + row.jobs.failed + row.jobs.lost, 6)
   end
end

function TestFaults.test_a_trial_that_hangs_is_a_timeout_row()
   for _, contender in ipairs { "sequential", "threads", "processes", "eventloop", "coroutines" } do
      local row = single_row(script_that("while true do end", contender, '"400ms"'), 1)
      lu.assertEquals(row.status, "timeout", contender)
      lu.assertEquals(row.reason, "the trial did not end within 0.4 s")
   end
end

function TestFaults.test_errors_of_process_reach_the_report()
   local result = script_that('error("no such day")', "threads")
   local row = single_row(result, 1)
   lu.assertEquals({ row.status, row.jobs.failed }, { "ok", 1 })
   lu.assertStrContains(row.reason, "test.lua:4: no such day")
   result = script_that("end error('all bad') if true then", "threads")
   row = single_row(result, 1)
   lu.assertEquals({ row.status, row.jobs.failed }, { "failed", 6 })
   lu.assertStrContains(result.stdout .. result.stderr, "all bad")
end

os.exit(lu.LuaUnit.run(), true)
