--- Where a task of a loop can wait, and the errors where it can't.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run = support.run

local site

TestWaiting = {}

function TestWaiting.setUp() site = bake.server { body = "tickets" } end

function TestWaiting.tearDown() site:stop() end

function TestWaiting.test_waiting_outside_of_tasks_is_an_error()
   local loop <close> = bake.loop {}
   local only = "only a coroutine of a loop can wait here; start it with loop:go"
   lu.assertErrorMsgContains("fetch: " .. only, loop.fetch, loop, site:url "/")
   lu.assertErrorMsgContains("read: " .. only, loop.read, loop, "/etc/passwd")
   lu.assertErrorMsgContains("gather: " .. only, bake.gather, {})
   lu.assertErrorMsgContains("group: " .. only, bake.group, print)
   lu.assertErrorMsgContains("timeout: " .. only, bake.timeout, 1, print)
   lu.assertErrorMsgContains("acquire: " .. only, function() bake.semaphore(0):acquire() end)
   local task = loop:go(print)
   lu.assertErrorMsgContains("result: the task has not ended; run its loop first", task.result, task)
   lu.assertErrorMsgContains("await: " .. only, bake.await, task)
   coroutine.wrap(function() -- a coroutine that belongs to no loop
      lu.assertErrorMsgContains("fetch: " .. only, loop.fetch, loop, site:url "/")
   end)()
   task:cancel()
end

function TestWaiting.test_waiting_in_a_callback_is_an_error()
   local message
   local loop <close> = bake.loop {}
   loop:go(function() end):on_done(function() message = select(2, pcall(bake.sleep, 1)) end)
   loop:run()
   lu.assertStrContains(message, "sleep: a callback cannot wait; start a task in it with loop:go")
end

function TestWaiting.test_waiting_in_a_coroutine_within_a_task_is_an_error()
   run(function()
      local inner = coroutine.wrap(function() return pcall(bake.sleep, 0) end)
      local ok, message = inner()
      lu.assertFalse(ok)
      lu.assertStrContains(message, "sleep: a coroutine inside a task cannot wait")
   end)
end

function TestWaiting.test_coroutines_within_tasks_work_otherwise()
   run(function()
      local numbers = coroutine.wrap(function()
         for i = 1, 3 do
            coroutine.yield(i)
         end
      end)
      local sum = 0
      for n in numbers do
         bake.sleep(0)
         sum = sum + n
      end
      lu.assertEquals(sum, 6)
   end)
end

function TestWaiting.test_waiting_below_a_c_function_is_an_error()
   run(function()
      local ok, message = pcall(string.gsub, "abc", "b", function() bake.sleep(0) end)
      lu.assertFalse(ok)
      lu.assertStrContains(message, "cannot wait inside a function called from C")
   end)
end

function TestWaiting.test_waiting_inside_pcall_iterators_and_metamethods_works()
   run(function()
      local sleepy = setmetatable({}, { __index = function(_, key) bake.sleep(0) return key end })
      local function one_two()
         local i = 0
         return function() i = i + 1 bake.sleep(0) return i <= 2 and i or nil end
      end
      local log = support.log()
      for i in one_two() do
         log(select(2, pcall(function() return sleepy["key" .. i] end)))
      end
      lu.assertEquals(tostring(log), "key1 key2")
   end)
end

function TestWaiting.test_a_task_that_yields_by_itself_fails()
   local log = support.log()
   local loop <close> = bake.loop {}
   local task = loop:go(function()
      local _ <close> = support.closing(log, "closed")
      coroutine.yield(1)
      log "never"
   end)
   loop:run()
   lu.assertStrContains(tostring(task:error()), "attempt to yield from a task")
   lu.assertEquals(tostring(log), "closed")
end

function TestWaiting.test_a_task_of_another_loop_is_refused()
   local one <close> = bake.loop {}
   local other <close> = bake.loop {}
   local message
   one:run(function() message = select(2, pcall(other.fetch, other, site:url "/")) end)
   lu.assertStrContains(message, "fetch: this coroutine belongs to another loop")
   lu.assertErrorMsgContains("the task belongs to another loop", one.run, one, other:go(print))
   other:close()
end

os.exit(lu.LuaUnit.run(), true)
