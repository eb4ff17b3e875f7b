--- Horizontal bars, one per contender: shared by speed, footprint and groups. Rows are sorted, least on top,
-- unless the chart brings its own; a contender whose trials all failed keeps its row, which says so.

local axis = require "bakeoff.plotting.axis"
local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local in_rows = require "bakeoff.plotting.in_rows"
local inset = require "bakeoff.plotting.inset"
local labels = require "bakeoff.analysis.wording.labels"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local style = require "bakeoff.plotting.style"
local summaries = require "bakeoff.model.summary"
local text = require "bakeoff.plotting.text"

local bars = {}

local ROW_HEIGHT = 2.9 -- in body sizes
local REMARK_ROOM = 0.36 -- of the page's width, for a remark below its value
local AROUND = 8.2 -- of the page, around the rows, in body sizes

--- The row of a cell.
function bars.row(results, cell, metric)
   local summary = results:summary_of(cell)
   return {
      cell = cell, name = cell.name, summary = summary[metric], values = summaries.values(cell, metric),
      numbers = summaries.numbers(cell, metric),
      failed = summary.failed_trials, trials = summary.trials, reason = summary.reasons[1],
   }
end

--- Rows for cells, least median first, failed ones last: { cell, name, summary, values, failed, trials }.
function bars.rows(results, cells, metric)
   local rows = {}
   for index, cell in ipairs(cells) do
      rows[index] = bars.row(results, cell, metric)
      rows[index].order = index
   end
   table.sort(rows, function(a, b)
      local x, y = a.summary and a.summary.median or math.huge, b.summary and b.summary.median or math.huge
      return x < y or (x == y and a.order < b.order)
   end)
   return rows
end

-- The right end of a row's marks: bar, whisker, dots, bound.
local function reach(row)
   local s = row.summary
   return s and math.max(s.median, s.high or 0, s.max, row.bound or 0) or 0
end

local function failure_text(row) return row.summary and labels.some_failed(row.failed, row.trials) or "" end

