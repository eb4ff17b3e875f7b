--- bake.timeout and bake.semaphore. Mirrors asyncio's test_timeouts.py and test_locks.py; each test names its
-- case after "≙". One thing differs on purpose: timeout runs a function in the calling task and returns nil,
-- message, "timeout".
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, new_log, closing, sleeper = support.run, support.log, support.closing, support.sleeper

-- Timeout: runs the function in the calling task and returns nil, message, "timeout" --------------------

TestTimeout = {}

-- ≙ test_timeout_basic, test_timeout_not_called
function TestTimeout.test_results_in_time_and_too_late()
   run(function()
      lu.assertEquals({ bake.timeout(60, function(...) bake.sleep(0) return ... end, 1, nil, 3) },
         { 1, nil, 3 })
      lu.assertEquals({ bake.timeout("2ms", bake.sleep, 60) }, { nil, "took longer than 2.00 ms", "timeout" })
      bake.sleep "3ms" -- nothing happens later
   end)
end

-- ≙ test_timeout_zero_sleep_zero, test_timeout_disabled: a function that does not wait is never late
function TestTimeout.test_no_time_at_all()
   run(function()
      lu.assertEquals(bake.timeout(0, function() return "done" end), "done")
      lu.assertEquals(select(3, bake.timeout(0, bake.sleep, 60)), "timeout")
   end)
end

-- ≙ test_timeout_inside_asyncio… / test_foreign_exception_passed
function TestTimeout.test_errors_pass()
   run(function()
      local value = {}
      lu.assertTrue(select(2, pcall(bake.timeout, 60, error, value)) == value)
      local message = select(2, pcall(bake.timeout, 60, function() bake.sleep(0) error "told" end))
      lu.assertStrContains(message, "told")
   end)
end

-- The traceback shows the function, not where timeout raised the error again.
function TestTimeout.test_tracebacks_pass()
   run(function(loop)
      local function deep() error "told" end
      local task = loop:go(function()
         bake.timeout(60, function() return bake.timeout(60, function() deep() end) end)
      end)
      lu.assertStrContains(task:error().traceback, "in upvalue 'deep'")
   end)
end

-- ≙ test_nested_timeouts: either the inner or the outer one is due
function TestTimeout.test_nested()
   run(function()
      local inner, outer
      outer = { bake.timeout(60, function()
         inner = { bake.timeout("1ms", bake.sleep, 60) }
         return "went on"
      end) }
      lu.assertEquals({ inner[3], outer[1] }, { "timeout", "went on" })
      local log = new_log()
      outer = { bake.timeout("1ms", function()
         bake.timeout(60, bake.sleep, 60)
         log "never"
      end) }
      lu.assertEquals({ outer[3], tostring(log) }, { "timeout", "" })
   end)
end

-- ≙ test_nested_timeouts_concurrent: both are due; the outer one wins
function TestTimeout.test_nested_and_due_together()
   run(function()
      local log = new_log()
      local result = { bake.timeout("1ms", function()
         bake.timeout("1ms", function()
            local _ <close> = closing(log, "closed")
            bake.sleep(60)
         end)
         bake.sleep(60)
      end) }
      lu.assertEquals({ result[3], tostring(log) }, { "timeout", "closed" })
   end)
end

-- ≙ test_outer_coro_cancelled: a cancellation from outside is no timeout
function TestTimeout.test_a_cancel_from_outside_passes()
   run(function(loop)
      local task = loop:go(function() return bake.timeout(60, bake.sleep, 60) end)
      bake.sleep(0)
      task:cancel()
      task:result()
      lu.assertTrue(task:cancelled())
   end)
end

-- ≙ test_cancel_in_timeout_after_cancellation: both at once; the cancellation wins
function TestTimeout.test_a_cancel_from_outside_when_it_is_due()
   run(function(loop)
      local task = loop:go(function() return bake.timeout("1ms", bake.sleep, 60) end)
      bake.sleep(0)
      local from = core.now()
      while core.now() - from < 0.003 do -- the deadline passes before the loop looks
      end
      task:cancel()
      task:result()
      lu.assertTrue(task:cancelled())
   end)
end

