--- The figures that gates and comparisons speak of: their names, kinds, which way is better, and how they are
-- read from a trial. `bakeoff compare --metric` and `results:gate` know the same ones.

local failure = require "bakeoff.base.failure"
local summary = require "bakeoff.model.summary"
local text = require "bakeoff.base.text"

local metrics = {}

-- kind: unit of the figure (see numbers.lua; "rate" is per second). words: the verdict where the figure is
-- smaller, and where it is larger; better: which of them one wants, nil where neither is.
local TIME = { kind = "time", words = { "faster", "slower" }, better = "less" }
local USE = { kind = "time", words = { "less", "more" }, better = "less" }
local SIZE = { kind = "size", words = { "less", "more" }, better = "less" }
local RATE = { kind = "rate", words = { "slower", "faster" }, better = "more" }
local COUNT = { kind = "count", words = { "fewer", "more" } }

local function nested(group, name)
   return function(trial)
      local value = type(trial[group]) == "table" and trial[group][name]
      return type(value) == "number" and value or nil
   end
end

-- name, title, nature, other names, how it is read (default: as summary.lua does)
local LIST = {
   { "total_s", "total time", TIME, { "total", "time" } },
   { "work_s", "time of the work", TIME, { "work" } },
   { "setup_s", "set-up time", TIME, { "setup" } },
   { "startup_s", "start-up time", TIME, { "startup" } },
   { "requests_per_s", "requests/s", RATE, { "requests", "jobs_per_s" } },
   { "loop_lag_p99_s", "loop lag, p99", TIME, { "loop_lag", "loop_lag_p99" } },
   { "loop_lag_max_s", "loop lag at most", TIME, { "loop_lag_max" } },
   { "cpu_s", "CPU time", USE, { "cpu" } },
   { "user_s", "user CPU time", USE, { "user" } },
   { "system_s", "system CPU time", USE, { "system" } },
   { "cores_used", "cores in use", COUNT },
   { "footprint_peak_bytes", "peak footprint", SIZE, { "footprint_peak", "memory", "footprint" } },
   { "footprint_above_bytes", "peak footprint above baseline", SIZE, { "footprint_above" } },
   { "footprint_baseline_bytes", "footprint before the start", SIZE, { "footprint_baseline" } },
   { "processes_peak", "processes at once", COUNT },
   { "rate_achieved_per_s", "achieved rate", RATE, { "rate_achieved" } },
   { "jobs_dropped", "jobs dropped", { kind = "count", words = { "fewer", "more" }, better = "less" } },
   { "connections", "connections", COUNT },
   { "in_flight_peak", "jobs in flight at the peak", COUNT },
   { "bytes", "bytes of the jobs", { kind = "size", words = { "less", "more" } }, nil,
      function(trial) return type(trial.bytes) == "number" and trial.bytes or nil end },
}
for _, group in ipairs { { "latency_s", "latency" }, { "queue_s", "queue" },
   { "service_s", "service" } } do
   for _, quantile in ipairs { "p50", "p90", "p99", "p999", "max" } do
      local name = ("%s_%s"):format(group[2], quantile)
      LIST[#LIST + 1] = { name .. "_s", ("%s of a job, %s"):format(group[2], quantile), TIME, { name },
         nested(group[1], quantile) }
   end
end

local known = {}
metrics.NAMES = {}
for _, entry in ipairs(LIST) do
   local metric = { name = entry[1], title = entry[2], kind = entry[3].kind, words = entry[3].words,
      better = entry[3].better, read = entry[5] or summary.METRICS[entry[1]] }
   metrics.NAMES[#metrics.NAMES + 1] = metric.name
   known[metric.name] = metric
   for _, alias in ipairs(entry[4] or {}) do
      known[alias] = metric
   end
end

--- { name, title, kind, words, better, read(trial) } by name or other name; nil where there is none.
function metrics.get(name) return known[name] end

--- What to write instead of an unknown name: "; did you mean 'total_s'?", or all there are. `more`: further
-- names that are known there.
function metrics.advice(name, more)
   local names, first = text.sorted_keys(known), more or {}
   local suggestion = text.suggestion(name, table.move(first, 1, #first, #names + 1, names))
   if suggestion ~= "" then
      return suggestion
   end
   local all = table.move(first, 1, #first, 1, {})
   return "; there are: " .. table.concat(table.move(metrics.NAMES, 1, #metrics.NAMES, #all + 1, all), ", ")
end

--- As get, but raises (usage) for what is unknown; `argument` is named in the message.
function metrics.check(name, argument)
   return known[name] or failure.usage("%s: '%s' is no figure%s", argument, text.shown(name),
      metrics.advice(name))
end

return metrics
