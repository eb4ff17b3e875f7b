--- How a report's charts are drawn: the script's options first, then the command line's.

local failure = require "bakeoff.base.failure"
local formats = require "bakeoff.plotting.formats"
local terminal = require "bakeoff.plotting.terminal"

local chart_options = {}

local function checked(name, value, check)
   if value == nil then
      return nil
   end
   local good, message = check(value)
   return good or failure.usage("report: %s: %s", name, message)
end

--- given: what the script passed to results:report; settings: from the command line (format, chart_terminal).
-- Returns options for charts.draw and terminal.show (kind is nil if nothing is to be shown there). Raises
-- (usage).
function chart_options.of(results, given, settings)
   local charts = setmetatable({}, { __index = given })
   local besides = checked("formats", given.formats, formats.read) or settings.format
   charts.formats = formats.with_usual(besides or {})
   charts.kind = checked("chart_terminal", given.chart_terminal, terminal.check) or settings.chart_terminal
   charts.folder, charts.print = results.dir .. "/charts", given.print or print
   return charts
end

return chart_options
