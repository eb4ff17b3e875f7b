--- What the exports in markup languages share: the table of each experiment, under its name if there are
-- several.

local cells = require "bakeoff.report.exports.cells"
local document = require "bakeoff.report.document"

local markup = {}

--- A cell on one line.
function markup.plain(value) return (tostring(value == nil and "" or value):gsub("%c+", " ")) end

local function texts_of(columns, rows)
   local list = {}
   for number, row in ipairs(rows) do
      list[number] = {}
      for index in ipairs(columns) do
         list[number][index] = markup.plain(row[index])
      end
   end
   return list
end

--- The text for a list of results. heading: what begins the line with a name; table_of(columns, rows): lines.
function markup.text(runs, heading, table_of)
   local parts = {}
   for index, results in ipairs(runs) do
      local columns, rows = document.result_rows(results, cells.of(results))
      local lines = table_of(columns, texts_of(columns, rows))
      if #runs > 1 then
         table.insert(lines, 1, heading .. markup.plain(results.manifest.experiment) .. "\n")
      end
      parts[index] = table.concat(lines, "\n") .. "\n"
   end
   return table.concat(parts, "\n")
end

return markup
