--- bake.group. Mirrors asyncio's test_taskgroups.py; each test names its case after "≙". One thing differs on
-- purpose: one error is raised again, not an ExceptionGroup; further errors are its `others`.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, new_log, closing, sleeper = support.run, support.log, support.closing, support.sleeper

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

-- ≙ test_taskgroup_05…07: an error in the body cancels the members and is raised
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
      lu.assertTrue(err == value) -- the same value, not a copy
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

-- ≙ test_taskgroup_23, _create_task_after…: a group that ends takes no new members
function TestGroup.test_an_ended_group_takes_no_members()
   run(function()
      local kept
      bake.group(function(group) kept = group end)
      lu.assertErrorMsgContains("group:go: the group is ending", kept.go, kept, print)
      lu.assertErrorMsgContains("group: expected a function, got number", bake.group, 5)
   end)
end

-- ≙ test_taskgroup_22: cancelled from outside while it aborts: the error is kept
function TestGroup.test_a_cancel_from_outside_while_it_ends()
   run(function(loop)
      local log, closed, failing = new_log(), bake.semaphore(0), nil
      local owner = loop:go(function()
         bake.group(function(group)
            failing = group:go(function() bake.sleep "1ms" error("member", 0) end)
            group:go(function()
               pcall(bake.sleep, 60)
               pcall(closed.acquire, closed) -- until cancelled from outside
               log "slow end"
            end)
            bake.sleep(60)
         end)
      end)
      while not (failing and failing:done()) do
         bake.sleep(0)
      end
      owner:cancel()
      lu.assertEquals(select(2, owner:result()), "member")
      lu.assertEquals(tostring(log), "slow end")
   end)
end

os.exit(lu.LuaUnit.run(), true)
