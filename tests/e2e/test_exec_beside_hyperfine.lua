--- The guide's table of hyperfine's options beside those of `bakeoff exec`: it is complete, and each row is
-- held by a test, here or in a file beside this one.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local SOURCE = os.getenv "BAKEOFF_SOURCE"
local HOOKS, CHOICES, EXEC = "test_exec_hooks.lua", "test_exec_choices.lua", "test_exec.lua"

-- hyperfine's option → the test that holds its row: a file of this folder and a name; or a name of TestRows.
local HELD = {
   ["--warmup"] = "test_warmup", ["--min-runs"] = { CHOICES, "TestRuns.test_bounds_of_a_time" },
   ["--max-runs"] = { CHOICES, "TestRuns.test_bounds_of_a_time" }, ["--runs"] = "test_runs",
   ["--setup"] = { HOOKS, "TestHooks.test_scanned_values_are_filled_in" },
   ["--prepare"] = { HOOKS, "TestHooks.test_one_for_each_command" },
   ["--cleanup"] = { HOOKS, "TestHooks.test_cleanup_and_conclude_follow_ctrl_c" },
   ["--parameter-scan"] = "test_parameter_scan", ["--parameter-step-size"] = "test_parameter_step_size",
   ["--parameter-list"] = "test_parameter_list", ["--style"] = "test_style", ["--shell"] = "test_shell",
   ["-N"] = "test_no_shell",
   ["--ignore-failure"] = { HOOKS, "TestStreams.test_exit_codes_that_are_no_failures" },
   ["--time-unit"] = { CHOICES, "TestShown.test_time_unit" },
   ["--export-asciidoc"] = { CHOICES, "TestShown.test_tables_in_markup" },
   ["--export-orgmode"] = { CHOICES, "TestShown.test_tables_in_markup" },
   ["--export-csv"] = { EXEC, "TestExec.test_exports_agree_with_the_rows" },
   ["--export-json"] = { EXEC, "TestExec.test_exports_agree_with_the_rows" },
   ["--export-markdown"] = { EXEC, "TestExec.test_exports_agree_with_the_rows" },
   ["--show-output"] = { HOOKS, "TestStreams.test_output_is_shown" },
   ["--output"] = { HOOKS, "TestStreams.test_output_goes_through_a_pipe" },
   ["--command-name"] = "test_command_name", ["--help"] = "test_help", ["--version"] = "test_version",
}

local folder

local function bakeoff(...)
   return support.run({ "bakeoff", "exec", "--no-chart", "--warmup", "0", ... }, { folder = folder })
end

local function labels()
   local list = {}
   for index, cell in ipairs(support.manifest(folder .. "/out/exec").cells) do
      list[index] = cell.label
   end
   return list
end

TestRows = {}

function TestRows.setUp() folder = support.folder() end

function TestRows.tearDown() support.remove(folder) end

local function lines(name)
   local _, count = support.slurp(folder .. "/" .. name):gsub("\n", "")
   return count
end

function TestRows.test_warmup()
   support.run({ "bakeoff", "exec", "--no-chart", "--warmup", "3", "--repeats", "2", "--", "sh", "-c",
      "echo >>log" }, { folder = folder })
   lu.assertEquals({ lines "log", #support.trials(folder .. "/out/exec") }, { 5, 2 })
end

function TestRows.test_runs()
   bakeoff("--repeats", "4", "--", "true")
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 4)
end

function TestRows.test_parameter_scan()
   bakeoff("--repeats", "1", "--scan", "threads=1..3", "--scan", "x=a,b", "--", "true", "{threads}", "{x}")
   lu.assertEquals(labels(), { "true 1 a", "true 1 b", "true 2 a", "true 2 b", "true 3 a", "true 3 b" })
end

function TestRows.test_parameter_step_size()
   bakeoff("--repeats", "1", "--scan", "delay=0.3..0.7..0.2", "--", "true", "{delay}")
   lu.assertEquals(labels(), { "true 0.3", "true 0.5", "true 0.7" })
end

function TestRows.test_parameters_that_advance_together()
   local result = bakeoff("--repeats", "1", "--scan", "n,m=1..3;30,20,10", "--", "true", "{n}", "{m}")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(labels(), { "true 1 30", "true 2 20", "true 3 10" })
   lu.assertEquals(support.manifest(folder .. "/out/exec").cells[2].options.parameters,
      { { "n", "2" }, { "m", "20" } })
end

function TestRows.test_parameter_list()
   bakeoff("--repeats", "1", "--scan", "c=gcc,'a,b',1..2", "--", "true", "{c}")
   lu.assertEquals(labels(), { "true gcc", "true a,b", "true 1", "true 2" })
end

function TestRows.test_style()
   local result = bakeoff("--repeats", "1", "--quiet", "--", "true")
   lu.assertStrMatches(result.stdout, "exec: true: [^\n]*\n")
   lu.assertNotStrContains(bakeoff("--repeats", "1", "--", "true").stdout, "\27[")
end

function TestRows.test_shell()
   local result = bakeoff("--repeats", "1", "--empty", 'sh -c ""', "--all", "--", "sh", "-c",
      "true | true && true")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "start-up")
   lu.assertTrue(support.trials(folder .. "/out/exec")[1].startup_s > 0)
