--- Worker pools as scripts use them: tasks and their results.
local lu = require "luaunit"


local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local raises = support.raises

local function add(a, b) return a + b end

support.for_each_kind("Tasks", function(tests, open)
   function tests.test_a_result_arrives()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      lu.assertEquals(future:result(), 3)
      lu.assertEquals(future:result(), 3)
      lu.assertNil(future:error())
      lu.assertTrue(future:done())
      lu.assertFalse(future:cancelled())
      lu.assertFalse(future:running())
   end

   function tests.test_many_tasks_in_any_order_of_asking()
      local pool = open()
      local futures = {}
      for i = 1, 3000 do
         futures[i] = pool:submit(add, i, i)
      end
      for i = 3000, 1, -7 do
         lu.assertEquals(futures[i]:result(), 2 * i)
      end
      for i = 1, 3000 do
         lu.assertEquals(futures[i]:result(), 2 * i)
      end
   end

   function tests.test_all_results_arrive_nils_too()
      local pool = open()
      lu.assertEquals(table.pack(pool:submit(function(...) return nil, ... end, 1, nil, "x", nil):result()),
         table.pack(nil, 1, nil, "x", nil))
      lu.assertEquals(select("#", pool:submit(function() end):result()), 0)
   end

   function tests.test_tables_and_long_strings_travel_both_ways()
      local pool = open()
      local shared = { "part" }
      local text = ("x"):rep(100000)
      local future = pool:submit(function(value, again)
         value.same = value.list == again
         return value, value.list, #value.text
      end, { text = text, list = shared }, shared)
      local value, list, size = future:result()
      lu.assertEquals(value.text, text)
      lu.assertTrue(value.same)
      lu.assertTrue(value.list == list)
      lu.assertEquals(size, 100000)
      lu.assertTrue(future:result() == value, "each call must return the same table")
   end

   function tests.test_an_error_of_a_task_is_told_with_its_place()
      local pool = open()
      local function bad() error("no luck") end
      local function outer() bad() end
      local future = pool:submit(outer)
      local value, message, code = future:result()
      lu.assertNil(value)
      lu.assertStrMatches(message, ".*test_pools.lua:%d+: no luck")
      lu.assertEquals(code, "task")
      local err = future:error()
      lu.assertEquals(tostring(err), message)
      lu.assertEquals(err.code, "task")
      lu.assertStrContains(err.traceback, "in upvalue 'bad'")
      lu.assertNotStrContains(err.traceback, "[C]: in ?")
      lu.assertTrue(err.worker == 1 or err.worker == 2)
      lu.assertTrue(err.pid > 0)
      lu.assertEquals(pool:submit(add, 1, 1):result(), 2)
   end

   function tests.test_errors_that_are_no_strings()
      local pool = open()
      local _, message = pool:submit(function() error({}) end):result()
      lu.assertStrContains(message, "table")
      _, message = pool:submit(function()
         error(setmetatable({}, { __tostring = function() return "an object" end }))
      end):result()
      lu.assertEquals(message, "an object")
   end

   function tests.test_what_cannot_travel_is_named()
      local pool = open()
      local thread = coroutine.create(add)
      lu.assertStrContains(raises(pool.submit, pool, add, 1, { x = { thread } }),
         "argument 2: field 'x': item 1 is a thread")
      lu.assertStrContains(raises(pool.submit, pool, function() return thread end),
         "upvalue 'thread' is a thread")
      local _, message, code = pool:submit(function() return { x = coroutine.create(print) } end):result()
      lu.assertEquals(message, "result of the task: field 'x' is a thread")
      lu.assertEquals(code, "task")
      _, message = pool:submit(function() return 1, coroutine.create(print) end):result()
      lu.assertEquals(message, "result 2 of the task is a thread")
   end

   function tests.test_pools_and_futures_are_refused_with_advice()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      lu.assertStrContains(raises(pool.submit, pool, add, pool), "argument 1 is a pool: ")
      lu.assertStrContains(raises(pool.submit, pool, add, 1, future), "argument 2 is a future: ")
      lu.assertStrContains(raises(pool.submit, pool, function() return future:result() end),
         "upvalue 'future' is a future: ")
   end

   function tests.test_misuse_is_raised()
      local pool = open()
      lu.assertStrContains(raises(pool.submit, pool), "function expected")
      lu.assertStrContains(raises(pool.submit, pool, {}), "function expected")
      lu.assertStrContains(raises(pool.submit, 3, add), "bakeoff.pool")
      lu.assertStrContains(raises(pool.shutdown, pool, 3), "table expected")
      lu.assertEquals(pool:submit(add, 1, 1):result(), 2)
   end

   function tests.test_counts_add_up()
      local pool = open()
      for i = 1, 10 do
         pool:submit(function() return i > 3 or error("three fail") end)
      end
      pool:shutdown()
      local counts = pool:counts()
      lu.assertEquals({ counts.submitted, counts.done, counts.failed, counts.lost, counts.cancelled },
         { 10, 7, 3, 0, 0 })
      lu.assertTrue(counts.ipc_bytes > 0)
      lu.assertEquals(#pool:cpu(), 2)
      lu.assertEquals(#pool, 2)
      lu.assertStrContains(tostring(pool), "closed")
   end
end)

os.exit(lu.LuaUnit.run(), true)
