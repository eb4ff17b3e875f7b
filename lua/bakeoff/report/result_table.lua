--- The table of an experiment's results: one row per cell, the same on the terminal and in report.md.

local numbers = require "bakeoff.base.numbers"

local result_table = {}

local NOTHING = "–"

-- A difference that three digits would not show gets a fourth: never "1.00× [1.00, 1.00] slower".
local function ratio_number(versus)
   local is_close = versus.low and (versus.low > 0.995 and versus.high < 1.005)
   return is_close and versus.verdict ~= "no difference shown"
      and function(value) return ("%.4f"):format(value) end or numbers.plain
end

--- "0.52× [0.50, 0.54]", of a ratio with or without an interval.
function result_table.ratio_figure(versus)
   local interval, shown = "", ratio_number(versus)
   if versus.low then
      interval = (" [%s, %s]"):format(shown(versus.low), shown(versus.high))
   end
   return ("%s×%s"):format(shown(versus.ratio), interval)
end

--- "0.52× [0.50, 0.54] faster"; versus: of results:versus_reference. of_p99: what is compared.
function result_table.ratio_text(versus, of_p99)
   if not versus then
      return "reference"
   elseif not versus.ratio then
      return NOTHING
   end
   return ("%s %s%s"):format(result_table.ratio_figure(versus), versus.verdict, of_p99 and " at p99" or "")
end

local function median(summary, kind) return summary and numbers.format(summary.median, kind) or NOTHING end

local function pair(a, b, kind)
   return (a or b) and median(a, kind) .. " / " .. median(b, kind) or NOTHING
end

local function footprint_text(summary)
   local above = summary.footprint_above_bytes
   local peak = median(summary.footprint_peak_bytes, "size")
   return above and ("%s (+%s)"):format(peak, numbers.format(above.median, "size")) or peak
end

local function failed_text(summary)
   local failed = summary.failed_trials
   local text = failed == 0 and "0" or ("%d of %d"):format(failed, summary.trials)
   local jobs = summary.jobs_failed and summary.jobs_failed.max or 0
   local lost = summary.jobs_lost and summary.jobs_lost.max or 0
   local dropped = summary.jobs_dropped and summary.jobs_dropped.max or 0
   text = jobs + lost > 0 and ("%s, jobs up to %d"):format(text, jobs + lost) or text
   return dropped > 0 and ("%s, dropped up to %d"):format(text, dropped) or text
end

-- "499/s of 500/s"; only of open loops.
local function held_text(summary)
   local asked, held = summary.rate_per_s, summary.rate_achieved_per_s
   return asked and held and ("%s/s of %s/s"):format(numbers.plain(held.median), numbers.plain(asked.median))
end

local function cpu_text(summary)
   if not summary.cpu_s then
      return NOTHING
   end
   local cores = summary.cores_used and (" (%s)"):format(numbers.plain(summary.cores_used.median)) or ""
   return median(summary.cpu_s, "time") .. cores
end

local function share(summary)
   return summary and ("%.1f %%"):format(summary.median * 100) or NOTHING
end

-- Of several groups that are compared among themselves, each has a reference of its own.
local function reference_title(results)
   for _, cell in ipairs(results.cells) do
      if cell.rate ~= results.cells[1].rate then
         return "vs reference"
      end
   end
   local reference = results.cells[1] and results:reference(results.cells[1].workers)
   return "vs " .. (reference and reference.name or "reference")
end

-- Cores that one worker keeps busy say something where any cell computes more than it waits, and for long
-- enough to be told from the steps around it.
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

-- Every column: its title, what it says of a cell (s: its summary), its colour, and whether it is left out
-- where it says nothing of any cell.
local function all_columns(results)
   return {
      { title = "contender", text = function(cell) return cell.name end },
      { title = "workers", right = true,
         text = function(cell) return cell.untold and NOTHING or ("%d"):format(cell.workers) end },
      { title = "total [95 %]", text = function(_, s) return numbers.interval(s.total_s, "time") end },
      { title = reference_title(results),
         text = function(cell) return result_table.ratio_text(results:versus_reference(cell), cell.rate) end,
         colour = function(cell) return (results:versus_reference(cell) or {}).verdict end },
      { title = "start-up", right = true, optional = true,
         text = function(_, s) return median(s.startup_s, "time") end },
      { title = "work", right = true, text = function(_, s) return median(s.work_s, "time") end },
      { title = results.manifest.form == "task" and "jobs/s" or "req/s", right = true, optional = true,
         text = function(_, s) return median(s.requests_per_s, "count") end },
      { title = "p50 / p99", right = true, optional = true,
         text = function(_, s) return pair(s.latency_p50_s, s.latency_p99_s, "time") end },
      { title = "rate held", right = true, optional = true, text = function(_, s) return held_text(s) end },
      { title = "CPU (cores)", right = true, text = function(_, s) return cpu_text(s) end },
      { title = "CPU per worker", right = true, optional = true, without = not has_worker_share(results),
         text = function(_, s)
            return s.worker_share and ("%.0f %%"):format(s.worker_share.median * 100)
         end },
      { title = "peak footprint (+)", right = true, text = function(_, s) return footprint_text(s) end },
      { title = "connections", right = true, optional = true,
         text = function(_, s) return s.connections and ("%.0f"):format(s.connections.median) end },
      { title = "sampling", right = true, text = function(_, s) return share(s.sampling_share) end },
      { title = "failed", right = true, text = function(_, s) return failed_text(s) end,
         colour = function(_, s) return s.failed_trials > 0 and "slower" or nil end },
   }
end

-- The texts of one column; nil where it is to be left out.
local function texts_of(results, column)
   local texts, says_something = {}, not column.optional
   for index, cell in ipairs(results.cells) do
      texts[index] = column.text(cell, results:summary_of(cell)) or NOTHING
      says_something = says_something or texts[index]:find("%w")
   end
   return says_something and not column.without and texts or nil
end

--- Columns and rows of the table, for text_table. Times are medians, brackets 95 % intervals.
function result_table.rows(results)
   local columns, rows = {}, {}
   for index = 1, #results.cells do
      rows[index] = { colours = {} }
   end
   for _, column in ipairs(all_columns(results)) do
      local texts = texts_of(results, column)
      if texts then
         columns[#columns + 1] = column
         for index, cell in ipairs(results.cells) do
            rows[index][#columns] = texts[index]
            rows[index].colours[#columns] = column.colour and column.colour(cell, results:summary_of(cell))
         end
      end
   end
   return columns, rows
end

return result_table
