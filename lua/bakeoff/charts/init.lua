--- The charts of a run, one file each beside this one: which there are, which suit a run, and drawing them.

local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local failure = require "bakeoff.base.failure"
local select = require "bakeoff.model.select"
local text = require "bakeoff.base.text"

local charts = {}

--- All charts, in the order of the report.
charts.NAMES = { "speed", "ratio", "workers", "cores", "memory", "footprint", "quadrant", "latency",
   "distribution", "timeline", "inflight", "cpu", "scaling", "speedup", "efficiency", "memory_workers" }

local function is_in(list, name)
   for _, entry in ipairs(list or {}) do
      if entry == name then
         return true
      end
   end
   return false
end

-- The charts that suit a run: of a process that was watched there is only its memory to show, and programs
-- have no worker counts of ours.
local SUITABLE = { attach = { "memory" }, command = { "speed", "ratio", "memory",
   "footprint", "quadrant", "distribution" } }

-- Of open loops alone, whose rate says how long they take.
local UNTIMED = { "workers", "cores", "memory", "footprint", "latency", "timeline", "inflight", "cpu",
   "memory_workers" }

local function suitable(results, options)
   local _, _, metric = select.ranked(results, options.workers)
   return options.only or SUITABLE[results.manifest.form] or metric ~= "total_s" and UNTIMED or charts.NAMES
end

--- Builds the charts that are wanted: a list of built ones; and a list of lines on charts that these rows
-- have nothing for. options: as charts.draw.
function charts.build_all(results, options)
   local list, skipped = {}, {}
   for _, name in ipairs(suitable(results, options)) do
      local asked = options.only ~= nil or is_in(options.also, name)
      local chart = require("bakeoff.charts." .. name)
      local built, reason, aside = chart.build(results, options, asked)
      if built then
         built.about = chart.about
         list[#list + 1] = built
      elseif not aside or asked then -- one that stands aside is missed only when it was asked for
         skipped[#skipped + 1] = ("%s chart: %s"):format(name, reason)
      end
   end
   return list, skipped
end

-- Sorts what gnuplot made of them.
local function sorted(list, outcome, options)
   local drawn, problems = {}, {}
   for _, built in ipairs(list) do
      if outcome[built.name] == true then
         drawn[#drawn + 1] = draw.paths(built, options)
      else
         problems[#problems + 1] = ("%s chart not drawn: %s"):format(built.name, outcome[built.name])
      end
   end
   return drawn, problems
end

--- Draws charts of a run folder. options: { only = {names}, also = {names of charts that would
-- stand aside}, workers =, theme =, size =, formats = {names}, keep_others = (see draw.write_all) }.
-- Returns the list of those drawn (see draw.paths), a list of lines on what was not drawn although it
-- should have been, a list of lines on charts that these rows have nothing for, and the built charts.
function charts.draw(results, options)
   local ok, message = core.mkdirs(results.dir .. "/charts")
   if not ok then
      return {}, { message }, {}, {}
   end
   local list, skipped = charts.build_all(results, options)
   local outcome, problem, kind = draw.write_all(results.dir .. "/charts", list, options)
   if not outcome then
      return {}, { (kind and "charts not drawn: " or "") .. problem }, skipped, {}
   end
   local drawn, problems = sorted(list, outcome, options)
   return drawn, problems, skipped, list
end

--- The title of a chart, as a report would write it, without drawing it. nil, reason where the rows have
-- nothing for it. Raises (usage) where there is no such chart.
function charts.title(name, results)
   if not is_in(charts.NAMES, name) then
      failure.usage("finding: '%s' is no chart%s", text.shown(name),
         text.suggestion(tostring(name), charts.NAMES))
   end
   local built, reason = require("bakeoff.charts." .. name).build(results, {}, true)
   return built and built.title, reason
end

return charts
