--- Results of commands for other programs: JSON and CSV with the fields of hyperfine's exports (its
-- scripts read them), and what it doesn't have added: the footprint of the whole process tree.

local command_report = require "bakeoff.report.programs"
local json = require "bakeoff.base.json"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.results.summary"
local text_table = require "bakeoff.base.table"

local exports = {}

local RESULT_KEYS = { "command", "label", "mean", "stddev", "median", "user", "system", "min", "max", "times",
   "memory_usage_byte", "exit_codes", "parameters", "failed_runs", "memory" }
local MEMORY_KEYS = { "footprint_peak_bytes", "processes_peak" }

local function values(trials, read)
   local list = json.array {}
   for _, trial in ipairs(trials) do
      list[#list + 1] = read(trial)
   end
   return list
end

local function memory_of(trials, metric)
   return values(trials, function(trial)
      local value = summaries.METRICS[metric](trial)
      return value and math.tointeger(value) or nil
   end)
end

-- Killed by a signal: no exit code, which is written as null.
local function exit_codes(trials)
   return values(trials, function(trial)
      local code = (trial.exit or {}).code
      return code and math.tointeger(code) or json.null
   end)
end

local function parameters_of(known)
   if not known or #known.parameters == 0 then
      return nil
   end
   local names, object = {}, {}
   for index, pair in ipairs(known.parameters) do
      names[index], object[pair[1]] = pair[1], pair[2]
   end
   return json.ordered(names, object)
end

-- Medians with intervals of what memory the tree took.
local function memory_summary(trials, seed)
   local memory = {}
   for _, metric in ipairs(MEMORY_KEYS) do
      memory[metric] = stats.summary(memory_of(trials, metric), seed)
   end
   return next(memory) and json.ordered(MEMORY_KEYS, memory) or nil
end

local function numbers_of(trials, times)
   local function mean(field)
      return stats.mean(values(trials, function(trial) return (trial.cpu or {})[field] end))
   end
   return {
      mean = stats.mean(times), stddev = stats.deviation(times), median = stats.median(times),
      user = mean "user_s", system = mean "system_s", min = stats.quantile(times, 0),
      max = stats.quantile(times, 1),
   }
end

local function result_of(cell, known, seed)
   local good = summaries.good(cell)
   local times = values(good, function(trial) return trial.total_s end)
   local result = numbers_of(good, times)
   result.command, result.label = known and known.command or cell.label, cell.label
   result.times, result.exit_codes = times, exit_codes(good)
   result.memory_usage_byte = memory_of(good, "footprint_peak_bytes")
   result.parameters, result.failed_runs = parameters_of(known), #cell.trials - #good
   result.memory = memory_summary(good, seed)
   return json.ordered(RESULT_KEYS, result)
end

-- Fields are there also where nothing succeeded.
local function with_nulls(result)
   for _, field in ipairs { "mean", "stddev", "median", "user", "system", "min", "max" } do
      if result[field] == nil then
         result[field] = json.null
      end
   end
   return result
end

--- results: see results; known: label → { command =, parameters = { { name, value }, … } }. → JSON text
function exports.json(results, known)
   local list = json.array {}
   for index, cell in ipairs(results.cells) do
      list[index] = with_nulls(result_of(cell, known[cell.label], results.seed))
   end
   return json.encode({ results = list }, { pretty = true })
end

local function csv_field(value)
   if type(value) == "number" then
      value = math.type(value) == "integer" and ("%d"):format(value) or ("%.9g"):format(value)
   end
   value = tostring(value == nil and "" or value)
   return value:find('[,"\r\n]') and '"' .. value:gsub('"', '""') .. '"' or value
end

-- Names of all parameters, in their order.
local function parameter_names(results, known)
   local names, seen = {}, {}
   for _, cell in ipairs(results.cells) do
      for _, pair in ipairs((known[cell.label] or { parameters = {} }).parameters) do
         if not seen[pair[1]] then
            names[#names + 1], seen[pair[1]] = pair[1], true
         end
      end
   end
   return names
end

local COLUMNS = { "command", "mean", "stddev", "median", "user", "system", "min", "max" }

local function csv_line(fields, count)
   local parts = {}
   for index = 1, count do
      parts[index] = csv_field(fields[index])
   end
   return table.concat(parts, ",") .. "\n"
end

local function csv_header(parameters)
   local header = table.move(COLUMNS, 1, #COLUMNS, 1, {})
   for _, name in ipairs(parameters) do
      header[#header + 1] = "parameter_" .. name
   end
   return table.move({ "footprint_peak_bytes", "processes_peak", "failed_runs" }, 1, 3, #header + 1, header)
end

local function median_of(result, field)
   local summary = (result.memory or {})[field]
   return summary and summary.median
end

--- The same as CSV: a line per command, parameters in columns of their own.
function exports.csv(results, known)
   local parameters = parameter_names(results, known)
   local header = csv_header(parameters)
   local lines = { csv_line(header, #header) }
   for _, cell in ipairs(results.cells) do
      local result, fields = result_of(cell, known[cell.label], results.seed), {}
      for index, name in ipairs(COLUMNS) do
         fields[index] = result[name]
      end
      for index, name in ipairs(parameters) do
         fields[#COLUMNS + index] = (result.parameters or {})[name]
      end
      local at = #COLUMNS + #parameters
      fields[at + 1] = median_of(result, "footprint_peak_bytes")
      fields[at + 2] = median_of(result, "processes_peak")
      fields[at + 3] = result.failed_runs
      lines[#lines + 1] = csv_line(fields, #header)
   end
   return table.concat(lines)
end

--- The table of the report as Markdown.
function exports.md(results)
   local columns, rows = command_report.rows(results)
   return table.concat(text_table.markdown(columns, rows), "\n") .. "\n"
end

return exports
