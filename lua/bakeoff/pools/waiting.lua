--- Waiting for whatever comes first from several pools. What arrives is put by callbacks of futures
-- (future:on_done), which run while the pools are collected from.

local core = require "bakeoff.core"

local waiting = {}

local arrivals = {}
arrivals.__index = arrivals

--- A queue of things that futures of these pools (a list, which may grow) bring.
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

-- The two that a loop's await asks of what it waits for (src/lua/pool/future_wait.c, set_await).
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

-- Waits until something is there or the time is up; in a loop's coroutine the others go on.
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

--- Takes the oldest, waiting for it → thing, or nil, message, "timeout".
function arrivals:get(timeout)
   wait(self, timeout and core.now() + timeout)
   if not self:done() then
      return nil, "nothing has ended within the time limit", "timeout"
   end
   local thing = self[self.first]
   self[self.first] = nil
   self.first = self.first + 1
   return thing
end

waiting.now = core.now

return waiting
