--- Waits for several futures: bake.as_completed, bake.wait. The futures may belong to different pools.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local units = require "bakeoff.base.units"
local waiting = require "bakeoff.pools.waiting"

local futures = {}

local CONDITIONS = { all = true, first = true, first_error = true }

local function check(list, timeout, what)
   if type(list) ~= "table" then
      failure.usage("%s: expected a list of futures, got a %s", what, type(list))
   end
   for i = 1, #list do
      local kind = type(list[i])
      if (kind ~= "userdata" and kind ~= "table") or not list[i].on_done then
         failure.usage("%s: item %d is not a future", what, i)
      end
   end
   return timeout ~= nil and units.seconds(timeout, what .. ": timeout") or nil
end

-- → a queue that receives each future as it ends, the number of futures. A duplicate counts once.
local function gather(list, what)
   local pools, known, seen = {}, {}, {}
   local arrivals = waiting.arrivals(pools)
   local count = 0
   for i = 1, #list do
      local future = list[i]
      if not seen[future] then
         seen[future] = true
         count = count + 1
         local pool = future.pool and future:pool()
         if not future.pool and not future:done() and not core.current() then
            failure.usage("%s: item %d is a loop's task: wait for it in a coroutine of that loop", what, i)
         end
         if pool and not known[pool] then
            known[pool] = true
            pools[#pools + 1] = pool
         end
         future:on_done(function() arrivals:put(future) end)
      end
   end
   return arrivals, count
end

-- Iterates over futures as they end, beginning with those that have already ended. At the time limit it calls
-- late(how many are left, of how many) and ends.
local function each_ended(list, seconds, what, late)
   local arrivals, count = gather(list, what)
   local deadline = seconds and waiting.now() + seconds
   local left = count
   return function()
      if left == 0 then
         return nil
      end
      local future, message, code = arrivals:get(deadline and math.max(deadline - waiting.now(), 0))
      if not future and code == "timeout" then
         late(left, count)
         return nil
      end
      left = left - 1
      return future, message, code
   end
end

-- A loop that ended in silence would look as if all were done.
local function raise(left, count)
   failure.trial("bake.as_completed: %d of %d futures have not ended within the time limit (bake.wait "
      .. "returns those that have)", left, count)
end

--- Iterates over futures as they end, beginning with those that have already ended. `timeout` limits the
-- whole iteration; then the iterator raises an error.
function futures.as_completed(list, timeout)
   return each_ended(list, check(list, timeout, "bake.as_completed"), "bake.as_completed", raise)
end

local function is_enough(condition, future)
   return condition == "first" or (condition == "first_error" and future:error() ~= nil)
end

-- → the futures that are done, those that are pending; in the list's order, without duplicates
local function split(list)
   local done, pending, seen = {}, {}, {}
   for i = 1, #list do
      if not seen[list[i]] then
         local side = list[i]:done() and done or pending
         side[#side + 1] = list[i]
         seen[list[i]] = true
      end
   end
   return done, pending
end

--- Waits until all futures have ended, the first has ended, or the first has failed (or all have ended).
-- → list of the futures that are done, list of those that are pending
function futures.wait(list, condition, timeout)
   condition = condition == nil and "all" or condition
   if not CONDITIONS[condition] then
      failure.usage('bake.wait: \'%s\' is not a condition; write "all", "first" or "first_error"',
         tostring(condition))
   end
   local seconds = check(list, timeout, "bake.wait")
   for future in each_ended(list, seconds, "bake.wait", function() end) do
      if is_enough(condition, future) then
         break
      end
   end
   return split(list)
end

return futures
