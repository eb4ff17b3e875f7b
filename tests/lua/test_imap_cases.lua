-- imap and imap_unordered, for every kind of pool. The cases are those of Python's tests of
-- multiprocessing.Pool (mirrored.md lists them).

local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")
local listed = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_items.lua")

local square, range, squares = listed.square, listed.range, listed.squares
local raising, counting, gathered = listed.raising, listed.counting, listed.gathered

local function reciprocal(x)
   if x == 0 then
      error "a zero"
   end
   return 10 // x
end

--- imap and imap_unordered ----------------------------------------------------------------------------------

local lazy = {}

function lazy.test_imap_gives_results_in_order_one_by_one(open)
   local pool <close> = open()
   for _, options in ipairs { { chunk = 1 }, { chunk = 100 }, { window = 1 }, { chunk = 7, window = 3 } } do
      local expected = 0
      for index, value in pool:imap(square, range(1, 1000), options) do
         expected = expected + 1
         lu.assertEquals({ index, value }, { expected, expected * expected })
      end
      lu.assertEquals(expected, 1000)
   end
end

function lazy.test_imap_whose_iterator_raises_gives_what_came_before_first(open)
   local pool <close> = open()
   for _, row in ipairs { { 1, 1, 1, 0 }, { 10, 4, 1, 3 }, { 20, 8, 2, 6 }, { 20, 8, 4, 4 } } do
      local total, at, chunk, least = table.unpack(row)
      local seen = 0
      local function go()
         for index, value in pool:imap(square, raising(total, at), { chunk = chunk }) do
            seen = seen + 1
            lu.assertEquals({ index, value }, { seen, seen * seen })
         end
      end
      lu.assertErrorMsgContains("somebody said when", go)
      lu.assertTrue(seen >= least and seen < at, ("%d results before item %d raised"):format(seen, at))
   end
   lu.assertEquals(pool:map(square, { 3 }), { 9 })
end

function lazy.test_imap_unordered_gives_every_result_once(open)
   local pool <close> = open()
   for _, options in ipairs { { chunk = 1 }, { chunk = 100 }, { window = 1 } } do
      lu.assertEquals(gathered(pool:imap_unordered(square, range(1, 1000), options)), squares(1, 1000))
   end
end

function lazy.test_imap_unordered_gives_what_is_ready_first(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local function run(item) return item.at and item.wait(item.at, "slow") or "quick" end
   local items = { { at = gate.path, wait = support.wait_at }, {}, {} }
   local order = {}
   for index, value in pool:imap_unordered(run, items) do
      order[#order + 1] = index .. value
      if #order == 2 then
         gate:open()
      end
   end
   lu.assertEquals(order, { "2quick", "3quick", "1slow" })
end

function lazy.test_imap_unordered_tells_failures_and_goes_on(open)
   local pool <close> = open()
   local good, bad = {}, {}
   for index, value, message, code in pool:imap_unordered(reciprocal, { 1, 0, 2, 0 }) do
      if value then
         good[index] = value
      else
         bad[index] = code
         lu.assertStrContains(message, "a zero")
      end
   end
   lu.assertEquals({ good, bad }, { { [1] = 10, [3] = 5 }, { [2] = "task", [4] = "task" } })
end

function lazy.test_imap_unordered_whose_iterator_raises(open)
   local pool <close> = open()
   for _, row in ipairs { { 1, 1, 1 }, { 10, 4, 1 }, { 20, 8, 2 } } do
      local seen = {}
      lu.assertErrorMsgContains("somebody said when", function()
         for index, value in pool:imap_unordered(square, raising(row[1], row[2]), { chunk = row[3] }) do
            lu.assertEquals({ value, seen[index] }, { index * index, nil })
            seen[index] = true
         end
      end)
   end
   lu.assertEquals(pool:map(square, { 3 }), { 9 })
end

function lazy.test_no_more_than_the_window_is_taken_from_the_iterator(open)
   local pool <close> = open()
   for _, name in ipairs { "imap", "imap_unordered" } do
      local taken, given, next_item = 0, 0, counting(100)
      local function item()
         taken = taken + 1
         return next_item()
      end
      for _ in pool[name](pool, square, item, { chunk = 2, window = 3 }) do
         given = given + 1
         lu.assertTrue(taken <= given + 2 * 3 + 2, ("%s: %d taken, %d given"):format(name, taken, given))
      end
      lu.assertEquals({ given, taken }, { 100, 101 })
   end
end

function lazy.test_an_iterator_left_early_leaves_the_pool_usable(open)
   local pool <close> = open()
   for _, name in ipairs { "imap", "imap_unordered" } do
      local iterator, state, control, closing <close> = pool[name](pool, square, range(1, 1000))
      lu.assertIsNumber(select(2, iterator(state, control)))
      lu.assertNotNil(closing)
   end
   lu.assertEquals(pool:map(square, { 3 }), { 9 })
   pool:shutdown()
   support.assert_reconciled(pool)
end

support.cases("Lazy", lazy)

os.exit(lu.LuaUnit.run(), true)
