--- Automatic repeats through the real command: what stops them, and continuing a run.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local SERVER = { server = 'latency = "5ms"', count = 4 }
local FIELDS = 'contenders = { "threads", "eventloop" }, workers = { 2 }, warmup = 0, '

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

local function manifest() return support.manifest(folder .. "/out/test") end

local function trials() return support.trials(folder .. "/out/test") end

TestAuto = {}

function TestAuto.setUp() folder = support.folder() end

function TestAuto.tearDown() support.remove(folder) end

function TestAuto.test_the_most_is_kept_and_said()
   support.script(folder, FIELDS .. 'auto = { width = 0.000001, most = 7 }', SERVER)
   local result = bakeoff("run", "test.lua", "--notes")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(#trials(), 14)
   lu.assertEquals({ manifest().repeats, manifest().auto.stopped_by }, { 7, "most" })
   lu.assertStrContains(result.stdout, "Repeats were automatic: stopped after 7 blocks: the most blocks that")
   local report = support.slurp(folder .. "/out/test/report.md")
   lu.assertStrContains(report, "Repeats were automatic: stopped after 7")
end

function TestAuto.test_a_budget_that_is_spent_ends_it_at_the_least()
   support.script(folder, FIELDS .. 'auto = { width = 0.000001, budget = "1ms" }', SERVER)
   lu.assertEquals(bakeoff("run", "test.lua").code, 0)
   lu.assertEquals({ #trials(), manifest().auto.stopped_by }, { 12, "budget" })
end

function TestAuto.test_what_is_enough_stays_enough_when_resumed()
   support.script(folder, FIELDS .. 'auto = { width = "100%" }', SERVER)
   lu.assertEquals(bakeoff("run", "test.lua").code, 0)
   local count, stopped = #trials(), manifest().auto.stopped
   lu.assertEquals(bakeoff("run", "test.lua", "--resume").code, 0)
   lu.assertEquals({ #trials(), manifest().auto.stopped }, { count, stopped })
   lu.assertEquals(bakeoff("run", "test.lua", "--resume", "--repeats", tostring(count // 2 + 1)).code, 0)
   lu.assertEquals(#trials(), count + 2)
end

function TestAuto.test_interrupted_and_resumed()
   support.script(folder, FIELDS .. 'auto = { width = 0.000001, most = 8 }', SERVER)
   local run = support.start({ "bakeoff", "run", "test.lua" }, folder)
   support.wait_for("the first rows", function() return #trials() >= 3 end)
   run:kill("INT")
   local result = run:finish()
   if result.code == 130 then -- else the run ended before the signal came
      lu.assertStrContains(result.stderr, " of at most 16 trials are kept in out/test; --resume runs")
   end
   lu.assertEquals(bakeoff("run", "test.lua", "--resume").code, 0)
   lu.assertEquals({ #trials(), manifest().repeats }, { 16, 8 })
end

function TestAuto.test_exec_takes_it_too()
   local result = bakeoff("exec", "--repeats", "auto", "--no-chart", "--notes", "--", "sleep", "0.01")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "Repeats were automatic: stopped after ")
   result = bakeoff("exec", "--repeats", "some", "--", "sleep", "0.01")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr,
      "'some' is not accepted; write a whole number from 1 to 1000000, such as 10")
end

os.exit(lu.LuaUnit.run(), true)
