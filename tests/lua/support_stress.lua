--- Run folders that are hard to draw: values of many sizes, long and many labels, equal values, failed
-- trials; and those of support_stress_more.lua.

local activity = require "support_activity"
local more = require "support_stress_more"
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

--- A run as `bakeoff exec --scan` leaves it. cells: list of { label, time = in seconds, parameters = { {
-- name, value } … } or nil }; fields: others of runs.make.
function stress.scanned(cells, fields)
   local contenders, time_of = {}, {}
   for index, cell in ipairs(cells) do
      contenders[index], time_of[cell.label] = { "command", label = cell.label }, cell.time
   end
   local spec = { contenders = contenders, workers = { 1 }, repeats = 10, items = 1, form = "command",
      job = "run programs", change = function(trial)
         local time = time_of[trial.label] * (1 + 0.002 * ((trial.block * 7 + #trial.label) % 5 - 2))
         trial.total_s, trial.work_s, trial.setup_s = time, time, 0
         trial.phases = { work_start_s = 0, work_end_s = time, end_s = time }
      end, manifest = function(manifest)
         manifest.command, manifest.conditions = { "bakeoff", "exec", "--", "program" }, ""
         for index, planned in ipairs(manifest.cells) do
            planned.untold, planned.options = true, { parameters = cells[index].parameters }
         end
      end }
   for name, value in pairs(fields or {}) do
      spec[name] = value
   end
   return spec
end

local function scan_of(name, values, time, label)
   local cells = {}
   for index, value in ipairs(values) do
      cells[index] = { label = label:format(value), time = time(index, value),
         parameters = { { name, tostring(value) } } }
   end
   return cells
end

local SIZES = { "4k", "64k", "1M", "16M", "256M" }

local function several_scans()
   local all = { { label = "gzip -6 file", time = 0.09 } }
   for number = 1, 9 do
      local label = ("a program with a long name, number %d, with %%s threads"):format(number)
      for _, cell in ipairs(scan_of("threads", { 1, 2, 3, 4, 8 }, function(_, value)
         return (2 + number / 3) / value / 10
      end, label)) do
         all[#all + 1] = cell
      end
   end
   return all
end

local function plane(first, second, time)
   local cells = {}
   for _, n in ipairs(first) do
      for _, m in ipairs(second) do
         cells[#cells + 1] = { label = ("program (n=%s m=%s)"):format(n, m), time = time(n, m),
            parameters = { { "n", tostring(n) }, { "m", tostring(m) } } }
      end
   end
   return cells
end

local function up_to(count)
   local list = {}
   for index = 1, count do
      list[index] = index
   end
   return list
end

stress.RUNS.scan_sizes = stress.scanned(scan_of("bs", SIZES, function(index) return 3 / 9 ^ index end,
   "dd bs=%s"))
stress.RUNS.scan_several = stress.scanned(several_scans())
stress.RUNS.scan_many = stress.scanned(scan_of("n", up_to(40),
   function(index) return 0.1 + (index - 17) ^ 2 / 500 end, "program -n %d"))
stress.RUNS.plane = stress.scanned(plane({ 1, 2, 4, 8 }, { 16, 64, 256 }, function(n, m)
   return 0.1 + math.abs(n - 4) / 20 + m / 1e4
end))
stress.RUNS.wide_plane = stress.scanned(plane(up_to(24), { 1000, 2000, 4000, 800000 }, function(n, m)
   return n * m / 1e8
end), { repeats = 6 })

for name, spec in pairs(more) do
   stress.RUNS[name] = spec
end

--- The path of one of these runs.
function stress.make(name)
   local spec = {}
   for key, value in pairs(stress.RUNS[name]) do
      spec[key] = value
   end
   local dir = runs.make(spec)
   return spec.form == "command" and dir -- programs have no jobs on record
      or activity.add(dir, math.max(spec.items or 0, 20))
end

return stress
