--- Tasks of a loop as values: result and error, which wait where the rest of their methods (done, running,
-- cancelled, cancel, on_done) don't; and bake.await.
--
--    task:result([timeout]) → what its function returned, or nil, message, code ("task", "cancelled",
--                             "timeout"). The task goes on when the wait ends early.
--    task:error([timeout])  → nil, or { message=, traceback=, code=, value= }; tostring gives the message
--    bake.await(thing)      → likewise, of a task or future; a waiting task that is cancelled cancels it

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

-- The seam to futures: one that is waited for in a task lets the others run.
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
