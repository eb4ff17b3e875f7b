--- Cuts a job into waits and work. Between waits, a job runs or is ready to run. Whether it had a core or
-- the interpreter lock at a given moment can't be seen from inside; only its total CPU time is known.

local contender_type = require "bakeoff.model.contender"

local segments = {}

local function add(list, from, to, is_work, name)
   if from and to and to > from then
      list[#list + 1] = { from = from, to = to, is_work = is_work, name = name }
   end
end

-- The time between the waits in `spans` is work. Work that the job did itself, for lack of a pool, is no
-- wait.
local function between(list, from, to, spans, name)
   local at = from
   for _, span in ipairs(spans or {}) do
      if span.from >= at and span.to <= to then
         add(list, at, span.from, true, name)
         add(list, span.from, span.to, span.kind == "inline", span.kind)
         at = span.to
      end
   end
   add(list, at, to, true, name)
end

-- The spans after the fetch.
local function later_spans(job, done)
   local later = {}
   for _, span in ipairs(job.spans or {}) do
      later[#later + 1] = span.from >= done and span or nil
   end
   return later
end

-- If a pool processes the response, the job waits for it. Without a recorded span, it is taken to have
-- waited the whole time.
local function of_url(job, has_pool)
   local list, ended = {}, job.ended or job.done or job.started
   local done = math.min(job.done or ended, ended)
   add(list, job.started, done, false, "fetch")
   local processed = job.processed and math.min(job.processed, ended) or done
   local later = later_spans(job, done)
   if has_pool and #later == 0 then
      add(list, done, processed, false, "offload")
   else
      between(list, done, processed, later, "process")
   end
   add(list, processed, ended, true, "save")
   return list
end

-- Waits without a recorded span: their total length is known, but not when they happened.
local function of_task(job)
   local list, ended = {}, job.ended or job.started
   if not job.spans and (job.waited or 0) > 0 then
      local length = ended - job.started
      add(list, job.started, ended, true, "task")
      if list[1] then
         list[1].share = math.max(1 - job.waited / length, 0)
      end
      return list
   end
   between(list, job.started, ended, job.spans, "task")
   return list
end

-- Work that had a core only part of the time gets that part as its share.
local function set_shares(list, cpu)
   local work = 0
   for _, one in ipairs(list) do
      work = work + (one.is_work and one.name ~= "save" and one.to - one.from or 0)
   end
   local share = work > 0 and cpu and cpu > 0 and math.min(cpu / work, 1) or 1
   for _, one in ipairs(list) do
      local whole = one.name == "save" and 1 or share
      one.share = one.share or (one.is_work and whole or 0)
   end
end

--- Returns the kind of a trial's jobs: "task" (general form), "pool" (a loop fetches, a pool processes), or
-- "url".
function segments.form(results, trial)
   if results.manifest.form == "task" then
      return "task"
   end
   return contender_type.of(trial.contender).has_pool and "pool" or "url"
end

--- Returns a list of { from, to, is_work, name, share = the part of it that was work on a core }, in order.
-- form: what segments.form returned.
function segments.of_job(job, form)
   local list = form == "task" and of_task(job) or of_url(job, form == "pool")
   set_shares(list, job.cpu)
   return list
end

-- CPU time that the workers used outside the jobs' own records: mostly for transfers.
local function cpu_of_workers(trial)
   local sum = 0.0
   for _, seconds in ipairs((trial.cpu or {}).workers_s or {}) do
      sum = sum + seconds
   end
   return sum
end

--- Adds up the time of an activity's jobs: { ready = seconds in which they had work to do, work = the part
-- of these seconds on a core, waiting = the part of the jobs' whole time in which nobody worked for them }.
-- In a sample, each job stands for `weight` jobs.
function segments.totals(one, form, weight)
   local wait, sums = 0.0, { ready = 0.0, work = 0.0 }
   for _, job in ipairs(one.jobs) do
      for _, part in ipairs(segments.of_job(job, form)) do
         local length = part.to - part.from
         wait = wait + (part.is_work and 0 or length)
         sums.ready = sums.ready + (part.is_work and length or 0)
         sums.work = sums.work + length * part.share
      end
   end
   local all = wait + sums.ready
   local fetching = math.max(cpu_of_workers(one.trial) / weight - sums.work, 0)
   sums.waiting = all > 0 and math.max(wait - fetching, 0) / all or 0
   sums.all = all
   return sums
end

return segments
