--- Scan: total time over a number that was varied, by `bakeoff exec --scan` or in labels. A line with
-- intervals for each command; a heat map (scan_map.lua) if two numbers were varied. Axes are logarithmic
-- where the values are spread widely.

local axis = require "bakeoff.plotting.axis"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local labels = require "bakeoff.analysis.wording.labels"
local lines = require "bakeoff.plotting.lines"
local over_workers = require "bakeoff.plotting.over_workers"
local page_words = require "bakeoff.analysis.wording.page"
local scan_map = require "bakeoff.charts.scan_map"
local scan_words = require "bakeoff.analysis.wording.scan"
local scanned = require "bakeoff.analysis.scanned"
local select = require "bakeoff.model.select"

local scan = { name = "scan" }

local METRIC = "total_s"
local FEWEST_OF_RANGE = 3 -- two values are named one by one

-- --- the finding ----------------------------------------------------------------------------------

-- cell → its name in the title: its values if one command ran, else its label, which has them.
local function names_of(found)
   local of = {}
   for _, line in ipairs(found.lines) do
      for _, point in ipairs(line) do
         of[point.cell] = found.families == 1 and scan_words.values(found.varied, point.texts) or nil
      end
   end
   return of
end

-- A function that names entries whose values are neighbours as a range; nil where there isn't one line only.
local function ranges_of(found)
   local line, place = found.lines[1], {}
   if found.y or #found.lines > 1 or #found.without > 0 then
      return nil
   end
   for index, point in ipairs(line) do
      place[point.cell] = index
   end
   return function(entries)
      local first, last = #line, 1
      for _, entry in ipairs(entries) do
         first, last = math.min(first, place[entry.of]), math.max(last, place[entry.of])
      end
      return #entries >= FEWEST_OF_RANGE and last - first == #entries - 1
         and scan_words.range(found.x.together, line[first].texts, line[last].texts) or nil
   end
end

-- The ranking of all cells, with the names of the title in place of the labels.
local function ranked(results, found, workers)
   local cells, of = select.ranked(results, workers), names_of(found)
   local ranking = finding.own_ranking(results, cells, METRIC)
   ranking.together = ranges_of(found)
   for _, list in ipairs { ranking.entries, ranking.failed } do
      for _, entry in ipairs(list) do
         local cell = entry.cell
         entry.of, entry.cell = cell, of[cell] and
            setmetatable({ label = of[cell], name = of[cell], called = of[cell] }, { __index = cell }) or cell
      end
   end
   return ranking
end

local function title_of(ranking)
   local cells = {}
   for index, entry in ipairs(ranking.entries) do
      cells[index] = entry.cell
   end
   return scan_words.sentence(ranking, METRIC, cells)
end

--- Which value is fastest.
function scan.title(results, options)
   local workers = options and options.workers
   local found = scanned.of(results, workers)
   return found and title_of(ranked(results, found, workers))
end

-- --- lines ----------------------------------------------------------------------------------------

local function labels_of(line)
   local list = {}
   for index, point in ipairs(line) do
      list[index] = point.cell.label
   end
   return list
end

-- The look of the first planned cell; an only line needs no dashes to be told from others.
local function look_of(results, line, is_only)
   local in_line = {}
   for _, point in ipairs(line) do
      in_line[point.cell] = true
   end
   for _, cell in ipairs(results.planned) do
      if in_line[cell] then
         local look = results.looks[cell.label]
         return is_only and setmetatable({ dash = 1 }, { __index = look }) or look
      end
   end
end

