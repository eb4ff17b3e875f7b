--- Futures: callbacks, waiting for futures of several pools, loops with their own way to wait.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local raises = support.raises

local function add(a, b) return a + b end

-- Runs a script → what it writes to stderr.
local function warnings(code)
   local path = os.tmpname()
   local script = os.tmpname()
   local file = assert(io.open(script, "w"))
   file:write(code)
   file:close()
   os.execute(("%s %s 2> %s"):format(support.runner(), script, path))
   local told = assert(io.open(path)):read "a"
   os.remove(path)
   os.remove(script)
   return told
end

support.for_each_kind("Callbacks", function(tests, open)
   function tests.test_on_done_is_called_when_the_owner_calls_in()
      local pool = open()
      local calls = {}
      local future = pool:submit(add, 1, 2)
      future:on_done(function(it) calls[#calls + 1] = { "a", it == future, it:result() } end)
      future:on_done(function(it) calls[#calls + 1] = { "b", it:done(), it:result() } end)
      lu.assertEquals(future:result(), 3)
      lu.assertEquals(calls, { { "a", true, 3 }, { "b", true, 3 } })
      future:on_done(function() calls[#calls + 1] = "at once" end)
      lu.assertEquals(calls[3], "at once")
      lu.assertStrContains(raises(future.on_done, future, 3), "function expected")
   end

   function tests.test_callbacks_may_submit_cancel_and_wait()
      local pool = open()
      local last
      local function chain(future)
         local sum = future:result()
         last = sum
         if sum < 100 then
            local following = pool:submit(add, sum, 1)
            following:on_done(chain)
            if sum % 50 == 0 then
               following:result()
            end
         end
      end
      pool:submit(add, 0, 1):on_done(chain)
      support.eventually(function()
         pool:collect(1)
         return last == 100
      end, "the hundredth task")
   end

   function tests.test_a_callback_may_close_the_pool()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      local pending = {}
      for i = 1, 50 do
         pending[i] = pool:submit(add, i, i)
      end
      future:on_done(function() pool:shutdown { cancel = true } end)
      lu.assertEquals(future:result(), 3)
      for i = 1, 50 do
         local value, _, code = pending[i]:result()
         lu.assertTrue(value == 2 * i or code == "cancelled")
      end
   end

   function tests.test_callbacks_of_cancelled_tasks_are_called()
      local pool = open { workers = 1 }
      local gate = support.gate()
      local blocked = pool:submit(gate.wait, gate.path)
      support.eventually(function() return blocked:running() end, "the start of the task")
      local called
      local future = pool:submit(add, 1, 2)
      future:on_done(function(it) called = it:cancelled() end)
      future:cancel()
      lu.assertTrue(called)
      gate:open()
      blocked:result()
      gate:remove()
   end
end)

TestCallbackErrors = {}

function TestCallbackErrors.test_they_are_warned_of_with_a_traceback()
   local told = warnings [[
      warn "@on"
      local pool <close> = require("bakeoff").threads { workers = 1 }
      local future = pool:submit(math.max, 1, 2)
      local function careless() error("of the callback") end
      future:on_done(function() careless() end)
      assert(future:result() == 2)
   ]]
   lu.assertStrContains(told, "Lua warning: on_done: ")
   lu.assertStrContains(told, "of the callback")
   lu.assertStrContains(told, "in upvalue 'careless'")
end

support.for_each_kind("Waiting", function(tests, open, kind)
   local gate

   function tests.setUp() gate = support.gate() end

   function tests.tearDown() gate:remove() end

   local function second_pool()
      return kind == "threads" and open { workers = 1 } or open { workers = 1, recycle = 1 }
   end

   function tests.test_as_completed_gives_each_once_across_pools()
      local one, two = open { workers = 1 }, second_pool()
      local futures = {}
      for i = 1, 20 do
         futures[i] = (i % 2 == 0 and one or two):submit(add, i, 0)
      end
      futures[21] = futures[3]
      local seen, sum = {}, 0
      for future in bake.as_completed(futures) do
         lu.assertTrue(future:done())
         lu.assertNil(seen[future])
         seen[future] = true
         sum = sum + future:result()
      end
      lu.assertEquals(sum, 210)
      lu.assertNil(bake.as_completed({})())
   end

   function tests.test_completion_order_is_real()
      local pool = open { workers = 2 }
      local slow = pool:submit(gate.wait, gate.path)
      local order = {}
      for future in bake.as_completed { slow, pool:submit(add, 1, 0), pool:submit(add, 2, 0) } do
         order[#order + 1] = future
         if #order == 2 then
            gate:open()
         end
      end
      lu.assertTrue(order[3] == slow)
   end

   function tests.test_as_completed_raises_at_its_time_limit()
      local pool = open { workers = 1 }
      local slow = pool:submit(gate.wait, gate.path)
      local next_done = bake.as_completed({ slow }, "5ms")
      lu.assertStrContains(raises(next_done), "1 of 1 futures have not ended")
      gate:open()
      lu.assertEquals(slow:result(), "go")
   end

   function tests.test_wait_for_all_the_first_and_the_first_error()
      local one, two = open { workers = 1 }, second_pool()
      local quick, slow = one:submit(add, 1, 2), two:submit(gate.wait, gate.path)
      local done, pending = bake.wait({ slow, quick }, "first")
      lu.assertEquals({ done[1] == quick, #done, pending[1] == slow, #pending }, { true, 1, true, 1 })
      done, pending = bake.wait({ slow, quick }, "all", 0.01)
      lu.assertEquals({ #done, #pending }, { 1, 1 })
      local bad = one:submit(function() error("x") end)
      done, pending = bake.wait({ slow, bad, quick }, "first_error")
      lu.assertEquals({ #done, #pending }, { 2, 1 })
      gate:open()
      done, pending = bake.wait({ slow, bad, quick })
      lu.assertEquals({ #done, #pending }, { 3, 0 })
   end

   function tests.test_misuse_is_named()
      lu.assertStrContains(raises(bake.wait, {}, "any"), "'any' is not a condition")
      lu.assertStrContains(raises(bake.wait, 3), "expected a list of futures")
      lu.assertStrContains(raises(bake.as_completed, { 3 }), "item 1 is not a future")
      lu.assertStrContains(raises(bake.as_completed, {}, "soon"), "timeout: 'soon'")
   end

   function tests.test_a_descriptor_tells_of_ends()
      local pool = open { workers = 1 }
      local future = pool:submit(gate.wait, gate.path)
      lu.assertTrue(pool:fd() > 2)
      lu.assertFalse(pool:arm())
      lu.assertEquals(pool:collect(0), 0)
      gate:open()
      lu.assertEquals(pool:collect(60), 1)
      lu.assertTrue(future:done())
      lu.assertNil(future:pool())
   end
end)

-- The tests set the hook as a loop does: it parks the coroutine until the future's callback.
TestAwait = {}

function TestAwait.tearDown() core.set_await(nil) end

function TestAwait.test_a_pending_future_waits_in_its_coroutine()
   local pool <close> = bake.threads { workers = 1 }
   local parked
   core.set_await(function(future)
      local mine = coroutine.running()
      future:on_done(function() assert(coroutine.resume(mine)) end)
      parked = future
      coroutine.yield()
      return true
   end)
   local got = {}
   local function body(a, b)
      local sum = pool:submit(add, a, b):result()
      got[#got + 1] = sum
   end
   local one, two = coroutine.create(body), coroutine.create(body)
   assert(coroutine.resume(one, 1, 2))
   assert(coroutine.resume(two, 3, 4))
   lu.assertNotNil(parked)
   support.eventually(function()
      pool:collect(1)
      return #got == 2
   end, "the second result")
   lu.assertEquals(got, { 3, 7 })
end

function TestAwait.test_whoever_is_no_loop_blocks()
   local pool <close> = bake.threads { workers = 1 }
   core.set_await(function() return false end)
   local got
   assert(coroutine.resume(coroutine.create(function() got = pool:submit(add, 1, 2):result() end)))
   lu.assertEquals(got, 3)
   lu.assertEquals(pool:submit(add, 1, 3):result(), 4)
end

function TestAwait.test_a_hook_whose_time_was_up()
   local pool <close> = bake.threads { workers = 1 }
   local gate = support.gate()
   core.set_await(function() return true end)
   local code, err
   coroutine.wrap(function()
      local future = pool:submit(gate.wait, gate.path)
      code = select(3, future:result(0.001))
      err = future:error(0.001)
   end)()
   lu.assertEquals({ code, err.code }, { "timeout", "timeout" })
   gate:open()
   pool:shutdown()
   gate:remove()
end

os.exit(lu.LuaUnit.run(), true)
