--- Pools and loops together: offload, tasks that wait for futures, tasks and futures mixed.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local pools = dofile(here .. "support_pools.lua")
local run, new_log = support.run, support.log

-- A function for a worker that returns once a file is gone, and one that removes it: the test decides when,
-- not a clock.
local function gate()
   local path = os.tmpname()
   local function wait_until_gone(result)
      local file = io.open(path)
      while file do
         file:close()
         file = io.open(path)
      end
      return result
   end
   return wait_until_gone, function() os.remove(path) end
end

local pool

TestPools = {}

function TestPools.setUp() pool = bake.threads { workers = 2 } end

function TestPools.tearDown() pool:shutdown {} end

function TestPools.test_offload_returns_what_the_function_does()
   run(function(loop)
      local function add(a, b) return a + b, nil, "x" end
      lu.assertEquals({ loop:offload(pool, add, 1, 2) }, { 3, nil, "x" })
      local nothing, message, code = loop:offload(pool, error, "in the worker", 0)
      lu.assertEquals({ nothing, message, code }, { nil, "in the worker", "task" })
   end)
end

function TestPools.test_others_run_while_a_worker_works()
   run(function(loop)
      local wait, open = gate()
      local turns = 0
      local ticker = loop:go(function()
         for _ = 1, 10 do
            bake.sleep "1ms"
            turns = turns + 1
         end
         open()
      end)
      lu.assertEquals(loop:offload(pool, wait, "opened"), "opened")
      lu.assertEquals(turns, 10)
      lu.assertTrue(ticker:done())
   end)
end

function TestPools.test_many_offloads_on_two_pools()
   local other <close> = bake.threads { workers = 1 }
   run(function(loop)
      local list = {}
      for i = 1, 200 do
         list[i] = function() return (loop:offload(i % 2 == 0 and pool or other, math.abs, -i)) end
      end
      local results = bake.gather(list)
      for i = 1, 200 do
         lu.assertEquals(results[i], i)
      end
   end)
   lu.assertEquals(pool:counts().done, 100)
end

function TestPools.test_future_result_waits_in_its_task_only()
   run(function(loop)
      local wait, open = gate()
      local future, late = pool:submit(wait, 7), bake.semaphore(0)
      local opener = loop:go(function() late:acquire() bake.sleep "1ms" open() end)
      lu.assertEquals(select(3, future:result "1ms"), "timeout")
      late:release()
      lu.assertEquals(future:result(), 7)
      lu.assertTrue(opener:done())
      lu.assertEquals(bake.await(future), 7)
   end)
end

function TestPools.test_gather_of_tasks_functions_and_futures()
   run(function(loop)
      local results = bake.gather {
         pool:submit(math.abs, -1), loop:go(function() bake.sleep "1ms" return 2 end),
         function() return 3 end,
      }
      lu.assertEquals(results, { 1, 2, 3, n = 3 })
      local failed = { bake.gather { pool:submit(error, "first", 0), function() bake.sleep "1ms" end } }
      lu.assertEquals(failed, { nil, "first", "task", 1 })
   end)
end

function TestPools.test_as_completed_over_tasks_and_futures()
   run(function(loop)
      local wait, open = gate()
      local log, quick_came = new_log(), bake.semaphore(0)
      local things = {
         pool:submit(wait, "future"), loop:go(function() quick_came:acquire() open() return "task" end),
         loop:go(function() return "first" end), pool:submit(function() return "quick" end),
      }
      for thing in bake.as_completed(things) do
         local result = thing:result()
         log(result)
         if result == "quick" then
            quick_came:release()
         end
      end
      lu.assertEquals(#log, 4)
      lu.assertTrue(tostring(log):find("first.*future") ~= nil and tostring(log):find("quick.*future") ~= nil,
         tostring(log))
   end)
end

-- Cancelling a task also cancels what it has offloaded and no worker has taken yet.
function TestPools.test_a_cancelled_offload_cancels_what_is_pending()
   local one <close> = bake.threads { workers = 1 }
   run(function(loop)
      local wait, open = gate()
      local running = one:submit(wait, 1)
      while not running:running() do
         bake.sleep(0)
      end
      local blocked = {}
      for i = 1, 20 do
         blocked[i] = loop:go(function() loop:offload(one, print, "never") end)
      end
      bake.sleep "1ms"
      for _, task in ipairs(blocked) do
         task:cancel()
      end
      for _, task in ipairs(blocked) do
         task:result()
         lu.assertTrue(task:cancelled())
      end
      open()
      lu.assertEquals(running:result(), 1)
   end)
   local counts = one:counts()
   lu.assertEquals({ counts.done, counts.cancelled }, { 1, 20 })
end

function TestPools.test_a_timeout_around_an_offload()
   run(function(loop)
      local wait, open = gate()
      lu.assertEquals(select(3, bake.timeout("2ms", loop.offload, loop, pool, wait)), "timeout")
      open()
   end)
end

function TestPools.test_a_pool_that_is_shut_down_meanwhile()
   run(function(loop)
      local wait, open = gate()
      local waiting = loop:go(function() return loop:offload(pool, wait, "finished") end)
      bake.sleep "1ms"
      open()
      pool:shutdown {}
      lu.assertEquals(waiting:result(), "finished")
      lu.assertErrorMsgContains("the pool is closed", loop.offload, loop, pool, print)
   end)
end

function TestPools.test_map_inside_a_task_lets_others_run()
   run(function(loop)
      local wait, open = gate()
      loop:go(function() bake.sleep "1ms" open() end)
      lu.assertEquals(pool:map(wait, { 1, 2, 3 }), { 1, 2, 3 })
   end)
end

function TestPools.test_processes_work_likewise()
   local processes <close> = bake.processes { workers = 1, start = "spawn" }
   run(function(loop)
      lu.assertEquals(loop:offload(processes, function(x) return x * 2 end, 21), 42)
      local lost = { loop:offload(processes, os.exit, 3) }
      lu.assertEquals({ lost[1], lost[3] }, { nil, "lost" })
   end)
end

-- A loop in a worker releases the interpreter lock while it waits; otherwise the second loop would never get
-- to its fetch.
function TestPools.test_loops_under_an_interpreter_lock()
   local locked <close> = bake.threads { workers = 2, gil = true }
   local site <close> = bake.server {}
   local silent <close> = bake.server { latency = "60s" }
   local function job(url, held)
      local inner = require "bakeoff"
      local loop <close> = inner.loop {}
      return loop:run(function()
         local read = assert(loop:read "/proc/self/maps")
         local status = #read > 0 and assert(loop:fetch(url)).status
         return status, loop:fetch(held) == nil
      end)
   end
   local one = locked:submit(job, site:url "/", silent:url "/")
   local two = locked:submit(job, site:url "/", silent:url "/")
   pools.eventually(function() return silent:stats().served_peak == 2 end, "the second fetch")
   silent:stop() -- ends both
   lu.assertEquals({ { one:result() }, { two:result() } }, { { 200, true }, { 200, true } })
end

os.exit(lu.LuaUnit.run(), true)
