--- Runs jobs as coroutines on bake.loop: each slot's coroutine takes one job after another. Used by
-- coroutines (tasks) and hybrid.

local core = require "bakeoff.core"
local loop_context = require "bakeoff.contenders.loop_context"
local loops = require "bakeoff.async.loop"

local on_loop = {}

local LARGEST_FILE = 1 << 62 -- no limit in practice, as in a blocking worker

local function loop_of(jobs, workers)
   local fields = {}
   for name, value in pairs(jobs:fetch_options()) do
      fields[name] = value
   end
   fields.headers_wanted = fields.headers_wanted or false
   return loops.open({ in_flight = workers }, fields)
end

local function message_of(problem)
   local kind = type(problem)
   local shown = kind == "string" or kind == "number"
      or type(getmetatable(problem)) == "table" and getmetatable(problem).__tostring
   local ok, text = pcall(tostring, problem)
   return shown and ok and text or ("(error object is a %s value)"):format(kind)
end

-- Cuts off bakeoff's own frames, which begin at the last xpcall.
local function with_traceback(problem)
   local text = debug.traceback(message_of(problem), 2)
   return text:match("^(.*)\n\t%[C%]: in function 'xpcall'") or text
end

local function name_of(state, job) return state.urls and state.urls[job] or ("item %d"):format(job) end

local function finish(state, ctx, ok, value, message, code)
   ctx._in_body = false
   local rows, slot, place = state.rows, ctx._slot, name_of(state, ctx.job)
   local refusal = loop_context.refusal(value, message)
   if ctx._lost then
      return rows:ended(slot, "lost", ctx._lost, place)
   elseif not ok then
      return rows:ended(slot, "task", value, place)
   elseif refusal then
      return rows:ended(slot, state.urls and code or "task", refusal, place)
   end
   local noted, why = rows:result(slot, value)
   if noted then
      rows:ended(slot)
   else
      rows:ended(slot, "task", why, place)
   end
end

-- --- slots and jobs ---------------------------------------------------------------------------------

-- Slots without a job wait in state.idle. This happens only with an open loop; a closed loop always has a
-- next job until all are taken.

local function release_all(state)
   state.watch:close()
   state.watch = nil
   for _, waiter in ipairs(state.idle) do
      core.wake(waiter.task, waiter.serial)
   end
   state.idle = {}
end

local function settle(state)
   if state.rows:taken() then
      release_all(state)
   else
      state.rows:set_timer(#state.idle > 0)
   end
end

-- Called when a job is due: the slot that became idle last takes it.
local function hand_out(state)
   local idle = state.idle
   while #idle > 0 do
      local job = state.rows:take()
      if not job then
         break
      end
      local waiter = table.remove(idle)
      core.wake(waiter.task, waiter.serial, job)
   end
   settle(state)
end

-- → the slot's next job; nil if all are taken
local function next_job(state)
   local job = state.rows:take(#state.idle == 0)
   if not state.watch then
      return job
   elseif job then
      if state.rows:taken() then
         release_all(state)
      end
      return job
   elseif state.rows:taken() then
      release_all(state)
      return nil
   end
   local waiter = {}
   waiter.task, waiter.serial = core.ticket "job"
   table.insert(state.idle, waiter)
   state.rows:set_timer(true)
   return core.park "a job"
end

-- The body of a slot's coroutine.
local function run_jobs(state, ctx)
   for job in next_job, state do
      ctx.job, ctx._lost, ctx._in_body = job, false, true
      state.rows:start(ctx._slot, job)
      finish(state, ctx, xpcall(state.body, with_traceback, ctx, state.list[job]))
   end
end

-- A body that calls coroutine.yield itself ends its slot's coroutine, since nothing would resume it: the job
-- fails, and a new coroutine continues with the slot's next job.
local function open_slot(state, ctx)
   local task = state.loop:go(run_jobs, state, ctx)
   state.slots[ctx._slot] = task
   task:on_done(function()
      if ctx._in_body and not task:cancelled() then
         finish(state, ctx, false, task:error().message)
         open_slot(state, ctx)
      end
   end)
end

--- Completes `state`: { body = function(ctx, item), list = items or URLs, urls = the URLs or nil, pool = the
-- pool for ctx:offload or nil }. → state, or nil, message
function on_loop.setup(state, jobs, workers, experiment)
   local loop, message = loop_of(jobs, workers)
   if not loop then
      return nil, message
   end
   state.jobs, state.loop, state.max_read = jobs, loop, LARGEST_FILE
   state.shared, state.random = experiment.shared, experiment.drawn
   state.rows = core.job_rows(jobs, workers, loop)
   state.workers, state.count, state.idle = workers, #state.list, {}
   return state
end

-- An error outside any job fails the trial.
local function first_failure(slots)
   for _, slot in ipairs(slots) do
      local problem = slot:error()
      if problem then
         return problem.traceback or problem.message
      end
   end
end

-- What each of the pool's workers has used since `before`: they also compute before the work begins.
local function cpu_since(pool, before)
   local used = pool:cpu()
   for worker, seconds in ipairs(used) do
      used[worker] = math.max(seconds - (before[worker] or 0), 0)
   end
   return used
end

function on_loop.work(state)
   state.slots = {}
   local pool_cpu = state.pool and state.pool:cpu()
   local timer = state.rows:submit()
   if timer then
      state.watch = assert(state.loop:watch(timer, function() hand_out(state) end))
      settle(state) -- without any jobs there is nothing to wait for
   end
   for slot = 1, math.min(state.workers, state.count) do
      open_slot(state, loop_context.new(state, slot))
   end
   local ok, message = state.loop:run()
   if ok then
      message = first_failure(state.slots)
      ok = message == nil or nil
   end
   if state.pool then
      state.rows:finish(cpu_since(state.pool, pool_cpu), state.pool:counts().ipc_bytes)
   else
      state.rows:finish()
   end
   return ok, message
end

function on_loop.teardown(state)
   state.loop:close()
   if state.pool then
      state.pool:shutdown()
   end
end

return on_loop
