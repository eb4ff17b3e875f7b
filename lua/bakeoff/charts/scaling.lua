--- Scaling: total time against the number of workers, both logarithmic; sequential as a level line.

local axis = require "bakeoff.charts.axis"
local finding = require "bakeoff.finding"
local gp = require "bakeoff.charts.gp"
local lines = require "bakeoff.charts.lines"
local page = require "bakeoff.charts.page"
local select = require "bakeoff.charts.select"
local text = require "bakeoff.charts.text"

local scaling = { name = "scaling", about = "total time against workers" }

local METRIC = "total_s"

-- Contenders with their cells, sequential aside (second result: its summary).
local function contenders(results)
   local list, sequential = {}, nil
   for _, entry in ipairs(select.by_label(results)) do
      if entry.contender == "sequential" then
         sequential = { summary = results:summary_of(entry.cells[1])[METRIC], cell = entry.cells[1] }
      else
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
            gains[#gains + 1] = { cell = last, ratio = gain.ratio, verdict = gain.verdict }
         end
      end
   end
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
            label = cells[1].name, points = points, look = results.looks[entry.label], cells = cells,
         }
      end
   end
   return series
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

local function data_blocks(series, sequential, y_axis, label_rows)
   local blocks = {}
   for index, one in ipairs(series) do
      local rows = {}
      for n, point in ipairs(one.points) do
         rows[n] = { point[1], point[2] / y_axis.divisor,
            point[3] and point[3] / y_axis.divisor, point[4] and point[4] / y_axis.divisor }
      end
      blocks[index] = { title = one.cells[1].label, rows = rows,
         columns = { "workers", "median", "low", "high" } }
   end
   local s = sequential and sequential.summary
   table.insert(blocks, { title = "sequential", columns = { "median", "low", "high" },
      rows = s and { { s.median / y_axis.divisor, (s.low or s.median) / y_axis.divisor,
         (s.high or s.median) / y_axis.divisor } } or {} })
   table.insert(blocks, { title = "labels (fractions of the page)", rows = label_rows,
      columns = { "x", "y", "series", "from_x", "from_y", "to_x" } })
   return gp.data(blocks)
end

local function all_cells(series)
   local cells = {}
   for _, one in ipairs(series) do
      table.move(one.cells, 1, #one.cells, #cells + 1, cells)
   end
   return cells
end

-- Pixel height of the reference line.
local function level_of(frame, sequential)
   return frame.bottom - frame.y.at(sequential.summary.median) * (frame.bottom - frame.top)
end

-- The reference line's name stands above its right end, where other lines are far below it or absent.
local function level_vars(results, sheet, frame, sequential)
   local name = sequential and sequential.cell.name or ""
   local look = sequential and results.looks[sequential.cell.label] or { light = 0, dark = 0 }
   local y = sequential and level_of(frame, sequential) - sheet.body * 0.8
   page.add(sheet, {
      { "level_name", name }, { "level_light", look.light }, { "level_dark", look.dark },
      { "level_name_x", (frame.right - text.width(name, sheet.body)) / sheet.width },
      { "level_name_y", y and 1 - y / sheet.height or -1.0 },
   })
end

local function frame_of(sheet, series, sequential, counts)
   local low, high = range_of(series, sequential)
   local frame = {
      left = sheet.edge + sheet.body * 2.9, top = sheet.top + sheet.body * 1.6,
      bottom = sheet.bottom - sheet.body * 3.3,
      x = axis.logarithmic_at(counts, counts[1] * 0.9, counts[#counts] * 1.02),
      y = axis.logarithmic(low * 0.8, high * 1.3, "time"),
   }
   frame.right = frame.left + lines.fit(sheet, series, frame.x, frame.left)
   lines.thin_ticks(frame.x, frame.right - frame.left, sheet.body)
   return frame
end

function scaling.build(results, options)
   local list, sequential = contenders(results)
   local counts = select.worker_counts(results)
   local series = series_of(results, list)
   if #counts < 2 or #series == 0 then
      return nil, "only one worker count was run"
   end
   local title = scaling.title(results)
   local sheet = page.new { title = title, foot = page.foot(results), size = options.size,
      subtitle = { page.job(results), page.repeats(results, all_cells(series)), "both axes logarithmic",
         page.warning(results) or false } }
   local frame = frame_of(sheet, series, sequential, counts)
   local level = sequential and level_of(frame, sequential)
   local obstacles = level and { { { frame.left, level }, { frame.right, level } } }
   local label_rows = lines.labels(sheet, frame, series, obstacles)
   page.plot_area(sheet, frame.left, frame.right, frame.top, frame.bottom)
   lines.axis_vars(sheet, "x", frame.x)
   lines.axis_vars(sheet, "y", frame.y)
   lines.series_vars(sheet, series)
   level_vars(results, sheet, frame, sequential)
   page.add(sheet, {
      { "x_title", "workers (log)" }, { "y_title", ("total time (%s, log)"):format(frame.y.unit) },
   })
   return { name = scaling.name, template = "scaling.gp", title = title, vars = sheet.vars,
      data = data_blocks(series, sequential, frame.y, label_rows) }
end

return scaling
