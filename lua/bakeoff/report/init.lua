--- The report of one experiment: the table on the terminal, report.md, summary.json and the charts.

local document = require "bakeoff.report.document"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local markdown = require "bakeoff.report.markdown"
local terminal = require "bakeoff.report.terminal"

local report = {}

--- The text of report.md.
function report.markdown(results, drawn, problems, skipped)
   return markdown.of(document.of(results, drawn, problems, skipped))
end

local function written_files(drawn)
   local written = { "summary.json", "report.md" }
   for _, chart in ipairs(drawn) do
      table.move(chart.pictures, 1, #chart.pictures, #written + 1, written)
   end
   return written
end

--- Makes the report. options: print (function, default print), width and colour (default: as the terminal
-- is; NO_COLOR is kept), charts = false to draw none, workers, theme, size, only, also (see draw.all).
-- Returns true, or false and one line on what was not written or drawn.
function report.make(results, options)
   local drawn, problems, skipped = {}, {}, {}
   if options.charts ~= false then
      drawn, problems, skipped = draw.all(results, options)
   end
   local summary, message = results:summary()
   if not summary then
      return false, message
   end
   local ok
   ok, message = files.write(results.dir .. "/report.md", report.markdown(results, drawn, problems, skipped))
   if not ok then
      return false, message
   end
   terminal.show(results, written_files(drawn), skipped, options)
   if #problems > 0 then
      local line = table.concat(problems, "; ") .. "; the rows are kept in " .. results.dir
      io.stderr:write("bakeoff: ", line, "\n")
      return false, line
   end
   return true
end

return report
