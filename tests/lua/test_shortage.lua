--- Errors that say that something ran out: one line, without a traceback.
local lu = require "luaunit"
local shortage = require "bakeoff.base.shortage"
local source = os.getenv "BAKEOFF_SOURCE"
local support = dofile(source .. "/tests/e2e/support_command.lua")

TestShortage = {}

function TestShortage.test_it_is_told_by_its_end_and_loses_its_position()
   lu.assertEquals(shortage.message "a/b.lua:12: guardian: out of memory", "guardian: out of memory")
   lu.assertEquals(shortage.message "not enough memory", "not enough memory")
   lu.assertEquals(shortage.message "module 'x': cannot open x.lua: Too many open files",
      "module 'x': cannot open x.lua: Too many open files")
end

function TestShortage.test_other_errors_are_none()
   lu.assertNil(shortage.message "a.lua:1: out of memory is what it said")
   lu.assertNil(shortage.message "attempt to index a nil value")
   lu.assertNil(shortage.message "two lines\nout of memory")
end

function TestShortage.test_a_script_that_meets_one_ends_with_one_line()
   local folder = support.folder()
   support.write(folder .. "/s.lua", "local function f() error 'items: out of memory' end\nf()\n")
   local result = support.run({ "bakeoff", "run", "s.lua" }, { folder = folder })
   support.remove(folder)
   lu.assertEquals({ result.code, result.stderr }, { 2, "bakeoff run: s.lua:1: items: out of memory\n" })
end

os.exit(lu.LuaUnit.run(), true)
