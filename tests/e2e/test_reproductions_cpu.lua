--- The reproductions about processes and the interpreter lock, and the table of all systems: what tiny runs
-- show however busy the machine is, and refused options.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local SCRIPTS = os.getenv("BAKEOFF_SOURCE") .. "/scripts/"
local PACKAGE = "python3"

local folder

local function run(script, ...)
   return support.run({ "bakeoff", "run", SCRIPTS .. script .. ".lua", "--out", folder, ... },
      { folder = folder })
end

local function run_well(script, ...)
   local result = run(script, ...)
   lu.assertEquals(result.code, 0, script .. ": " .. result.stderr .. result.stdout)
   return result.stdout
end

local function skip_without_python()
   local python = core.file_kind "/usr/bin/python3" or core.program_find "python3"
   lu.skipIf(not python, "Python isn't installed; install the package " .. PACKAGE)
end

local function labels_of(name)
   local labels = {}
   for _, trial in ipairs(support.trials(folder .. "/" .. name)) do
      lu.assertEquals(trial.status, "ok", json.encode(trial))
      labels[trial.label] = trial
   end
   return labels
end

local function assert_drawn(...)
   for _, name in ipairs { ... } do
      lu.assertEquals(core.file_kind(("%s/%s.png"):format(folder, name)), "file", name)
   end
end

-- The answer ("yes", …) in the line of the claims that contains these words in this order.
local function answer(said, ...)
   for line in said:match("\nWhat was claimed\n(.*)"):gmatch("[^\n]+") do
      local at = 1
      for _, words in ipairs { ... } do
         local _, last = line:find(words, at, true)
         at = last and last + 1
         if not at then
            break
         end
      end
      if at then
         return line:match("^%s*(%S+)", at)
      end
   end
   lu.fail("no claim reads: " .. table.concat({ ... }, " … ") .. "\n" .. said)
end

TestReproductionsCpu = {}

function TestReproductionsCpu.setUp() folder = support.folder() end

function TestReproductionsCpu.tearDown() support.remove(folder) end

