--- Cancelled tasks. Mirrors asyncio's test_tasks.py; each test names its case after "≙".
-- Two things differ on purpose: results and failures are returned (value | nil, message, code), not raised,
-- and task:result() waits inside a task.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, new_log, closing = support.run, support.log, support.closing

TestCancel = {}

-- ≙ test_cancel, test_cancel_done_future: raised where the task waits; variables are closed
function TestCancel.test_cancel_raises_where_the_task_waits()
   run(function(loop)
      local log = new_log()
      local task = loop:go(function()
         local _ <close> = closing(log, "closed")
         bake.sleep(60)
         log "never"
      end)
      bake.sleep(0)
      lu.assertTrue(task:cancel())
      lu.assertFalse(task:done()) -- not before its next turn
      lu.assertEquals({ task:result() }, { nil, "the task was cancelled", "cancelled" })
      lu.assertTrue(task:cancelled())
      lu.assertEquals(task:error().code, "cancelled")
      lu.assertEquals(tostring(log), "closed")
      lu.assertFalse(task:cancel()) -- it has ended: harmless
   end)
end

-- ≙ test_cancel_yield / test_cancel_inner_future: drops whatever the task waits for
function TestCancel.test_cancel_of_every_wait()
   local site <close> = bake.server { latency = "60s" }
   run(function(loop)
      local semaphore = bake.semaphore(0)
      local other = loop:go(bake.sleep, 60)
      local waits = {
         function() bake.sleep(60) end, function() bake.sleep(0) end,
         function() loop:fetch(site:url "/") end, function() loop:read "/proc/self/maps" end,
         function() semaphore:acquire() end, function() other:result() end,
         function() bake.gather { function() bake.sleep(60) end } end,
         function() bake.group(function(group) group:go(bake.sleep, 60) end) end,
         function() bake.timeout(60, bake.sleep, 60) end,
      }
      for i, wait in ipairs(waits) do
         local task = loop:go(function()
            wait()
            bake.sleep(60)
         end)
         bake.sleep(0)
         task:cancel()
         task:result()
         lu.assertTrue(task:cancelled(), "wait " .. i)
      end
      lu.assertFalse(other:done()) -- result() only watches it
      other:cancel()
   end)
end

-- ≙ test_cancel_before_running: never starts
function TestCancel.test_cancel_before_the_first_turn()
   run(function(loop)
      local started = false
      local task = loop:go(function() started = true end)
      lu.assertTrue(task:cancel())
      task:result()
      lu.assertEquals({ task:cancelled(), started }, { true, false })
   end)
end

-- ≙ test_cancel_task_catching: the task may finish anyway
function TestCancel.test_a_cancelled_task_may_finish_anyway()
   run(function(loop)
      local task = loop:go(function()
         local ok, err = pcall(bake.sleep, 60)
         assert(not ok and err == bake.cancelled)
         bake.sleep(0) -- later waits are not disturbed
         return "finished"
      end)
      bake.sleep(0)
      task:cancel()
      lu.assertEquals(task:result(), "finished")
      lu.assertFalse(task:cancelled())
   end)
end

-- ≙ test_cancel_task_ignoring / test_cancel_with_message: another error becomes the task's error
function TestCancel.test_an_error_while_being_cancelled_is_the_error()
   run(function(loop)
      local task = loop:go(function()
         local _ <close> = setmetatable({}, { __close = function() error("cleaning up", 0) end })
         bake.sleep(60)
      end)
      bake.sleep(0)
      task:cancel()
      lu.assertEquals({ task:result() }, { nil, "cleaning up", "task" })
   end)
end

-- ≙ test_cancel_current_task: raised at the next wait
function TestCancel.test_a_task_may_cancel_itself()
   run(function(loop)
      local log, task = new_log(), nil
      task = loop:go(function()
         task:cancel()
         log "goes on"
         bake.sleep(0)
         log "never"
      end)
      task:result()
      lu.assertTrue(task:cancelled())
      lu.assertEquals(tostring(log), "goes on")
   end)
end

-- ≙ test_cancel_at_end: the task waits for nothing more
function TestCancel.test_a_cancel_after_the_last_wait_is_too_late()
   run(function(loop)
      local task
      task = loop:go(function() task:cancel() return "done" end)
      lu.assertEquals(task:result(), "done")
   end)
end

-- ≙ test_cancel…twice: two cancellations before delivery are one
function TestCancel.test_cancelling_twice_is_harmless()
   run(function(loop)
      local log = new_log()
      local task = loop:go(function()
         local _ <close> = closing(log, "closed")
         bake.sleep(60)
      end)
      bake.sleep(0)
      lu.assertTrue(task:cancel() and task:cancel())
      lu.assertEquals(task:cancelling(), 2)
      task:result()
      lu.assertEquals(tostring(log), "closed")
   end)
end

-- ≙ test_uncancel_basic, test_cancelling_basic
function TestCancel.test_cancelling_and_uncancel_count()
   local loop <close> = bake.loop {}
   local task = loop:go(function() bake.sleep(0) return "went on" end)
   lu.assertEquals(task:uncancel(), 0)
   task:cancel()
   task:cancel()
   lu.assertEquals({ task:cancelling(), task:uncancel(), task:uncancel(), task:cancelling() }, { 2, 1, 0, 0 })
   lu.assertEquals(loop:run(task), "went on") -- taken back before delivery
end

-- ≙ test_cancel_wait_for…: the cancellation replaces a result that was ready for delivery
function TestCancel.test_a_cancel_wins_over_an_answer_that_is_there()
   run(function(loop)
      local semaphore = bake.semaphore(0)
      local task = loop:go(function() semaphore:acquire() return "got it" end)
      bake.sleep(0)
      semaphore:release()
      task:cancel()
      lu.assertEquals(select(3, task:result()), "cancelled")
      lu.assertFalse(semaphore:locked()) -- its permit is not lost
   end)
end

-- A to-be-closed variable may wait while it is being closed.
function TestCancel.test_cleaning_up_may_wait()
   run(function(loop)
      local log = new_log()
      local task = loop:go(function()
         local _ <close> = setmetatable({}, { __close = function(_, err)
            log(err)
            bake.sleep "1ms"
            log "cleaned"
         end })
         bake.sleep(60)
      end)
      bake.sleep(0)
      task:cancel()
      task:result()
      lu.assertTrue(task:cancelled())
      lu.assertEquals(tostring(log), "the task was cancelled cleaned")
   end)
end

-- ≙ test_cancel_outer / await: a waiting task passes its cancellation on
function TestCancel.test_await_passes_cancellation_on_and_result_does_not()
   run(function(loop)
      local inner = loop:go(bake.sleep, 60)
      local looker = loop:go(inner.result, inner)
      bake.sleep(0)
      looker:cancel()
      looker:result()
      lu.assertFalse(inner:done())
      local outer = loop:go(bake.await, inner)
      bake.sleep(0)
      outer:cancel()
      outer:result()
      inner:result()
      lu.assertEquals({ outer:cancelled(), inner:cancelled() }, { true, true })
   end)
end

os.exit(lu.LuaUnit.run(), true)
