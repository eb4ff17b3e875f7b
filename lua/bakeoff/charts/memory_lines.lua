--- The lines of the chart `memory`: the readings of one trial per contender in the contender's own time,
-- which of them are joined by a line, and which stand alone.

local cell_type = require "bakeoff.model.cell"
local clock = require "bakeoff.runs.clock"
local contender_type = require "bakeoff.model.contender"
local kept = require "bakeoff.runs.kept"
local lines = require "bakeoff.plotting.lines"
local metrics = require "bakeoff.model.metrics"
local numbers = require "bakeoff.base.numbers"
local reader = require "bakeoff.runs.rows"
local typical = require "bakeoff.analysis.typical"

local memory_lines = {}

local LONE = 0.6 -- a reading this far from its neighbours (in body sizes) gets a dot
local GAP = 1.2 -- a gap (runs/gaps.lua) is shown if it is this wide or high on the page, in body sizes

local function points_of(found, own)
   local points, peak = {}, nil
   for _, point in ipairs(found) do
      if point.time >= 0 then
         points[#points + 1] = { own.at(point.time), point.bytes, point.phase,
            unknown = point.after_gap }
         peak = (not peak or point.bytes > peak[2]) and points[#points] or peak
      end
   end
   table.sort(points, function(a, b) return a[1] < b[1] end)
   local last = points[#points]
   if #points > 1 and last.unknown and last[3] == "teardown" then
      table.remove(points) -- a lone dot after the line's end tells nothing
   end
   return points, peak
end

-- The point that a line's name belongs to: during teardown, memory often drops to almost nothing.
local function end_of_work(points)
   for index = #points, 1, -1 do
      if points[index][3] == "work" then
         return points[index]
      end
   end
   return points[#points]
end

-- The kernel's own peak, if no reading came near it.
local NEAR = 0.97

local peak_of = metrics.reader "footprint_peak_bytes"

local function value_of(peak, trial)
   local noted = peak_of(trial)
   local read = numbers.format(peak[2], "size")
   return peak[2] >= noted * NEAR and read or ("%s, peak %s"):format(read, numbers.format(noted, "size"))
end

--- A line per cell whose typical trial has readings, solid ones first: { cell, name, value, look, phases,
-- points = { time, bytes, phase, unknown = nothing is known of the time before }, peak, anchor = points }.
function memory_lines.of(results, cells)
   local trials, wanted = {}, {}
   for _, cell in ipairs(cells) do
      trials[cell] = typical.trial(results, cell, peak_of)
      if trials[cell] then
         wanted[cell_type.key_of_trial(trials[cell])] = true
      end
   end
   local found, series = kept.of(results, "footprints", wanted, reader.footprints), {}
   for _, cell in ipairs(cells) do
      local own = clock.of(trials[cell] or {})
      local readings = trials[cell] and found[cell_type.key_of_trial(trials[cell])] or {}
      local points, peak = points_of(readings, own)
      if peak then
         series[#series + 1] = {
            cell = cell, points = points, peak = peak, phases = own.phases,
            look = results.looks[cell.label], is_reference = contender_type.of(cell.contender).is_reference,
            anchor = end_of_work(points), name = cell.name, value = value_of(peak, trials[cell]),
         }
      end
   end
   return lines.solid_first(series)
end

--- Begins lines where a logarithmic axis begins: that has no zero. What is left of it is not a reading.
function memory_lines.begin_at(series, x_axis)
   local first = x_axis.min * x_axis.divisor
   for _, one in ipairs(series) do
      local points = one.points
      while x_axis.log == 1 and #points > 1 and points[2][1] <= first do
         table.remove(points, 1)
      end
      local a, b = points[1], points[2]
      if x_axis.log == 1 and b and a[1] < first then
         local part = (first - a[1]) / (b[1] - a[1])
         points[1] = { first, a[2] + (b[2] - a[2]) * part, a[3], is_cut = true }
      end
   end
end

-- Finds readings far from their neighbours: the line there is only interpolated, so the reading gets a dot.
local function find_lone(series, frame, least)
   for _, one in ipairs(series) do
      local before_x, before_y
      for index, point in ipairs(one.points) do
         local x, y = lines.to_pixels(frame, point[1], point[2])
         if index > 1 and math.max(math.abs(x - before_x), math.abs(y - before_y)) > least then
            point.lone, one.points[index - 1].lone = true, not one.points[index - 1].is_cut
         end
         before_x, before_y = x, y
      end
   end
end

-- Finds the gaps that can be seen. least: pixels.
local function find_gaps(series, frame, least)
   for _, one in ipairs(series) do
      for index = 2, #one.points do
         local before, point = one.points[index - 1], one.points[index]
         local x1, y1 = lines.to_pixels(frame, before[1], before[2])
         local x2, y2 = lines.to_pixels(frame, point[1], point[2])
         point.after_gap = point.unknown and math.max(x2 - x1, math.abs(y2 - y1)) > least
      end
   end
end

--- Rows of a line: time, footprint, 1 for a dot. A row without values breaks the line.
function memory_lines.rows(points, x_axis, y_axis)
   local rows = {}
   for _, point in ipairs(points) do
      rows[#rows + 1] = point.after_gap and {} or nil
      rows[#rows + 1] = { point[1] / x_axis.divisor, point[2] / y_axis.divisor, point.lone and 1 or 0 }
   end
   return rows
end

--- The gaps that can be seen: { time, footprint, length, rise, number of the line } …
function memory_lines.gaps(series, x_axis, y_axis)
   local rows = {}
   for number, one in ipairs(series) do
      for index, point in ipairs(one.points) do
         local before = one.points[index - 1]
         rows[#rows + 1] = point.after_gap and { before[1] / x_axis.divisor, before[2] / y_axis.divisor,
            (point[1] - before[1]) / x_axis.divisor, (point[2] - before[2]) / y_axis.divisor, number } or nil
      end
   end
   return rows
end

--- A line's points in pixels.
function memory_lines.pixels(one, frame)
   local list = {}
   for index, point in ipairs(one.points) do
      list[index] = { lines.to_pixels(frame, point[1], point[2]) }
   end
   return list
end

--- Decides which points are joined and which get a dot, once the page is laid out.
function memory_lines.join(series, frame, body)
   find_gaps(series, frame, body * GAP)
   find_lone(series, frame, body * LONE)
end

--- Has any line a gap?
function memory_lines.have_gaps(series)
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         if point.unknown then
            return true
         end
      end
   end
   return false
end

return memory_lines
