--- core.command and core.terminal as Lua code sees them.
local lu = require "luaunit"
local core = require "bakeoff.core"

TestCommand = {}

function TestCommand.test_result()
   local result = core.command { argv = { "sh", "-c", "cat; echo oops >&2; exit 4" }, input = "in" }
   lu.assertEquals(result, { code = 4, signal = 0, stdout = "in", stderr = "oops\n", timed_out = false,
      truncated = false })
end

function TestCommand.test_missing_program_is_named()
   local result, message, code = core.command { argv = { "no-such-gnuplot" } }
   lu.assertNil(result)
   lu.assertEquals(message, "no-such-gnuplot: not found")
   lu.assertEquals(code, "not_found")
end

function TestCommand.test_missing_folder_is_named()
   local result, message = core.command { argv = { "true" }, cwd = "/no/such/folder" }
   lu.assertNil(result)
   lu.assertStrContains(message, "/no/such/folder")
end

function TestCommand.test_time_limit()
   local result = core.command { argv = { "sleep", "300" }, timeout = 0.1 }
   lu.assertTrue(result.timed_out)
   lu.assertEquals({ result.code, result.signal }, { -1, 9 })
end

function TestCommand.test_misuse_raises()
   lu.assertErrorMsgContains("argv", core.command, {})
   lu.assertErrorMsgContains("argv", core.command, { argv = {} })
   lu.assertErrorMsgContains("argv", core.command, { argv = { "true", 1 } })
   lu.assertErrorMsgContains("timeout", core.command, { argv = { "true" }, timeout = -1 })
end

function TestCommand.test_a_pipe_is_no_terminal()
   local file = assert(io.open("/dev/null"))
   lu.assertNil(core.terminal(99))
   file:close()
end

os.exit(lu.LuaUnit.run(), true)
