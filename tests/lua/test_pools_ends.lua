--- How worker pools end: shutdown, close, garbage collection. Cancelled tasks.
local lu = require "luaunit"


local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local raises = support.raises

local function add(a, b) return a + b end

support.for_each_kind("Ends", function(tests, open, kind)
   local gate

   function tests.setUp() gate = support.gate() end

   function tests.tearDown() gate:remove() end

   function tests.test_after_shutdown_nothing_is_taken()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      pool:shutdown()
      lu.assertEquals(future:result(), 3)
      lu.assertStrContains(raises(pool.submit, pool, add, 1, 2), "pool:submit: the pool is closed")
      lu.assertStrContains(raises(pool.map, pool, add, { 1 }), "closed")
      pool:shutdown()
   end

   function tests.test_shutdown_without_waiting()
      local pool = open { workers = 1 }
      local future = pool:submit(gate.wait, gate.path)
      pool:shutdown { wait = false }
      lu.assertStrContains(raises(pool.submit, pool, add, 1, 2), "shut down")
      gate:open("late")
      lu.assertEquals(future:result(), "late")
   end

   function tests.test_shutdown_with_cancel_ends_what_no_worker_has()
      local pool = open { workers = 1 }
      local running = pool:submit(gate.wait, gate.path)
      support.eventually(function() return running:running() end, "the start of the task")
      local pending = pool:submit(add, 1, 2)
      pool:shutdown { wait = false, cancel = true }
      lu.assertTrue(pending:cancelled())
      gate:open("ran")
      lu.assertEquals(running:result(), "ran")
      local _, _, code = pending:result()
      lu.assertEquals(code, "cancelled")
   end

   function tests.test_close_cancels_what_is_pending()
      local first, second
      local opener
      do
         local pool <close> = open { workers = 1 }
         opener = pool
         first = pool:submit(add, 1, 2)
         lu.assertEquals(first:result(), 3)
         for i = 1, 100 do
            second = pool:submit(add, i, i)
         end
      end
      lu.assertTrue(second:done())
      local counts = opener:counts()
      lu.assertEquals(counts.done + counts.cancelled, 101)
      lu.assertEquals(first:result(), 3, "a future must outlive its pool")
   end

   function tests.test_an_unclosed_pool_is_collected_with_its_workers()
      local function workers_of_a_lost_pool()
         local pool = support.pool(kind, { workers = 1 })
         local future = pool:submit(function()
            return io.open("/proc/thread-self/stat"):read("n")
         end)
         return "/proc/self/task/" .. future:result(), "/proc/" .. future:result()
      end
      local as_thread, as_process = workers_of_a_lost_pool()
      collectgarbage()
      collectgarbage()
      support.eventually(function()
         return not io.open(as_thread .. "/stat") and not io.open(as_process .. "/stat")
      end, "the end of the worker")
   end

   function tests.test_a_pool_lives_as_long_as_somebody_waits_for_its_tasks()
      local function future_of_a_lost_pool()
         return support.pool(kind, { workers = 1 }):submit(add, 1, 2)
      end
      local future = future_of_a_lost_pool()
      collectgarbage()
      lu.assertEquals(future:result(), 3)
   end

   function tests.test_cancel_pending_only()
      local pool = open { workers = 1 }
      local running = pool:submit(gate.wait, gate.path)
      support.eventually(function() return running:running() end, "the start of the task")
      local pending = pool:submit(add, 1, 2)
      lu.assertFalse(pending:running())
      lu.assertTrue(pending:cancel())
      lu.assertTrue(pending:cancel(), "a second cancel must return true again")
      lu.assertTrue(pending:cancelled())
      lu.assertFalse(running:cancel())
      local value, message, code = pending:result()
      lu.assertEquals({ value, message, code }, { nil, "the task was cancelled", "cancelled" })
      gate:open("on")
      lu.assertEquals(running:result(), "on")
      lu.assertFalse(running:cancel())
      pool:shutdown()
      lu.assertEquals(pool:counts().cancelled, 1)
   end

   function tests.test_a_time_limit_leaves_the_task_running()
      local pool = open { workers = 1 }
      local future = pool:submit(gate.wait, gate.path)
      local value, _, code = future:result("1ms")
      lu.assertEquals({ value, code }, { nil, "timeout" })
      lu.assertEquals(select(3, future:result(0)), "timeout")
      lu.assertEquals(future:error(0.001).code, "timeout")
      lu.assertStrContains(raises(future.result, future, "soon"), "timeout: 'soon' is not a quantity")
      lu.assertStrContains(raises(future.result, future, -1), "timeout")
      gate:open("done")
      lu.assertEquals(future:result("60s"), "done")
   end
end)

os.exit(lu.LuaUnit.run(), true)
