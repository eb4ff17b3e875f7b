--- map, imap and imap_unordered: order, chunks, back-pressure, failures, time limits.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")
local listed = dofile(here .. "support_items.lua")

local raises = support.raises

local function up_to(n) return listed.range(1, n) end

local function double(x) return 2 * x end

local function fail_at(n)
   return function(x)
      if x == n then
         error("item " .. x .. " is bad", 0)
      end
      return x
   end
end

-- An iterator over 1 … n that counts how many items were requested.
local function counter(n)
   local state = { given = 0 }
   return function()
      if state.given < n then
         state.given = state.given + 1
         return state.given
      end
   end, state
end

support.for_each_kind("Map", function(tests, open)
   function tests.test_results_stand_in_the_order_of_items()
      local pool = open()
      local expected = {}
      for i = 1, 1000 do
         expected[i] = 2 * i
      end
      for _, chunk in ipairs { 1, 7, 100, 1000, 5000 } do
         lu.assertEquals(pool:map(double, up_to(1000), { chunk = chunk }), expected)
      end
      lu.assertEquals(pool:map(double, {}), {})
   end

   function tests.test_items_of_an_iterator()
      local pool = open()
      local items, state = counter(25)
      lu.assertEquals(#pool:map(double, items, { chunk = 10 }), 25)
      lu.assertEquals(state.given, 25)
      local none = counter(0)
      lu.assertEquals(pool:map(double, none), {})
   end

   function tests.test_items_and_results_of_all_kinds()
      local pool = open()
      local items = { 1, 2.5, "text", true, false, { list = { 1, 2 } }, ("x"):rep(5000) }
      for _, chunk in ipairs { 1, 3, 100 } do
         lu.assertEquals(pool:map(function(x) return x end, items, { chunk = chunk }), items)
         lu.assertEquals(pool:map(function(x) return { x, x } end, items, { chunk = chunk })[6][2].list[2], 2)
      end
      local results = pool:map(function(x) if x % 2 == 0 then return x end end, up_to(10), { chunk = 4 })
      lu.assertEquals({ results[1], results[2], results[9], results[10] }, { nil, 2, nil, 10 })
   end

   function tests.test_the_first_failure_ends_it()
      local pool = open()
      for _, chunk in ipairs { 1, 10, 1000 } do
         local result, message, code, index = pool:map(fail_at(123), up_to(500), { chunk = chunk })
         lu.assertNil(result)
         lu.assertEquals({ message, code, index }, { "item 123 is bad", "task", 123 })
      end
      lu.assertEquals(pool:map(double, { 4 }), { 8 })
   end

   function tests.test_what_cannot_travel()
      local pool = open()
      lu.assertStrContains(raises(pool.map, pool, double, { 1, { coroutine.create(print) } }),
         "pool:map: item 2: item 1 is a thread")
      local _, message, code, index = pool:map(function(x) return x > 2 and coroutine.create(print) end,
         up_to(9), { chunk = 2 })
      lu.assertEquals({ message, code, index }, { "result of the task is a thread", "task", 3 })
   end

   function tests.test_misuse_is_named()
      local pool = open()
      lu.assertStrContains(raises(pool.map, pool, 3, {}), "pool:map: expected a function")
      lu.assertStrContains(raises(pool.map, pool, double, 3), "items: expected a list or an iterator")
      lu.assertStrContains(raises(pool.map, pool, double, {}, { chunk = 0 }), "pool:map: chunk: '0'")
      lu.assertStrContains(raises(pool.map, pool, double, {}, { chunks = 1 }), "did you mean 'chunk'")
      lu.assertStrContains(raises(pool.imap, pool, double, {}, { window = "x" }), "pool:imap: window")
      lu.assertStrContains(raises(pool.imap_unordered, pool, double, {}, { timeout = "x" }), "timeout: 'x'")
   end

   function tests.test_the_function_is_taken_as_it_is_at_the_start()
      local pool = open()
      local factor = 1
      local n = 0
      local function items()
         n, factor = n + 1, factor + 1
         return n <= 20 and n or nil
      end
      local function scale(x) return x * factor end
      lu.assertEquals(pool:map(scale, items), up_to(20))
   end

   function tests.test_imap_goes_in_order_and_no_further_than_its_window()
      local pool = open()
      local items, state = counter(1000)
      local seen = {}
      for index, result in pool:imap(double, items, { chunk = 5, window = 2 }) do
         seen[#seen + 1] = index
         lu.assertEquals(result, 2 * index)
         lu.assertTrue(state.given <= index + 3 * 5, index .. " results, " .. state.given .. " items taken")
         if index == 42 then
            break
         end
      end
      lu.assertEquals(seen, up_to(42))
      pool:shutdown()
      lu.assertTrue(pool:counts().submitted <= 11)
   end

   function tests.test_imap_reports_failures_and_goes_on()
      local pool = open()
      for _, chunk in ipairs { 1, 4 } do
         local results, failures = 0, {}
         for index, result, message, code in pool:imap(fail_at(3), up_to(10), { chunk = chunk }) do
            if code then
               failures[#failures + 1] = { index, result, message, code }
            else
               results = results + result
            end
         end
         lu.assertEquals(results, 52)
         lu.assertEquals(failures, { { 3, nil, "item 3 is bad", "task" } })
      end
   end

   function tests.test_imap_unordered_brings_everything_once()
      local pool = open()
      for _, chunk in ipairs { 1, 7 } do
         local seen, count, bad = {}, 0, nil
         for index, result, _, code in pool:imap_unordered(fail_at(50), counter(200), { chunk = chunk }) do
            lu.assertNil(seen[index])
            seen[index] = true
            count = count + 1
            bad = code and index or bad
            lu.assertEquals(result, not code and index or nil)
         end
         lu.assertEquals({ count, bad }, { 200, 50 })
      end
   end
end)

support.for_each_kind("MapWaits", function(tests, open)
   local gate

   function tests.setUp() gate = support.gate() end

   function tests.tearDown() gate:remove() end

   local function wait_or_pass(place)
      if place == "pass" then
         return place
      end
      local file = assert(io.open(place))
      local word = file:read "l"
      file:close()
      return word
   end

   function tests.test_unordered_means_that_the_slow_one_comes_late()
      local pool = open()
      local order = {}
      for index in pool:imap_unordered(wait_or_pass, { gate.path, "pass", "pass" }) do
         order[#order + 1] = index
         if #order == 2 then
            gate:open()
         end
      end
      lu.assertEquals(order[3], 1)
      lu.assertEquals(#order, 3)
   end

   function tests.test_a_time_limit_ends_a_map()
      local pool = open { workers = 1 }
      local items = { "pass", gate.path, "pass" }
      local result, _, code, index = pool:map(wait_or_pass, items, { timeout = "50ms" })
      lu.assertNil(result)
      lu.assertEquals(code, "timeout")
      lu.assertTrue(index == 1 or index == 2)
      local _ <close> = gate:stand_open()
      lu.assertEquals(pool:submit(double, 2):result(), 4)
      lu.assertEquals(pool:counts().failed, 0)
   end

   function tests.test_a_time_limit_ends_an_iteration()
      local pool = open { workers = 1 }
      for _, name in ipairs { "imap", "imap_unordered" } do
         local codes = {}
         for index, _, _, code in pool[name](pool, wait_or_pass, { gate.path, "pass" }, { timeout = 0.02 }) do
            codes[#codes + 1] = { index, code }
         end
         lu.assertEquals(codes, { { 1, "timeout" } })
         local _ <close> = gate:stand_open()
         lu.assertEquals(pool:submit(double, 2):result(), 4)
      end
   end
end)

TestLongMaps = {}

-- Items beyond the window must cost no more than those within it.
function TestLongMaps.test_an_item_costs_the_same_in_a_long_list()
   local pool <close> = bake.threads { workers = 1 }
   local function best(count, way)
      local list, least = {}, math.huge
      for i = 1, count do
         list[i] = i
      end
      for _ = 1, 3 do
         local start = os.clock()
         way(list)
         least = math.min(least, (os.clock() - start) / count)
      end
      return least
   end
   local ways = {
      map = function(list) pool:map(double, list) end,
      imap = function(list) for _ in pool:imap(double, list, { window = 4096 }) do end end,
      imap_unordered = function(list)
         for _ in pool:imap_unordered(double, list, { window = 4096 }) do end
      end,
   }
   for name, way in pairs(ways) do
      local short, long = best(4000, way), best(12000, way)
      lu.assertTrue(long < 4 * short,
         ("%s: %.1f µs each among 4,000, %.1f among 12,000"):format(name, short * 1e6, long * 1e6))
   end
end

TestSharedAsList = {}

function TestSharedAsList.test_a_list_with_a_metatable_is_read_through_it()
   local pool <close> = bake.threads { workers = 1 }
   local list = setmetatable({}, { __index = function(_, i) return i end, __len = function() return 5 end })
   lu.assertEquals(pool:map(double, list, { chunk = 2 }), { 2, 4, 6, 8, 10 })
end

os.exit(lu.LuaUnit.run(), true)
