--- Waits in a task for other tasks and for futures of pools. Both have done, on_done, cancel, error and
-- result; a future ends only while its pool's results are collected.

local core = require "bakeoff.core"
local pools = require "bakeoff.async.pools"

local wait = {}

-- The pools whose results must be collected for `thing` to end: none for a task, one for a future, a list for
-- a queue of futures (lua/bakeoff/pools/waiting.lua).
local function pools_of(thing)
   if core.is_task(thing) then
      return {}
   end
   return type(thing) == "table" and thing.pools or { thing:pool() }
end

-- Collects the results of all pools that `things` need until the returned value is closed.
local function attend(loop, things)
   local attentions = {}
   for _, thing in ipairs(things) do
      for _, pool in ipairs(pools_of(thing)) do
         attentions[pool] = attentions[pool] or pools.attend(loop, pool)
      end
   end
   return setmetatable({}, { __close = function()
      for _, attention in pairs(attentions) do
         pools.leave(attention)
      end
   end })
end

--- Raises unless `thing` is a task or a future.
function wait.check(thing, argument)
   local ok, on_done = pcall(function() return thing.on_done end)
   if not ok or not on_done then
      error(("%s: expected a task or a future, got %s"):format(argument, type(thing)), 3)
   end
end

--- Waits until all `things` have ended, or until `enough(index, thing)` is true for one that has ended.
-- Messages name the waiting function `name`; the deadlock message names `reason`.
-- → index of the thing that was enough, or nil
function wait.for_all(things, name, reason, enough)
   local task, serial = core.ticket(name)
   local _ <close> = attend(core.loop_of(task), things)
   local left, found = #things, nil
   for index, thing in ipairs(things) do
      thing:on_done(function()
         left = left - 1
         if not found and enough and enough(index, thing) then
            found = index
         end
         if left == 0 or found then
            core.wake(task, serial)
         end
      end)
   end
   if left > 0 and not found then
      core.park(reason)
   end
   return found
end

--- As for_all; cancelling the waiting task cancels the things.
function wait.or_cancel(things, name, reason, enough)
   local ok, result = pcall(wait.for_all, things, name, reason, enough)
   if not ok then
      for _, thing in ipairs(things) do
         thing:cancel()
      end
      error(result, 0)
   end
   return result
end

local function reason_of(thing) return core.is_task(thing) and "a task" or "a future" end

--- Waits for one thing. → true
function wait.for_one(thing, name)
   wait.for_all({ thing }, name, reason_of(thing))
   return true
end

--- As for_one; cancelling the waiting task cancels the thing.
function wait.for_one_or_cancel(thing, name) wait.or_cancel({ thing }, name, reason_of(thing)) end

return wait
