--- The table of results as Markdown, and why jobs failed; with several experiments, each under its name.

local cells = require "bakeoff.report.exports.cells"
local document = require "bakeoff.report.document"
local failures = require "bakeoff.report.failures"
local markdown = require "bakeoff.report.markdown"
local text_table = require "bakeoff.base.text_table"

local md = {}

local function table_of(results)
   local columns, rows = document.result_rows(results, cells.of(results))
   local failed = failures.section(results:failures())
   return table.concat(text_table.markdown(columns, rows), "\n") .. "\n"
      .. (failed and "\n" .. markdown.blocks { failed.blocks[1] } or "")
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
