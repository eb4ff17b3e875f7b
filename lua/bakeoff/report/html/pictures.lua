--- The drawings of a report's page: each chart for a wide and for a narrow screen, light and dark, drawn into
-- a folder that is gone afterwards, and made one element per width.

local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local svg = require "bakeoff.report.html.svg"

local pictures = {}

local WIDTHS = { { size = "page", class = "wide" }, { size = "column", class = "narrow" } }

-- All charts in both widths, under names of their own: list of { chart = name, class, built }.
local function build(results, drawn, options)
   local list, names = {}, {}
   for index, chart in ipairs(drawn) do
      names[index] = chart.name
   end
   for _, width in ipairs(#names > 0 and WIDTHS or {}) do
      for _, built in ipairs((draw.build_all(results, { only = names, size = width.size,
         workers = options.workers }))) do
         list[#list + 1] = { chart = built.name, class = width.class, built = built }
         built.name = ("%s_%s"):format(built.name, width.class)
      end
   end
   return list
end

-- name of a built chart → text of its SVG, for those that could be drawn; or nil, message.
local function drawings(folder, list, theme)
   local built, texts = {}, {}
   for index, entry in ipairs(list) do
      built[index] = entry.built
   end
   local outcome, message = draw.write_all(folder, built, { theme = theme, formats = { "svg" } })
   if not outcome then
      return nil, message
   end
   for _, entry in ipairs(list) do
      local name = entry.built.name
      texts[name] = outcome[name] == true and files.read(("%s/%s.svg"):format(folder, name)) or nil
   end
   return texts
end

local function variable(built, name)
   for _, pair in ipairs(built.vars) do
      if pair[1] == name then
         return pair[2]
      end
   end
end

-- What is shown of a drawing, in its pixels: the margins are the page's, and so is what the foot says. The
-- middles of its lines are at foot_at, fractions from below (page.lua); an axis' letters reach that far.
local function view_of(built)
   local width, height, edge = variable(built, "width"), variable(built, "height"), variable(built, "edge")
   local foot = variable(built, "foot_at")[1]
   local left, top = math.floor(edge * width * 0.9), math.floor(edge * width * 0.6)
   return { x = left, y = top, width = width - left - math.floor(edge * width * 0.5),
      height = (foot and math.floor(height * (1 - foot)) or height) - top }
end

local function element(entry, light, dark, palette)
   local built = entry.built
   if not light or not dark then
      return nil, "it could not be drawn"
   end
   return svg.inline(light, dark, { class = entry.class, prefix = built.name .. "-", palette = palette,
      view = view_of(built), label = built.title, hover = built.vars.hover })
end

-- A folder of ours and what is in it; no folders.
local function remove(folder)
   for _, name in ipairs(core.list(folder) or {}) do
      os.remove(folder .. "/" .. name)
   end
   os.remove(folder)
end

local function draw_both(folder, list)
   local ok, message = core.mkdirs(folder)
   local light, dark
   if ok then
      light, message = drawings(folder, list, "light")
   end
   if light then
      dark, message = drawings(folder, list, "dark")
   end
   remove(folder)
   return dark and light, dark or message
end

--- Elements of the charts that were drawn: name → HTML of both widths; and lines on those that are missing.
-- palette: of svg.palette; options: workers.
function pictures.draw(results, drawn, palette, options)
   local found, problems, list = {}, {}, build(results, drawn, options)
   if #list == 0 then
      return found, problems
   end
   local light, dark = draw_both(results.dir .. "/charts/page", list)
   if not light then
      return found, { "no charts in report.html: " .. dark }
   end
   for _, entry in ipairs(list) do
      local name = entry.built.name
      local text, reason = element(entry, light[name], dark[name], palette)
      if text then
         found[entry.chart] = (found[entry.chart] or "") .. text
      else
         problems[#problems + 1] = ("%s chart not in report.html: %s"):format(entry.chart, reason)
      end
   end
   return found, problems
end

return pictures
