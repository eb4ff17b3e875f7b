--- bake.loop itself: running, deadlocks, the end. Tasks are tested in test_async_*.lua.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, script = support.run, support.script

local site

TestLoop = {}

function TestLoop.setUp() site = bake.server { body = "tickets" } end

function TestLoop.tearDown() site:stop() end

-- Running -----------------------------------------------------------------------------------------------

function TestLoop.test_an_empty_loop_returns_at_once()
   local loop <close> = bake.loop {}
   lu.assertTrue(loop:run())
   lu.assertEquals(#loop, 0)
end

function TestLoop.test_run_with_a_function_or_task_gives_its_results()
   local loop <close> = bake.loop {}
   lu.assertEquals({ loop:run(function() return 1, nil, 3 end) }, { 1, nil, 3 })
   local task = loop:go(function(a, b) bake.sleep(0) return a .. b end, "x", "y")
   lu.assertEquals(loop:run(task), "xy")
   lu.assertEquals(loop:run(task), "xy") -- it has ended already
end

function TestLoop.test_run_until_a_task_leaves_the_others_pending()
   local loop <close> = bake.loop {}
   local other = loop:go(bake.sleep, 0.02)
   lu.assertEquals(loop:run(function() return "first" end), "first")
   lu.assertFalse(other:done())
   lu.assertTrue(loop:run())
   lu.assertTrue(other:done())
end

function TestLoop.test_a_loop_runs_again_and_again()
   local loop <close> = bake.loop {}
   for i = 1, 5 do
      lu.assertEquals(loop:run(function() bake.sleep(0.001) return i end), i)
   end
end

function TestLoop.test_running_inside_of_a_running_loop_is_refused()
   local loop <close> = bake.loop {}
   local other <close> = bake.loop {}
   loop:run(function()
      lu.assertErrorMsgContains("run: a loop is already running", loop.run, loop)
      lu.assertErrorMsgContains("run: a loop is already running", other.run, other)
      lu.assertErrorMsgContains("close: the loop is running", loop.close, loop)
   end)
end

-- Starts tasks that sleep for these times (times `unit` milliseconds) → the order in which they woke, the
-- seconds until all slept.
local function wake(times, unit)
   local log, took = support.log(), nil
   local loop <close> = bake.loop {}
   local from = core.now()
   for _, time in ipairs(times) do
      loop:go(function() bake.sleep(time * unit .. "ms") log(time) end)
   end
   loop:go(function() took = core.now() - from end)
   loop:run()
   return tostring(log), took
end

-- Each sleep counts from its own start. The starts must lie closer together than the ends, however busy the
-- machine is.
function TestLoop.test_sleepers_wake_in_the_order_of_their_times()
   local unit, order, took = 1
   repeat
      unit = 2 * unit
      order, took = wake({ 9, 3, 6, 1, 0, 6 }, unit)
   until took < unit / 1000
   lu.assertEquals(order, "0 1 3 6 6 9")
end

function TestLoop.test_sleep_0_lets_the_others_have_their_turn_in_order()
   local log = support.log()
   local loop <close> = bake.loop {}
   for _, name in ipairs { "a", "b", "c" } do
      loop:go(function()
         for i = 1, 2 do
            log(name .. i)
            bake.sleep(0)
         end
      end)
   end
   loop:run()
   lu.assertEquals(tostring(log), "a1 b1 c1 a2 b2 c2")
end

-- A task that waits only for its next turn must not keep the others' timers from firing.
function TestLoop.test_a_busy_task_does_not_starve_timers()
   run(function(loop)
      local woken = false
      loop:go(function() bake.sleep(0.005) woken = true end)
      while not woken do
         bake.sleep(0)
      end
   end)
end

function TestLoop.test_sleep_outside_of_loops_blocks_the_thread()
   local before = core.now()
   bake.sleep "10ms"
   lu.assertTrue(core.now() - before >= 0.01)
end

function TestLoop.test_misuse_of_sleep()
   lu.assertErrorMsgContains("'soon' is not a quantity", bake.sleep, "soon")
   lu.assertErrorMsgContains("a duration of 0 to 1e9 seconds", bake.sleep, -1)
   lu.assertErrorMsgContains("a duration of 0 to 1e9 seconds", bake.sleep, 0 / 0)
end

function TestLoop.test_ten_thousand_tasks()
   local loop <close> = bake.loop {}
   local sum = 0
   for i = 1, 10000 do
      loop:go(function() bake.sleep(0.001 * (i % 3)) sum = sum + i end)
   end
   lu.assertEquals(#loop, 10000)
   lu.assertTrue(loop:run())
   lu.assertEquals(sum, 10000 * 10001 // 2)
end

-- Deadlock ----------------------------------------------------------------------------------------------

function TestLoop.test_tasks_that_wait_for_each_other_are_told()
   local loop <close> = bake.loop {}
   local semaphore = bake.semaphore(0)
   local one, two
   one = loop:go(function() return two:result() end)
   two = loop:go(function() return one:result() end)
   local third = loop:go(semaphore.acquire, semaphore)
   lu.assertEquals({ loop:run() },
      { nil, "3 tasks wait, and nothing can wake them: 2 for a task, 1 for a semaphore", "deadlock" })
   semaphore:release() -- from outside; whatever can go on does
   one:cancel()
   lu.assertTrue(loop:run())
   lu.assertTrue(third:done() and two:done() and one:cancelled())
end

function TestLoop.test_a_deadlock_of_run_until()
   local loop <close> = bake.loop {}
   lu.assertEquals({ loop:run(function() bake.semaphore(0):acquire() end) },
      { nil, "1 task waits, and nothing can wake it: 1 for a semaphore", "deadlock" })
end

-- The end -----------------------------------------------------------------------------------------------

function TestLoop.test_close_cancels_what_is_pending_and_closes_its_variables()
   local log = support.log()
   local loop = bake.loop {}
   local slow <close> = bake.server { latency = "60s" }
   local function waits(name, fn, ...)
      return loop:go(function(...)
         local _ <close> = support.closing(log, name)
         fn(...)
      end, ...)
   end
   local tasks = { waits("sleep", bake.sleep, 60), waits("fetch", loop.fetch, loop, slow:url "/") }
   loop:run(function() bake.sleep "5ms" end)
   tasks[3] = loop:go(function() log "never" end) -- never started
   loop:close()
   loop:close() -- harmless
   for _, task in ipairs(tasks) do
      lu.assertTrue(task:done() and task:cancelled())
      lu.assertEquals(select(3, task:result()), "cancelled")
   end
   lu.assertEquals(tostring(log), "sleep fetch")
   lu.assertErrorMsgContains("the loop is closed", loop.go, loop, print)
   lu.assertErrorMsgContains("the loop is closed", loop.run, loop)
end

function TestLoop.test_a_loop_that_is_forgotten_goes_without_a_trace()
   for _ = 1, 20 do
      local loop = bake.loop {}
      loop:go(bake.sleep, 60)
      loop:go(function() loop:fetch(site:url "/") end)
      loop:run(function() bake.sleep(0) end)
   end
   collectgarbage()
   collectgarbage()
end

-- A forked worker has copies of the loop and of the running task; neither is its own.
function TestLoop.test_a_forked_copy_is_refused_and_leaves_the_origin_alone()
   local ended = script [[
      local loop <close> = bake.loop {}
      local function in_worker(origin)
         bake.sleep "1ms" -- blocks the thread: no task of this process runs
         local ok, message = pcall(origin.run, origin)
         assert(not ok and message:find("belongs to the process that created it", 1, true), message)
         origin:close() -- harmless
         local own <close> = bake.loop {}
         return own:run(function() bake.sleep "1ms" return "own" end)
      end
      print(loop:run(function()
         bake.sleep "1ms"
         _G.in_worker = function() return in_worker(loop) end -- forked with the worker, not sent
         local pool <close> = bake.processes { workers = 1 }
         local result = assert(loop:offload(pool, function() return _G.in_worker() end))
         bake.sleep "1ms"
         return result
      end))
   ]]
   lu.assertEquals(ended.stderr, "")
   lu.assertEquals(ended.stdout, "own\n")
end

function TestLoop.test_an_error_that_nobody_asked_for_is_a_warning()
   local ended = script [[
      local loop <close> = bake.loop {}
      local function deep() error "nobody asked" end
      local asked = loop:go(function() error "asked for" end)
      loop:go(function() deep() end)
      loop:go(bake.sleep, 60):cancel()
      assert(loop:run())
      print(asked:error())
   ]]
   lu.assertEquals(ended.code, 0)
   lu.assertStrContains(ended.stdout, "asked for")
   lu.assertStrContains(ended.stderr, "a task failed and nobody asked for its result: ")
   lu.assertStrContains(ended.stderr, "nobody asked\nstack traceback:")
   lu.assertStrContains(ended.stderr, "'deep'")
   lu.assertNotStrContains(ended.stderr, "asked for\n")
   lu.assertNotStrContains(ended.stderr, "cancelled")
end

function TestLoop.test_warnings_come_without_close_and_in_time_when_many()
   local ended = script [[
      local loop = bake.loop {}
      for i = 1, 300 do loop:go(error, "number " .. i, 0) end
      loop:run()
   ]]
   lu.assertEquals(ended.code, 0)
   lu.assertEquals(select(2, ended.stderr:gsub("number %d+", "")), 300)
end

function TestLoop.test_an_error_in_a_callback_is_a_warning_and_the_loop_goes_on()
   local ended = script [[
      local loop <close> = bake.loop {}
      loop:go(function() end):on_done(function() error "in on_done" end)
      print(loop:run(function() bake.sleep "2ms" return "went on" end))
   ]]
   lu.assertStrContains(ended.stdout, "went on")
   lu.assertStrContains(ended.stderr, "on_done: ")
   lu.assertStrContains(ended.stderr, "in on_done")
end

os.exit(lu.LuaUnit.run(), true)
