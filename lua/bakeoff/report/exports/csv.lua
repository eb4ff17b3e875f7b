--- Results as CSV (RFC 4180): one line per cell with all its figures. Suffixes of names give the unit (_s
-- seconds, _bytes, _per_s); a plain name is the median, with _low and _high its 95 % interval, and _mad, _min
-- and _max of the trials. Unknown values are empty.

local cells = require "bakeoff.report.exports.cells"
local csv_lines = require "bakeoff.base.csv"
local failed_jobs = require "bakeoff.model.failures"
local failure_list = require "bakeoff.report.failures"
local metrics = require "bakeoff.model.metrics"
local summaries = require "bakeoff.model.summary"

local csv = {}

local FIGURES = { { "", "median" }, { "_low", "low" }, { "_high", "high" }, { "_mad", "mad" },
   { "_min", "min" }, { "_max", "max" } }

-- A spreadsheet would compute a text that begins like a formula, and a label may come from anyone.
local function without_formula(value) return value:find("^[=+@\t\r-]") and "'" .. value or value end

local function field(value)
   if type(value) == "number" then
      value = math.tointeger(value) and math.abs(value) < 2 ^ 53 and ("%d"):format(math.tointeger(value))
         or ("%.9g"):format(value)
   else
      value = without_formula(tostring(value == nil and "" or value))
   end
   return csv_lines.field(value)
end

local METRICS = table.move(metrics.IN_SUMMARY, 1, #metrics.IN_SUMMARY, 1, {})
table.sort(METRICS)

local FIRST = { "experiment", "contender", "label", "command", "workers", "trials", "failed_trials",
   "verdict", "verdict_code", "ratio", "ratio_low", "ratio_high" }

local LAST = { "failed_jobs", "failures" }

local function first_fields(results, cell)
   local summary, versus = results:summary_of(cell), summaries.written(results:versus_reference(cell)) or {}
   return { results.manifest.experiment, cell.contender, cell.label, cells.command(cell, results.manifest),
      not cell.untold and cell.workers or nil, summary.trials, summary.failed_trials, versus.verdict,
      versus.verdict_code, versus.ratio, versus.low, versus.high }
end

-- name → text; adds new names to the list.
local function parameters(results, cell, names)
   local found = {}
   for _, pair in ipairs(cells.parameters(cell, results.manifest)) do
      local name = "parameter_" .. pair[1]
      if not names[name] and pair[1] ~= "workers" then
         names[name], names[#names + 1] = true, name
      end
      found[name] = pair[2]
   end
   return found
end

local function rows_of(runs, names)
   local rows = {}
   for _, results in ipairs(runs) do
      for _, cell in ipairs(cells.of(results)) do
         rows[#rows + 1] = { results = results, cell = cell, parameters = parameters(results, cell, names) }
      end
   end
   return rows
end

local function header(names)
   local list = table.move(FIRST, 1, #FIRST, 1, {})
   for _, name in ipairs(names) do
      list[#list + 1] = field(name)
   end
   for _, metric in ipairs(METRICS) do
      for _, figure in ipairs(FIGURES) do
         list[#list + 1] = metric .. figure[1]
      end
   end
   return table.move(LAST, 1, #LAST, #list + 1, list)
end

local function line_of(row, names)
   local parts, given = {}, first_fields(row.results, row.cell)
   for index = 1, #FIRST do
      parts[index] = field(given[index])
   end
   for _, name in ipairs(names) do
      parts[#parts + 1] = field(row.parameters[name])
   end
   local summary = row.results:summary_of(row.cell)
   for _, metric in ipairs(METRICS) do
      for _, figure in ipairs(FIGURES) do
         parts[#parts + 1] = field((summary[metric] or {})[figure[2]])
      end
   end
   parts[#parts + 1] = field((failed_jobs.counts { row.cell }))
   parts[#parts + 1] = field(failure_list.field(failed_jobs.of { row.cell }))
   return table.concat(parts, ",")
end

--- The text for a list of results.
function csv.text(runs)
   local names = {}
   local rows = rows_of(runs, names)
   local lines = { table.concat(header(names), ",") }
   for index, row in ipairs(rows) do
      lines[index + 1] = line_of(row, names)
   end
   return table.concat(lines, "\n") .. "\n"
end

return csv
