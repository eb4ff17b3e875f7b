--- Decides in which lane a job is drawn: its worker's, or, if one loop has all jobs in flight, that of the
-- lowest free slot. What a pool ran for a loop's jobs gets separate lanes, one per worker.

local contender_type = require "bakeoff.model.contender"

local lanes = {}

--- What a lane of this contender is: "slot" of a loop, or "worker".
function lanes.noun(contender) return contender_type.of(contender).on_loop and "slot" or "worker" end

local function lane_at(list, index, kind)
   while #list < index do
      list[#list + 1] = { kind = kind, number = #list + 1, jobs = {}, free_at = -math.huge }
   end
   return list[index]
end

local function put(lane, job)
   lane.jobs[#lane.jobs + 1] = job
   lane.free_at = job.ended or math.huge
end

-- Linear search: a heap ordered by the time a slot becomes free would not give the lowest free slot, and
-- there are only hundreds of slots.
local function lowest_free(list, time)
   for _, lane in ipairs(list) do
      if lane.free_at <= time then
         return lane
      end
   end
   return lane_at(list, #list + 1, "slot")
end

-- A job that never ended keeps its lane until its worker's next job starts.
local function cut_unended(lane, last)
   for index, job in ipairs(lane.jobs) do
      local next_job = lane.jobs[index + 1]
      local latest = next_job and next_job.started or last
      if not job.ended or (next_job and job.ended > latest) then
         job.ended = math.max(latest, job.started)
      end
   end
end

--- Returns the lanes of an activity: a list of { kind = "worker", "slot" or "pool", number, jobs }; lanes
-- of a pool have `runs` instead of jobs. A job without an end gets one: the next start in its lane, or the
-- end of the work. is_sample: only some of the activity's jobs are on record.
function lanes.of(one, is_sample)
   local kind = lanes.noun(one.trial.contender)
   local list, phases = {}, one.phases or one.trial.phases or {}
   for _, job in ipairs(one.jobs) do
      local is_free = kind == "slot" and not is_sample
      put(is_free and lowest_free(list, job.started) or lane_at(list, job.worker or 1, kind), job)
   end
   local last = phases.work_end_s or phases.end_s or 0
   for _, lane in ipairs(list) do
      cut_unended(lane, last)
   end
   local pool = {}
   for _, run in ipairs(one.runs) do
      local lane = lane_at(pool, run.worker or 1, "pool")
      lane.runs = lane.runs or {}
      table.insert(lane.runs, run)
   end
   return table.move(pool, 1, #pool, #list + 1, list)
end

--- Returns the times when the lane was idle although a job was queued: a list of { from, to, job }, where
-- job is the one that then started.
function lanes.queued(lane)
   local list, free_from = {}, -math.huge
   for _, job in ipairs(lane.jobs) do
      local from = math.max(job.queued or job.started, free_from)
      if job.started > from then
         list[#list + 1] = { from = from, to = job.started, job = job }
      end
      free_from = job.ended
   end
   return list
end

return lanes
