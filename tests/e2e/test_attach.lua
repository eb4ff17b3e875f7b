--- `bakeoff attach` through the real command.
local lu = require "luaunit"
local core = require "bakeoff.core"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

-- Starts a shell that runs `script` and then waits for a line. → pid, pipe
local function start(script)
   local pipe = assert(io.popen(("cd %s && echo $$ >pid && mv pid ready; %s\nread line; exit 0"):format(
      support.quoted(folder), script), "w"))
   support.wait_for("the process to watch", function() return core.file_kind(folder .. "/ready") end)
   local pid = support.slurp(folder .. "/ready"):match("%d+")
   os.remove(folder .. "/ready")
   return pid, pipe
end

local function assert_refused(result, expected)
   support.assert_refused(result, "bakeoff attach", expected, folder)
end

TestAttach = {}

function TestAttach.setUp() folder = support.folder() end

function TestAttach.tearDown() support.remove(folder) end

local function wait_for_folder(out)
   support.wait_for("the run folder", function()
      return core.file_kind(("%s/%s/attach/trials.jsonl"):format(folder, out))
   end)
end

-- Once the run folder exists, signals are blocked.
local function interrupt(run, signal)
   wait_for_folder "out"
   run:kill(signal)
   return run:finish()
end

function TestAttach.test_ctrl_c_is_the_usual_end_and_leaves_the_process_alone()
   local pid, pipe = start "sleep 600 & : >begun"
   support.wait_for("the child", function() return core.file_kind(folder .. "/begun") end)
   local run = support.start({ "bakeoff", "attach", pid, "--sample-every", "5ms" }, folder)
   local result = interrupt(run, "INT")
   lu.assertEquals(result.stderr, "")
   lu.assertEquals(result.code, 0)
   lu.assertStrContains(result.stdout, "until Ctrl-C")
   lu.assertStrMatches(result.stdout, ".*peak footprint  +[%d.]+ [MK]iB.*")
   lu.assertStrMatches(result.stdout, ".*processes  +2 at most.*")
   lu.assertEquals(core.file_kind("/proc/" .. pid), "folder")
   for _, child in ipairs(core.tree(math.tointeger(tonumber(pid)))) do
      if tostring(child) ~= pid then
         os.execute("kill " .. child)
      end
   end
   pipe:write "\n"
   lu.assertTrue(pipe:close())
end