local function series_of(results, found)
   local series = {}
   for _, line in ipairs(found.lines) do
      local points, cells = {}, {}
      for _, point in ipairs(line) do
         local summary = results:summary_of(point.cell)[METRIC]
         if summary then
            points[#points + 1] = { point.x, summary.median, summary.low, summary.high,
               at = scan_words.values(found.x.together, point.texts) }
            cells[#cells + 1] = point.cell
         end
      end
      if #points > 0 then
         local name = scan_words.line(labels_of(line), scan_words.names(found.x.together), labels.TOTAL)
         series[#series + 1] = { name = name, label = name, points = points, cells = cells,
            look = look_of(results, line, #found.lines == 1) }
      end
   end
   return lines.solid_first(series)
end

local function best_of(one)
   local best = math.huge
   for _, point in ipairs(one.points) do
      best = math.min(best, point[2])
   end
   return best
end

-- The series that fit on a page, those with the shortest times; and words for the subtitle, or false.
local function those_shown(series, options)
   local most, best = few.most(options), {}
   if #series <= most then
      return series, false
   end
   for order, one in ipairs(series) do
      best[order], one.order = one, order
   end
   table.sort(best, function(a, b)
      local x, y = best_of(a), best_of(b)
      return x < y or (x == y and a.order < b.order)
   end)
   local shown = { table.unpack(best, 1, most) }
   table.sort(shown, function(a, b) return a.order < b.order end)
   return shown, page_words.fastest(most, #series)
end

-- What ran without the parameter: the first as a level, the others as guides.
local function levels_of(results, found)
   local level, guides = nil, {}
   local first, last = found.x.values[1], found.x.values[#found.x.values]
   for _, point in ipairs(found.without) do
      local summary, cell = results:summary_of(point.cell)[METRIC], point.cell
      if summary and not level then
         level = { name = cell.name, median = summary.median, low = summary.low, high = summary.high,
            look = results.looks[cell.label] }
      elseif summary then
         guides[#guides + 1] = { name = cell.name,
            points = { { first, summary.median }, { last, summary.median } } }
      end
   end
   return level, guides
end

local function time_axis(series, level, guides)
   local low, high = over_workers.range(series, level)
   for _, guide in ipairs(guides) do
      low, high = math.min(low, guide.points[1][2]), math.max(high, guide.points[1][2])
   end
   if axis.is_wide(low, high) then
      return axis.logarithmic(low * 0.7, high * 1.3, "time")
   end
   return axis.linear(high * 1.06, "time", 6)
end

-- The axis of the values (over_workers.build). Where the values are its ticks, these name all that advance
-- together.
local function value_axis(x)
   local names = axis.has_own_ticks(x) and x.together or { x.name }
   return { values = x.values, texts = x.texts, kind = x.kind,
      title = scan_words.axis(scan_words.names(names), labels.CONTENDERS),
      is_log = axis.is_wide(x.values[1], x.values[#x.values]) }
end

local function cells_of(results, series, found)
   local cells = over_workers.cells(series)
   for _, point in ipairs(found.without) do
      cells[#cells + 1] = results:summary_of(point.cell)[METRIC] and point.cell or nil
   end
   return cells
end

local function draw_lines(results, found, title, options)
   local series, chosen = those_shown(series_of(results, found), options)
   local level, guides = levels_of(results, found)
   local ruler, cells = time_axis(series, level, guides), cells_of(results, series, found)
   return over_workers.build(results, {
      name = scan.name, title = title, series = series, level = level, guides = guides,
      x = value_axis(found.x), y = ruler, y_title = axis.title(labels.TOTAL, ruler),
      subtitle = { page_words.job(results), page_words.workers(select.ranked(results, options.workers)),
         page_words.repeats(results, cells), chosen },
   }, options)
end

-- --- the chart ------------------------------------------------------------------------------------

-- The most values with a time on one line.
local function longest(results, found)
   local most = 0
   for _, line in ipairs(found.lines) do
      local count = 0
      for _, point in ipairs(line) do
         count = count + (results:summary_of(point.cell)[METRIC] and 1 or 0)
      end
      most = math.max(most, count)
   end
   return most
end

function scan.build(results, options, least)
   local found = scanned.of(results, options.workers)
   local count = found and longest(results, found) or 0
   if count < 2 then
      return nil, "no number was varied", "aside"
   elseif count < (least.values or 0) then
      return nil, "two bars show the same", "aside"
   end
   local ranking = ranked(results, found, options.workers)
   local title = title_of(ranking)
   if found.y then
      return scan_map.draw(results, found, { name = scan.name, title = title, ranking = ranking },
         options)
   end
   return draw_lines(results, found, title, options)
end

return scan
