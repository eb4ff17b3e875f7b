--- How many times as fast as the reference each contender is: ratios of total times, paired by block. The dot
-- is the median, the whisker its interval, the small dots single blocks; a line marks equal times.

local axis = require "bakeoff.plotting.axis"
local comparison = require "bakeoff.analysis.wording.comparison"
local dots = require "bakeoff.plotting.dots"
local few = require "bakeoff.plotting.few"
local in_rows = require "bakeoff.plotting.in_rows"
local labels = require "bakeoff.analysis.wording.labels"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local page_words = require "bakeoff.analysis.wording.page"
local ratio_words = require "bakeoff.analysis.wording.ratio"
local relative = require "bakeoff.analysis.relative"
local select = require "bakeoff.model.select"
local speed = require "bakeoff.charts.speed"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local text = require "bakeoff.plotting.text"

local ratio = { name = "ratio" }

local METRIC = "total_s"
local LOG_SPAN = 3 -- if the largest is more than this many times the smallest, the axis is logarithmic

-- Ratios of times as speeds, and the numbers of their blocks.
local function speeds_of(times, of)
   local speeds, numbers_of = {}, {}
   for index = #times, 1, -1 do -- the most time is the least speed
      if times[index] > 0 then
         speeds[#speeds + 1], numbers_of[#numbers_of + 1] = 1 / times[index], of[index]
      end
   end
   return speeds, numbers_of
end

-- The numbers of the blocks, in the order of their ratios.
local function order_of(times, others)
   local list = {}
   for block, time in pairs(times) do
      list[#list + 1] = (others[block] or 0) > 0 and { block = block, ratio = time / others[block] } or nil
   end
   table.sort(list, function(a, b) return a.ratio < b.ratio or (a.ratio == b.ratio and a.block < b.block) end)
   for index, one in ipairs(list) do
      list[index] = one.block
   end
   return list
end

local function row_of(results, cell, reference, versus)
   local times, others = summaries.by_block(cell, METRIC), summaries.by_block(reference, METRIC)
   local speeds, numbers_of = speeds_of(stats.ratios(times, others), order_of(times, others))
   return { cell = cell, name = cell.name, look = results.looks[cell.label], versus = versus,
      figure = relative.figure(cell, versus), errors = results:errors_apart(cell), blocks = speeds,
      numbers = numbers_of }
end

-- Rows of the cells that can be compared, the fastest first; and the reference, or nil.
local function rows_of(results, options)
   local cells, workers, metric = select.ranked(results, options and options.workers)
   local reference = metric == METRIC and results:reference(workers) or nil
   local rows = {}
   for _, cell in ipairs(reference and cells or {}) do
      local versus = cell ~= reference and speed.versus(results, cell, workers)
      if versus and versus.ratio and versus.ratio > 0 then
         rows[#rows + 1] = row_of(results, cell, reference, versus)
      end
   end
   table.sort(rows, function(a, b)
      local x, y = a.versus.ratio, b.versus.ratio
      return x < y or (x == y and a.name < b.name)
   end)
   return rows, reference, cells, workers
end

local function title_of(rows, reference)
   return ratio_words.sentence(reference and reference.name, rows)
end

--- The verdicts against the reference.
function ratio.title(results, options)
   local rows, reference = rows_of(results, options)
   return title_of(rows, reference)
end

local function ruler_of(rows)
   local low, high = 1, 1
   for _, row in ipairs(rows) do
      local one = row.figure
      low = math.min(low, one.ratio, one.low or one.ratio, row.blocks[1])
      high = math.max(high, one.ratio, one.high or one.ratio, row.blocks[#row.blocks])
   end
   if high / low > LOG_SPAN then
      local beyond = (high / low) ^ 0.04
      return axis.logarithmic(low / beyond, high * beyond, "count")
   end
   local beyond = math.max((high - low) * 0.06, 0.02)
   return axis.between(low - beyond, high + beyond, 6)
end

local function blocks(rows)
   local medians, single = {}, {}
   for index, row in ipairs(rows) do
      medians[index] = { index, row.figure.ratio, row.figure.low, row.figure.high }
      for n, value in ipairs(row.blocks) do
         single[#single + 1] = { index + in_rows.jitter(n, #row.blocks), value, index }
      end
   end
   return {
      { title = "medians", rows = medians, columns = { "row", "ratio", "low", "high" } },
      { title = "blocks", rows = single, columns = { "height", "ratio", "row" } },
   }
end

-- The small dots, with what they show.
local function marks_of(reference)
   return function(rows)
      local list = {}
      for index, row in ipairs(rows) do
         for n, value in ipairs(row.blocks) do
            list[#list + 1] = { row = index, offset = in_rows.jitter(n, #row.blocks), value = value,
               text = labels.block(row.name, row.numbers[n], (numbers.ratio_estimate { ratio = value }),
                  reference.name) }
         end
      end
      return list
   end
end

-- The axis title, in which a long name is cut: it stands in the middle of the plot.
local function axis_title(reference, ruler, sheet)
   local is_log, middle = ruler.log == 1, sheet.plot_left + sheet.plot_width / 2
   local room = 2 * (math.min(middle, sheet.width - middle) - sheet.edge)
   local others = text.width(ratio_words.axis("", is_log), sheet.body)
   return ratio_words.axis(text.cut_name(reference.name, sheet.body, room - others), is_log)
end

-- Above the line at 1: the name, as far as there is room on both sides, and where there is more, which side
-- is which.
local function line_text(reference, ruler, sheet)
   local x = sheet.plot_left + ruler.at(1) * sheet.plot_width
   local room = 2 * math.min(x, sheet.width - x) - 2 * sheet.edge
   local sides = ratio_words.sides(reference.name)
   return text.width(sides, sheet.small) <= room and sides or text.cut_name(reference.name, sheet.small, room)
end

-- The value already says how many times as fast. Nobody reads that "0.177×" is the title's "5.67 times as
-- long", so words say that, as they say other verdicts.
local function label(row)
   local shown, span = numbers.ratio_estimate(row.figure)
   row.value = shown .. (span and " " .. span or "")
   local failed = row.errors and row.errors.jobs and phrases.failed_jobs(row.errors)
   row.remark = failed or row.versus.verdict ~= "faster" and comparison.note(row.versus) or ""
end

function ratio.build(results, options, least)
   local rows, reference, cells, workers = rows_of(results, options)
   if #rows == 0 then
      return nil, "there is no second contender to compare with the reference", "aside"
   elseif #rows[1].blocks < (least.repeats or 0) then
      return nil, "too few repeats for intervals", "aside"
   end
   local title = title_of(rows, reference)
   local shown, chosen = few.of(results, rows, function(row) return row.cell.label end, options)
   for _, row in ipairs(shown) do
      label(row)
   end
   local ruler = ruler_of(shown)
   return dots.build(results, {
      name = ratio.name, title = title, rows = shown, ruler = ruler, row_height = 3.1,
      axis = function(sheet) return axis_title(reference, ruler, sheet) end,
      subtitle = { page_words.job(results), page_words.workers(cells, workers),
         page_words.repeats(results, cells, "ratios"),
         "small dots: single blocks", chosen },
      blocks = blocks, marks = marks_of(reference), vars = function(sheet)
         return { { "line_text", line_text(reference, ruler, sheet) } }
      end,
   }, options)
end

return ratio
