--- The total times of a cell's trials as a series in time.

local cell_type = require "bakeoff.model.cell"
local metrics = require "bakeoff.model.metrics"
local order = require "bakeoff.stats.order"

local series = { FEWEST = 8 } -- trials of a cell, before their order is judged

local METRIC = "total_s"

--- Successful trials with a time, in the order of their blocks: a list of { block, value, number (repeat) }.
function series.of(cell)
   local list = {}
   for _, trial in ipairs(cell_type.good(cell)) do
      local value = metrics.reader(METRIC)(trial)
      local number = math.tointeger(trial["repeat"] or trial.block)
      if value and value > 0 then
         local block = math.tointeger(trial.block) or number
         list[#list + 1] = { block = block, number = number, value = value }
      end
   end
   table.sort(list, function(a, b) return a.block < b.block end)
   return list
end

--- The values of such a list.
function series.values(list)
   local values = {}
   for index, one in ipairs(list) do
      values[index] = one.value
   end
   return values
end

--- The cells with at least series.FEWEST trials, each { cell, series, values, median }.
function series.long(cells)
   local list = {}
   for _, cell in ipairs(cells) do
      local trials = series.of(cell)
      if #trials >= series.FEWEST then
         local values = series.values(trials)
         list[#list + 1] = { cell = cell, series = trials, values = values, median = order.median(values) }
      end
   end
   return list
end

return series
