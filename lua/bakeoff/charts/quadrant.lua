--- Quadrant: time against memory, one point for each contender and worker count, with intervals as crosses.
-- The points of a contender are joined in the order of their worker counts, which stand beside them. Lower
-- left is better.

local axis = require "bakeoff.plotting.axis"
local cell_type = require "bakeoff.model.cell"
local core = require "bakeoff.core"
local errors = require "bakeoff.model.errors"
local few = require "bakeoff.plotting.few"
local find = require("bakeoff.analysis.quadrant").find
local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local labels = require "bakeoff.analysis.wording.labels"
local lines = require "bakeoff.plotting.lines"
local named = require "bakeoff.plotting.named"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local quadrant_words = require "bakeoff.analysis.wording.quadrant"
local select = require "bakeoff.model.select"
local tags = require "bakeoff.plotting.tags"
local text = require "bakeoff.plotting.text"

local quadrant = { name = "quadrant" }

local TIME, SIZE = "total_s", "footprint_peak_bytes"
local LOG_SPAN = 4 -- if the largest is more than this many times the smallest, an axis is logarithmic

local function point_of(results, cell)
   local summary = results:summary_of(cell)
   local time, size = summary[TIME], summary[SIZE]
   if not (time and size and time.median > 0 and size.median > 0) then
      return nil
   end
   return { time.median, size.median, cell = cell, workers = cell.workers, x_low = time.low,
      x_high = time.high, y_low = size.low, y_high = size.high,
      note = ", " .. numbers.format(time.median, "time") }
end

