--- Compares `bakeoff exec` with hyperfine on the shortest program there is: the time that each reports for a
-- run of `true`, and the time that each tool takes for all runs.

local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local measure = require "measure"
local stats = require "bakeoff.stats"

local against_hyperfine = {}

local WARMUP = "3"

local function timed(argv)
   local start = core.now()
   measure.output(argv)
   return core.now() - start
end

local function values_of(times, wall_s)
   local sum = 0.0
   for _, time in ipairs(times) do
      sum = sum + time
   end
   return { median_s = stats.median(times), mean_s = sum / #times, wall_s = wall_s,
      around_s = (wall_s - sum) / #times, runs = #times }
end

local function bakeoff_side(runs, folder)
   local program = measure.program "bakeoff"
   return { name = "bakeoff exec", run = function()
      local wall = timed { program, "exec", "--no-chart", "--warmup", WARMUP, "--repeats", tostring(runs),
         "--out", folder, "--", "true" }
      local times = {}
      for line in io.lines(folder .. "/exec/trials.jsonl") do
         times[#times + 1] = json.decode(line).total_s
      end
      core.remove_tree(folder)
      return values_of(times, wall)
   end }
end

local function hyperfine_side(runs, folder)
   local path = folder .. ".json"
   return { name = "hyperfine", run = function()
      local wall = timed { "hyperfine", "--shell=none", "--warmup", WARMUP, "--runs", tostring(runs),
         "--export-json", path, "true" }
      local file <close> = assert(io.open(path))
      local times = json.decode(file:read "a").results[1].times
      os.remove(path)
      return values_of(times, wall)
   end }
end

local function line_of(results, field, what, limit, unit)
   local seen = measure.ratio(results["bakeoff exec"], results.hyperfine, field)
   return { what = "exec true / hyperfine: " .. what, unit = "×", value = seen.value, low = seen.low,
      high = seen.high, blocks = seen.blocks, at_most = limit, a = seen.a, b = seen.b,
      detail = ("bakeoff %.1f %s, hyperfine %.1f %s"):format(seen.a.median * unit.per_s, unit.name,
         seen.b.median * unit.per_s, unit.name) }
end

local MICROSECONDS, MILLISECONDS = { per_s = 1e6, name = "µs" }, { per_s = 1e3, name = "ms" }

--- Returns lines; or nil and the reason why it can't run.
function against_hyperfine.exec(settings, keep)
   if not core.program_find "hyperfine" then
      return nil, "hyperfine is missing; scripts/setup --bench installs it"
   end
   local runs, folder = math.max(settings.requests // 100, 10), os.tmpname()
   os.remove(folder)
   local sides = { bakeoff_side(runs, folder), hyperfine_side(runs, folder) }
   local results = measure.blocks(settings.blocks, sides, keep)
   local wall = line_of(results, "wall_s", "wall time of the tool", nil, MILLISECONDS)
   local around = measure.median(results["bakeoff exec"], "around_s")
   wall.detail = ("%s for %d runs; beside the runs, bakeoff needs %.2f ms for each, start and report included"
      ):format(wall.detail, runs, around.value * 1e3)
   return {
      line_of(results, "median_s", "time of a run, median", 1.01, MICROSECONDS),
      line_of(results, "mean_s", "time of a run, mean", 1.01, MICROSECONDS), wall,
   }
end

return against_hyperfine
