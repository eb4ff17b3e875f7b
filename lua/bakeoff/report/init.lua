--- The report of one experiment: the summary on the terminal, report.md, report.html, summary.json and the
-- charts.

local chart_options = require "bakeoff.report.chart_options"
local chart_terminal = require "bakeoff.plotting.terminal"
local charts = require "bakeoff.charts"
local choice = require "bakeoff.report.html.choice"
local document = require "bakeoff.report.document"
local files = require "bakeoff.base.files"
local markdown = require "bakeoff.report.markdown"
local page = require "bakeoff.report.html.page"
local pictures = require "bakeoff.report.html.pictures"
local svg = require "bakeoff.report.html.svg"
local terminal = require "bakeoff.report.terminal"
local waiting = require "bakeoff.base.waiting"

local report = {}

-- Which documents to write, in the order in which they are named.
local function documents_of(options)
   local names = {}
   for _, pair in ipairs { { "md", "report.md" }, { "html", "report.html" } } do
      names[#names + 1] = options[pair[1]] ~= false and pair[2] or nil
   end
   return names
end

local function braced(names) return #names == 1 and names[1] or ("{%s}"):format(table.concat(names, ",")) end

-- The charts' many files as one word that a shell expands: "charts/{speed,ratio}.{svg,png}".
local function written_files(drawn, documents)
   local written = table.move(documents, 1, #documents, 2, { "summary.json" })
   local names, endings = {}, {}
   for index, chart in ipairs(drawn) do
      names[index] = chart.name
      for at, picture in ipairs(chart.pictures) do
         endings[at] = picture:match("%.(%w+)$")
      end
   end
   written[#written + 1] = #drawn > 0 and ("charts/%s.%s"):format(braced(names), braced(endings)) or nil
   return written
end

-- The text of report.html; and problems with its drawings.
local function html_of(results, content, drawn, options)
   local palette, chosen = svg.palette(), choice.of(results)
   local how = { workers = options.workers, size = options.size, theme = options.theme,
      class_of = function(label) return chosen:class(label) end }
   local found, problems = pictures.draw(results, drawn, palette, how)
   return page.of(content, found, palette, chosen), problems
end

-- Writes the documents. → problems with their drawings; or nil, message
local function write_documents(results, made, documents, options)
   local content, problems = document.of(results, made.drawn, made.problems, made.skipped), {}
   for _, name in ipairs(documents) do
      local text
      if name == "report.md" then
         text = markdown.of(content)
      else
         text, problems = html_of(results, content, made.drawn, options)
      end
      local ok, message = files.write(("%s/%s"):format(results.dir, name), text, "own")
      if not ok then
         return nil, message
      end
   end
   return problems
end

-- What to show on the terminal: the script's options first, then those of the command line.
local function view_of(options, settings)
   local view = { print = options.print, width = options.width, colour = options.colour }
   for _, name in ipairs { "all", "notes", "quiet" } do
      view[name] = options[name]
      if view[name] == nil then
         view[name] = settings and settings[name]
      end
   end
   return view
end

--- Makes the report. options: print (function, default print), width and colour (default: the terminal's;
-- NO_COLOR is respected), all, notes and quiet (see terminal.show), charts = false draws none, md = false and
-- html = false leave out a document, workers, theme, size, only, also (see charts.draw), formats (a list,
-- besides svg and png), chart_terminal ("dumb" …: charts also on the terminal). settings: the command line's
-- all, notes, quiet, formats and chart_terminal, used if the options have none.
-- Returns true, or false and one line on what was not written or drawn.
function report.make(results, options, settings)
   local how = chart_options.of(results, options, settings)
   how.line = waiting.new()
   local made, documents = { drawn = {}, problems = {}, skipped = {}, built = {} }, documents_of(options)
   if options.charts ~= false then
      made.drawn, made.problems, made.skipped, made.built = charts.draw(results, how)
   end
   local ok, message = results:summary()
   local missing = ok and {}
   if ok then
      how.line:show("charts of report.html")
      missing, message = write_documents(results, made, documents, options)
      how.line:clear()
   end
   if not missing then
      local line = table.concat(table.move({ ("the report was not written (%s)"):format(message) }, 1, 1,
         #made.problems + 1, made.problems), "; ") .. "; the rows are kept in " .. results.dir
      io.stderr:write("bakeoff: ", line, "\n")
      return false, line
   end
   terminal.show(results, written_files(made.drawn, documents), made.skipped, view_of(options, settings))
   for _, line in ipairs(how.kind and chart_terminal.show(made.built, how) or {}) do
      how.print("note: " .. line)
   end
   local problems = table.move(missing, 1, #missing, #made.problems + 1, made.problems)
   if #problems > 0 then
      local line = table.concat(problems, "; ") .. "; the rows are kept in " .. results.dir
      io.stderr:write("bakeoff: ", line, "\n")
      return false, line
   end
   return true
end

return report
