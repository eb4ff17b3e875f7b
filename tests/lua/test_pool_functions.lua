--- Functions on their way to workers: captured values count as they are at the submit, and each function is
-- sent once.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local function ipc(pool) return pool:counts().ipc_bytes end

support.for_each_kind("Captured", function(tests, open)
   function tests.test_values_count_as_they_are_at_submit()
      local pool = open()
      local number, word, flag, nothing = 1, "a", true, nil
      local function look() return number, word, flag, nothing end
      local futures = { pool:submit(look) }
      number = 1.0
      futures[2] = pool:submit(look)
      word = "b"
      futures[3] = pool:submit(look)
      flag = false
      futures[4] = pool:submit(look)
      nothing = 0
      futures[5] = pool:submit(look)
      number, word, flag, nothing = 1, "a", true, nil
      futures[6] = pool:submit(look)
      local function got(i) return table.pack(futures[i]:result()) end
      lu.assertEquals(got(1), table.pack(1, "a", true, nil))
      lu.assertEquals(math.type(got(1)[1]), "integer")
      lu.assertEquals(math.type(got(2)[1]), "float")
      lu.assertEquals(got(3), table.pack(1.0, "b", true, nil))
      lu.assertEquals(got(4), table.pack(1.0, "b", false, nil))
      lu.assertEquals(got(5), table.pack(1.0, "b", false, 0))
      lu.assertEquals(got(6), table.pack(1, "a", true, nil))
   end

   function tests.test_long_strings_and_tables_too()
      local pool = open()
      local text, data = ("x"):rep(1000), { list = { 1 } }
      local function look() return #text, data.list[1] end
      local first = pool:submit(look)
      text, data.list[1] = ("y"):rep(1001), 2
      local second = pool:submit(look)
      data.list[1] = 3
      local third = pool:submit(look)
      lu.assertEquals({ first:result() }, { 1000, 1 })
      lu.assertEquals({ second:result() }, { 1001, 2 })
      lu.assertEquals({ third:result() }, { 1001, 3 })
   end

   function tests.test_what_captured_functions_captured_counts_as_well()
      local pool = open()
      local factor = 2
      local function scale(x) return x * factor end
      local function again(x, n) return n == 0 and scale(x) or again(x, n - 1) end
      local first = pool:submit(again, 5, 3)
      factor = 3
      local second = pool:submit(again, 5, 3)
      scale = function(x) return -x end
      local third = pool:submit(again, 5, 3)
      lu.assertEquals({ first:result(), second:result() }, { 10, 15 })
      lu.assertEquals(third:result(), -5)
   end

   function tests.test_what_a_task_changes_stays_in_the_worker()
      local pool = open { workers = 1 }
      local count = 0
      local function up()
         count = count + 1
         return count
      end
      lu.assertEquals(pool:submit(up):result(), 1)
      lu.assertEquals(count, 0)
   end

   function tests.test_a_function_is_sent_once()
      local pool = open { workers = 1 }
      local data = {}
      for i = 1, 1000 do
         data[i] = "row " .. i
      end
      local function look(i) return data[i] end
      lu.assertEquals(pool:submit(look, 1):result(), "row 1")
      local before = ipc(pool)
      for i = 1, 50 do
         lu.assertEquals(pool:submit(look, i):result(), "row " .. i)
      end
      lu.assertTrue(ipc(pool) - before < 50 * 200, "50 tasks moved " .. ipc(pool) - before .. " bytes")
   end

   function tests.test_closures_made_anew_are_one_function_if_they_are_equal()
      local pool = open { workers = 1 }
      local function closure(n)
         local text = ("x"):rep(500)
         return function(i) return #text + n + i end
      end
      pool:submit(closure(1), 1):result()
      local before = ipc(pool)
      for i = 1, 50 do
         lu.assertEquals(pool:submit(closure(1), i):result(), 501 + i)
      end
      -- The second closure is sent and stored; the others are sent as its number.
      lu.assertTrue(ipc(pool) - before < 50 * 200, "50 tasks moved " .. ipc(pool) - before .. " bytes")
      lu.assertEquals(pool:submit(closure(2), 1):result(), 503)
   end

   function tests.test_more_functions_than_a_worker_keeps()
      local pool = open()
      local functions, futures = {}, {}
      for i = 1, 300 do
         local text = ("x"):rep(i * 20)
         functions[i] = function(n) return #text + n end
      end
      for round = 1, 3 do
         for i = 1, 300 do
            futures[#futures + 1] = pool:submit(functions[i], round)
         end
      end
      for n, future in ipairs(futures) do
         lu.assertEquals(future:result(), ((n - 1) % 300 + 1) * 20 + (n - 1) // 300 + 1)
      end
   end

   function tests.test_large_functions_come_and_go()
      local pool = open()
      for i = 1, 8 do
         local text = ("x"):rep(5000000 + i)
         lu.assertEquals(pool:submit(function() return #text end):result(), 5000000 + i)
      end
   end

   function tests.test_late_workers_have_it_too()
      local pool = open { workers = 1, recycle = 2 }
      local text = ("x"):rep(300)
      local function look(i) return #text + i end
      for i = 1, 20 do
         lu.assertEquals(pool:submit(look, i):result(), 300 + i)
      end
      lu.assertTrue(pool:counts().respawned > 0)
   end

   function tests.test_functions_of_modules_go_by_name()
      local pool = open()
      lu.assertEquals(pool:submit(string.upper, "loud"):result(), "LOUD")
      lu.assertEquals(pool:submit(math.max, 3, 9, 4):result(), 9)
      lu.assertEquals(pool:submit(require("bakeoff.base.units").seconds, "2ms"):result(), 0.002)
   end
end)

os.exit(lu.LuaUnit.run(), true)
