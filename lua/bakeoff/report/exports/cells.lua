--- What exports contain about a cell besides its figures: the measured command and the varied parameters.

local cell_type = require "bakeoff.model.cell"
local shell_words = require "bakeoff.base.shell_words"

local cells = {}

local function options_of(cell, manifest)
   for _, planned in ipairs(manifest.cells or {}) do
      if (planned.label or planned.contender) == cell.label and planned.workers == cell.workers then
         return planned.options or {}
      end
   end
   return {}
end

--- A program's command line as the manifest has it; for other contenders, the name with its workers.
function cells.command(cell, manifest)
   local argv = options_of(cell, manifest).argv
   return type(argv) == "table" and #argv > 0 and shell_words.join(argv)
      or cell_type.short(cell)
end

--- The varied parameters: { { name, text }, … }. The values scanned by `bakeoff exec`; else the worker count.
function cells.parameters(cell, manifest)
   local given = options_of(cell, manifest).parameters
   if type(given) == "table" then
      return given
   end
   return cell.untold and {} or { { "workers", ("%d"):format(cell.workers) } }
end

return cells
