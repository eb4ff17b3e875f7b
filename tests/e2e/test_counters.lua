--- `--counters` through the real command: what processor and kernel counted for each trial.
local lu = require "luaunit"
local core = require "bakeoff.core"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

-- name → { name, available, reason } of this machine.
local function machine()
   local by_name = {}
   for _, one in ipairs(core.counters()) do
      by_name[one.name] = one
   end
   return by_name
end

local function has_page_faults() return machine().page_faults.available end

TestCounters = {}

function TestCounters.setUp() folder = support.folder() end

function TestCounters.tearDown() support.remove(folder) end

function TestCounters.test_what_is_missing_says_why()
   for _, name in ipairs { "instructions", "cycles", "branch_misses", "cache_misses", "page_faults" } do
      local one = machine()[name]
      lu.assertTrue(one.available or #one.reason > 10, name)
   end
end

-- dd touches its buffer of 8 MiB once: 2,048 pages; that is a child of the measured program.
function TestCounters.test_a_command_and_its_children_are_counted_from_the_first_instruction_on()
   local result = bakeoff("exec", "--counters", "--no-chart", "--repeats", "2", "--warmup", "0", "--", "sh",
      "-c", "dd if=/dev/zero of=/dev/null bs=8M count=1 2>/dev/null; true")
   lu.assertEquals(result.code, 0, result.stderr)
   local path = folder .. "/out/exec"
   local manifest, rows = support.manifest(path), support.trials(path)
   lu.assertEquals(manifest.counters, true)
   lu.assertEquals(#manifest.environment.counters, 5)
   for _, row in ipairs(rows) do
      for name, one in pairs(machine()) do
         lu.assertEquals(row.counters[name] ~= nil, one.available, name)
      end
   end
   local report = support.slurp(path .. "/report.md")
   lu.assertStrContains(report, "## Counters")
   if not machine().instructions.available then
      lu.assertStrContains(report, "Not available here: instructions")
   end
   if has_page_faults() then
      lu.assertTrue(rows[1].counters.page_faults > 100, rows[1].counters.page_faults)
      lu.assertStrContains(report, "page faults")
      local exported = bakeoff("report", "out/exec", "--no-chart", "--export-csv", "-")
      lu.assertStrContains(exported.stdout, "page_faults")
      lu.assertStrContains(support.slurp(path .. "/summary.json"), '"page_faults"')
   end
end

-- That they are missing is normal: the run succeeds, and one line of its report says why.
function TestCounters.test_a_machine_that_permits_none_says_what_would()
   local build = os.getenv("BAKEOFF_BUILD")
   local result = support.run({ build .. "/bin/tool_without", "counters", build .. "/bakeoff", "exec",
      "--counters", "--no-chart", "--repeats", "2", "--warmup", "0", "--", "true" }, { folder = folder })
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   local path = folder .. "/out/exec"
   lu.assertStrContains(support.slurp(path .. "/report.md"), "Not available here: instructions, cycles, "
      .. "branch misses, cache misses and page faults (not permitted: "
      .. "/proc/sys/kernel/perf\\_event\\_paranoid must be 2 or less).")
   lu.assertEquals(next(support.trials(path)[1].counters), nil)
end

function TestCounters.test_nothing_is_counted_unless_asked_for()
   bakeoff("exec", "--no-chart", "--repeats", "1", "--warmup", "0", "--", "true")
   local path = folder .. "/out/exec"
   lu.assertNil(support.trials(path)[1].counters)
   lu.assertNil(support.manifest(path).environment.counters)
   lu.assertNotStrContains(support.slurp(path .. "/report.md"), "## Counters")
end

-- Each job writes to 16 MiB: under every model, also in the workers of pools.
function TestCounters.test_threads_and_processes_are_counted_with_their_workers()
   if not has_page_faults() then
      lu.skip "this machine counts no page faults"
   end
   support.write(folder .. "/it.lua", [[
      local bake = require "bakeoff"
      bake.experiment { name = "it", items = { 1, 2, 3, 4 }, counters = true, repeats = 1, warmup = 0,
         workers = { 2 }, task = function() return #("x"):rep(16 << 20) end,
         contenders = { "sequential", "threads", "processes" } }:run()
   ]])
   local result = bakeoff("run", "it.lua")
   lu.assertEquals(result.code, 0, result.stderr)
   for _, row in ipairs(support.trials(folder .. "/out/it")) do
      lu.assertTrue(row.counters.page_faults > 4 * 4096 / 2, row.label .. ": " .. row.counters.page_faults)
   end
   local again = bakeoff("run", "it.lua", "--resume")
   lu.assertEquals(again.code, 0, again.stderr)
end

function TestCounters.test_env_names_them()
   lu.assertStrMatches(bakeoff("env").stdout, ".*\ncounters +[^\n]+\n.*")
end

os.exit(lu.LuaUnit.run(), true)
