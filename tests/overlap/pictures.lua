--- Draws the charts of a folder in every size, theme and format, and measures the texts of each picture.

local browser_boxes = require "browser_boxes"
local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local drawn_boxes = require "drawn_boxes"
local files = require "bakeoff.base.files"
local registry = require "bakeoff.charts.registry"
local script = require "bakeoff.plotting.script"

local pictures = {}

pictures.SIZES = { "column", "page", "slide" }
pictures.THEMES = { "light", "dark" }
pictures.FORMATS = { "svg", "png", "pdf" }

-- Those that are drawn only when asked for belong to it, too.
local ASKED = registry.names(function(entry) return entry.only_asked end)

-- The charts of a folder, built. what: from folders.lua.
local function built_of(what, size, only)
   if what.build then
      return { assert(what.build { size = size }) }
   end
   return (charts.build_all(what.results, { size = size, also = ASKED, only = only }))
end

local function write_sources(folder, built)
   local path = folder .. "/" .. built.name
   assert(core.mkdirs(folder))
   assert(files.write(path .. ".dat", built.data))
   assert(files.write(path .. ".gp", assert(script.text(built, {}))))
end

-- Draws one folder's charts in one size: appends to `list`.
local function draw_size(what, size, options, list)
   for _, built in ipairs(built_of(what, size, options.only)) do
      for _, theme in ipairs(options.themes) do
         local folder = ("%s/%s/%s"):format(options.folder, size, theme)
         write_sources(folder, built)
         local drawn = drawn_boxes.draw(folder, built.name, theme)
         drawn.svg = { path = ("%s/%s.svg"):format(folder, built.name) }
         for _, format in ipairs(pictures.FORMATS) do
            list[#list + 1] = { format = format, picture = drawn[format],
               name = ("%s, %s, %s, %s"):format(built.name, size, theme, format) }
         end
      end
   end
end

--- Draws what folders.lua gives. options: { folder = for the pictures, sizes, themes (lists), only = list
-- of charts or nil }. Appends { name = "speed, page, dark, svg", format, picture } to `list`; the picture of
-- an SVG is measured later.
function pictures.draw(what, options, list)
   for _, size in ipairs(options.sizes) do
      draw_size(what, size, options, list)
   end
end

--- Measures the SVGs of a list, all in one start of the browser; then every picture is { width, height,
-- texts }. folder: for the browser's files.
function pictures.measure(list, folder)
   local paths = {}
   for _, one in ipairs(list) do
      paths[#paths + 1] = one.picture.path
   end
   local measured = #paths > 0 and browser_boxes.of(paths, folder) or {}
   for _, one in ipairs(list) do
      one.picture = one.picture.path and table.remove(measured, 1) or one.picture
   end
end

return pictures
