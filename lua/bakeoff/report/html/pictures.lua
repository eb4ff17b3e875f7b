--- The drawings of a report's page: each chart at the size that suits a phone and half the width of a screen,
-- light and dark, drawn into a temporary folder, and combined into one element.

local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local registry = require "bakeoff.charts.registry"
local svg = require "bakeoff.report.html.svg"

local pictures = {}

-- Bytes of one drawing. The page must open on a phone, so it only names a larger drawing's file beside it.
local MOST = 600000

local SIZE = "column"

-- All charts: list of { built, light = text of the SVG, if there is one }. Charts that the run has already
-- drawn at this size are neither built nor drawn again.
local function build(results, drawn, options)
   local list, names, is_light = {}, {}, (options.theme or "light") == "light"
   if options.size == SIZE then
      for index, chart in ipairs(drawn) do
         list[index] = { built = chart.built,
            light = is_light and chart.svg and files.read(results.dir .. "/" .. chart.svg) or nil }
      end
      return list
   end
   for index, chart in ipairs(drawn) do
      names[index] = chart.name
   end
   local how = { only = names, size = SIZE, workers = options.workers }
   for index, built in ipairs(#names > 0 and (charts.build_all(results, how)) or {}) do
      list[index] = { built = built }
   end
   return list
end

local THEMES = { "light", "dark" }

-- A chart in one theme, under a name of its own.
local function themed(built, theme)
   return setmetatable({ name = theme .. "_" .. built.name, theme = theme }, { __index = built })
end

-- Draws the missing charts in both themes, in one gnuplot, and stores the text of each SVG in entry[theme].
-- → true; or nil, message
local function draw_themes(folder, list)
   local missing = {}
   for _, theme in ipairs(THEMES) do
      for _, entry in ipairs(list) do
         missing[#missing + 1] = not entry[theme] and themed(entry.built, theme) or nil
      end
   end
   local outcome, message = draw.write_all(folder, missing, { formats = { "svg" } })
   for _, entry in ipairs(outcome and list or {}) do
      for _, theme in ipairs(THEMES) do
         local name = theme .. "_" .. entry.built.name
         entry[theme] = entry[theme]
            or outcome[name] == true and files.read(("%s/%s.svg"):format(folder, name)) or nil
      end
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

-- Where the visible part of a drawing begins, in pixels. A title that is the page's heading is left out.
local function top_of(built, height, edge, is_heading)
   local below = is_heading and variable(built, "subtitle_at")[1]
   return below and math.floor(height * (1 - below) - variable(built, "subtitle_size") * 0.8) or edge
end

-- The visible part of a drawing, in pixels: the page has margins and a foot of its own. foot_at has the
-- middles of the foot's lines, as fractions from the bottom (page.lua).
local function view_of(built, is_heading)
   local width, height, edge = variable(built, "width"), variable(built, "height"), variable(built, "edge")
   local foot = variable(built, "foot_at")[1]
   local bottom = foot and math.floor(height * (1 - foot)) or height
   local left = math.floor(edge * width * 0.9)
   local top = top_of(built, height, math.floor(edge * width * 0.6), is_heading)
   return { x = left, y = top, width = width - left - math.floor(edge * width * 0.5),
      height = bottom + BELOW - top, foot = bottom }
end

-- finding: the run's, which heads the page.
local function element(entry, palette, options, finding)
   local built = entry.built
   local is_heading = not options.workers and registry.entry(built.name).finding and built.title == finding
   if not entry.light or not entry.dark then
      return nil, "it could not be drawn"
   end
   return svg.inline(entry.light, entry.dark, { class = "chart", prefix = built.name .. "-",
      palette = palette, view = view_of(built, is_heading), label = built.title, hover = built.vars.hover,
      strips = built.vars.strips, time = registry.entry(built.name).window and built.vars.time or nil,
      class_of = options.class_of })
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
   if ok then
      ok, message = draw_themes(folder, list)
   end
   remove(folder)
   return ok, message
end

--- Elements of the charts that were drawn: name → HTML, or false; and a list of lines on those that could not
-- be drawn.
-- palette: from svg.palette; options: those the charts were drawn with (workers, size, theme), and class_of
-- (svg.inline).
function pictures.draw(results, drawn, palette, options)
   local found, failed, list = {}, {}, build(results, drawn, options)
   if #list == 0 then
      return found, {}
   end
   local ok, message = draw_both(results.dir .. "/charts/page", list)
   if not ok then
      return found, { "no charts in report.html: " .. message }
   end
   for _, entry in ipairs(list) do
      local text, reason = element(entry, palette, options, results:finding())
      if not text then
         failed[#failed + 1] = { entry.built.name, reason }
      end
      found[entry.built.name] = text and #text <= MOST and text
   end
   return found, charts.problems(failed, "not in report.html")
end

return pictures
