--- Memory over time: the footprint of one trial per contender, the one nearest its cell's median total time,
-- in the contender's own time (runs/clock.lua). Only measured points are drawn. Lines join those that were
-- read soon after each other; across a gap the line is dotted, since nothing is known of what happened in it.

local axis = require "bakeoff.plotting.axis"
local cell_type = require "bakeoff.model.cell"
local clock = require "bakeoff.runs.clock"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local gp = require "bakeoff.plotting.gp"
local lines = require "bakeoff.plotting.lines"
local metrics = require "bakeoff.model.metrics"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local reader = require "bakeoff.runs.rows"
local select = require "bakeoff.model.select"
local text = require "bakeoff.plotting.text"
local typical = require "bakeoff.analysis.typical"

local memory = { name = "memory" }

local LOG_SPAN = 20 -- if the longest trial takes this many times as long as the shortest, time is log
local LOG_MOST = 1e4 -- a log axis starts at this part of the longest, if all lines reach beyond that
local SIZES = 2.6 -- room for tick labels at the y axis, in body sizes
local LONE = 0.6 -- a reading this far from its neighbours (in body sizes) gets a dot
local GAP = 1.2 -- a gap (runs/gaps.lua) is shown if it is this wide or high on the page, in body sizes

function memory.title(results, options)
   local cells = select.at_one_count(results, options and options.workers)
   return finding.compare(results, cells, "footprint_peak_bytes")
end

