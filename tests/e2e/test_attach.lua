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

-- --- several trees, and cgroups --------------------------------------------------------------------

local function rows_by_label(path)
   local rows, count = {}, 0
   for _, row in ipairs(support.trials(path)) do
      rows[row.label], count = row, count + 1
   end
   return rows, count
end

-- One ends long before the other: the other is watched on, and the times of both are their own.
function TestAttach.test_several_trees_have_rows_and_curves_and_so_have_all_together()
   local one, pipe_one = start "true"
   local two, pipe_two = start "(until [ -e end ]; do sleep 0.01; done) &"
   local run = support.start({ "bakeoff", "attach", one, two, "--sample-every", "2ms", "--no-chart" }, folder)
   wait_for_folder "out"
   local began = core.now()
   os.execute "sleep 0.2"
   local first = core.now() - began
   pipe_one:write "\n"
   pipe_one:close()
   os.execute "sleep 0.4"
   local second = core.now() - began - first
   support.write(folder .. "/end", "")
   pipe_two:write "\n"
   pipe_two:close()
   local result = run:finish()
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertEquals(result.stderr, "")
   lu.assertStrContains(result.stdout, "2 trees of processes, watched for ")
   lu.assertStrContains(result.stdout, "until they ended")
   local path = folder .. "/out/attach"
   local rows, count = rows_by_label(path)
   lu.assertEquals(count, 3)
   local of_one, of_two, together = nil, nil, rows.together
   for label, row in pairs(rows) do
      of_one = label:find("(" .. one .. ")", 1, true) and row or of_one
      of_two = label:find("(" .. two .. ")", 1, true) and row or of_two
   end
   lu.assertTrue(of_two.total_s - of_one.total_s > second / 2, of_two.total_s - of_one.total_s)
   lu.assertTrue(together.total_s >= of_two.total_s - 0.1)
   lu.assertTrue(together.memory.processes_peak >= 3)
   lu.assertEquals(of_one.memory.processes_peak, 1)
   lu.assertTrue(together.memory.footprint_peak_bytes
      < of_one.memory.rss_peak_bytes + of_two.memory.rss_peak_bytes)
   local curves = {}
   for _, line in ipairs(support.csv(path .. "/memory.csv")) do
      curves[line.label] = (curves[line.label] or 0) + 1
   end
   for label, row in pairs(rows) do
      lu.assertEquals(curves[label], row.memory.samples, label)
   end
   lu.assertEquals(support.manifest(path).together, "together")
end

-- A tree and one inside of it: all together is the outer one.
function TestAttach.test_a_process_in_two_trees_counts_once()
   local pid, pipe = start "sleep 600 & echo $! >inner"
   local inner = support.wait_for("the child", function()
      local file <close> = io.open(folder .. "/inner")
      return file and file:read "l"
   end)
   local result = bakeoff("attach", inner, pid, "--duration", "200ms", "--no-chart")
   os.execute("kill " .. inner)
   pipe:close()
   lu.assertEquals(result.code, 0, result.stderr)
   local rows = rows_by_label(folder .. "/out/attach")
   lu.assertEquals(rows.together.memory.processes_peak, 2)
   lu.assertStrContains(support.slurp(folder .. "/out/attach/summary.json"), '"finding"')
end

function TestAttach.test_a_cgroup_by_its_members()
   local one, pipe_one = start "true"
   local two, pipe_two = start "true"
   core.mkdirs(folder .. "/group")
   support.write(folder .. "/group/cgroup.procs", one .. "\n")
   support.write(folder .. "/group/cpu.stat", "user_usec 1000000\nsystem_usec 0\n")
   support.write(folder .. "/group/memory.current", "7340032\n")
   local run = support.start({ "bakeoff", "attach", "--cgroup", "group", "--no-chart" }, folder)
   wait_for_folder "out"
   support.write(folder .. "/group/cgroup.procs", one .. "\n" .. two .. "\n")
   support.write(folder .. "/group/cpu.stat", "user_usec 3000000\nsystem_usec 500000\n")
   os.execute "sleep 0.3"
   pipe_one:write "\n"
   pipe_one:close()
   pipe_two:write "\n"
   pipe_two:close()
   local result = run:finish()
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "group (cgroup), watched for ")
   lu.assertStrContains(result.stdout, "7.00 MiB  (with page cache and kernel memory)")
   local row = support.trials(folder .. "/out/attach")[1]
   lu.assertEquals({ row.label, row.cpu.user_s, row.cpu.system_s }, { "group", 2, 0.5 })
   lu.assertEquals(row.memory.cgroup_peak_bytes, 7340032)
   lu.assertEquals(row.memory.processes_peak, 2)
   lu.assertEquals(support.manifest(folder .. "/out/attach").cgroup, "group")
end

local V2 = "/sys/fs/cgroup/unified"

-- The kernel's own, where this test may make one.
function TestAttach.test_a_cgroup_of_the_kernels()
   local mount = core.file_kind(V2) and V2 or "/sys/fs/cgroup"
   local group = ("%s/bakeoff_test_%s"):format(mount, folder:match "[^/]+$")
   if not os.execute(("mkdir %s 2>/dev/null && test -e %s/cgroup.procs"):format(group, group)) then
      os.execute(("rmdir %s 2>/dev/null"):format(group))
      lu.skip "needs root, and cgroup v2"
   end
   local pid, pipe = start "read line; i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"
   local moved = os.execute(("echo %s >%s/cgroup.procs"):format(pid, group))
   local run = support.start({ "bakeoff", "attach", "--cgroup", group, "--no-chart" }, folder)
   wait_for_folder "out"
   pipe:write "\n\n"
   pipe:close()
   local result = run:finish()
   os.execute("rmdir " .. group)
   lu.assertTrue(moved)
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "until it ended")
   lu.assertTrue(support.trials(folder .. "/out/attach")[1].cpu.user_s > 0)
end

TestRefusals = { setUp = TestAttach.setUp, tearDown = TestAttach.tearDown }

function TestRefusals.test_what_is_no_process()
   assert_refused(bakeoff("attach"), "missing argument 'PID'")
   assert_refused(bakeoff("attach", "cat"), "PID: 'cat' is not a process ID")
   assert_refused(bakeoff("attach", "0"), "PID: '0' is not a process ID")
   assert_refused(bakeoff("attach", "2147483647"), "PID: there is no process 2147483647")
   assert_refused(bakeoff("attach", "99999999999"), "PID: '99999999999' is not a process ID")
end

function TestRefusals.test_several()
   local pid, pipe = start "true"
   assert_refused(bakeoff("attach", pid, "2147483647"), "PID: there is no process 2147483647")
   assert_refused(bakeoff("attach", pid, pid), ("PID: %s is given twice; give it once"):format(pid))
   assert_refused(bakeoff("attach", pid, "--cgroup", "x"), "--cgroup: can't be watched together with a PID")
   assert_refused(bakeoff("attach", "--cgroup", "nothing"), "--cgroup: 'nothing' is no cgroup")
   pipe:close()
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
