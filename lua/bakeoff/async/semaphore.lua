--- bake.semaphore(n): at most n at once. acquire() waits in the calling task until one is free, those that
-- wait are served in order; release() gives it back, from anywhere; with(fn, …) does both around fn(…).

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"

local semaphores = {}

local semaphore = {}
semaphore.__index = semaphore

-- Hands the free one to whoever has waited longest. One whose task was cancelled is passed over.
function semaphore:release()
   while self.head <= self.tail do
      local waiter = self.line[self.head]
      self.line[self.head] = nil
      self.head = self.head + 1
      if core.wake(waiter.task, waiter.serial) then
         waiter.served = true
         return
      end
   end
   self.free = self.free + 1
end

-- A task that was served and then cancelled before it went on has nothing: the next one gets it.
local function wait_in_line(self)
   local waiter = {}
   waiter.task, waiter.serial = core.ticket "acquire"
   self.tail = self.tail + 1
   self.line[self.tail] = waiter
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
      wait_in_line(self)
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
   return setmetatable({ free = checks.whole(n, 0, "semaphore"), line = {}, head = 1, tail = 0 }, semaphore)
end

return semaphores
