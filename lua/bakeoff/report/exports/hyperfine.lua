--- Results of any experiment as JSON with the fields of hyperfine's exports, so that hyperfine's scripts can
-- read it. It adds the footprint of the whole process tree, which hyperfine doesn't have. A contender that is
-- not a program appears under its name, with its worker count as the parameter `workers`.

local cell_type = require "bakeoff.model.cell"
local cells = require "bakeoff.report.exports.cells"
local failed_jobs = require "bakeoff.model.failures"
local failure_list = require "bakeoff.report.failures"
local json = require "bakeoff.base.json"
local metrics = require "bakeoff.model.metrics"
local parameters = require "bakeoff.model.parameters"
local readings = require "bakeoff.model.readings"
local stats = require "bakeoff.stats"

local hyperfine = {}

local RESULT_KEYS = { "command", "label", "mean", "stddev", "median", "user", "system", "min", "max", "times",
   "memory_usage_byte", "exit_codes", "parameters", "failed_runs", "failures", "memory" }
local MEMORY_KEYS = { "footprint_peak_bytes", "footprint_peak_high_bytes", "processes_peak" }
local MEMORY_AND_FLAGS = { "footprint_peak_bytes", "footprint_peak_high_bytes", "footprint_peak_high_unknown",
   "processes_peak" }

local function values(trials, read)
   local list = json.array {}
   for _, trial in ipairs(trials) do
      list[#list + 1] = read(trial)
   end
   return list
end

local function memory_of(trials, metric)
   return values(trials, function(trial)
      local value = metrics.reader(metric)(trial)
      return value and math.tointeger(value) or nil
   end)
end

-- A trial killed by a signal has no exit code: null.
local function exit_codes(trials)
   return values(trials, function(trial)
      local code = (trial.exit or {}).code
      return code and math.tointeger(code) or json.null
   end)
end

-- Medians with intervals of the memory that the process tree used.
local function memory_summary(trials)
   local memory = {}
   for _, metric in ipairs(MEMORY_KEYS) do
      memory[metric] = stats.summary(memory_of(trials, metric))
   end
   local open = values(trials, function(trial) return readings.is_peak_open(trial) or nil end)
   memory.footprint_peak_high_unknown = #open > 0 or nil
   return next(memory) and json.ordered(MEMORY_AND_FLAGS, memory) or nil
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

local function result_of(cell, manifest)
   local good = cell_type.good(cell)
   local times = values(good, function(trial) return trial.total_s end)
   local result = numbers_of(good, times)
   result.command, result.label = cells.command(cell, manifest), cell.label
   result.times, result.exit_codes = times, exit_codes(good)
   result.memory_usage_byte = memory_of(good, "footprint_peak_bytes")
   result.parameters = parameters.by_name(cells.parameters(cell, manifest))
   result.failed_runs = #cell.trials - #good
   local failures = failed_jobs.of { cell }
   result.failures = #failures > 0 and failure_list.written(failures) or nil
   result.memory = memory_summary(good)
   return json.ordered(RESULT_KEYS, result)
end

-- The fields are present even if no trial succeeded.
local function with_nulls(result)
   for _, field in ipairs { "mean", "stddev", "median", "user", "system", "min", "max" } do
      if result[field] == nil then
         result[field] = json.null
      end
   end
   return result
end

--- Adds the results of an experiment to a list.
function hyperfine.add(list, results)
   for _, cell in ipairs(cells.of(results)) do
      list[#list + 1] = with_nulls(result_of(cell, results.manifest))
   end
end

--- The text for a list of results, all cells one after the other.
function hyperfine.text(runs)
   local list = json.array {}
   for _, results in ipairs(runs) do
      hyperfine.add(list, results)
   end
   return json.encode({ results = list }, { pretty = true })
end

return hyperfine
