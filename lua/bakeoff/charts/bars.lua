--- Horizontal bars, one per contender: what speed and footprint share. Rows are sorted, least on top;
-- a contender whose trials all failed keeps its row and says so.

local axis = require "bakeoff.charts.axis"
local gp = require "bakeoff.charts.gp"
local numbers = require "bakeoff.numbers"
local page = require "bakeoff.charts.page"
local summaries = require "bakeoff.summary"
local text = require "bakeoff.charts.text"

local bars = {}

local function row_of(results, cell, metric)
   local summary = results:summary_of(cell)
   return {
      cell = cell, name = cell.name, summary = summary[metric], values = summaries.values(cell, metric),
      failed = summary.failed_trials, trials = summary.trials, reason = summary.reasons[1],
   }
end

--- Rows for cells, least median first, failed ones last: { cell, name, summary, values, failed, trials }.
function bars.rows(results, cells, metric)
   local rows = {}
   for index, cell in ipairs(cells) do
      rows[index] = row_of(results, cell, metric)
      rows[index].order = index
   end
   table.sort(rows, function(a, b)
      local x, y = a.summary and a.summary.median or math.huge, b.summary and b.summary.median or math.huge
      return x < y or (x == y and a.order < b.order)
   end)
   return rows
end

-- Right end of what is drawn of a row: bar, whisker, dots.
local function reach(row)
   local s = row.summary
   return s and math.max(s.median, s.high or 0, s.max) or 0
end

local function value_text(row, ruler)
   if not row.summary then
      return "failed: " .. (row.reason or "no trial succeeded")
   end
   local value = numbers.format_in(row.summary.median, ruler.divisor, ruler.unit)
   if row.failed > 0 then
      value = ("%s  (%d of %d trials failed)"):format(value, row.failed, row.trials)
   end
   return value
end

-- Texts of the rows, cut to what fits, and how wide they are.
local function label_rows(rows, sheet, spec, ruler)
   local widest = 0
   for _, row in ipairs(rows) do
      row.name = text.cut(row.name, sheet.body, sheet.width * 0.34)
      widest = math.max(widest, text.width(row.name, sheet.body))
      row.value = text.cut(value_text(row, ruler), sheet.body, sheet.width * 0.45)
      row.note = spec.note and row.summary and sheet.width > 500 and spec.note(row, ruler) or ""
      row.value_width = text.width(row.value, sheet.body)
      local note_width = row.note ~= "" and sheet.body * 0.8 + text.width(row.note, sheet.small) or 0
      row.width = row.value_width + note_width
   end
   return widest
end

local function fit(rows, ruler, sheet, room)
   local labels = {}
   for index, row in ipairs(rows) do
      labels[index] = { at = ruler.at(reach(row)), width = row.width + sheet.body * 0.8 }
   end
   return axis.fit(room, labels)
end

-- A trial's dot stands off the bar's middle, by its place in the order, so that equal values show as many.
local function jitter(index, count)
   return count > 1 and ((index * 7) % count / (count - 1) - 0.5) * 0.36 or 0
end

local function data_blocks(rows, ruler, sheet, looks_at, spec)
   local per_pixel = ruler.max / sheet.plot_width
   local bar_rows, dots = {}, {}
   for index, row in ipairs(rows) do
      local s, look = row.summary or {}, looks_at(row)
      local value_at = reach(row) / ruler.divisor + sheet.body * 0.6 * per_pixel
      bar_rows[index] = {
         index, s.median and s.median / ruler.divisor, s.low and s.low / ruler.divisor,
         s.high and s.high / ruler.divisor, look, value_at,
         value_at + (row.value_width + sheet.body * 0.7) * per_pixel,
         spec.base and spec.base(row, ruler.divisor),
      }
      for n, value in ipairs(row.values) do
         dots[#dots + 1] = { index + jitter(n, #row.values), value / ruler.divisor, look }
      end
   end
   return {
      { title = "contenders", rows = bar_rows,
         columns = { "row", "median", "low", "high", "look", "value_at", "note_at", "base" } },
      { title = "trials", rows = dots, columns = { "row", "value", "look" } },
   }
end

local function texts(rows, key)
   local list = {}
   for index, row in ipairs(rows) do
      list[index] = row[key]
   end
   return list
end

local function looks(results, rows)
   local light, dark = {}, {}
   for index, row in ipairs(rows) do
      local look = results.looks[row.cell.label]
      light[index], dark[index] = look.light, look.dark
   end
   return { { "light", light }, { "dark", dark } }
end

local function height(count)
   return function(size)
      if size.fixed then
         return size.height
      end
      return size.body * (8.2 + 2.9 * math.max(count, 2)) + size.title
   end
end

--- A bar chart: spec = { name, metric, kind, title, subtitle, axis, cells, note(row), base(row, divisor) }.
-- Returns what draw.lua writes: { name, template, title, vars, data }.
function bars.build(results, spec, options)
   local rows = bars.rows(results, spec.cells, spec.metric)
   local sheet = page.new {
      title = spec.title, subtitle = spec.subtitle, foot = page.foot(results), size = options.size,
      height = height(#rows),
   }
   local largest = 0
   for _, row in ipairs(rows) do
      largest = math.max(largest, reach(row))
   end
   local ruler = axis.linear(largest > 0 and largest or 1, spec.kind, sheet.width > 500 and 7 or 5)
   local left = sheet.edge + label_rows(rows, sheet, spec, ruler) + sheet.body * 0.8
   local room = sheet.width - sheet.edge - left
   sheet.plot_width = fit(rows, ruler, sheet, room)
   page.plot_area(sheet, left, left + room, sheet.top, sheet.bottom - sheet.body * 3.3)
   page.add(sheet, looks(results, rows))
   page.add(sheet, {
      { "names", texts(rows, "name") }, { "values", texts(rows, "value") }, { "notes", texts(rows, "note") },
      { "row_count", #rows }, { "x_max", ruler.max }, { "x_end", ruler.max * room / sheet.plot_width },
      { "tick_at", ruler.ticks }, { "tick_text", ruler.texts },
      { "x_title", ruler.unit == "" and spec.axis or ("%s (%s)"):format(spec.axis, ruler.unit) },
      { "note_size", sheet.small },
   })
   local index_of = {}
   for index, row in ipairs(rows) do
      index_of[row] = index
   end
   local blocks = data_blocks(rows, ruler, sheet, function(row) return index_of[row] end, spec)
   return { name = spec.name, template = spec.name .. ".gp", title = spec.title, vars = sheet.vars,
      data = gp.data(blocks) }
end

return bars
