--- A sample of tests/torture: single calls that fail, in small runs of every contender, pool and command.
local lu = require "luaunit"
local source = os.getenv "BAKEOFF_SOURCE"
local support = dofile(source .. "/tests/e2e/support_command.lua")

local SAMPLE = "60" -- about 20 s on an idle machine; the whole takes half an hour

TestTorture = {}

function TestTorture.test_a_call_that_fails_ends_in_success_or_in_a_clear_error()
   local result = support.run({ source .. "/tests/torture/run", "--sample", SAMPLE })
   lu.assertEquals(result.code, 0, result.stdout .. result.stderr)
   local injected = tonumber(result.stdout:match "(%d+) failed calls injected, 0 faults")
   print("\n" .. result.stdout:match "[^\n]*injected, 0 faults")
   lu.assertTrue(injected >= 50, result.stdout) -- some calls depend on which worker gets which job
end

os.exit(lu.LuaUnit.run(), true)
