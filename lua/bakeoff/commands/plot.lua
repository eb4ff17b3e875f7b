--- bakeoff plot DIR: redraws the charts of one experiment, a script's own chart, or all of them in a folder,
-- from their rows.

local arguments = require "bakeoff.cli.arguments"
local chart = require "bakeoff.api.chart"
local chart_folder = require "bakeoff.api.chart_folder"
local chart_options = require "bakeoff.cli.chart_options"
local charts = require "bakeoff.charts"
local exports = require "bakeoff.cli.exports"
local failure = require "bakeoff.base.failure"
local folders = require "bakeoff.cli.folders"
local numbers = require "bakeoff.base.numbers"
local registry = require "bakeoff.charts.registry"
local results = require "bakeoff.api.results"
local rows = require "bakeoff.runs.rows"
local terminal = require "bakeoff.plotting.terminal"
local trace = require "bakeoff.trace"

local NAMES = registry.OF_FOLDERS

local plot = { name = "plot", summary = "redraw the charts of a run folder from its rows" }

local EPILOG = [[
Examples:
   bakeoff plot out/tickets
      redraws all charts into out/tickets/charts
   bakeoff plot out/tickets --only speed,memory --theme dark --size slide --format pdf
      two charts for a presentation
   bakeoff plot out/tickets --only speed --chart-terminal
      also prints the chart as text
   bakeoff plot out/tickets --trace trace.json --workers 16
      writes when each job ran and waited; open the file at ui.perfetto.dev

Exit codes:
   0   success
   1   a chart could not be drawn
   2   usage error]]

function plot.define(parser)
   parser:usage("Usage: bakeoff plot [options] DIR")
   parser:argument("DIR", ("Folder of an experiment or of a script's own chart (%s), or a folder that "
      .. "holds several"):format(table.concat(registry.OWN, ", "))):target("dir")
   chart_options.define(parser, NAMES)
   parser:option("--trace", "Instead of drawing charts, write a trace for Perfetto or chrome://tracing to " ..
      "this file: one trial of each contender; - means standard output"):argname("FILE")
      :convert(exports.writable_or_stdout)
   parser:option("--repeat", "Repeat that the trace shows (default: the one nearest the median total time)")
      :argname("N")
   arguments.group(parser, "A trace instead of charts", { "--trace", "--repeat" })
   arguments.useless_with(parser, chart_options.OF_CHARTS, "--trace")
   arguments.useless_without(parser, { "--repeat" }, "--trace")
   parser:epilog(EPILOG)
end

-- A folder with one of these files can be drawn.
local DRAWABLE = { "manifest.json" }
for index, kind in ipairs(registry.OWN) do
   DRAWABLE[index + 1] = kind .. ".json"
end

-- The run folders that DIR names. Raises (usage).
local function run_folders(dir)
   dir = folders.check(dir)
   if folders.has(dir, "manifest.json") or chart_folder.kind_of(dir) then
      return { dir }
   end
   local list = folders.below(dir, DRAWABLE)
   if #list == 0 then
      failure.usage("%s: not a run folder (no %s in it or one level below); name the folder of an " ..
         "experiment, such as out/tickets", dir,
         numbers.list(DRAWABLE, " or "))
   end
   return list
end

-- The experiments' charts that --only asks for; nil: all.
local function only_of_runs(options)
   local only = options.only and {}
   for _, name in ipairs(options.only or {}) do
      only[#only + 1] = not registry.entry(name).own and name or nil
   end
   return only
end

-- Shows charts in the terminal if --chart-terminal asks for it.
local function show(list, dir, options, only)
   local how = { kind = options.chart_terminal, only = only, folder = dir .. "/charts" }
   for _, line in ipairs(options.chart_terminal and terminal.show(list, how) or {}) do
      io.stderr:write("bakeoff: note: ", dir, ": ", line, "\n")
   end
end

-- Draws the charts of one experiment; returns true when all went well.
local function draw_run(dir, options)
   local run = results.load(dir)
   chart_options.check_workers(run, options.workers)
   rows.check_any(dir, run.cells, run.warnings, "draw")
   for _, line in ipairs(run.warnings) do
      io.stderr:write("bakeoff: note: ", dir, ": ", line, "\n")
   end
   local own = setmetatable({ only = only_of_runs(options) }, { __index = options })
   local drawn, problems, skipped, built = charts.draw(run, own)
   for _, chart_drawn in ipairs(drawn) do
      for _, picture in ipairs(chart_drawn.pictures) do
         print(dir .. "/" .. picture)
      end
   end
   show(built, dir, options, own.only)
   for _, line in ipairs(skipped) do
      io.stderr:write("bakeoff: note: ", dir, ": ", line, "\n")
   end
   for _, line in ipairs(problems) do
      io.stderr:write("bakeoff: ", dir, ": ", line, "\n")
   end
   return #problems == 0
end

-- Draws a script's own chart; returns true when it went well.
local function draw_chart(dir, options)
   local paths, built = chart.redraw(dir, options)
   if not paths then
      io.stderr:write("bakeoff: ", dir, ": ", built, "\n")
      return false
   end
   for _, picture in ipairs(paths.pictures) do
      print(picture)
   end
   show({ built }, dir, options, true)
   return true
end

-- A trace shows trials of one experiment.
local function write_trace(dir, path, options)
   local list = run_folders(dir)
   if #list ~= 1 or chart_folder.kind_of(list[1]) then
      failure.usage("--trace: %s is not the folder of one experiment; name one, such as out/tickets", dir)
   end
   local run = results.load(list[1])
   chart_options.check_workers(run, options.workers)
   local ok, message = trace.write(run, path, options)
   if not ok then
      failure.usage("--trace: cannot write the file (%s); choose another file", message)
   end
   if path ~= "-" then
      print(path)
   end
   return 0
end

-- The function that draws the folder; nil if none of its charts is asked for.
local function drawer_of(dir, options)
   local kind, only = chart_folder.kind_of(dir), only_of_runs(options)
   if not kind then
      return (not only or #only > 0) and draw_run or nil
   end
   for _, name in ipairs(options.only or { kind }) do
      if name == kind then
         return draw_chart
      end
   end
end

--- Returns the exit code.
function plot.run(args)
   local options = chart_options.read(args, NAMES)
   if args.trace then
      options["repeat"] = chart_options.count(args["repeat"], "--repeat", "repeat")
      return write_trace(args.dir, args.trace, options)
   end
   local ok, count = true, 0
   for _, dir in ipairs(run_folders(args.dir)) do
      local drawer = drawer_of(dir, options)
      if drawer then
         ok, count = drawer(dir, options) and ok, count + 1
      end
   end
   if count == 0 then
      failure.usage("--only: %s has no chart %s; leave out --only to draw all of its charts", args.dir,
         table.concat(options.only, " or "))
   end
   return ok and 0 or 1
end

return plot
