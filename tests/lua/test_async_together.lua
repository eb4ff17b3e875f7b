--- bake.gather, bake.group, bake.timeout, bake.semaphore. Each mirrors asyncio's tests of the same thing
-- (GatherTestsBase, test_taskgroups.py, test_timeouts.py, test_locks.py); the case stands behind "≙".
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, new_log, closing = support.run, support.log, support.closing

local function sleeper(log, name)
   return function()
      local _ <close> = closing(log, name)
      bake.sleep(60)
   end
end

-- Gather: results and failures are returned, as pool:map does, instead of raised ------------------------

TestGather = {}

-- ≙ test_success: in the order of the list, however they end
function TestGather.test_results_are_in_order()
   run(function(loop)
      local results = bake.gather {
         function() bake.sleep "4ms" return 1 end, loop:go(function() bake.sleep "2ms" return 2 end),
         function() return nil end, function() return 4, "dropped" end,
      }
      lu.assertEquals(results, { 1, 2, nil, 4, n = 4 })
   end)
end

-- ≙ test_one_exception: the first failure at once; the others go on
function TestGather.test_the_first_failure_is_returned_and_the_others_go_on()
   run(function(loop)
      local other = loop:go(function() bake.sleep "5ms" return "went on" end)
      local results, message, code, index = bake.gather {
         other, function() bake.sleep "1ms" error("second", 0) end,
      }
      lu.assertEquals({ results, message, code, index }, { nil, "second", "task", 2 })
      lu.assertFalse(other:done())
      lu.assertEquals(other:result(), "went on")
   end)
end

-- ≙ test_return_exceptions
function TestGather.test_errors_as_values()
   run(function(loop)
      local cancelled = loop:go(bake.sleep, 60)
      cancelled:cancel()
      local results = bake.gather({ function() return 1 end, function() error("two", 0) end, cancelled },
         { errors = "values" })
      lu.assertEquals({ results[1], tostring(results[2]), results[2].code, results[3].code },
         { 1, "two", "task", "cancelled" })
      lu.assertStrContains(results[2].traceback, "stack traceback")
   end)
end

-- ≙ test_one_cancellation: a cancelled child is a failed one
function TestGather.test_a_cancelled_child_is_a_failure()
   run(function(loop)
      local child = loop:go(bake.sleep, 60)
      loop:go(function() child:cancel() end)
      lu.assertEquals({ bake.gather { child } }, { nil, "the task was cancelled", "cancelled", 1 })
   end)
end

-- ≙ test_cancellation_broadcast: who cancels the gather cancels the children
function TestGather.test_cancelling_reaches_all_children()
   run(function(loop)
      local log = new_log()
      local own = loop:go(sleeper(log, "task"))
      local gathering = loop:go(function() bake.gather { sleeper(log, "function"), own } end)
      bake.sleep(0)
      bake.sleep(0)
      gathering:cancel()
      gathering:result()
      own:result()
      lu.assertTrue(gathering:cancelled())
      lu.assertEquals(tostring(log), "function task")
   end)
end

-- ≙ test_constructor_empty_sequence, …_homogenous, duplicate coroutines
function TestGather.test_empty_and_repeated()
   run(function(loop)
      lu.assertEquals(bake.gather {}, { n = 0 })
      local twice = loop:go(function() bake.sleep(0) return "x" end)
      lu.assertEquals(bake.gather { twice, twice }, { "x", "x", n = 2 })
   end)
end

function TestGather.test_misuse()
   run(function()
      lu.assertErrorMsgContains("gather: expected a list", bake.gather, print)
      lu.assertErrorMsgContains("gather: item 2: expected a task or a future, got number", bake.gather,
         { print, 5 })
      lu.assertErrorMsgContains("gather: unknown field 'error'", bake.gather, {}, { error = "values" })
      lu.assertErrorMsgContains("gather: errors: 'yes' is unknown", bake.gather, {}, { errors = "yes" })
   end)
end

function TestGather.test_thousands()
   run(function()
      local list = {}
      for i = 1, 5000 do
         list[i] = function() bake.sleep(0.001 * (i % 5)) return i end
      end
      local results = bake.gather(list)
      for i = 1, 5000 do
         lu.assertEquals(results[i], i)
      end
   end)
end

