--- A heat map: a grid of coloured cells with their values in them, a legend above, and frames around some.

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local labels = require "bakeoff.analysis.wording.labels"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local shades = require "bakeoff.plotting.shades"
local text = require "bakeoff.plotting.text"

local heat = {}

local NO_VALUE = 0xcfcfcf -- of a cell whose trials all failed
local ABOVE, ROW = 1.9, 2.3 -- legend, a row, in body sizes
local AROUND = 0.42 -- of the page's usual height: what surrounds the plot
local LEAST, MOST = 0.8, 1.9 -- of the page's usual height
local STRIP, STEPS = 7, 24 -- width of the legend's strip in body sizes, and its colours
local BETWEEN, INSIDE = 0.24, 0.22 -- paper between cells, and from a cell's edge to its frame, in body sizes

local function height_for(rows)
   return function(size)
      local wanted = size.height * AROUND + rows * ROW * size.body
      return math.min(math.max(wanted, size.height * LEAST), size.height * MOST)
   end
end

local function widest(texts, size)
   local most = 0
   for _, words in ipairs(texts) do
      most = math.max(most, text.width(words, size))
   end
   return most
end

-- --- values and colours ---------------------------------------------------------------------------

-- The unit of all values, and their colours: { divisor, unit, least, most, share(value) }.
local function scale_of(cells, is_log)
   local least, most = math.huge, 0
   for _, cell in ipairs(cells) do
      least, most = math.min(least, cell.value or least), math.max(most, cell.value or most)
   end
   local divisor, unit = numbers.unit(most, "time")
   local function place(value) return is_log and math.log(value) or value end
   local span = most > least and place(most) - place(least) or 1
   return { divisor = divisor, unit = unit, least = least, most = most, log = is_log and 1 or 0,
      kind = "time",
      share = function(value) return (place(value) - place(least)) / span end }
end

local SMALL = 0.01 -- of the legend's unit: a smaller value would have hardly any digits left

-- In the legend's unit, which is left out, so that fields can be compared; a small value in its own unit.
local function value_text(cell, scale)
   if not cell.value then
      return labels.FAILED
   end
   local share = cell.value / scale.divisor
   return share > 0 and share < SMALL and numbers.format(cell.value, scale.kind) or numbers.plain(share)
end

local function colour_all(cells, scale)
   for _, cell in ipairs(cells) do
      cell.colour = cell.value and shades.at(scale.share(cell.value)) or NO_VALUE
      cell.words = value_text(cell, scale)
   end
end

-- --- texts ----------------------------------------------------------------------------------------

-- The largest letters with which every value fits into its cell; nil if the smallest don't.
local function letters_of(sheet, cells, width, height)
   for _, size in ipairs { sheet.body, sheet.small, sheet.small * 0.85 } do
      local most = 0
      for _, cell in ipairs(cells) do
         most = math.max(most, text.width(cell.words, size))
      end
      if most + size * 0.5 <= width and size * 1.25 <= height then
         return size
      end
   end
end

