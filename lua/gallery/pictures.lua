--- The pictures of a folder's charts: draws them dark, and says whether a picture is that of its script.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local gnuplot = require "bakeoff.plotting.gnuplot"

local pictures = {}

local LIMIT_S = 120

local function copy(from, to)
   local content = assert(files.read(from))
   assert(files.write(to, content))
end

--- Draws charts of a folder (which has their .gp and .dat) dark, as NAME.dark.svg in the same folder.
-- Returns true; or nil, message.
function pictures.darken(folder, names)
   local place, commands = folder .. "/dark", {}
   assert(core.mkdirs(place))
   for index, name in ipairs(names) do
      if not core.file_kind(("%s/%s.gp"):format(folder, name)) then
         return nil, ("%s: a page shows this chart, but the kept rows don't draw it"):format(name)
      end
      copy(("%s/%s.dat"):format(folder, name), ("%s/%s.dat"):format(place, name))
      copy(("%s/%s.gp"):format(folder, name), ("%s/%s.gp"):format(place, name))
      commands[index] = ("reset session\ntheme = 'dark'\nformats = 'svg'\nload '%s.gp'\n"):format(name)
   end
   local result, message = gnuplot.run(table.concat(commands), place, { silence = LIMIT_S, limit = LIMIT_S })
   if not result or result.code ~= 0 then
      return nil, message or result.stderr
   end
   for _, name in ipairs(names) do
      copy(("%s/%s.svg"):format(place, name), ("%s/%s.dark.svg"):format(folder, name))
   end
   return core.remove_tree(place)
end

-- The lines of the title in a chart's .gp.
local function title_of(script)
   local lines = {}
   for line in (script:match("\narray title%[%d+%] = %[([^\n]*%])\n") or ""):gmatch("'(.-)'%f[],]") do
      lines[#lines + 1] = line:gsub("''", "'")
   end
   return lines
end

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }

--- Does the picture exist, with the title that the chart's .gp has? path: without ending; dark: true for the
-- dark one.
function pictures.is_of_script(path, dark)
   local drawn, script = files.read(path .. (dark and ".dark.svg" or ".svg")), files.read(path .. ".gp")
   if not (drawn and script) then
      return false
   end
   for _, line in ipairs(title_of(script)) do
      if not drawn:find(line:gsub("[&<>]", ENTITIES), 1, true) then
         return false
      end
   end
   return true
end

return pictures
