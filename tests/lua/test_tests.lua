--- The tests themselves: every test in a file runs, once.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local tests = require "support_tests"

local ROOT = os.getenv("BAKEOFF_SOURCE") .. "/tests/"

local END = "\nos.exit(lu.LuaUnit.run(), true)\n"

TestFiles = {}

function TestFiles.test_every_test_runs_once()
   local count = 0
   for _, folder in ipairs { "lua", "e2e", "bench", "house" } do
      for _, name in ipairs(core.list(ROOT .. folder)) do
         if name:find("^test_.*%.lua$") then
            local file <close> = assert(io.open(ROOT .. folder .. "/" .. name, "rb"))
            lu.assertEquals(tests.faults(file:read("a")), {}, folder .. "/" .. name)
            count = count + 1
         end
      end
   end
   lu.assertTrue(count > 100, "only " .. count .. " files were found")
end

TestFaults = {}

local function faults(source) return table.concat(tests.faults(source), "\n") end

function TestFaults.test_a_file_as_it_should_be()
   lu.assertEquals(faults("TestA = {}\nfunction TestA.setUp() end\nfunction TestA.test_x() end\n" .. END), "")
   lu.assertEquals(faults("TestA = {}\nfunction TestA:setUp() end\nfunction TestA:test_x() end\n" .. END), "")
   lu.assertEquals(faults("TestA = {}\nfor i = 1, 2 do\n   TestA['test_' .. i] = print\nend\n" .. END), "")
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\nlocal code = lu.LuaUnit.run()\nclear()\n"
      .. "os.exit(code, true)\n"), "")
end

function TestFaults.test_cases_for_every_kind_of_pool_are_handed_over()
   local cases = "local dead = {}\nfunction dead.test_x() end\n"
   lu.assertEquals(faults(cases .. 'support.cases("Dead", dead, only)\n' .. END), "")
   lu.assertEquals(faults(cases .. END),
      "line 2: dead.test_x is in no global class of this file, so it never runs")
end

function TestFaults.test_what_is_defined_twice()
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\nTestA = {}\n" .. END),
      "line 3: TestA is defined a second time (first: line 1)")
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\nfunction TestA.test_x() end\n" .. END),
      "line 3: TestA.test_x is defined a second time (first: line 2)")
end

function TestFaults.test_what_never_runs()
   lu.assertEquals(faults("TestA = {}\n" .. END), "line 1: TestA has no test")
   lu.assertEquals(faults("local TestA = {}\nfunction TestA.test_x() end\n" .. END),
      "line 2: TestA.test_x is in no global class of this file, so it never runs")
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\nfunction TestA.tests_y() end\n" .. END),
      "line 3: TestA.tests_y never runs: its name does not begin with test_")
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\n" .. END .. "TestB = {}\n"
      .. "function TestB.test_y() end\n"), "tests come after the call of lua-unit, so they never run")
end

function TestFaults.test_whose_result_is_lost()
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\n"), "lua-unit is not called")
   lu.assertEquals(faults("TestA = {}\nfunction TestA.test_x() end\nlu.LuaUnit.run()\n"),
      "the last line is not os.exit(lu.LuaUnit.run(), true)")
end

os.exit(lu.LuaUnit.run(), true)
