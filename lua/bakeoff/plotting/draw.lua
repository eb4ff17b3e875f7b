--- Draws charts: writes charts/<name>.dat and a self-contained charts/<name>.gp, and has gnuplot make the
-- pictures from them, all charts in one process.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local formats = require "bakeoff.plotting.formats"
local gnuplot = require "bakeoff.plotting.gnuplot"
local script = require "bakeoff.plotting.script"
local select = require "bakeoff.model.select"

local draw = {}

--- All charts, in the order of the report.
draw.NAMES = { "speed", "ratio", "workers", "cores", "memory", "footprint", "quadrant", "latency",
   "distribution", "timeline", "inflight", "cpu", "scaling", "speedup", "efficiency", "memory_workers" }

-- A picture from earlier rows must not pass for one of these.
local function remove_old(folder, name)
   for _, format in ipairs(formats.NAMES) do
      os.remove(("%s/%s.%s"):format(folder, name, formats.ending(format)))
   end
end

-- Writes .dat and .gp. true; or nil, reason.
local function write_sources(folder, built, options)
   local source, problem = script.text(built, options)
   if not source then
      return nil, problem
   end
   if not options.keep_others then
      remove_old(folder, built.name)
   end
   local path = folder .. "/" .. built.name
   local ok, message = files.write(path .. ".dat", built.data)
   if ok then
      ok, message = files.write(path .. ".gp", source)
   end
   return ok, message
end

-- LaTeX needs gnuplot's own macros, which are not part of TeX distributions: they lie beside the charts.
local MACROS = "set terminal tikz createstyle\n"
local NOT_OURS = { "gnuplot-lua-tikz.tex", "t-gnuplot-lua-tikz.tex" } -- for plain TeX and ConTeXt

local function write_macros(folder)
   if core.file_kind(folder .. "/gnuplot-lua-tikz.sty") then
      return
   end
   gnuplot.run(MACROS, folder, 20)
   for _, name in ipairs(NOT_OURS) do
      os.remove(folder .. "/" .. name)
   end
end

--- Draws built charts into an existing folder. options: theme, formats (a list), keep_others = true
-- (pictures in other formats stay). Returns name → true or what went wrong; or nil, message, "gnuplot" (it
-- can't be started).
function draw.write_all(folder, list, options)
   local outcome, names = {}, {}
   for _, built in ipairs(list) do
      local ok, message = write_sources(folder, built, options)
      outcome[built.name] = not ok and message or nil
      names[#names + 1] = ok and built.name or nil
   end
   local wanted = options.formats or formats.USUAL
   if table.concat(wanted, " "):find("tikz", 1, true) then
      write_macros(folder)
   end
   local drawn, message, kind = gnuplot.draw(folder, names, wanted)
   if not drawn then
      return nil, message, kind
   end
   for name, result in pairs(drawn) do
      outcome[name] = result
   end
   return outcome
end

--- Draws one: true; or nil, reason, kind.
function draw.write(folder, built, options)
   local outcome, message, kind = draw.write_all(folder, { built }, options)
   if not outcome then
      return nil, message, kind
   elseif outcome[built.name] ~= true then
      return nil, outcome[built.name]
   end
   return true
end

--- The paths of a drawn chart, relative to the folder of `charts`: { name, title, about, svg, png, … (those
-- that were drawn), gp, dat, pictures = list of all pictures, built }.
function draw.paths(built, options)
   local path = "charts/" .. built.name
   local chart = { name = built.name, title = built.title, about = built.about, gp = path .. ".gp",
      dat = path .. ".dat", pictures = {}, built = built }
   for _, format in ipairs(options.formats or formats.USUAL) do
      chart[format] = path .. "." .. formats.ending(format)
      table.insert(chart.pictures, chart[format])
   end
   return chart
end

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
   return options.only or SUITABLE[results.manifest.form] or metric ~= "total_s" and UNTIMED or draw.NAMES
end

--- Builds the charts that are wanted: a list of built ones; and a list of lines on charts that these rows
-- have nothing for. options: as draw.all.
function draw.build_all(results, options)
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
function draw.all(results, options)
   local ok, message = core.mkdirs(results.dir .. "/charts")
   if not ok then
      return {}, { message }, {}, {}
   end
   local list, skipped = draw.build_all(results, options)
   local outcome, problem, kind = draw.write_all(results.dir .. "/charts", list, options)
   if not outcome then
      return {}, { (kind and "charts not drawn: " or "") .. problem }, skipped, {}
   end
   local drawn, problems = sorted(list, outcome, options)
   return drawn, problems, skipped, list
end

return draw