-- The sums that a program printed, in the order of its lines.
local function numbers_of(name)
   local list = {}
   for line in support.slurp(("%s/processes_2023/lines/%s.1.txt"):format(folder, name)):gmatch("[^\n]+") do
      list[#list + 1] = line:match("^(%d+) %d+$")
   end
   return list
end

-- The first sum takes by far the longest, so a program that reports results as they complete can't report it
-- first.
function TestReproductionsCpu.test_processes_2023()
   skip_without_python()
   local said = run_well("processes_2023", "--sizes", "40,1,2,1", "--unit", "200000", "--fetches", "2",
      "--latency", "2ms", "--repeats", "1", "--warmup", "0")
   local labels = labels_of "processes_2023"
   for _, label in ipairs { "sequential", "processes", "hybrid (processes)", "processes: start + join",
      "loop: as_completed", "Process start + join (Python)", "Pool.apply (Python)",
      "Pool.apply_async (Python)", "ProcessPoolExecutor.map (Python)",
      "ProcessPoolExecutor + as_completed (Python)", "asyncio + run_in_executor (Python)" } do
      lu.assertNotNil(labels[label], label)
   end
   assert_drawn("processes_2023/charts/speed", "processes_2023/charts/cores",
      "processes_2023_order/charts/order")
   lu.assertEquals(answer(said, "C3 ", "order of submission: get blocks", "real"), "yes", said)
   lu.assertEquals(answer(said, "C4 ", "order of submission", "real"), "yes", said)
   lu.assertEquals(answer(said, "C5 ", "order of completion", "real"), "yes", said)
   lu.assertEquals(numbers_of "c3_native", { "8000000", "200001", "400002", "200003" })
   lu.assertEquals(numbers_of "c4_native", { "8000000", "200001", "400002", "200003" })
   lu.assertNotEquals(numbers_of("c5_native")[1], "8000000")
   lu.assertStrContains(said, "printed 1 2 3 4 5 6 in 1 of 1 trial")
   lu.assertStrContains(support.slurp(folder .. "/processes_2023/published.md"), "Pool.apply (Python)")
   local lines = support.slurp(folder .. "/processes_2023/lines/c3_apply_async.1.txt")
   lu.assertEquals(select(2, lines:gsub("\n", "")), 6, lines)
   lu.assertNil(core.file_kind(folder .. "/processes_2023_lines"))
end

function TestReproductionsCpu.test_gil_2010s()
   skip_without_python()
   local said = run_well("gil_2010s", "--jobs", "4", "--n", "200000", "--payload", "64KiB", "--repeats", "1",
      "--warmup", "0")
   local labels = labels_of "gil_2010s"
   for _, label in ipairs { "sequential", "threads (one interpreter)", "threads", "processes", "coroutines",
      "sequential (Python)", "ThreadPoolExecutor (Python)", "ProcessPoolExecutor (Python)",
      "asyncio (Python)" } do
      lu.assertNotNil(labels[label], label)
   end
   assert_drawn("gil_2010s/charts/speed", "gil_2010s/charts/workers", "gil_2010s/charts/cores")
   lu.assertTrue(labels_of("gil_2010s_payload").processes.ipc_bytes >= 2 * 4 * 65536)
   lu.assertEquals(answer(said, "D2 ", "a local one can't", "native"), "no", said)
   lu.assertEquals(answer(said, "D2 ", "a local one can't", "real"), "yes", said)
   lu.assertEquals(answer(said, "D2 ", "arguments and results should be small", "real"), "undecided", said)
   lu.assertStrContains(said, "what Python's processes moved is not measured")
   lu.assertStrContains(said, "4 threads")
   lu.assertEquals(core.file_kind(folder .. "/gil_2010s/published.md"), "file")
end

function TestReproductionsCpu.test_contenders_that_are_left_out_leave_no_claim_behind()
   local said = run_well("gil_2010s", "--jobs", "2", "--n", "1000", "--repeats", "1", "--warmup", "0",
      "--contenders", "sequential,coroutines")
   lu.assertEquals(answer(said, "D2 ", "speed-up", "real"), "undecided", said)
   lu.assertStrContains(said, "not measured")
   lu.assertNil(core.file_kind(folder .. "/gil_2010s_payload"))
end

-- Each system has a row, and each side of it either ran or names its package.
function TestReproductionsCpu.test_systems()
   local said = run_well("systems", "--urls", "2", "--n", "1000")
   local found = support.slurp(folder .. "/systems/systems.md")
   for comparison, count in pairs { A = 5, B = 4, C = 5, D = 3 } do
      for number = 1, count do
         lu.assertStrContains(found, ("| %s%d |"):format(comparison, number))
      end
   end
   local sides = 0
   for row in found:gmatch("[^\n]+") do
      for _, column in ipairs { 4, 6 } do
         local cells = {}
         for cell in row:gmatch("| ([^|]*)") do
            cells[#cells + 1] = cell
         end
         local state = cells[column] or ""
         if state:find("%S") and state:find("^[on][ko]") then
            lu.assertTrue(state:find("^ok, ") ~= nil or state:find("^not installed %(") ~= nil, row)
            sides = sides + 1
         end
      end
   end
   lu.assertTrue(sides >= 34, said)
   for line in said:gmatch("[^\n]*not installed[^\n]*") do
      print("skipped: " .. line)
   end
end

function TestReproductionsCpu.test_a_system_that_fails_is_told_with_exit_code_1()
   local result = support.run({ "bakeoff", "run", SCRIPTS .. "systems.lua", "--out", folder, "--only", "D" },
      { folder = folder, environment = { BAKEOFF_PYTHON = "/bin/false" } })
   lu.assertEquals(result.code, 0, result.stderr .. result.stdout) -- its check fails: not installed
   lu.assertStrContains(result.stdout, "not installed (python3)")
   local path = support.write(folder .. "/python", "#!/bin/sh\ntest \"$1\" = -c || exit 3\n")
   assert(os.execute("chmod +x " .. support.quoted(path)))
   result = support.run({ "bakeoff", "run", SCRIPTS .. "systems.lua", "--out", folder, "--only", "D" },
      { folder = folder, environment = { BAKEOFF_PYTHON = path } })
   lu.assertEquals(result.code, 1, result.stderr .. result.stdout)
   lu.assertStrContains(result.stdout, "FAILED: python exited with code 3")
end

function TestReproductionsCpu.test_options_that_cannot_be_meant_are_refused()
   for expected, words in pairs {
      ["--sizes: 'x' is not a size"] = { "processes_2023", "--sizes", "5,x" },
      ["--sizes: write several"] = { "processes_2023", "--sizes", "5" },
      ["--payload: 'big'"] = { "gil_2010s", "--payload", "big" },
      ["--only: there is no comparison 'E'"] = { "systems", "--only", "A,E" },
      ["--way: must be 1 to 5, not 6"] = { "completion_run", "--way", "6" },
      ["--items: "] = { "completion_run", "--items", "nowhere" },
   } do
      local result = run(table.unpack(words))
      lu.assertEquals(result.code, 2, result.stderr)
      lu.assertStrContains(result.stderr, expected)
   end
end

os.exit(lu.LuaUnit.run(), true)
