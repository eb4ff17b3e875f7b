--- Checks of every answer, through the real command: where readers see them, and what decides the exit code.
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

TestChecks = {}

function TestChecks.setUp() folder = support.folder() end

function TestChecks.tearDown() support.remove(folder) end

local FIELDS = 'contenders = { "threads", "eventloop" }, workers = { 2 }, repeats = 2, warmup = 0, check = '

-- Runs an experiment with these checks; after: what the script does with its results.
local function run(checks, after)
   support.script(folder, FIELDS .. checks, { server = "size = 100" })
   if after then
      local script = support.slurp(folder .. "/test.lua"):gsub("bake.experiment", "local results = %0")
      support.write(folder .. "/test.lua", script .. after)
   end
   return support.run({ "bakeoff", "run", "test.lua" }, { folder = folder })
end

local function slurp(name) return support.slurp(folder .. "/out/test/" .. name) end

function TestChecks.test_failed_checks_are_counted_and_shown_everywhere()
   local result = run '{ status = 200, min_bytes = 200 }'
   support.assert_code(0, result)
   lu.assertStrContains(result.stdout, "  Checks: 24 of 48 failed\n")
   lu.assertStrContains(result.stdout, "    status is 200: passed by all 24 answers\n")
   lu.assertStrContains(result.stdout, "    has at least 200 bytes: passed by 0 of 24 answers (0 %)\n")
   lu.assertStrMatches(slurp "report.md", ".*\n| has at least 200 bytes *| *0 | *24 | *0 %% | threads with 2 "
      .. "workers: 12; event loop with 2 workers: 12 *|\n.*")
   lu.assertStrContains(slurp "report.html", "where it failed")
   local one = json.decode(slurp "summary.json").checks[2]
   lu.assertEquals({ one.name, one.passed, one.failed, one.share, one.cells[2].label, one.cells[2].failed },
      { "has at least 200 bytes", 0, 24, 0, "eventloop", 12 })
   lu.assertEquals(support.trials(folder .. "/out/test")[1].checks,
      { { name = "status is 200", passed = 6, failed = 0 },
         { name = "has at least 200 bytes", passed = 0, failed = 6 } })
   lu.assertEquals(json.decode(slurp "manifest.json").check, { status = 200, min_bytes = 200 })
end

function TestChecks.test_with_fail_the_exit_code_is_1()
   local result = run '{ min_bytes = 200, fail = true }'
   support.assert_code(1, result)
   lu.assertStrContains(result.stdout, "a check failed")
   lu.assertEquals(support.trials(folder .. "/out/test")[1].errors, { check = 6 })
   support.assert_code(0, run '{ min_bytes = 100, fail = true }')
end

local GATE = 'results:gate { "checks_failed == 0" }'

function TestChecks.test_a_gate_may_ask_for_them()
   local result = run('{ min_bytes = 200 }', GATE)
   support.assert_code(1, result)
   lu.assertStrContains(result.stderr, "checks_failed == 0")
   support.assert_code(0, run('{ min_bytes = 100 }', GATE))
end

function TestChecks.test_bad_ones_are_usage_errors()
   local result = run '{ max_time = "soon" }'
   support.assert_code(2, result)
   lu.assertStrContains(result.stderr, "check.max_time: 'soon' is not a quantity")
end

os.exit(lu.LuaUnit.run(), true)
