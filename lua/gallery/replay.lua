--- Runs a script with kept rows in place of measuring: its reports, charts and findings are written as if the
-- rows had just been measured.

local chart = require "bakeoff.api.chart"
local chart_folder = require "bakeoff.api.chart_folder"
local formats = require "bakeoff.plotting.formats"
local drawing_folder = require "bakeoff.plotting.drawing_folder"
local gnuplot = require "bakeoff.plotting.gnuplot"
local options = require "bakeoff.script.options"
local report = require "bakeoff.report"
local results = require "bakeoff.api.results"
local script = require "bakeoff.script.run"
local session = require "bakeoff.script.session"

local replay = {}

local WIDTH = 80 -- of the summaries

local function silent() end

-- Until the returned value is closed, module[name] is `value`.
local function instead(module, name, value)
   local usual = module[name]
   module[name] = value
   return setmetatable({}, { __close = function() module[name] = usual end })
end

-- Every chart counts as drawn; its .gp and .dat are written.
local function draw_none(_, names)
   local outcome = {}
   for _, name in ipairs(names) do
      outcome[name] = true
   end
   return outcome
end

-- What the terminal shows; without how.html it names report.md, since report.html is not written.
local function as_usual(lines)
   return (table.concat(lines, "\n"):gsub("^\n+", ""):gsub("(Open: [^\n]*/report)%.md", "%1.html")) .. "\n"
end

-- Makes reports that print into said[folder's name].
local function reporter(said, how)
   local make = report.make
   return function(run, given, settings)
      local lines = {}
      local all = setmetatable({ html = how.html, width = WIDTH, colour = false,
         print = function(line) lines[#lines + 1] = line or "" end }, { __index = given })
      local ok, message = make(run, all, settings)
      said[run.dir:match("[^/]*$")] = as_usual(lines)
      return ok, message
   end
end

-- The script's own systems were measured, too: their kept times are used.
local function use_systems(folder, source)
   package.path = ("%s/scripts/?.lua;%s/scripts/?/init.lua;%s"):format(source, source, package.path)
   require("completion.systems").run = function() return (chart_folder.read(folder)).systems end
end

local function run_script(entry, folder, source)
   local path = ("%s/scripts/%s.lua"):format(source, entry.script)
   local loaded = {}
   options.reset { argv = { "--out", folder }, script = path, command = { "bakeoff", "run", path } }
   session.reset()
   session.run_by(function(experiment)
      loaded[#loaded + 1] = results.load(folder .. "/" .. experiment.name)
      return loaded[#loaded]
   end)
   script.run(path, {})
   return loaded
end

-- Draws the differences of two kept runs.
local function compare(entry, folder)
   local place = ("%s/%s"):format(folder, entry.folders[1])
   local runs = {}
   for index, name in ipairs(entry.pair) do
      runs[index] = results.load(("%s/%s"):format(place, name))
      runs[index].dir = name -- the chart names it
   end
   runs[2]:compare(runs[1], { metric = entry.figure, print = false,
      chart = place .. "/charts/differences.svg" })
end

-- Loads the runs of an entry: its script's, or those in its folders.
local function load(entry, folder, source)
   if entry.script then
      return run_script(entry, folder, source)
   elseif entry.pair then
      compare(entry, folder)
      return {}
   end
   return { results.load(folder .. "/" .. entry.folders[1]) }
end

-- The folder of drawings that are not drawn.
local function nowhere(above)
   return setmetatable({ path = above, above = above, tail = function() return "" end,
      put = function() return true end }, { __close = function() end })
end

--- Runs an entry of folders.lua with the rows in folder/NAME, and writes everything there. source: the top of
-- the repository; how: { draw = false writes what pictures are drawn from, but no pictures, html = false
-- leaves out report.html }. Returns name → the summary that the terminal shows.
function replay.run(entry, folder, source, how)
   local said = {}
   local _ <close> = instead(_G, "print", silent)
   local _ <close> = instead(report, "make", reporter(said, how))
   local _ <close> = instead(gnuplot, "draw", how.draw and gnuplot.draw or draw_none)
   local _ <close> = instead(drawing_folder, "new", how.draw and drawing_folder.new or nowhere)
   local _ <close> = instead(formats, "is_whole", how.draw and formats.is_whole or function() return true end)
   local _ <close> = instead(chart, "draw", function(given)
      return chart.redraw(folder .. "/" .. given.name, { formats = { "svg" } })
   end)
   if entry.systems then
      use_systems(folder .. "/" .. entry.systems, source)
   end
   for _, run in ipairs(load(entry, folder, source)) do
      if not run.reported then
         run:report()
      end
   end
   session.reset()
   return said
end

return replay
