-- Futures, for every kind of pool. The cases are those of Python's tests of concurrent.futures (mirrored.md
-- lists them).

local bake = require "bakeoff"
local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")

local function add(a, b) return a + b end

local function fail(message) error(message, 0) end

--- Callbacks ------------------------------------------------------------------------------------------------

local callbacks = {}

function callbacks.test_they_see_the_result_the_error_and_the_cancellation(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local held = support.hold(pool, gate)
   local seen = {}
   local done, failed, cancelled = pool:submit(add, 2, 3), pool:submit(fail, "oh"), pool:submit(add, 1, 1)
   done:on_done(function(future) seen.result = future:result() end)
   failed:on_done(function(future) seen.error = tostring(future:error()) end)
   cancelled:on_done(function(future) seen.cancelled = future:cancelled() end)
   lu.assertTrue(cancelled:cancel())
   gate:open()
   support.results(held)
   bake.wait { done, failed, cancelled }
   lu.assertEquals(seen, { result = 5, error = "oh", cancelled = true })
end

function callbacks.test_of_what_has_ended_already_are_called_at_once(open)
   local pool <close> = open()
   for _, future in ipairs { support.three_ended(pool) } do
      local seen
      future:on_done(function(ended) seen = ended end)
      lu.assertIs(seen, future)
   end
end

function callbacks.test_are_called_once_each_in_the_order_they_were_given(open)
   local pool <close> = open()
   local future, calls = pool:submit(add, 1, 2), {}
   for i = 1, 5 do
      future:on_done(function() calls[#calls + 1] = i end)
   end
   future:result()
   future:result()
   bake.wait { future }
   lu.assertEquals(calls, { 1, 2, 3, 4, 5 })
end

function callbacks.test_one_that_raises_keeps_neither_the_others_nor_the_result_back(open)
   local pool <close> = open()
   local future, called = pool:submit(add, 1, 2), false
   future:on_done(function() error "doh" end)
   future:on_done(function() called = true end)
   pcall(future.result, future) -- where the callback's error surfaces doesn't matter here
   lu.assertEquals(future:result(), 3)
   lu.assertTrue(called)
   lu.assertEquals(pool:submit(add, 3, 4):result(), 7)
end

function callbacks.test_may_submit_more(open)
   local pool <close> = open()
   local follower
   local first = pool:submit(add, 1, 2)
   first:on_done(function(future) follower = pool:submit(add, future:result(), 10) end)
   lu.assertEquals(first:result(), 3)
   lu.assertEquals(follower:result(), 13)
end

function callbacks.test_may_cancel_what_is_waited_for(open)
   local pool <close> = open { workers = 1 }
   local gate <close> = support.gate()
   local held = support.hold(pool, gate)
   local other = pool:submit(support.wait_at, gate.path, 1)
   local waited = pool:submit(add, 1, 2)
   held[1]:on_done(function() waited:cancel() end)
   gate:open()
   local value, message, code = waited:result(60)
   if value then -- a worker had already taken it
      lu.assertEquals(value, 3)
   else
      lu.assertEquals(code, "cancelled", message)
   end
   lu.assertEquals(other:result(60), 1)
end

support.cases("Callbacks", callbacks)

--- States ---------------------------------------------------------------------------------------------------

local states = {}

function states.test_pending_running_and_ended(open)
   local pool <close> = open { workers = 1 }
   local done, failed, cancelled = support.three_ended(pool)
   local gate <close> = support.gate()
   local running = support.hold(pool, gate)[1]
   local pending = pool:submit(add, 1, 2)
   local expected = { { done, true, false, false }, { failed, true, false, false },
      { cancelled, true, false, true }, { running, false, true, false }, { pending, false, false, false } }
   for i, row in ipairs(expected) do
      local future = row[1]
      lu.assertEquals({ future:done(), future:running(), future:cancelled() }, table.move(row, 2, 4, 1, {}),
         "future " .. i)
   end
end

function states.test_only_the_pending_can_be_cancelled(open)
   local pool <close> = open { workers = 1 }
   local done, failed, cancelled = support.three_ended(pool)
   local gate <close> = support.gate()
   local running = support.hold(pool, gate)[1]
   local pending = pool:submit(add, 1, 2)
   lu.assertFalse(done:cancel())
   lu.assertFalse(failed:cancel())
   lu.assertFalse(running:cancel())
   lu.assertTrue(pending:cancel())
   lu.assertTrue(pending:cancelled())
   lu.assertEquals({ pending:cancel(), cancelled:cancel() }, { true, true }) -- as in Python: it stays so
   gate:open()
   lu.assertEquals(running:result(), 1)
   lu.assertEquals({ running:cancelled(), done:result(), failed:done() }, { false, 42, true })
end

function states.test_result_and_error_without_waiting(open)
   local pool <close> = open { workers = 1 }
   local done, failed, cancelled = support.three_ended(pool)
   local gate <close> = support.gate()
   local running = support.hold(pool, gate)[1]
   local pending = pool:submit(add, 1, 2)
   lu.assertEquals(done:result(0), 42)
   lu.assertNil(done:error(0))
   for code, future in pairs { task = failed, cancelled = cancelled } do
      local value, message, seen = future:result(0)
      lu.assertEquals({ value, seen }, { nil, code }, message)
      lu.assertEquals(future:error(0).code, code)
   end
   for _, future in ipairs { running, pending } do
      lu.assertEquals({ select(3, future:result(0)), future:error(0).code }, { "timeout", "timeout" })
      lu.assertFalse(future:done())
   end
end

function states.test_waiting_ends_with_the_result_not_with_the_limit(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local held = support.hold(pool, gate)
   held[1]:on_done(function() end)
   lu.assertEquals(select(3, held[1]:result "20ms"), "timeout")
   gate:open()
   lu.assertEquals(held[1]:result(60), 1)
   lu.assertNil(held[2]:error(60))
end

function states.test_result_can_be_asked_for_often(open)
   local pool <close> = open()
   local done, failed = support.three_ended(pool)
   for _ = 1, 3 do
      lu.assertEquals(done:result(), 42)
      lu.assertEquals({ failed:result() }, { nil, "on purpose", "task" })
      lu.assertEquals(tostring(failed:error()), "on purpose")
   end
end

support.cases("States", states)

os.exit(lu.LuaUnit.run(), true)
