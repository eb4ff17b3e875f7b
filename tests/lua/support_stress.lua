--- Run folders that are hard to draw: values of many sizes, long and many labels, equal values, failed
-- trials.

local activity = require "support_activity"
local runs = require "support_runs"

local stress = {}

local MIB, GIB = 1024 ^ 2, 1024 ^ 3

-- A run whose contender number n takes time(n) seconds and size(n) bytes, give or take a little.
local function sized(count, time, size, label)
   local contenders, number_of = {}, {}
   for index = 1, count do
      local name = label and label(index) or ("no. %d"):format(index)
      contenders[index], number_of[name] = { "threads", label = name }, index
   end
   return { contenders = contenders, workers = { 4 }, repeats = 10, items = 10, change = function(trial)
      local n = number_of[trial.label]
      local noise = 1 + 0.01 * ((trial.block * 7 + n * 3) % 5 - 2)
      local peak = math.floor(size(n))
      trial.total_s, trial.setup_s, trial.teardown_s = time(n) * noise, time(n) * 0.02, time(n) * 0.01
      trial.work_s = time(n) * noise * 0.97
      trial.phases = { work_start_s = time(n) * 0.02, work_end_s = time(n) * 0.9, end_s = time(n) }
      trial.memory.footprint_peak_bytes, trial.memory.footprint_baseline_bytes = peak, peak // 2
   end }
end

local function long_label(n) return ("a contender with a really long name, its variant %d"):format(n) end

local function words(n) return ("%s (%d of many)"):format(("wide "):rep(n % 5 + 1), n) end

local function with_failures(trial)
   if trial.label == "threads" and trial.block == 3 then
      trial.status, trial.reason, trial.total_s = "failed", "exit code 3", nil
   elseif trial.label == "processes" then
      trial.status, trial.reason, trial.total_s = "failed", "timeout after 5 min", nil
   end
end

local counts = {}
for count = 1, 30 do
   counts[count] = count < 11 and count or count * count // 8
end

--- name → spec of runs.make.
stress.RUNS = {
   usual = {},
   orders = sized(7, function(n) return 1e-4 * 10 ^ n end, function(n) return 2e6 * 4 ^ n end),
   extremes = sized(3, function(n) return ({ 1e-9, 0.02, 36000 })[n] end,
      function(n) return ({ 4096, 20 * MIB, 100 * GIB })[n] end),
   hours = sized(3, function(n) return (8 + n) * 3600 end,
      function(n) return (90 + 10 * n) * GIB end),
   nanoseconds = sized(3, function(n) return n * 1e-9 end, function(n) return n * 4096 end),
   identical = sized(4, function() return 0.5 end, function() return 4096 * 1000 end),
   long = sized(12, function(n) return 0.1 + n / 300 end, function(n) return (20 + n) * MIB end,
      long_label),
   crowded = sized(24, function(n) return 0.2 + n / 1e4 end, function(n) return (20 + n / 10) * MIB end,
      words),
   many = sized(80, function(n) return 0.1 + n / 1e3 end, function(n) return (20 + n) * MIB end),
   one_long = sized(2, function(n) return n end, function(n) return n * MIB * 9 end,
      function(n) return ("x"):rep(80 * n) end),
   counts = { workers = counts, repeats = 6 },
   failures = { change = with_failures, workers = { 4 } },
   seven = { contenders = runs.SEVEN, repeats = 6 },
}

--- The path of one of these runs.
function stress.make(name)
   local spec = {}
   for key, value in pairs(stress.RUNS[name]) do
      spec[key] = value
   end
   return activity.add(runs.make(spec), 20)
end

return stress
