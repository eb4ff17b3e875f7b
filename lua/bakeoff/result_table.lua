--- The table of an experiment's results: one row per cell, the same on the terminal and in report.md.

local numbers = require "bakeoff.numbers"

local result_table = {}

--- "0.52× [0.50, 0.54] faster"; versus: of results:versus_reference.
function result_table.ratio_text(versus)
   if not versus then
      return "reference"
   elseif not versus.ratio then
      return "–"
   end
   local interval = ""
   if versus.low then
      interval = (" [%s, %s]"):format(numbers.plain(versus.low), numbers.plain(versus.high))
   end
   return ("%s×%s %s"):format(numbers.plain(versus.ratio), interval, versus.verdict)
end

local function median(summary, kind) return summary and numbers.format(summary.median, kind) or "–" end

local function pair(a, b, kind) return median(a, kind) .. " / " .. median(b, kind) end

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
   return jobs + lost > 0 and ("%s, jobs up to %d"):format(text, jobs + lost) or text
end

local function cpu_text(summary)
   if not summary.cpu_s then
      return "–"
   end
   local cores = summary.cores_used and (" (%s)"):format(numbers.plain(summary.cores_used.median)) or ""
   return median(summary.cpu_s, "time") .. cores
end

local function share(summary)
   return summary and ("%.1f %%"):format(summary.median * 100) or "–"
end

local function reference_title(results)
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

-- After the column of CPU time.
local SHARE_COLUMN = 9

local function add_worker_share(results, columns, rows)
   table.insert(columns, SHARE_COLUMN, { title = "CPU per worker", right = true })
   for index, cell in ipairs(results.cells) do
      local found = results:summary_of(cell).worker_share
      table.insert(rows[index], SHARE_COLUMN, found and ("%.0f %%"):format(found.median * 100) or "–")
      local colours = rows[index].colours
      colours[13], colours[12] = colours[12], nil
   end
end

--- Columns and rows of the table, for text_table. Times are medians, brackets 95 % intervals.
function result_table.rows(results)
   local columns = {
      { title = "contender" }, { title = "workers", right = true }, { title = "total [95 %]" },
      { title = reference_title(results) }, { title = "work", right = true },
      { title = results.manifest.form == "task" and "jobs/s" or "req/s", right = true },
      { title = "p50 / p99", right = true }, { title = "CPU (cores)", right = true },
      { title = "peak footprint (+)", right = true }, { title = "connections", right = true },
      { title = "sampling", right = true }, { title = "failed", right = true },
   }
   local rows = {}
   for index, cell in ipairs(results.cells) do
      local s, versus = results:summary_of(cell), results:versus_reference(cell)
      rows[index] = {
         cell.name, ("%d"):format(cell.workers), numbers.interval(s.total_s, "time"),
         result_table.ratio_text(versus), median(s.work_s, "time"), median(s.requests_per_s, "count"),
         pair(s.latency_p50_s, s.latency_p99_s, "time"), cpu_text(s), footprint_text(s),
         s.connections and ("%.0f"):format(s.connections.median) or "–", share(s.sampling_share),
         failed_text(s),
         colours = { [4] = versus and versus.verdict, [12] = s.failed_trials > 0 and "slower" },
      }
   end
   if has_worker_share(results) then
      add_worker_share(results, columns, rows)
   end
   return columns, rows
end

return result_table