function TestAttach.test_writes_a_run_folder_that_plot_draws_again()
   local pid, pipe = start "true"
   local result = bakeoff("attach", pid, "--duration", "100ms", "--name", "mine", "--no-chart")
   pipe:close()
   lu.assertEquals(result.stderr, "")
   lu.assertEquals(result.code, 0)
   lu.assertStrContains(result.stdout, "until --duration was over")
   local path = folder .. "/out/mine"
   local manifest, rows = support.manifest(path), support.trials(path)
   lu.assertEquals(manifest.form, "attach")
   lu.assertEquals(manifest.status, "complete")
   lu.assertEquals(manifest.pid, tonumber(pid))
   lu.assertEquals(#rows, 1)
   lu.assertEquals(rows[1].status, "ok")
   lu.assertTrue(rows[1].total_s >= 0.1)
   lu.assertTrue(rows[1].memory.footprint_peak_bytes > 0)
   lu.assertEquals(#support.csv(path .. "/memory.csv"), rows[1].memory.samples)
   lu.assertEquals(core.file_kind(path .. "/summary.json"), "file")
   lu.assertNil(core.file_kind(path .. "/charts"))
   local plotted = bakeoff("plot", "out/mine")
   if plotted.stderr:find("not installed", 1, true) then
      lu.skip "gnuplot is not installed (gnuplot-nox)"
   end
   lu.assertEquals(plotted.stderr, "")
   lu.assertEquals(plotted.stdout, "out/mine/charts/memory.svg\nout/mine/charts/memory.png\n")
end

function TestAttach.test_goes_on_until_the_tree_ends()
   local pid, pipe = start "true"
   local run = support.start({ "bakeoff", "attach", pid, "--no-chart", "--out", "o" }, folder)
   wait_for_folder "o"
   pipe:write "\n"
   pipe:close()
   local result = run:finish()
   if result.code == 1 then -- it ended before the first sample
      lu.assertStrContains(result.stderr, "ended before it could be sampled")
   else
      lu.assertEquals(result.stderr, "")
      lu.assertStrContains(result.stdout, "until it ended")
   end
end

function TestAttach.test_memory_and_cpu_are_those_of_the_tree()
   local burn = "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done"
   local pid, pipe = start(("read line; (%s) & (%s) & wait"):format(burn, burn))
   local run = support.start({ "bakeoff", "attach", pid, "--sample-every", "1ms", "--no-chart" }, folder)
   wait_for_folder "out"
   pipe:write "\n\n"
   pipe:close()
   local result = run:finish()
   lu.assertEquals(result.code, 0, result.stderr)
   local row = support.trials(folder .. "/out/attach")[1]
   lu.assertTrue(row.memory.processes_peak >= 2)
   local held = support.assert_holdings(folder .. "/out/attach")
   lu.assertEquals({ held[1].process, held[1].pid, held[1].name }, { "1", pid, "sh" })
   lu.assertTrue(row.cpu.user_s + row.cpu.system_s > 0)
   lu.assertTrue(row.memory.footprint_peak_bytes <= row.memory.rss_peak_bytes)
end

-- Starts a process whose parent never reaps it, because the parent's shell has become a sleep. It runs
-- `before`, then writes its pid, and runs `after` once told to go on. → its pid, a function that ends the
-- parent
local function start_unreaped(before, after)
   support.write(folder .. "/keeper", ("sh -c %s & exec sleep 600\n"):format(support.quoted(
      before .. " echo $$ >pid; read line <go; " .. after)))
   assert(os.execute(("mkfifo %s/go"):format(support.quoted(folder))))
   local pipe = assert(io.popen(("cd %s && { sh keeper & echo $!; }"):format(support.quoted(folder))))
   local keeper = pipe:read "l"
   local pid = support.wait_for("the process", function()
      local file <close> = io.open(folder .. "/pid")
      return file and file:read "n"
   end)
   return tostring(pid), function()
      os.execute("kill " .. keeper)
      pipe:close()
   end
end

local function state_of(pid)
   local file <close> = io.open("/proc/" .. pid .. "/status")
   return file and file:read("a"):match("State:%s*(%a)")
end

-- The next sample would be due only long after the end.
local UNSAMPLED_S = 30

function TestAttach.test_a_process_that_nobody_reaps_has_ended_all_the_same()
   local pid, stop = start_unreaped("", "i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done")
   local run = support.start({ "bakeoff", "attach", pid, "--sample-every", UNSAMPLED_S .. "s", "--no-chart" },
      folder)
   wait_for_folder "out"
   support.write(folder .. "/go", "\n")
   local result = run:finish()
   lu.assertEquals(state_of(pid), "Z")
   stop()
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "until it ended")
   local row = support.trials(folder .. "/out/attach")[1]
   lu.assertTrue(row.total_s < UNSAMPLED_S, row.total_s)
   lu.assertTrue(row.cpu.user_s + row.cpu.system_s > 0)
end

function TestAttach.test_what_outlives_the_process_is_watched_on()
   local pid, stop = start_unreaped("(until [ -e end ]; do sleep 0.01; done) &", "exec sleep 1")
   local run = support.start({ "bakeoff", "attach", pid, "--sample-every", "2ms", "--no-chart" }, folder)
   wait_for_folder "out"
   support.write(folder .. "/go", "\n")
   support.wait_for("the end of the process", function() return state_of(pid) == "Z" end)
   local at_its_end = core.now()
   os.execute "sleep 0.2"
   local length = core.now() - at_its_end
   support.write(folder .. "/end", "")
   local result = run:finish()
   stop()
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "until it ended")
   lu.assertTrue(support.trials(folder .. "/out/attach")[1].total_s > 1 + length) -- 1 s: its own sleep
end

