--- Turns a trial's activity into events of Chrome's trace format, in order of time. It makes the events one
-- after another and holds only those of running jobs, however many jobs there are.
--
-- Times are whole nanoseconds here, so that rounding never moves the end of a part past the end of its whole.

local clock = require "bakeoff.runs.clock"
local cpu_curve = require "bakeoff.runs.cpu_curve"
local lanes = require "bakeoff.runs.lanes"
local segments = require "bakeoff.runs.segments"

local events = {}

-- --- priority queue --------------------------------------------------------------------------------

-- A binary heap ordered by time; events with equal times keep their order of insertion.
local function before(a, b) return a.at < b.at or (a.at == b.at and a.order < b.order) end

local function put(heap, event)
   heap.order = heap.order + 1
   event.order = heap.order
   local place = #heap + 1
   heap[place] = event
   while place > 1 and before(heap[place], heap[place // 2]) do
      heap[place], heap[place // 2] = heap[place // 2], heap[place]
      place = place // 2
   end
end

local function take(heap)
   local first, last = heap[1], table.remove(heap)
   if #heap > 0 then
      heap[1] = last
   end
   local place = 1
   while true do
      local child = 2 * place
      if heap[child + 1] and before(heap[child + 1], heap[child]) then
         child = child + 1
      end
      if not heap[child] or not before(heap[child], heap[place]) then
         return first
      end
      heap[place], heap[child] = heap[child], heap[place]
      place = child
   end
end

-- --- jobs ------------------------------------------------------------------------------------------

local function ns(seconds) return math.floor(seconds * 1e9 + 0.5) end

local function span(heap, lane, name, from, to, more)
   local at, stop = ns(from), ns(to)
   if stop > at then
      put(heap, { phase = "X", at = at, length = stop - at, lane = lane, name = name, job = more })
   end
end

-- The parts of a fetch: until the connection was made (if it was a new one), until the first byte, the body.
local function fetch_parts(heap, lane, job, part)
   local at = part.from
   local steps = { { "connect", job.connected }, { "first byte", job.first_byte }, { "body", part.to } }
   for _, step in ipairs(steps) do
      local stop = step[2] and math.min(step[2], part.to)
      if stop and stop > at then
         span(heap, lane, step[1], at, stop)
         at = stop
      end
   end
end

-- A part may begin together with its job; the job is put first, so that it comes first.
local function add_job(heap, lane, job, form)
   put(heap, { phase = "X", at = ns(job.started), length = math.max(ns(job.ended) - ns(job.started), 0),
      lane = lane, name = "job", job = job })
   put(heap, { phase = "in flight", at = ns(job.started), change = 1 })
   put(heap, { phase = "in flight", at = ns(job.ended), change = -1 })
   for _, part in ipairs(segments.of_job(job, form)) do
      span(heap, lane, part.name, part.from, part.to)
      if part.name == "fetch" and form ~= "task" then
         fetch_parts(heap, lane, job, part)
      end
   end
end

-- --- a trial ---------------------------------------------------------------------------------------

local function add_items_of_lane(items, lane, number, form)
   for _, wait in ipairs(lanes.queued(lane)) do
      items[#items + 1] = { at = wait.from, add = function(heap)
         span(heap, number, "queue", wait.from, wait.to)
      end }
   end
   for _, job in ipairs(lane.jobs) do
      items[#items + 1] = { at = job.started, add = function(heap)
         add_job(heap, number, job, form)
      end }
   end
   for _, run in ipairs(lane.runs or {}) do
      items[#items + 1] = { at = run.from, add = function(heap)
         span(heap, number, "run", run.from, run.to, run.job and { number = run.job })
      end }
   end
end

local PHASES = { "setup", "work", "teardown" }

local function add_phases(items, trial)
   for index, phase in ipairs(clock.phases_of(trial)) do
      local name, from, to = PHASES[index], phase[1], phase[2]
      if to > from then
         items[#items + 1] = { at = from, add = function(heap) span(heap, 0, name, from, to) end }
      end
   end
end

local function add_memory(items, samples)
   for _, sample in ipairs(samples) do
      if sample.time >= 0 then
         items[#items + 1] = { at = sample.time, add = function(heap)
            put(heap, { phase = "memory", at = ns(sample.time), rss = sample.rss,
               footprint = sample.footprint })
         end }
      end
   end
end

-- Cores in use from each reading to the following one.
local function add_cores(items, readings)
   for index = 1, #readings - 1 do
      local now, later = readings[index], readings[index + 1]
      local used = (later.cpu - now.cpu) / (later.time - now.time)
      items[#items + 1] = { at = now.time, add = function(heap)
         put(heap, { phase = "cores", at = ns(now.time), cores = used })
      end }
   end
end

--- → the lanes of an activity, a function that returns its events one by one, then nil: { phase = "X", at,
-- length (ns), lane (its number; 0: phases), name, job }, { phase = "in flight", at, change }, { phase =
-- "memory", at, rss, footprint (bytes, or nil) }, { phase = "cores", at, cores }. cores: how many the trial
-- could use, or nil.
function events.of(activity, form, is_sample, cores)
   local items, heap, list = {}, { order = 0 }, lanes.of(activity, is_sample)
   for number, lane in ipairs(list) do
      add_items_of_lane(items, lane, number, form)
   end
   add_phases(items, activity.trial)
   add_memory(items, activity.samples)
   add_cores(items, cpu_curve.of(activity.samples, cores))
   for index, item in ipairs(items) do
      item.order = index
   end
   table.sort(items, before)
   local position = 1
   return list, function()
      while items[position] and (not heap[1] or ns(items[position].at) <= heap[1].at) do
         items[position].add(heap)
         items[position] = false
         position = position + 1
      end
      return heap[1] and take(heap) or nil
   end
end

return events
