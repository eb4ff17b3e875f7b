--- Draws built charts: writes charts/<name>.dat and a self-contained charts/<name>.gp, and runs gnuplot to
-- make the pictures from them, all charts in one process.

local core = require "bakeoff.core"
local drawing_folder = require "bakeoff.plotting.drawing_folder"
local files = require "bakeoff.base.files"
local formats = require "bakeoff.plotting.formats"
local gnuplot = require "bakeoff.plotting.gnuplot"
local script = require "bakeoff.plotting.script"

local draw = {}

local function wanted_of(options) return options.formats or formats.USUAL end

-- What went wrong, without the path if the system says it: of many charts, the same is said once.
local function reason_of(message) return message:match "^.*: (%u.*)$" or message end

-- Writes .dat and .gp. → true; or nil, reason.
local function write_sources(folder, built, options)
   local source, problem = script.text(built, options)
   if not source then
      return nil, problem
   end
   local path = folder .. "/" .. built.name
   local ok, message = files.write(path .. ".dat", built.data, "derived")
   if ok then
      ok, message = files.write(path .. ".gp", source, "derived")
   end
   return ok, message and reason_of(message)
end

-- LaTeX needs gnuplot's own macros, which TeX distributions don't include: they are put beside the charts.
-- What else gnuplot makes is for plain TeX and ConTeXt.
local MACROS, COMMANDS, END = "gnuplot-lua-tikz.sty", "set terminal tikz createstyle\n", "\\endinput%s*$"

local function write_macros(drawing)
   local place = drawing.above .. "/" .. MACROS
   if core.file_kind(place) and not core.is_link(place) then
      return
   end
   gnuplot.run(COMMANDS, drawing.path)
   if drawing:tail(MACROS, formats.TAIL):find(END) then
      drawing:put(MACROS)
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

-- A picture of earlier rows, in a format that isn't drawn now, must not be mistaken for a new one.
local function remove_others(folder, name, wanted)
   local is_wanted = {}
   for _, format in ipairs(wanted) do
      is_wanted[format] = true
   end
   for _, format in ipairs(formats.NAMES) do
      if not is_wanted[format] then
         os.remove(("%s/%s.%s"):format(folder, name, formats.ending(format)))
      end
   end
end

-- Puts the pictures of a chart at their places, if all are whole: gnuplot doesn't notice that a disk is full.
-- → true, or a line on what went wrong
local function put(drawing, name, wanted, options)
   for _, format in ipairs(wanted) do
      if not formats.is_whole(format, drawing:tail(name .. "." .. formats.ending(format), formats.TAIL)) then
         return "gnuplot wrote only a part of it (is the disk full?)"
      end
   end
   for _, format in ipairs(wanted) do
      local ok, message = drawing:put(name .. "." .. formats.ending(format))
      if not ok then
         return reason_of(message)
      end
   end
   if not options.keep_others then
      remove_others(drawing.above, name, wanted)
   end
   return true
end

--- Draws built charts into an existing folder. options: theme, formats (a list), keep_others = true (pictures
-- in other formats stay). If a chart can't be drawn, its earlier pictures stay. Returns name → true or a line
-- on what went wrong; or nil, message, "gnuplot" (it can't be started).
function draw.write_all(folder, list, options)
   local outcome, names, wanted = {}, {}, wanted_of(options)
   for _, built in ipairs(list) do
      local ok, message = write_sources(folder, built, options)
      outcome[built.name] = not ok and message or nil
      names[#names + 1] = ok and built.name or nil
   end
   local drawing <close>, problem = drawing_folder.new(folder)
   if not drawing then
      return nil, problem
   end
   if table.concat(wanted, " "):find("tikz", 1, true) then
      write_macros(drawing)
   end
   local drawn, message, kind = gnuplot.draw(drawing.path, names, wanted)
   if not drawn then
      return nil, message, kind
   end
   for name, result in pairs(drawn) do
      outcome[name] = result == true and put(drawing, name, wanted, options) or result
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
