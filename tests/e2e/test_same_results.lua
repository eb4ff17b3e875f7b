--- `same_results = true` through the real command: a contender that computes something else is named, and the
-- exit code is 1 unless all contenders returned the same.
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

TestSameResults = {}

function TestSameResults.setUp() folder = support.folder() end

function TestSameResults.tearDown() support.remove(folder) end

-- Runs tasks that return what the body of `task(ctx, item)` says.
local function run(body)
   support.write(folder .. "/test.lua", ([[
      local bake = require "bakeoff"
      local count = 0
      bake.experiment {
         name = "test", items = { 1, 2, 3, 4 }, contenders = { "sequential", "threads", "coroutines" },
         workers = { 2 }, repeats = 1, warmup = 0, same_results = true,
         task = function(ctx, item) %s end,
      }:run()]]):format(body))
   local result = support.run({ "bakeoff", "run", "test.lua", "--notes" }, { folder = folder })
   local path = folder .. "/out/test"
   local summary = json.decode(support.slurp(path .. "/summary.json"))
   return result, summary.same_results, support.slurp(path .. "/report.md")
end

function TestSameResults.test_the_same()
   local result, verdict, report = run "return { item, ('x'):rep(item) }"
   support.assert_code(0, result)
   lu.assertEquals(verdict, "same")
   lu.assertStrContains(report, "Every job returned the same under all contenders.")
end

-- Only threads get a copy of `count` each; everywhere else, all jobs share it.
function TestSameResults.test_something_else()
   local result, verdict, report = run "count = count + 1 local mine = count ctx:sleep(0.01) return mine > 3"
   support.assert_code(1, result)
   lu.assertEquals(verdict, "different")
   local sentence = "The results of jobs differ from those of sequential with 1 worker:"
      .. " threads with 2 workers"
   lu.assertStrContains(result.stdout, "warning: " .. sentence)
   lu.assertStrContains(report, sentence)
end

function TestSameResults.test_failed_jobs_decide_nothing()
   local result, verdict = run "ctx:sleep(0.01) if ctx.worker == 2 then return nil, 'failed' end return item"
   support.assert_code(1, result)
   lu.assertEquals(verdict, "not shown")
   lu.assertStrContains(result.stdout,
      "warning: What jobs returned could not be compared, because some jobs failed")
end

os.exit(lu.LuaUnit.run(), true)
