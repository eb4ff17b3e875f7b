--- The methods of a loop's task that wait (result and error), and bake.await. The other methods (done,
-- running, cancelled, cancel, on_done) are in C and never wait.
--
--    task:result([timeout]) → its function's results, or nil, message, code ("task", "cancelled",
--                             "timeout"). A timeout ends the wait only; the task continues.
--    task:error([timeout])  → nil, or { message=, traceback=, code=, value= }; tostring gives the message
--    bake.await(thing)      → result of a task or future; cancelling the waiting task cancels `thing`

local core = require "bakeoff.core"
local timeout = require "bakeoff.async.timeout"
local wait = require "bakeoff.async.wait"

local task = {}
local methods = core.task_methods

-- true, or nil, message, code
local function ended(self, limit, name)
   if self:done() then
      return true
   elseif not core.current() then
      error(("%s: the task has not ended; run its loop first, as in loop:run(task)"):format(name), 3)
   elseif limit then
      return timeout.timeout(limit, wait.for_one, self, name)
   end
   return wait.for_one(self, name)
end

function methods:result(limit)
   local ok, message, code = ended(self, limit, "result")
   if not ok then
      return nil, message, code
   end
   return self:outcome()
end

function methods:error(limit)
   local ok, message, code = ended(self, limit, "error")
   if not ok then
      return core.task_error(message, code)
   end
   return self:failure()
end

function task.await(thing)
   wait.check(thing, "await")
   if not thing:done() then
      wait.for_one_or_cancel(thing, "await")
   end
   return thing:result()
end

-- Called when a future is waited for: in a task, other tasks run during the wait.
if core.set_await then
   core.set_await(function(thing, limit)
      if not core.current() then
         return false
      elseif limit then
         timeout.timeout(limit, wait.for_one, thing, "result")
      else
         wait.for_one(thing, "result")
      end
      return true
   end)
end

return task
