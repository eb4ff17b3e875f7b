--- Commands that use the terminal, and commands that are stopped. util-linux's `script` makes a terminal.
local lu = require "luaunit"
local core = require "bakeoff.core"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local BAKEOFF = support.quoted(os.getenv("BAKEOFF_BUILD") .. "/bakeoff")
local EXEC = BAKEOFF .. " exec --no-chart --warmup 0 "
local QUIET = " >said 2>&1\n"

local folder

-- In the typist's script: waits for a file that the other side makes.
local function await(name)
   return ("i=0; while [ ! -e %s ] && [ $i -lt 600 ]; do sleep 0.05; i=$((i+1)); done\n"):format(name)
end

-- Runs a shell's script in a terminal of its own, on which another script types.
local function in_terminal(session, typist, shell)
   support.write(folder .. "/session.sh", session)
   support.write(folder .. "/typist.sh", typist or "")
   local line = "sh typist.sh | script -qec '%s' seen >seen2"
   support.run({ "sh", "-c", line:format(shell or "sh session.sh") }, { folder = folder })
end

local function rows() return support.trials(folder .. "/out/exec") end

local function said(name)
   local text = support.slurp(folder .. "/" .. name)
   return (text:gsub("%s+$", ""))
end

-- The terminal takes what is typed and shows it, as before the run.
local AFTERWARDS = "stty -a </dev/tty >settings; read x </dev/tty; echo \"$x\" >after\n"
local TYPE_AFTERWARDS = await "settings" .. "echo still here\n" .. await "after"

local function assert_given_back()
   lu.assertEquals(said "after", "still here")
   lu.assertStrMatches(said "settings", ".* icanon .*")
   lu.assertStrMatches(said "settings", ".* echo .*")
end

-- Takes the terminal, changes its settings, says so, and does something else.
local function changing(rest)
   return "-- sh -c " .. support.quoted("stty -echo -icanon </dev/tty; touch asked; " .. rest)
end

local function has_process(word)
   for _, name in ipairs(core.list "/proc") do
      local file <close> = name:match "^%d+$" and io.open("/proc/" .. name .. "/cmdline", "rb")
      local words = file and file:read "a" or ""
      if words:find("\0" .. word .. "\0", 1, true) then
         return true
      end
   end
   return false
end

TestTerminal = {}

function TestTerminal.setUp() folder = support.folder() end

function TestTerminal.tearDown() support.remove(folder) end

function TestTerminal.test_a_command_sets_and_reads_it()
   in_terminal(EXEC .. "--repeats 2 --timeout 30s -- sh -c 'stty -echo </dev/tty; touch asked; " ..
      "read x </dev/tty; echo \"$x\" >>read; stty echo </dev/tty'" .. QUIET .. AFTERWARDS,
      await "asked" .. "echo one\nsleep 0.2\necho two\n" .. TYPE_AFTERWARDS)
   lu.assertEquals(said "read", "one\ntwo")
   local found = rows()
   lu.assertEquals({ found[1].status, found[2].status }, { "ok", "ok" }, said "said")
   assert_given_back()
end

-- The settings of a command that ends by itself are its own business: `stty` would be useless.
function TestTerminal.test_what_a_command_sets_stays()
   in_terminal(EXEC .. "--repeats 1 -- sh -c 'stty -tostop erase X </dev/tty'" .. QUIET ..
      "stty -a </dev/tty >settings\n")
   lu.assertStrContains(said "settings", "erase = X")
end

