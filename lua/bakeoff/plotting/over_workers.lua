--- Lines over the number of workers, or over another number that was varied: shared by scaling, speed-up,
-- efficiency, memory per worker and scan. A series per contender with intervals, a level line for the
-- reference with its fixed worker count, and guides to compare with (the ideal).

local axis = require "bakeoff.plotting.axis"
local contender_type = require "bakeoff.model.contender"
local few = require "bakeoff.plotting.few"
local gp = require "bakeoff.plotting.gp"
local labels = require "bakeoff.analysis.wording.labels"
local lines = require "bakeoff.plotting.lines"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"

local over_workers = {}

local APART = 0.5 -- between points of one worker count or value, in body sizes

--- Contenders with their cells (select.by_label), except those with a fixed worker count; and the cell of the
-- reference (sequential), or nil.
function over_workers.contenders(results)
   local list, reference = {}, nil
   for _, entry in ipairs(select.by_label(results)) do
      if contender_type.of(entry.contender).is_reference then
         reference = entry.cells[1]
      elseif not select.is_fixed(entry.cells[1]) then
         list[#list + 1] = entry
      end
   end
   return list, reference
end

--- Series of a metric's medians: { name, look, label, cells, points = { { workers, median, low, high } } },
-- solid lines first; and the reference as a level { name, look, median, low, high }, or nil.
function over_workers.medians(results, metric)
   local list, reference = over_workers.contenders(results)
   local series = {}
   for _, entry in ipairs(list) do
      local points, cells = {}, {}
      for _, cell in ipairs(entry.cells) do
         local summary = results:summary_of(cell)[metric]
         if summary then
            points[#points + 1] = { cell.workers, summary.median, summary.low, summary.high }
            cells[#cells + 1] = cell
         end
      end
      if #points > 0 then
         series[#series + 1] = { name = cells[1].name, label = entry.label, points = points, cells = cells,
            look = results.looks[entry.label] }
      end
   end
   local level = reference and results:summary_of(reference)[metric]
   return lines.solid_first(series), level and { name = reference.name, median = level.median,
      low = level.low, high = level.high, look = results.looks[reference.label] } or nil
end

--- Smallest and largest value above zero that will be drawn.
function over_workers.range(series, level)
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
   add(level and level.median)
   return low, high
end

local function scaled(values, x_divisor, divisor)
   local row = {}
   for column = 1, 4 do
      row[column] = values[column] and values[column] / (column == 1 and x_divisor or divisor)
   end
   row[5] = values.workers
   return row
end

local function rows_of(points, frame)
   local rows = {}
   for n, point in ipairs(points) do
      rows[n] = scaled(point, frame.x.divisor, frame.y.divisor)
   end
   return rows
end

local function data_blocks(series, level, guides, frame)
   local blocks, divisor = {}, frame.y.divisor
   for index, one in ipairs(series) do
      blocks[index] = { title = one.label, rows = rows_of(one.points, frame),
         columns = { "x", "median", "low", "high", "workers" } }
   end
   table.insert(blocks, { title = level and level.name or "no level", columns = { "median", "low", "high" },
      rows = level and { { level.median / divisor, (level.low or level.median) / divisor,
         (level.high or level.median) / divisor } } or {} })
   for _, guide in ipairs(guides) do
      table.insert(blocks, { title = guide.name, columns = { "x", "value" },
         rows = rows_of(guide.points, frame) })
   end
   return gp.data(blocks)
end

local function itself(value) return value end

-- Puts points of one worker count (or value) side by side, so that equal ones are all visible: by a factor on
-- a logarithmic axis. step: how far apart, and most: all of them together as a share of the distance of two
-- values. Returns where the axis begins and ends, a little beyond the values.
local function stand_apart(series, values, step, most, is_log)
   local forth, back = is_log and math.log or itself, is_log and math.exp or itself
   local first, last = forth(values[1]), forth(values[#values])
   local nearest = last - first
   for index = 2, #values do
      nearest = math.min(nearest, forth(values[index]) - forth(values[index - 1]))
   end
   step = math.min(step * (last - first), nearest * most / #series)
   local half = (#series - 1) / 2 * step
   for index, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         point.workers, point[1] = point[1], back(forth(point[1]) + (index - (#series + 1) / 2) * step)
      end
      one.end_at = back(forth(one.points[#one.points].workers) + half)
   end
   local beyond = half + 0.02 * (last - first)
   return back(first - beyond), back(last + beyond)
end

local function x_axis(sheet, spec, x)
   if spec.linear then
      for _, one in ipairs(spec.series) do
         for _, point in ipairs(one.points) do
            point.workers = point[1]
         end
      end
      return axis.linear_at(x.values, x.values[#x.values] * 1.02)
   end
   local first, last = stand_apart(spec.series, x.values, APART * sheet.body / sheet.width,
      spec.x and 0.2 or 0.5, x.is_log) -- a worker count is a name as much as a number
   return spec.x and axis.at_values(x, first, last) or axis.logarithmic_at(x.values, first, last)
end

-- Level line and guides as series, with their names at their ends.
local function with_names(spec, ruler)
   local all = table.move(spec.series, 1, #spec.series, 1, {})
   if spec.level then
      local at = spec.level.median
      all[#all + 1] = { name = spec.level.name, look = spec.level.look,
         points = { { ruler.min * ruler.divisor, at }, { ruler.max * ruler.divisor, at } } }
   end
   for _, guide in ipairs(spec.guides or {}) do
      all[#all + 1] = { name = guide.name, points = guide.points,
         look = { light = 0x777777, dark = 0x9aa0a8, marker = 0, dash = 3 } }
   end
   return all
end

-- Marks markers and whiskers as obstacles for labels.
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

--- All cells of some series.
function over_workers.cells(series)
   local cells = {}
   for _, one in ipairs(series) do
      table.move(one.cells, 1, #one.cells, #cells + 1, cells)
   end
   return cells
end

--- The chart. spec: { name, title, subtitle, series (see medians; value = text beside the name), level,
-- guides = { { name, points } }, y = axis, y_title, linear = true (the x axis is not logarithmic, and starts
-- at 0), x = what stands in place of the worker counts: see axis.at_values, and its title; then points have
-- `at`, the words for their value }. Returns what draw.lua writes.
function over_workers.build(results, spec, options)
   local guides = spec.guides or {}
   local x = spec.x or { values = select.worker_counts(results), is_log = true, title = labels.WORKERS }
   if not spec.x then
      local series, chosen = few.of(results, spec.series, function(one) return one.label end, options)
      spec.series = series
      table.insert(spec.subtitle, #spec.subtitle, chosen) -- before the warnings
   end
   local sheet = page.new { title = spec.title, subtitle = spec.subtitle, foot = page_words.below(results),
      size = options.size, height = lines.height_for(spec.series) }
   local frame = lines.frame(sheet, x_axis(sheet, spec, x), spec.y)
   local named, x_title = with_names(spec, frame.x), axis.title(x.title, frame.x)
   lines.lay_out(sheet, frame, named, function(grid) mark(grid, frame, sheet.body, spec.series) end)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, named, #spec.series)
   local level = spec.level and spec.level.look or { light = 0, dark = 0 }
   page.add(sheet, {
      { "x_title", x_title }, { "y_title", spec.y_title },
      { "level_light", level.light }, { "level_dark", level.dark }, { "guide_count", #guides },
   })
   return { name = spec.name, templates = { "style.gp", "lines.gp", "over_workers.gp" }, title = spec.title,
      terminal = { series = named, x = frame.x, y = frame.y, y_title = spec.y_title,
         x_title = x_title },
      vars = sheet.vars, data = data_blocks(spec.series, spec.level, guides, frame),
      label_cost = frame.cost }
end

return over_workers