local function points_of(found, own)
   local points, peak = {}, nil
   for _, point in ipairs(found) do
      if point.time >= 0 then
         points[#points + 1] = { own.at(point.time), point.bytes, point.phase, unknown = point.after_gap }
         peak = (not peak or point.bytes > peak[2]) and points[#points] or peak
      end
   end
   table.sort(points, function(a, b) return a[1] < b[1] end)
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

local function series_of(results, cells)
   local trials, wanted = {}, {}
   for _, cell in ipairs(cells) do
      trials[cell] = typical.trial(results, cell, peak_of)
      if trials[cell] then
         wanted[cell_type.key_of_trial(trials[cell])] = true
      end
   end
   local found, series = reader.footprints(results.dir, wanted), {}
   for _, cell in ipairs(cells) do
      local own = clock.of(trials[cell] or {})
      local readings = trials[cell] and found[cell_type.key_of_trial(trials[cell])] or {}
      local points, peak = points_of(readings, own)
      if peak then
         series[#series + 1] = {
            cell = cell, points = points, peak = peak, phases = own.phases,
            look = results.looks[cell.label],
            anchor = end_of_work(points), name = cell.name, value = value_of(peak, trials[cell]),
         }
      end
   end
   return lines.solid_first(series)
end

local function time_axis(series)
   local shortest, longest, first = math.huge, 0, math.huge
   for _, one in ipairs(series) do
      local last = one.points[#one.points][1]
      shortest, longest = math.min(shortest, last), math.max(longest, last)
      for _, point in ipairs(one.points) do
         first = point[1] > 0 and math.min(first, point[1]) or first
      end
   end
   if longest == 0 then
      return axis.linear(1, "time", 8)
   elseif shortest > 0 and longest / shortest > LOG_SPAN then
      return axis.logarithmic(math.max(first, math.min(longest / LOG_MOST, shortest / 2)), longest, "time")
   end
   return axis.linear(longest, "time", 8)
end

-- A log axis has no zero; gnuplot clips lines that begin before its start.
local function drop_zero(series, x_axis)
   for _, one in ipairs(series) do
      if x_axis.log == 1 and one.points[1][1] <= 0 and #one.points > 1 then
         table.remove(one.points, 1)
      end
   end
end

-- Height of the drawn line at a time: gnuplot draws a straight line on the page between two points.
local function height_at(points, time, x_axis)
   for index = 2, #points do
      local a, b = points[index - 1], points[index]
      if a[1] <= time and time <= b[1] then
         local from, to = x_axis.at(a[1]), x_axis.at(b[1])
         return to > from and a[2] + (b[2] - a[2]) * (x_axis.at(time) - from) / (to - from) or b[2]
      end
   end
end

-- A program's work starts and ends with its line, so it gets no marks.
local function marks_of(series, x_axis, y_axis)
   local marks, peaks = {}, {}
   for index, one in ipairs(series) do
      local borders = cell_type.is_program(one.cell) and {} or { "work_start_s", "work_end_s" }
      for _, name in ipairs(borders) do
         local time = one.phases[name]
         local y = time and height_at(one.points, time, x_axis)
         if y then
            marks[#marks + 1] = { time / x_axis.divisor, y / y_axis.divisor, index }
         end
      end
      peaks[index] = { one.peak[1] / x_axis.divisor, one.peak[2] / y_axis.divisor, index }
   end
   return marks, peaks
end

-- Finds readings far from their neighbours: the line there is only interpolated, so the reading gets a dot.
local function find_lone(series, frame, least)
   for _, one in ipairs(series) do
      local before_x, before_y
      for index, point in ipairs(one.points) do
         local x, y = lines.to_pixels(frame, point[1], point[2])
         if index > 1 and math.max(math.abs(x - before_x), math.abs(y - before_y)) > least then
            point.lone, one.points[index - 1].lone = true, true
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

-- A row without values breaks the line.
local function rows_of(points, x_axis, y_axis)
   local rows = {}
   for _, point in ipairs(points) do
      rows[#rows + 1] = point.after_gap and {} or nil
      rows[#rows + 1] = { point[1] / x_axis.divisor, point[2] / y_axis.divisor, point.lone and 1 or 0 }
   end
   return rows
end

local function gap_rows(series, x_axis, y_axis)
   local rows = {}
   for index, one in ipairs(series) do
      for n = 2, #one.points do
         local from, to = one.points[n - 1], one.points[n]
         rows[#rows + 1] = to.after_gap and { from[1] / x_axis.divisor, from[2] / y_axis.divisor,
            (to[1] - from[1]) / x_axis.divisor, (to[2] - from[2]) / y_axis.divisor, index } or nil
      end
   end
   return rows
end

local function data_blocks(series, x_axis, y_axis, marks, peaks)
   local blocks = {}
   for index, one in ipairs(series) do
      blocks[index] = { title = one.cell.label, columns = { "time", "footprint", "dot" },
         rows = rows_of(one.points, x_axis, y_axis) }
   end
   local columns = { "time", "footprint", "series" }
   table.insert(blocks, { title = "work starts and ends", columns = columns, rows = marks })
   table.insert(blocks, { title = "peaks", columns = columns, rows = peaks })
   table.insert(blocks, { title = "no reading", rows = gap_rows(series, x_axis, y_axis),
      columns = { "time", "footprint", "length", "rise", "series" } })
   return gp.data(blocks)
end

local function subtitle(results, cells, workers, chosen)
   local shown = results.manifest.form ~= "attach" and typical.words(results)
   return {
      page_words.job(results), page_words.workers(cells, workers), chosen, shown,
      "dots: readings; dotted: none in between", page_words.warning(results) or false,
   }
end

-- The axis title, which explains the marks (if there are any), if the page is wide enough.
local function y_title(sheet, marks, unit)
   local titles = #marks == 0 and { "footprint of the process tree (%s); marker: largest reading" } or {
      "footprint of the process tree (%s); marker: peak; ticks: work starts, ends",
      "footprint (%s); marker: peak; tick: work starts, ends",
   }
   for _, title in ipairs(titles) do
      title = title:format(unit)
      if text.width(title, sheet.body) <= sheet.width - 2 * sheet.edge then
         return title
      end
   end
   return ("footprint (%s); marker: peak"):format(unit)
end

local function largest_peak(series)
   local largest = 0
   for _, one in ipairs(series) do
      largest = math.max(largest, one.peak[2])
   end
   return largest
end

local function frame_of(sheet, series)
   return lines.frame(sheet, time_axis(series), axis.linear(largest_peak(series) * 1.04, "size", 6, true),
      SIZES)
end

-- Marks the borders of work and the peaks as obstacles for labels.
local function mark(grid, frame, size, marks, peaks)
   local half = 0.016 * (frame.bottom - frame.top)
   for _, at in ipairs(marks) do
      local x, y = lines.to_pixels(frame, at[1] * frame.x.divisor, at[2] * frame.y.divisor)
      grid:line { { x, y - half }, { x, y + half } }
   end
   for _, at in ipairs(peaks) do
      local x, y = lines.to_pixels(frame, at[1] * frame.x.divisor, at[2] * frame.y.divisor)
      grid:marker(x, y, size * 0.3)
   end
end

function memory.build(results, options)
   local cells, workers = select.at_one_count(results, options.workers)
   local shown, chosen = few.cells(results, cells, options)
   local series = series_of(results, shown)
   if #series == 0 then
      return nil, "these trials have no footprint to show"
   end
   local title = memory.title(results, options)
   local sheet = page.new { title = title, subtitle = subtitle(results, cells, workers, chosen),
      foot = page_words.foot(results), size = options.size, height = lines.height_for(series) }
   local frame = frame_of(sheet, series)
   drop_zero(series, frame.x)
   local marks, peaks = marks_of(series, frame.x, frame.y)
   lines.lay_out(sheet, frame, series, function(grid)
      mark(grid, frame, sheet.body, marks, peaks)
   end)
   find_lone(series, frame, sheet.body * LONE)
   find_gaps(series, frame, sheet.body * GAP)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, series)
   page.add(sheet, {
      { "x_title", axis.title("time", frame.x) },
      { "y_title", y_title(sheet, marks, frame.y.unit) },
   })
   return { name = memory.name, templates = { "style.gp", "lines.gp", "memory.gp" }, title = title,
      vars = sheet.vars, data = data_blocks(series, frame.x, frame.y, marks, peaks), label_cost = frame.cost,
      terminal = { series = series, x = frame.x, y = frame.y, x_title = axis.title("time", frame.x),
         y_title = axis.title("footprint", frame.y) } }
end

return memory
