--- The probes' bindings.
local lu = require "luaunit"
local core = require "bakeoff.core"

local NOBODY = 0x7fffffff -- above the kernel's largest pid

TestProbe = {}

function TestProbe.test_memory_of_this_process()
   local memory = core.memory()
   lu.assertTrue(memory.rss_bytes > 0)
   lu.assertEquals(memory.uss_bytes + memory.shared_bytes, memory.rss_bytes)
   lu.assertTrue(memory.pss_bytes <= memory.rss_bytes)
end

function TestProbe.test_memory_sees_a_large_string()
   local before = core.memory().rss_bytes
   local kept = ("x"):rep(32 * 1024 * 1024)
   lu.assertTrue(core.memory().rss_bytes - before >= 0.98 * #kept)
end

function TestProbe.test_memory_of_a_tree_counts_its_processes()
   local pipe <close> = assert(io.popen("read line; exit 0", "w"))
   local memory = core.memory_tree()
   lu.assertEquals(memory.processes, #core.tree())
   lu.assertTrue(memory.processes >= 2)
   lu.assertTrue(memory.footprint_bytes <= memory.rss_bytes) -- equal if sh has only just started
   lu.assertTrue(memory.probe_s > 0)
   pipe:write "\n"
end

function TestProbe.test_cpu_grows_with_work()
   local before = core.cpu()
   local until_ = core.now() + 0.02
   while core.now() < until_ do
      lu.assertTrue(true)
   end
   local after = core.cpu()
   lu.assertTrue(after.total_s > before.total_s)
   lu.assertTrue(after.switches.voluntary >= before.switches.voluntary)
   lu.assertTrue(after.threads >= 1)
end

function TestProbe.test_a_process_that_does_not_exist_is_no_misuse()
   for _, name in ipairs { "memory", "memory_tree", "tree", "cpu" } do
      local value, message, code = core[name](NOBODY)
      lu.assertNil(value)
      lu.assertEquals(message, name .. ": the process does not exist")
      lu.assertEquals(code, "gone")
   end
end

function TestProbe.test_misuse_names_the_argument()
   for _, name in ipairs { "memory", "memory_tree", "tree", "cpu" } do
      lu.assertErrorMsgContains("pid", core[name], 0)
      lu.assertErrorMsgContains("number expected", core[name], "x")
   end
   lu.assertErrorMsgContains("seconds", core.pause, -1)
end

TestSampler = {}

function TestSampler.test_returns_rows_and_peaks()
   local sampler <close> = core.sampler { every = 0.001, budget = 1 }
   lu.assertTrue(sampler:full(3))
   core.pause(sampler:due())
   while not sampler:tick(4) do
      core.pause(sampler:due())
   end
   local rows, peaks = sampler:stop()
   lu.assertEquals(#rows, 2)
   lu.assertEquals(rows[1].footprint_bytes, rows[1].rss_bytes)
   lu.assertEquals({ rows[1].phase, rows[2].phase }, { 3, 4 })
   lu.assertTrue(rows[2].time_s > rows[1].time_s)
   lu.assertEquals(peaks.samples, 2)
   lu.assertTrue(peaks.footprint_peak_bytes >= rows[1].footprint_bytes)
   lu.assertErrorMsgContains("stopped", sampler.tick, sampler)
end

function TestSampler.test_misuse_names_the_option()
   lu.assertErrorMsgContains("every", core.sampler, { every = -1 })
   lu.assertErrorMsgContains("pid", core.sampler, { pid = "x" })
   lu.assertErrorMsgContains("budget", core.sampler, { budget = 2 })
   lu.assertErrorMsgContains("table expected", core.sampler, 7)
end

function TestSampler.test_a_tree_that_has_ended()
   local sampler = core.sampler { pid = NOBODY }
   local value, _, code = sampler:full()
   lu.assertNil(value)
   lu.assertEquals(code, "gone")
   lu.assertEquals(sampler:stop(), {})
end

os.exit(lu.LuaUnit.run(), true)
