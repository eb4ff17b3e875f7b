--- `bakeoff exec`: what surrounds the commands (--setup, --prepare, --conclude, --cleanup), and where their
-- streams go.
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local function words_of(...)
   return { "bakeoff", "exec", "--no-chart", "--warmup", "0", ... }
end

local function bakeoff(...) return support.run(words_of(...), { folder = folder }) end

-- The options of a call that writes a word to the file `log`.
local function logs(option, words) return "--" .. option, ("sh -c 'echo %s >>log'"):format(words) end

local function lines_of(name)
   local list = {}
   for line in support.slurp(folder .. "/" .. name):gmatch "[^\n]+" do
      list[#list + 1] = line
   end
   return list
end

local function rows() return support.trials(folder .. "/out/exec") end

local function has(name) return core.file_kind(folder .. "/" .. name) ~= nil end

local function assert_refused(expected, ...)
   support.assert_refused(bakeoff(...), "bakeoff exec", expected, folder)
end

TestHooks = {}

function TestHooks.setUp() folder = support.folder() end

function TestHooks.tearDown() support.remove(folder) end

function TestHooks.test_all_in_their_order()
   local words = { "--warmup", "1", "--repeats", "2" }
   for _, name in ipairs { "setup", "prepare", "conclude", "cleanup" } do
      words[#words + 1], words[#words + 2] = logs(name, name)
   end
   table.move({ "--", "sh", "-c", "echo run >>log" }, 1, 4, #words + 1, words)
   local result = support.run({ "bakeoff", "exec", "--no-chart", table.unpack(words) }, { folder = folder })
   lu.assertEquals(result.code, 0, result.stderr)
   local once = { "prepare", "run", "conclude" }
   local expected = { "setup" }
   for _ = 1, 3 do
      table.move(once, 1, 3, #expected + 1, expected)
   end
   expected[#expected + 1] = "cleanup"
   lu.assertEquals(lines_of "log", expected)
end

-- Those that are the same for all values run once.
function TestHooks.test_scanned_values_are_filled_in()
   local setup, with_value = logs("setup", "setup {n}")
   bakeoff(setup, with_value, "--cleanup", "sh -c 'echo cleanup >>log'", "--scan", "n=3,4", "--repeats", "1",
      "--", "sh", "-c", ": {n}")
   lu.assertEquals(lines_of "log", { "setup 3", "setup 4", "cleanup" })
end

function TestHooks.test_none_of_them_is_measured()
   bakeoff("--setup", "sleep 0.3", "--prepare", "sleep 0.3", "--conclude", "sleep 0.3", "--cleanup",
      "sleep 0.3", "--repeats", "1", "--", "true")
   local row = rows()[1]
   lu.assertEquals(row.status, "ok")
   lu.assertTrue(row.total_s < 0.3, tostring(row.total_s))
end

function TestHooks.test_one_for_each_command()
   for _, name in ipairs { "setup", "prepare", "conclude", "cleanup" } do
      local first, words = logs(name, "{file} a")
      bakeoff(first, words, first, (words:gsub(" a ", " b ")), "--scan", "file=" .. name, "--repeats", "1",
         "--vs", "sh -c 'echo run >>log'", "--name", name, "--", "sh", "-c", "echo run >>log")
      local list = lines_of "log"
      table.sort(list)
      local expected = { name .. " a", name .. " b", "run", "run" }
      table.sort(expected)
      lu.assertEquals(list, expected)
      os.remove(folder .. "/log")
   end
end

function TestHooks.test_a_setup_may_make_the_program_and_its_input()
   local result = bakeoff("--setup", "sh -c 'cp /bin/cat tool; echo hello >in.txt'", "--input", "in.txt",
      "--cleanup", "rm tool in.txt", "--output", "out.txt", "--repeats", "1", "--", "./tool")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(lines_of "out.txt", { "hello" })
   lu.assertFalse(has "tool")
end

function TestHooks.test_a_setup_that_fails_ends_the_run()
   local cleanup, words = logs("cleanup", "cleanup {n}")
   local result = bakeoff("--setup", "sh -c 'echo {n} >>log; echo broken >&2; exit {n}'", cleanup, words,
      "--scan", "n=0,3,0.5", "--repeats", "1", "--", "true", "{n}")
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stderr, "setup: sh exited with code 3: broken; nothing was measured")
   lu.assertEquals(lines_of "log", { "0", "3", "cleanup 0" }, "only what was set up is cleaned up")
   lu.assertEquals(#rows(), 0)
   lu.assertEquals(support.manifest(folder .. "/out/exec").status, "interrupted")
end

function TestHooks.test_a_cleanup_that_fails_is_told_after_the_run()
   local result = bakeoff("--cleanup", "sh -c 'echo no >&2; exit 4'", "--repeats", "2", "--", "true")
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stderr, "exec: cleanup: sh exited with code 4: no")
   lu.assertEquals(#rows(), 2)
   lu.assertTrue(has "out/exec/report.html")
end

function TestHooks.test_cleanup_and_conclude_follow_failures_and_time_limits()
   for name, script in pairs { failed = "exit 3", timeout = "sleep 600" } do
      local cleanup, words = logs("cleanup", "cleanup")
      local result = bakeoff(cleanup, words, "--conclude", "sh -c 'echo conclude >>log'", "--timeout",
         "300ms", "--repeats", "1", "--name", name, "--", "sh", "-c", script)
      lu.assertEquals(result.code, 1)
      lu.assertEquals(support.trials(folder .. "/out/" .. name)[1].status, name)
      lu.assertEquals(lines_of "log", { "conclude", "cleanup" })
      os.remove(folder .. "/log")
   end
end

function TestHooks.test_cleanup_and_conclude_follow_ctrl_c()
   local run = support.start(words_of("--conclude", "sh -c 'sleep 0.2; echo conclude >>log'", "--cleanup",
      "sh -c 'sleep 0.2; echo cleanup >>log'", "--", "sh", "-c", "touch begun; sleep 600"), folder)
   support.wait_for("the trial", function() return has "begun" end)
   run:kill "INT"
   lu.assertEquals(run:finish().code, 130)
   lu.assertEquals(lines_of "log", { "conclude", "cleanup" })
   lu.assertEquals(run:members(), {})
end

-- What was not set up is not cleaned up.
function TestHooks.test_ctrl_c_during_the_setup()
   local run = support.start(words_of("--setup", "sh -c 'touch begun; sleep 600'", "--cleanup",
      "touch cleaned", "--", "true"), folder)
   support.wait_for("the setup", function() return has "begun" end)
   run:kill "INT"
   lu.assertEquals(run:finish().code, 130)
   lu.assertFalse(has "cleaned")
   lu.assertEquals(run:members(), {})
end

function TestHooks.test_a_conclude_that_fails_fails_its_trial()
   local result = bakeoff("--conclude", "sh -c 'echo stuck >&2; exit 4'", "--repeats", "1", "--", "true")
   lu.assertEquals(result.code, 1)
   lu.assertEquals(rows()[1].reason, "conclude: sh exited with code 4: stuck")
end

function TestHooks.test_no_conclude_without_a_run()
   local conclude, words = logs("conclude", "conclude")
   bakeoff("--prepare", "false", conclude, words, "--repeats", "1", "--", "true")
   lu.assertStrContains(rows()[1].reason, "prepare: false exited with code 1")
   lu.assertFalse(has "log")
end

function TestHooks.test_a_run_that_is_complete_needs_no_setup()
   local function again()
      return bakeoff("--setup", "sh -c 'echo setup >>log'", "--repeats", "1", "--resume", "--", "true")
   end
   again()
   lu.assertEquals(again().code, 0)
   lu.assertEquals(lines_of "log", { "setup" })
end

function TestHooks.test_refusals()
   assert_refused("--setup: {out} differs between trials, but this command runs once", "--setup",
      "mkdir {out}", "--", "true")
   assert_refused("--prepare: 2 given for 3 commands; give one for all, or one for each", "--prepare", "true",
      "--prepare", "true", "--vs", "true", "--vs", "true", "--", "true")
   assert_refused("nosuchprogram: not found", "--cleanup", "nosuchprogram", "--", "true")
   assert_refused("unknown placeholder {m}", "--conclude", "echo {m}", "--", "true")
end

TestStreams = { setUp = TestHooks.setUp, tearDown = TestHooks.tearDown }

function TestStreams.test_output_is_shown()
   for _, option in ipairs { "--show-output", "--output=inherit" } do
      local result = bakeoff(option, "--repeats", "2", "--prepare", "echo before", "--", "sh", "-c",
         "echo said; echo complained >&2")
      lu.assertStrContains(result.stdout, "before\nsaid\nbefore\nsaid\n")
      lu.assertEquals(result.stderr, "complained\ncomplained\n")
   end
end

-- Standard output belongs to the export then.
function TestStreams.test_shown_output_stays_out_of_exports()
   local result = bakeoff("--show-output", "--export-hyperfine", "-", "--repeats", "1", "--", "echo", "said")
   lu.assertEquals(#json.decode(result.stdout).results, 1)
   lu.assertStrContains(result.stderr, "said\n")
end

function TestStreams.test_output_goes_through_a_pipe()
   local result = bakeoff("--output", "pipe", "--repeats", "1", "--timeout", "20s", "--", "sh", "-c",
      "[ -p /dev/stdout ] && head -c 10000000 /dev/zero")
   lu.assertEquals(result.code, 0, result.stdout)
   result = bakeoff("--output", "null", "--repeats", "1", "--", "sh", "-c", "[ -c /dev/stdout ]")
   lu.assertEquals(result.code, 0, result.stdout)
   lu.assertFalse(has "pipe")
   lu.assertFalse(has "null")
end

-- Every run gets all of it.
function TestStreams.test_input_is_read_once()

   local line = "seq 1 20000 | %s/bakeoff exec --no-chart --input - --repeats 2 -- sh -c 'wc -l >>log'"
   line = line:format(os.getenv "BAKEOFF_BUILD")
   lu.assertEquals(support.run({ "sh", "-c", line }, { folder = folder }).code, 0)
   lu.assertEquals(lines_of "log", { "20000", "20000", "20000" })
   lu.assertFalse(has "out/exec/files~")
   lu.assertEquals(support.manifest(folder .. "/out/exec").cells[1].options.stdin, "-")
end

function TestStreams.test_exit_codes_that_are_no_failures()
   local function code(option, script)
      return bakeoff(option, "--repeats", "1", "--", "sh", "-c", script).code
   end
   lu.assertEquals({ code("--ignore-failure=3,4", "exit 4"), code("--ignore-failure=3,4", "exit 0"),
      code("--ignore-failure=3,4", "exit 5"), code("--ignore-failure", "exit 5"),
      code("--ignore-failure", "kill -9 $$") }, { 0, 0, 1, 0, 1 })
end

function TestStreams.test_refusals()
   assert_refused("--output: has no effect with --show-output", "--show-output", "--output", "f", "--",
      "true")
   assert_refused("--ignore-failure: '300' is not accepted; write exit codes from 0 to 255",
      "--ignore-failure", "300", "--", "true")
end

os.exit(lu.LuaUnit.run(), true)