local function series_of(results)
   local series, count = {}, 0
   for _, entry in ipairs(select.by_label(results)) do
      local points = {}
      for _, cell in ipairs(entry.cells) do
         points[#points + 1] = point_of(results, cell)
      end
      if #points > 0 then
         series[#series + 1] = { name = points[1].cell.name, label = entry.label, points = points,
            look = results.looks[entry.label] }
         count = count + #points
      end
   end
   return lines.solid_first(series), count
end

-- "event loop × 16"; only the name if all ran with the same count.
local function full_name(cell, counts)
   if select.is_fixed(cell) or #counts < 2 then
      return cell.name
   end
   return cell_type.counted(cell, cell.name)
end

local function title_of(results, series)
   local entries, counts = {}, select.worker_counts(results)
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         entries[#entries + 1] = { cell = point.cell, name = full_name(point.cell, counts), time = point[1],
            size = point[2], errors = errors.apart(results.cells, point.cell) }
      end
   end
   return quadrant_words.sentence(#entries > 1 and find(results, entries) or nil)
end

--- Which contender is fastest, and which needs the least memory.
function quadrant.title(results) return title_of(results, (series_of(results))) end

-- free: the share of the axis that stays free below the lowest value, for names.
local function ruler_of(series, column, low_name, high_name, kind, free)
   local low, high = math.huge, 0
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         low = math.min(low, point[column], point[low_name] or math.huge)
         high = math.max(high, point[column], point[high_name] or 0)
      end
   end
   if high / low > LOG_SPAN then
      local beyond = (high / low) ^ 0.09
      return axis.logarithmic(low / (high / low) ^ (free / (1 - free)) / beyond, high * beyond, kind)
   end
   local beyond = math.max((high - low) * 0.12, high * 0.01)
   return axis.between(math.max(low - (high - low) * free / (1 - free) - beyond, 0), high + beyond, 6, kind)
end

local FREE_MOST = 0.25

-- Names fit best to the left of their contender's largest count, which is usually the fastest.
local function room_for_names(sheet, series)
   local widest = 0
   for _, one in ipairs(series) do
      widest = math.max(widest, #one.points > 1 and text.width(one.name, sheet.body) or 0)
   end
   return math.min(widest / (sheet.width - 2 * sheet.edge), FREE_MOST)
end

-- A point and its cross in pixels.
local function pixels_of(frame, point)
   local x, y = lines.to_pixels(frame, point[1], point[2])
   local left, bottom = lines.to_pixels(frame, point.x_low or point[1], point.y_low or point[2])
   local right, top = lines.to_pixels(frame, point.x_high or point[1], point.y_high or point[2])
   return x, y, left, right, top, bottom
end

local BETTER = "better"

-- The position of the word in the corner, below and left of everything: its left edge and middle; and its
-- box.
local function corner(sheet, frame)
   local x, y = frame.left + sheet.body * 1.9, frame.bottom - sheet.body * 1.1
   return x, y, { frame.left, y - sheet.body * 0.9, x + text.width(BETTER, sheet.small) + sheet.body * 0.4,
      frame.bottom }
end

local function mark_points(grid, frame, size, series)
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         local x, y, left, right, top, bottom = pixels_of(frame, point)
         grid:marker(x, y, size * 0.32)
         grid:line { { left, y }, { right, y } }
         grid:line { { x, top }, { x, bottom } }
      end
   end
end

-- The worker counts beside their points; none for a contender that has only one.
local function counts_on(grid, sheet, frame, series)
   local points = {}
   for index, one in ipairs(series) do
      for n, point in ipairs(#one.points > 1 and one.points or {}) do
         local x, y = lines.to_pixels(frame, point[1], point[2])
         points[#points + 1] = { x = x, y = y, text = tostring(point.workers), of = index,
            not_left = n == #one.points } -- the name prefers that side
      end
   end
   local area = { left = frame.left, right = sheet.width - sheet.edge, top = frame.top,
      bottom = frame.bottom }
   return tags.place(points, area, grid, sheet.small, sheet.body * 0.5)
end

-- Marks everything that labels must avoid, except the lines.
local function mark(grid, sheet, frame, series)
   mark_points(grid, frame, sheet.body, series)
   local _, _, word = corner(sheet, frame)
   grid:fill(table.unpack(word))
end

local function pixels_along(frame, one)
   local drawn = {}
   for n, point in ipairs(one.points) do
      drawn[n] = { lines.to_pixels(frame, point[1], point[2]) }
   end
   return drawn
end

-- Counts are placed last: a name is required, but a number may be left out if there is no room for it.
local function placed_counts(sheet, frame, series, with)
   local grid = core.label_grid(sheet.width, sheet.height, sheet.body / 7)
   for index, one in ipairs(series) do
      grid:line(pixels_along(frame, one))
      local name = frame.labels[index]
      if name then
         grid:fill(name.x, name.y - name.height / 2, name.x + name.width, name.y + name.height / 2)
      end
      local from = name and name.leader
      if from then
         grid:line { { from[1], from[2] }, { from[3], from[4] } }
      end
   end
   mark(grid, sheet, frame, series)
   return counts_on(grid, sheet, frame, with)
end

local function count_vars(sheet, placed)
   local list = { text = {}, x = {}, y = {}, of = {} }
   for index, tag in ipairs(placed) do
      list.text[index], list.of[index] = tag.text, tag.of
      list.x[index], list.y[index] = tag.x / sheet.width, 1 - tag.y / sheet.height
   end
   return { { "tag_count", #placed }, { "tag_text", list.text }, { "tag_x", list.x }, { "tag_y", list.y },
      { "tag_of", list.of }, { "small_size", sheet.small } }
end

local function corner_vars(sheet, frame)
   local x, y = corner(sheet, frame)
   return { { "better_text", BETTER }, { "better_x", x / sheet.width }, { "better_y", 1 - y / sheet.height },
      { "better_tip_x", (frame.left + sheet.body * 0.4) / sheet.width },
      { "better_tip_y", 1 - (frame.bottom - sheet.body * 0.4) / sheet.height } }
end

local function data_of(series, frame)
   local blocks, x, y = {}, frame.x.divisor, frame.y.divisor
   for index, one in ipairs(series) do
      local rows = {}
      for n, p in ipairs(one.points) do
         rows[n] = { p[1] / x, p[2] / y, (p.x_low or p[1]) / x, (p.x_high or p[1]) / x, (p.y_low or p[2]) / y,
            (p.y_high or p[2]) / y, p.workers }
      end
      blocks[index] = { title = one.label, rows = rows,
         columns = { "time", "footprint", "time_low", "time_high", "footprint_low", "footprint_high",
            "workers" } }
   end
   return gp.data(blocks)
end

local function cells_of(series)
   local cells = {}
   for _, one in ipairs(series) do
      for _, point in ipairs(one.points) do
         cells[#cells + 1] = point.cell
      end
   end
   return cells
end

local function page_of(results, title, series, with, notes, options)
   local cells = cells_of(series)
   local is_joined = #select.worker_counts(results) > 1
   return page.new { title = title, foot = page_words.below(results), size = options.size,
      subtitle = { page_words.job(results), page_words.repeats(results, cells, nil, nil, "total_s"),
         notes.chosen,
         notes.others > 0 and labels.unnamed(notes.others),
         is_joined and "small numbers: workers" or false },
      height = lines.height_for(with, 1.1) }
end

local function label_of(one) return one.label end

local function rulers_of(series, options)
   local size = page.SIZES[options.size or "page"]
   return ruler_of(series, 1, "x_low", "x_high", "time", room_for_names(size, series)),
      ruler_of(series, 2, "y_low", "y_high", "size", 0)
end

-- Names for `with` only. series: these and the others.
local function lay_out(sheet, frame, series, with, others)
   lines.lay_out(sheet, frame, with, function(grid)
      for _, one in ipairs(others) do
         grid:line(pixels_along(frame, one))
      end
      mark(grid, sheet, frame, series)
   end)
   hover.lines(sheet, frame, others, lines.to_pixels)
   lines.axes(sheet, frame)
   lines.series_vars(sheet, series)
   page.add(sheet, count_vars(sheet, placed_counts(sheet, frame, series, with)))
end

function quadrant.build(results, options, least)
   local all, count = series_of(results)
   if count < 2 then
      return nil, "there are no two contenders with time and footprint", "aside"
   elseif count < (least.points or 0) then
      return nil, "two bars show the same", "aside"
   end
   local title = title_of(results, all)
   local shown, chosen = few.of(results, all, label_of, options)
   local x, y = rulers_of(shown, options)
   local with, others = named.of_points(shown, x, y, options)
   local series = table.move(others, 1, #others, #with + 1, table.move(with, 1, #with, 1, {}))
   local sheet = page_of(results, title, series, with, { chosen = chosen, others = #others }, options)
   local frame = lines.frame(sheet, x, y)
   lay_out(sheet, frame, series, with, others)
   page.add(sheet, corner_vars(sheet, frame))
   page.add(sheet, { { "named_count", #with }, { "x_title", axis.title("total time", frame.x) },
      { "y_title", axis.title("peak footprint of the process tree", frame.y) } })
   return { name = quadrant.name, templates = { "style.gp", "lines.gp", "quadrant.gp" },
      title = title, vars = sheet.vars, data = data_of(series, frame),
      label_cost = frame.cost }
end

return quadrant
