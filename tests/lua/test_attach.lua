--- The parts of watching a running process: its handle, the sampler's peaks, CPU time of a tree.
local lu = require "luaunit"
local core = require "bakeoff.core"
local cgroup = require "bakeoff.attach.cgroup"
local failure = require "bakeoff.base.failure"
local targets = require "bakeoff.attach.targets"
local tree_cpu = require "bakeoff.attach.tree_cpu"

local NOBODY = 0x7fffffff -- above the kernel's largest pid

-- Starts a shell that runs `script` and ends with its input. → pid, pipe
local function shell(script)
   local name = os.tmpname()
   local pipe = assert(io.popen(("%s; echo $$ >%s; echo >>%s; read line; exit 0"):format(script, name, name),
      "w"))
   local pid
   while not pid do
      local file <close> = assert(io.open(name))
      pid = math.tointeger(tonumber((file:read "a"):match("^(%d+)\n\n")))
   end
   os.remove(name)
   return pid, pipe
end

TestProcess = {}

function TestProcess.test_waits_for_the_end_and_tells_it_once()
   local pid, pipe = shell "true"
   local process <close> = assert(core.process_open(pid))
   lu.assertEquals(process:wait(0), "time")
   pipe:write "\n"
   pipe:flush()
   lu.assertEquals(process:wait(60), "ended")
   lu.assertEquals(process:wait(0.001), "time")
   pipe:close()
end

function TestProcess.test_a_signal_ends_the_waiting()
   local guard <close> = assert(core.interrupt_open())
   local pid, pipe = shell "true"
   local process <close> = assert(core.process_open(pid))
   local own = assert(core.tree())[1]
   os.execute(("kill -INT %d"):format(own))
   lu.assertEquals(process:wait(60, guard), "interrupted")
   lu.assertEquals(guard:take(), 2)
   pipe:close()
end

function TestProcess.test_nobody_and_misuse()
   local process, message, code = core.process_open(NOBODY)
   lu.assertNil(process)
   lu.assertEquals(message, "process: the process does not exist")
   lu.assertEquals(code, "gone")
   lu.assertErrorMsgContains("pid", core.process_open, 0)
   local own = assert(core.process_open(core.tree()[1]))
   lu.assertErrorMsgContains("seconds", own.wait, own, -1)
   own:close()
   own:close()
   lu.assertErrorMsgContains("closed", own.wait, own, 0)
end

TestPeaks = {}