local function value_vars(sheet, cells, width, height)
   local size = letters_of(sheet, cells, width, height)
   local list = { text = {}, x = {}, y = {}, ink = {} }
   for index, cell in ipairs(size and cells or {}) do
      list.text[index], list.ink[index] = cell.words, shades.ink(cell.colour)
      list.x[index], list.y[index] = cell.column, cell.row
   end
   return { { "cell_count", #list.text }, { "cell_text", list.text }, { "cell_x", list.x },
      { "cell_y", list.y }, { "cell_ink", list.ink }, { "cell_size", size or sheet.small } }
end

-- Texts of columns, "" where one would touch the one before.
local function thin_columns(texts, width, size)
   local ticks = {}
   for index in ipairs(texts) do
      ticks[index] = index
   end
   return axis.thin({ ticks = ticks, texts = texts, divisor = 1, at = function(value)
      return (value - 0.5) / #texts
   end }, width, size)
end

-- Every row has its text, or every second one, and so on.
local function thin_rows(texts, height, size)
   local step, thinned = math.ceil(size * 1.15 * #texts / height), {}
   for index, words in ipairs(texts) do
      thinned[index] = (index - 1) % step == 0 and words or ""
   end
   return thinned
end

-- --- the legend -----------------------------------------------------------------------------------

-- From the right edge: the most, the strip, the least, what is shown. Returns the legend's left edge.
local function add_legend(sheet, scale, words, top)
   local size, gap = sheet.body, sheet.body * 0.5
   local title = axis.title(words, scale)
   local low = numbers.plain(scale.least / scale.divisor)
   local high = numbers.plain(scale.most / scale.divisor)
   local high_x = sheet.width - sheet.edge - text.width(high, size)
   local strip_x = high_x - gap - STRIP * size
   local low_x = strip_x - gap - text.width(low, size)
   local title_x = low_x - gap * 2 - text.width(title, size)
   local middle, colours = top - size * 0.95, {}
   for step = 1, STEPS do
      colours[step] = shades.at((step - 1) / (STEPS - 1))
   end
   page.add(sheet, {
      { "legend_text", { title, low, high } },
      { "legend_x", { title_x / sheet.width, low_x / sheet.width, high_x / sheet.width } },
      { "legend_y", 1 - middle / sheet.height }, { "legend_rgb", colours },
      { "strip_left", strip_x / sheet.width }, { "strip_step", STRIP * size / STEPS / sheet.width },
      { "strip_half", size * 0.38 / sheet.height },
   })
   return title_x
end

-- --- data -----------------------------------------------------------------------------------------

-- A closed line around a cell, from the middle of its lower edge, so that all corners are alike; a row of NaN
-- ends it.
local function add_frame(rows, cell, half_x, half_y)
   for _, corner in ipairs { { 0, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 }, { 0, -1 } } do
      rows[#rows + 1] = { cell.column + corner[1] * half_x, cell.row + corner[2] * half_y }
   end
   rows[#rows + 1] = {}
end

-- half_x, half_y: of a frame, in cells.
local function data_of(cells, scale, half_x, half_y)
   local values, thin, thick = {}, {}, {}
   for index, cell in ipairs(cells) do
      values[index] = { cell.column, cell.row, cell.value and cell.value / scale.divisor, cell.colour }
      if cell.frame then
         add_frame(cell.frame == "thick" and thick or thin, cell, half_x, half_y)
      end
   end
   return gp.data {
      { title = "cells", rows = values, columns = { "column", "row", "value", "colour" } },
      { title = "thin frames", rows = thin, columns = { "x", "y" } },
      { title = "thick frames", rows = thick, columns = { "x", "y" } },
   }
end

local function add_hover(sheet, cells, left, bottom, width, height)
   for _, cell in ipairs(cells) do
      hover.add(sheet, { x = left + (cell.column - 1) * width, y = bottom - cell.row * height, width = width,
         height = height, text = ("%s: %s"):format(cell.at, cell.told or cell.words) })
   end
end

--- The chart. spec: { name, title, subtitle, legend = what the values are, is_log, x_title, y_title, columns
-- and rows = their texts (rows from below), cells = { { column, row (numbers), value (seconds; nil: all
-- trials failed), at = words for its place, told = its value with the interval, frame = "thick", "thin" or
-- nil } } }. Returns what draw.lua writes.
function heat.build(results, spec, options)
   local cells, scale = spec.cells, scale_of(spec.cells, spec.is_log)
   colour_all(cells, scale)
   local sheet = page.new { title = spec.title, subtitle = spec.subtitle, foot = page_words.below(results),
      size = options.size, height = height_for(#spec.rows) }
   local left = sheet.edge + widest(spec.rows, sheet.body) + sheet.body * 0.9
   local right, top, bottom = sheet.width - sheet.edge, sheet.top + sheet.body * ABOVE, sheet.plot_bottom
   local width, height = (right - left) / #spec.columns, (bottom - top) / #spec.rows
   page.plot_area(sheet, left, right, top, bottom)
   local free = add_legend(sheet, scale, spec.legend, top) - sheet.edge - sheet.body
   local paper, frame = BETWEEN * sheet.body, (BETWEEN + 2 * INSIDE) * sheet.body
   page.add(sheet, value_vars(sheet, cells, width - paper, height - paper))
   page.add(sheet, {
      { "column_count", #spec.columns }, { "row_count", #spec.rows },
      { "column_text", thin_columns(spec.columns, right - left, sheet.body) },
      { "row_text", thin_rows(spec.rows, bottom - top, sheet.body) },
      { "half_x", (1 - paper / width) / 2 }, { "half_y", (1 - paper / height) / 2 },
      { "x_title", spec.x_title }, { "y_title", text.cut_name(spec.y_title, sheet.body, free) },
   })
   add_hover(sheet, cells, left, bottom, width, height)
   return { name = spec.name, templates = { "style.gp", "heat.gp" }, title = spec.title, vars = sheet.vars,
      data = data_of(cells, scale, (1 - frame / width) / 2, (1 - frame / height) / 2) }
end

return heat
