--- Rows of dots on one horizontal axis, one per contender, with texts in a column at the right: shared by
-- ratio and distribution. Unlike bars, dots don't start at zero: the axis covers only the range of the
-- data.

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local in_rows = require "bakeoff.plotting.in_rows"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local style = require "bakeoff.plotting.style"
local text = require "bakeoff.plotting.text"

local dots = {}

local TEXTS_MOST = 0.3 -- of the page's width, for the column of texts on one line
local TEXTS_OF_LOW_ROWS = 0.4 -- of rows that have no room for two lines
local AROUND = 9.4 -- of the page, around the rows, in body sizes

local function cut_remarks(rows, sheet, room)
   for _, row in ipairs(rows) do
      row.remark = text.cut(row.remark, sheet.small, room)
   end
end

local function widest_remark(rows, sheet)
   return in_rows.widest(rows, function(row) return text.width(row.remark, sheet.small) end)
end

-- Puts value and remark side by side if that leaves the dots most of the room, or if rows are too low for two
-- lines; else one below the other. Returns the column's width.
local function fit_texts(rows, sheet)
   local gap, remark = sheet.body * 0.7, widest_remark(rows, sheet)
   local value = in_rows.widest(rows, function(row) return text.width(row.value, sheet.body) end)
   local both = value + (remark > 0 and gap + remark or 0)
   local is_roomy = in_rows.has_room(rows, sheet)
   sheet.stacked = is_roomy and both > sheet.width * TEXTS_MOST
   sheet.remark_at = value + gap
   if sheet.stacked then
      cut_remarks(rows, sheet, math.max(value, sheet.width * TEXTS_MOST))
      return math.max(value, widest_remark(rows, sheet))
   elseif not is_roomy and both > sheet.width * TEXTS_OF_LOW_ROWS then
      cut_remarks(rows, sheet, math.max(0, sheet.width * TEXTS_OF_LOW_ROWS - sheet.remark_at))
      return sheet.remark_at + widest_remark(rows, sheet)
   end
   return both
end

-- The texts: x as a fraction of the page, y in rows.
local function text_vars(rows, sheet, right)
   local texts, line = in_rows.texts(), in_rows.line(rows, sheet)
   for index, row in ipairs(rows) do
      local shift = sheet.stacked and row.remark ~= "" and line / 2 or 0
      in_rows.add_text(texts, row.value, right / sheet.width, index - shift)
      if row.remark ~= "" then
         local x = right + (sheet.stacked and 0 or sheet.remark_at)
         in_rows.add_text(texts, row.remark, x / sheet.width, index + shift, true)
      end
   end
   return in_rows.text_vars(texts, sheet)
end

local function markers(rows)
   local list = {}
   for index, row in ipairs(rows) do
      list[index] = row.look.marker
   end
   return list
end

--- The chart. spec: { name, title, subtitle, axis (its title, or a function of the sheet that makes it),
-- ruler, row_height (in body sizes), blocks(rows, sheet) → blocks of gp.data, vars(sheet) → further
-- assignments, marks(rows) → the small dots with their tooltips (hover.dots), or nil, rows = { { cell, name,
-- look, value, remark (texts at the right) } } }. Functions may read
-- sheet.plot_left, plot_width and plot_height (pixels). Returns what draw.lua writes.
function dots.build(results, spec, options)
   local rows = spec.rows
   local sheet = page.new { title = spec.title, subtitle = spec.subtitle, foot = page_words.below(results),
      size = options.size, height = in_rows.height(#rows, AROUND, spec.row_height) }
   local top, bottom = sheet.top + sheet.body * 1.2, sheet.plot_bottom
   sheet.plot_height = bottom - top
   local left = sheet.edge + in_rows.wrap_names(rows, sheet) + sheet.body * 0.8
   local right = sheet.width - sheet.edge - fit_texts(rows, sheet) - sheet.body
   sheet.plot_left, sheet.plot_width = left, right - left
   page.plot_area(sheet, left, right, top, bottom)
   page.add(sheet, style.colour_vars(rows, function(row) return row.look end))
   page.add(sheet, { { "marker", markers(rows) } })
   page.add(sheet, in_rows.name_vars(rows, sheet))
   page.add(sheet, text_vars(rows, sheet, right + sheet.body))
   page.add(sheet, {
      { "row_count", #rows }, { "x_min", spec.ruler.min }, { "x_max", spec.ruler.max },
      { "x_log", spec.ruler.log }, { "tick_at", spec.ruler.ticks },
      { "tick_text", axis.thin(spec.ruler, sheet.plot_width, sheet.body) },
      { "x_title", type(spec.axis) == "function" and spec.axis(sheet) or spec.axis },
   })
   page.add(sheet, spec.vars and spec.vars(sheet) or {})
   hover.strips(sheet, rows, { left = left, right = right, top = top, bottom = bottom })
   hover.dots(sheet, rows, spec.marks and spec.marks(rows) or {}, {
      x = function(value) return left + spec.ruler.at(value) * sheet.plot_width end,
      y = function(row) return top + (row - 0.5) * sheet.plot_height / #rows end,
   })
   return { name = spec.name, templates = { "style.gp", "dots.gp", spec.name .. ".gp" }, title = spec.title,
      vars = sheet.vars, data = gp.data(spec.blocks(rows, sheet)) }
end

return dots
