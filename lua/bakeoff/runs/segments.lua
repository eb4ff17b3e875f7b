--- A job cut into what it waits for and what it works at. Between the waits a job runs, or is ready to:
-- that it has no core or no interpreter lock at the moment is not seen from inside, only how much CPU time
-- it came to.

local contender_type = require "bakeoff.model.contender"

local segments = {}

local function add(list, from, to, is_work, name)
   if from and to and to > from then
      list[#list + 1] = { from = from, to = to, is_work = is_work, name = name }
   end
end

-- What lies between the waits in `spans` is work. Work done in place of a pool's is no wait.
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

-- The spans that lie behind the fetch.
local function later_spans(job, done)
   local later = {}
   for _, span in ipairs(job.spans or {}) do
      later[#later + 1] = span.from >= done and span or nil
   end
   return later
end

-- Where a pool processes, the job waits for it; of which no span was kept, it waited all the time.
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

-- Waits of which no span was kept: how long they were is known, but not when.
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

--- What the jobs of a trial are like: "task" (of the general form), "pool" (fetched by a loop, processed by
-- a pool), or "url".
function segments.form(results, trial)
   if results.manifest.form == "task" then
      return "task"
   end
   return contender_type.of(trial.contender).has_pool and "pool" or "url"
end

--- → list of { from, to, is_work, name, share = part of it that was work on a core }, in order. form: see
-- above.
function segments.of_job(job, form)
   local list = form == "task" and of_task(job) or of_url(job, form == "pool")
   set_shares(list, job.cpu)
   return list
end

-- CPU time that the workers used beside what the jobs know of: that of transfers, above all.
local function cpu_of_workers(trial)
   local sum = 0.0
   for _, seconds in ipairs((trial.cpu or {}).workers_s or {}) do
      sum = sum + seconds
   end
   return sum
end

--- What the time of an activity's jobs was: { ready = seconds in which they had work, work = of that on a
-- core, waiting = the part of all their time in which nobody worked for them }. Of a sample, each job
-- stands for `weight`.
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
