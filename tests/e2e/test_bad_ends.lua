--- Ends that must not look like success, and what is kept all the same: standard output that can't be
-- written, a script that fails after it has measured, a test server that dies, a disk that is full.
local source = os.getenv "BAKEOFF_SOURCE"
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local cli = require "bakeoff.commands"
local core = require "bakeoff.core"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local folder

local function set_up() folder = support.folder() end

local function tear_down() support.remove(folder) end

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

-- Runs a line of the shell, in which "$0" is the command.
local function shell(line)
   return support.run({ "sh", "-c", line, core.prefix() .. "/bakeoff" }, { folder = folder })
end

local function slurp(name) return support.slurp(folder .. "/" .. name) end

local function make(name)
   runs.make { dir = folder .. "/out/" .. name, name = name, repeats = 6, workers = { 1, 4 }, items = 20,
      contenders = { "sequential", "threads" } }
end

local FIELDS = 'items = { 1, 2 }, task = function() end, contenders = { "threads" }, workers = { 1 }, ' ..
   "repeats = 1, warmup = 0"

local function experiment(name)
   return ('bake.experiment { name = "%s", %s }:run()\n'):format(name, FIELDS)
end

local function script(text) support.write(folder .. "/s.lua", 'local bake = require "bakeoff"\n' .. text) end

TestFullOutput = { setUp = set_up, tearDown = tear_down }

local SAID = "bakeoff: standard output could not be written; is the disk full?\n"

-- For each subcommand, what it does that prints something.
local LINES = {
   run = { '"$0" run s.lua --quiet' },
   notebook = { '"$0" notebook new m', '"$0" notebook run n.lua', '"$0" notebook check n.lua --no-run',
      '"$0" notebook watch n.lua' },
   exec = { '"$0" exec --no-chart --repeats 2 --warmup 0 -- true' },
   attach = { 'sleep 9 & "$0" attach $! --duration 20ms --no-chart; code=$?; kill $!; exit $code' },
   compare = { '"$0" compare out/one out/one' },
   plot = { '"$0" plot out/one --only speed' },
   report = { '"$0" report out/one --no-chart --md' },
   serve = { '"$0" serve' },
   env = { '"$0" env --json' },
   help = { '"$0" help', '"$0" --version' },
}

function TestFullOutput.test_no_subcommand_ends_as_if_it_had_been_read()
   make "one"
   script(experiment "e")
   support.write(folder .. "/n.lua", "-- %%\nprint(1)\n")
   for _, name in ipairs(cli.command_names()) do
      lu.assertNotNil(LINES[name], name .. ": add what it prints to LINES")
      for _, line in ipairs(LINES[name]) do
         local result = shell("exec >/dev/full; " .. line)
         lu.assertStrContains(line .. ": " .. result.stderr, SAID)
         lu.assertTrue(result.code ~= nil and result.code ~= 0, line)
      end
   end
end

function TestFullOutput.test_a_script_that_leaves_by_itself_is_no_exception()
   script 'print "found" os.exit(0)'
   local result = shell '"$0" run s.lua >/dev/full'
   lu.assertEquals({ result.code, result.stderr }, { 1, SAID })
   script "os.exit(7)"
   lu.assertEquals(shell('"$0" run s.lua >/dev/full').code, 7)
end

TestFullDisk = { setUp = set_up, tearDown = tear_down }

-- A limit on the size of files has the effect of a full disk. SIGXFSZ would kill the command.
function TestFullDisk.test_a_report_that_is_not_written_leaves_the_old_one()
   make "one"
   support.write(folder .. "/out/one/report.html", "old")
   local result = shell 'trap "" XFSZ; ulimit -f 2; exec "$0" report out/one --no-chart --html'
   lu.assertEquals(result.code, 1, result.stderr)
   lu.assertStrMatches(result.stderr,
      "bakeoff: the report was not written %(out/one/summary.json: File too large%); [^\n]*\n")
   lu.assertEquals(slurp "out/one/report.html", "old")
   lu.assertNil(core.file_kind(folder .. "/out/one/summary.json"))
end

TestLater = { setUp = set_up, tearDown = tear_down }

-- What was measured before is reported; the script's error comes last and decides the exit code.
local function assert_reported(code, said)
   local result = bakeoff("run", "s.lua", "--quiet")
   support.assert_code(code, result)
   lu.assertStrContains(result.stderr, said)
   for _, name in ipairs { "report.md", "report.html", "summary.json", "charts/speed.svg" } do
      lu.assertEquals(core.file_kind(folder .. "/out/e/" .. name), "file", name)
   end
   lu.assertStrContains(result.stdout, "e: ")
end

function TestLater.test_a_gate_that_fails_leaves_the_report()
   script("local r = " .. experiment "e" .. 'r:gate { "total(threads) < 0" }')
   assert_reported(1, "total(threads) < 0")
end

function TestLater.test_an_error_after_the_measurement_leaves_the_report()
   script(experiment "e" .. 'error "later"')
   assert_reported(2, "s.lua:3: later")
end

TestServer = { setUp = set_up, tearDown = tear_down }

-- As long as the file `armed` exists, the third job kills the server.
local KILLS = [[
contenders = { "threads" }, workers = { 1 }, repeats = 3, warmup = 0, process = function(response)
   if response.url:match "=3$" and io.open "armed" then
      os.execute "rm armed; kill -9 $(cat pid); sleep 0.05"
   end
end]]

