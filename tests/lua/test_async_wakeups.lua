--- When a loop's tasks wait for a pool's futures, those must wake the loop, even if something else submits to
-- the pool or collects from it meanwhile.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local pools = dofile(here .. "support_pools.lua")
local run = dofile(here .. "support_loop.lua").run

local LIMIT = "60s" -- a lost wake-up fails the test instead of hanging it

local function in_time(fn, ...)
   local results = table.pack(bake.timeout(LIMIT, fn, ...))
   lu.assertNotEquals(results[3], "timeout")
   return table.unpack(results, 1, results.n)
end

pools.for_each_kind("WakeUp", function(tests, open)
   -- The pool checks its workers at every 64th submit, while others wait.
   function tests.test_any_number_of_waiters()
      local pool = open()
      for _, waiters in ipairs { 1, 2, 3, 4, 7, 16 } do
         local done = 0
         run(function(loop)
            in_time(bake.group, function(group)
               for _ = 1, waiters do
                  group:go(function()
                     for _ = 1, 300 // waiters do
                        lu.assertEquals(loop:offload(pool, math.abs, -7), 7)
                        done = done + 1
                     end
                  end)
               end
            end)
         end)
         lu.assertEquals({ waiters, done }, { waiters, 300 // waiters * waiters })
      end
   end

   -- A collect clears the pool's wake-up. The next result must wake the loop again.
   function tests.test_somebody_else_collects()
      local gate <close> = pools.gate()
      local pool = open()
      run(function(loop)
         local waiting = loop:go(loop.offload, loop, pool, gate.wait, gate.path)
         bake.sleep(0)
         local quick = pool:submit(math.abs, -1)
         pools.eventually(function()
            pool:collect(0)
            return quick:done()
         end, "the quick task's end")
         gate:open "opened"
         lu.assertEquals(in_time(waiting.result, waiting), "opened")
      end)
   end

   function tests.test_a_callback_waits_for_another_future()
      local gate <close> = pools.gate()
      local pool = open()
      run(function(loop)
         local waiting = loop:go(loop.offload, loop, pool, gate.wait, gate.path)
         bake.sleep(0)
         local site <close> = bake.server {}
         local result
         loop:fetch(site:url "/", function() result = pool:submit(math.abs, -1):result() end)
         while not result do
            bake.sleep "1ms"
         end
         gate:open "opened"
         lu.assertEquals(in_time(waiting.result, waiting), "opened")
      end)
   end
end)

os.exit(lu.LuaUnit.run(), true)