-- ≙ test_timeout_taskgroup: a group inside
function TestTimeout.test_around_a_group()
   run(function()
      local log = new_log()
      local result = { bake.timeout("2ms", bake.group, function(group)
         group:go(sleeper(log, "member"))
         bake.sleep(60)
      end) }
      lu.assertEquals({ result[3], tostring(log) }, { "timeout", "member" })
   end)
end

-- A function that catches the cancellation and returns has returned in time.
function TestTimeout.test_a_function_may_finish_anyway()
   run(function()
      lu.assertEquals(bake.timeout("1ms", function()
         pcall(bake.sleep, 60)
         bake.sleep "1ms"
         return "finished"
      end), "finished")
   end)
end

function TestTimeout.test_misuse()
   run(function()
      lu.assertErrorMsgContains("timeout: 'soon' is not a quantity", bake.timeout, "soon", print)
   end)
end

-- Semaphore ---------------------------------------------------------------------------------------------

TestSemaphore = {}

-- ≙ test_acquire, test_locked…: at most n at once
function TestSemaphore.test_at_most_n_at_once()
   run(function()
      local semaphore, now, peak = bake.semaphore(3), 0, 0
      local list = {}
      for i = 1, 20 do
         list[i] = function()
            return semaphore:with(function(x)
               now = now + 1
               peak = math.max(peak, now)
               bake.sleep(0)
               now = now - 1
               return x
            end, i)
         end
      end
      local results = bake.gather(list)
      lu.assertEquals({ peak, results[20], semaphore:locked() }, { 3, 20, false })
   end)
end

-- ≙ test_acquire_fifo_order
function TestSemaphore.test_who_waits_longest_is_next()
   run(function()
      local semaphore, log = bake.semaphore(1), new_log()
      local list = {}
      for i = 1, 5 do
         list[i] = function()
            semaphore:acquire()
            bake.sleep(0)
            log(i)
            semaphore:release()
         end
      end
      bake.gather(list)
      lu.assertEquals(tostring(log), "1 2 3 4 5")
   end)
end

-- ≙ test_acquire_no_hang, test_acquire_cancel: cancelled waiters are passed over
function TestSemaphore.test_cancelled_waiters_are_passed_over()
   run(function(loop)
      local semaphore = bake.semaphore(0)
      local first = loop:go(semaphore.acquire, semaphore)
      local second = loop:go(semaphore.acquire, semaphore)
      bake.sleep(0)
      first:cancel()
      bake.sleep(0)
      semaphore:release()
      second:result()
      lu.assertEquals({ first:cancelled(), second:cancelled() }, { true, false })
      lu.assertTrue(semaphore:locked())
   end)
end

-- ≙ test_acquire_cancel_before_awoken: served, then cancelled: the next waiter gets the permit
function TestSemaphore.test_one_that_was_served_and_cancelled_hands_it_on()
   run(function(loop)
      local semaphore = bake.semaphore(0)
      local first = loop:go(semaphore.acquire, semaphore)
      local second = loop:go(semaphore.acquire, semaphore)
      bake.sleep(0)
      semaphore:release()
      first:cancel()
      second:result()
      lu.assertEquals({ first:cancelled(), second:done() }, { true, true })
   end)
end

-- ≙ test_context_manager: given back even after an error
function TestSemaphore.test_with_gives_back_after_an_error()
   run(function()
      local semaphore = bake.semaphore(1)
      lu.assertErrorMsgContains("inside", semaphore.with, semaphore, error, "inside")
      lu.assertFalse(semaphore:locked())
      lu.assertEquals({ semaphore:with(function(...) return ... end, 1, nil, 3) }, { 1, nil, 3 })
   end)
end

-- ≙ test_release_no_waiters, test_initial_value_zero: may exceed its initial value; anyone may release it
function TestSemaphore.test_release_from_outside()
   local loop <close> = bake.loop {}
   local semaphore = bake.semaphore(0)
   local task = loop:go(function() semaphore:acquire() semaphore:acquire() return "both" end)
   semaphore:release()
   semaphore:release()
   lu.assertEquals(loop:run(task), "both")
end

function TestSemaphore.test_misuse()
   lu.assertErrorMsgContains("semaphore: '-1' is not accepted", bake.semaphore, -1)
   lu.assertErrorMsgContains("semaphore: 'nil' is not accepted", bake.semaphore)
end

os.exit(lu.LuaUnit.run(), true)
