--- Areas over time, a panel per contender (panels.lua): shared by the charts inflight and cpu.

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local panel_stalls = require "bakeoff.plotting.panel_stalls"
local panels = require "bakeoff.plotting.panels"

local areas = {}

local HEIGHT = 3.6 -- of a panel, in body sizes
local TOP = 1.08 -- room above the largest value

--- The corners of a step function: { { time, value }, … } from the values of intervals of equal length.
function areas.steps(values, width)
   local points = { { 0.0, 0 } }
   for index, value in ipairs(values) do
      local last = points[#points][2]
      if last ~= value then
         points[#points + 1] = { (index - 1) * width, last }
         points[#points + 1] = { (index - 1) * width, value }
      end
   end
   local last = points[#points][2]
   points[#points + 1] = { #values * width, last }
   points[#points + 1] = { #values * width, 0 }
   return points
end

local function largest(list)
   local most = 0
   for _, panel in ipairs(list) do
      for _, point in ipairs(panel.points) do
         most = math.max(most, point[2])
      end
   end
   return most > 0 and most or 1
end

-- Cuts points beyond the ends of the axis: gnuplot would draw the area's outline there.
local function clipped(points, first, last)
   local kept, before = {}, nil
   for _, point in ipairs(points) do
      if before and before[1] < first and point[1] > first then
         kept[#kept + 1] = { first, before[2] }
      end
      if point[1] >= first and point[1] <= last then
         kept[#kept + 1] = point
      elseif point[1] > last then
         kept[#kept + 1] = { last, before and before[2] or 0 }
         break
      end
      before = point
   end
   return kept
end

-- Leads an outline that was cut at the ends of the axis back to the bottom: it is drawn as one polygon, which
-- takes gnuplot half as long as an area between two curves. The line on it (third column) stays open there.
local function close(rows, bottom)
   local first, last = rows[1], rows[#rows]
   if first and first[2] ~= bottom then
      table.insert(rows, 1, { first[1], bottom })
   end
   if last and last[2] ~= bottom then
      rows[#rows + 1] = { last[1], bottom }
   end
end

local function blocks_of(list, ruler)
   local guides, blocks = {}, {}
   for index, panel in ipairs(list) do
      local bottom, rows, scale = panel.top + panel.height, {}, panel.scale
      local function height_at(value) return bottom - value / scale.most * panel.height end
      for n, point in ipairs(clipped(panel.points, ruler.first, ruler.last)) do
         rows[n] = { point[1] / ruler.divisor, height_at(point[2]), height_at(point[2]) }
      end
      close(rows, bottom)
      for _, value in ipairs(scale.guides) do
         guides[#guides + 1] = { height_at(value) }
      end
      blocks[index] = { title = panel.cell.label, rows = rows, columns = { "time", "height", "line" } }
   end
   table.insert(blocks, 1, { title = "round amounts", rows = guides, columns = { "height" } })
   table.insert(blocks, 1, { title = "the pool starts, ends", rows = panels.bands(list, ruler),
      columns = { "start", "end", "middle", "half", "panel" } })
   blocks[#blocks + 1] = panel_stalls.block(list, ruler)
   return blocks
end

local function side_vars(list)
   local texts, at = {}, {}
   for _, panel in ipairs(list) do
      local scale = panel.scale
      for index, value in ipairs(scale.guides) do
         texts[#texts + 1] = scale.texts[index]
         at[#at + 1] = panel.top + panel.height * (1 - value / scale.most)
      end
   end
   return { { "side_text", texts }, { "side_at", at }, { "side_count", #at }, { "panel_count", #list } }
end

-- One scale for all panels.
local function scale_of(list)
   local most = largest(list)
   local ruler = axis.linear(most, "count", 3)
   return { most = most * TOP, guides = ruler.ticks, texts = ruler.texts }
end

-- A panel's own scale, from zero to its full amount.
local function own_scale(panel)
   return { most = math.max(largest { panel }, panel.full) * TOP, guides = { 0, panel.full },
      texts = { "0", numbers.whole(panel.full) } }
end

--- spec = { name, title, cells, workers, notes (for the subtitle) }; list: panels with points (areas.steps)
-- and remarks; with `full`, the amount at which a panel is full, each has a scale of its own.
function areas.build(results, list, spec, options)
   local ruler, shared = panels.ruler(list, options), scale_of(list)
   for _, panel in ipairs(list) do
      panel.least = function(write) return HEIGHT * write.body end
      panel.scale = panel.full and own_scale(panel) or shared
   end
   local subtitle = panels.subtitle(results, spec.cells, spec.workers, options)
   for _, note in ipairs(spec.notes) do
      subtitle[#subtitle + 1] = note
   end
   subtitle[#subtitle + 1] = panels.BANDS
   subtitle[#subtitle + 1] = panel_stalls.words(list) or nil
   local sheet, write = panels.lay_out(results, list, ruler, { title = spec.title, subtitle = subtitle,
      side = panels.widest_tick(list) }, options)
   page.add(sheet, side_vars(list))
   page.add(sheet, panel_stalls.vars(sheet, list, ruler, write.small * 0.85))
   return { name = spec.name, templates = { "style.gp", "panels.gp", "stalls.gp", "areas.gp" },
      title = spec.title, vars = sheet.vars, data = gp.data(blocks_of(list, ruler)), panels = list }
end

return areas
