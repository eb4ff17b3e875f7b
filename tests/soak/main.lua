--- Runs script.lua with the real command, samples the bench from outside, ends it with Ctrl-C, and prints
-- whether its footprint or its descriptors grew.

local source = assert(os.getenv "BAKEOFF_SOURCE")
package.path = source .. "/tests/soak/?.lua;" .. package.path

local attach_folder = require "bakeoff.attach.folder"
local bake = require "bakeoff"
local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local results = require "bakeoff.api.results"
local run_folder = require "bakeoff.experiment.run_folder"
local slope = require "slope"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local EVERY_S = 0.5
local WARM_UP = 0.1 -- of the time: caches and the allocator fill up
local LEAST_TRIAL_S = 0.1
local PARTS = 4 -- each long enough to meet every moment of a trial
local KIB, HOUR_S = 1024, 3600

local function arguments()
   local given, at = { minutes = 30, out = "out" }, 1
   while arg[at] do
      local name = arg[at]:match "^%-%-(%a+)$"
      if not given[name] or not arg[at + 1] then
         io.stderr:write("tests/soak/run: unknown option '", arg[at], "'; see --help\n")
         os.exit(2)
      end
      given[name], at = name == "minutes" and tonumber(arg[at + 1]) or arg[at + 1], at + 2
   end
   return given
end

local function descriptors_of(pid) return #(core.list(("/proc/%d/fd"):format(pid)) or {}) end

-- Samples the process for so many seconds. → what attach_folder.write takes, list of { time, descriptors }
local function watch(pid, seconds)
   local sampler = assert(core.sampler { pid = pid, every = EVERY_S, tree = false, budget = 0.1 })
   local began, before, descriptors = core.now(), core.cpu(pid), {}
   while core.now() - began < seconds do
      if sampler:tick(0) == nil then
         error("the bench ended by itself", 0)
      end
      descriptors[#descriptors + 1] = { core.now() - began, descriptors_of(pid) }
      bake.sleep(math.max(sampler:due(), 0.01))
   end
   local after = core.cpu(pid)
   return { sampler = sampler, began = began, ended = core.now(), why = "duration", peaks = sampler:peaks(),
      user_s = after.user_s - before.user_s, system_s = after.system_s - before.system_s }, descriptors
end

-- The part after warming up.
local function later(points, seconds)
   local kept = {}
   for _, point in ipairs(points) do
      if point[1] >= WARM_UP * seconds then
         kept[#kept + 1] = point
      end
   end
   return kept
end

local function footprints_of(folder)
   local points = {}
   local lines = io.lines(folder.path .. "/memory.csv")
   local column
   do
      local at = 0
      for name in lines():gmatch "[^,]+" do
         at = at + 1
         column = name == "footprint_bytes" and at or column
      end
   end
   for line in lines do
      local values = {}
      for value in line:gmatch "([^,]*),?" do
         values[#values + 1] = value
      end
      if tonumber(values[column]) then
         points[#points + 1] = { tonumber(values[5]), tonumber(values[column]) }
      end
   end
   return points
end

-- The least value of each part: what is open between two steps of a trial. → the least, the largest of these
local function least_of_parts(points)
   local least, most = math.huge, 0
   for part = 1, PARTS do
      local lowest = math.huge
      for i = (part - 1) * #points // PARTS + 1, part * #points // PARTS do
         lowest = math.min(lowest, points[i][2])
      end
      least, most = math.min(least, lowest), math.max(most, lowest)
   end
   return least, most
end

-- Prints a line about one series. → does it grow?
local function judge(name, points, unit, divisor)
   local found = slope.of(points)
   local per_hour = HOUR_S / divisor
   local grows = found.low > 0
   local finding = grows and "GROWS" or found.high < 0 and "falls" or "no trend shown"
   print(("%-12s %+.2f %s per hour, 95 %% interval %+.2f … %+.2f: %s"):format(name, found.slope * per_hour,
      unit, found.low * per_hour, found.high * per_hour, finding))
   return grows
end

local function draw(folder)
   local run = results.load(folder.path)
   assert(run:summary())
   local drawn, problems, skipped = charts.draw(run, { only = { "memory" } })
   for _, line in ipairs(table.move(skipped, 1, #skipped, #problems + 1, problems)) do
      io.stderr:write("soak: ", line, "\n")
   end
   for _, chart in ipairs(drawn) do
      print("wrote " .. table.concat(chart.pictures, ", "))
   end
end

local function end_bench(bench)
   bench:kill "INT"
   local ended = bench:finish()
   local trials = tonumber(ended.stderr:match "interrupted: (%d+) of")
   if ended.code ~= 130 or not trials then
      error(("the bench ended with %s: %s"):format(ended.code or ended.signal, ended.stderr), 0)
   end
   return trials, #bench:members()
end

local function print_findings(given, watched, descriptors, footprints)
   local least, most = least_of_parts(descriptors)
   local means = slope.batches(footprints)
   local share = (watched.user_s + watched.system_s) / (watched.ended - watched.began)
   print(("%d trials in %.1f minutes; the bench itself used %.1f %% of one CPU; %d processes left"):format(
      watched.trials, given.minutes, 100 * share, watched.left))
   print(("footprint    %.2f MiB at first, %.2f MiB at last (means of %d batches, %d samples)"):format(
      means[1][2] / KIB ^ 2, means[#means][2] / KIB ^ 2, #means, #footprints))
   local grows = judge("footprint", footprints, "KiB", KIB)
   local more = judge("descriptors", descriptors, "descriptors", 1)
   print(("descriptors  at least %d in every quarter of the time%s"):format(least,
      least == most and "" or (", but %d in one"):format(most)))
   return not grows and not more and least == most and watched.left == 0
end

local function main()
   local given = arguments()
   local seconds = given.minutes * 60
   assert(core.mkdirs(given.out))
   local folder = run_folder.create(given.out, "soak_watched")
   local bench = support.start({ "bakeoff", "run", source .. "/tests/soak/script.lua", "--trials",
      tostring(math.ceil(seconds / LEAST_TRIAL_S)) }, given.out)
   local target = { pid = math.tointeger(tonumber(bench.pid)), label = "bakeoff run",
      argv = { "bakeoff", "run", "script.lua" } }
   local ok, watched, descriptors = pcall(function()
      local rows = given.out .. "/out/soak"
      support.wait_for("the first trials", function() return #support.trials(rows) >= 8 end)
      return watch(target.pid, seconds)
   end)
   local trials, left = end_bench(bench)
   assert(ok, watched)
   watched.trials, watched.left = trials, left
   attach_folder.write(folder, target, watched, { name = "soak_watched", every = EVERY_S,
      command = { "tests/soak/run" } })
   local is_good = print_findings(given, watched, later(descriptors, seconds),
      later(footprints_of(folder), seconds))
   draw(folder)
   os.exit(is_good)
end

main()
