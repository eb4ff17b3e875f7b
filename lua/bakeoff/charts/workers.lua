--- Workers: the share of a core that the workers of a contender had during the work: a bar for their median,
-- a line from the least to the most, a dot per worker if they are few. The chart shows at a glance which
-- workers run at the same time and which take turns.
--
-- Drawn unasked if a contender had several workers that together kept half a core busy: below that, a run is
-- about waiting, and its other charts say more.

local axis = require "bakeoff.plotting.axis"
local contender_type = require "bakeoff.model.contender"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local cores_words = require "bakeoff.analysis.wording.cores"
local few = require "bakeoff.plotting.few"
local gp = require "bakeoff.plotting.gp"
local hover = require "bakeoff.plotting.hover"
local in_rows = require "bakeoff.plotting.in_rows"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"
local share_words = require "bakeoff.analysis.wording.shares"
local shares = require "bakeoff.analysis.shares"
local style = require "bakeoff.plotting.style"
local text = require "bakeoff.plotting.text"

local workers = { name = "workers" }

local MOST_DOTS = 16 -- contenders with more workers get no dots: the line shows the range
local NARROW = 500 -- pixels: a page with no room for more than one remark
local FULL = 0.5 -- if a worker had more of a core, the axis ends at a whole one
local AROUND = 10.5 -- of the page, around the rows, in body sizes
local ROW = 2.9 -- height of a row, in body sizes

