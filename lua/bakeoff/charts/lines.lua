--- Lines with their names at their ends: what memory and scaling share.

local axis = require "bakeoff.charts.axis"
local page = require "bakeoff.charts.page"
local place = require "bakeoff.charts.place"
local text = require "bakeoff.charts.text"

local lines = {}

local GAP = 0.7 -- between a line's end and its label, in body sizes

--- Plot width at which the labels at the lines' ends fit. series: list of { label=, value= (or nil),
-- points={{x,y}…} } in base units, last point last.
function lines.fit(sheet, series, x_axis, left)
   local labels = {}
   for index, one in ipairs(series) do
      local value = one.value and "  " .. one.value or ""
      local most = sheet.width * 0.4 - text.width(value, sheet.body)
      one.label = text.cut(one.label, sheet.body, most) .. value
      labels[index] = {
         at = x_axis.at(one.points[#one.points][1]),
         width = text.width(one.label, sheet.body) + sheet.body * (GAP + 0.3),
      }
   end
   return axis.fit(sheet.width - sheet.edge - left, labels)
end

local function to_pixels(frame, point)
   return frame.left + frame.x.at(point[1]) * (frame.right - frame.left),
      frame.bottom - frame.y.at(point[2]) * (frame.bottom - frame.top)
end

local function pixel_line(frame, points)
   local list = {}
   for index, point in ipairs(points) do
      list[index] = { to_pixels(frame, point) }
   end
   return list
end

--- Rows for a template's label block: { x, y, series, from_x, from_y, to_x } in fractions of the page (x
-- from the left, y from the bottom); from_x is -1 when the label stands right at its line's end.
-- A series' anchor (default: its last point) is what the label stands beside.
function lines.labels(sheet, frame, series, extra_lines)
   local labels, drawn = {}, extra_lines or {}
   for index, one in ipairs(series) do
      drawn[#drawn + 1] = pixel_line(frame, one.points)
      local x, y = to_pixels(frame, one.anchor or one.points[#one.points])
      local end_x = to_pixels(frame, one.points[#one.points])
      local width = text.width(one.label, sheet.body)
      labels[index] = {
         x = end_x + sheet.body * GAP, y = y, end_x = x, end_y = y, series = index,
         width = width, height = sheet.body * 1.25,
         left_x = x - width - sheet.body * GAP > frame.left and x - width - sheet.body * GAP or nil,
      }
   end
   place.spread(labels, drawn, frame.top - sheet.body, frame.bottom)
   local rows = {}
   for index, label in ipairs(labels) do
      local from = label.end_x + sheet.body * 0.25 * (label.on_left and -1 or 1)
      rows[index] = {
         label.x / sheet.width, 1 - label.y / sheet.height, label.series,
         label.moved and from / sheet.width or -1.0, 1 - label.end_y / sheet.height,
         (label.on_left and label.x + label.width or label.x) / sheet.width,
      }
   end
   return rows
end

--- Variables of an axis: <name>_min, _max, _log, _tick_at, _tick_text.
function lines.axis_vars(sheet, name, ruler)
   page.add(sheet, {
      { name .. "_min", ruler.min }, { name .. "_max", ruler.max }, { name .. "_log", ruler.log },
      { name .. "_tick_at", ruler.ticks }, { name .. "_tick_text", ruler.texts },
   })
end

--- Variables of the series: names and looks.
function lines.series_vars(sheet, series)
   local names, light, dark, markers, dashes = {}, {}, {}, {}, {}
   for index, one in ipairs(series) do
      names[index], light[index], dark[index] = one.label, one.look.light, one.look.dark
      markers[index], dashes[index] = one.look.marker, one.look.dash
   end
   page.add(sheet, {
      { "names", names }, { "light", light }, { "dark", dark }, { "marker", markers },
      { "dashes", dashes }, { "series_count", #series },
   })
end

--- Drops tick texts that would touch the one before them.
function lines.thin_ticks(ruler, pixels, size)
   local last = -math.huge
   for index, value in ipairs(ruler.ticks) do
      local middle = ruler.at(value * ruler.divisor) * pixels
      local half = text.width(ruler.texts[index], size) / 2
      if ruler.texts[index] ~= "" and middle - half < last + size * 0.5 then
         ruler.texts[index] = ""
      elseif ruler.texts[index] ~= "" then
         last = middle + half
      end
   end
end

return lines
