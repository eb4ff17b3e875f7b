--- What a report of programs shows, which are known only from outside: the table, how it was measured, and
-- the answer to "how much memory does this take, children included?".

local bracket = require "bakeoff.model.bracket"
local figure = require "bakeoff.report.figure"
local numbers = require "bakeoff.base.numbers"
local result_table = require "bakeoff.report.result_table"

local command_report = {}

--- Is this an experiment of programs only, without items?
function command_report.is_for(results) return results.manifest.form == "command" end

-- "4", or "3 to 4" if trials differ. summary: of counts.
local function range_text(summary)
   local least, most = numbers.whole(summary.min), numbers.whole(summary.max)
   return least == most and most or ("%s to %s"):format(least, most)
end

-- "0", or "0 ×8, 1 ×2", or "signal 9"; over all trials, including failed ones.
local function exits_of(cell)
   local counts, order = {}, {}
   for _, trial in ipairs(cell.trials) do
      local exit = trial.exit or {}
      local how = exit.code and ("%d"):format(exit.code)
         or exit.stopped and ("stopped by signal %d"):format(exit.stopped)
         or exit.signal and ("signal %d"):format(exit.signal)
      if how and not counts[how] then
         order[#order + 1] = how
      end
      counts[how or ""] = (counts[how or ""] or 0) + 1
   end
   table.sort(order)
   for index, how in ipairs(order) do
      order[index] = #order > 1 and ("%s ×%d"):format(how, counts[how]) or how
   end
   return #order > 0 and table.concat(order, ", ") or "–"
end

-- What samples saw of children that the kernel reaped itself is not divided into user and system time.
local function cpu_user(_, summary)
   if summary.user_s or not summary.cpu_s then
      return result_table.at_least(summary.user_s, "time")
   end
   local cell = result_table.at_least(summary.cpu_s, "time")
   cell.note = "with system"
   return cell
end

-- { title, right aligned?, cell(cell, summary), the text for which a column is left out if all cells have
-- it }
local COLUMNS = {
   { "time [95 %]", false, function(_, s) return result_table.interval(s.total_s, "time") end },
   { nil, false, function(cell, _, results) return result_table.relative(results, cell) end },
   { "CPU user", true, cpu_user },
   { "CPU system", true, function(_, s) return result_table.at_least(s.system_s, "time") end },
   { "peak footprint [95 %]", false,
      function(_, s)
         local cell = result_table.interval(s.footprint_peak_bytes, "size")
         if s.footprint_peak_bytes then
            cell.note = bracket.words_of(s)
         end
         return cell
      end },
   { "processes", true, function(_, s) return s.processes_peak and figure.new {
      text = range_text(s.processes_peak), value = s.processes_peak.max } or "–" end },
   { "start-up", true, function(_, s) return result_table.median(s.startup_s, "time") end, "–" },
   { "exit codes", false, exits_of, "0" },
   { "failed", true, function(_, s) return result_table.failed(s) end },
}

local function cells_of(results, list, column)
   local cells, any = {}, not column[4]
   for index, cell in ipairs(list) do
      cells[index] = column[3](cell, results:summary_of(cell), results)
      any = any or cells[index] ~= column[4]
   end
   return any and cells
end

--- Columns and rows, in the form of result_table.rows. list: the cells to show (default: all).
function command_report.rows(results, list)
   local columns, rows = { { title = "command" } }, {}
   list = list or results.cells
   for index, cell in ipairs(list) do
      rows[index] = { cell.name, label = cell.label }
   end
   for _, column in ipairs(COLUMNS) do
      local cells = cells_of(results, list, column)
      if cells then
         local title = column[1] or result_table.relative_title(results)
         columns[#columns + 1] = { title = title, right = column[2] }
         for index, row in ipairs(rows) do
            row[#columns] = cells[index]
         end
      end
   end
   return columns, rows
end

local function processes(summary)
   local count = summary and math.floor(summary.max + 0.5)
   return not count and "" or count == 1 and ", 1 process" or (", at most %d processes at once"):format(count)
end

local function with_space(words) return words and " " .. words or "" end

-- " in 3 of 10 trials", if the others ended before they could be sampled.
local function counted(summary)
   local count, succeeded = summary.footprint_peak_bytes.n, summary.trials - summary.failed_trials
   return count < succeeded and (" in %d of %d trials"):format(count, succeeded) or ""
end

--- One line per command.
function command_report.memory_lines(results)
   local lines = {}
   for _, cell in ipairs(results.cells) do
      local s = results:summary_of(cell)
      if s.footprint_peak_bytes then
         lines[#lines + 1] = ("peak memory of %s and its children: %s%s%s%s"):format(
            cell.name, numbers.interval(s.footprint_peak_bytes, "size"), with_space(bracket.words_of(s)),
            counted(s), processes(s.processes_peak))
      elseif s.failed_trials < s.trials then
         lines[#lines + 1] = ("peak memory of %s: unknown, since it ends before it can be sampled")
            :format(cell.name)
      end
   end
   return lines
end

--- How it was measured, as items of a list for the report.
function command_report.measured(results)
   local manifest = results.manifest
   return {
      ("%s of every command in interleaved blocks (seed %d), after %s; each starts the program anew.")
         :format(numbers.plural(manifest.repeats or 0, "repeat"), results.seed,
         numbers.plural(manifest.warmup or 0, "warm-up trial")),
      "Times are medians from the start of the program to its end; brackets are 95 % intervals from order"
         .. " statistics; ratios are paired within blocks. Below six repeats there is no interval and"
         .. " no verdict; an interval without width is left out. CPU time is that of the program and of all"
         .. " its children.",
      "Footprint: memory that the program and all its children would need alone (private pages plus the"
         .. " largest shared part). A peak followed by 'at most' may have been that much higher between two"
         .. " readings of several processes. Start-up: an empty run of the same program; not part of the"
         .. " time.",
   }
end

return command_report
