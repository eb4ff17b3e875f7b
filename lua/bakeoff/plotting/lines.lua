--- Lines with their names beside them: shared by latency, memory, quadrant and the charts over workers.

local axis = require "bakeoff.plotting.axis"
local core = require "bakeoff.core"
local hover = require "bakeoff.plotting.hover"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local place = require "bakeoff.plotting.place"
local spots = require "bakeoff.plotting.spots"
local style = require "bakeoff.plotting.style"
local text = require "bakeoff.plotting.text"

local lines = {}

local GAP = 0.7 -- between a line's end and its label, in body sizes
local LEADING = 1.25 -- height of a label's line, in body sizes
local NAME_ROOM, NAME_MOST = 0.34, 0.4 -- for a name on one line, on two
local WIDEST, WIDEST_AT_END = 0.42, 0.27 -- for a label on one line: anywhere; where it narrows the plot

local function form_of(texts, size)
   local form = { texts = texts, width = 0, height = #texts * size * LEADING }
   for _, line in ipairs(texts) do
      form.width = math.max(form.width, text.width(line, size))
   end
   return form
end

-- The ways to write a label, best first: "name  value"; name and value on two lines; the name on two
-- lines. A name is cut only if it is too long for two lines, or on a page that can't grow. names: of all.
local function forms_of(sheet, name, value, names)
   local size, room = sheet.body, sheet.width * NAME_ROOM
   local forms = {}
   local function offer(texts)
      local form = form_of(texts, size)
      if not forms[1] or form.width < forms[#forms].width * 0.95 then
         forms[#forms + 1] = form
      end
   end
   local one = value and name .. "  " .. value or name
   if text.width(one, size) <= sheet.width * WIDEST then
      offer { one }
   end
   if value and text.width(name, size) <= room then
      offer { name, value }
   end
   local wrapped = text.name_lines(name, size, value and room / 2 or room, sheet.width * NAME_MOST, names)
   if #wrapped > 1 or #forms == 0 then
      wrapped[#wrapped + 1] = value
      offer(wrapped)
   end
   if sheet.fixed and #forms[#forms].texts > 2 then -- there may be room for one line only
      local taken = text.width("  " .. (value or ""), size)
      local short = text.name_line(name, size, sheet.width * WIDEST_AT_END - taken, names)
      forms[#forms + 1] = form_of({ value and short .. "  " .. value or short }, size)
   end
   return forms
end

local function names_of(series)
   local names = {}
   for index, one in ipairs(series) do
      names[index] = one.name
   end
   return names
end

-- The form for which the plot leaves room at its right.
local function form_at_end(sheet, forms)
   for _, form in ipairs(forms) do
      if form.width <= sheet.width * WIDEST_AT_END then
         return form
      end
   end
   return forms[#forms]
end

-- The right edge of the plot that leaves room for the labels at the lines' ends; if `margin` is set, for all
-- labels in the margin.
local function right_edge(sheet, frame, series, margin)
   local ends = {}
   for index, one in ipairs(series) do
      ends[index] = {
         at = margin and 1 or frame.x.at(one.end_at or one.points[#one.points][1]),
         width = form_at_end(sheet, one.forms).width + sheet.body * (GAP + 0.3),
      }
   end
   return frame.left + axis.fit(sheet.width - sheet.edge - frame.left, ends)
end

local Y_AXIS, ABOVE = 2.9, 1.6 -- room for the y axis' tick labels and its title above, in body sizes
local TICK_GAP = 0.9 -- between a tick label and the plot, in body sizes

-- Where the plot starts: long tick labels push it to the right, for the page ends at its edge.
local function left_edge(sheet, y, y_room)
   local widest = 0
   for _, words in ipairs(y.texts) do
      widest = math.max(widest, text.width(words, sheet.body))
   end
   return math.max(sheet.edge + sheet.body * y_room, sheet.edge * 0.5 + widest + sheet.body * TICK_GAP)
end

--- The frame of a page with these axes, without its right edge. y_room: replaces Y_AXIS.
function lines.frame(sheet, x, y, y_room)
   return { left = left_edge(sheet, y, y_room or Y_AXIS), top = sheet.top + sheet.body * ABOVE,
      bottom = sheet.plot_bottom, x = x, y = y }
end

--- A point in base units as pixels: x, y.
function lines.to_pixels(frame, x, y)
   return frame.left + frame.x.at(x) * (frame.right - frame.left),
      frame.bottom - frame.y.at(y) * (frame.bottom - frame.top)
end

local function pixel(frame, point) return { lines.to_pixels(frame, point[1], point[2]) } end

local function pixel_line(frame, points)
   local list = {}
   for index, point in ipairs(points) do
      list[index] = pixel(frame, point)
   end
   return list
end

-- Places the labels for the plot's right edge frame.right.
local function try(sheet, frame, series, mark)
   local grid = core.label_grid(sheet.width, sheet.height, sheet.body / 7)
   local labels = {}
   for index, one in ipairs(series) do
      local drawn = pixel_line(frame, one.points)
      grid:line(drawn)
      local last = one.points[#one.points]
      labels[index] = {
         forms = one.forms, anchor = pixel(frame, one.anchor or last),
         end_x = lines.to_pixels(frame, one.end_at or last[1], 1),
         peak = one.peak and pixel(frame, one.peak),
      }
   end
   mark(grid, frame)
   local size = sheet.body
   return place.labels(labels, {
      left = frame.left + size * 0.3, right = sheet.width - sheet.edge * 0.6, top = frame.top - size * 0.6,
      bottom = frame.bottom - 1, gap = size * GAP, line = size * LEADING, margin = frame.right + size * GAP,
      obstacles = grid, rest = function(count) return form_of({ page_words.unnamed(count) }, size) end,
   })
end

local function label_vars(sheet, series, chosen)
   local size = sheet.body
   local texts, x, y, of, leaders = {}, {}, {}, {}, { {}, {}, {}, {} }
   local function add(spot, form, index)
      for n, line in ipairs(form.texts) do
         local middle = spot.y - form.height / 2 + (n - 0.5) * size * LEADING
         local on_left = spot.leader and spot.leader[3] > spot.x + spot.width
         local indent = on_left and form.width - text.width(line, size) or 0
         texts[#texts + 1], of[#of + 1] = line, index
         x[#x + 1], y[#y + 1] = (spot.x + indent) / sheet.width, 1 - middle / sheet.height
      end
   end
   for index, spot in ipairs(chosen) do
      if spot then
         add(spot, series[index].forms[spot.form], index)
      end
      if spot and spot.leader then
         for n = 1, 4 do
            local at = spot.leader[n]
            table.insert(leaders[n], n % 2 == 1 and at / sheet.width or 1 - at / sheet.height)
         end
      end
   end
   if chosen.rest then
      add(chosen.rest, chosen.rest, 0)
   end
   page.add(sheet, {
      { "label_count", #texts }, { "label_text", texts }, { "label_x", x }, { "label_y", y },
      { "label_of", of },
      { "leader_count", #leaders[1] }, { "leader_x1", leaders[1] }, { "leader_y1", leaders[2] },
      { "leader_x2", leaders[3] }, { "leader_y2", leaders[4] },
   })
end

--- Decides frame.right, places the labels and adds the plot's and the labels' variables to the page.
-- frame: from lines.frame; series: list of { name, value = text beside the name or nil, points =
-- { { x, y }, … } in base units in order, anchor = the point it names (default: the last), end_at = the x to
-- the right of which its label stands (default: the last point's), peak = the point that a label in the
-- margin leads to }. mark(grid, frame) adds to the obstacles what is drawn besides the lines.
function lines.lay_out(sheet, frame, series, mark)
   local names = names_of(series)
   for _, one in ipairs(series) do
      one.forms = forms_of(sheet, one.name, one.value, names)
   end
   frame.right = right_edge(sheet, frame, series)
   local chosen, cost = try(sheet, frame, series, mark)
   if cost >= spots.CROSSED then
      local narrow = frame.right
      frame.right = right_edge(sheet, frame, series, true)
      local others, less = try(sheet, frame, series, mark)
      if less < cost then
         chosen, cost = others, less
      else
         frame.right = narrow
      end
   end
   frame.cost, frame.labels = cost, chosen -- for what is drawn later
   label_vars(sheet, series, chosen)
   hover.lines(sheet, frame, series, lines.to_pixels)
   page.plot_area(sheet, frame.left, frame.right, frame.top, frame.bottom)
end

local function axis_vars(sheet, name, ruler)
   page.add(sheet, {
      { name .. "_min", ruler.min }, { name .. "_max", ruler.max }, { name .. "_log", ruler.log },
      { name .. "_tick_at", ruler.ticks }, { name .. "_tick_text", ruler.texts },
   })
end

--- Variables of both axes of a laid-out frame.
function lines.axes(sheet, frame)
   frame.x.texts = axis.thin(frame.x, frame.right - frame.left, sheet.body)
   axis_vars(sheet, "x", frame.x)
   axis_vars(sheet, "y", frame.y)
end

--- Variables of the series: looks; `count` of them are lines (default: all).
function lines.series_vars(sheet, series, count)
   local markers, dashes = {}, {}
   for index, one in ipairs(series) do
      markers[index], dashes[index] = one.look.marker, one.look.dash
   end
   page.add(sheet, style.colour_vars(series, function(one) return one.look end))
   page.add(sheet, {
      { "marker", markers }, { "dashes", dashes },
      { "series_count", count or #series },
   })
end

local FEW, ROW = 6, 2.2 -- lines whose names fit, and the height each further line takes, in body sizes
local AROUND = 0.42 -- of the page's usual height: what surrounds the plot
local LOOSE = 1.25 -- the plot's height, if labels one below the other have 1

--- page.new's height for these series ({ name, value }): more and longer labels need more room. usual: height
-- of the page with few of them, as a multiple of the usual height (default: 1).
function lines.height_for(series, usual)
   return function(size)
      local sum, names = 0, names_of(series)
      for _, one in ipairs(series) do
         sum = sum + form_at_end(size, forms_of(size, one.name, one.value, names)).height
      end
      return math.max(size.height * (usual or 1) + math.max(#series - FEW, 0) * ROW * size.body,
         size.height * AROUND + sum * LOOSE)
   end
end

--- Puts solid lines first, so that both show if a dashed one is drawn over a solid one.
function lines.solid_first(series)
   local solid, dashed = {}, {}
   for _, one in ipairs(series) do
      table.insert(one.look.dash == 1 and solid or dashed, one)
   end
   return table.move(dashed, 1, #dashed, #solid + 1, solid)
end

return lines