function TestPeaks.test_peaks_are_known_while_sampling_goes_on()
   local sampler = assert(core.sampler {})
   assert(sampler:full())
   local peaks = sampler:peaks()
   lu.assertEquals(peaks.samples, 1)
   lu.assertTrue(peaks.footprint_peak_bytes >= peaks.rss_peak_bytes / peaks.processes_peak)
   assert(sampler:full())
   lu.assertEquals(#sampler:stop(), 2)
   lu.assertErrorMsgContains("stopped", sampler.peaks, sampler)
end

TestTreeCpu = {}

local BURN = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"

function TestTreeCpu.test_what_was_used_before_does_not_count()
   local pid, pipe = shell(BURN)
   local burnt = core.cpu(pid)
   local cpu = tree_cpu.new(function() return core.tree(pid) or {} end)
   cpu:read()
   local user, system = cpu:used()
   lu.assertTrue(burnt.total_s > 0)
   lu.assertTrue(user + system < burnt.total_s, ("%g s of %g s"):format(user + system, burnt.total_s))
   pipe:close()
end

-- A reaped child's time becomes its parent's; it is counted once, wherever it is.
function TestTreeCpu.test_children_that_end_are_counted_once()
   local name = os.tmpname()
   os.remove(name)
   local script = ("read line; ( %s ) ; ( %s ) ; : >%s; read line; exit 0"):format(BURN, BURN, name)
   local pipe = assert(io.popen(script, "w"))
   local children = core.tree()
   local pid = children[#children]
   local cpu = tree_cpu.new(function() return core.tree(pid) or {} end)
   pipe:write "\n"
   pipe:flush()
   while not core.file_kind(name) do
      cpu:read()
   end
   cpu:read()
   local user, system = cpu:used()
   local truth = core.cpu(pid)
   local whole = truth.user_s + truth.system_s + truth.reaped_user_s + truth.reaped_system_s
   lu.assertAlmostEquals(user + system, whole, 0.011)
   lu.assertTrue(truth.reaped_user_s + truth.reaped_system_s > 0)
   pipe:write "\n"
   pipe:close()
   os.remove(name)
   cpu:read()
   user, system = cpu:used()
   lu.assertTrue(user + system >= whole - 0.011, "an ended tree must keep the time it was seen to use")
end

TestTargets = {}

local function message_of(call, ...)
   local ok, raised = pcall(call, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(raised), tostring(raised))
   return raised.message
end

-- Whoever is below another one comes after it, so that its parent is known first.
function TestTargets.test_outer_processes_come_first()
   local pid, pipe = shell "sleep 600 & echo"
   local inner
   repeat
      inner = core.tree(pid)[2]
   until inner
   local other, other_pipe = shell "true"
   local pids = {}
   for index, target in ipairs(targets.all { inner, other, pid }) do
      pids[index] = target.pid
      lu.assertStrContains(target.label, (" (%d)"):format(target.pid))
   end
   local places = {}
   for place, one in ipairs(pids) do
      places[one] = place
   end
   lu.assertTrue(places[pid] < places[inner])
   lu.assertEquals(#pids, 3)
   lu.assertNotStrContains(targets.all({ pid })[1].label, "(")
   lu.assertEquals(message_of(targets.all, { pid, other, pid }),
      ("PID: %d is given twice; give it once"):format(pid))
   os.execute("kill " .. inner)
   pipe:close()
   other_pipe:close()
end

-- A folder with the files of a cgroup: the kernel's own needs rights that tests may lack.
local function group_folder()
   local folder = os.tmpname()
   os.remove(folder)
   assert(os.execute(("mkdir -p %s/below"):format(folder)))
   return folder, function(name, text)
      local file = assert(io.open(folder .. "/" .. name, "wb"))
      file:write(text)
      file:close()
   end
end

TestCgroup = {}

function TestCgroup.test_members_of_groups_below_count_and_so_do_those_that_come_later()
   local folder, write = group_folder()
   local one, pipe_one = shell "true"
   local two, pipe_two = shell "true"
   write("cgroup.procs", one .. "\n")
   write("below/cgroup.procs", "")
   local group = cgroup.open(folder)
   lu.assertEquals(group:members(), { one })
   lu.assertNil(group:cpu())
   local sampler <close> = assert(core.sampler { pid = one, tree = false })
   group:begin(sampler)
   sampler:full()
   write("below/cgroup.procs", two .. "\n")
   lu.assertFalse(group:refresh(sampler))
   sampler:full()
   lu.assertEquals(sampler:peaks().processes_peak, 2)
   pipe_one:close()
   pipe_two:close()
   sampler:tick()
   sampler:full()
   lu.assertTrue(group:refresh(sampler), "no member is left")
   os.execute("rm -r " .. folder)
end

function TestCgroup.test_the_kernels_counts_are_used_where_they_can_be_read()
   local folder, write = group_folder()
   local pid, pipe = shell "true"
   write("cgroup.procs", pid .. "\n")
   write("cpu.stat", "usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\n")
   write("memory.current", "1048576\n")
   write("memory.peak", "9437184\n")
   local group = cgroup.open(folder)
   local sampler <close> = assert(core.sampler { pid = pid, tree = false })
   local cpu = assert(group:cpu())
   group:begin(sampler)
   lu.assertEquals(group.memory_peak, 1048576)
   write("memory.current", "2097152\n")
   write("cpu.stat", "usage_usec 3000000\nuser_usec 2500000\nsystem_usec 1250000\n")
   group:refresh(sampler)
   cpu:read()
   lu.assertEquals({ cpu:used() }, { 0.5, 0.25 })
   lu.assertEquals(group.memory_peak, 2097152)
   write("memory.peak", "10485760\n") -- reached between two looks
   group:refresh(sampler)
   lu.assertEquals(group.memory_peak, 10485760)
   os.remove(folder .. "/cpu.stat")
   cpu:read()
   lu.assertEquals({ cpu:used() }, { 0.5, 0.25 }, "a group that is gone keeps its last value")
   pipe:close()
   os.execute("rm -r " .. folder)
end

function TestCgroup.test_what_is_refused()
   local folder, write = group_folder()
   lu.assertStrContains(message_of(cgroup.open, folder), "is no cgroup (it has no cgroup.procs)")
   lu.assertStrContains(message_of(cgroup.open, "a\27[31m"), "--cgroup: 'a?[31m' is no cgroup")
   write("cgroup.procs", "")
   lu.assertStrContains(message_of(cgroup.open, folder), "has no process")
   write("cgroup.procs", core.tree()[1] .. "\n")
   lu.assertStrContains(message_of(cgroup.open, folder .. "/"), "this command is in ")
   os.execute("rm -r " .. folder)
end

os.exit(lu.LuaUnit.run(), true)