function TestServer.test_its_death_is_said_at_once_and_failed_trials_are_repeated()
   support.script(folder, KILLS, { file = "s.lua",
      before = 'local f = io.open("pid", "w") f:write(site.handle:pid()) f:close()' })
   support.write(folder .. "/armed", "")
   local result = bakeoff("run", "s.lua")
   support.assert_code(1, result)
   lu.assertEquals(result.stderr, "bakeoff run: the test server ended unexpectedly; 1 of 3 trials are " ..
      "kept in out/test, and --resume --failed runs the rest and repeats those that failed\n")
   local path = folder .. "/out/test"
   local row = support.trials(path)[1]
   lu.assertEquals({ row.status, row.reason }, { "failed", "the test server ended during the trial" })
   lu.assertEquals(support.manifest(path).status, "interrupted")
   result = bakeoff("run", "s.lua", "--resume", "--failed", "--quiet")
   support.assert_code(0, result)
   local rows = support.trials(path)
   lu.assertEquals(#rows, 3)
   for _, trial in ipairs(rows) do
      lu.assertEquals({ trial.status, trial.jobs.done, trial.jobs.failed }, { "ok", 6, 0 })
   end
   lu.assertEquals(#support.csv(path .. "/jobs.csv"), 18) -- none of the failed trial
   lu.assertEquals(support.manifest(path).status, "complete")
end

-- What doesn't need the server is still measured.
function TestServer.test_the_run_goes_on_without_it_if_asked()
   local with_program = KILLS:gsub('"threads" }', '"threads", { "command", argv = { "true" } } }')
   support.script(folder, with_program,
      { file = "s.lua", before = 'local f = io.open("pid", "w") f:write(site.handle:pid()) f:close()' })
   support.write(folder .. "/armed", "")
   local result = bakeoff("run", "s.lua", "--keep-going", "--quiet")
   support.assert_code(1, result)
   local said = "test: the test server ended unexpectedly; the run goes on without it\n"
   lu.assertStrContains(result.stderr, said)
   lu.assertEquals(select(2, result.stderr:gsub(said, "")), 1)
   local path, failed = folder .. "/out/test", 0
   local rows = support.trials(path)
   for _, row in ipairs(rows) do
      failed = failed + (row.status == "failed" and row.label == "threads" and 1 or 0)
   end
   lu.assertEquals({ #rows, failed, support.manifest(path).status }, { 6, 3, "complete" })
end

-- A list of URLs says nothing about who started their server.
local OUTSIDE = KILLS .. ", urls = (function(list) return table.move(list, 1, #list, 1, {}) end)(" ..
   'site:urls("/?day=%d", 6))'

local function outside_script()
   support.script(folder, OUTSIDE, { file = "s.lua", before =
      'local f = io.open("pid", "w") f:write(site.handle:pid()) f:close()' })
   support.write(folder .. "/armed", "")
end

function TestServer.test_the_death_of_a_server_from_elsewhere_is_said_at_once_too()
   outside_script()
   local result = bakeoff("run", "s.lua")
   support.assert_code(1, result)
   lu.assertStrMatches(result.stderr, "bakeoff run: the server at http://127%.0%.0%.1:%d+ takes no more " ..
      "connections; 1 of 3 trials are kept in out/test, and %-%-resume %-%-failed runs the rest and " ..
      "repeats those that failed\n")
   local path = folder .. "/out/test"
   local row = support.trials(path)[1]
   lu.assertEquals({ row.status, row.jobs.done }, { "failed", 3 })
   lu.assertEquals(support.manifest(path).status, "interrupted")
end

function TestServer.test_the_run_goes_on_without_a_server_from_elsewhere_if_asked()
   outside_script()
   local result = bakeoff("run", "s.lua", "--keep-going", "--quiet")
   support.assert_code(1, result)
   local _, said = result.stderr:gsub("takes no more connections; the run goes on without it\n", "")
   lu.assertEquals(said, 1)
   local path = folder .. "/out/test"
   lu.assertEquals({ #support.trials(path), support.manifest(path).status }, { 3, "complete" })
end

-- Whoever measures refused connections wants to.
function TestServer.test_a_server_that_never_answered_ends_no_run()
   support.write(folder .. "/s.lua", [[
local bake = require "bakeoff"
local port
do
   local site <close> = bake.server {}
   port = site.port
end
bake.experiment { name = "test", urls = { ("http://127.0.0.1:%d/"):format(port) }, repeats = 2,
   contenders = { "sequential" } }:run()]])
   local result = bakeoff("run", "s.lua", "--quiet")
   support.assert_code(1, result)
   local path = folder .. "/out/test"
   lu.assertEquals({ #support.trials(path), support.manifest(path).status }, { 2, "complete" })
end

function TestServer.test_failed_needs_resume()
   script(experiment "e")
   local result = bakeoff("run", "s.lua", "--failed")
   lu.assertEquals({ result.code, result.stdout }, { 2, "" })
   lu.assertStrContains(result.stderr, "--failed: says which trials --resume repeats; add --resume\n")
end

os.exit(lu.LuaUnit.run(), true)
