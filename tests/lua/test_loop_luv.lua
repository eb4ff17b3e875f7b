--- Our loop on luv's: both go on, whichever of them runs.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local new_log = support.log
local found, uv = pcall(require, "luv")

local site

TestLuv = {}

function TestLuv.setUp()
   lu.skipIf(not found, "lua-luv is not installed (scripts/setup --tests installs it)")
   site = bake.server {}
end

function TestLuv.tearDown()
   if found then
      site:stop()
      uv.run() -- closes our handles
      lu.assertEquals(uv.loop_alive(), false)
   end
end

-- Starts a luv timer that calls fn(i) every `ms` milliseconds, `times` times.
local function every(ms, times, fn)
   local timer, i = uv.new_timer(), 0
   timer:start(ms, ms, function()
      i = i + 1
      fn(i)
      if i == times then
         timer:close()
      end
   end)
   return timer
end

local function both(log)
   every(6, 3, function(i) log("luv" .. i) end)
   return function()
      for i = 1, 3 do
         bake.sleep(i == 1 and "3ms" or "6ms")
         log("task" .. i)
      end
      return "done"
   end
end

local INTERLEAVED = "task1 luv1 task2 luv2 task3 luv3"

function TestLuv.test_uv_run_drives_tasks()
   local log = new_log()
   local loop <close> = bake.loop { luv = uv }
   local task = loop:go(both(log))
   uv.run()
   lu.assertEquals(#log, 6)
   lu.assertEquals(task:result(), "done")
   table.sort(log)
   lu.assertEquals(tostring(log), "luv1 luv2 luv3 task1 task2 task3")
end

function TestLuv.test_loop_run_drives_luv()
   local log = new_log()
   local loop <close> = bake.loop { luv = uv }
   lu.assertEquals(loop:run(both(log)), "done")
   uv.run()
   lu.assertEquals(#log, 6)
   lu.assertTrue(tostring(log):find("luv1.*task3") ~= nil, tostring(log) .. " wanted " .. INTERLEAVED)
end

function TestLuv.test_fetches_and_files_under_uv_run()
   local loop <close> = bake.loop { luv = uv }
   local log = new_log()
   for _ = 1, 20 do
      loop:go(function() log(loop:fetch(site:url "/").status) end)
      loop:fetch(site:url "/", function(response) log(response.status) end)
      loop:go(function() log(#loop:read "/proc/self/maps" > 0) end)
   end
   uv.run()
   lu.assertEquals(#log, 60)
   lu.assertEquals(select(2, tostring(log):gsub("200", "")), 40)
end

-- luv may still wake a waiting task, so that is no deadlock while luv is alive. It is one after that.
function TestLuv.test_luv_may_wake_tasks()
   local loop <close> = bake.loop { luv = uv }
   local semaphore = bake.semaphore(0)
   every(2, 1, function() semaphore:release() end)
   lu.assertEquals(loop:run(function() semaphore:acquire() return "woken" end), "woken")
   lu.assertEquals(select(3, loop:run(function() semaphore:acquire() end)), "deadlock")
end

function TestLuv.test_run_does_not_wait_for_what_is_luvs_alone()
   local loop <close> = bake.loop { luv = uv }
   local long = uv.new_timer()
   long:start(60000, 0, function() end)
   lu.assertEquals(loop:run(function() bake.sleep "1ms" return "back" end), "back")
   lu.assertTrue(loop:run())
   long:close()
end

function TestLuv.test_luv_callbacks_start_tasks_and_do_not_wait()
   local loop <close> = bake.loop { luv = uv }
   local log = new_log()
   local timer = uv.new_timer()
   timer:start(1, 0, function()
      timer:close()
      loop:go(function() bake.sleep "1ms" log "task" end)
   end)
   uv.run()
   lu.assertEquals(tostring(log), "task")
   local message
   loop:go(function()
      every(1, 1, function() message = select(2, pcall(bake.sleep, 1)) end)
      bake.sleep "5ms"
   end)
   loop:run()
   lu.assertStrContains(message, "sleep: a callback cannot wait")
end

function TestLuv.test_a_forgotten_loop_lives_while_it_has_tasks()
   local log = new_log()
   local function start()
      local loop = bake.loop { luv = uv }
      loop:go(function()
         bake.sleep "1ms"
         collectgarbage()
         collectgarbage()
         bake.sleep "1ms"
         log "ended"
      end)
   end
   start()
   collectgarbage()
   uv.run()
   lu.assertEquals(tostring(log), "ended")
   collectgarbage()
   collectgarbage()
end

function TestLuv.test_closing_leaves_luv_alone()
   local log = new_log()
   local loop = bake.loop { luv = uv }
   loop:go(bake.sleep, 60)
   loop:fetch(site:url "/", print)
   every(2, 2, log)
   loop:close()
   uv.run()
   lu.assertEquals(tostring(log), "1 2")
end

function TestLuv.test_two_of_ours_on_one_of_luvs()
   local log = new_log()
   local one <close> = bake.loop { luv = uv }
   local two <close> = bake.loop { luv = uv }
   local gate = bake.semaphore(0)
   one:go(function() bake.sleep "1ms" gate:acquire() log "one" end)
   two:go(function() bake.sleep "1ms" log "two" gate:release() end)
   uv.run()
   lu.assertEquals(tostring(log), "two one")
end

function TestLuv.test_what_is_not_luv_is_refused()
   for _, wrong in ipairs { {}, "luv", 5 } do
      lu.assertErrorMsgContains('luv: expected the module: luv = require "luv"', bake.loop, { luv = wrong })
   end
end

os.exit(lu.LuaUnit.run(), true)