-- Rows: { cell, share = { of each worker, largest first }, trials = { { share … } … }, cores = median }.
local function rows_of(results, options)
   local cells, count = select.at_one_count(results, options.workers)
   local rows = {}
   for index, cell in ipairs(cells) do
      local row = shares.of(results, cell)
      if row then
         row.order = index
         rows[#rows + 1] = row
      end
   end
   table.sort(rows, function(a, b)
      return a.median > b.median or (a.median == b.median and a.order < b.order)
   end)
   return rows, count
end

-- The most cores that several workers of one contender keep busy together.
local function most_busy(rows)
   local most = 0
   for _, row in ipairs(rows) do
      most = #row.share > 1 and math.max(most, row.cores) or most
   end
   return most
end

-- "25 % each", "18–31 %".
local function value_text(row)
   local most, least = row.share[1], row.share[#row.share]
   if #row.share == 1 then
      return share_words.percent(most)
   elseif not share_words.are_uneven(row) then
      return share_words.percent(row.median) .. " each"
   end
   return ("%.0f–%s"):format(least * 100, numbers.percent(most))
end

local function remark_text(row, is_wide)
   if shares.is_partial(row) then
      return ("%d of %d workers"):format(#row.share, row.cell.workers)
   elseif #row.share == 1 then
      return contender_type.of(row.cell.contender).one_thread and "one thread" or "one worker"
   end
   local together, busiest = cores_words.together(row.cores), share_words.busiest(row)
   return busiest and is_wide and ("%s, %s"):format(together, busiest) or together
end

-- The texts beside the bars: on two lines, or on one if rows are low.
local function label_rows(rows, sheet)
   local is_roomy = in_rows.has_room(rows, sheet)
   for _, row in ipairs(rows) do
      row.name, row.value, row.remark = row.cell.name, value_text(row), remark_text(row, sheet.width > NARROW)
      if not is_roomy then
         row.value, row.remark = ("%s, %s"):format(row.value, row.remark), nil
      end
      row.width = math.max(text.width(row.value, sheet.body), text.width(row.remark or "", sheet.small))
      row.width_em = row.width / sheet.body
   end
end

-- The axis, in percent of a core: to a whole core, or as far as small shares need.
local function axis_of(rows)
   local most = 0
   for _, row in ipairs(rows) do
      most = math.max(most, row.share[1])
   end
   if most > FULL or most == 0 then
      return { max = 100.0, ticks = { 0.0, 25.0, 50.0, 75.0, 100.0 },
         texts = { "0", "25", "50", "75", "100" } }
   end
   return axis.linear(most * 100, "count", 5, true)
end

local function data_of(rows)
   local bars, dots = {}, {}
   for index, row in ipairs(rows) do
      local several = #row.share > 1
      bars[index] = { index, row.median * 100, several and row.share[#row.share] * 100 or nil,
         several and row.share[1] * 100 or nil }
      for nth, share in ipairs(several and #row.share <= MOST_DOTS and row.share or {}) do
         dots[#dots + 1] = { index + in_rows.jitter(nth, #row.share), share * 100, index }
      end
   end
   return gp.data {
      { title = "workers", rows = bars, columns = { "row", "median", "least", "most" } },
      { title = "each worker", rows = dots, columns = { "height", "percent", "row" } },
   }
end

local function texts_beside(sheet, rows, right_of)
   local list, line = in_rows.texts(), in_rows.line(rows, sheet)
   for index, row in ipairs(rows) do
      in_rows.add_text(list, row.value, right_of(row), row.remark and index - line / 2 or index)
      if row.remark then
         in_rows.add_text(list, row.remark, right_of(row), index + line / 2, true)
      end
   end
   return list
end

-- The share of each of `count` workers that divide one core, and that divide all cores: dotted lines with
-- their names above.
local function guides(results, count, sheet, most, at)
   local cores = math.tointeger(cores_in_use.available(results))
   local list = { at = {}, text = {} }
   local free = -math.huge
   for _, guide in ipairs { { 1, "one core" }, { cores or 0, ("%d cores"):format(cores or 0) } } do
      local share, words = guide[1] / count, ("%s shared by %d"):format(guide[2], count)
      local half = text.width(words, sheet.small) / 2
      if guide[1] > (#list.at > 0 and 1 or 0) and share < most and at(share) - half > free then
         table.insert(list.at, share * 100)
         table.insert(list.text, words)
         free = at(share) + half + sheet.small
      end
   end
   page.add(sheet, { { "guide_count", #list.at }, { "guide_at", list.at }, { "guide_text", list.text } })
   return list.at
end

-- Where the text beside a row's bars begins (percent): to the right of a guide that would cross it.
-- em: the size of its letters in percent of the axis; last: where the page ends.
local function beside(row, lines, em, last)
   local first = row.share[1] * 100 + 0.6 * em
   local x = first
   for _, line in ipairs(lines) do
      if x - 0.3 * em < line and line < x + row.width_em * em then
         x = line + 0.4 * em
      end
   end
   return x + row.width_em * em <= last and x or first
end

local function lay_out(results, rows, count, sheet)
   local top = sheet.top + sheet.small * 1.2
   sheet.plot_height = sheet.plot_bottom - top
   label_rows(rows, sheet)
   local left = sheet.edge + in_rows.wrap_names(rows, sheet) + sheet.body * 0.8
   local room = sheet.width - sheet.edge - left
   local ruler = axis_of(rows)
   local most = ruler.max / 100
   local ends = { { at = 1, width = sheet.body } }
   for index, row in ipairs(rows) do
      ends[index + 1] = { at = row.share[1] / most, width = row.width + sheet.body * 0.8 }
   end
   local width = axis.fit(room, ends)
   page.plot_area(sheet, left, left + room, top, sheet.plot_bottom)
   hover.rows(sheet, rows, top, sheet.plot_bottom)
   local lines = guides(results, count, sheet, most, function(share) return share / most * width end)
   local last = ruler.max * room / width
   local function right_of(row) return beside(row, lines, sheet.body * ruler.max / width, last) end
   page.add(sheet, in_rows.name_vars(rows, sheet))
   page.add(sheet, in_rows.text_vars(texts_beside(sheet, rows, right_of), sheet))
   page.add(sheet, { { "x_max", ruler.max }, { "x_end", last },
      { "tick_at", ruler.ticks }, { "tick_text", ruler.texts } })
end

-- Has any row dots?
local function has_dots(rows)
   for _, row in ipairs(rows) do
      if #row.share > 1 and #row.share <= MOST_DOTS then
         return true
      end
   end
   return false
end

function workers.title(results, options)
   local rows, count = rows_of(results, options or {})
   return shares.finding(results, rows, count)
end

--- Data and variables of the chart, or nil, reason and, if the run is about something else, "aside".
function workers.build(results, options, least)
   local rows, count = rows_of(results, options)
   if #rows == 0 then
      return nil, "no trial recorded the CPU time of its workers", "aside"
   elseif most_busy(rows) < (least.cores or 0) then
      return nil, "the workers used little CPU time", "aside"
   end
   local title, cells = shares.finding(results, rows, count), {}
   local shown, chosen = few.of(results, rows, function(row) return row.cell.label end, options)
   rows = shown
   for index, row in ipairs(rows) do
      cells[index] = row.cell
   end
   local sheet = page.new {
      title = title, foot = page_words.below(results), size = options.size,
      height = in_rows.height(#rows, AROUND, ROW),
      subtitle = {
         page_words.job(results), page_words.workers(cells, count),
         page_words.repeats(results, cells, "medians", true),
         "bar: the median worker, line: least to most" .. (has_dots(rows) and ", dot: a worker" or ""),
         chosen,
      },
   }
   lay_out(results, rows, count, sheet)
   page.add(sheet, style.colour_vars(rows, function(row)
      return style.of_bar(results.looks[row.cell.label])
   end))
   page.add(sheet, {
      { "row_count", #rows },
      { "x_title", "share of a core during the work (%)" },
   })
   return { name = workers.name, templates = { "style.gp", "bars.gp", "workers.gp" }, title = title,
      vars = sheet.vars, data = data_of(rows) }
end

return workers
