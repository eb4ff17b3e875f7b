--- A coroutine per job on one event loop: code that reads as if it waited, and lets others run while it
-- does.

local core = require "bakeoff.core"

local coroutines = { name = "coroutines", summary = "a coroutine per job on one event loop" }

-- The body of every job's coroutine.
local function job_body(process)
   if not process then
      return function(loop) return loop:fetch() end
   end
   return function(loop)
      local response, message = loop:fetch() -- waits here; other coroutines run
      if not response then
         return nil, message
      end
      return process(response)
   end
end

function coroutines.setup(jobs, workers, experiment)
   local loop, message, code = core.job_loop(jobs, workers)
   if not loop then
      return nil, message, code
   end
   return { loop = loop, body = job_body(experiment.process) }
end

function coroutines.work(state) return state.loop:run(state.body) end

function coroutines.teardown(state) state.loop:close() end

return coroutines
