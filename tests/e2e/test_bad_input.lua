--- Bad input of `bakeoff` and `bakeoff run` (command lines, scripts, URL lists, output folders): one clear
-- line that names the argument and the remedy, exit code 2, and nothing is overwritten. Tests of the other
-- subcommands are in test_<command>.lua.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"

local folder

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

-- Asserts one line on stderr that starts with `expected` (after the script's position, if the fault is in the
-- script), no other output and no run folder.
local function assert_refused(result, expected)
   lu.assertEquals(result.code, 2, result.stderr)
   lu.assertEquals(result.stdout, "")
   local message = result.stderr:gsub("^bakeoff run: ", ""):gsub("^test%.lua:%d+: ", "")
   lu.assertEquals(message:sub(1, #expected), expected)
   lu.assertEquals(select(2, result.stderr:gsub("\n", "")), 1, result.stderr)
   lu.assertNotStrContains(result.stderr, "traceback")
   lu.assertNil(core.file_kind(folder .. "/out"))
end

local FAST = 'contenders = { "threads" }, workers = { 2 }, repeats = 1, warmup = 0'

local function run_with(fields, settings)
   support.script(folder, fields, settings)
   return bakeoff("test.lua")
end

TestCommandLine = {}

function TestCommandLine.setUp() folder = support.folder() end

function TestCommandLine.tearDown() support.remove(folder) end

-- Without `run` in front.
local function command(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

function TestCommandLine.test_unknown_command()
   assert_refused(command "rnu", "bakeoff: unknown command 'rnu'; did you mean 'run'? (see bakeoff --help)")
   assert_refused(command("help", "srve"), "bakeoff help: unknown command 'srve'; did you mean 'serve'?")
end

function TestCommandLine.test_unknown_option()
   assert_refused(command "--verson", "bakeoff: unknown option '--verson'; did you mean '--version'?")
   assert_refused(bakeoff("--repeat", "3", "x.lua"),
      "unknown option '--repeat'; did you mean '--repeats'? (see bakeoff run --help)")
   support.write(folder .. "/test.lua", "local x = 1")
   assert_refused(bakeoff("test.lua", "--wrokers", "3"),
      "unknown option '--wrokers'; did you mean '--workers'?")
end

function TestCommandLine.test_no_script()
   assert_refused(bakeoff(), "missing argument 'SCRIPT'")
   assert_refused(bakeoff("--repeats", "3"), "missing argument 'SCRIPT'")
end

function TestCommandLine.test_missing_or_unreadable_script()
   assert_refused(bakeoff "nothing.lua", "cannot read the script 'nothing.lua': No such file")
   assert_refused(bakeoff ".", "cannot read the script '.': Is a directory")
end

function TestCommandLine.test_values_of_options()
   support.write(folder .. "/test.lua", 'require("bakeoff").options { days = { 100, "" } }')
   local cases = {
      { "--workers", "0" }, { "--workers", "x" }, { "--repeats", "0" }, { "--timeout", "x" },
      { "--days", "x" },
   }
   for _, case in ipairs(cases) do
      assert_refused(bakeoff("test.lua", case[1], case[2]), case[1] .. ": ")
   end
   assert_refused(bakeoff("test.lua", "--dasy", "3"), "unknown option '--dasy'; did you mean '--days'?")
   assert_refused(bakeoff("test.lua", "more"), "unexpected argument 'more'")
end

TestScript = {}

function TestScript.setUp() folder = support.folder() end

function TestScript.tearDown() support.remove(folder) end

function TestScript.test_syntax_error_names_file_and_line()
   support.write(folder .. "/test.lua", "local x = 1\nlocal y = = 2\n")
   local result = bakeoff "test.lua"
   assert_refused(result, "unexpected symbol")
   lu.assertStrContains(result.stderr, "test.lua:2: ")
end

function TestScript.test_binary_chunks()
   support.write(folder .. "/test.lua", string.dump(function() end))
   assert_refused(bakeoff "test.lua", "")
end

function TestScript.test_a_wrong_quantity_has_the_scripts_position()
   support.write(folder .. "/test.lua", '\nrequire("bakeoff.base.units").seconds("fast", "latency")\n')
   local result = bakeoff "test.lua"
   assert_refused(result, "latency: 'fast' is not a quantity")
   lu.assertStrContains(result.stderr, "run: test.lua:2: ")
end

function TestScript.test_unknown_contender()
   assert_refused(run_with('contenders = { "threads", "evenloop" }'),
      "contenders[2]: 'evenloop' is none of: sequential, threads, processes, eventloop, " ..
      "coroutines, hybrid, command; did you mean 'eventloop'?")
   support.script(folder, FAST)
   assert_refused(bakeoff("test.lua", "--contenders", "threads,fibers"),
      "--contenders: 'fibers' is none of: sequential, threads, processes, eventloop, ")
end

function TestScript.test_workers()
   assert_refused(run_with("workers = { 0 }"), "workers[1]: '0' is not accepted; write a whole number from 1")
   assert_refused(run_with('workers = { 1, "x" }'), "workers[2]: 'x' is not accepted")
   assert_refused(run_with("workers = { 100000 }"), "workers[1]: 100000 workers are too many")
   support.script(folder, FAST)
   assert_refused(bakeoff("test.lua", "--workers", "0"), "--workers: '0' is not accepted; write whole")
   assert_refused(bakeoff("test.lua", "--workers", "x"), "--workers: 'x' is not accepted")
   assert_refused(bakeoff("test.lua", "--workers", "1,,4"), "--workers: '1,,4' has an empty element")
end

function TestScript.test_unknown_fields_and_options_suggest_the_nearest()
   assert_refused(run_with("worker = { 1 }"), "experiment: unknown field 'worker'; did you mean 'workers'?")
   assert_refused(run_with(FAST, { server = 'latancy = "1ms"' }),
      "server: unknown option 'latancy'; did you mean 'latency'?")
   support.script(folder, FAST)
   assert_refused(bakeoff("test.lua", "--contender", "threads"),
      "unknown option '--contender'; did you mean '--contenders'? (see bakeoff run test.lua --help)")
end

function TestScript.test_fields_of_the_wrong_kind()
   local cases = {
      { 'process = "x"', "process: expected a function" },
      { "repeats = 0", "repeats: '0' is not accepted" },
      { 'timeout = "soon"', "timeout: 'soon' is not a quantity" },
      { 'session = "none"', "session: 'none' is not accepted" },
      { "request = { method = 5 }", "request.method: expected a string" },
      { "server = 5", "server: expected a server from bake.server" },
      { "process = (function() local f = io.tmpfile() return function() return f end end)()",
         "process: upvalue 'f'" },
   }
   for _, case in ipairs(cases) do
      assert_refused(run_with(case[1]), case[2])
   end
end

function TestScript.test_the_servers_port_is_in_use()
   support.write(folder .. "/test.lua", [[local bake = require "bakeoff"
      local one <close> = bake.server {}
      bake.server { port = one.port }]])
   local result = bakeoff("test.lua")
   assert_refused(result, "port: ")
   lu.assertStrMatches(result.stderr,
      "bakeoff run: test%.lua:%d+: port: %d+ is in use; choose another, or 0 for any free one\n")
end

function TestScript.test_an_error_in_the_script_has_file_line_and_traceback()
   local result = run_with(FAST, { before = "local day = nothing.field" })
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "run: test.lua:3: attempt to index a nil value (global 'nothing')\n")
   lu.assertStrContains(result.stderr, "stack traceback:\n\ttest.lua:3: in main chunk")
   lu.assertNil(core.file_kind(folder .. "/out"))
end

-- One line written for the user, without the frames of our own files.
function TestScript.test_mistakes_about_names_are_one_line()
   local cases = {
      { 'local opt = bake.options { days = { 1, "" } }; print(opt.quux)',
         "bake.options does not declare 'quux'; declare it there" },
      { "bake.nosuch()", "bakeoff has no 'nosuch'; lua/REFERENCE.md lists what it has" },
      { "error {}", 'the script raised a table instead of a message; write error("what went wrong")' },
   }
   for _, case in ipairs(cases) do
      support.write(folder .. "/test.lua", 'local bake = require "bakeoff"\n' .. case[1])
      assert_refused(bakeoff "test.lua", case[2])
   end
end

TestUrls = {}

function TestUrls.setUp() folder = support.folder() end

function TestUrls.tearDown() support.remove(folder) end

-- Runs a script of the project's over a list file.
local function over_file(name)
   local script = os.getenv("BAKEOFF_SOURCE") .. "/scripts/thirty_urls.lua"
   return bakeoff(script, "--list", name, "--save", "saved")
end

local function over(content)
   support.write(folder .. "/urls.txt", content)
   return over_file("urls.txt")
end

function TestUrls.test_unreadable_and_empty_lists()
   assert_refused(over_file("nothing.txt"), "--list: cannot read the URL list 'nothing.txt': No such file")
   assert_refused(over_file("."), "--list: cannot read the URL list '.': Is a directory")
   assert_refused(over(""), "--list: 'urls.txt' contains no URL; write one http or https URL per line")
   assert_refused(over("# only a comment\n\n"), "--list: 'urls.txt' contains no URL")
end

function TestUrls.test_lines_that_are_no_url_are_numbered()
   assert_refused(over("http://127.0.0.1/\n\n# comment\nnot a url\n"), "--list: urls.txt:4: 'not a url'")
   assert_refused(over("127.0.0.1/x\n"), "--list: urls.txt:1: '127.0.0.1/x' is not an http or https URL")
   for _, url in ipairs { "file:///etc/passwd", "FILE:///x", "ftp://h/", "gopher://h/", "javascript:x" } do
      assert_refused(over("http://127.0.0.1/\n" .. url .. "\n"),
         ("--list: urls.txt:2: '%s' is not an http or https URL"):format(url))
   end
   lu.assertNil(core.file_kind(folder .. "/saved"))
end

function TestUrls.test_other_schemes_in_a_script()
   support.write(folder .. "/test.lua", [[require("bakeoff").experiment { name = "test",
      urls = { "http://127.0.0.1/", "file:///etc/passwd" } }:run()]])
   assert_refused(bakeoff("test.lua"), "urls[2]: 'file:///etc/passwd' is not an http or https URL")
end

function TestUrls.test_other_schemes_in_redirects_fail_the_job_in_every_contender()
   support.write(folder .. "/secret", "sesame")
   support.write(folder .. "/test.lua", ([[local bake = require "bakeoff"
      local site <close> = bake.server {}
      local urls = { site:url("/redirect?to=file://%s/secret"), site:url("/fine") }
      bake.experiment { name = "test", urls = urls, workers = { 2 }, repeats = 1, warmup = 0,
         save = "saved" }:run()]]):format(folder))
   local result = bakeoff("test.lua")
   lu.assertEquals(result.code, 1, result.stderr)
   local rows = support.trials(folder .. "/out/test")
   lu.assertEquals(#rows, 5)
   for _, row in ipairs(rows) do
      lu.assertEquals({ row.jobs.done, row.jobs.failed }, { 1, 1 }, row.label)
      lu.assertStrContains(row.reason, "only http and https URLs are fetched")
   end
   for _, name in ipairs(core.list(folder .. "/saved")) do
      lu.assertNotStrContains(support.slurp(folder .. "/saved/" .. name), "sesame")
   end
end

TestOutput = {}

function TestOutput.setUp() folder = support.folder() end

function TestOutput.tearDown() support.remove(folder) end

function TestOutput.test_an_output_folder_that_is_not_writable()
   support.script(folder, FAST)
   support.write(folder .. "/file", "precious")
   for _, place in ipairs { "file", "file/below", "/proc/bakeoff" } do
      local result = bakeoff("test.lua", "--out", place)
      assert_refused(result, "--out: cannot write to the folder (")
      lu.assertStrContains(result.stderr, "; choose another\n")
   end
   assert_refused(bakeoff("test.lua", "--out", ""), "--out: the folder name is empty")
   lu.assertEquals(support.slurp(folder .. "/file"), "precious")
end

function TestOutput.test_a_save_folder_that_is_not_writable()
   support.write(folder .. "/file", "precious")
   assert_refused(run_with(FAST .. ', save = "file/below"'), "save: cannot write to 'file/below' (")
   lu.assertEquals(support.slurp(folder .. "/file"), "precious")
end

-- A PATH with everything that a run may need, except gnuplot.
local function path_without_gnuplot()
   local bin = folder .. "/bin"
   assert(core.mkdirs(bin))
   for _, name in ipairs { "sh", "env", "mkdir", "rm" } do
      assert(os.execute(("ln -s $(command -v %s) %s/%s"):format(name, bin, name)))
   end
   return bin
end

function TestOutput.test_without_gnuplot_results_are_kept()
   support.script(folder, 'contenders = { "threads" }, workers = { 1, 2 }, repeats = 1, warmup = 0')
   local result = support.run({ "bakeoff", "run", "test.lua" },
      { folder = folder, environment = { PATH = path_without_gnuplot() } })
   lu.assertEquals(result.code, 1, result.stderr)
   lu.assertStrContains(result.stderr, "not drawn")
   lu.assertStrContains(result.stderr, "gnuplot")
   lu.assertNotStrContains(result.stderr, "traceback")
   lu.assertEquals(#support.trials(folder .. "/out/test"), 2)
   for _, name in ipairs { "manifest.json", "jobs.csv", "memory.csv", "report.md", "summary.json" } do
      lu.assertEquals(core.file_kind(folder .. "/out/test/" .. name), "file", name)
   end
   lu.assertStrContains(result.stdout, "threads")
   lu.assertNil(core.file_kind(folder .. "/out/test/charts/speed.svg"))
end

os.exit(lu.LuaUnit.run(), true)