-- Group: one error is raised again instead of an ExceptionGroup; further ones are its `others` ----------

TestGroup = {}

-- ≙ test_taskgroup_01, _15: returns when all have ended
function TestGroup.test_members_end_before_the_group_returns()
   run(function()
      local log = new_log()
      local result = bake.group(function(group, argument)
         group:go(function() bake.sleep "2ms" log "slow" end)
         local member = group:go(function() return "of member" end)
         group:go(function() -- members may start members
            bake.sleep(0)
            group:go(function() bake.sleep "3ms" log "late" end)
         end)
         return argument .. " " .. member:result()
      end, "result")
      lu.assertEquals(result, "result of member")
      lu.assertEquals(tostring(log), "slow late")
      lu.assertEquals(bake.group(function() return 1, 2 end), 1)
   end)
end

-- ≙ test_taskgroup_02…04: a failing member cancels its siblings and the body
function TestGroup.test_a_failing_member_cancels_siblings_and_body()
   run(function()
      local log = new_log()
      local ok, err = pcall(bake.group, function(group)
         group:go(sleeper(log, "sibling"))
         group:go(function() bake.sleep "1ms" error "first" end)
         local _ <close> = closing(log, "body")
         bake.sleep(60)
         log "never"
      end)
      lu.assertFalse(ok)
      lu.assertStrContains(tostring(err), "first")
      lu.assertStrContains(err.traceback, "stack traceback")
      lu.assertEquals(tostring(log), "sibling body")
   end)
end

-- ≙ test_taskgroup_05…07: an error in the body cancels the members, and is the one raised
function TestGroup.test_an_error_in_the_body_cancels_the_members()
   run(function()
      local log = new_log()
      local value = {}
      local ok, err = pcall(bake.group, function(group)
         group:go(sleeper(log, "member"))
         bake.sleep(0)
         error(value)
      end)
      lu.assertFalse(ok)
      lu.assertTrue(err == value) -- itself, not a copy
      lu.assertEquals(tostring(log), "member")
   end)
end

-- ≙ test_taskgroup_08…11: cancelling the waiting task cancels the members
function TestGroup.test_cancelling_the_owner_cancels_the_members()
   run(function(loop)
      for _, in_body in ipairs { true, false } do
         local log = new_log()
         local owner = loop:go(function()
            bake.group(function(group)
               group:go(sleeper(log, "member"))
               if in_body then
                  bake.sleep(60)
               end
            end)
            log "never"
         end)
         bake.sleep "1ms"
         owner:cancel()
         owner:result()
         lu.assertTrue(owner:cancelled())
         lu.assertEquals(tostring(log), "member")
      end
   end)
end

-- ≙ test_taskgroup_13, _14: groups in groups
function TestGroup.test_an_error_goes_up_through_nested_groups()
   run(function()
      local log = new_log()
      local ok, err = pcall(bake.group, function(outer)
         outer:go(sleeper(log, "outer member"))
         bake.group(function(inner)
            inner:go(sleeper(log, "inner member"))
            inner:go(function() bake.sleep "1ms" error("deep", 0) end)
         end)
         log "never"
      end)
      lu.assertFalse(ok)
      lu.assertEquals(tostring(err), "deep")
      lu.assertEquals(tostring(log), "inner member outer member")
   end)
end

