--- The drawings of a report's page: each chart for a wide and for a narrow screen, light and dark, drawn into
-- a folder that is gone afterwards, and made one element per width.

local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local svg = require "bakeoff.report.html.svg"

local pictures = {}

local SIZES = { { size = "page", class = "wide" }, { size = "column", class = "narrow" } }

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

local function drawing(folder, built, theme)
   local ok, reason = draw.write(folder, built, { theme = theme, formats = { "svg" } })
   if not ok then
      return nil, reason
   end
   return files.read(("%s/%s.svg"):format(folder, built.name))
end

local function element(folder, built, spec)
   local light, reason = drawing(folder, built, "light")
   local dark
   if light then
      dark, reason = drawing(folder, built, "dark")
   end
   if not dark then
      return nil, reason
   end
   spec.view, spec.label, spec.hover = view_of(built), built.title, built.vars.hover
   return svg.inline(light, dark, spec)
end

-- Both widths of one chart, as HTML; or nil, reason.
local function both(results, chart, options, palette, folder)
   local parts = {}
   for index, width in ipairs(SIZES) do
      local built = require("bakeoff.charts." .. chart.name).build(results,
         { size = width.size, workers = options.workers }, true)
      local text, reason = element(folder, built, { class = width.class, palette = palette,
         prefix = ("%s-%s-"):format(chart.name, width.class) })
      if not text then
         return nil, reason
      end
      parts[index] = text
   end
   return table.concat(parts)
end

local function remove(folder)
   for _, name in ipairs(core.list(folder) or {}) do
      os.remove(folder .. "/" .. name)
   end
   os.remove(folder)
end

--- Elements of the charts that were drawn: name → HTML; and lines on those that could not be. palette: of
-- svg.palette; options: workers.
function pictures.draw(results, drawn, palette, options)
   local folder, found, problems = results.dir .. "/charts/page", {}, {}
   local ok, message = core.mkdirs(folder)
   if not ok then
      return found, { message }
   end
   for _, chart in ipairs(drawn) do
      local text, reason = both(results, chart, options, palette, folder)
      found[chart.name] = text
      if not text then
         problems[#problems + 1] = ("%s chart not in report.html: %s"):format(chart.name, reason)
      end
   end
   remove(folder)
   return found, problems
end

return pictures
