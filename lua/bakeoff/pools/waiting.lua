--- Waits for the next future of several pools to end. Callbacks of the futures (future:on_done) fill a queue;
-- they run while the pools' results are collected.

local core = require "bakeoff.core"

local waiting = {}

local arrivals = {}
arrivals.__index = arrivals

--- A queue for futures of `pools` (a list, borrowed, which may grow).
function waiting.arrivals(pools)
   return setmetatable({ pools = pools, first = 1, last = 0 }, arrivals)
end

function arrivals:put(thing)
   self.last = self.last + 1
   self[self.last] = thing
   if self.notify then
      self.notify(self)
   end
end

-- A loop's await calls done and on_done of anything that it waits for (src/lua/pool/future_wait.c,
-- set_await).
function arrivals:done() return self.first <= self.last end

function arrivals:on_done(fn)
   if self:done() then
      fn(self)
   else
      self.notify = function()
         self.notify = nil
         fn(self)
      end
   end
end

-- Waits until the queue has an item or the deadline has passed. In a loop's coroutine, other tasks run
-- meanwhile.
local function wait(self, deadline)
   while not self:done() do
      local left = deadline and math.max(deadline - core.now(), 0)
      if not core.await(self, left) then
         core.pools_collect(self.pools, left)
      end
      if deadline and core.now() >= deadline then
         return
      end
   end
end

--- Takes the oldest item, waiting for one if necessary → thing, or nil, message, "timeout".
function arrivals:get(timeout)
   wait(self, timeout and core.now() + timeout)
   if not self:done() then
      return nil, "no future ended within the time limit", "timeout"
   end
   local thing = self[self.first]
   self[self.first] = nil
   self.first = self.first + 1
   return thing
end

waiting.now = core.now

return waiting
