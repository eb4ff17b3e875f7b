--- What a report does once for all its charts and sizes: reading a run's files, starting gnuplot.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local activity = require "support_activity"
local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local kept = require "bakeoff.runs.kept"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local trial_lines = require "bakeoff.runs.trial_lines"

TestKept = {}

function TestKept.tearDown() runs.clear() end

function TestKept.test_other_trials_are_read_again()
   local run, count = { dir = "there" }, 0
   local function read(dir, wanted)
      count = count + 1
      return { dir, wanted }
   end
   local first = kept.of(run, "jobs", { a = true, b = true }, read)
   lu.assertEquals(first, { "there", { a = true, b = true } })
   lu.assertIs(kept.of(run, "jobs", { b = true, a = true }, read), first)
   lu.assertEquals(count, 1)
   lu.assertEquals(kept.of(run, "jobs", { a = true }, read), { "there", { a = true } })
   kept.of(run, "other", { a = true }, read)
   lu.assertEquals(count, 3)
end

function TestKept.test_two_sizes_of_all_charts_read_each_file_once()
   local run = results.load(activity.add(runs.make { repeats = 6, workers = { 4 } }, 20))
   local each, times = trial_lines.each, {}
   trial_lines.each = function(path, ...)
      local name = path:match "[^/]*$"
      times[name] = (times[name] or 0) + 1
      return each(path, ...)
   end
   local built = {}
   for _, size in ipairs { "page", "column" } do
      for _, chart in ipairs((charts.build_all(run, { size = size }))) do
         built[chart.name] = (built[chart.name] or 0) + 1
      end
   end
   trial_lines.each = each
   lu.assertEquals({ built.memory, built.memory_processes, built.timeline }, { 2, 2, 2 })
   -- memory.csv for the footprints, and for all readings of the trials that show their activity
   lu.assertEquals(times, { ["jobs.csv"] = 1, ["spans.csv"] = 1, ["memory.csv"] = 2,
      ["memory_processes.csv"] = 1 })
end

-- The run's charts, and all drawings of the page, which need another size, in both themes.
function TestKept.test_a_report_starts_gnuplot_twice()
   local run = results.load(runs.make { repeats = 6, workers = { 4 } })
   local command, started = core.command, 0
   core.command = function(options)
      started = started + (table.concat(options.argv, " "):find("gnuplot -d", 1, true) and 1 or 0)
      return command(options)
   end
   run:report { print = function() end }
   core.command = command
   lu.assertEquals(started, 2)
end

os.exit(lu.LuaUnit.run(), true)
