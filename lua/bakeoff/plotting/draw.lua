--- Draws built charts: writes charts/<name>.dat and a self-contained charts/<name>.gp, and runs gnuplot to
-- make the pictures from them, all charts in one process.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local formats = require "bakeoff.plotting.formats"
local gnuplot = require "bakeoff.plotting.gnuplot"
local script = require "bakeoff.plotting.script"

local draw = {}

local function wanted_of(options) return options.formats or formats.USUAL end

-- A picture of earlier rows must not be mistaken for a new one. Nor does gnuplot write through a link: it
-- finds none.
local function remove_old(folder, name, list)
   for _, format in ipairs(list) do
      os.remove(("%s/%s.%s"):format(folder, name, formats.ending(format)))
   end
end

-- Writes .dat and .gp. → true; or nil, reason.
local function write_sources(folder, built, options)
   local source, problem = script.text(built, options)
   if not source then
      return nil, problem
   end
   remove_old(folder, built.name, options.keep_others and wanted_of(options) or formats.NAMES)
   local path = folder .. "/" .. built.name
   local ok, message = files.write(path .. ".dat", built.data, "derived")
   if ok then
      ok, message = files.write(path .. ".gp", source, "derived")
   end
   return ok, message
end

-- LaTeX needs gnuplot's own macros, which TeX distributions don't include: they are put beside the charts.
local MACROS = "set terminal tikz createstyle\n"
local NOT_OURS = { "gnuplot-lua-tikz.tex", "t-gnuplot-lua-tikz.tex" } -- for plain TeX and ConTeXt

local function write_macros(folder)
   local macros = folder .. "/gnuplot-lua-tikz.sty"
   if core.is_link(macros) then
      os.remove(macros)
   elseif core.file_kind(macros) then
      return
   end
   for _, name in ipairs(NOT_OURS) do
      os.remove(folder .. "/" .. name)
   end
   gnuplot.run(MACROS, folder, 20)
   for _, name in ipairs(NOT_OURS) do
      os.remove(folder .. "/" .. name)
   end
end

--- Makes DIR/charts. Returns its path; or nil, message. A link is refused: charts belong into the run folder.
function draw.folder(dir)
   local folder = dir .. "/charts"
   if core.is_link(folder) then
      return nil, folder .. " is a link; remove it"
   end
   local ok, message = core.mkdirs(folder)
   return ok and folder, message
end

-- gnuplot doesn't notice that a disk is full. A part of a picture is none. → nil, or what went wrong
local function check_whole(folder, name, list)
   for _, format in ipairs(list) do
      local path = ("%s/%s.%s"):format(folder, name, formats.ending(format))
      if not formats.is_whole(format, files.tail(path, formats.TAIL) or "") then
         os.remove(path)
         return path .. ": gnuplot wrote only a part of it, which was removed; is the disk full?"
      end
   end
end

--- Draws built charts into an existing folder. options: theme, formats (a list), keep_others = true (pictures
-- in other formats stay). Returns name → true or a line on what went wrong; or nil, message, "gnuplot" (it
-- can't be started).
function draw.write_all(folder, list, options)
   local outcome, names = {}, {}
   for _, built in ipairs(list) do
      local ok, message = write_sources(folder, built, options)
      outcome[built.name] = not ok and message or nil
      names[#names + 1] = ok and built.name or nil
   end
   local wanted = wanted_of(options)
   if table.concat(wanted, " "):find("tikz", 1, true) then
      write_macros(folder)
   end
   local drawn, message, kind = gnuplot.draw(folder, names, wanted)
   if not drawn then
      return nil, message, kind
   end
   for name, result in pairs(drawn) do
      local cut = check_whole(folder, name, wanted) -- also of what failed: it may have left a part
      outcome[name] = result == true and cut or result
   end
   return outcome
end

--- Draws one chart: true; or nil, reason, kind.
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
   for _, format in ipairs(wanted_of(options)) do
      chart[format] = path .. "." .. formats.ending(format)
      table.insert(chart.pictures, chart[format])
   end
   return chart
end

return draw
