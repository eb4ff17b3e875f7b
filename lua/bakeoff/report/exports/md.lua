--- The table of results as Markdown; with several experiments, each under its name.

local document = require "bakeoff.report.document"
local text_table = require "bakeoff.base.text_table"

local md = {}

local function table_of(results)
   local columns, rows = document.result_rows(results)
   return table.concat(text_table.markdown(columns, rows), "\n") .. "\n"
end

--- The text for a list of results.
function md.text(runs)
   if #runs == 1 then
      return table_of(runs[1])
   end
   local parts = {}
   for index, results in ipairs(runs) do
      parts[index] = ("## %s\n\n%s"):format(text_table.markdown_text(results.manifest.experiment or ""),
         table_of(results))
   end
   return table.concat(parts, "\n")
end

return md
