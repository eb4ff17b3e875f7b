--- Cores in use over time, for one trial per contender: how fast the CPU time of the trial's processes grows
-- between the sampler's readings, never faster than the machine's cores allow (runs/cpu_curve.lua). The means
-- beside it are the figures of the table and of the chart `cores`.

local areas = require "bakeoff.plotting.areas"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local cores_words = require "bakeoff.analysis.wording.cores"
local cpu_curve = require "bakeoff.runs.cpu_curve"
local panels = require "bakeoff.plotting.panels"

local cpu = { name = "cpu" }

local FEWEST, MOST = 4, 160 -- intervals of time
local SHORTEST_S = 0.03 -- of an interval: shorter ones would show the times of readings rather than the cores

-- Returns the CPU time at a moment, interpolated between two readings; moments must come in order.
local function reader_of(list)
   local at = 1
   return function(time)
      while at < #list - 1 and list[at + 1].time < time do
         at = at + 1
      end
      local a, b = list[at], list[at + 1]
      local part = b.time > a.time and (time - a.time) / (b.time - a.time) or 1
      return a.cpu + (b.cpu - a.cpu) * math.max(math.min(part, 1), 0)
   end
end

-- The cores in each interval.
local function cores_of(entry)
   local list, values = entry.readings, {}
   local ends = list[#list].time
   local count = math.max(math.min(MOST, math.floor(ends / SHORTEST_S)), FEWEST)
   local read, width = reader_of(list), ends / count
   local before = read(0.0)
   for index = 1, count do
      local now = read(index * width)
      values[index], before = (now - before) / width, now
   end
   return values, width
end

local function with_readings(results, options)
   local all, cells, workers = panels.trials(results, options)
   local list, available = {}, cores_in_use.available(results)
   for _, entry in ipairs(all) do
      local mean = cores_in_use.from_start_to_end(results, entry.cell)
      entry.readings = cpu_curve.of(entry.activity.samples, available, entry.activity.clock.at)
      entry.cores = mean and mean.median
      if #entry.readings >= FEWEST and entry.readings[#entry.readings].time > 0 and entry.cores then
         list[#list + 1] = entry
      end
   end
   return list, cells, workers
end

function cpu.title(results, options)
   return cores_words.on_average((with_readings(results, options)), cores_in_use.available(results))
end

local function remarks_of(entry)
   return function(last)
      return { cores_words.mean(entry.cores), panels.ending(entry, last) }
   end
end

function cpu.build(results, options)
   local list, cells, workers = with_readings(results, options)
   if #list == 0 then
      return nil, "CPU time was not read often enough in these trials", "aside"
   end
   for _, entry in ipairs(list) do
      entry.points, entry.remarks = areas.steps(cores_of(entry)), remarks_of(entry)
   end
   return areas.build(results, list, { name = cpu.name, title = cores_words.on_average(list,
      cores_in_use.available(results)), cells = cells, workers = workers, notes = { "height: cores in use",
         cores_words.MEANS } }, options)
end

return cpu