function TestTerminal.test_ctrl_c_ends_the_run_and_gives_it_back()
   in_terminal("trap : INT\n" .. EXEC .. "--repeats 3 " .. changing "sleep 61.2501" .. QUIET ..
      "echo $? >code\n" .. AFTERWARDS, await "asked" .. "printf '\\003'\n" .. TYPE_AFTERWARDS)
   lu.assertEquals(said "code", "130", said "said")
   lu.assertEquals(#rows(), 0)
   lu.assertFalse(has_process "61.2501")
   assert_given_back()
end

-- The command handles the signal and ends with success before the bench hears of it: no trial is kept.
function TestTerminal.test_ctrl_c_reaches_the_bench_before_the_end_of_the_command()
   in_terminal("trap : INT\n" .. EXEC .. "--repeats 3 " .. changing "trap 'exit 0' INT; sleep 61.2502" ..
      QUIET .. "echo $? >code\n" .. AFTERWARDS, await "asked" .. "printf '\\003'\n" .. TYPE_AFTERWARDS)
   lu.assertEquals({ said "code", #rows() }, { "130", 0 }, said "said")
   assert_given_back()
end

function TestTerminal.test_it_is_given_back_at_the_time_limit()
   in_terminal(EXEC .. "--repeats 1 --timeout 500ms " .. changing "sleep 61.2503" .. QUIET .. AFTERWARDS,
      TYPE_AFTERWARDS)
   lu.assertEquals(rows()[1].status, "timeout")
   assert_given_back()
end

function TestTerminal.test_it_is_given_back_by_a_command_that_is_killed()
   in_terminal(EXEC .. "--repeats 1 " .. changing "kill -SEGV $$" .. QUIET .. AFTERWARDS, TYPE_AFTERWARDS)
   lu.assertEquals(rows()[1].exit, { signal = 11 })
   assert_given_back()
end

function TestTerminal.test_it_is_given_back_when_the_guardian_is_killed()
   in_terminal(EXEC .. "--repeats 2 " .. changing "kill -9 $PPID; sleep 61.2504" .. QUIET .. AFTERWARDS,
      TYPE_AFTERWARDS)
   lu.assertEquals({ rows()[1].status, rows()[2].status }, { "failed", "failed" })
   lu.assertFalse(has_process "61.2504")
   assert_given_back()
end

function TestTerminal.test_it_is_given_back_when_the_bench_is_killed()
   in_terminal(EXEC .. "--repeats 1 " .. changing "kill -9 $(ps -o ppid= -p $PPID); sleep 61.2505" .. QUIET ..
      "sleep 0.3\n" .. AFTERWARDS, TYPE_AFTERWARDS)
   lu.assertFalse(has_process "61.2505")
   assert_given_back()
end

-- Its shell takes the terminal and gives it to the bench again, not to the command.
function TestTerminal.test_a_suspended_command_goes_on_with_the_bench()
   support.write(folder .. "/start", EXEC .. "--repeats 1 --timeout 60s " ..
      changing "read x </dev/tty; echo \"$x\" >read" .. QUIET)
   in_terminal("", await "ready" .. "cat start\n" .. await "asked" ..
      "sleep 0.3; printf '\\032'; sleep 0.5\n" .. "echo 'jobs >suspended'\n" .. await "suspended" ..
      "echo fg; sleep 1; echo hello\n" .. await "read" ..
      "sleep 0.5; echo 'stty -a >settings; read x; echo $x >after'\n" .. TYPE_AFTERWARDS .. "echo exit\n",
      "PS1= touch ready; exec bash --norc --noprofile -i")
   lu.assertStrContains(said "suspended", "Stopped")
   lu.assertEquals(said "read", "hello")
   lu.assertEquals(rows()[1].status, "ok")
   lu.assertEquals(said "after", "still here")
end

function TestTerminal.test_in_the_background_a_command_is_told_at_once()
   local shell = "bash --norc session.sh"
   local line = EXEC .. "--repeats 1 --timeout 60s " .. changing "true"
   in_terminal("set -m\n" .. line .. QUIET:gsub("\n", " &\nwait\n") .. AFTERWARDS, TYPE_AFTERWARDS, shell)
   local row = rows()[1]
   lu.assertEquals(row.status, "failed")
   lu.assertEquals(row.exit.signal, 9)
   lu.assertNotNil(row.exit.stopped)
   lu.assertStrContains(row.reason, "it tried to use the terminal, and bakeoff runs in the background; " ..
      "use --input FILE or < /dev/null")
   lu.assertStrContains(said "said", "stopped by signal")
   assert_given_back()
end

function TestTerminal.test_without_a_terminal_there_is_nothing_to_wait_for()
   local line = EXEC .. "--repeats 1 " .. changing "true"
   support.run({ "setsid", "-w", "sh", "-c", line }, { folder = folder })
   lu.assertEquals(rows()[1].status, "ok") -- the command itself may go on without
   lu.assertStrContains(rows()[1].stderr_tail or "/dev/tty", "/dev/tty")
end

-- A trial of a task has no terminal; without a word it would wait until its limit.
function TestTerminal.test_a_task_that_reads_it_is_told_at_once()
   support.write(folder .. "/reads.lua", [[
      local bake = require "bakeoff"
      bake.experiment { name = "exec", items = { 1 }, task = function() return io.read() end, timeout = "60s",
         contenders = { "sequential" }, workers = { 1 }, repeats = 1, warmup = 0 }:run()]])
   in_terminal(BAKEOFF .. " run reads.lua </dev/tty" .. QUIET .. AFTERWARDS, TYPE_AFTERWARDS)
   lu.assertEquals(rows()[1].status, "failed")
   lu.assertStrContains(rows()[1].reason, "it tried to use the terminal, which trials don't have")
   assert_given_back()
end

TestStopped = { setUp = TestTerminal.setUp, tearDown = TestTerminal.tearDown }

local function exec(script)
   support.run({ "bakeoff", "exec", "--no-chart", "--warmup", "0", "--repeats", "1", "--timeout", "60s", "--",
      "sh", "-c", script }, { folder = folder })
   return rows()[1]
end

function TestStopped.test_what_nothing_can_continue_is_ended()
   for name, number in pairs { STOP = 19, TSTP = 20 } do
      local row = exec(("kill -%s $$"):format(name))
      lu.assertEquals({ row.status, row.exit.stopped }, { "failed", number })
      lu.assertStrContains(row.reason, ("sh was stopped by signal %d"):format(number))
      lu.assertStrContains(row.reason, "and no process of the trial was left to continue it")
   end
end

-- Its child ends without having continued it.
function TestStopped.test_what_waits_for_a_child_that_has_ended_is_ended()
   lu.assertEquals(exec("sleep 0.3 & kill -STOP $$").exit.stopped, 19)
end

function TestStopped.test_a_process_of_its_own_may_continue_it()
   local row = exec("(sleep 0.4; kill -CONT $$) & kill -STOP $$; wait")
   lu.assertEquals({ row.status, row.exit }, { "ok", { code = 0 } })
   lu.assertTrue(row.total_s >= 0.4)
end

os.exit(lu.LuaUnit.run(), true)
