--- bake.semaphore(n): a counting semaphore. acquire() takes one of n permits; if none is free, the calling
-- task waits in a FIFO queue. release() gives one back and may be called anywhere. with(fn, …) calls fn(…)
-- with a permit.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"

local semaphores = {}

local semaphore = {}
semaphore.__index = semaphore

-- Hands the permit to the task that has waited longest. Cancelled tasks are skipped.
function semaphore:release()
   while self.head <= self.tail do
      local waiter = self.queue[self.head]
      self.queue[self.head] = nil
      self.head = self.head + 1
      if core.wake(waiter.task, waiter.serial) then
         waiter.served = true
         return
      end
   end
   self.free = self.free + 1
end

-- A task may be cancelled after it got a permit and before it resumed: the permit goes to the next task.
local function wait_in_queue(self)
   local waiter = {}
   waiter.task, waiter.serial = core.ticket "acquire"
   self.tail = self.tail + 1
   self.queue[self.tail] = waiter
   local ok, err = pcall(core.park, "a semaphore")
   if not ok then
      if waiter.served then
         self:release()
      end
      error(err, 0)
   end
end

function semaphore:acquire()
   if self.free > 0 then
      self.free = self.free - 1
   else
      wait_in_queue(self)
   end
end

--- Would acquire wait?
function semaphore:locked() return self.free == 0 end

function semaphore:with(fn, ...)
   self:acquire()
   local _ <close> = setmetatable({}, { __close = function() self:release() end })
   return fn(...)
end

function semaphores.semaphore(n)
   return setmetatable({ free = checks.whole(n, 0, "semaphore"), queue = {}, head = 1, tail = 0 }, semaphore)
end

return semaphores
