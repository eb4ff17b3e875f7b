--- Two commands at once in one folder: the first keeps it, the second is told so, and rows never mix.

local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"

local folder

local EXEC = { "bakeoff", "exec", "--no-chart", "--warmup", "0", "--repeats" }
local UNTIL_TOLD = { "sh", "-c", "until [ -e go ]; do sleep 0.01; done" }

local function exec(repeats, settings, words)
   local line = table.move(EXEC, 1, #EXEC, 1, {})
   line[#line + 1] = repeats
   table.move(settings, 1, #settings, #line + 1, line)
   line[#line + 1] = "--"
   return table.move(words, 1, #words, #line + 1, line)
end

-- Starts a run in out/exec that measures until let_go is called.
local function started()
   local run = support.start(exec("2", {}, UNTIL_TOLD), folder)
   support.wait_for("the run", function() return core.file_kind(folder .. "/out/exec/manifest.json") end)
   return run
end

local function let_go() support.write(folder .. "/go", "") end

local function bakeoff(words) return support.run(words, { folder = folder }) end

-- Asserts that a command is told that the folder is in use. place: the script's line, before the message.
local function assert_told(run, words, place)
   local result = bakeoff(words)
   lu.assertEquals({ result.code, result.stdout }, { 2, "" }, result.stderr)
   local message = "bakeoff %s: %sout/exec is in use: process %s writes to it; " ..
      "wait until it ends, or choose another folder with --out\n"
   lu.assertEquals(result.stderr, message:format(words[2], place or "", run.pid))
end

local function assert_each_once(repeats)
   local seen, rows = {}, support.trials(folder .. "/out/exec")
   for _, row in ipairs(rows) do
      lu.assertNil(seen[row["repeat"]])
      seen[row["repeat"]] = true
   end
   lu.assertEquals(#rows, repeats)
end

TestTwoRuns = {}

function TestTwoRuns.setUp() folder = support.folder() end

function TestTwoRuns.tearDown()
   let_go()
   support.remove(folder)
end

function TestTwoRuns.test_the_second_is_told_and_the_first_undisturbed()
   local first = started()
   assert_told(first, exec("3", {}, { "true" }))
   assert_told(first, exec("3", { "--resume" }, UNTIL_TOLD))
   assert_told(first, { "bakeoff", "attach", "--name", "exec", "--duration", "10ms", first.pid })
   support.write(folder .. "/exec.lua", [[require("bakeoff").experiment { name = "exec", items = { 1 },
      task = function() return 1 end, contenders = { "sequential" }, repeats = 1 }:run()]])
   assert_told(first, { "bakeoff", "run", "exec.lua" }, "exec.lua:1: ")
   lu.assertEquals(core.list(folder .. "/out"), { "exec" })
   let_go()
   local result = first:finish()
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 2)
   lu.assertNil(core.file_kind(folder .. "/out/exec/.lock"))
end

function TestTwoRuns.test_other_folders_are_free_and_later_runs_move_it_aside()
   local first = started()
   local result = bakeoff(exec("1", { "--out", "elsewhere" }, { "true" }))
   lu.assertEquals(result.code, 0, result.stderr)
   result = bakeoff { "bakeoff", "compare", "elsewhere/exec", "elsewhere/exec" }
   lu.assertEquals(result.code, 0, result.stderr)
   let_go()
   lu.assertEquals(first:finish().code, 0)
   result = bakeoff(exec("1", {}, { "true" }))
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(#support.trials(folder .. "/out/exec~1"), 2)
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 1)
end

function TestTwoRuns.test_a_run_that_was_killed_leaves_the_folder_free()
   local first = started()
   first:kill "KILL"
   first:finish()
   local result = bakeoff(exec("1", {}, { "true" }))
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 1)
end

-- A script may run the same experiment again, because the earlier folder is its own.
function TestTwoRuns.test_the_same_script_twice_in_one_folder()
   support.write(folder .. "/twice.lua", [[local bake = require "bakeoff"
      for _ = 1, 2 do
         bake.experiment { name = "x", items = { 1 }, task = function() return 1 end,
            contenders = { "sequential" }, workers = { 1 }, repeats = 1, warmup = 0 }:run()
      end]])
   local result = bakeoff { "bakeoff", "run", "twice.lua" }
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(#support.trials(folder .. "/out/x~1"), 1)
   lu.assertEquals(#support.trials(folder .. "/out/x"), 1)
end

-- A complete run of two trials is extended by two commands at the same moment: one of them does it, the other
-- is told, or finds it done.
function TestTwoRuns.test_two_resumes_at_once_extend_a_run_once()
   let_go()
   lu.assertEquals(bakeoff(exec("2", {}, UNTIL_TOLD)).code, 0)
   local words = exec("6", { "--resume" }, UNTIL_TOLD)
   local first = support.start(words, folder)
   local second = bakeoff(words)
   local result = first:finish()
   for _, one in ipairs { result, second } do
      lu.assertTrue(one.code == 0 or one.code == 2 and one.stderr:find("out/exec is in use", 1, true) ~= nil,
         one.stderr)
   end
   lu.assertTrue(result.code == 0 or second.code == 0)
   assert_each_once(6)
end

TestMoved = {}

TestMoved.setUp, TestMoved.tearDown = TestTwoRuns.setUp, TestTwoRuns.tearDown

-- What the first command finds at the folder's place after `change` belongs to somebody else.
local function assert_stops_after(change)
   local first = started()
   assert(os.execute(("cd '%s' && %s"):format(folder, change)))
   let_go()
   local result = first:finish()
   lu.assertEquals(result.code, 1, result.stderr)
   lu.assertEquals(result.stderr, "bakeoff exec: out/exec or its file .lock was moved or removed during " ..
      "the run, which ends here; move it back and continue with --resume\n")
end

function TestMoved.test_a_moved_folder_ends_the_run_and_can_be_continued()
   assert_stops_after "mv out/exec elsewhere"
   lu.assertNil(core.file_kind(folder .. "/out/exec"))
   assert(os.execute(("mv '%s/elsewhere' '%s/out/exec'"):format(folder, folder)))
   lu.assertEquals(bakeoff(exec("2", { "--resume" }, UNTIL_TOLD)).code, 0)
   assert_each_once(2)
end

function TestMoved.test_a_removed_folder_ends_the_run()
   assert_stops_after "rm -r out/exec"
   lu.assertNil(core.file_kind(folder .. "/out/exec"))
end

function TestMoved.test_another_run_at_the_same_place_gets_no_foreign_rows()
   local other = table.concat(exec("1", {}, { "sleep", "0.2" }), " "):gsub("^bakeoff", "'" ..
      os.getenv("BAKEOFF_BUILD") .. "/bakeoff'")
   assert_stops_after("mv out/exec elsewhere && " .. other .. " >other.txt")
   lu.assertEquals(#support.trials(folder .. "/out/exec"), 1)
   lu.assertEquals(#support.csv(folder .. "/out/exec/memory.csv") > 0, true)
   lu.assertEquals(#support.trials(folder .. "/elsewhere"), 0)
end

TestNoLocks = {}

TestNoLocks.setUp, TestNoLocks.tearDown = TestTwoRuns.setUp, TestTwoRuns.tearDown

function TestNoLocks.test_a_file_system_without_locks_is_named_and_the_run_goes_on()
   local words = exec("2", {}, { "true" })
   words[1] = os.getenv("BAKEOFF_BUILD") .. "/bakeoff"
   words = { os.getenv("BAKEOFF_BUILD") .. "/bin/tool_without", "locks", table.unpack(words) }
   local result = bakeoff(words)
   lu.assertEquals({ result.code, result.stderr }, { 0, "bakeoff: out/exec can't be locked (No locks " ..
      "available): make sure that no other run writes to it\n" })
   assert_each_once(2)
end

os.exit(lu.LuaUnit.run(), true)
