-- The list of mutants fits the sources: each can be planted, and the tests that should catch it exist.
local source = os.getenv("BAKEOFF_SOURCE")
local lu = require "luaunit"

package.path = ("%s/tests/mutants/?.lua;%s/tests/golden/?.lua;%s"):format(source, source, package.path)
local mutants = require "mutants"
local outcomes = require "outcomes"

TestMutants = {}

local function known_tests()
   local names, build = {}, os.getenv("BAKEOFF_BUILD")
   local file <close> = assert(io.open(build .. "/tests/CTestTestfile.cmake"))
   for name in file:read("a"):gmatch("add_test%(%[=%[(.-)%]=%]") do
      names[name] = true
   end
   return names
end

local function known_cases()
   local names = {}
   for _, case in ipairs(require("cases").LIST) do
      names[case.name] = true
   end
   return names
end

local function complaints(list)
   local known = { tests = known_tests(), cases = known_cases() }
   return table.concat(mutants.complaints(list, source, known), "\n")
end

function TestMutants.test_every_mutant_can_be_planted_and_its_tests_exist()
   lu.assertEquals(complaints(mutants.all()), "")
end

-- A correct entry, with changes.
local function entry(changes)
   local one = { name = "one", file = "tests/mutants/outcomes.lua", before = "local outcomes = {}",
      after = "local outcomes", tests = "lua.mutants" }
   for key, value in pairs(changes) do
      one[key] = value
   end
   return one
end

function TestMutants.test_an_entry_that_can_not_be_used_is_named_with_the_reason()
   lu.assertEquals(complaints { entry {} }, "")
   lu.assertEquals(complaints { entry { file = "lua/none.lua" } }, "one: lua/none.lua does not exist")
   lu.assertEquals(complaints { entry { before = "outcomes", after = "results" } },
      ("one: the text before occurs %d times in tests/mutants/outcomes.lua"):format(
         mutants.occurrences(mutants.content(source, "tests/mutants/outcomes.lua"), "outcomes")))
   lu.assertEquals(complaints { entry { before = "none of it" } },
      "one: the text before occurs 0 times in tests/mutants/outcomes.lua")
   lu.assertEquals(complaints { entry { after = "local outcomes = {}" } }, "one: nothing is changed")
   lu.assertEquals(complaints { entry { tests = "lua.url lua.none" } }, "one: there is no test 'lua.url'")
   lu.assertEquals(complaints { entry { golden = "none" } }, "one: there is no golden case 'none'")
   lu.assertEquals(complaints { entry {}, entry {} }, "one: the name is used twice")
end

function TestMutants.test_an_entry_without_tests_is_refused()
   local one = entry {}
   one.tests = nil
   lu.assertEquals(complaints { one }, "one: no test should notice")
end

function TestMutants.test_a_planted_fault_changes_its_text_and_nothing_else()
   local planted = mutants.planted({ file = "x", before = "a + b", after = "a - b%1" }, "x = a + b -- 1\n")
   lu.assertEquals(planted, "x = a - b%1 -- 1\n")
end

local OUTPUT = [[
    Start  5: lua.stats
1/3 Test  #5: lua.stats ........................***Failed    0.27 sec
Failed tests:
-------------
1) TestMedian.test_of_two
    Start 12: e2e.golden
2/3 Test #12: e2e.golden .......................   Passed   23.50 sec
    Start 13: c.url
]]

function TestMutants.test_the_first_failed_case_is_read_from_the_output_of_ctest()
   lu.assertEquals(outcomes.reason(OUTPUT), "lua.stats: TestMedian.test_of_two")
   lu.assertEquals(outcomes.failed(OUTPUT), { "lua.stats" })
   lu.assertEquals(outcomes.seconds(OUTPUT, "e2e.golden"), 23.5)
   lu.assertEquals(outcomes.running(OUTPUT), "c.url")
   lu.assertNil(outcomes.reason((OUTPUT:gsub("%*%*%*Failed", "   Passed"))))
   lu.assertEquals(outcomes.reason((OUTPUT:gsub("%*%*%*Failed ", "***Timeout"))), "lua.stats hangs")
end

os.exit(lu.LuaUnit.run(), true)
