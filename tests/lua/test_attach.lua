--- The parts of watching a running process: its handle, the sampler's peaks, CPU time of a tree.
local lu = require "luaunit"
local core = require "bakeoff.core"
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
   local cpu = tree_cpu.new(pid)
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
   local cpu = tree_cpu.new(pid)
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

os.exit(lu.LuaUnit.run(), true)
