--- Interrupted runs: what is kept, which processes are ended, how --resume goes on.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"

local folder

local FIELDS = 'workers = { 3 }, repeats = %d, warmup = %d' -- with all contenders
local SERVER = { server = 'latency = "20ms"', count = 12 }

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

local function run_path() return folder .. "/out/test" end

local function trials() return support.trials(run_path()) end

local function script(repeats, warmup, settings)
   support.script(folder, FIELDS:format(repeats or 5, warmup or 0), settings or SERVER)
end

-- Starts a run and waits until its first `count` trials are on disk.
local function started(count, ...)
   local run = support.start({ "bakeoff", "run", "test.lua", ... }, folder)
   support.wait_for("the first rows", function() return #trials() >= (count or 1) end)
   return run
end

local function assert_nobody_left(run)
   support.wait_for("the end of all", function() return #run:members() == 0 end)
end

local function assert_each_once(repeats)
   local seen, count = {}, 0
   for _, row in ipairs(trials()) do
      local key = ("%s × %d, %d"):format(row.label, row.workers, row["repeat"])
      lu.assertNil(seen[key], key)
      seen[key], count = true, count + 1
      lu.assertEquals({ row.status, row.jobs.done }, { "ok", 12 }, key)
      lu.assertTrue(row["repeat"] <= repeats)
   end
   lu.assertEquals(count, 5 * repeats)
   lu.assertEquals(#support.csv(run_path() .. "/jobs.csv"), count * 12)
end

TestInterrupt = {}

function TestInterrupt.setUp() folder = support.folder() end

function TestInterrupt.tearDown() support.remove(folder) end

local function interrupted_by(signal)
   script()
   local run = started()
   lu.assertTrue(#run:members() >= 2) -- at least the bench and its server
   run:kill(signal)
   local result = run:finish()
   lu.assertEquals({ result.code, result.stdout }, { 130, "" }, result.stderr)
   local kept = #trials()
   lu.assertEquals(result.stderr, ("bakeoff run: interrupted: %d of 25 trials are kept in out/test; " ..
      "--resume runs the rest\n"):format(kept))
   lu.assertTrue(kept >= 1 and kept < 25)
   lu.assertEquals(support.manifest(run_path()).status, "interrupted")
   lu.assertEquals(run:members(), {})
   for _, row in ipairs(trials()) do
      lu.assertEquals(row.status, "ok")
   end
end

function TestInterrupt.test_ctrl_c_keeps_what_is_done_and_ends_everything()
   interrupted_by("INT")
   local before = support.slurp(run_path() .. "/trials.jsonl")
   local began = support.manifest(run_path()).started
   local result = bakeoff("test.lua", "--resume")
   lu.assertEquals(result.code, 0, result.stderr)
   assert_each_once(5)
   lu.assertEquals(support.slurp(run_path() .. "/trials.jsonl"):sub(1, #before), before)
   local manifest = support.manifest(run_path())
   lu.assertEquals({ manifest.status, manifest.started }, { "complete", began })
   lu.assertNil(core.file_kind(folder .. "/out/test~1"))
   lu.assertNotNil(core.file_kind(run_path() .. "/report.md"))
end

function TestInterrupt.test_sigterm_and_sighup_do_the_same()
   interrupted_by("TERM")
   support.remove(folder)
   folder = support.folder()
   interrupted_by("HUP")
end

function TestInterrupt.test_several_signals_are_one_interruption()
   script()
   local run = started()
   assert(os.execute(("kill -INT %s; kill -TERM %s; kill -HUP %s"):format(run.pid, run.pid, run.pid)))
   local result = run:finish()
   -- A late signal may find no handler, but no process is left behind.
   lu.assertTrue(result.code == 130 or result.signal ~= nil, result.stderr)
   assert_nobody_left(run)
end

function TestInterrupt.test_ctrl_c_while_warming_up()
   script(5, 1000)
   local run = support.start({ "bakeoff", "run", "test.lua" }, folder)
   -- The manifest is written before the first trial; after that there are the bench, a server and a trial.
   support.wait_for("the first trial", function()
      return core.file_kind(run_path() .. "/manifest.json") and #run:members() >= 3
   end)
   run:kill("INT")
   local result = run:finish()
   lu.assertEquals(result.code, 130, result.stderr)
   lu.assertStrContains(result.stderr, "interrupted: 0 of 25 trials are kept")
   lu.assertEquals(run:members(), {})
end

function TestInterrupt.test_ctrl_c_twice_resumes_twice()
   script(8)
   local run = started()
   run:kill("INT")
   run:finish()
   local kept = #trials()
   run = started(kept + 2, "--resume")
   run:kill("INT")
   lu.assertEquals(run:finish().code, 130)
   lu.assertTrue(#trials() > kept)
   lu.assertEquals(bakeoff("test.lua", "--resume").code, 0)
   assert_each_once(8)
end

TestKill = {}

function TestKill.setUp() folder = support.folder() end

function TestKill.tearDown() support.remove(folder) end

function TestKill.test_a_killed_bench_takes_everything_along_and_resumes()
   script()
   local run = started()
   run:kill("KILL")
   run:finish()
   assert_nobody_left(run)
   lu.assertEquals(support.manifest(run_path()).status, "running")
   local result = bakeoff("test.lua", "--resume")
   lu.assertEquals(result.code, 0, result.stderr)
   assert_each_once(5)
end

function TestKill.test_a_killed_bench_with_a_hanging_trial_leaves_nobody()
   for _, contender in ipairs { "threads", "processes" } do
      support.script(folder, ([[contenders = { "%s" }, workers = { 3 }, repeats = 1, warmup = 0,
         process = function() io.open("hangs", "w"):close() while true do end end]]):format(contender))
      local run = support.start({ "bakeoff", "run", "test.lua" }, folder)
      support.wait_for("a job", function() return core.file_kind(folder .. "/hangs") end)
      lu.assertTrue(#run:members() >= (contender == "processes" and 4 or 3))
      run:kill("KILL")
      run:finish()
      assert_nobody_left(run)
      os.remove(folder .. "/hangs")
   end
end

TestResume = {}

function TestResume.setUp() folder = support.folder() end

function TestResume.tearDown() support.remove(folder) end

function TestResume.test_nothing_to_resume_starts_anew()
   script(1)
   lu.assertEquals(bakeoff("test.lua", "--resume").code, 0)
   assert_each_once(1)
end

function TestResume.test_a_complete_run_is_reported_again_without_trials()
   script(1)
   lu.assertEquals(bakeoff("test.lua").code, 0)
   local before = support.slurp(run_path() .. "/trials.jsonl")
   local result = bakeoff("test.lua", "--resume")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "sequential")
   lu.assertEquals(support.slurp(run_path() .. "/trials.jsonl"), before)
end

function TestResume.test_more_repeats_extend_a_run()
   script(1)
   lu.assertEquals(bakeoff("test.lua").code, 0)
   lu.assertEquals(bakeoff("test.lua", "--resume", "--repeats", "2").code, 0)
   assert_each_once(2)
end

function TestResume.test_another_experiment_is_refused_and_nothing_touched()
   script(2)
   lu.assertEquals(bakeoff("test.lua").code, 0)
   local function content()
      return support.slurp(run_path() .. "/trials.jsonl") .. support.slurp(run_path() .. "/manifest.json")
   end
   local before = content()
   local cases = {
      { "--seed", "--seed", "9" },
      { "--repeats", "--repeats", "1" },
      { "cells", "--workers", "5" },
      { "cells", "--contenders", "threads" },
   }
   for _, case in ipairs(cases) do
      local result = bakeoff("test.lua", "--resume", table.unpack(case, 2))
      lu.assertEquals(result.code, 2, case[2])
      lu.assertStrMatches(result.stderr, "bakeoff run: %-%-resume: this run has " .. case[1]:gsub("%-", "%%-")
         .. " [^\n]*, but the run in the folder has [^\n]*; repeat its options, "
         .. "or start anew without %-%-resume\n")
   end
   local others = { { server = 'latency = "21ms"', count = 12 }, { server = SERVER.server, count = 11 } }
   for _, other in ipairs(others) do
      script(2, 0, other)
      lu.assertEquals(bakeoff("test.lua", "--resume").code, 2)
   end
   lu.assertEquals(content(), before)
end

function TestResume.test_other_script_options_are_refused()
   support.script(folder, 'contenders = { "threads" }, workers = { 2 }, repeats = 1, warmup = 0',
      { before = 'bake.options { days = { 5, "days" }, fast = { false, "fast" } }' })
   lu.assertEquals(bakeoff("test.lua").code, 0)
   lu.assertEquals(bakeoff("test.lua", "--resume").code, 0)
   local result = bakeoff("test.lua", "--resume", "--days", "6")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "--resume: this run has --days 6, but the run in the folder has 5;")
   lu.assertEquals(bakeoff("test.lua", "--resume", "--fast").code, 2)
end

-- How an experiment fetches is part of it, and only the script says it.
function TestResume.test_other_ways_to_fetch_are_refused()
   local function fetching(entry, more)
      support.script(folder, ('contenders = { %s }, workers = { 2 }, repeats = 1, warmup = 0%s'):format(entry,
         more or ""))
   end
   fetching '"threads"'
   lu.assertEquals(bakeoff("test.lua").code, 0)
   lu.assertEquals(bakeoff("test.lua", "--resume").code, 0)
   local others = {
      { "cells threads × 2 (session per-request)", '{ "threads", session = "per-request" }' },
      { "request { headers = { X-Token: … } }", '"threads"',
         ', request = { headers = { ["X-Token"] = "1" } }' },
      { "process true", '"threads"', ", process = function() return 1 end" },
   }
   for _, other in ipairs(others) do
      fetching(other[2], other[3])
      local result = bakeoff("test.lua", "--resume")
      lu.assertEquals(result.code, 2, other[1])
      lu.assertStrContains(result.stderr,
         "--resume: this run has " .. other[1] .. ", but the run in the folder has ")
   end
end

local CHANGED = "bakeoff run: --resume: changed since the run in the folder began: %s; undo the change, " ..
   "or start anew without --resume\n"

-- Rows of two programs in one cell would give a verdict about neither.
function TestResume.test_other_code_is_refused_and_the_same_code_goes_on()
   local function script_with(before, process)
      support.script(folder, ('contenders = { "threads" }, workers = { 2 }, repeats = 2, warmup = 0, ' ..
         "process = function() %s end"):format(process), { before = before })
   end
   local USES = 'return require("rows").count(limit)'
   support.write(folder .. "/rows.lua", "return { count = function(n) return n end }")
   script_with("local limit = 3", USES)
   lu.assertEquals(bakeoff("test.lua", "--repeats", "1").code, 0)
   local rows = support.slurp(run_path() .. "/trials.jsonl")
   local function assert_refused(what)
      local result = bakeoff("test.lua", "--resume")
      lu.assertEquals({ result.code, result.stderr }, { 2, CHANGED:format(what) })
      lu.assertEquals(support.slurp(run_path() .. "/trials.jsonl"), rows)
   end
   script_with("local limit = 3", USES .. " + 1")
   assert_refused("the code of process")
   script_with("local limit = 4", USES)
   assert_refused("upvalue 'limit' of process")
   support.write(folder .. "/rows.lua", "return { count = function(n) return n + 1 end }")
   script_with("local limit = 3", USES)
   assert_refused("module 'rows'")
   support.write(folder .. "/rows.lua", "-- as before\nreturn { count = function(n) return n end }")
   script_with("-- a comment\nlocal limit = 3", USES)
   local result = bakeoff("test.lua", "--resume")
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(#trials(), 2)
end

function TestResume.test_another_program_is_refused()
   local function exec(repeats)
      return support.run({ "bakeoff", "exec", "--no-chart", "--warmup", "0", "--repeats", repeats,
         "--resume", "--", "./prog" }, { folder = folder })
   end
   support.write(folder .. "/prog", "#!/bin/sh\n")
   assert(os.execute(("chmod +x '%s/prog'"):format(folder)))
   lu.assertEquals(exec("1").code, 0)
   lu.assertEquals(exec("2").code, 0)
   support.write(folder .. "/prog", "#!/bin/sh\nexit 0\n")
   local result = exec("3")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "changed since the run in the folder began: file 'prog' of prog;")
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 2)
end

function TestResume.test_a_cut_last_row_is_run_again()
   script(2)
   lu.assertEquals(bakeoff("test.lua").code, 0)
   for _, name in ipairs { "trials.jsonl", "jobs.csv" } do
      local path = run_path() .. "/" .. name
      support.write(path, support.slurp(path):sub(1, -9))
   end
   lu.assertEquals(bakeoff("test.lua", "--resume").code, 0)
   assert_each_once(2)
end

function TestResume.test_a_damaged_manifest_is_refused()
   script(1)
   lu.assertEquals(bakeoff("test.lua").code, 0)
   support.write(run_path() .. "/manifest.json", "{")
   local result = bakeoff("test.lua", "--resume")
   lu.assertEquals({ result.code, result.stdout }, { 2, "" })
   lu.assertEquals(result.stderr,
      "bakeoff run: --resume: out/test/manifest.json is damaged (not valid JSON); start anew without "
         .. "--resume\n")
end

os.exit(lu.LuaUnit.run(), true)
