--- The report of one experiment: the table on the terminal, report.md, report.html, summary.json and the
-- charts.

local document = require "bakeoff.report.document"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local markdown = require "bakeoff.report.markdown"
local page = require "bakeoff.report.html.page"
local pictures = require "bakeoff.report.html.pictures"
local svg = require "bakeoff.report.html.svg"
local terminal = require "bakeoff.report.terminal"

local report = {}

local function written_files(drawn)
   local written = { "summary.json", "report.md", "report.html" }
   for _, chart in ipairs(drawn) do
      table.move(chart.pictures, 1, #chart.pictures, #written + 1, written)
   end
   return written
end

-- report.md and report.html. → problems of drawing for the page; or nil, message
local function write_documents(results, drawn, problems, skipped, options)
   local content, palette = document.of(results, drawn, problems, skipped), svg.palette()
   local found, missing = pictures.draw(results, drawn, palette, options)
   for name, text in pairs { ["report.md"] = markdown.of(content),
      ["report.html"] = page.of(content, found, palette) } do
      local ok, message = files.write(("%s/%s"):format(results.dir, name), text)
      if not ok then
         return nil, message
      end
   end
   return missing
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
   local missing
   missing, message = write_documents(results, drawn, problems, skipped, options)
   if not missing then
      return false, message
   end
   table.move(missing, 1, #missing, #problems + 1, problems)
   terminal.show(results, written_files(drawn), skipped, options)
   if #problems > 0 then
      local line = table.concat(problems, "; ") .. "; the rows are kept in " .. results.dir
      io.stderr:write("bakeoff: ", line, "\n")
      return false, line
   end
   return true
end

return report