-- No sample is due before the end: neither the root's end nor that of the others may wait for one.
function TestAttach.test_the_end_of_what_outlives_the_process_is_noticed_at_once()
   local pid, stop = start_unreaped("(until [ -e end ]; do sleep 0.01; done) &", "exit 0")
   local run = support.start({ "bakeoff", "attach", pid, "--sample-every", UNSAMPLED_S .. "s", "--no-chart" },
      folder)
   wait_for_folder "out"
   support.write(folder .. "/go", "\n")
   support.wait_for("the end of the process", function() return state_of(pid) == "Z" end)
   support.write(folder .. "/end", "")
   local result = run:finish()
   stop()
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "until it ended")
   lu.assertTrue(support.trials(folder .. "/out/attach")[1].total_s < UNSAMPLED_S)
end

TestRefusals = { setUp = TestAttach.setUp, tearDown = TestAttach.tearDown }

function TestRefusals.test_what_is_no_process()
   assert_refused(bakeoff("attach"), "missing argument 'PID'")
   assert_refused(bakeoff("attach", "cat"), "PID: 'cat' is not a process ID")
   assert_refused(bakeoff("attach", "0"), "PID: '0' is not a process ID")
   assert_refused(bakeoff("attach", "2147483647"), "PID: there is no process 2147483647")
   assert_refused(bakeoff("attach", "99999999999"), "PID: '99999999999' is not a process ID")
end

function TestRefusals.test_options()
   assert_refused(bakeoff("attach", "1", "--duration", "soon"), "--duration: ")
   assert_refused(bakeoff("attach", "1", "--sample-every", "1us"), "--sample-every: ")
   assert_refused(bakeoff("attach", "1", "--name", "a/b"), "--name: 'a/b'")
   assert_refused(bakeoff("attach", "1", "--durration", "1s"), "did you mean '--duration'?")
end

function TestRefusals.test_its_own_ancestors()
   local run = support.run({ "sh", "-c", 'exec "$0" attach $$', os.getenv("BAKEOFF_BUILD") .. "/bakeoff" },
      { folder = folder })
   assert_refused(run, "is this command itself")
   run = support.run({ "sh", "-c", '"$0" attach $$; exit $?', os.getenv("BAKEOFF_BUILD") .. "/bakeoff" },
      { folder = folder })
   assert_refused(run, "started this command")
end

function TestRefusals.test_a_folder_that_cannot_be_made()
   local pid, pipe = start "true"
   support.write(folder .. "/file", "")
   assert_refused(bakeoff("attach", pid, "--out", "file"), "--out: cannot write to the folder")
   pipe:close()
end

function TestRefusals.test_a_process_that_has_ended_already()
   -- The parent never reaps it, because its shell has become a sleep.
   support.write(folder .. "/keeper", "sh -c 'echo $$ >zombie' & exec sleep 600\n")
   local pipe = assert(io.popen(("cd %s && { sh keeper & echo $!; }"):format(support.quoted(folder))))
   local keeper = pipe:read "l"
   local pid = support.wait_for("a zombie", function()
      local file <close> = io.open(folder .. "/zombie")
      local pid = file and file:read "l"
      local status = pid and io.open("/proc/" .. pid .. "/status")
      return status and status:read("a"):find("State:\tZ", 1, true) and pid
   end)
   assert_refused(bakeoff("attach", pid), "has already ended")
   os.execute("kill " .. keeper)
   pipe:close()
end

function TestRefusals.test_somebody_elses_process()
   local pid, pipe = start "true"
   os.execute(("chmod 777 %s"):format(support.quoted(folder)))
   local program = os.getenv("BAKEOFF_BUILD") .. "/bakeoff"
   local command = ("cd %s && exec %s attach %s"):format(folder, program, pid)
   local result = support.run { "su", "nobody", "-s", "/bin/sh", "-c", command }
   pipe:close()
   if not result.stderr:find("bakeoff", 1, true) or result.stderr:find("denied\n$") then
      lu.skip "needs root, and a build folder that nobody may read"
   end
   assert_refused(result, "belongs to another user")
end

os.exit(lu.LuaUnit.run(), true)
