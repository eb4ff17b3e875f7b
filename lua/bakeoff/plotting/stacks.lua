--- Stacked areas over time, a panel per contender (panels.lua): slices on top of each other, whose heights
-- add up to the whole. Slices belong to bands, which have a name each: inside, where the band is thick
-- enough, otherwise at the right of the panel (stack_labels.lua).
--
-- A panel: as panels.lua wants it, and
--    samples   in order of time: { time (s), values = { of each slice }, after_gap = true: nothing is known
--              of the time before it }
--    slices    the slices from the bottom up: { band = number, name, is_grey, shade = 0 (the contender's
--              colour) to 1 (paper) }
--    bands     { texts = what it may be called, longest first }

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local page = require "bakeoff.plotting.page"
local panels = require "bakeoff.plotting.panels"
local stack_labels = require "bakeoff.plotting.stack_labels"
local stack_shapes = require "bakeoff.plotting.stack_shapes"

local stacks = {}

local HEIGHT, LEAST, MOST = 20, 7, 15 -- of all panels together, and of one, in body sizes
local LINE = 1.25 -- of a band's name, in small sizes
local LEAST_WIDE = 1.2 -- pixels: of a reading that stands alone
local TOP = 1.04 -- room above the largest sum
local ALIKE = 4 -- panels whose largest sums differ by more than this factor have a scale each

-- --- scales ----------------------------------------------------------------------------------------

local function largest(panel)
   local most = 0
   for _, sample in ipairs(panel.samples) do
      local sum = 0
      for _, value in ipairs(sample.values) do
         sum = sum + value
      end
      most = math.max(most, sum)
   end
   return most > 0 and most or 1
end

local function scale_of(most, kind)
   local ruler = axis.linear(most, kind, 4)
   ruler.texts[#ruler.texts] = ruler.texts[#ruler.texts] .. " " .. ruler.unit
   return { most = most * TOP, guides = ruler.ticks, divisor = ruler.divisor, texts = ruler.texts }
end

--- Is there time of which nothing is known in any panel?
function stacks.have_gaps(list)
   for _, panel in ipairs(list) do
      for _, sample in ipairs(panel.samples) do
         if sample.after_gap then
            return true
         end
      end
   end
   return false
end

--- Do these panels need a scale each, since the smallest could not be read otherwise?
function stacks.have_own_scales(list)
   local least, most = math.huge, 0
   for _, panel in ipairs(list) do
      panel.largest = largest(panel)
      least, most = math.min(least, panel.largest), math.max(most, panel.largest)
   end
   return most > ALIKE * least
end

-- A scale for each panel, the same for all if that lets the smallest be read.
local function set_scales(list, kind)
   local is_shared, most = not stacks.have_own_scales(list), 0
   for _, panel in ipairs(list) do
      most = math.max(most, panel.largest)
   end
   local shared = scale_of(most, kind)
   for _, panel in ipairs(list) do
      panel.scale = is_shared and shared or scale_of(panel.largest, kind)
   end
end

-- --- the chart -------------------------------------------------------------------------------------

local function height_at(panel, value)
   return panel.top + panel.height * (1 - value * panel.scale.divisor / panel.scale.most)
end

local function guide_vars(list)
   local texts, at, rows = {}, {}, {}
   for _, panel in ipairs(list) do
      for index, value in ipairs(panel.scale.guides) do
         texts[#texts + 1], at[#at + 1] = panel.scale.texts[index], height_at(panel, value)
         rows[#rows + 1] = { height_at(panel, value) }
      end
   end
   return { { "side_text", texts }, { "side_at", at }, { "side_count", #at } }, rows
end

local function slice_vars(list)
   local of, shade, grey = {}, {}, {}
   for number, panel in ipairs(list) do
      for _, slice in ipairs(panel.slices) do
         of[#of + 1], shade[#shade + 1], grey[#grey + 1] = number, slice.shade, slice.is_grey and 1 or 0
      end
   end
   return { { "slice_count", #of }, { "slice_of", of }, { "slice_shade", shade }, { "slice_grey", grey } }
end

local function data_of(list, guides, ruler)
   local blocks = {
      { title = "the pool starts, ends", rows = panels.bands(list, ruler),
         columns = { "start", "end", "middle", "half", "panel" } },
      { title = "round amounts", rows = guides, columns = { "height" } },
   }
   for _, panel in ipairs(list) do
      for index, slice in ipairs(panel.slices) do
         blocks[#blocks + 1] = { title = ("%s: %s"):format(panel.cell.label, slice.name or ""),
            rows = stack_shapes.outline(panel.runs, index), columns = { "time", "height" } }
      end
   end
   return gp.data(blocks)
end

local PASSES = 3 -- until the names at the right fit: they take room from the plot

-- Lays the page out for the names that have a place so far.
local function lay_out(results, list, ruler, spec, options)
   local sheet, write = panels.lay_out(results, list, ruler, { title = spec.title, subtitle = spec.subtitle,
      side = panels.widest_tick(list), beside = function()
         local ends = {}
         for index, panel in ipairs(list) do
            ends[index] = stack_labels.room(panel)
         end
         return ends
      end }, options)
   local area = { left = sheet.left, size = write.small, first = ruler.first / ruler.divisor,
      width = sheet.right - sheet.left }
   area.per_x = area.width * ruler.divisor / (ruler.last - ruler.first)
   local overflows = false
   for _, panel in ipairs(list) do
      panel.runs = stack_shapes.columns(panel, ruler, LEAST_WIDE / area.per_x)
      stack_labels.place(panel, area)
      overflows = overflows or stack_labels.overflow(panel, area.size, sheet.width - sheet.edge * 0.5)
         or #panel.unnamed > 0
   end
   return sheet, area.size, overflows
end

--- spec = { name, title, subtitle (list), kind (of the values: axis.lua) }; list: panels, as above. Returns
-- what draw.lua writes.
function stacks.build(results, list, spec, options)
   local ruler = panels.ruler(list, options)
   set_scales(list, spec.kind)
   local height = math.max(math.min(HEIGHT / #list, MOST), LEAST)
   for _, panel in ipairs(list) do
      panel.least = function(write)
         return math.max(height * write.body, (#panel.bands + 0.5) * LINE * write.small)
      end
   end
   local sheet, size, overflows
   for _ = 1, PASSES do
      sheet, size, overflows = lay_out(results, list, ruler, spec, options)
      if not overflows then
         break
      end
   end
   local vars, guides = guide_vars(list)
   page.add(sheet, vars)
   page.add(sheet, slice_vars(list))
   page.add(sheet, stack_labels.vars(sheet, list, size))
   return { name = spec.name, templates = { "style.gp", "panels.gp", "stacks.gp" }, title = spec.title,
      vars = sheet.vars, data = data_of(list, guides, ruler), panels = list }
end

return stacks
