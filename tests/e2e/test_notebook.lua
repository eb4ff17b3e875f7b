--- `bakeoff notebook` as a user types it: from a new notebook to a page that is checked.
local lu = require "luaunit"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/support_command.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

local function read(name)
   local file <close> = assert(io.open(folder .. "/" .. name, "rb"))
   return file:read("a")
end

TestNotebook = {}

function TestNotebook.setUp() folder = support.folder() end

function TestNotebook.tearDown() support.remove(folder) end

function TestNotebook.test_from_new_to_checked()
   lu.assertEquals(bakeoff("notebook", "new", "d").stdout, "d.lua\n")
   lu.assertEquals(bakeoff("notebook", "new", "d").code, 2)
   local text = read("d.lua"):gsub("repeats    = 10", "repeats = 6"):gsub(", 20%)", ", 4)")
   support.write(folder .. "/d.lua", (text:gsub("< 0.333", "< 1000"))) -- held on any machine
   local first = bakeoff("notebook", "run", "d.lua", "--html")
   lu.assertEquals({ first.code, first.stderr:match "^bakeoff notebook: d: measuring" ~= nil }, { 0, true },
      first.stderr .. first.stdout)
   lu.assertStrContains(first.stdout, "held: with eight threads, the downloads take less than")
   lu.assertStrContains(first.stdout, "0 of 1 experiment frozen\nwrote:\n  d.md\n  d.html\n")
   local page, record = read "d.md", read "d.files/results.json"
   lu.assertStrMatches(page, ".*threads take %d[%d.]*× %[.*")
   lu.assertStrMatches(page, ".*srcset=\"d.files/d_speed.dark.svg\".*")
   local again = bakeoff("notebook", "run", "d.lua")
   lu.assertEquals({ again.code, again.stderr }, { 0, "" })
   lu.assertEquals({ read "d.md", read "d.files/results.json" }, { page, record })
   local check = bakeoff("notebook", "check", "d.lua", "--json", "--junit", "j.xml")
   lu.assertEquals({ check.code, check.stderr }, { 0, "" })
   lu.assertStrContains(check.stdout, '"outcome": "passed"')
   lu.assertStrContains(check.stdout, '"measured": false')
   lu.assertStrContains(read "j.xml", 'tests="3" failures="0" skipped="0"')
   support.write(folder .. "/d.md", page .. "more")
   local stale = bakeoff("notebook", "check", "d.lua", "--no-run")
   lu.assertEquals(stale.code, 4)
   lu.assertStrContains(stale.stdout, "d.md: stale\n  d.md was edited by hand")
   lu.assertEquals(bakeoff("notebook", "clean", "d.lua").stdout, "removed d.files/work\n")
end

-- The same file is a plain script; in it, values are printed.
function TestNotebook.test_a_plain_script_prints()
   support.write(folder .. "/p.lua",
      '-- %% [md]\n-- {{ 1 }}\n-- %%\nrequire("bakeoff").show({ { a = 1 } }, 2)\n')
   local run = bakeoff("run", "p.lua")
   lu.assertEquals({ run.code, run.stdout }, { 0, "a\n1\n2\n" })
end

-- Weaves itself again from its last cell, once, and prints what that process says.
local TWICE = [[
require("bakeoff").options { days = { 1, "days" } }
-- %%%%
if not os.getenv "SECOND" then
   os.execute "SECOND=1 %s/bakeoff notebook run t.lua %s >second 2>&1; echo $? >>second"
end
]]

-- The first one has the folder before any cell runs, wherever its options lead.
function TestNotebook.test_the_second_of_two_is_told_and_writes_nothing()
   for place, options in pairs { ["t%.files"] = "", ["out/t%.files"] = "--days 2" } do
      support.write(folder .. "/t.lua", TWICE:format(os.getenv "BAKEOFF_BUILD", options))
      local first = bakeoff("notebook", "run", "t.lua", options:match "%S+", options:match "%d")
      lu.assertEquals(first.code, 0, first.stderr)
      local told = read "second":gsub("^[^\n]*the command line changes[^\n]*\n", "")
      lu.assertStrMatches(told, ("bakeoff notebook: %s is in use: process %%d+ weaves into it; "
         .. "wait until it ends, or choose another folder with %%-%%-out\n2\n"):format(place))
   end
end

function TestNotebook.test_wrong_command_lines_are_usage_errors()
   support.write(folder .. "/p.lua", '-- %%\nrequire("bakeoff").options { days = { 1, "days" } }\n')
   for _, case in ipairs {
      { "unknown action 'weave'", "weave" }, { "missing argument 'X.lua'", "run" },
      { "unknown option '--fersh'; did you mean '--fresh'?", "run", "p.lua", "--fersh" },
      { "cannot read the script 'no.lua'", "check", "no.lua" },
      { "p.md is not the page of p.lua", "clean", "p.lua" },
      { "--fresh runs the cells, and --no-run doesn't", "check", "p.lua", "--fresh", "--no-run" },
   } do
      local run = bakeoff("notebook", table.unpack(case, 2))
      lu.assertEquals({ run.code, run.stdout }, { 2, "" })
      lu.assertStrContains(run.stderr, case[1])
      lu.assertEquals(select(2, run.stderr:gsub("\n", "")), 1)
   end
end

function TestNotebook.test_help_teaches()
   for _, action in ipairs { "new", "run", "check", "clean", "watch" } do
      local help = bakeoff("notebook", action, "--help").stdout
      lu.assertStrContains(help, "Usage: bakeoff notebook " .. action)
      lu.assertStrContains(help, "\n\nExamples:\n   bakeoff notebook ")
      lu.assertStrMatches(help, ".*\n\nExit codes:\n   0   .*\n   2   .*")
      for line in help:gmatch "[^\n]+" do
         lu.assertTrue(utf8.len(line) <= 100, line)
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
