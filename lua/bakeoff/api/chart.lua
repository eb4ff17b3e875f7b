--- Charts that a script draws from its own data or from several experiments.
--
--    bake.chart { kind = "order", name = "completion_order", systems = { … }, job = "…" }
--    bake.chart { kind = "groups", name = "sessions", groups = { { name = "cap 5", results = r } … } }
--
-- The top of lua/bakeoff/charts/<kind>.lua describes the fields of each kind. Both take `title` (by default
-- the finding), `size` and `theme`. The chart goes to DIR/<name>/: <kind>.json holds everything that was
-- drawn and where it was measured; charts/ holds <kind>.dat, .gp, .svg and .png. `bakeoff plot DIR/<name>`
-- draws the chart again from there.

local chart_folder = require "bakeoff.api.chart_folder"
local checks = require "bakeoff.base.checks"
local draw = require "bakeoff.plotting.draw"
local failure = require "bakeoff.base.failure"
local locale = require "bakeoff.base.locale"
local options = require "bakeoff.script.options"
local page = require "bakeoff.plotting.page"
local registry = require "bakeoff.charts.registry"
local run_folder = require "bakeoff.experiment.run_folder"
local sequence = require "bakeoff.analysis.sequence"
local session = require "bakeoff.script.session"
local text = require "bakeoff.base.text"

local chart = {}

local FIELDS = {
   order = { "kind", "name", "title", "size", "theme", "job", "systems" },
   groups = { "kind", "name", "title", "size", "theme", "job", "groups", "reference", "workers" },
}

local function is_time(value) return type(value) == "number" and value >= 0 and value < math.huge end

local function check_task(task, argument)
   if type(task) ~= "table" then
      failure.usage("%s: expected a table of times, got a %s", argument, type(task))
   end
   checks.refuse_unknown(task, { "kind", "submitted", "started", "ended", "received" }, argument)
   local before = 0
   for _, name in ipairs { "submitted", "started", "ended", "received" } do
      local time = task[name]
      if not (is_time(time) or (time == nil and name == "received")) then
         failure.usage("%s: %s: expected seconds since the system's start, got '%s'", argument, name,
            text.shown(time))
      elseif time and time < before then
         failure.usage("%s: %s is out of order: submitted, started, ended, received", argument,
            name)
      end
      before = time or before
   end
end

local function check_system(system, argument)
   if type(system) ~= "table" or type(system.name) ~= "string" or type(system.tasks) ~= "table"
      or #system.tasks == 0 then
      failure.usage("%s: expected { name = text, tasks = list }", argument)
   end
   checks.refuse_unknown(system, { "name", "model", "results", "tasks" }, argument)
   for number, task in ipairs(system.tasks) do
      check_task(task, ("%s.tasks[%d]"):format(argument, number))
   end
end

local function check_order(given)
   if type(given.systems) ~= "table" or #given.systems == 0 then
      failure.usage('chart: systems: expected a list such as { { name = "map", tasks = { … } } }')
   end
   for index, system in ipairs(given.systems) do
      check_system(system, ("chart: systems[%d]"):format(index))
   end
end

local function check_groups(given)
   if type(given.groups) ~= "table" or #given.groups == 0 then
      failure.usage('chart: groups: expected a list such as { { name = "cap 5", results = results } }')
   end
   for index, group in ipairs(given.groups) do
      if type(group) ~= "table" or type(group.name) ~= "string" or type(group.results) ~= "table"
         or not group.results.cells then
         failure.usage("chart: groups[%d]: expected { name = text, results = the results of :run() }", index)
      end
   end
   if given.reference and not given.groups[given.reference] then
      failure.usage("chart: reference: there is no group %s", text.shown(given.reference))
   end
end

local CHECKS = { order = check_order, groups = check_groups }

local function check(given)
   local fields = type(given) == "table" and FIELDS[given.kind]
   if not fields then
      failure.usage('chart: kind: expected "%s"', table.concat(registry.OWN, '" or "'))
   end
   checks.refuse_unknown(given, fields, "chart")
   local name, message = checks.folder_name(given.name)
   if not name then
      failure.usage("chart: name: %s", message)
   elseif given.size then
      checks.one_of(given.size, text.sorted_keys(page.SIZES), "chart: size")
   end
   CHECKS[given.kind](given)
end

local function fail(message)
   io.stderr:write("bakeoff: ", message, "\n")
   session.mark(1)
   return nil, message
end

local function tell(paths, title)
   print(title .. ".")
   print("wrote:")
   for _, path in ipairs { paths.rows, table.unpack(paths.pictures) } do
      print("  " .. path)
   end
end

local function paths_of(folder, built, rows, how)
   local paths = { rows = rows }
   for key, path in pairs(draw.paths(built, how)) do
      paths[key] = type(path) == "string" and path:find("^charts/") and folder .. "/" .. path or path
   end
   for index, path in ipairs(paths.pictures) do
      paths.pictures[index] = folder .. "/" .. path
   end
   return paths
end

--- Draws a chart (see above), and prints its title and the files written. Returns { title, rows, dat, gp,
-- svg, png, pictures } (paths). If drawing fails, returns nil, message; the rows are kept and the command
-- ends with exit code 1. Raises (usage) naming the field.
function chart.draw(given)
   check(given)
   local folder = run_folder.fresh(options.run_settings().out or "out", given.name)
   local record = chart_folder.record(given)
   local rows = ("%s/%s.json"):format(folder, given.kind)
   local ok, message = chart_folder.keep(rows, record)
   if not ok then
      return fail(("%s: %s"):format(rows, message))
   end
   local built, reason = chart_folder.draw(folder, given, record, given)
   if not built then
      return fail(("%s chart not drawn: %s; the rows are kept in %s"):format(given.kind, reason, rows))
   end
   local paths = paths_of(folder, built, rows, {})
   tell(paths, built.title)
   return paths
end

--- Returns what the chart "order" says about one of its systems, as facts: see sequence.facts. Raises
-- (usage).
function chart.order(system)
   check_system(system, "order: system")
   return sequence.facts(system)
end

--- Draws a folder's chart again from its rows. how: size, theme, workers (groups: the count to show),
-- formats. Returns what chart.draw returns, and the built chart; or nil, message. Raises (usage) if the
-- rows are unusable.
function chart.redraw(folder, how)
   local given, record, rows = chart_folder.read(folder)
   given.workers = how.workers or given.workers
   local ok, problem = pcall(CHECKS[given.kind], given)
   if not ok then
      failure.usage("%s: %s", rows, tostring(problem))
   end
   local built, reason = chart_folder.draw(folder, given, record, how)
   if not built then
      return nil, ("%s chart not drawn: %s"):format(given.kind, reason)
   end
   return paths_of(folder, built, rows, how), built
end

return locale.plain_all(chart)
