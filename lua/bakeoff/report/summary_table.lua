--- The table of the terminal's summary: the best cell of each contender, the fastest first, with bars. It
-- fits into any width: long names are cut in their middle, columns are left out before any figure is cut.

local columns_of_text = require "bakeoff.base.columns"
local figure = require "bakeoff.report.figure"
local numbers = require "bakeoff.base.numbers"
local result_table = require "bakeoff.report.result_table"
local select = require "bakeoff.model.select"
local shorten = require "bakeoff.base.shorten"
local text_table = require "bakeoff.base.text_table"
local verdict = require "bakeoff.model.verdict"
local words = require "bakeoff.analysis.wording.summary"

local summary_table = {}

local NOTHING = "–"
local BAR, LEAST_BAR = 8, 4 -- columns of the longest bar, if there is room and if there is hardly any
local EIGHTHS = { "▏", "▎", "▍", "▌", "▋", "▊", "▉" }

local function bar(share, size)
   local eighths = math.max(math.floor(share * size * 8 + 0.5), 1)
   return ("█"):rep(eighths // 8) .. (EIGHTHS[eighths % 8] or "")
end

local function speed_cell(row)
   if not row.speed then
      return NOTHING
   end
   local shown = row.speed == 1 and "1×" or numbers.ratio(row.speed) .. "×"
   local did_other_work = row.errors and row.errors.jobs
   local tone = not did_other_work and row.code and verdict.tone(row.code) or nil
   return figure.new { text = shown, tone = tone }
end

-- "75.0–92.3", in the unit of the median beside it.
local function interval_cell(one, kind)
   if not (one and one.low) then
      return NOTHING
   end
   local divisor = numbers.unit(one.median, kind)
   return ("%s–%s"):format(numbers.plain(one.low / divisor), numbers.plain(one.high / divisor))
end

local function failed_cell(row)
   local errors, parts = row.errors, {}
   if not errors then
      return NOTHING
   end
   parts[1] = errors.jobs and numbers.percent(errors.jobs, 2) .. " of jobs" or nil
   parts[#parts + 1] = errors.trials and ("%d of %s"):format(errors.failed,
      numbers.plural(errors.trials, "trial")) or nil
   return figure.new { text = table.concat(parts, ", "), tone = "worse" }
end

local function name_cell(row) return row.tied and words.marked(row.shown) or row.shown end

local function of_median(field, kind)
   return function(_, s) return s[field] and numbers.format(s[field].median, kind) or NOTHING end
end

local function workers_cell(row) return row.cell.untold and NOTHING or ("%d"):format(row.cell.workers) end

local function cpu_cell(row, s)
   return row.cell.untold and s.cpu_s and result_table.at_least(s.cpu_s, "time") or NOTHING
end

-- The ranks of the columns that compare rows.
local SPEED, BARS = 2, 6

-- Each column: its title, its text for a row (s: the cell's summary), and its rank: if the table is too wide,
-- the column with the highest is left out first; bars get shorter before. A column that says nothing is left
-- out, too. Where there are only open loops, p99 takes the place of the total time; where there are some, it
-- is as important.
local function columns_of(fastest, is_open, has_open)
   local function bar_cell(row, _, column)
      return row.speed and bar(row.speed / fastest, column.size) or NOTHING
   end
   local function interval(_, s) return interval_cell(s[is_open and "latency_p99_s" or "total_s"], "time") end
   local total = { title = "total", right = true, rank = 1, cell = of_median("total_s", "time") }
   local p99 = { title = "p99", right = true, rank = is_open and 1 or has_open and 1.5 or 8,
      cell = of_median("latency_p99_s", "time") }
   return {
      { title = "", cell = name_cell, rank = 0 },
      { title = "workers", right = true, rank = 4, cell = workers_cell },
      is_open and p99 or total,
      { title = "95 %", rank = 5, cell = interval },
      { title = "speed", right = true, rank = SPEED, cell = speed_cell },
      { title = "", rank = BARS, cell = bar_cell, size = BAR },
      { title = "CPU", right = true, rank = 7, cell = cpu_cell },
      is_open and total or p99,
      { title = "memory", right = true, rank = 3, cell = of_median("footprint_peak_bytes", "size") },
      { title = "failed", right = true, rank = 1, cell = failed_cell },
   }
end

local function fastest_of(rows)
   local fastest = 0
   for _, row in ipairs(rows) do
      fastest = math.max(fastest, row.speed or 0)
   end
   return fastest
end

-- The texts of a column; nil if it says nothing.
local function cells_of(results, rows, column)
   local cells, says_something = {}, false
   for index, row in ipairs(rows) do
      cells[index] = column.cell(row, results:summary_of(row.cell), column)
      says_something = says_something or cells[index] ~= NOTHING
   end
   return says_something and cells or nil
end

-- Is there anything to compare?
local function has_speeds(rows)
   local count = 0
   for _, row in ipairs(rows) do
      count = count + (row.speed and 1 or 0)
   end
   return count > 1
end

-- The columns that say something: { column, cells }.
local function filled(results, rows)
   local list, compared = {}, has_speeds(rows)
   local is_open = rows[1] ~= nil and select.is_open(rows[1].cell) -- closed loops come first
   local has_open = is_open or rows[1] ~= nil and select.is_open(rows[#rows].cell)
   for _, column in ipairs(columns_of(fastest_of(rows), is_open, has_open)) do
      local compares = column.rank == SPEED or column.rank == BARS
      local cells = (compared or not compares) and cells_of(results, rows, column)
      list[#list + 1] = cells and { column = column, cells = cells } or nil
   end
   return list
end

local function as_table(list, count)
   local columns, rows = {}, {}
   for index, entry in ipairs(list) do
      columns[index] = entry.column
      for row = 1, count do
         rows[row] = rows[row] or {}
         rows[row][index] = entry.cells[row]
      end
   end
   return columns, rows
end

-- Makes bars shorter, or leaves out the column with the highest rank; false if only names are left.
local function narrow(results, rows, list)
   local worst
   for index, entry in ipairs(list) do
      worst = (not worst or entry.column.rank > list[worst].column.rank) and index or worst
   end
   local entry = list[worst]
   if entry.column.size and entry.column.size > LEAST_BAR then
      entry.column.size = entry.column.size - 1
      entry.cells = cells_of(results, rows, entry.column)
      return true
   end
   return entry.column.rank > 1 and table.remove(list, worst) ~= nil
end

local SHARE_OF_NAMES = 0.4 -- of the width
local LEAST_FOR_NAMES = 24 -- columns; where there are less, long names have lines of their own

-- Sets what is shown of each row's name, so that it and its mark take at most `room` columns.
local function shorten_names(rows, room)
   local names, mark = {}, columns_of_text.width(words.marked "")
   for index, row in ipairs(rows) do
      names[index] = row.cell.name
   end
   local shown = shorten.apart(names, room - mark, columns_of_text.width)
   for _, row in ipairs(rows) do
      row.shown = shown[row.cell.name]
   end
end

-- The names on lines of their own, each above its figures.
local function stacked(rows, list, options)
   table.remove(list, 1)
   shorten_names(rows, options.width)
   local columns, cells = as_table(list, #rows)
   local lines, of_rows = {}, text_table.terminal(columns, cells, { colour = options.colour })
   lines[1] = "   " .. of_rows[1]
   for index, row in ipairs(rows) do
      lines[#lines + 1] = name_cell(row)
      lines[#lines + 1] = "   " .. of_rows[index + 1]
   end
   return lines
end

--- Lines of the table. rows: from analysis/best.lua; options: width (columns), colour.
function summary_table.lines(results, rows, options)
   shorten_names(rows, math.huge)
   local list, count, how = filled(results, rows), #rows, { colour = options.colour }
   local columns, cells = as_table(list, count)
   if text_table.width(columns, cells) > options.width then
      local room = math.floor(SHARE_OF_NAMES * options.width)
      shorten_names(rows, room >= LEAST_FOR_NAMES and room or options.width)
      list = filled(results, rows)
      columns, cells = as_table(list, count)
   end
   while text_table.width(columns, cells) > options.width do
      if not narrow(results, rows, list) then
         return stacked(rows, list, options)
      end
      columns, cells = as_table(list, count)
   end
   return text_table.terminal(columns, cells, how)
end

return summary_table
