--- What processor and kernel counted, as a table: the medians of each cell. Only for runs that asked for it.

local cell_type = require "bakeoff.model.cell"
local figure = require "bakeoff.report.figure"
local metrics = require "bakeoff.model.metrics"
local numbers = require "bakeoff.base.numbers"

local counters = { NAMES = { "instructions", "cycles", "branch_misses", "cache_misses", "page_faults" } }

local NOTHING = "–"

local function cell_figure(summary)
   return summary and figure.new { text = numbers.format(summary.median, "count"), value = summary.median,
      interval = (numbers.span(summary.low or summary.median, summary.high or summary.median)) } or NOTHING
end

-- The counters that any cell has.
local function present(results)
   local names = {}
   for _, name in ipairs(counters.NAMES) do
      local is_there = false
      for _, cell in ipairs(results.cells) do
         is_there = is_there or results:summary_of(cell)[name] ~= nil
      end
      names[#names + 1] = is_there and name or nil
   end
   return names
end

local NO_TURN = "other events had the processor's counters all the time"

-- "Not available here: instructions, cycles (this machine has no such counter …)." has: names of the counters
-- that any cell has.
local function missing(environment, has)
   local by_reason, reasons = {}, {}
   for _, one in ipairs(environment.counters or {}) do
      if not (one.available and has[one.name]) then
         local reason = one.available and NO_TURN or one.reason or "no reason is known"
         reasons[#reasons + 1] = not by_reason[reason] and reason or nil
         by_reason[reason] = by_reason[reason] or {}
         table.insert(by_reason[reason], (one.name:gsub("_", " ")))
      end
   end
   local parts = {}
   for index, reason in ipairs(reasons) do
      parts[index] = ("%s (%s)"):format(numbers.list(by_reason[reason]), reason)
   end
   return #parts > 0 and ("Not available here: %s."):format(table.concat(parts, "; ")) or nil
end

-- Where events outnumber the processor's counters, they take turns, and each row has the smallest share.
local function estimated(results)
   local least = 1
   for _, row in ipairs(results:rows()) do
      least = math.min(least, (row.counters or {}).counted_share or 1)
   end
   return least < 1 and (" They are estimates: the processor has fewer counters than there are events, which"
      .. " took turns. Each was counted for at least %d %% of the time, and scaled to all of it."):format(
      math.floor(least * 100)) or ""
end

--- → columns, rows of the table; nil if no trial has counters
function counters.table(results, names)
   if #names == 0 then
      return nil
   end
   local columns, rows = { { title = "contender" } }, {}
   for index, name in ipairs(names) do
      columns[index + 1] = { title = metrics.get(name).title, right = true }
   end
   for place, cell in ipairs(results.cells) do
      rows[place] = { cell_type.short(cell) }
      for index, name in ipairs(names) do
         rows[place][index + 1] = cell_figure(results:summary_of(cell)[name])
      end
   end
   return columns, rows
end

--- The section of the report; false for a run that didn't ask for counters.
function counters.section(results)
   if results.manifest.counters ~= true then
      return false
   end
   local names, has = present(results), {}
   for _, name in ipairs(names) do
      has[name] = true
   end
   local columns, rows = counters.table(results, names)
   local blocks = {}
   blocks[1] = columns and { kind = "table", columns = columns, rows = rows, keys = 1 } or nil
   local said = missing(results.manifest.environment or {}, has)
   blocks[#blocks + 1] = said and { kind = "text", text = said } or nil
   blocks[#blocks + 1] = columns and { kind = "text", text = "Medians of the trials, in user mode, of all"
      .. " processes of a trial from its set-up to its end." .. estimated(results) } or nil
   return { id = "counters", title = "Counters", blocks = blocks, folded = true }
end

return counters
