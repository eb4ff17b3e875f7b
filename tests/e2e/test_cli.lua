--- The command as a shell finds it: help, exit codes, and what a script gets from its command line. What the
-- command refuses is in test_bad_input.lua.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_command.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

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

-- The help of bakeoff itself and of every command: list of { command, text }.
local function help_texts()
   local list = { { "", bakeoff().stdout } }
   for name in ("\n" .. list[1][2]:match("Commands:\n(.-)\n\n")):gmatch("\n   (%l+)") do
      list[#list + 1] = name ~= "help" and { name, bakeoff(name, "--help").stdout } or nil
   end
   return list
end

function TestHelp.test_lines_fit_a_terminal()
   for _, help in ipairs(help_texts()) do
      for line in help[2]:gmatch("[^\n]+") do
         lu.assertTrue(utf8.len(line) <= 100, line)
      end
   end
end

function TestHelp.test_every_command_teaches()
   local list = help_texts()
   lu.assertEquals(#list, 10)
   for _, help in ipairs(list) do
      lu.assertStrContains("\n" .. help[2], "\nUsage: bakeoff " .. help[1])
      lu.assertStrContains(help[2], "\n\nExamples:\n   bakeoff " .. help[1])
      lu.assertStrMatches(help[2], ".*\n\nExit codes:\n   0   .*\n   2   .*")
   end
end

function TestHelp.test_options_of_a_command_stand_in_groups()
   local text = bakeoff("exec", "--help").stdout
   local cases = { { "Measurement:", "--repeats", "Results:" }, { "Results:", "--resume", "Exports" },
      { "Exports", "--export-csv", "Charts:" }, { "Charts:", "--no-chart", "Other options:" } }
   for _, names in ipairs(cases) do
      local heading, option = text:find(names[1], 1, true), text:find("\n   " .. names[2], 1, true)
      local following = text:find(names[3], 1, true)
      lu.assertTrue(heading < option and option < following, names[2])
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

TestScripts = {}

function TestScripts.setUp() folder = support.folder() end

function TestScripts.tearDown()
   support.remove(folder)
   folder = nil
end

local function script(content) support.write(folder .. "/my script.lua", content) end

function TestScripts.test_error_shows_file_line_and_the_scripts_own_traceback()
   script("local function f()\n   local nothing\n   return nothing.field\nend\nprint((f()))\n")
   local result = bakeoff("run", "my script.lua")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "bakeoff run: my script.lua:3: attempt to index a nil value")
   lu.assertStrContains(result.stderr, "stack traceback:")
   lu.assertStrContains(result.stderr, "my script.lua:5: in main chunk")
   lu.assertNotStrContains(result.stderr, "bakeoff/script/run.lua")
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

TestPlace = {}

function TestPlace.test_works_without_environment()
   local words = { "env", "-i", os.getenv("BAKEOFF_BUILD") .. "/bakeoff", "help", "run" }
   local result = support.run(words, { folder = "/" })
   lu.assertEquals(result.code, 0)
   lu.assertStrContains(result.stdout, "--workers")
end

os.exit(lu.LuaUnit.run(), true)
