--- The chart of cores in use: when it is drawn, what its title claims, what it says beside the bars. A
-- sequential program appears in the charts of any worker count.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local cores = require "bakeoff.charts.cores"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local chosen = require "bakeoff.model.select"

local POOL, ONE = "Python threads", "Python sequential"

-- A run whose contenders keep used[label] cores busy.
local function run_of(used, spec)
   spec = spec or {}
   spec.contenders = spec.contenders or { "sequential", "threads", "processes", { "command", label = POOL } }
   spec.workers, spec.repeats = { 4 }, spec.repeats or 8
   spec.change = function(trial)
      local wobble = 1 + 0.01 * (trial.block % 3 - 1)
      trial.cpu.cores_used = used[trial.label] and used[trial.label] * wobble
      local share = trial.contender == "threads" and used.threads and used.threads / 4
      trial.cpu.workers_s = share and { share * trial.work_s, share * trial.work_s, share * trial.work_s,
         share * wobble * trial.work_s } or nil
   end
   return results.load(runs.make(spec))
end

TestCores = {}

function TestCores.tearDown() runs.clear() end

function TestCores.test_the_title_says_who_has_more_than_one_core()
   lu.assertEquals(cores.title(run_of { sequential = 0.98, threads = 0.99, processes = 1.9, [POOL] = 1 }),
      "Processes keep 1.90 cores busy; the others use no more than one core")
   lu.assertEquals(cores.title(run_of { sequential = 0.98, threads = 1.7, processes = 1.9, [POOL] = 1 }),
      "Threads and processes keep 1.70 to 1.90 cores busy; the others use no more than one core")
   lu.assertEquals(cores.title(run_of { sequential = 1, threads = 1.9, processes = 1.9, [POOL] = 1.9 }),
      "Threads, processes and Python threads keep 1.90 cores busy; sequential uses no more than one core")
   lu.assertEquals(cores.title(run_of { sequential = 0.9, threads = 1, processes = 1, [POOL] = 1 }),
      "All 4 use no more than one core")
end

function TestCores.test_what_the_intervals_do_not_show_is_not_claimed()
   lu.assertEquals(cores.title(run_of { sequential = 0.9, threads = 1.1, processes = 1.9, [POOL] = 1 }),
      "Processes keep 1.90 cores busy; sequential and Python threads use no more than one core; "
      .. "not clear for threads (1.10)")
   lu.assertEquals(cores.title(run_of({ sequential = 1, threads = 2, processes = 2, [POOL] = 1 },
      { repeats = 2 })), "Too few repeats for a verdict: 1.00 to 2.01 cores in use")
   lu.assertEquals(cores.title(run_of {}), "No trial recorded the cores in use")
end

function TestCores.test_it_is_drawn_when_asked_for()
   local run = run_of { sequential = 0.98, threads = 0.99, processes = 1.9, [POOL] = 1 }
   local built, reason, kind = charts.build("cores", run, {})
   lu.assertEquals({ built, reason, kind }, { nil, "it was not asked for", "aside" })
   for _, size in ipairs { "page", "column", "slide" } do
      local drawn, problems = charts.draw(run, { only = { "cores" }, size = size })
      lu.assertEquals({ size, #drawn, problems }, { size, 1, {} })
   end
   local _, _, skipped = charts.draw(run_of {}, { only = { "cores" } })
   lu.assertEquals(skipped, { "cores chart: no trial recorded the cores in use" })
end

local function beside(built)
   for _, pair in ipairs(built.vars) do
      if pair[1] == "beside" then
         return table.concat(pair[2], "|")
      end
   end
end

function TestCores.test_what_each_worker_has_is_measured_or_said_to_be_divided()
   local run = run_of { sequential = 0.98, threads = 1, processes = 1.9, [POOL] = 1 }
   local told = beside(charts.build("cores", run, {}, true))
   lu.assertStrContains(told, "4 threads, 25 % each")
   lu.assertStrContains(told, "4 threads, mean 25 %")
   lu.assertEquals(select(2, told:gsub("4 threads", "")), 2, told)
end

function TestCores.test_a_program_without_workers_stands_in_the_charts_of_any_count()
   local run = run_of({ threads = 1, [ONE] = 1 }, { contenders = { "threads", { "command", label = ONE } } })
   local program = run:cell(ONE, 4)
   program.workers = 1
   lu.assertEquals(#chosen.at_one_count(run, 4), 1)
   program.fixed = true
   local cells = chosen.at_one_count(run, 4)
   lu.assertEquals({ #cells, cells[2].label }, { 2, ONE })
end

os.exit(lu.LuaUnit.run(), true)
