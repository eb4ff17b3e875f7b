--- Tooltips for marks in a page: areas on a chart (pixels) with a text each. gnuplot doesn't tell which mark
-- shows which value, so the areas are computed from where the axes put the values.
--
-- The areas are stored with the variables of the built chart (built.vars.hover); gnuplot never sees them.
-- { x, y, width, height, text } is a rectangle, { x, y, radius, text } a circle (x, y: its middle). `label`:
-- that of the contender that it is about, or nil. built.vars.strips: what of a page is about one contender
-- only, from edge to edge, as { label, y, height }.

local axis = require "bakeoff.plotting.axis"
local labels = require "bakeoff.analysis.wording.labels"
local numbers = require "bakeoff.base.numbers"

local hover = {}

local MOST_DOTS = 240 -- single trials of one chart; with more, a dot has hardly a pixel of its own
local MOST_POINTS = 60 -- of one line
local RADIUS = 0.45 -- of a point, in body sizes

local function list_of(sheet, name)
   sheet.vars[name] = sheet.vars[name] or {}
   return sheet.vars[name]
end

--- Adds one area to a page.
function hover.add(sheet, place) table.insert(list_of(sheet, "hover"), place) end

local function label_of(row) return row.cell and row.cell.label end

-- Notes that what is this high is about the row's contender alone.
local function add_strip(sheet, row, y, height)
   if label_of(row) then
      table.insert(list_of(sheet, "strips"), { label = label_of(row), y = y, height = height })
   end
end

--- Rows of equal height, from top to bottom (pixels).
function hover.rows(sheet, rows, top, bottom)
   local height = (bottom - top) / #rows
   for index, row in ipairs(rows) do
      add_strip(sheet, row, top + (index - 1) * height, height)
   end
end

-- Of a value's interval, in the value's unit.
local function interval(low, high, value, ruler)
   local divisor = axis.unit(ruler, value)
   local span = low and high and numbers.span(low / divisor, high / divisor)
   return span and " " .. span or ""
end

local function bar_text(row, ruler)
   local s = row.summary
   return labels.bar(row.name, axis.show(ruler, s.median),
      interval(s.low, s.high, s.median, ruler), #row.values)
end

-- Dots are drawn over the bar, so they are added after it.
local function add_dots(sheet, row, index, at, ruler, height_of)
   for n, value in ipairs(row.values) do
      hover.add(sheet, { x = at.x(value), y = at.y(index + height_of(n, #row.values)),
         radius = sheet.body * 0.22, label = label_of(row),
         text = labels.trial(row.name, row.numbers and row.numbers[n], axis.show(ruler, value)) })
   end
end

--- Bars: rows and ruler as in bars.lua; at.x(value), at.y(row number): pixels; half: of a bar's height, in
-- rows; height_of(n, count): the offset of a trial's dot from its bar's middle, in rows.
function hover.bars(sheet, rows, ruler, at, half, height_of)
   local dots = 0
   for index, row in ipairs(rows) do
      dots = dots + #row.values
      if row.summary then
         hover.add(sheet, { x = at.x(0), y = at.y(index - half), text = bar_text(row, ruler),
            width = math.max(at.x(row.summary.median) - at.x(0), 2), label = label_of(row),
            height = at.y(index + half) - at.y(index - half) })
      end
   end
   for index, row in ipairs(dots <= MOST_DOTS and rows or {}) do
      add_dots(sheet, row, index, at, ruler, height_of)
   end
end

--- A strip per row with the row's name and texts: rows { name, value, remark }, between two edges and from
-- top to bottom (pixels).
function hover.strips(sheet, rows, area)
   local height = (area.bottom - area.top) / #rows
   for index, row in ipairs(rows) do
      local remark = row.remark ~= "" and ", " .. row.remark or ""
      hover.add(sheet, { x = area.left, y = area.top + (index - 0.85) * height, height = height * 0.7,
         width = area.right - area.left, label = label_of(row),
         text = ("%s: %s%s"):format(row.name, row.value, remark) })
   end
   hover.rows(sheet, rows, area.top, area.bottom)
end

--- Dots in rows: list of { row = its number, offset (in rows), value, text }; at: see hover.bars.
function hover.dots(sheet, rows, list, at)
   for _, dot in ipairs(#list <= MOST_DOTS and list or {}) do
      hover.add(sheet, { x = at.x(dot.value), y = at.y(dot.row + dot.offset), radius = sheet.body * 0.22,
         text = dot.text, label = label_of(rows[dot.row]) })
   end
end

--- Panels (panels.lua): all remarks on each, including those for which a small page has no room.
function hover.panels(sheet, list, last)
   for _, panel in ipairs(list) do
      local remarks = panel.remarks(last)
      hover.add(sheet, { x = sheet.edge, y = sheet.top + panel.top, width = sheet.width - 2 * sheet.edge,
         height = panel.height, label = panel.cell.label,
         text = panel.cell.name .. (#remarks > 0 and ": " .. table.concat(remarks, ", ") or "") })
      local around = sheet.body / 2 -- numbers at the axis stand on the panel's edges
      add_strip(sheet, panel, sheet.top + panel.top - around, panel.height + 2 * around)
   end
end

-- ", 4 workers", ", n=4", ", 12 ms"; nothing if the axis has no unit.
local function x_text(point, x_axis)
   if point.at then
      return ", " .. point.at
   elseif point.workers then
      return ", " .. labels.workers(point.workers)
   end
   return (x_axis.unit ~= "" or x_axis.is_wide) and ", " .. axis.show(x_axis, point[1]) or ""
end

local function point_text(one, point, frame)
   local more = type(point[3]) == "number" and interval(point[3], point[4], point[2], frame.y)
      or type(point[3]) == "string" and (" (%s)"):format(point[3]) or ""
   return ("%s%s: %s%s%s"):format(one.name, x_text(point, frame.x),
      axis.show(frame.y, point[2]), more, point.note or "")
end

--- Lines: frame and series as in lines.lay_out; a point's `note` is appended to its text; to_pixels(frame, x,
-- y) gives pixels.
function hover.lines(sheet, frame, series, to_pixels)
   for _, one in ipairs(series) do
      local step = math.max(1, math.ceil(#one.points / MOST_POINTS))
      for index, point in ipairs(one.points) do
         if index % step == 0 or step == 1 or point == one.peak or index == #one.points then
            local x, y = to_pixels(frame, point[1], point[2])
            hover.add(sheet, { x = x, y = y, radius = sheet.body * RADIUS, label = one.label or label_of(one),
               text = point_text(one, point, frame) })
         end
      end
   end
end

return hover
