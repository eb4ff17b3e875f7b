--- Waiting in a task for things that end: other tasks, and futures of pools. Both have done, on_done, cancel,
-- error and result; a future also needs its pool attended to while somebody waits.

local core = require "bakeoff.core"
local pools = require "bakeoff.async.pools"

local wait = {}

-- What must be attended to for `thing` to end: none for a task, the pool of a future; what waits for several
-- (lua/bakeoff/pools/waiting.lua) has a list.
local function pools_of(thing)
   if core.is_task(thing) then
      return {}
   end
   return type(thing) == "table" and thing.pools or { thing:pool() }
end

-- Attended to until the value returned is closed.
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

--- Waits until all `things` have ended, or `enough(index, thing)` says so of one that has. `name` is the
-- function that waits, for messages; `reason` stands in the message on a deadlock.
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

--- As for_all; when the waiting task is cancelled, so are the things.
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

--- As for_one; when the waiting task is cancelled, so is the thing.
function wait.for_one_or_cancel(thing, name) wait.or_cancel({ thing }, name, reason_of(thing)) end

return wait
