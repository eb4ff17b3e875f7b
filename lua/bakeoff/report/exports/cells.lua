--- What exports contain about a cell besides its figures: the measured command and the varied parameters.

local cell_type = require "bakeoff.model.cell"
local parameters = require "bakeoff.model.parameters"
local shell_words = require "bakeoff.base.shell_words"

local cells = {}

--- The cells of a run in the order in which exports have them: as planned, or the fastest first (results.sort
-- = "time"), then those of which no trial succeeded.
function cells.of(results)
   if rawget(results, "sort") ~= "time" then
      return results.cells
   end
   local list, places = table.move(results.cells, 1, #results.cells, 1, {}), {}
   for index, cell in ipairs(list) do
      places[cell] = index
   end
   local function median(cell) return (results:summary_of(cell).total_s or {}).median or math.huge end
   table.sort(list, function(a, b)
      local left, right = median(a), median(b)
      return left < right or left == right and places[a] < places[b]
   end)
   return list
end

--- A program's command line as the manifest has it; for other contenders, the name with its workers.
function cells.command(cell, manifest)
   local argv = parameters.argv(cell, manifest)
   return argv and shell_words.join(argv) or cell_type.short(cell)
end

--- The varied parameters: { { name, text }, … }. The values scanned by `bakeoff exec`; else the worker count.
function cells.parameters(cell, manifest)
   return parameters.scanned(cell, manifest)
      or (cell.untold and {} or { { "workers", ("%d"):format(cell.workers) } })
end

return cells
