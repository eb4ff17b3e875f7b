--- Memory over time: the footprint of one trial per contender, the one nearest its cell's median total time,
-- in the contender's own time (runs/clock.lua). Only measured points are drawn. Lines join those that were
-- read soon after each other; a gap is dotted, since nothing is known of what happened in it. Of many lines
-- the few that differ most have names; the others are grey.

local axis = require "bakeoff.plotting.axis"
local cell_type = require "bakeoff.model.cell"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local labels = require "bakeoff.analysis.wording.labels"
local lines = require "bakeoff.plotting.lines"
local memory_lines = require "bakeoff.charts.memory_lines"
local named = require "bakeoff.plotting.named"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"
local typical = require "bakeoff.analysis.typical"

local memory = { name = "memory" }

local LOG_SPAN = 4 -- if the longest trial takes this many times as long as the shortest, time is log
local LOG_START = 30 -- a log axis starts at this part of the shortest, and not before the first reading
local TREE = "footprint of the process tree"
local SIZES = 2.6 -- room for tick labels at the y axis, in body sizes

function memory.title(results, options)
   local cells = select.at_one_count(results, options and options.workers)
   return finding.compare(results, cells, "footprint_peak_bytes")
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
      return axis.logarithmic(math.max(first, shortest / LOG_START), longest, "time")
   end
   return axis.linear(longest, "time", 8)
end

-- Height of the drawn line at a time: gnuplot draws a straight line on the page between two points.
local function height_at(points, time, x_axis)
   for index = 2, #points do
      local a, b = points[index - 1], points[index]
      if a[1] <= time and time <= b[1] and not b.unknown then
         local from, to = x_axis.at(a[1]), x_axis.at(b[1])
         return to > from and a[2] + (b[2] - a[2]) * (x_axis.at(time) - from) / (to - from) or b[2]
      end
   end
end

-- A program's work starts and ends with its line, so it gets no marks.
local function marks_of(all, series, x_axis, y_axis)
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
   end
   for index, one in ipairs(all) do
      peaks[index] = { one.peak[1] / x_axis.divisor, one.peak[2] / y_axis.divisor, index }
   end
   return marks, peaks
end

local function data_blocks(series, x_axis, y_axis, marks, peaks)
   local blocks = {}
   for index, one in ipairs(series) do
      blocks[index] = { title = one.cell.label, columns = { "time", "footprint", "dot" },
         rows = memory_lines.rows(one.points, x_axis, y_axis) }
   end
   local columns = { "time", "footprint", "series" }
   table.insert(blocks, { title = "work starts and ends", columns = columns, rows = marks })
   table.insert(blocks, { title = "peaks", columns = columns, rows = peaks })
   table.insert(blocks, { title = "gaps", columns = { "time", "footprint", "length", "rise", "series" },
      rows = memory_lines.gaps(series, x_axis, y_axis) })
   return gp.data(blocks)
end

-- Words on lines without a name, or false.
local function others_words(others)
   local least, most = math.huge, 0
   for _, one in ipairs(others) do
      least, most = math.min(least, one.peak[2]), math.max(most, one.peak[2])
   end
   return #others > 0 and labels.others(#others, least, most, "size")
end

local function subtitle(results, cells, workers, chosen, all, others, missing)
   local has_work = false
   for _, cell in ipairs(cells) do
      has_work = has_work or not cell_type.is_program(cell)
   end
   local shown = results.manifest.form ~= "attach" and typical.words(results)
   return {
      page_words.job(results), page_words.workers(cells, workers), chosen, shown, labels.marks(has_work),
      others_words(others), labels.without_reading(missing),
      memory_lines.have_gaps(all) and labels.DOTTED or false,
   }
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

-- Lays the page out: names for `series` only. all: these and the others.
local function lay_out(sheet, all, series, others)
   local frame = frame_of(sheet, all)
   memory_lines.begin_at(all, frame.x)
   local marks, peaks = marks_of(all, series, frame.x, frame.y)
   lines.lay_out(sheet, frame, series, function(grid)
      for _, one in ipairs(others) do
         grid:line(memory_lines.pixels(one, frame))
      end
      mark(grid, frame, sheet.body, marks, peaks)
   end)
   hover.lines(sheet, frame, others, lines.to_pixels)
   memory_lines.join(all, frame, sheet.body)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, all)
   page.add(sheet, { { "named_count", #series }, { "x_title", axis.title("time", frame.x) },
      { "y_title", axis.title(TREE, frame.y) } })
   return frame, marks, peaks
end

-- The names of those that have no line: their typical trials ended before the first reading.
local function missing_of(cells, found)
   local has_line, missing = {}, {}
   for _, one in ipairs(found) do
      has_line[one.cell] = true
   end
   for _, cell in ipairs(cells) do
      missing[#missing + 1] = not has_line[cell] and cell.name or nil
   end
   return missing
end

-- A function that tells where a line ends, as shares of the plot.
local function end_of(series)
   local x_axis, most = time_axis(series), largest_peak(series)
   return function(one) return { x_axis.at(one.anchor[1]), one.anchor[2] / most } end
end

function memory.build(results, options)
   local cells, workers = select.at_one_count(results, options.workers)
   local shown, chosen = few.cells(results, cells, options)
   local found = memory_lines.of(results, shown)
   if #found == 0 then
      return nil, "these trials have no footprint to show"
   end
   local series, others = named.of(found, end_of(found), options)
   local all = table.move(others, 1, #others, #series + 1, table.move(series, 1, #series, 1, {}))
   local title = memory.title(results, options)
   local sheet = page.new { title = title, foot = page_words.below(results), size = options.size,
      height = lines.height_for(series),
      subtitle = subtitle(results, cells, workers, chosen, all, others, missing_of(shown, found)) }
   local frame, marks, peaks = lay_out(sheet, all, series, others)
   return { name = memory.name, templates = { "style.gp", "lines.gp", "memory.gp" }, title = title,
      vars = sheet.vars, data = data_blocks(all, frame.x, frame.y, marks, peaks), label_cost = frame.cost,
      terminal = { series = series, x = frame.x, y = frame.y, x_title = axis.title("time", frame.x),
         y_title = axis.title("footprint", frame.y) } }
end

return memory
