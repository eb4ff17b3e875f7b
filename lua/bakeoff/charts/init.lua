--- The charts of a run: selects those that suit it, builds and draws them. The list: registry.lua.

local draw = require "bakeoff.plotting.draw"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local registry = require "bakeoff.charts.registry"
local select = require "bakeoff.model.select"
local text = require "bakeoff.base.text"
local waiting = require "bakeoff.base.waiting"

local charts = {}

--- The charts of a run, in the order of the report.
charts.NAMES = registry.OF_RUNS

local function is_in(list, name)
   for _, entry in ipairs(list or {}) do
      if entry == name then
         return true
      end
   end
   return false
end

local function suitable(results, options)
   local _, _, metric = select.ranked(results, options.workers)
   return options.only or registry.suitable(results.manifest.form, metric == "total_s")
end

--- Builds one chart. given: results, or the table of a script's own chart; options: as in charts.draw; asked:
-- the user named it. → built; or nil, reason and, if the chart is only worth mentioning when asked for,
-- "aside".
function charts.build(name, given, options, asked)
   local entry = registry.entry(name)
   if entry.only_asked and not asked then
      return nil, "it was not asked for", "aside"
   end
   local least = not asked and entry.least or {}
   local built, reason, aside = registry.module(name).build(given, options, least)
   if built then
      built.about, built.in_terminal = entry.about, entry.terminal
   end
   return built, reason, aside
end

--- Builds the wanted charts: a list of built ones; and a list of lines on charts for which these rows have no
-- data. options: as in charts.draw.
function charts.build_all(results, options)
   local list, skipped, names = {}, {}, suitable(results, options)
   for number, name in ipairs(names) do
      if options.line then
         options.line:show(("charts: %s, %d of %d"):format(name, number, #names))
      end
      local asked = options.only ~= nil or is_in(options.also, name)
      local built, reason, aside = charts.build(name, results, options, asked)
      list[#list + 1] = built
      if not built and (asked or not aside) then -- one that stands aside is reported only when asked for
         skipped[#skipped + 1] = ("%s chart: %s"):format(name, reason)
      end
   end
   return list, skipped
end

--- Lines on charts for which something didn't work: "speed and cores charts not drawn: REASON". A reason is
-- given once. list: { { name, reason } … }
function charts.problems(list, what)
   local names, reasons, lines = {}, {}, {}
   for _, one in ipairs(list) do
      local name, reason = table.unpack(one)
      if not names[reason] then
         names[reason], reasons[#reasons + 1] = {}, reason
      end
      table.insert(names[reason], name)
   end
   for index, reason in ipairs(reasons) do
      local named = names[reason]
      local noun = #named == 1 and "chart" or "charts"
      lines[index] = ("%s %s %s: %s"):format(numbers.list(named), noun, what, reason)
   end
   return lines
end

-- Sorts the charts by gnuplot's outcome: drawn or failed.
local function sorted(list, outcome, options)
   local drawn, failed = {}, {}
   for _, built in ipairs(list) do
      if outcome[built.name] == true then
         drawn[#drawn + 1] = draw.paths(built, options)
      else
         failed[#failed + 1] = { built.name, outcome[built.name] }
      end
   end
   return drawn, charts.problems(failed, "not drawn")
end

--- Draws charts of a run folder. options: { only = {names}, also = {names of charts that would
-- stand aside}, workers =, theme =, size =, formats = {names}, keep_others = (see draw.write_all), line =
-- shows progress (base/waiting.lua; default: a new one) }. Returns the list of drawn charts (see draw.paths),
-- a list of lines on charts that should have been drawn but were not, a list of lines on charts for which
-- these rows have no data, and the built charts.
function charts.draw(results, options)
   local folder, message = draw.folder(results.dir)
   if not folder then
      return {}, { message }, {}, {}
   end
   local line = options.line or waiting.new()
   local list, skipped = charts.build_all(results, setmetatable({ line = line }, { __index = options }))
   line:show("charts: gnuplot")
   local outcome, problem, kind = draw.write_all(folder, list, options)
   line:clear()
   if not outcome then
      return {}, { (kind and "charts not drawn: " or "") .. problem }, skipped, {}
   end
   local drawn, problems = sorted(list, outcome, options)
   return drawn, problems, skipped, list
end

--- The title of a chart, as a report would show it, without drawing the chart. nil, reason if the rows have
-- no data for it. Raises (usage) if there is no such chart.
function charts.title(name, results)
   if not is_in(charts.NAMES, name) then
      failure.usage("finding: '%s' is not a chart%s", text.shown(name),
         text.suggestion(tostring(name), charts.NAMES))
   end
   local built, reason = charts.build(name, results, {}, true)
   return built and built.title, reason
end

return charts