-- ≙ test_taskgroup_17…21: errors raised while being cancelled are not lost
function TestGroup.test_later_errors_are_others()
   run(function()
      local ok, err = pcall(bake.group, function(group)
         group:go(function()
            local _ <close> = setmetatable({}, { __close = function() error("second", 0) end })
            bake.sleep(60)
         end)
         group:go(function() bake.sleep "1ms" error("first", 0) end)
      end)
      lu.assertFalse(ok)
      lu.assertEquals({ tostring(err), #err.others, tostring(err.others[1]) }, { "first", 1, "second" })
   end)
end

-- ≙ test_taskgroup_12: a member may take its time to end
function TestGroup.test_the_group_waits_for_members_that_clean_up()
   run(function()
      local log = new_log()
      pcall(bake.group, function(group)
         group:go(function()
            pcall(bake.sleep, 60)
            bake.sleep "2ms"
            log "cleaned"
         end)
         bake.sleep(0)
         error "x"
      end)
      lu.assertEquals(tostring(log), "cleaned")
   end)
end

-- ≙ test_taskgroup_16: a cancelled member alone is no error
function TestGroup.test_a_cancelled_member_is_no_error()
   run(function()
      lu.assertEquals(bake.group(function(group)
         local member = group:go(bake.sleep, 60)
         bake.sleep(0)
         member:cancel()
         return "fine"
      end), "fine")
   end)
end

-- ≙ test_taskgroup_23, _create_task_after…: no new members for one that ends
function TestGroup.test_an_ended_group_takes_no_members()
   run(function()
      local kept
      bake.group(function(group) kept = group end)
      lu.assertErrorMsgContains("group:go: the group is ending", kept.go, kept, print)
      lu.assertErrorMsgContains("group: expected a function, got number", bake.group, 5)
   end)
end

-- ≙ test_taskgroup_22: cancelled from outside while it aborts: the error stands
function TestGroup.test_a_cancel_from_outside_while_it_ends()
   run(function(loop)
      local log = new_log()
      local owner = loop:go(function()
         bake.group(function(group)
            group:go(function() bake.sleep "1ms" error("member", 0) end)
            group:go(function()
               pcall(bake.sleep, 60)
               pcall(bake.sleep, "5ms")
               log "slow end"
            end)
            bake.sleep(60)
         end)
      end)
      bake.sleep "3ms"
      owner:cancel()
      lu.assertEquals(select(2, owner:result()), "member")
      lu.assertEquals(tostring(log), "slow end")
   end)
end

-- Timeout: runs the function in the calling task and returns nil, message, "timeout" --------------------

TestTimeout = {}

-- ≙ test_timeout_basic, test_timeout_not_called
function TestTimeout.test_results_in_time_and_too_late()
   run(function()
      lu.assertEquals({ bake.timeout(60, function(...) bake.sleep(0) return ... end, 1, nil, 3) },
         { 1, nil, 3 })
      lu.assertEquals({ bake.timeout("2ms", bake.sleep, 60) }, { nil, "took longer than 2.00 ms", "timeout" })
      bake.sleep "3ms" -- and nothing comes later
   end)
end

-- ≙ test_timeout_zero_sleep_zero, test_timeout_disabled: one that does not wait cannot be late
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

-- The traceback tells of the function, not of where timeout raised it again.
function TestTimeout.test_tracebacks_pass()
   run(function(loop)
      local function deep() error "told" end
      local task = loop:go(function()
         bake.timeout(60, function() return bake.timeout(60, function() deep() end) end)
      end)
      lu.assertStrContains(task:error().traceback, "in upvalue 'deep'")
   end)
end

-- ≙ test_nested_timeouts: the inner one's, the outer one's
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

-- ≙ test_outer_coro_cancelled: a cancellation from outside is none of its own
function TestTimeout.test_a_cancel_from_outside_passes()
   run(function(loop)
      local task = loop:go(function() return bake.timeout(60, bake.sleep, 60) end)
      bake.sleep(0)
      task:cancel()
      task:result()
      lu.assertTrue(task:cancelled())
   end)
end

-- ≙ test_cancel_in_timeout_after_cancellation: both at once; the outside's counts
function TestTimeout.test_a_cancel_from_outside_when_it_is_due()
   run(function(loop)
      local task = loop:go(function() return bake.timeout("1ms", bake.sleep, 60) end)
      bake.sleep(0)
      local from = core.now()
      while core.now() - from < 0.003 do -- the deadline is due, and the loop has not looked yet
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

-- One that catches the cancellation and returns has returned.
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

-- ≙ test_acquire, test_locked…: at most n
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

-- ≙ test_acquire_cancel_before_awoken: served, then cancelled: the next one gets it
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

-- ≙ test_context_manager: given back also after an error
function TestSemaphore.test_with_gives_back_after_an_error()
   run(function()
      local semaphore = bake.semaphore(1)
      lu.assertErrorMsgContains("inside", semaphore.with, semaphore, error, "inside")
      lu.assertFalse(semaphore:locked())
      lu.assertEquals({ semaphore:with(function(...) return ... end, 1, nil, 3) }, { 1, nil, 3 })
   end)
end

-- ≙ test_release_no_waiters, test_initial_value_zero: may be released above its start, and from anywhere
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
