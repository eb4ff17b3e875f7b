--- Results as JSON: the content of summary.json; for several experiments, a list of these.

local base_json = require "bakeoff.base.json"
local cells = require "bakeoff.report.exports.cells"

local json = {}

-- The summary, with its cells in the order of all exports.
local function summary_of(results)
   local summary, by_cell, sorted = results:summary_table(), {}, base_json.array {}
   for index, cell in ipairs(results.cells) do
      by_cell[cell] = summary.cells[index]
   end
   for index, cell in ipairs(cells.of(results)) do
      sorted[index] = by_cell[cell]
   end
   summary.cells = sorted
   return summary
end

--- The text for a list of results.
function json.text(runs)
   local list = base_json.array {}
   for index, results in ipairs(runs) do
      list[index] = summary_of(results)
   end
   return base_json.encode(#list == 1 and list[1] or list, { pretty = true })
end

return json
