--- Scaling: total time against the number of workers, both logarithmic; sequential as a level line.

local axis = require "bakeoff.plotting.axis"
local finding = require "bakeoff.analysis.finding"
local gp = require "bakeoff.plotting.gp"
local lines = require "bakeoff.plotting.lines"
local page = require "bakeoff.plotting.page"
local select = require "bakeoff.plotting.select"
local stats = require "bakeoff.stats"

local scaling = { name = "scaling", about = "total time against workers" }

local METRIC = "total_s"
local APART = 0.5 -- between points of one worker count, in body sizes

-- Contenders with their cells; without those whose worker count is fixed, sequential among them (second
-- result: its summary).
local function contenders(results)
   local list, sequential = {}, nil
   for _, entry in ipairs(select.by_label(results)) do
      if entry.contender == "sequential" then
         sequential = { summary = results:summary_of(entry.cells[1])[METRIC], cell = entry.cells[1] }
      elseif not select.is_fixed(entry.cells[1]) then
         list[#list + 1] = entry
      end
   end
   return list, sequential and sequential.summary and sequential or nil
end

function scaling.title(results)
   local gains, least, most = {}, math.huge, 0
   local list = contenders(results)
   for _, entry in ipairs(list) do
      least = math.min(least, entry.cells[1].workers)
      most = math.max(most, entry.cells[#entry.cells].workers)
   end
   for _, entry in ipairs(list) do
      local first, last = entry.cells[1], entry.cells[#entry.cells]
      if first.workers == least and last.workers == most and first ~= last then
         local gain = results:compare(last, first, METRIC)
         if gain.ratio then
            gain.cell = last
            gains[#gains + 1] = gain
         end
      end
   end
   stats.hold_together(gains)
   return finding.scaling(gains, least, most)
end

local function series_of(results, list)
   local series = {}
   for _, entry in ipairs(list) do
      local points, cells = {}, {}
      for _, cell in ipairs(entry.cells) do
         local summary = results:summary_of(cell)[METRIC]
         if summary then
            points[#points + 1] = { cell.workers, summary.median, summary.low, summary.high }
            cells[#cells + 1] = cell
         end
      end
      if #points > 0 then
         series[#series + 1] = {
            name = cells[1].name, points = points, look = results.looks[entry.label], cells = cells,
         }
      end
   end
   return lines.solid_first(series)
end

local function range_of(series, sequential)
   local low, high = math.huge, 0
   local function add(value)
      if value and value > 0 then
         low, high = math.min(low, value), math.max(high, value)
      end
   end
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         add(point[2]); add(point[3]); add(point[4])
      end
   end
   add(sequential and sequential.summary.median)
   return low, high
end

local function data_blocks(series, sequential, y_axis)
   local blocks = {}
   for index, one in ipairs(series) do
      local rows = {}
      for n, point in ipairs(one.points) do
         rows[n] = { point[1], point[2] / y_axis.divisor, point[3] and point[3] / y_axis.divisor,
            point[4] and point[4] / y_axis.divisor, point.workers }
      end
      blocks[index] = { title = one.cells[1].label, rows = rows,
         columns = { "x", "median", "low", "high", "workers" } }
   end
   local s = sequential and sequential.summary
   table.insert(blocks, { title = "sequential", columns = { "median", "low", "high" },
      rows = s and { { s.median / y_axis.divisor, (s.low or s.median) / y_axis.divisor,
         (s.high or s.median) / y_axis.divisor } } or {} })
   return gp.data(blocks)
end

local function all_cells(series)
   local cells = {}
   for _, one in ipairs(series) do
      table.move(one.cells, 1, #one.cells, #cells + 1, cells)
   end
   return cells
end

-- Points of one worker count stand side by side, so that equal times show as many. Returns how far the
-- axis has to go beyond the counts, as a factor.
local function stand_apart(series, counts, step)
   local span = math.log(counts[#counts] / counts[1])
   local nearest = math.huge
   for index = 2, #counts do
      nearest = math.min(nearest, math.log(counts[index] / counts[index - 1]))
   end
   step = math.min(step * span, nearest * 0.5 / #series)
   for index, one in ipairs(series) do
      local factor = math.exp((index - (#series + 1) / 2) * step)
      for _, point in ipairs(one.points) do
         point.workers, point[1] = point[1], point[1] * factor
      end
      one.end_at = one.points[#one.points].workers * math.exp((#series - 1) / 2 * step)
   end
   return math.exp((#series - 1) / 2 * step + 0.02 * span)
end

local function frame_of(sheet, series, sequential, counts)
   local low, high = range_of(series, sequential)
   local beyond = stand_apart(series, counts, APART * sheet.body / sheet.width)
   return {
      left = sheet.edge + sheet.body * 2.9, top = sheet.top + sheet.body * 1.6,
      bottom = sheet.bottom - sheet.body * 3.3,
      x = axis.logarithmic_at(counts, counts[1] / beyond, counts[#counts] * beyond),
      y = axis.logarithmic(low * 0.7, high * 1.3, "time"),
   }
end

-- The reference line, as a series whose name stands at its end.
local function level_series(results, frame, sequential)
   local median = sequential.summary.median
   return { name = sequential.cell.name, look = results.looks[sequential.cell.label],
      points = { { frame.x.min, median }, { frame.x.max, median } } }
end

-- Markers and whiskers, for labels to keep clear of.
local function mark(grid, frame, size, series)
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         local x, y = lines.to_pixels(frame, point[1], point[2])
         grid:marker(x, y, size * 0.35)
         if point[3] then
            local _, low = lines.to_pixels(frame, point[1], point[3])
            local _, high = lines.to_pixels(frame, point[1], point[4])
            grid:line { { x, low }, { x, high } }
         end
      end
   end
end

local function page_of(results, series, options, title)
   return page.new { title = title, foot = page.foot(results), size = options.size,
      subtitle = { page.job(results), page.repeats(results, all_cells(series)),
         #series > 1 and "points of one count side by side", page.warning(results) or false } }
end

function scaling.build(results, options)
   local list, sequential = contenders(results)
   local counts = select.worker_counts(results)
   local series = series_of(results, list)
   if #counts < 2 or #series == 0 then
      return nil, "only one worker count was run"
   end
   local title = scaling.title(results)
   local sheet = page_of(results, series, options, title)
   local frame = frame_of(sheet, series, sequential, counts)
   local labelled = table.move(series, 1, #series, 1, {})
   labelled[#labelled + 1] = sequential and level_series(results, frame, sequential)
   lines.lay_out(sheet, frame, labelled, function(grid) mark(grid, frame, sheet.body, series) end)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, labelled, #series)
   local level = sequential and labelled[#labelled].look or { light = 0, dark = 0 }
   page.add(sheet, {
      { "x_title", "workers (log)" }, { "y_title", ("total time (%s, log)"):format(frame.y.unit) },
      { "level_light", level.light }, { "level_dark", level.dark },
   })
   return { name = scaling.name, templates = { "style.gp", "lines.gp", "scaling.gp" }, title = title,
      vars = sheet.vars, data = data_blocks(series, sequential, frame.y), label_cost = frame.cost }
end

return scaling
