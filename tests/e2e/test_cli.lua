local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_command.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

-- Asserts a usage error: exit code 2, one line on stderr that contains this, nothing on stdout.
local function assert_refused(result, expected)
   lu.assertEquals(result.code, 2)
   lu.assertEquals(result.stdout, "")
   lu.assertStrContains(result.stderr, expected)
   lu.assertStrMatches(result.stderr, "bakeoff[^\n]*\n")
end

TestHelp = {}

function TestHelp.test_teaches_without_arguments()
   local result = bakeoff()
   lu.assertEquals(result.code, 0)
   lu.assertEquals(result.stderr, "")
   local commands = { "run", "exec", "attach", "plot", "serve", "env" }
   for _, word in ipairs(table.move(commands, 1, #commands, 3, { "Examples:", "bakeoff run tickets.lua" })) do
      lu.assertStrContains(result.stdout, word)
   end
   lu.assertEquals(bakeoff("--help").stdout, result.stdout)
   lu.assertEquals(bakeoff("-h").stdout, result.stdout)
   lu.assertEquals(bakeoff("help").stdout, result.stdout)
end

function TestHelp.test_lines_fit_a_terminal()
   for _, result in ipairs { bakeoff(), bakeoff("run", "--help"), bakeoff("exec", "--help"),
      bakeoff("attach", "--help") } do
      for line in result.stdout:gmatch("[^\n]+") do
         lu.assertTrue(utf8.len(line) <= 100, line)
      end
   end
end

function TestHelp.test_of_a_command()
   local result = bakeoff("help", "run")
   lu.assertEquals(result.code, 0)
   lu.assertStrContains(result.stdout, "--workers")
   lu.assertEquals(bakeoff("run", "--help").stdout, result.stdout)
end

function TestHelp.test_version()
   local result = bakeoff("--version")
   lu.assertEquals(result.code, 0)
   lu.assertStrMatches(result.stdout, "bakeoff %d+%.%d+%.%d+\n")
end

TestEnv = {}

-- Users compare two machines by looking at both texts.
function TestEnv.test_json_has_its_keys_in_order()
   local result = bakeoff("env", "--json")
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   local at = 0
   for _, key in ipairs { "bakeoff", "clock", "cpu", "distribution", "kernel", "limits", "load", "machine",
      "memory", "versions", "warnings" } do
      local found = result.stdout:find(('[{,]"%s":'):format(key))
      lu.assertNotNil(found, key)
      lu.assertTrue(found > at, key .. " comes too early")
      at = found
   end
end

TestRefusals = {}

function TestRefusals.test_unknown_command()
   assert_refused(bakeoff("rnu"), "bakeoff: unknown command 'rnu'; did you mean 'run'? (see bakeoff --help)")
   assert_refused(bakeoff("help", "srve"), "did you mean 'serve'?")
end

function TestRefusals.test_unknown_option()
   assert_refused(bakeoff("--verson"), "unknown option '--verson'; did you mean '--version'?")
   assert_refused(bakeoff("run", "--repeat", "3", "x.lua"),
      "bakeoff run: unknown option '--repeat'; did you mean '--repeats'? (see bakeoff run --help)")
end

function TestRefusals.test_no_script()
   assert_refused(bakeoff("run"), "bakeoff run: which script?")
   assert_refused(bakeoff("run", "--repeats", "3"), "bakeoff run: which script?")
end

TestScripts = {}

function TestScripts.setUp() folder = support.folder() end

function TestScripts.tearDown()
   support.remove(folder)
   folder = nil
end

local function script(content) support.write(folder .. "/my script.lua", content) end

function TestScripts.test_missing_or_unreadable()
   assert_refused(bakeoff("run", "nothing.lua"), "cannot read the script 'nothing.lua': No such file")
   assert_refused(bakeoff("run", "."), "cannot read the script '.': Is a directory")
end

function TestScripts.test_syntax_error_names_file_and_line()
   script("local x = 1\nlocal y = = 2\n")
   assert_refused(bakeoff("run", "my script.lua"), "my script.lua:2: ")
end

function TestScripts.test_binary_chunks_are_refused()
   script(string.dump(function() end))
   assert_refused(bakeoff("run", "my script.lua"), "bakeoff run: ")
end

function TestScripts.test_error_shows_file_line_and_the_scripts_own_traceback()
   script("local function f()\n   local nothing\n   return nothing.field\nend\nprint((f()))\n")
   local result = bakeoff("run", "my script.lua")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "bakeoff run: my script.lua:3: attempt to index a nil value")
   lu.assertStrContains(result.stderr, "stack traceback:")
   lu.assertStrContains(result.stderr, "my script.lua:5: in main chunk")
   lu.assertNotStrContains(result.stderr, "bakeoff/script/run.lua")
end

function TestScripts.test_wrong_quantity_is_one_line_with_the_scripts_position()
   script('\nrequire("bakeoff.base.units").seconds("fast", "latency")\n')
   assert_refused(bakeoff("run", "my script.lua"), "run: my script.lua:2: latency: 'fast' is not a quantity")
end

function TestScripts.test_error_objects_and_values_are_survived()
   local mine = "setmetatable({}, { __tostring = function() return 'mine' end })"
   for _, thrown in ipairs { "{}", "nil", "42", mine } do
      script("error(" .. thrown .. ")")
      local result = bakeoff("run", "my script.lua")
      lu.assertEquals(result.code, 2, thrown)
      lu.assertStrContains(result.stderr, "bakeoff run: ")
   end
end

function TestScripts.test_failures_choose_the_exit_code()
   for kind, code in pairs { usage = 2, trial = 1, interrupted = 130 } do
      script(("require('bakeoff.base.failure').%s('100%% %s')"):format(kind, kind))
      local result = bakeoff("run", "my script.lua")
      lu.assertEquals(result.code, code)
      local place = kind == "usage" and "my script.lua:1: " or ""
      lu.assertEquals(result.stderr, ("bakeoff run: %s100%% %s\n"):format(place, kind))
   end
end

function TestScripts.test_to_be_closed_variables_are_closed_when_a_script_fails_or_shows_help()
   script([[local site <close> = setmetatable({}, { __close = function() io.stderr:write("closed\n") end })
      require("bakeoff").options { days = { 1, "" } }
      error("no")]])
   lu.assertStrContains(bakeoff("run", "my script.lua").stderr, "closed")
   lu.assertEquals(bakeoff("run", "my script.lua", "--help").stderr, "closed\n")
end

function TestScripts.test_script_sees_its_arguments_and_neighbours()
   support.write(folder .. "/neighbour.lua", "return { name = 'next door' }")
   script([[print(arg[0], arg[1], arg[2], ..., require("neighbour").name)
      require("bakeoff").options { days = { 1, "" } }]])
   local result = bakeoff("run", "--repeats", "1", "my script.lua", "--days", "7")
   lu.assertEquals(result.stderr, "")
   lu.assertEquals(result.stdout, "my script.lua\t--days\t7\t--days\tnext door\n")
   local elsewhere = support.run { "bakeoff", "run", folder .. "/my script.lua", "--days", "7" }
   lu.assertStrContains(elsewhere.stdout, "next door")
end

function TestScripts.test_options_before_and_after_the_script()
   script([[local bake = require "bakeoff"
      local opt = bake.options { days = { 100, "days to fetch" }, fast = { false, "hurry" } }
      local s = require("bakeoff.script.options").run_settings()
      print(opt.days, opt.fast, s.repeats, s.seed, #s.command, s.script)]])
   local result = bakeoff("run", "--repeats", "3", "my script.lua", "--days", "5", "--seed=9", "--fast")
   lu.assertEquals(result.stderr, "")
   lu.assertEquals(result.stdout, "5\ttrue\t3\t9\t9\tmy script.lua\n")
end

function TestScripts.test_help_of_a_script_shows_both()
   script([[require("bakeoff").options { days = { 100, "days to fetch" } } print "not reached"]])
   local result = bakeoff("run", "my script.lua", "--help")
   lu.assertEquals(result.code, 0)
   lu.assertEquals(result.stderr, "")
   lu.assertStrContains(result.stdout, "days to fetch (default: 100)")
   lu.assertStrContains(result.stdout, "--workers")
   lu.assertNotStrContains(result.stdout, "not reached")
end

function TestScripts.test_wrong_values_name_the_option()
   script([[require("bakeoff").options { days = { 100, "" } }]])
   local cases = {
      { "--workers", "0" }, { "--workers", "x" }, { "--repeats", "0" }, { "--timeout", "x" },
      { "--days", "x" },
   }
   for _, case in ipairs(cases) do
      assert_refused(bakeoff("run", "my script.lua", case[1], case[2]), "bakeoff run: " .. case[1] .. ": ")
   end
   assert_refused(bakeoff("run", "my script.lua", "--dasy", "3"), "did you mean '--days'?")
   assert_refused(bakeoff("run", "my script.lua", "more"), "unexpected argument 'more'")
end

function TestScripts.test_unknown_options_are_found_without_declaration()
   script("local x = 1")
   assert_refused(bakeoff("run", "my script.lua", "--wrokers", "3"), "did you mean '--workers'?")
end

function TestScripts.test_url_list_faults_are_one_line()
   support.write(folder .. "/urls.txt", "http://127.0.0.1/\nfile:///etc/passwd\n")
   script([[require("bakeoff").urls_from("urls.txt", "--list")]])
   assert_refused(bakeoff("run", "my script.lua"), "--list: urls.txt:2: 'file:///etc/passwd' is not an http")
end

TestPlace = {}

function TestPlace.test_works_without_environment()
   local words = { "env", "-i", os.getenv("BAKEOFF_BUILD") .. "/bakeoff", "help", "run" }
   local result = support.run(words, { folder = "/" })
   lu.assertEquals(result.code, 0)
   lu.assertStrContains(result.stdout, "--workers")
end

os.exit(lu.LuaUnit.run(), true)
