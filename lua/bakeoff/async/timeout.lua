--- bake.timeout(duration, fn, …) → the results of fn(…), or nil, message, "timeout" if it takes longer: then
-- fn is cancelled at the point where it waits. fn runs in the calling task, like the body of asyncio.timeout.

local core = require "bakeoff.core"
local numbers = require "bakeoff.base.numbers"
local units = require "bakeoff.base.units"

local timeout = {}

-- It was this deadline that cancelled fn only if no other cancellation was requested.
local function finish(scope, ok, ...)
   scope.deadline:close()
   if scope.deadline:expired() then
      local left = scope.task:uncancel()
      if not ok and ... == core.cancelled and left <= scope.asked then
         return nil, "took longer than " .. numbers.format(scope.seconds, "time"), "timeout"
      end
   end
   if not ok then
      error((...), 0)
   end
   return ...
end

function timeout.timeout(duration, fn, ...)
   local seconds = units.seconds(duration, "timeout")
   local task = core.ticket "timeout"
   local scope = { task = task, asked = task:cancelling(), seconds = seconds }
   scope.deadline = core.deadline(seconds)
   return finish(scope, xpcall(fn, core.keep_traceback, ...))
end

return timeout
