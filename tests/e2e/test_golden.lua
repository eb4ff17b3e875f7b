--- What readers get from invented runs: terminal texts, reports, exports, charts. See tests/golden/README.md.
local source = os.getenv("BAKEOFF_SOURCE")
local lu = require "luaunit"
local golden = dofile(source .. "/tests/golden/golden.lua")

TestGolden = {}

-- BAKEOFF_GOLDEN: names of cases, separated by blanks, to compare only those (for tests/mutants).
local only = os.getenv("BAKEOFF_GOLDEN") or ""

for _, case in ipairs(golden.CASES) do
   local is_asked_for = only == "" or (" " .. only .. " "):find(" " .. case.name .. " ", 1, true)
   TestGolden["test_" .. case.name] = is_asked_for and function()
      local differences = golden.differences(case, golden.actual(case))
      if #differences > 0 then
         print(table.concat(differences, "\n")) -- lua-unit takes minutes to print a thousand lines
         lu.fail(("%d files differ, see above. %s"):format(#differences, golden.advice(case)))
      end
   end
end

function TestGolden.test_the_invented_runs_are_what_their_generator_writes()
   lu.assertEquals(golden.stale_runs(), "")
end

function TestGolden.test_a_difference_is_shown_with_the_file_and_the_way_to_accept_it()
   local case = { name = "watched" }
   local shown = table.concat(golden.differences(case, { ["new.txt"] = "seen\n" }), "\n")
   lu.assertStrContains(shown, "--- tests/golden/expected/watched/new.txt\n+++ now\n@@ -0,0 +1 @@\n+seen")
   lu.assertStrContains(shown, "--- tests/golden/expected/watched/terminal.txt\n+++ now (not made)\n")
   lu.assertStrContains(golden.advice(case), "tests/golden/check --accept --only watched")
end

os.exit(lu.LuaUnit.run(), true)
