-- bake.wait and bake.as_completed, for every kind of pool. The cases are those of Python's tests of
-- concurrent.futures (mirrored.md lists them).

local bake = require "bakeoff"
local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")

local function add(a, b) return a + b end

local function fail(message) error(message, 0) end

local function fail_after(path, wait_at)
   wait_at(path)
   error "this was to be expected"
end

local function set_of(futures)
   local set = {}
   for _, future in ipairs(futures) do
      lu.assertNil(set[future], "a future came twice")
      set[future] = true
   end
   return set
end

local function assert_same(futures, expected)
   lu.assertEquals(#futures, #expected)
   local set = set_of(futures)
   for i, future in ipairs(expected) do
      lu.assertTrue(set[future], ("future %d is missing"):format(i))
   end
end

--- wait -----------------------------------------------------------------------------------------------------

local waits = {}

function waits.test_all(open)
   local pool <close> = open()
   local done, failed, cancelled = support.three_ended(pool)
   local bad, good = pool:submit(fail, "no"), pool:submit(add, 2, 21)
   local ended, pending = bake.wait({ done, cancelled, failed, bad, good }, "all")
   assert_same(ended, { done, cancelled, failed, bad, good })
   lu.assertEquals(pending, {})
end

function waits.test_the_same_future_twice(open)
   local pool <close> = open()
   local future = pool:submit(add, 1, 2)
   local ended, pending = bake.wait({ future, future }, "all")
   assert_same(ended, { future })
   lu.assertEquals(pending, {})
end

function waits.test_first(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local slow, quick = pool:submit(support.wait_at, gate.path, 1), pool:submit(add, 21, 2)
   local ended, pending = bake.wait({ quick, slow }, "first")
   assert_same(ended, { quick })
   assert_same(pending, { slow })
end

function waits.test_first_of_which_some_have_ended_returns_at_once(open)
   local pool <close> = open()
   local done, _, cancelled = support.three_ended(pool)
   local gate <close> = support.gate()
   local slow = pool:submit(support.wait_at, gate.path, 1)
   local ended, pending = bake.wait({ cancelled, done, slow }, "first")
   assert_same(ended, { cancelled, done })
   assert_same(pending, { slow })
end

function waits.test_first_error(open)
   local pool <close> = open { workers = 3 }
   local gate <close> = support.gate()
   local slow_gate <close> = support.gate()
   local good = pool:submit(add, 2, 21)
   local bad = pool:submit(fail_after, gate.path, support.wait_at)
   local slow = pool:submit(support.wait_at, slow_gate.path, 1)
   good:on_done(function() gate:open() end)
   local ended, pending = bake.wait({ good, bad, slow }, "first_error")
   assert_same(ended, { good, bad })
   assert_same(pending, { slow })
end

function waits.test_first_error_where_one_has_failed_already(open)
   local pool <close> = open()
   local done, failed = support.three_ended(pool)
   local gate <close> = support.gate()
   local slow = pool:submit(support.wait_at, gate.path, 1)
   local ended, pending = bake.wait({ done, failed, slow }, "first_error")
   assert_same(ended, { done, failed })
   assert_same(pending, { slow })
end

function waits.test_first_error_without_an_error_waits_for_all(open)
   local pool <close> = open()
   local futures = { pool:submit(add, 1, 2), pool:submit(add, 3, 4) }
   local ended, pending = bake.wait(futures, "first_error")
   assert_same(ended, futures)
   lu.assertEquals(pending, {})
end

function waits.test_timeout(open)
   local pool <close> = open()
   local done, failed, cancelled = support.three_ended(pool)
   local gate <close> = support.gate()
   local slow = pool:submit(support.wait_at, gate.path, 1)
   local ended, pending = bake.wait({ cancelled, failed, done, slow }, "all", "30ms")
   assert_same(ended, { cancelled, failed, done })
   assert_same(pending, { slow })
end

function waits.test_a_hundred_that_end_together(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local futures = {}
   for i = 1, 100 do
      futures[i] = pool:submit(support.wait_at, gate.path, i)
   end
   gate:open()
   assert_same(bake.wait(futures), futures)
end

function waits.test_across_pools(open)
   local one <close> = open()
   local other <close> = open()
   local gate <close> = support.gate()
   local slow, quick = one:submit(support.wait_at, gate.path, 1), other:submit(add, 1, 2)
   local ended, pending = bake.wait({ slow, quick }, "first")
   assert_same(ended, { quick })
   assert_same(pending, { slow })
   gate:open()
   assert_same(bake.wait { slow, quick }, { slow, quick })
end

support.cases("Wait", waits)

--- as_completed ---------------------------------------------------------------------------------------------

local completed = {}

local function collect(iterator)
   local list = {}
   for future in iterator do
      list[#list + 1] = future
   end
   return list
end

function completed.test_each_future_once(open)
   local pool <close> = open()
   local futures = { support.three_ended(pool) }
   futures[4], futures[5] = pool:submit(add, 2, 21), pool:submit(fail, "no")
   assert_same(collect(bake.as_completed(futures)), futures)
end

function completed.test_the_order_is_that_of_completion(open)
   local pool <close> = open { workers = 3 }
   local first, second = support.gate(), support.gate()
   local slowest = pool:submit(support.wait_at, second.path, 3)
   local slow = pool:submit(support.wait_at, first.path, 2)
   local quick = pool:submit(add, 1, 0)
   local order = {}
   for future in bake.as_completed { slowest, slow, quick } do
      order[#order + 1] = future:result()
      local gate = ({ first, second })[#order]
      if gate then
         gate:open()
      end
   end
   lu.assertEquals(order, { 1, 2, 3 })
end

function completed.test_a_timeout_raises_and_says_how_many_are_unfinished(open)
   local pool <close> = open()
   local futures = { support.three_ended(pool) }
   local gate <close> = support.gate()
   futures[4] = pool:submit(support.wait_at, gate.path, 1)
   for _, limit in ipairs { 0, "50ms" } do
      local next_one, seen = bake.as_completed(futures, limit), {}
      for i = 1, 3 do
         seen[i] = next_one()
      end
      assert_same(seen, { table.unpack(futures, 1, 3) })
      local ok, message = pcall(next_one)
      lu.assertFalse(ok)
      lu.assertStrContains(tostring(message), "1 of 4")
   end
end

function completed.test_the_same_future_several_times_comes_once(open)
   local pool <close> = open()
   local future = pool:submit(add, 1, 2)
   lu.assertEquals(#collect(bake.as_completed { future, future, future }), 1)
end

function completed.test_it_keeps_no_future_that_it_has_given(open)
   local pool <close> = open()
   local futures, known = {}, setmetatable({}, { __mode = "k" })
   for i = 1, 8 do
      futures[i] = pool:submit(add, i, i)
   end
   local iterator = bake.as_completed(futures)
   futures = nil
   for i = 1, 8 do
      known[iterator()] = i
      collectgarbage()
      collectgarbage()
      lu.assertNil(next(known), "a returned future is still referenced")
   end
   lu.assertNil(futures)
end

function completed.test_none(open)
   local pool <close> = open()
   lu.assertEquals(#pool, 2)
   lu.assertEquals(collect(bake.as_completed {}), {})
   lu.assertEquals({ bake.wait {} }, { {}, {} })
end

support.cases("AsCompleted", completed)

os.exit(lu.LuaUnit.run(), true)
