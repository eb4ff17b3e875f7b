--- One coroutine per job on one event loop: sequential code, but other jobs run whenever it waits. URLs have
-- a loop of their own (src/lua/jobs/job_loop.c); tasks run on bake.loop.

local core = require "bakeoff.core"
local on_loop = require "bakeoff.contenders.on_loop"

local coroutines = { name = "coroutines" }

-- → the body of every job's coroutine
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

local declarative = {}

function declarative.setup(jobs, workers, experiment)
   local loop, message, code = core.job_loop(jobs, workers)
   if not loop then
      return nil, message, code
   end
   return { loop = loop, body = job_body(experiment.process), steps = declarative }
end

function declarative.work(state) return state.loop:run(state.body) end

function declarative.teardown(state) state.loop:close() end

function coroutines.setup(jobs, workers, experiment)
   if experiment.form ~= "task" then
      return declarative.setup(jobs, workers, experiment)
   end
   local state = { body = experiment.task, list = experiment.items, steps = on_loop }
   return on_loop.setup(state, jobs, workers, experiment)
end

function coroutines.work(state) return state.steps.work(state) end

function coroutines.teardown(state) state.steps.teardown(state) end

return coroutines
