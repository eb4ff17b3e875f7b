--- One trial: a contender's three steps in a forked process, watched from outside, and its rows.

local core = require "bakeoff.core"
local failure = require "bakeoff.failure"

local trial = {}

-- Runs in the trial's process. `enter` marks the border between two phases.
local function body_of(experiment, jobs, cell)
   local contender, options = cell.entry.contender, cell.entry.options or {}
   return function(enter)
      local state, message = contender.setup(jobs, cell.workers, experiment, options)
      if not state then
         return nil, message
      end
      enter("work")
      local ok, reason = contender.work(state)
      if not ok then
         return nil, reason
      end
      enter("teardown")
      contender.teardown(state)
      return true
   end
end

local function count_at_server(server)
   local stats = server:stats()
   return { requests = stats.requests, connections = stats.connections }
end

local function since(before, now)
   return { requests = now.requests - before.requests, connections = now.connections - before.connections }
end

local function cannot_start(message, code)
   if code == "busy" then
      failure.usage("a trial starts from a process with one thread, and this one has more: close loops " ..
         "and pools before the experiment")
   end
   failure.trial("%s", message)
end

--- Runs a planned trial. → result (core.trial_run's), row for trials.jsonl
function trial.run(experiment, jobs, planned, interrupt)
   local cell = planned.cell
   local server = experiment.server
   local before
   if server then
      server:epoch(planned.block)
      before = count_at_server(server)
   end
   assert(jobs:new_recorder())
   collectgarbage() -- what the bench has is where the trial starts
   local body = body_of(experiment, jobs, cell)
   local result, message, code = core.trial_run(jobs, body,
      { timeout = experiment.timeout, sample_every = experiment.sample_every, interrupt = interrupt })
   if not result then
      cannot_start(message, code)
   end
   local row = result:row(jobs)
   row.experiment = experiment.name
   row.contender, row.label, row.workers = cell.contender, cell.label, cell.workers
   row["repeat"], row.block = planned["repeat"], planned.block
   row.requests_per_s = row.work_s > 0 and row.jobs.done / row.work_s or 0
   row.server = server and since(before, count_at_server(server))
   return result, row
end

return trial
