--- bake.timeout(duration, fn, …) → what fn(…) returns, or nil, message, "timeout" when it took longer: it is
-- cancelled then, where it waits. fn runs in the calling task, as the body of asyncio.timeout does.

local core = require "bakeoff.core"
local numbers = require "bakeoff.base.numbers"
local units = require "bakeoff.base.units"

local timeout = {}

-- The cancellation is this deadline's doing only if nobody else asked for one.
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
