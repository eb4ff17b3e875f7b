--- The trial that represents its cell where a chart shows single trials: the one nearest the median total
-- time; in an open loop, whose rate fixes the time, the one nearest the median p99.

local cell_type = require "bakeoff.model.cell"
local model_reference = require "bakeoff.model.reference"
local metrics = require "bakeoff.model.metrics"

local typical = {}

--- Chosen among the successful trials for which usable(trial) holds (default: all); nil if there is none.
function typical.trial(results, cell, usable)
   local metric = model_reference.metric(cell)
   local middle, read = results:summary_of(cell)[metric], metrics.reader(metric)
   local best, distance
   for _, trial in ipairs(middle and cell_type.good(cell) or {}) do
      local value = (not usable or usable(trial)) and read(trial)
      local away = value and math.abs(value - middle.median)
      if away and (not distance or away < distance) then
         best, distance = trial, away
      end
   end
   return best
end

--- The typical trials of cells: list of { cell, trial }; cells without one are left out.
function typical.trials(results, cells, usable)
   local list = {}
   for _, cell in ipairs(cells) do
      local trial = typical.trial(results, cell, usable)
      list[#list + 1] = trial and { cell = cell, trial = trial } or nil
   end
   return list
end

-- The metric whose median it is nearest to.
local function of_what(results)
   local open, closed = false, false
   for _, cell in ipairs(results.cells) do
      open, closed = open or cell.rate ~= nil, closed or cell.rate == nil
   end
   return not open and "total" or closed and "total or p99" or "p99"
end

--- The words for a chart's subtitle.
function typical.words(results)
   return "one trial each, the nearest its median " .. (results.manifest.form == "command" and "time"
      or of_what(results))
end

return typical
