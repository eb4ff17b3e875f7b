--- Cores in use over time: how fast the CPU time of a trial's processes grows between the sampler's
-- readings, of one trial per contender.

local areas = require "bakeoff.plotting.areas"
local numbers = require "bakeoff.base.numbers"
local panels = require "bakeoff.plotting.panels"
local wording = require "bakeoff.analysis.wording.single_trials"

local cpu = { name = "cpu" }

local FEWEST, MOST = 4, 160 -- pieces of time
local SHORTEST_S = 0.03 -- of a piece: shorter ones would show when readings were made rather than the cores

local function readings_of(entry)
   local list = {}
   for _, sample in ipairs(entry.activity.samples) do
      if sample.cpu and sample.time >= 0 then
         list[#list + 1] = sample
      end
   end
   return list
end

-- CPU time at a moment, straight between two readings; moments come in order.
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

-- Cores in each piece of time.
local function cores_of(entry)
   local list, values = entry.readings, {}
   local ends = list[#list].time
   local count = math.max(math.min(MOST, math.floor(ends / SHORTEST_S)), FEWEST)
   local read, width = reader_of(list), ends / count
   local before = read(0)
   for index = 1, count do
      local now = read(index * width)
      values[index], before = (now - before) / width, now
   end
   return values, width
end

-- Of the whole trial, exact: the kernel's own sum when it was over.
local function mean_of(entry) return (entry.trial.cpu or {}).cores_used end

local function with_readings(results, options)
   local all, cells, workers = panels.trials(results, options)
   local list = {}
   for _, entry in ipairs(all) do
      entry.readings, entry.cores = readings_of(entry), mean_of(entry)
      if #entry.readings >= FEWEST and entry.readings[#entry.readings].time > 0 and entry.cores then
         list[#list + 1] = entry
      end
   end
   return list, cells, workers
end

function cpu.title(results, options) return wording.cores((with_readings(results, options))) end

local function remarks_of(entry)
   return function(last) return { "mean " .. numbers.plain(entry.cores), panels.ending(entry, last) } end
end

function cpu.build(results, options)
   local list, cells, workers = with_readings(results, options)
   if #list == 0 then
      return nil, "CPU time was not read often enough in these trials", "aside"
   end
   for _, entry in ipairs(list) do
      entry.points, entry.remarks = areas.steps(cores_of(entry)), remarks_of(entry)
   end
   return areas.build(results, list, { name = cpu.name, title = wording.cores(list), cells = cells,
      workers = workers, notes = { "height: cores in use, all processes of the trial" } }, options)
end

return cpu
