--- Tasks: results, errors, waiting for several. Mirrors asyncio's test_tasks.py; each test names its case
-- after "≙". Two things differ on purpose: results and failures are returned (value | nil, message, code),
-- not raised, and task:result() waits inside a task.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, new_log = support.run, support.log

TestTask = {}

-- Results and errors ------------------------------------------------------------------------------------

-- ≙ test_task_basics and the tests near test_get_stack: what a task says about itself
function TestTask.test_states()
   local loop <close> = bake.loop {}
   local gate = bake.semaphore(0)
   local task = loop:go(gate.acquire, gate)
   lu.assertEquals({ task:done(), task:running(), task:cancelled() }, { false, false, false })
   lu.assertStrContains(tostring(task), "task (pending)")
   loop:run(function() bake.sleep(0) end)
   lu.assertTrue(task:running())
   gate:release()
   loop:run()
   lu.assertEquals({ task:done(), task:running(), task:cancelled() }, { true, false, false })
   lu.assertStrContains(tostring(task), "task (done)")
   lu.assertNil(task:error())
end

function TestTask.test_results_of_all_kinds()
   run(function(loop)
      local cases = { {}, { 1 }, { nil, 2 }, { 1, nil, nil, n = 3 }, { "a", {}, print } }
      for _, case in ipairs(cases) do
         local n = case.n or #case
         local task = loop:go(function() return table.unpack(case, 1, n) end)
         lu.assertEquals(select("#", task:result()), n)
         lu.assertEquals({ task:result() }, { table.unpack(case, 1, n) })
      end
      local many = loop:go(function() return table.unpack({}, 1, 5000) end)
      lu.assertEquals(select("#", many:result()), 5000)
   end)
end

-- ≙ test_coroutine_non_gen_function, test_wait_for…: arguments reach the function
function TestTask.test_arguments()
   run(function(loop)
      lu.assertEquals({ loop:go(function(...) return select("#", ...), ... end, nil, 2, nil):result() },
         { 3, nil, 2, nil })
      lu.assertErrorMsgContains("function expected", loop.go, loop)
      lu.assertErrorMsgContains("function expected", loop.go, loop, 5)
   end)
end

-- ≙ test_exception_traceback
function TestTask.test_errors_have_message_traceback_and_value()
   run(function(loop)
      local function deep() error "told" end
      local task = loop:go(function() bake.sleep(0) deep() end)
      local nothing, message, code = task:result()
      lu.assertEquals({ nothing, code }, { nil, "task" })
      lu.assertStrContains(message, "test_async_tasks.lua")
      lu.assertStrContains(message, "told")
      local err = task:error()
      lu.assertEquals({ tostring(err), err.message, err.code }, { message, message, "task" })
      lu.assertStrContains(err.traceback, "in upvalue 'deep'")
      local value = setmetatable({}, { __tostring = function() return "as text" end })
      err = loop:go(error, value):error()
      lu.assertTrue(err.value == value)
      lu.assertEquals(tostring(err), "as text")
      lu.assertEquals(tostring(loop:go(error):error()), "nil")
   end)
end

-- ≙ test_add_done_callback…: called in order, or at once when the task has ended
function TestTask.test_on_done()
   local log = new_log()
   local loop <close> = bake.loop {}
   local task = loop:go(function() return 7 end)
   for i = 1, 3 do
      task:on_done(function(ended) log(i .. ":" .. ended:result()) end)
   end
   loop:run()
   task:on_done(function(ended) log("late:" .. ended:result()) end)
   lu.assertEquals(tostring(log), "1:7 2:7 3:7 late:7")
   lu.assertErrorMsgContains("function expected", task.on_done, task, 5)
end

-- ≙ test_wait_for_timeout… with shield: a limit on the wait does not cancel the task
function TestTask.test_a_limit_on_the_wait_leaves_the_task_alone()
   run(function(loop)
      local gate = bake.semaphore(0)
      local task = loop:go(function() gate:acquire() return "late" end)
      local nothing, message, code = task:result "1ms"
      lu.assertEquals({ nothing, message, code }, { nil, "took longer than 1.00 ms", "timeout" })
      lu.assertEquals(task:error("1ms").code, "timeout")
      lu.assertFalse(task:done() or task:cancelled())
      gate:release()
      lu.assertEquals(task:result(60), "late")
   end)
end

function TestTask.test_many_may_wait_for_one()
   run(function(loop)
      local one = loop:go(function() bake.sleep "1ms" return 1 end)
      local sum = 0
      local waiters = {}
      for i = 1, 100 do
         waiters[i] = loop:go(function()
            local result = one:result()
            sum = sum + result
         end)
      end
      bake.gather(waiters)
      lu.assertEquals(sum, 100)
   end)
end

-- ≙ test_await…: bake.await takes tasks (futures: test_async_pools.lua)
function TestTask.test_await()
   run(function(loop)
      lu.assertEquals({ bake.await(loop:go(function() bake.sleep(0) return 1, 2 end)) }, { 1, 2 })
      lu.assertEquals(select(3, bake.await(loop:go(error, "x"))), "task")
      lu.assertErrorMsgContains("await: expected a task or a future, got number", bake.await, 5)
   end)
end

-- as_completed: ≙ test_as_completed, test_as_completed_reverse_wait
function TestTask.test_as_completed_gives_tasks_as_they_end()
   run(function(loop)
      local gates, tasks, log = {}, {}, new_log()
      for i = 1, 3 do
         gates[i] = bake.semaphore(0)
         tasks[i] = loop:go(function() gates[i]:acquire() return i end)
      end
      local next_gate = { [2] = 3, [3] = 1 } -- each returned task lets the next one end
      gates[2]:release()
      for task in bake.as_completed(tasks) do
         local i = task:result()
         log(i)
         if next_gate[i] then
            gates[next_gate[i]]:release()
         end
      end
      lu.assertEquals(tostring(log), "2 3 1")
   end)
end

function TestTask.test_as_completed_outside_of_the_loop_takes_what_has_ended()
   local loop <close> = bake.loop {}
   local ended, pending = loop:go(function() return "ended" end), loop:go(bake.sleep, 60)
   loop:run(ended)
   lu.assertEquals(bake.as_completed { ended }():result(), "ended")
   lu.assertErrorMsgContains("item 2 is a loop's task: wait for it in a coroutine of that loop",
      bake.as_completed, { ended, pending })
end

-- wait: ≙ test_wait_first_completed, test_wait_first_exception
function TestTask.test_wait_for_the_first_and_the_first_error()
   run(function(loop)
      local function after(ms, fn)
         return loop:go(function() bake.sleep(ms .. "ms") return fn and fn() end)
      end
      local done, pending = bake.wait({ after(60000), after(1) }, "first")
      lu.assertEquals({ #done, #pending }, { 1, 1 })
      pending[1]:cancel()
      done, pending = bake.wait({ after(1), after(3, function() error "x" end), after(60000) }, "first_error")
      lu.assertEquals({ #done, #pending }, { 2, 1 })
      pending[1]:cancel()
      done, pending = bake.wait({ after(60000) }, "all", "2ms")
      lu.assertEquals({ #done, #pending }, { 0, 1 })
      pending[1]:cancel()
   end)
end

os.exit(lu.LuaUnit.run(), true)
