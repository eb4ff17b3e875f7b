--- A sample of tests/torture: single calls that fail, in small runs of every contender, pool and command.
local lu = require "luaunit"
local source = os.getenv "BAKEOFF_SOURCE"
local support = dofile(source .. "/tests/e2e/support_command.lua")

local SAMPLE = "60" -- about 20 s on an idle machine; the whole takes half an hour

local function has_library()
   local file <close> = io.open(os.getenv "BAKEOFF_BUILD" .. "/bin/torture_inject.so")
   return file ~= nil
end

TestTorture = {}

function TestTorture.test_a_call_that_fails_ends_in_success_or_in_a_clear_error()
   lu.skipIf(not has_library(), "a sanitizer replaces malloc, too")
   local result = support.run({ source .. "/tests/torture/run", "--sample", SAMPLE })
   lu.assertEquals(result.code, 0, result.stdout .. result.stderr)
   local injected = tonumber(result.stdout:match "(%d+) failed calls injected, 0 faults")
   print("\n" .. result.stdout:match "[^\n]*injected, 0 faults")
   lu.assertTrue(injected >= 50, result.stdout) -- some calls depend on which worker gets which job
end

-- An answer that can't be sent was waited for without end.
function TestTorture.test_the_guardian_is_reached_too()
   lu.skipIf(not has_library(), "a sanitizer replaces malloc, too")
   local result = support.run({ source .. "/tests/torture/run", "--scenario", "exec", "--only", "write" })
   lu.assertEquals(result.code, 0, result.stdout .. result.stderr)
end

local function has_sanitizer()
   local pipe <close> = io.popen "ldconfig -p 2>&-"
   return pipe:read "a":find("liblsan.so.0", 1, true) ~= nil
end

local LEAKS = { source .. "/tests/torture/run", "--leaks", "--scenario", "pool, fork", "--only", "memory",
   "--sample", "4" }

function TestTorture.test_nothing_leaks_on_the_way_out_of_an_error()
   lu.skipIf(not (has_library() and has_sanitizer()), "no leak sanitizer here")
   local result = support.run(LEAKS)
   lu.assertEquals(result.code, 0, result.stdout .. result.stderr)
   -- A call may not come: which worker gets which job differs from run to run.
   lu.assertTrue(tonumber(result.stdout:match "(%d+) failed calls injected, 0 faults") > 0, result.stdout)
end

-- Otherwise the test above would hold for a search that finds nothing.
function TestTorture.test_a_leak_would_be_found()
   lu.skipIf(not (has_library() and has_sanitizer()), "no leak sanitizer here")
   local result = support.run(LEAKS, { environment = { TORTURE_LEAKS_ONE = "1" } })
   lu.assertEquals(result.code, 1, result.stdout .. result.stderr)
   lu.assertStrContains(result.stdout .. result.stderr, "fails without a fault: Direct leak of ")
end

os.exit(lu.LuaUnit.run(), true)
