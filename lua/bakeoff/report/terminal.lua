--- The report on the terminal: the table, the finding, warnings, and the files that were written.

local command_report = require "bakeoff.report.programs"
local document = require "bakeoff.report.document"
local lateness = require "bakeoff.analysis.lateness"
local report_notes = require "bakeoff.report.notes"
local tail = require "bakeoff.analysis.tail"
local text_table = require "bakeoff.base.text_table"

local terminal = {}

local function table_options(options, keys)
   local core = require "bakeoff.core"
   local width = options.width or core.terminal(1)
   local colour = options.colour
   if colour == nil then
      colour = core.terminal(1) ~= nil and (os.getenv("NO_COLOR") or "") == ""
   end
   return { width = width, colour = colour, keys = keys }
end

local function print_lines(out, lines, prefix)
   for _, line in ipairs(lines) do
      out((prefix or "") .. line)
   end
end

local function print_tables(results, options, out)
   local columns, rows, keys = document.result_rows(results)
   local how = table_options(options, keys)
   out("")
   print_lines(out, text_table.terminal(columns, rows, how))
   out("")
   print_lines(out, report_notes.scaling_lines(results, how))
end

-- What intervals presume; nil if the table would show the same differences without it.
local function doubts(results)
   local found = results:hidden_dependence()
   return found and #found.doubtful > 0 and found.text or nil
end

--- Prints it. written: files of the run folder; skipped: lines from charts.draw; options: print, width,
-- colour.
function terminal.show(results, written, skipped, options)
   local out = options.print or print
   print_tables(results, options, out)
   out(results:finding() .. ".")
   if report_notes.stopped(results) then
      out(report_notes.stopped(results))
   end
   print_lines(out, command_report.is_for(results) and command_report.memory_lines(results) or {})
   print_lines(out, lateness.sentences(results), "note: ")
   print_lines(out, { tail.sentence(results, true) }, "note: ")
   print_lines(out, results:audit(), "warning: ")
   print_lines(out, { (results:trust() or {}).text }, "note: ")
   print_lines(out, { doubts(results) }, "note: ")
   print_lines(out, results:steadiness(), "warning: ")
   print_lines(out, results:not_run(), "not run: ")
   print_lines(out, skipped, "note: ")
   out("wrote:")
   print_lines(out, written, "  " .. results.dir .. "/")
end

return terminal