end

function TestRows.test_no_shell()
   lu.assertStrContains(bakeoff("--vs", "true; true", "--", "true").stderr, "sh -c")
   bakeoff("--repeats", "1", "--output", "said", "--", "echo", "$HOME; *")
   lu.assertEquals(support.slurp(folder .. "/said"), "$HOME; *\n")
end

function TestRows.test_command_name()
   bakeoff("--repeats", "1", "--label", "one", "--label", "two", "--vs", "true", "--", "true")
   lu.assertEquals(labels(), { "one", "two" })
end

function TestRows.test_help()
   for _, option in ipairs { "-h", "--help" } do
      local result = bakeoff(option)
      lu.assertEquals({ result.code, result.stderr }, { 0, "" })
      lu.assertStrContains(result.stdout, "Usage: bakeoff exec [options] -- COMMAND")
   end
end

function TestRows.test_version()
   local result = support.run({ "bakeoff", "--version" }, { folder = folder })
   lu.assertStrMatches(result.stdout, "[^\n]*%d+%.%d+%.%d+[^\n]*\n.*")
   lu.assertEquals(result.code, 0)
end

TestTable = {}

-- hyperfine's options in the guide's table: list of { option = its long name, ours = text, how = text }.
local function rows_of_guide()
   local guide = support.slurp(SOURCE .. "/scripts/HOWTO.md")
   local rows = {}
   for row in guide:match("| hyperfine 1%.15 |[^\n]*\n|[-|]+\n(.-)\n\n"):gmatch "[^\n]+" do
      local theirs, ours, how = row:match "^| (.-) | (.-) ?| (.-) |$"
      local option = theirs:match "`(%-%-[%w-]+)" or theirs:match "`(%-%w)"
      rows[#rows + 1] = { option = option, ours = ours, how = how }
   end
   return rows
end

local function keys(list)
   local names = {}
   for name in pairs(list) do
      names[#names + 1] = name
   end
   table.sort(names)
   return names
end

function TestTable.test_each_row_has_a_test()
   local seen = {}
   for _, row in ipairs(rows_of_guide()) do
      seen[row.option] = true
      local held = HELD[row.option]
      if type(held) == "table" then
         local text = support.slurp(SOURCE .. "/tests/e2e/" .. held[1])
         lu.assertStrContains(text, ("\nfunction %s()"):format(held[2]))
      else
         lu.assertIsFunction(TestRows[held or ""], row.option)
      end
      lu.assertTrue(#row.how > 3, row.option)
   end
   lu.assertEquals(keys(seen), keys(HELD))
end

-- What the guide calls ours exists.
function TestTable.test_our_options_exist()
   folder = support.folder()
   local help = bakeoff("--help").stdout
   support.remove(folder)
   for _, row in ipairs(rows_of_guide()) do
      for option in (row.ours .. row.how):gmatch "`(%-%-%w[%w-]*)" do
         local is_there = help:find("\n   " .. option, 1, true) or help:find(", " .. option .. " ", 1, true)
         lu.assertTrue(option == "--version" or is_there ~= nil, option)
      end
   end
end

-- The list above is hyperfine's own, where that version is installed.
function TestTable.test_the_table_is_complete()
   local result = support.run({ "sh", "-c", "hyperfine --version && hyperfine --help" })
   lu.skipIf(not result.stdout:find "^hyperfine 1%.15%.", "hyperfine 1.15 is not installed")
   local found = {}
   for line in result.stdout:match("OPTIONS:\n(.*)"):gmatch "[^\n]+" do
      local indent, short, long = line:match "^( *)(%-%w),? ?(%-?%-?[%w-]*)"
      if not short then
         indent, long = line:match "^( *)(%-%-[%w-]+)"
      end
      if indent and #indent <= 8 then
         found[long and long ~= "" and long:find "^%-%-" and long or short] = true
      end
   end
   lu.assertEquals(keys(found), keys(HELD))
end

os.exit(lu.LuaUnit.run(), true)
