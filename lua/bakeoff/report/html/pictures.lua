--- The drawings of a report's page: each chart for a wide and for a narrow screen, light and dark, drawn into
-- a temporary folder, and combined into one element per width.

local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local svg = require "bakeoff.report.html.svg"

local pictures = {}

-- Bytes of one drawing. The page must open on a phone, so it only names a larger drawing's file beside it.
local MOST = 600000

local WIDTHS = { { size = "page", class = "wide" }, { size = "column", class = "narrow" } }

-- A built chart under its own name.
local function entry_of(built, width)
   return { chart = built.name, class = width.class,
      built = setmetatable({ name = ("%s_%s"):format(built.name, width.class) }, { __index = built }) }
end

-- Charts are built once per size: those already in charts/ need not be built or drawn again.
local function add_drawn(list, results, drawn, width, options)
   local is_light = (options.theme or "light") == "light"
   for _, chart in ipairs(drawn) do
      local entry = entry_of(chart.built, width)
      entry.light = is_light and chart.svg and files.read(results.dir .. "/" .. chart.svg) or nil
      list[#list + 1] = entry
   end
end

-- All charts in both widths: list of { chart = name, class, built, light = text of the SVG, if there is
-- one }.
local function build(results, drawn, options)
   local list, names = {}, {}
   for index, chart in ipairs(drawn) do
      names[index] = chart.name
   end
   for _, width in ipairs(#names > 0 and WIDTHS or {}) do
      if width.size == (options.size or "page") then
         add_drawn(list, results, drawn, width, options)
      else
         local how = { only = names, size = width.size, workers = options.workers }
         for _, built in ipairs((charts.build_all(results, how))) do
            list[#list + 1] = entry_of(built, width)
         end
      end
   end
   return list
end

-- Draws the missing charts, and stores the text of each SVG in entry[theme]. → true; or nil, message
local function draw_theme(folder, list, theme)
   local missing = {}
   for _, entry in ipairs(list) do
      missing[#missing + 1] = not entry[theme] and entry.built or nil
   end
   local outcome, message = draw.write_all(folder, missing, { theme = theme, formats = { "svg" } })
   for _, entry in ipairs(outcome and list or {}) do
      local name = entry.built.name
      entry[theme] = entry[theme]
         or outcome[name] == true and files.read(("%s/%s.svg"):format(folder, name)) or nil
   end
   return outcome and true, message
end

local function variable(built, name)
   for _, pair in ipairs(built.vars) do
      if pair[1] == name then
         return pair[2]
      end
   end
end

local BELOW = 3 -- pixels that letters of an axis title may extend below its line

-- The visible part of a drawing, in pixels: the page has margins and a foot of its own. foot_at has the
-- middles of the foot's lines, as fractions from the bottom (page.lua).
local function view_of(built)
   local width, height, edge = variable(built, "width"), variable(built, "height"), variable(built, "edge")
   local foot = variable(built, "foot_at")[1]
   local bottom = foot and math.floor(height * (1 - foot)) or height
   local left, top = math.floor(edge * width * 0.9), math.floor(edge * width * 0.6)
   return { x = left, y = top, width = width - left - math.floor(edge * width * 0.5),
      height = bottom + BELOW - top, foot = bottom }
end

local function element(entry, palette)
   local built = entry.built
   if not entry.light or not entry.dark then
      return nil, "it could not be drawn"
   end
   return svg.inline(entry.light, entry.dark, { class = entry.class, prefix = built.name .. "-",
      palette = palette, view = view_of(built), label = built.title, hover = built.vars.hover })
end

-- Removes one of our folders and its files; it has no subfolders.
local function remove(folder)
   for _, name in ipairs(core.list(folder) or {}) do
      os.remove(folder .. "/" .. name)
   end
   os.remove(folder)
end

local function draw_both(folder, list)
   core.remove_tree(folder) -- a link, too: its files belong to others
   local ok, message = core.mkdirs(folder)
   for _, theme in ipairs { "light", "dark" } do
      if ok then
         ok, message = draw_theme(folder, list, theme)
      end
   end
   remove(folder)
   return ok, message
end

--- Elements of the charts that were drawn: name → HTML of both widths, or false; and a list of lines on those
-- that could not be drawn.
-- palette: from svg.palette; options: those the charts were drawn with (workers, size, theme).
function pictures.draw(results, drawn, palette, options)
   local found, problems, list = {}, {}, build(results, drawn, options)
   if #list == 0 then
      return found, problems
   end
   local ok, message = draw_both(results.dir .. "/charts/page", list)
   if not ok then
      return found, { "no charts in report.html: " .. message }
   end
   for _, entry in ipairs(list) do
      local text, reason = element(entry, palette)
      if not text then
         problems[#problems + 1] = ("%s chart not in report.html: %s"):format(entry.chart, reason)
      end
      local before = found[entry.chart]
      found[entry.chart] = before ~= false and text and #text <= MOST and (before or "") .. text
   end
   return found, problems
end

return pictures
