--- A loop for waiting and a pool for computing. Tasks: ctx:offload calls a function in the pool. URLs: the
-- loop fetches, and `process` runs in the pool.
--
-- Options: offload = "threads" (default) or "processes", offload_workers (default: one per processor).

local core = require "bakeoff.core"
local loop_context = require "bakeoff.contenders.loop_context"
local on_loop = require "bakeoff.contenders.on_loop"
local pools = require "bakeoff.pools"

local hybrid = { name = "hybrid", copies_process = true }

-- It may fork, so it is created before the loop and libcurl start.
local function pool_of(jobs, experiment, options)
   local kind = options.offload == "processes" and "processes" or "threads"
   return pools.of_jobs(jobs, kind, options.offload_workers, experiment.shared)
end

-- → what process returns, or nil, message, "task"
local function run_process(ctx, process, response)
   local value, refused = ctx:offload(process, response)
   local message = loop_context.refusal(value, refused)
   ctx._state.rows:processed(ctx._slot)
   if message then
      local problem = loop_context.problem_of(ctx)
      local traceback = problem and problem.traceback
      return nil, traceback and message .. "\n" .. traceback or message, "task"
   end
   return value
end

-- → a job's body: fetches a URL, runs process(response) in the pool, saves the response's body, returns what
-- process returned
local function fetch_and_process(experiment)
   local process, save = experiment.process, experiment.save
   return function(ctx, url)
      local response, message, code = ctx:fetch(url)
      local value
      if response and process then
         value, message, code = run_process(ctx, process, response)
      end
      if message then
         return nil, message, code
      elseif save and not ctx:save(core.url_file_name(url), response.body) then
         return nil, "the body could not be saved in the save folder", "save"
      end
      return value
   end
end

function hybrid.setup(jobs, workers, experiment, options)
   local pool = pool_of(jobs, experiment, options)
   return on_loop.setup({ body = experiment.task or fetch_and_process(experiment), pool = pool,
      list = experiment.items or experiment.urls, urls = experiment.urls }, jobs, workers, experiment)
end

hybrid.work, hybrid.teardown = on_loop.work, on_loop.teardown

return hybrid
