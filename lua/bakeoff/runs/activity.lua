--- What happened in single trials: their jobs, what the jobs waited for, what a pool ran for them, and the
-- samples of memory and CPU time. Files may be long; only the requested trials are kept in memory.

local cell_type = require "bakeoff.model.cell"
local clock = require "bakeoff.runs.clock"
local trial_lines = require "bakeoff.runs.trial_lines"

local activity = {}

local JOB_TIMES = { "queued", "started", "connected", "first_byte", "done", "processed", "saved", "ended" }

local function job_of(fields, c)
   local job = { number = tonumber(fields[c.job]), worker = tonumber(fields[c.worker]),
      status = fields[c.status], error = fields[c.error], http_status = tonumber(fields[c.http_status]),
      bytes = tonumber(fields[c.bytes]) or 0, waited = tonumber(fields[c.waited_s]),
      cpu = tonumber(fields[c.cpu_s]) }
   for _, name in ipairs(JOB_TIMES) do
      job[name] = tonumber(fields[c[name .. "_s"]])
   end
   return job
end

local function read_jobs(dir, found)
   trial_lines.each(dir .. "/jobs.csv", found, function(key, fields, c)
      local job, one = job_of(fields, c), found[key]
      if job.number and job.started then
         one.jobs[#one.jobs + 1], one.by_number[job.number] = job, job
      end
   end)
end

-- A job's waits are added to the job; what a pool ran for it goes to `runs`, with the job's number.
local function add_span(one, fields, c)
   local span = { kind = fields[c.kind], from = tonumber(fields[c.start_s]), to = tonumber(fields[c.end_s]),
      task = tonumber(fields[c.task]), worker = tonumber(fields[c.worker]) }
   local number = tonumber(fields[c.job])
   if not (span.from and span.to) then
      return
   elseif span.kind == "run" then
      one.runs[#one.runs + 1] = span
      return
   end
   one.job_of_task[span.task or 0] = number
   local job = one.by_number[number]
   if job then
      job.spans = job.spans or {}
      table.insert(job.spans, span)
   end
end

local function read_spans(dir, found)
   trial_lines.each(dir .. "/spans.csv", found, function(key, fields, c) add_span(found[key], fields, c) end)
   for _, one in pairs(found) do
      for _, run in ipairs(one.runs) do
         run.job = run.task and one.job_of_task[run.task]
      end
   end
end

local function read_samples(dir, found)
   trial_lines.each(dir .. "/memory.csv", found, function(key, fields, c)
      local samples = found[key].samples
      samples[#samples + 1] = { time = tonumber(fields[c.time_s]) or 0, phase = fields[c.phase],
         rss = tonumber(fields[c.rss_bytes]), footprint = tonumber(fields[c.footprint_bytes]),
         cpu = tonumber(fields[c.cpu_s]) }
   end)
end

-- Jobs in the order of their starts.
local function finish(one)
   table.sort(one.jobs, function(a, b)
      return a.started < b.started or (a.started == b.started and a.number < b.number)
   end)
   for _, job in ipairs(one.jobs) do
      table.sort(job.spans or {}, function(a, b) return a.from < b.from end)
   end
   table.sort(one.runs, function(a, b) return a.from < b.from end)
   one.by_number, one.job_of_task = nil, nil
end

--- Loads the activities of `trials` (rows of trials.jsonl) from a run folder. Returns a list in the same
-- order: { trial, jobs, runs, samples }. jobs, ordered by start: { number, worker, status, http_status,
-- bytes, queued, started, … ended (seconds from the trial's start, or nil), waited, cpu (seconds), spans =
-- { { kind, from, to } } }. runs: { from, to, worker, job }. samples: { time, phase, rss, footprint, cpu }.
function activity.load(dir, trials)
   local found, list = {}, {}
   for index, trial in ipairs(trials) do
      list[index] = { trial = trial, jobs = {}, runs = {}, samples = {}, by_number = {}, job_of_task = {} }
      found[cell_type.key_of_trial(trial)] = list[index]
   end
   read_jobs(dir, found)
   read_spans(dir, found)
   read_samples(dir, found)
   for _, one in ipairs(list) do
      finish(one)
   end
   return list
end

-- Moves what is known of a trial to the contender's own time. Samples keep theirs, because CPU time counts
-- while the bench reads, too.
local function in_own_time(one)
   local own = clock.of(one.trial)
   one.clock, one.phases = own, own.phases
   for _, job in ipairs(one.jobs) do
      for _, name in ipairs(JOB_TIMES) do
         job[name] = job[name] and own.at(job[name])
      end
      for _, span in ipairs(job.spans or {}) do
         span.from, span.to = own.at(span.from), own.at(span.to)
      end
   end
   for _, run in ipairs(one.runs) do
      run.from, run.to = own.at(run.from), own.at(run.to)
   end
   local server = one.trial.server or {}
   if server.stall_start_s and server.stall_end_s then
      one.stall = { from = own.at(server.stall_start_s), to = own.at(server.stall_end_s) }
   end
end

--- Like activity.load, but reads only once per results and set of trials; and jobs, spans and runs are in the
-- contender's own time (clock.lua). Adds in that time `phases`, and `stall` ({ from, to }: the server's, by
-- its own record) or nil; and `clock`. Samples are in the trial's time.
function activity.of(results, trials)
   local keys = {}
   for index, trial in ipairs(trials) do
      keys[index] = cell_type.key_of_trial(trial)
   end
   local key = table.concat(keys, "\n")
   if results.activity_key ~= key then
      results.activity_key, results.activity = key, activity.load(results.dir, trials)
      for _, one in ipairs(results.activity) do
         in_own_time(one)
      end
   end
   return results.activity
end

--- How many jobs of the trial have no row on record.
function activity.unrecorded(one)
   local jobs = one.trial.jobs or {}
   local started = (jobs.done or 0) + (jobs.failed or 0)
   return math.max(started - #one.jobs, 0)
end

return activity
