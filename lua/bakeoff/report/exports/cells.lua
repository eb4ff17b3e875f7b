--- What exports contain about a cell besides its figures: the measured command and the varied parameters.

local cell_type = require "bakeoff.model.cell"
local parameters = require "bakeoff.model.parameters"
local shell_words = require "bakeoff.base.shell_words"

local cells = {}

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
