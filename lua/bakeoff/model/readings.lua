--- How figures are read from a row of trials.jsonl: functions of a trial that return a number, or nil where
-- the row has no such figure.

local readings = {}

--- The number at a path of fields: field("latency_s", "p50").
function readings.field(...)
   local path = { ... }
   return function(trial)
      local value = trial
      for _, name in ipairs(path) do
         value = type(value) == "table" and value[name] or nil
      end
      return type(value) == "number" and value or nil
   end
end

--- `read`, for closed loops only. In an open loop the rate determines how long a trial takes, so its total
-- time says nothing about the contender.
function readings.of_closed_loops(read)
   return function(trial) return not trial.rate_per_s and read(trial) or nil end
end

--- User and system time together, with that of children which the kernel reaped itself (`unreaped_s`, known
-- from samples).
function readings.cpu_seconds(trial)
   local cpu = trial.cpu
   return cpu and cpu.user_s and cpu.system_s and cpu.user_s + cpu.system_s + (cpu.unreaped_s or 0) or nil
end

--- Is its CPU time only a lower bound? Nobody knows all CPU time of children that the kernel reaps itself,
-- because their parent ignores SIGCHLD.
function readings.is_cpu_least(trial)
   local cpu = trial.cpu or {}
   return cpu.at_least == true or cpu.unreaped_s ~= nil
end

--- What it can have been at most, if it is a lower bound: all processors, all the time (`high_s`; rows from
-- before there was that field don't tell).
function readings.cpu_seconds_high(trial)
   local seconds = readings.cpu_seconds(trial)
   return seconds and readings.is_cpu_least(trial) and (trial.cpu.high_s or math.huge) or nil
end

--- The same as cores.
function readings.cores_high(trial)
   local high, seconds = readings.cpu_seconds_high(trial), readings.cpu_seconds(trial)
   local cores = (trial.cpu or {}).cores_used
   return high and cores and seconds > 0 and cores * high / seconds or nil
end

--- A part of the CPU time; nil where some of the time is known as a whole only.
function readings.part_of_cpu(name)
   return function(trial)
      local cpu = trial.cpu
      return cpu and not cpu.unreaped_s and cpu[name] or nil
   end
end

--- Cores that all workers together kept busy while they worked: for the chart `workers` and its verdict.
-- The share of a single worker (worker_share, the row's own median) is the table's column "CPU per worker".
-- The sum can't be computed from it, because workers need not have equal shares.
function readings.worker_cores(trial)
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

--- The sampler's CPU time during the running phases, as a share of their duration. What it reads between
-- phases, while the trial waits, delays nothing; rows record that separately (probe_paused_cpu_s).
function readings.sampling_share(trial)
   local memory, total = trial.memory or {}, trial.total_s
   local spent = memory.probe_cpu_s or memory.probe_s
   return spent and total and total > 0 and (spent - (memory.probe_paused_cpu_s or 0)) / total or nil
end

-- Does the kernel know the peak of one of its processes? It doesn't if that is no larger than the peak of the
-- process that started it (src/trial/program). Rows from before there was the field tell it only where that
-- was more than samples saw.
local function is_peak_known(memory)
   return memory.kernel_peak_bytes ~= nil
      or (memory.footprint_peak_bytes or 0) > (memory.rss_peak_bytes or 0)
end

-- A program that exited before a second sample was taken, and whose peak the kernel doesn't know: next to
-- nothing is known of its memory. What the kernel knows of one trial, it knows of the others, so chance has
-- no say in which trials count.
local function is_unseen(trial)
   local memory = trial.memory or {}
   return trial.exit and (memory.samples or 0) <= 1 and not is_peak_known(memory)
end

--- Nil for a program that exited before it could be sampled.
function readings.footprint_peak(trial)
   return not is_unseen(trial) and (trial.memory or {}).footprint_peak_bytes or nil
end

--- What it is at most. Nil for rows from before there were brackets.
function readings.footprint_peak_high(trial)
   return not is_unseen(trial) and (trial.memory or {}).footprint_peak_high_bytes or nil
end

--- Is nothing known of what it is at most, because page faults of the tree were not all counted?
function readings.is_peak_open(trial) return (trial.memory or {}).footprint_peak_high_unknown == true end

local function above_baseline(trial, peak_name)
   local memory = trial.memory or {}
   local peak, baseline = memory[peak_name], memory.footprint_baseline_bytes
   return peak and baseline and peak - baseline or nil
end

--- Both above the baseline.
function readings.footprint_above(trial) return above_baseline(trial, "footprint_peak_bytes") end

function readings.footprint_above_high(trial) return above_baseline(trial, "footprint_peak_high_bytes") end

--- Nil where nothing was sampled.
function readings.processes_peak(trial)
   local count = (trial.memory or {}).processes_peak
   return count and count > 0 and count or nil
end

return readings
