--- Stacked areas over time, a panel per contender (panels.lua): slices on top of each other, whose heights add
-- up to the whole. Slices belong to bands, which have a name each: inside, where the band is thick enough,
-- otherwise at the right of the panel (stack_labels.lua).
--
-- A panel: as panels.lua wants it, and
--    samples   in order of time: { time (s), values = { of each slice }, after_gap = true: nothing is known
--              of the time before it }
--    slices    the slices from the bottom up: { band = number, shade = 0 (the contender's colour) to 1 (paper),
--              is_grey }
--    bands     { texts = what it may be called, longest first }

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local page = require "bakeoff.plotting.page"
local panels = require "bakeoff.plotting.panels"
local stack_labels = require "bakeoff.plotting.stack_labels"

local stacks = {}

local HEIGHT = 7 -- of a panel, in body sizes
local LINE = 1.25 -- of a band's name, in small sizes
local TOP = 1.04 -- room above the largest sum
local ALIKE = 4 -- panels whose largest sums differ by more than this factor have a scale each
local LEVEL = 0.4 -- pixels: smaller bends aren't drawn

-- --- points ----------------------------------------------------------------------------------------

local function between(a, b, time)
   local part, values = (time - a.time) / (b.time - a.time), {}
   for index, value in ipairs(a.values) do
      values[index] = value + (b.values[index] - value) * part
   end
   return { time = time, values = values }
end

-- The samples between two times; where a border lies between two of them, one is made there.
local function clipped(samples, first, last)
   local kept, before = {}, nil
   for _, sample in ipairs(samples) do
      local joined = before and not sample.after_gap
      if joined and before.time < first and sample.time > first then
         kept[#kept + 1] = between(before, sample, first)
      end
      if sample.time >= first and sample.time <= last then
         kept[#kept + 1] = sample
      elseif joined and before.time < last and sample.time > last then
         kept[#kept + 1] = between(before, sample, last)
      end
      before = sample
   end
   return kept
end

-- Runs of samples without a gap.
local function runs_of(samples)
   local runs = {}
   for _, sample in ipairs(samples) do
      if sample.after_gap or #runs == 0 then
         runs[#runs + 1] = {}
      end
      table.insert(runs[#runs], sample)
   end
   return runs
end

-- Each sample as a column: { x (units of the axis), [0] = bottom, [slice] = its upper edge }, in pixels.
local function column_of(panel, sample, ruler)
   local y = panel.top + panel.height
   local column, per_byte = { x = sample.time / ruler.divisor, [0] = y }, panel.height / panel.scale.most
   for index, value in ipairs(sample.values) do
      y = y - value * per_byte
      column[index] = y
   end
   return column
end

-- The column that is farthest from the straight lines between two others, and how far.
local function farthest(run, from, to)
   local a, b, worst, at = run[from], run[to], 0, nil
   for index = from + 1, to - 1 do
      local one = run[index]
      local part = b.x > a.x and (one.x - a.x) / (b.x - a.x) or 0
      for edge = 1, #one do
         local away = math.abs(one[edge] - a[edge] - (b[edge] - a[edge]) * part)
         if away > worst then
            worst, at = away, index
         end
      end
   end
   return at, worst
end

-- Marks the columns that are needed for the lines to be right.
local function mark_needed(run, from, to)
   local at, away = farthest(run, from, to)
   if at and away > LEVEL then
      run[at].needed = true
      mark_needed(run, from, at)
      mark_needed(run, at, to)
   end
end

local function thinned(run)
   run[1].needed, run[#run].needed = true, true
   mark_needed(run, 1, #run)
   local kept = {}
   for _, column in ipairs(run) do
      kept[#kept + 1] = column.needed and column or nil
   end
   return kept
end

-- A single reading is drawn this wide.
local function widened(run, pixel)
   if run[#run].x - run[1].x >= pixel then
      return run
   end
   local copy = setmetatable({ x = run[1].x + pixel }, { __index = run[#run] })
   for edge = 0, #run[#run] do
      copy[edge] = run[#run][edge]
   end
   return table.move({ copy }, 1, 1, #run + 1, run)
end

local function columns_of(panel, ruler, pixel)
   local runs = {}
   for index, run in ipairs(runs_of(clipped(panel.samples, ruler.first, ruler.last))) do
      for n, sample in ipairs(run) do
         run[n] = column_of(panel, sample, ruler)
      end
      runs[index] = widened(thinned(run), pixel)
   end
   return runs
end

-- The outline of a slice, a closed figure per run.
local function outline(runs, slice)
   local rows = {}
   for index, run in ipairs(runs) do
      rows[#rows + 1] = index > 1 and {} or nil -- NaN: the next figure
      for n = 1, #run do
         rows[#rows + 1] = { run[n].x, run[n][slice - 1] }
      end
      for n = #run, 1, -1 do
         rows[#rows + 1] = { run[n].x, run[n][slice] }
      end
   end
   return rows
end

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
   local ruler = axis.linear(most, kind, 3)
   ruler.texts[#ruler.texts] = ruler.texts[#ruler.texts] .. " " .. ruler.unit
   return { most = most * TOP, guides = ruler.ticks, divisor = ruler.divisor, texts = ruler.texts }
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

local function widest_text(list)
   local widest = ""
   for _, panel in ipairs(list) do
      for _, words in ipairs(panel.scale.texts) do
         widest = #words > #widest and words or widest
      end
   end
   return widest
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
            rows = outline(panel.runs, index), columns = { "time", "height" } }
      end
   end
   return gp.data(blocks)
end

local PASSES = 3 -- until the names at the right fit: they take room from the plot

-- Lays the page out for the names that have a place so far.
local function lay_out(results, list, ruler, spec, options)
   local sheet, write = panels.lay_out(results, list, ruler, { title = spec.title, subtitle = spec.subtitle,
      side = widest_text(list), beside = function(write)
         local ends = {}
         for index, panel in ipairs(list) do
            ends[index] = stack_labels.room(panel, write.small, ruler.last)
         end
         return ends
      end }, options)
   local area = { left = sheet.left, size = write.small, first = ruler.first / ruler.divisor,
      per_x = (sheet.right - sheet.left) * ruler.divisor / (ruler.last - ruler.first) }
   local overflows = false
   for _, panel in ipairs(list) do
      panel.runs = columns_of(panel, ruler, 1.2 / area.per_x)
      stack_labels.place(panel, area)
      overflows = overflows or stack_labels.overflow(panel, area.size, sheet.width - sheet.edge * 0.5)
         or #panel.unnamed > 0
   end
   return sheet, area.size, overflows
end

--- spec = { name, title, subtitle (list), kind (of the values: axis.lua) }; list: panels, as above. Returns what
-- draw.lua writes.
function stacks.build(results, list, spec, options)
   local ruler = panels.ruler(list, options)
   set_scales(list, spec.kind)
   for _, panel in ipairs(list) do
      panel.least = function(write)
         return math.max(HEIGHT * write.body, (#panel.bands + 0.5) * LINE * write.small)
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
