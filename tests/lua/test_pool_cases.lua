-- map, errors and a pool's life, for every kind of pool. The cases are those of Python's tests of
-- multiprocessing.Pool (mirrored.md lists them).

local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")
local listed = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_items.lua")

local square, range, squares = listed.square, listed.range, listed.squares
local raising, counting, gathered = listed.raising, listed.counting, listed.gathered

local function product(pair) return pair[1] * pair[2] end

--- map ------------------------------------------------------------------------------------------------------

local maps = {}

function maps.test_a_single_call(open)
   local pool <close> = open()
   lu.assertEquals(pool:submit(square, 5):result(), 25)
end

function maps.test_in_order_also_in_chunks(open)
   local pool <close> = open { workers = 4 }
   lu.assertEquals(pool:map(square, range(0, 9)), squares(0, 9))
   lu.assertEquals(pool:map(square, range(0, 99), { chunk = 20 }), squares(0, 99))
end

function maps.test_several_arguments_go_in_a_table(open)
   local pool <close> = open { workers = 4 }
   local pairs_, expected = {}, {}
   for i = 1, 100 do
      pairs_[i], expected[i] = { i, 101 - i }, i * (101 - i)
   end
   lu.assertEquals(pool:map(product, pairs_), expected)
   lu.assertEquals(pool:map(product, pairs_, { chunk = 20 }), expected)
end

function maps.test_an_iterator_function_instead_of_a_list(open)
   local pool <close> = open()
   lu.assertEquals(pool:map(square, counting(50)), squares(1, 50))
   lu.assertEquals(pool:map(square, counting(50), { chunk = 7 }), squares(1, 50))
end

function maps.test_nothing_to_do(open)
   local pool <close> = open { workers = 1 }
   for _, options in ipairs { {}, { chunk = 1 }, { chunk = 100 } } do
      lu.assertEquals(pool:map(square, {}, options), {})
      lu.assertEquals(pool:map(square, counting(0), options), {})
      lu.assertEquals(gathered(pool:imap(square, {}, options)), {})
      lu.assertEquals(gathered(pool:imap_unordered(square, {}, options)), {})
   end
end

function maps.test_items_that_cannot_travel_are_refused_and_named(open)
   local pool <close> = open()
   local items = { 1, 2, coroutine.create(print), 4 }
   for _, chunk in ipairs { 1, 4 } do
      lu.assertErrorMsgContains("thread", function() pool:map(square, items, { chunk = chunk }) end)
   end
   lu.assertEquals(pool:map(square, { 3 }), { 9 })
   pool:shutdown() -- tasks that the refused maps started may still run
   support.assert_reconciled(pool)
end

function maps.test_an_iterator_that_raises(open)
   local pool <close> = open()
   for _, row in ipairs { { 1, 1 }, { 1, 1 }, { 10, 4 } } do
      local iterator = raising(row[1], row[2])
      lu.assertErrorMsgContains("somebody said when", function() pool:map(square, iterator) end)
   end
   lu.assertEquals(pool:map(square, { 3 }), { 9 })
   pool:shutdown()
   support.assert_reconciled(pool)
end

function maps.test_large_errors_of_all_tasks(open)
   local pool <close> = open()
   local list, message, code = pool:map(function() error(("x"):rep(1 << 20), 0) end, { 1, 2, 3, 4 })
   lu.assertEquals({ list, code, #message >= 1000 }, { nil, "task", true })
   pool:shutdown()
   support.assert_reconciled(pool)
end

function maps.test_arguments_and_results_are_let_go(open)
   local pool <close> = open()
   local known = setmetatable({}, { __mode = "k" })
   local function give()
      local items = {}
      for i = 1, 10 do
         items[i] = { i }
         known[items[i]] = true
      end
      for _, value in ipairs(pool:map(function(x) return x end, items)) do
         known[value] = true
      end
   end
   give()
   collectgarbage()
   collectgarbage()
   lu.assertNil(next(known))
end

support.cases("Map", maps)

--- Errors, callbacks, life ----------------------------------------------------------------------------------

local life = {}

function life.test_the_number_of_workers(open)
   for _, count in ipairs { 1, 3 } do
      local pool <close> = open { workers = count }
      lu.assertEquals({ #pool, pool:counts().workers }, { count, count })
   end
end

function life.test_an_error_has_its_message_and_the_place_in_the_workers_traceback(open)
   local pool <close> = open { workers = 1 }
   local function inner() error "number 123" end
   local future = pool:submit(function()
      inner()
      return 1
   end)
   local value, message, code = future:result()
   lu.assertEquals({ value, code }, { nil, "task" })
   lu.assertStrContains(message, "number 123")
   local problem = future:error()
   lu.assertStrContains(problem.traceback, "test_pool_cases.lua:")
   lu.assertStrContains(problem.traceback, "inner")
   lu.assertIsNumber(problem.worker)
   lu.assertEquals(tostring(problem), message)
end

function life.test_errors_that_are_no_strings(open)
   local pool <close> = open()
   for _, thrown in ipairs { 7, true, { 1 } } do
      local value, message, code = pool:submit(function(x) error(x) end, thrown):result()
      lu.assertEquals({ value, code }, { nil, "task" })
      lu.assertIsString(message)
   end
   lu.assertEquals(select(3, pool:submit(function() error() end):result()), "task")
   lu.assertEquals(pool:submit(square, 3):result(), 9)
end

function life.test_results_and_errors_reach_callbacks(open)
   local pool <close> = open()
   local seen = {}
   local good, bad = pool:submit(square, 3), pool:submit(error, "key")
   good:on_done(function(future) seen.good = future:result() end)
   bad:on_done(function(future) seen.bad = future:error().code end)
   pool:shutdown()
   lu.assertEquals(seen, { good = 9, bad = "task" })
end

function life.test_a_result_that_takes_too_long(open)
   local pool <close> = open { workers = 3 }
   local gate <close> = support.gate()
   local future = pool:submit(support.wait_at, gate.path, 36)
   lu.assertEquals(select(3, future:result "20ms"), "timeout")
   gate:open()
   lu.assertEquals(future:result(60), 36)
end

function life.test_closing_with_ten_thousand_tasks_pending(open)
   local futures = {}
   do
      local pool <close> = open { workers = 3 }
      for i = 1, 10000 do
         futures[i] = pool:submit(require("bakeoff").sleep, "2ms")
      end
   end
   local cancelled = 0
   for _, future in ipairs(futures) do
      lu.assertTrue(future:done())
      cancelled = cancelled + (future:cancelled() and 1 or 0)
   end
   lu.assertTrue(cancelled > 0, "closing ran all tasks")
end

function life.test_a_closed_pool_is_of_no_more_use(open)
   local pool = open { workers = 1 }
   do
      local _ <close> = pool
   end
   lu.assertErrorMsgContains("closed", function() pool:submit(square, 1) end)
   lu.assertErrorMsgContains("closed", function() pool:map(square, { 1 }) end)
   local again <close> = pool
   lu.assertNotNil(again)
end

function life.test_workers_that_live_for_ten_tasks(open)
   local pool <close> = open { workers = 3, recycle = 10 }
   local futures = {}
   for i = 1, 100 do
      futures[i] = pool:submit(square, i)
   end
   lu.assertEquals(support.results(futures), squares(1, 100))
   lu.assertTrue(pool:counts().respawned >= 7)
   lu.assertEquals(pool:map(square, range(1, 100), { chunk = 5 }), squares(1, 100))
end

support.cases("Life", life)

os.exit(lu.LuaUnit.run(), true)
