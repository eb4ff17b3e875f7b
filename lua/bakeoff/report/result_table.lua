--- The table of an experiment's results: one row per cell, the same on the terminal and in report.md.

local bracket = require "bakeoff.model.bracket"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local comparison = require "bakeoff.analysis.wording.comparison"
local figure = require "bakeoff.report.figure"
local numbers = require "bakeoff.base.numbers"
local relative = require "bakeoff.analysis.relative"
local relative_words = require "bakeoff.analysis.wording.relative"
local verdict = require "bakeoff.model.verdict"

local result_table = {}

local NOTHING = "–"

-- Would three digits hide the difference that is shown? Then it gets more: never "1.00× [1.00, 1.00] slower".
local function is_hidden(shown, code)
   return shown.low and shown.low > 0.995 and shown.high < 1.005 and verdict.is_difference(code)
end

-- "1.92×", "[1.85, 2.00]"; the interval is nil if there is none, or if it has no width. shown: a ratio with
-- its interval; code: of the verdict on it.
local function ratio_parts(shown, code)
   if is_hidden(shown, code) then
      return ("%.4f×"):format(shown.ratio), ("[%.4f, %.4f]"):format(shown.low, shown.high)
   end
   return numbers.ratio_estimate(shown)
end

--- "0.52× [0.50, 0.54]", for a ratio with or without an interval; and the interval, or nil.
function result_table.ratio_figure(versus)
   local ratio, interval = ratio_parts(versus, versus.verdict)
   return interval and ratio .. " " .. interval or ratio, interval
end

--- The same of a cell against its reference, as a speed. versus: from results:versus_reference.
function result_table.relative_figure(cell, versus)
   local ratio, interval = ratio_parts(relative.figure(cell, versus), versus.verdict)
   return interval and ratio .. " " .. interval or ratio, interval
end

--- "1.92× [1.85, 2.00] faster", a cell's comparison with its reference, as a cell of the table.
function result_table.relative(results, cell)
   local versus, errors = results:versus_reference(cell), results:errors_apart(cell)
   if not versus then
      return figure.new { text = comparison.with_errors("reference", errors), value = 1 }
   elseif not versus.ratio then
      return NOTHING
   end
   local shown = relative.figure(cell, versus)
   local ratio, interval = ratio_parts(shown, versus.verdict)
   local words = comparison.verdict(versus, interval ~= nil, cell.rate ~= nil)
   return figure.new { text = ratio, interval = interval, note = comparison.with_errors(words, errors),
      -- A cell that failed jobs which others did did other work, so no verdict on it is good news.
      tone = not (errors and errors.jobs) and verdict.tone(versus.verdict) or nil, value = shown.ratio }
end

--- A median as a cell: "1.20 s".
function result_table.median(summary, kind)
   return summary and figure.new { text = numbers.format(summary.median, kind), value = summary.median }
      or NOTHING
end

--- The same for a figure that may be a lower bound: "at least 1.20 s".
function result_table.at_least(summary, kind)
   local cell = result_table.median(summary, kind)
   if summary and summary.at_least then
      cell.text = "at least " .. cell.text
   end
   return cell
end

--- A median with its interval as a cell: "1.20 s [1.18, 1.25]".
function result_table.interval(summary, kind)
   if not summary then
      return NOTHING
   end
   local shown, interval = numbers.estimate(summary, kind)
   return figure.new { text = shown, interval = interval, value = summary.median }
end

--- "0", or "2 of 10"; a cell with failed trials has the tone "worse". more: words after it.
function result_table.failed(summary, more)
   local failed = summary.failed_trials
   return figure.new { text = failed == 0 and "0" or ("%d of %d"):format(failed, summary.trials), note = more,
      tone = failed > 0 and "worse" or nil, value = failed }
end

local median = result_table.median

local function pair(a, b, kind)
   return (a or b) and figure.new { text = ("%s / %s"):format(median(a, kind), median(b, kind)),
      value = (a or b).median } or NOTHING
end