-- The text beside a bar: its value, and after or below it the remark in smaller letters.
local function label_row(row, sheet, spec, ruler)
   if row.heading then
      row.value, row.remark, row.value_width, row.width, row.narrow = "", "", 0, 0, 0
      return
   end
   local value = row.summary and axis.show(ruler, row.summary.median)
   row.value = value or labels.FAILED
   local parts = {}
   local note = row.summary and spec.note and spec.note(row, ruler) or ""
   local reason = not value and (row.reason or labels.NONE_SUCCEEDED) or ""
   for _, part in ipairs { note, failure_text(row), reason } do
      parts[#parts + 1] = part ~= "" and part or nil
   end
   row.remark = table.concat(parts, ", ")
   row.value_width = text.width(row.value, sheet.body)
   row.remark_width = text.width(row.remark, sheet.small)
   local between = row.remark ~= "" and sheet.body * 0.7 or 0
   row.width = row.value_width + between + row.remark_width
   row.narrow = math.max(row.value_width, math.min(row.remark_width, sheet.width * REMARK_ROOM))
end

-- The room for names: the widest line, or heading (bold, from the page's edge on).
local function width_of_names(rows, sheet)
   local headings = in_rows.widest(rows, function(row)
      return row.heading and text.width(row.heading, sheet.body, true) or 0
   end)
   return math.max(in_rows.wrap_names(rows, sheet), headings)
end

local function fit(rows, ruler, sheet, room, key)
   local ends = {}
   for index, row in ipairs(rows) do
      ends[index] = { at = ruler.at(reach(row)), width = row[key] + sheet.body * 0.8 }
   end
   return axis.fit(room, ends)
end

-- Decides the plot's width. Remarks stand after the values if that leaves the plot most of the room,
-- otherwise below them.
local function fit_labels(rows, sheet, spec, ruler, room)
   for _, row in ipairs(rows) do
      label_row(row, sheet, spec, ruler)
   end
   local width = fit(rows, ruler, sheet, room, "width")
   local stacked = width < room * 0.6
   sheet.plot_width = stacked and fit(rows, ruler, sheet, room, "narrow") or width
   for _, row in ipairs(rows) do
      local left = ruler.at(reach(row)) * sheet.plot_width + sheet.body * 0.6
      row.stacked = left + row.width > room
      local space = room - left - (row.stacked and 0 or row.value_width + sheet.body * 0.7)
      if row.stacked and not row.summary and not row.heading then
         row.value, row.remark = "", labels.failed_because(row.remark)
      end
      row.remarks = row.stacked and text.wrap(row.remark, sheet.small, space, row.summary and 1 or 2)
         or { row.remark ~= "" and row.remark or nil }
      row.right = left + (row.stacked and math.max(row.value_width, in_rows.widest(row.remarks,
         function(line) return text.width(line, sheet.small) end)) or row.width)
   end
end

-- Texts beside the bars: x in units of the axis, y in rows.
local function texts_beside(rows, ruler, sheet)
   local list, per_pixel, line = in_rows.texts(), ruler.max / sheet.plot_width, in_rows.line(rows, sheet)
   for index, row in ipairs(rows) do
      local x = reach(row) / ruler.divisor + sheet.body * 0.6 * per_pixel
      local top = index - (row.stacked and (#row.remarks + (row.value == "" and 1 or 0)) * line / 2 or 0)
      in_rows.add_text(list, row.value, x, top)
      for n, remark in ipairs(row.remarks) do
         if row.stacked then
            in_rows.add_text(list, remark, x, top + n * line * 0.97, true)
         else
            in_rows.add_text(list, remark, x + (row.value_width + sheet.body * 0.7) * per_pixel, top, true)
         end
      end
   end
   return list
end

local COLUMNS = { "row", "median", "low", "high", "base" }
local WITH_BOUNDS = { "row", "median", "low", "high", "base", "bound", "open" }

local function data_blocks(rows, ruler, spec)
   local bar_rows, dots = {}, {}
   for index, row in ipairs(rows) do
      local s = row.summary or {}
      bar_rows[index] = {
         index, s.median and s.median / ruler.divisor, s.low and s.low / ruler.divisor,
         s.high and s.high / ruler.divisor, spec.base and spec.base(row, ruler.divisor),
         row.bound and row.bound / ruler.divisor, row.bound and (row.is_open and 1 or 0),
      }
      for n, value in ipairs(row.values) do
         dots[#dots + 1] = { index + in_rows.jitter(n, #row.values), value / ruler.divisor, index }
      end
   end
   return {
      { title = "contenders", rows = bar_rows, columns = spec.bounds and WITH_BOUNDS or COLUMNS },
      { title = "trials", rows = dots, columns = { "height", "value", "row" } },
   }
end

local HALF = 0.31 -- of a bar's height, in rows: plots/bars.gp

local function add_hover(sheet, rows, ruler, left, enlarged)
   local row_height = sheet.plot_height / #rows
   local function y(row) return sheet.top + (row - 0.5) * row_height end
   local function x(value) return left + ruler.at(value) * sheet.plot_width end
   hover.rows(sheet, rows, sheet.top, sheet.plot_bottom)
   hover.bars(sheet, rows, ruler, { x = x, y = y }, HALF, in_rows.jitter)
   if enlarged then
      hover.bars(sheet, enlarged.rows, ruler, { x = enlarged.x, y = y }, HALF, in_rows.jitter)
   end
end

local function look_of(results, row) return row.cell and results.looks[row.cell.label] end

-- The same for the terminal: one line per row (plotting/characters.lua).
local function for_terminal(results, rows, spec, ruler)
   local list = {}
   for index, row in ipairs(rows) do
      local s, look = row.summary, look_of(results, row)
      local value = s and axis.show(ruler, s.median)
         or not row.heading and labels.FAILED
      list[index] = { name = row.heading or row.name, value = s and s.median, text = value or "",
         look = look or { light = 0x808080 }, remark = row.remark or "" }
   end
   return { rows = list, under = spec.axis }
end

-- The page of a chart, with the room for names and labels decided. around: in body sizes; lower: by how much
-- the rows begin below their usual place, in body sizes. → sheet, ruler, left edge of the bars (pixels), room
-- right of it
local function lay_out(results, rows, spec, options, lower)
   local sheet = page.new {
      title = spec.title, subtitle = spec.subtitle, foot = page_words.below(results), size = options.size,
      height = in_rows.height(#rows, AROUND + lower, spec.row_height or ROW_HEIGHT),
   }
   sheet.top = sheet.top + lower * sheet.body
   local largest = in_rows.widest(rows, reach)
   local ruler = axis.linear(largest > 0 and largest or 1, spec.kind, sheet.width > 500 and 7 or 5)
   sheet.plot_height = sheet.plot_bottom - sheet.top
   local left = sheet.edge + width_of_names(rows, sheet) + sheet.body * 0.8
   local room = sheet.width - sheet.edge - left
   fit_labels(rows, sheet, spec, ruler, room)
   return sheet, ruler, left, room
end

-- The same, and the inset with the short bars enlarged, or nil. If there is no room for one, its texts above
-- the rows don't take any either.
local function lay_out_with_inset(results, rows, spec, options)
   local count = spec.enlarge and inset.count(rows, reach)
   if count then
      local sheet, ruler, left, room = lay_out(results, rows, spec, options, inset.HEIGHT)
      local enlarged = inset.build(rows, count, { sheet = sheet, ruler = ruler, left = left, reach = reach,
         right_of = function(row) return left + row.right end })
      if enlarged then
         return enlarged, sheet, ruler, left, room
      end
   end
   return nil, lay_out(results, rows, spec, options, 0)
end

--- A bar chart: spec = { name, metric, kind, title, subtitle, axis, cells, note(row), base(row, divisor) };
-- instead of cells, rows: from bars.row (with `bounds` = true also bound = what the value is at most, is_open
-- = and maybe more), and headings { heading = text, name = "", values = {}, failed = 0 };
-- also vars (further assignments), row_height (in body sizes), template ("speed": bars as that chart has
-- them; default: its own), enlarge (true: short bars are shown again enlarged; the template draws them).
-- Returns what draw.lua writes: { name, templates, title, vars, data }.
function bars.build(results, spec, options)
   local rows = spec.rows or bars.rows(results, spec.cells, spec.metric)
   local enlarged, sheet, ruler, left, room = lay_out_with_inset(results, rows, spec, options)
   page.plot_area(sheet, left, left + room, sheet.top, sheet.plot_bottom)
   page.add(sheet, style.colour_vars(rows, function(row) return style.of_bar(look_of(results, row)) end))
   page.add(sheet, in_rows.name_vars(rows, sheet))
   page.add(sheet, in_rows.text_vars(texts_beside(rows, ruler, sheet), sheet))
   add_hover(sheet, rows, ruler, left, enlarged)
   page.add(sheet, {
      { "row_count", #rows }, { "x_max", ruler.max }, { "x_end", ruler.max * room / sheet.plot_width },
      { "tick_at", ruler.ticks }, { "tick_text", ruler.texts },
      { "x_title", axis.title(spec.axis, ruler) },
   })
   local templates = { "style.gp", "bars.gp", (spec.template or spec.name) .. ".gp" }
   page.add(sheet, spec.vars or {})
   page.add(sheet, enlarged and enlarged.vars or {})
   local blocks = data_blocks(rows, ruler, spec)
   table.move(enlarged and enlarged.blocks or {}, 1, enlarged and #enlarged.blocks or 0, #blocks + 1, blocks)
   return { name = spec.name, templates = templates, title = spec.title, vars = sheet.vars,
      data = gp.data(blocks), terminal = for_terminal(results, rows, spec, ruler) }
end

return bars
