--- One trial: a contender's three steps in a forked process, or another program, observed from outside; and
-- its rows.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local noise = require "bakeoff.probe.noise"
local random_values = require "bakeoff.contenders.random_values"
local spec_rate = require "bakeoff.experiment.spec_rate"

local trial = {}

-- Runs in the trial's process. `enter` marks the boundary between two phases.
local function body_of(experiment, jobs, cell)
   local contender, options = cell.entry.contender, cell.entry.options or {}
   return function(enter)
      local _ <close> = core.locale "host" -- the script's functions run in the script's own locale
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

local MOST_LOOKS, BETWEEN_LOOKS_S = 20, 0.001
local COUNTS = { "requests", "connections", "bytes", "errors", "faults" }

-- A program may exit before the server has counted its last response.
local function settled(server)
   local stats = server:stats()
   for _ = 1, MOST_LOOKS do
      core.pause(BETWEEN_LOOKS_S)
      local now = server:stats()
      if now.bytes == stats.bytes and now.requests == stats.requests then
         break
      end
      stats = now
   end
   return stats
end

local function since(before, now)
   local counts = {}
   for _, name in ipairs(COUNTS) do
      counts[name] = now[name] - before[name]
   end
   return counts
end

-- Adds when the server stalled, in the trial's time. It has one stall per epoch, hence per trial.
local function add_stall(counts, before, now, started)
   if (now.stalls or 0) > (before.stalls or 0) then
      counts.stall_start_s, counts.stall_end_s = now.stall_start_s - started, now.stall_end_s - started
   end
   return counts
end

local function cannot_start(message, code)
   if code == "busy" then
      failure.usage("a trial is forked from a process with one thread, but this one has more: close loops " ..
         "and pools before the experiment")
   end
   failure.trial("%s", message)
end

local FRESH_S = 0.001

local last_reading

-- A reading of the machine. The reading after a trial also serves as the one before the next, if that follows
-- at once.
local function reading_before()
   if last_reading and core.now() - last_reading.time < FRESH_S then
      return last_reading
   end
   return noise.read()
end

local untouched = setmetatable({}, { __mode = "k" }) -- jobs whose records only trials of programs have had

-- A forked trial starts with the memory of the bench, so empty the records first (core.trial_run collects the
-- garbage). A program starts in a new process image and records nothing.
local function make_ready(jobs, is_program, schedule)
   if not (is_program and untouched[jobs]) then
      assert(jobs:new_recorder(schedule))
   end
   untouched[jobs] = is_program
end

-- What tasks find as ctx.random: the same for all contenders of a block.
local function draw_for_tasks(experiment, jobs, block)
   experiment.drawn = random_values.draw(experiment.random, nil, block or 0, experiment.seed)
   assert(jobs:draw(experiment.drawn))
   return experiment.drawn
end

--- Runs a program outside any trial's measurement. limit: seconds, or nil. → "ok", "failed", "timeout" or
-- "interrupted"; reason
function trial.run_program(jobs, program, interrupt, guardian, limit)
   make_ready(jobs, true)
   local result <close>, message, code = core.trial_run(jobs, nil, { program = program, guardian = guardian,
      interrupt = interrupt, timeout = limit })
   if not result then
      cannot_start(message, code)
   end
   local row = result:row(jobs)
   return row.status, row.reason
end

-- Which trial it is, and which check each of its counts is of.
local function identify(row, experiment, planned)
   local cell = planned.cell
   row.experiment = experiment.name
   row.contender, row.label, row.workers = cell.contender, cell.label, cell.workers
   row["repeat"], row.block = planned["repeat"], planned.block
   for index, counts in ipairs(row.checks or {}) do
      counts.name = experiment.check.list[index].name
   end
end

--- Runs a planned trial. → result (core.trial_run's), row for trials.jsonl
function trial.run(experiment, jobs, planned, interrupt)
   local cell = planned.cell
   local contender, server = cell.entry.contender, experiment.server
   local context = contender.before and contender.before(experiment, planned)
   local before
   if server then
      server:epoch(planned.block)
      before = server:stats()
   end
   local is_task = not context and experiment.form == "task"
   local drawn = is_task and draw_for_tasks(experiment, jobs, planned.block) or nil
   make_ready(jobs, context ~= nil, spec_rate.recorder(experiment, cell.entry, planned.block))
   local machine = reading_before()
   local programs = context or {}
   local body = not context and body_of(experiment, jobs, cell) or nil
   local result, message, code = core.trial_run(jobs, body, {
      timeout = experiment.timeout, sample_every = experiment.sample_every, interrupt = interrupt,
      counts = experiment.counters,
      program = programs.program, before = programs.before, guardian = programs.guardian })
   if not result then
      cannot_start(message, code)
   end
   local row = result:row(jobs)
   last_reading = noise.read()
   row.noise = noise.between(machine, last_reading)
   identify(row, experiment, planned)
   row.random = drawn
   if server then
      local now = context and settled(server) or server:stats()
      row.server = add_stall(since(before, now), before, now, result:started())
   end
   if contender.after then
      contender.after(experiment, context, row, interrupt, function(program)
         return trial.run_program(jobs, program, interrupt, experiment.guardian, experiment.timeout)
      end)
   end
   if experiment.form ~= "command" then
      row.requests_per_s = row.work_s > 0 and row.jobs.done / row.work_s or 0
   end
   return result, row
end

return trial
