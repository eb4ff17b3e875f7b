--- Jobs in flight over time, that is started and not ended, for one trial per contender. Each panel is as
-- high as the contender has slots, so that one slot in use shows as well as a hundred.

local areas = require "bakeoff.plotting.areas"
local numbers = require "bakeoff.base.numbers"
local panels = require "bakeoff.plotting.panels"
local wording = require "bakeoff.analysis.wording.single_trials"

local inflight = { name = "inflight" }

local PIECES = 240

local function each_job(entry, visit)
   for _, job in ipairs(entry.activity.jobs) do
      visit(job.started, math.max(job.ended or entry.ends, job.started))
   end
end

-- The mean number in flight in each interval.
local function means_of(entry, width)
   local values, weight = {}, panels.weight(entry)
   for index = 1, PIECES do
      values[index] = 0.0
   end
   each_job(entry, function(from, to)
      for index = math.floor(from / width), math.min(math.floor(to / width), PIECES - 1) do
         local covered = math.min(to, (index + 1) * width) - math.max(from, index * width)
         values[index + 1] = values[index + 1] + covered / width * weight
      end
   end)
   return values
end

-- The mean during the work, by Little's law: the sum of the jobs' times divided by the length of the work.
local function mean_of(entry)
   local sum, work = 0.0, entry.trial.work_s or 0
   each_job(entry, function(from, to) sum = sum + to - from end)
   return work > 0 and sum * panels.weight(entry) / work or 0
end

local function slots_of(entry)
   local submitted = (entry.trial.jobs or {}).submitted or entry.cell.workers
   return math.max(math.min(entry.cell.workers, submitted), math.ceil(entry.mean - 1e-6), 1)
end

local function with_jobs(results, options)
   local all, cells, workers = panels.trials(results, options)
   local list = {}
   for _, entry in ipairs(all) do
      if #entry.activity.jobs > 0 and entry.ends > 0 then
         entry.mean = mean_of(entry)
         entry.slots = slots_of(entry)
         entry.filled, entry.full = entry.mean / entry.slots, entry.slots
         list[#list + 1] = entry
      end
   end
   return list, cells, workers
end

function inflight.title(results, options) return wording.in_flight((with_jobs(results, options))) end

local function remarks_of(entry)
   return function(last)
      local list = { ("mean %s of %s"):format(numbers.plain(entry.mean), numbers.whole(entry.slots)) }
      list[#list + 1] = panels.sample(entry)
      list[#list + 1] = panels.ending(entry, last)
      return list
   end
end

function inflight.build(results, options)
   local list, cells, workers = with_jobs(results, options)
   if #list == 0 then
      return nil, "no job of these trials is on record", "aside"
   end
   for _, entry in ipairs(list) do
      local width = entry.ends / PIECES
      entry.points, entry.remarks = areas.steps(means_of(entry, width), width), remarks_of(entry)
   end
   return areas.build(results, list, { name = inflight.name, title = wording.in_flight(list), cells = cells,
      workers = workers, notes = { "height: jobs started and not ended, of all slots" } }, options)
end

return inflight
