--- The registry of charts: one entry each, in the order of reports, of `plot --only` and of its help.
-- A new chart is a file beside this one (README.md) and an entry here.
--
-- The fields of an entry:
--   name         the name of the module and of the pictures; the module has its titles and axis texts
--   group        the heading under which reports show it
--   about        the chart's caption
--   programs     true: also suits runs of `bakeoff exec`
--   watched      true: also suits runs of `bakeoff attach`
--   open_loops   true: also suits runs of open loops only (their rate fixes how long they take)
--   only_asked   true: drawn only when asked for
--   finding      true: its title can be the run's finding, which also heads the report
--   least        what a run needs for the chart to be drawn unasked; the module counts it
--   window       true: `--window` chooses the part of the time that it shows
--   terminal     true: shown in a terminal by default
--   own          true: drawn from a script's table (bake.chart), not from a run
--   of_two       true: drawn from two runs (bakeoff compare --chart)

local stats = require "bakeoff.stats"

local registry = {}

local TIME, LATENCY, TRIAL, MEMORY, WORKERS =
   "Times in detail", "Latency", "Inside one trial", "Memory", "Scaling"

-- The groups in the order of reports. First come the charts that answer most readers' questions.
local GROUPS = { WORKERS, LATENCY, TRIAL, MEMORY, TIME }

--- The two charts that a report begins with: of each list, the first that was drawn. Where a number was
-- varied, the time over that number says more than a bar per value.
registry.FIRST = { { "scan", "speed", "latency", "memory" }, { "quadrant", "footprint" } }

--- The group that the report's table of scaling belongs to.
registry.SCALING = WORKERS

local ENTRIES = {
   { name = "speed", group = TIME, about = "median total time", programs = true, terminal = true,
      finding = true },
   { name = "scan", group = TIME, about = "total time over a scanned number", programs = true,
      terminal = true, least = { values = 3 } }, -- two bars show as much
   { name = "ratio", group = TIME, about = "speed against the reference, with intervals",
      programs = true, least = { repeats = stats.FEWEST } },
   { name = "distribution", group = TIME, about = "every trial, relative to its contender's median",
      programs = true, least = { repeats = 10 } },
   { name = "quadrant", group = TIME, about = "time against memory", programs = true,
      least = { points = 3 } }, -- two bars show as much as two points
   { name = "latency", group = LATENCY, about = "percentiles of the jobs' latencies", open_loops = true,
      finding = true, least = { jobs = 100 } },
   { name = "timeline", group = TRIAL, about = "waiting and work of each worker",
      open_loops = true, window = true },
   { name = "inflight", group = TRIAL, about = "jobs in flight over time", open_loops = true, window = true },
   { name = "cpu", group = TRIAL, about = "cores in use over time", open_loops = true, window = true },
   { name = "memory", group = MEMORY, about = "footprint over time", programs = true, watched = true,
      open_loops = true, terminal = true },
   { name = "memory_processes", group = MEMORY, about = "who holds what of the footprint", programs = true,
      watched = true, open_loops = true },
   { name = "footprint", group = MEMORY, about = "peak memory", programs = true, open_loops = true },
   { name = "memory_workers", group = MEMORY, about = "peak memory against workers", open_loops = true },
   { name = "scaling", group = WORKERS, about = "total time against workers", terminal = true },
   { name = "speedup", group = WORKERS, about = "speed-up against workers" },
   { name = "efficiency", group = WORKERS, about = "work per worker compared with one worker alone",
      only_asked = true }, -- speed-up tells the same
   { name = "workers", group = WORKERS, about = "CPU of each worker", open_loops = true,
      least = { cores = 0.5 } }, -- of all workers together: below, a run is about waiting
   { name = "cores", group = WORKERS, about = "cores kept busy", open_loops = true, only_asked = true },
   { name = "order", about = "submission against completion", own = true },
   { name = "groups", about = "several experiments side by side", own = true },
   { name = "differences", about = "two runs, cell by cell", of_two = true },
}

local BY_NAME = {}
for _, entry in ipairs(ENTRIES) do
   BY_NAME[entry.name] = entry
end

--- Names of the charts for which `wanted(entry)` is true, in the registry's order.
function registry.names(wanted)
   local names = {}
   for _, entry in ipairs(ENTRIES) do
      names[#names + 1] = wanted(entry) and entry.name or nil
   end
   return names
end

--- Charts of runs, charts of a script's own, and both: all that a folder can be drawn with.
registry.OF_RUNS = registry.names(function(entry) return not (entry.own or entry.of_two) end)
registry.OWN = registry.names(function(entry) return entry.own end)
registry.OF_FOLDERS = registry.names(function(entry) return not entry.of_two end)

--- The entry of a chart, or nil.
function registry.entry(name) return BY_NAME[name] end

--- The chart's module, loaded on first use. name: of an entry.
function registry.module(name) return require("bakeoff.charts." .. BY_NAME[name].name) end

--- Names of the charts that suit a run. form: the manifest's; is_timed: false if all loops are open.
function registry.suitable(form, is_timed)
   return registry.names(function(entry)
      if form == "attach" then
         return entry.watched
      elseif form == "command" then
         return entry.programs
      end
      return not (entry.own or entry.of_two) and (is_timed or entry.open_loops)
   end)
end

--- The groups of a report: { { heading, names = {…} }, … }.
function registry.groups()
   local groups = {}
   for index, heading in ipairs(GROUPS) do
      groups[index] = { heading = heading, names = registry.names(function(entry)
         return entry.group == heading and not entry.own
      end) }
   end
   return groups
end

return registry
