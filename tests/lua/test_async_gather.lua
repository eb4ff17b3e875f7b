--- bake.gather. Mirrors asyncio's GatherTestsBase; each test names its case after "≙". One thing differs on
-- purpose: results and failures are returned, as by pool:map, not raised.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, new_log, sleeper = support.run, support.log, support.sleeper

TestGather = {}

-- ≙ test_success: in the order of the list, whichever ends first
function TestGather.test_results_are_in_order()
   run(function(loop)
      local results = bake.gather {
         function() bake.sleep "4ms" return 1 end, loop:go(function() bake.sleep "2ms" return 2 end),
         function() return nil end, function() return 4, "dropped" end,
      }
      lu.assertEquals(results, { 1, 2, nil, 4, n = 4 })
   end)
end

-- ≙ test_one_exception: the first failure is returned at once; the others go on
function TestGather.test_the_first_failure_is_returned_and_the_others_go_on()
   run(function(loop)
      local gate = bake.semaphore(1)
      gate:acquire()
      local other = loop:go(function() gate:acquire() return "went on" end)
      local results, message, code, index = bake.gather {
         other, function() bake.sleep "1ms" error("second", 0) end,
      }
      lu.assertEquals({ results, message, code, index }, { nil, "second", "task", 2 })
      lu.assertFalse(other:done())
      gate:release()
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

-- ≙ test_one_cancellation: a cancelled child counts as failed
function TestGather.test_a_cancelled_child_is_a_failure()
   run(function(loop)
      local child = loop:go(bake.sleep, 60)
      loop:go(function() child:cancel() end)
      lu.assertEquals({ bake.gather { child } }, { nil, "the task was cancelled", "cancelled", 1 })
   end)
end

-- ≙ test_cancellation_broadcast: cancelling the gather cancels its children
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

os.exit(lu.LuaUnit.run(), true)
