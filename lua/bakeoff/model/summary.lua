--- What a cell's trials come to: medians with intervals, and the verdict against the reference.
-- Only trials that ended well give times; the others are counted, with their reasons.

local cell_type = require "bakeoff.model.cell"
local stats = require "bakeoff.stats"
local json = require "bakeoff.base.json"
local verdict = require "bakeoff.model.verdict"

local summary = {}

local function field(...)
   local path = { ... }
   return function(trial)
      local value = trial
      for _, name in ipairs(path) do
         value = type(value) == "table" and value[name] or nil
      end
      return type(value) == "number" and value or nil
   end
end

local function cpu_seconds(trial)
   local cpu = trial.cpu
   return cpu and cpu.user_s and cpu.system_s and cpu.user_s + cpu.system_s or nil
end

-- Cores that the workers kept busy, all together, while they worked: the chart `workers` and its verdict.
-- What one of them had (worker_share, the row's own median) is the table's column "CPU per worker". The sum
-- can't be had from it: workers need not have equal shares.
local function worker_cores(trial)
   local list, work = (trial.cpu or {}).workers_s, trial.work_s
   if type(list) ~= "table" or #list == 0 or not (work and work > 0) then
      return nil
   end
   local sum = 0.0
   for _, seconds in ipairs(list) do
      sum = sum + seconds
   end
   return sum / work
end

-- CPU time of the sampler beside the running phases, as a share of their time. What it reads at their
-- borders, while the trial waits, delays nothing; it stands in the rows (probe_paused_cpu_s).
local function sampling_share(trial)
   local memory, total = trial.memory or {}, trial.total_s
   local spent = memory.probe_cpu_s or memory.probe_s
   return spent and total and total > 0 and (spent - (memory.probe_paused_cpu_s or 0)) / total or nil
end

-- A program that was over before a second sample, and too small for the kernel's own peak to tell it from
-- the process that started it (src/trial/guard.c), has shown next to nothing of its memory.
local function is_unseen(trial)
   local memory = trial.memory or {}
   return trial.exit and (memory.samples or 0) <= 1
      and (memory.footprint_peak_bytes or 0) <= (memory.rss_peak_bytes or 0)
end

local function footprint_peak(trial)
   return not is_unseen(trial) and (trial.memory or {}).footprint_peak_bytes or nil
end

-- None where nothing was sampled.
local function processes_peak(trial)
   local count = (trial.memory or {}).processes_peak
   return count and count > 0 and count or nil
end

-- In an open loop the rate says how long a trial takes: its total time tells nothing about the contender.
local function of_closed_loops(read)
   return function(trial) return not trial.rate_per_s and read(trial) or nil end
end

--- name → function of a trial that returns a number or nil.
summary.METRICS = {
   total_s = of_closed_loops(field("total_s")),
   setup_s = field("setup_s"),
   startup_s = field("startup_s"),
   work_s = field("work_s"),
   requests_per_s = field("requests_per_s"),
   latency_p50_s = field("latency_s", "p50"),
   latency_p99_s = field("latency_s", "p99"),
   loop_lag_p99_s = field("loop_lag_s", "p99"),
   loop_lag_max_s = field("loop_lag_s", "max"),
   rate_per_s = field("rate_per_s"),
   rate_achieved_per_s = field("rate_achieved_per_s"),
   cpu_s = cpu_seconds,
   user_s = field("cpu", "user_s"),
   system_s = field("cpu", "system_s"),
   cores_used = field("cpu", "cores_used"),
   worker_share = field("cpu", "worker_share_median"),
   worker_cores = worker_cores,
   footprint_peak_bytes = footprint_peak,
   footprint_baseline_bytes = field("memory", "footprint_baseline_bytes"),
   footprint_above_bytes = function(trial)
      local memory = trial.memory or {}
      local peak, baseline = memory.footprint_peak_bytes, memory.footprint_baseline_bytes
      return peak and baseline and peak - baseline or nil
   end,
   processes_peak = processes_peak,
   sampling_share = sampling_share,
   connections = field("connections"),
   in_flight_peak = field("in_flight_peak"),
   jobs_failed = field("jobs", "failed"),
   jobs_lost = field("jobs", "lost"),
   jobs_dropped = field("jobs", "dropped"),
}

local CELL_KEYS = {
   "contender", "label", "workers", "trials", "failed_trials", "reasons", "total_s", "vs_reference",
   "outliers", "setup_s", "startup_s", "work_s", "requests_per_s", "latency_p50_s", "latency_p99_s",
   "loop_lag_p99_s", "loop_lag_max_s", "cpu_s", "user_s", "system_s", "cores_used", "worker_share",
   "worker_cores", "footprint_peak_bytes", "footprint_baseline_bytes", "footprint_above_bytes",
   "processes_peak", "sampling_share", "connections", "in_flight_peak", "jobs_failed", "jobs_lost",
   "jobs_dropped", "rate_per_s", "rate_achieved_per_s",
}
local NUMBER_KEYS = { "n", "median", "low", "high", "method", "mad", "min", "max" }
local RATIO_KEYS = { "verdict", "verdict_code", "ratio", "low", "high", "method", "pairs", "p", "p_family" }

--- Values of a metric over a cell's good trials, in the order they ran.
function summary.values(cell, metric) return cell_type.values(cell, summary.METRICS[metric]) end

--- block → value, for pairing.
function summary.by_block(cell, metric) return cell_type.by_block(cell, summary.METRICS[metric]) end

local function reasons(cell)
   local counts, list = {}, json.array {}
   for _, trial in ipairs(cell.trials) do
      if trial.status ~= "ok" then
         local reason = trial.reason or trial.status
         if not counts[reason] then
            list[#list + 1] = reason
         end
         counts[reason] = (counts[reason] or 0) + 1
      end
   end
   return list
end

--- Summary of one cell, without the comparison: every metric that was recorded.
function summary.cell(cell, seed)
   local result = json.ordered(CELL_KEYS, {
      contender = cell.contender, label = cell.label, workers = cell.workers,
      trials = #cell.trials, failed_trials = cell_type.failed(cell), reasons = reasons(cell),
   })
   for metric in pairs(summary.METRICS) do
      local numbers = stats.summary(summary.values(cell, metric), seed)
      result[metric] = numbers and json.ordered(NUMBER_KEYS, numbers)
   end
   return result
end

--- How cell a compares with cell b in a metric (less is better), paired by block: see stats.compare.
function summary.compare(a, b, metric, seed)
   return stats.compare(summary.by_block(a, metric), summary.by_block(b, metric), seed)
end

--- A comparison as summary.json has it; nil for nil.
function summary.written(comparison) return verdict.written(comparison, RATIO_KEYS) end

return summary
