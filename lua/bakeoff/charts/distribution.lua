--- Distribution: every trial as a dot, relative to the median of its contender, so that contenders of ten
-- milliseconds and of ten seconds are comparable; quartiles as a bar, the median as a line; behind the dots
-- the density, if there are enough trials for one. Trials that form two groups are said to.

local axis = require "bakeoff.plotting.axis"
local density = require "bakeoff.plotting.density"
local dots = require "bakeoff.plotting.dots"
local few = require "bakeoff.plotting.few"
local labels = require "bakeoff.analysis.wording.labels"
local numbers = require "bakeoff.base.numbers"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"
local shape = require "bakeoff.analysis.shape"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local wording = require "bakeoff.analysis.wording.single_trials"

local distribution = { name = "distribution" }

local METRIC = "total_s"
local LEAST, FOR_DENSITY = stats.FEWEST, 20 -- trials for dots beside each other; for a density
local LOG_SPAN = 4 -- if the largest is more than this many times the smallest, the axis is logarithmic
local HALF = 0.40 -- height of a shape, in rows
local DOTS = HALF * 0.86 -- the furthest that a dot is from the middle

local function row_of(results, cell)
   local values = summaries.values(cell, METRIC)
   local median = stats.median(values)
   local row = { cell = cell, name = cell.name, look = results.looks[cell.label], count = #values,
      median = median, shares = {}, trials = {} }
   local repeats = summaries.numbers(cell, METRIC)
   for index, value in ipairs(values) do
      row.trials[index] = { value = value, number = repeats[index] }
   end
   table.sort(row.trials, function(a, b)
      return a.value < b.value or (a.value == b.value and (a.number or 0) < (b.number or 0))
   end)
   for index, trial in ipairs(row.trials) do
      row.shares[index] = trial.value / median
   end
   row.groups = shape.groups(row.shares)
   row.low, row.high = stats.quantile_of_sorted(row.shares, 0.25), stats.quantile_of_sorted(row.shares, 0.75)
   row.spread = row.high - row.low -- what the bar shows
   return row
end

-- Rows of the cells with at least two trials, least median first.
local function rows_of(results, options)
   local cells, workers = select.at_one_count(results, options and options.workers)
   local rows, shown, most = {}, {}, 0
   for _, cell in ipairs(cells) do
      local summary = results:summary_of(cell)[METRIC]
      if summary and summary.n > 1 and summary.median > 0 then
         rows[#rows + 1], shown[#shown + 1] = row_of(results, cell), cell
         rows[#rows].order = #rows
         most = math.max(most, summary.n)
      end
   end
   table.sort(rows, function(a, b)
      return a.median < b.median or (a.median == b.median and a.order < b.order)
   end)
   return rows, shown, workers, most
end

--- How far the trials spread.
function distribution.title(results, options)
   local rows = rows_of(results, options)
   return wording.spread(rows)
end

-- The shapes are made first, because they extend a little beyond the values. A density of few trials would be
-- a picture of the method, so it only spreads the dots.
local function ruler_of(rows)
   local low, high = 1, 1
   for _, row in ipairs(rows) do
      row.shape = density.of(row.shares, LEAST)
      row.density = row.count >= FOR_DENSITY and row.shape or nil
      low, high = math.min(low, row.shares[1]), math.max(high, row.shares[#row.shares])
   end
   local is_log, beyond = high / low > LOG_SPAN, math.max((high - low) * 0.05, 0.002)
   for _, row in ipairs(rows) do
      low = row.density and not is_log and math.min(low, math.max(row.shape.from, low - beyond)) or low
      high = row.density and not is_log and math.max(high, math.min(row.shape.to, high + beyond)) or high
   end
   if is_log then
      return axis.logarithmic(low / 1.1, high * 1.1, "count")
   end
   return axis.between(low - beyond * 0.4, high + beyond * 0.4, 7)
end

-- Without the percent sign: gnuplot reads the text of a tick as a format.
local function in_percent(ruler)
   for index, value in ipairs(ruler.ticks) do
      if ruler.texts[index] ~= "" then
         ruler.texts[index] = ("%.6g"):format(value * 100)
      end
   end
   return ruler
end

local function outline_rows(row, index, ruler)
   local points = {}
   for _, point in ipairs(row.density and density.outline(row.density) or {}) do
      if point[1] >= ruler.min and point[1] <= ruler.max then
         points[#points + 1] = { point[1], index - HALF * point[2], index + HALF * point[2] }
      end
   end
   return points
end

local function blocks_with(ruler)
   return function(rows)
      local summary, single, blocks = {}, {}, {}
      for index, row in ipairs(rows) do
         summary[index] = { index, 1.0, row.low, row.high }
         for _, dot in ipairs(density.dots(row.shares, row.shape)) do
            single[#single + 1] = { index + dot[2] * DOTS, dot[1], index }
         end
         blocks[index] = { title = "shape of " .. row.name, columns = { "share", "from", "to" },
            rows = outline_rows(row, index, ruler) }
      end
      table.insert(blocks, 1, { title = "quartiles", rows = summary,
         columns = { "row", "median", "quartile1", "quartile3" } })
      table.insert(blocks, 2, { title = "trials", rows = single, columns = { "height", "share", "row" } })
      return blocks
   end
end

-- The dots, with what they show.
local function marks_of(rows)
   local list = {}
   for index, row in ipairs(rows) do
      for n, dot in ipairs(density.dots(row.shares, row.shape)) do
         local trial = row.trials[n]
         list[#list + 1] = { row = index, offset = dot[2] * DOTS, value = dot[1],
            text = labels.trial(row.name, trial.number, numbers.format(trial.value, "time")) }
      end
   end
   return list
end

local function subtitle(results, shown, rows, workers, most, chosen)
   local least = most
   for _, row in ipairs(rows) do
      least = math.min(least, row.count)
   end
   local count = least == most and tostring(most) or ("%d to %d"):format(least, most)
   return { page_words.job(results), page_words.workers(shown, workers),
      ("all %s trials of each"):format(count),
      "line: median, bar: the middle half of the trials", most >= FOR_DENSITY and "behind: density",
      chosen }
end

function distribution.build(results, options, least)
   local rows, shown, workers, most = rows_of(results, options)
   if #rows == 0 then
      return nil, "no contender has two trials", "aside"
   elseif most < (least.repeats or 0) then
      return nil, ("it needs at least %d trials of each"):format(least.repeats), "aside"
   end
   local title = wording.spread(rows)
   local kept, chosen = few.of(results, rows, function(row) return row.cell.label end, options)
   for _, row in ipairs(kept) do
      row.value, row.remark = numbers.format(row.median, "time"), wording.spread_note(row.spread, row.groups)
   end
   local ruler = in_percent(ruler_of(kept))
   return dots.build(results, {
      name = distribution.name, title = title, rows = kept, ruler = ruler, row_height = 3.6,
      axis = "total time (% of the contender's median" .. (ruler.log == 1 and ", log)" or ")"),
      subtitle = subtitle(results, shown, rows, workers, most, chosen),
      blocks = blocks_with(ruler), marks = marks_of,
   }, options)
end

return distribution