local function footprint(summary)
   local above, peak = summary.footprint_above_bytes, summary.footprint_peak_bytes
   local cell = median(peak, "size")
   if peak then
      local notes = { bracket.words_of(summary) }
      notes[#notes + 1] = above and ("(+%s)"):format(numbers.format(above.median, "size"))
      cell.note = #notes > 0 and table.concat(notes, " ") or nil
   end
   return cell
end

local function failed(summary)
   local jobs = summary.jobs_failed and summary.jobs_failed.max or 0
   local lost = summary.jobs_lost and summary.jobs_lost.max or 0
   local dropped = summary.jobs_dropped and summary.jobs_dropped.max or 0
   local more = {}
   more[1] = jobs + lost > 0 and "at most " .. numbers.plural(jobs + lost, "job") or nil
   more[#more + 1] = dropped > 0 and "at most " .. numbers.plural(dropped, "dropped job") or nil
   local cell = result_table.failed(summary)
   if #more > 0 then
      local trials = summary.failed_trials == 0 and numbers.plural(0, "trial") or cell.text .. " trials"
      cell.text = trials .. ", " .. table.concat(more, ", ")
   end
   return cell
end

-- "499/s of 500/s"; only for open loops.
local function held(summary)
   local asked, achieved = summary.rate_per_s, summary.rate_achieved_per_s
   return asked and achieved and figure.new { value = achieved.median,
      text = ("%s/s of %s/s"):format(numbers.plain(achieved.median), numbers.plain(asked.median)) }
end

local function cpu(results, cell, summary)
   local time = result_table.at_least(summary.cpu_s, "time")
   local cores = cores_in_use.from_start_to_end(results, cell)
   if summary.cpu_s and cores then
      time.note = ("(%s)"):format(numbers.plain(cores.median))
   end
   return time
end

-- show(median): the median's text.
local function shown(summary, show)
   return summary and figure.new { text = show(summary.median), value = summary.median } or NOTHING
end

local function tenths(share) return ("%.1f %%"):format(share * 100) end

--- "speed vs sequential", "p99 vs threads at 500/s": what result_table.relative's cells are. If several
-- groups are compared among themselves, each group has its own reference: "vs reference".
function result_table.relative_title(results)
   local first = results.cells[1]
   for _, cell in ipairs(results.cells) do
      if cell.rate ~= first.rate then
         return relative_words.OF_SEVERAL
      end
   end
   local reference = first and results:reference(first.workers)
   return relative_words.title(reference and reference.name or "reference", first and first.rate)
end

-- The cores that one worker keeps busy are worth showing if any cell computes more than it waits, and for
-- long enough to be distinguished from the steps around it.
local WORTH_SHOWING, LONG_ENOUGH_S = 0.5, 0.01

local function has_worker_share(results)
   for _, cell in ipairs(results.cells) do
      local s = results:summary_of(cell)
      if s.worker_share and s.worker_share.median >= WORTH_SHOWING and s.work_s.median >= LONG_ENOUGH_S then
         return true
      end
   end
   return false
end

-- Every column: its title, its text for a cell (s: its summary), whether it is left out if no cell has a text
-- (optional), and whether the short table leaves it out (aside).
local function all_columns(results)
   local requests = results.manifest.form == "task" and "jobs/s" or "req/s"
   return {
      { title = "contender", cell = function(cell) return cell.name end },
      { title = "workers", right = true, cell = function(cell)
         return cell.untold and NOTHING
            or figure.new { text = ("%d"):format(cell.workers), value = cell.workers }
      end },
      { title = "total [95 %]", cell = function(_, s) return result_table.interval(s.total_s, "time") end },
      { title = result_table.relative_title(results),
         cell = function(cell) return result_table.relative(results, cell) end },
      { title = "start-up", right = true, optional = true, aside = true,
         cell = function(_, s) return median(s.startup_s, "time") end },
      { title = "work", right = true, aside = true,
         cell = function(_, s) return median(s.work_s, "time") end },
      { title = requests, right = true, optional = true, aside = true,
         cell = function(_, s) return median(s.requests_per_s, "count") end },
      { title = "p50 / p99", right = true, optional = true,
         cell = function(_, s) return pair(s.latency_p50_s, s.latency_p99_s, "time") end },
      { title = "rate held", right = true, optional = true, cell = function(_, s) return held(s) end },
      { title = "CPU (cores)", right = true, cell = function(cell, s) return cpu(results, cell, s) end },
      { title = "CPU per worker", right = true, optional = true, aside = true,
         without = not has_worker_share(results),
         cell = function(_, s) return shown(s.worker_share, numbers.percent) end },
      { title = "peak footprint (+)", right = true, cell = function(_, s) return footprint(s) end },
      { title = "connections", right = true, optional = true, aside = true,
         cell = function(_, s) return shown(s.connections, numbers.whole) end },
      { title = "sampling", right = true, aside = true,
         cell = function(_, s) return shown(s.sampling_share, tenths) end },
      { title = "failed", right = true, cell = function(_, s) return failed(s) end },
   }
end

-- The cells of one column; nil if it is left out.
local function cells_of(results, list, column)
   local cells, says_something = {}, not column.optional
   for index, cell in ipairs(list) do
      cells[index] = column.cell(cell, results:summary_of(cell)) or NOTHING
      says_something = says_something or cells[index] ~= NOTHING
   end
   return says_something and not column.without and cells or nil
end

--- Columns and rows of the table, for text_table and HTML. Rows are lists of texts and figures (figure.lua),
-- and have the cell's label.
-- Times are medians, brackets 95 % intervals. list: the cells to show (default: all); is_short: without the
-- columns that stand aside.
function result_table.rows(results, list, is_short)
   local columns, rows = {}, {}
   list = list or results.cells
   for index = 1, #list do
      rows[index] = { label = list[index].label }
   end
   for _, column in ipairs(all_columns(results)) do
      local cells = not (is_short and column.aside) and cells_of(results, list, column)
      if cells then
         columns[#columns + 1] = column
         for index, cell in ipairs(cells) do
            rows[index][#columns] = cell
         end
      end
   end
   return columns, rows
end

return result_table
