--- Jobs that fail, through the real command: why they failed is told wherever readers look, the exit code is
-- 1 unless the failures are expected, and trials.jsonl has counts by kind and status.
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

TestFailedJobs = {}

function TestFailedJobs.setUp() folder = support.folder() end

function TestFailedJobs.tearDown() support.remove(folder) end

local function run(fields, server)
   support.script(folder, fields .. ", workers = { 2 }, repeats = 1, warmup = 0", { server = server })
   local result = support.run({ "bakeoff", "run", "test.lua" }, { folder = folder })
   return result, support.trials(folder .. "/out/test")
end

local ALL = 'contenders = { "sequential", "threads", "processes", "eventloop", "coroutines" }'

function TestFailedJobs.test_every_contender_records_kind_status_and_example()
   local result, rows = run(ALL, "errors = 1")
   support.assert_code(1, result)
   lu.assertEquals(#rows, 5)
   for _, row in ipairs(rows) do
      local one = row.failures[1]
      lu.assertEquals({ #row.failures, one.kind, one.status, one.count }, { 1, "http", 500, 6 }, row.label)
      lu.assertStrMatches(one.example, "http://.*: HTTP status 500")
   end
end

function TestFailedJobs.test_expected_statuses_are_no_failures()
   local result, rows = run(ALL .. ", expect = { 500 }, process = function(r) return r.status == 500 end",
      "errors = 1")
   support.assert_code(0, result)
   for _, row in ipairs(rows) do
      lu.assertEquals({ row.status, row.jobs.done, row.failures }, { "ok", 6 }, row.label)
   end
end

function TestFailedJobs.test_a_range_of_them_is_said_wherever_readers_look()
   local result, rows = run('contenders = { "threads" }, expect = { "5xx", 200 }', "errors = 0.5")
   support.assert_code(0, result)
   lu.assertEquals({ rows[1].jobs.done, rows[1].errors }, { 6 })
   lu.assertTrue(rows[1].server.errors > 0)
   lu.assertStrContains(support.slurp(folder .. "/out/test/report.md"), "expected: 200, 5xx")
   local manifest = json.decode(support.slurp(folder .. "/out/test/manifest.json"))
   lu.assertEquals(manifest.expect, { 200, "5xx" })
   lu.assertStrContains(support.slurp(folder .. "/out/test/charts/speed.svg"), "expected: 200, 5xx")
end

function TestFailedJobs.test_all_others_are()
   local result, rows = run('contenders = { "threads" }, expect = 404', 'latency = "1ms"')
   support.assert_code(1, result)
   lu.assertEquals({ rows[1].failures[1].kind, rows[1].failures[1].status }, { "http", 200 })
end

function TestFailedJobs.test_why_some_jobs_of_a_trial_failed()
   support.write(folder .. "/test.lua", [[
      local bake = require "bakeoff"
      bake.experiment { name = "test", items = { 1, 2, 3 }, contenders = { "threads", "coroutines" },
         workers = { 1 }, repeats = 2, warmup = 0,
         task = function(ctx, x)
            if x == 2 then return nil, "the disk is on fire" end
            return true
         end }:run()]])
   local result = support.run({ "bakeoff", "run", "test.lua" }, { folder = folder })
   support.assert_code(1, result)
   lu.assertStrContains(result.stdout, "4 jobs: error in the task (item 2: the disk is on fire)")
   for _, name in ipairs { "report.md", "report.html", "summary.json" } do
      lu.assertStrContains(support.slurp(folder .. "/out/test/" .. name), "the disk is on fire", false, name)
   end
   local summary = json.decode(support.slurp(folder .. "/out/test/summary.json"))
   lu.assertEquals({ summary.failures[1].kind, summary.failures[1].jobs }, { "task", 4 })
end

os.exit(lu.LuaUnit.run(), true)
