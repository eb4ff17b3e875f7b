--- Errors in rankings: a contender whose errors differ from the others' is never called fast without saying
-- so, in its row, beside its bar, in titles and in comparisons of runs. Contenders left out of a title are
-- named.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local compare = require "bakeoff.compare"
local errors = require "bakeoff.model.errors"
local result_table = require "bakeoff.report.result_table"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local tables = require "bakeoff.compare.tables"

local function run(change, spec)
   spec = spec or {}
   spec.contenders, spec.workers = spec.contenders or { "sequential", "threads", "eventloop" }, { 16 }
   spec.repeats, spec.change = 8, change
   return results.load(runs.make(spec))
end

-- Skips 31 of its 100 jobs and is quick.
local function quick_by_failing(trial)
   if trial.label == "eventloop" then
      trial.jobs.done, trial.jobs.failed = 69, 31
      trial.total_s = trial.total_s / 4
   end
end

local function row_text(loaded, label)
   local _, rows = result_table.rows(loaded)
   for index, cell in ipairs(loaded.cells) do
      if cell.label == label then
         return tostring(rows[index][4]), rows[index][4].tone
      end
   end
end

-- The texts beside the bars of a chart.
local function texts_beside(built)
   for _, pair in ipairs(built.vars) do
      if pair[1] == "beside" then
         return table.concat(pair[2], "\n")
      end
   end
end

TestErrors = {}

function TestErrors.tearDown() runs.clear() end

function TestErrors.test_jobs_that_failed_were_lost_or_never_ended()
   for _, case in ipairs { { 2, 1, 0, 4 }, { 1, 3, 0, 4 }, { 1, 0, 3, 1 } } do
      local jobs = { submitted = 9, done = 5, failed = case[1], lost = case[2], dropped = case[3] }
      lu.assertEquals(errors.of_trial { status = "ok", jobs = jobs }, case[4])
   end
   lu.assertNil(errors.of_trial { status = "ok" })
   lu.assertEquals(errors.of_trial { status = "failed" }, 0)
end

function TestErrors.test_the_row_and_the_titles_say_so()
   local loaded = run(quick_by_failing)
   lu.assertStrContains(loaded:finding(), "The event loop is fastest; sequential takes ")
   lu.assertStrContains(loaded:finding(), "; but 31 % of the jobs of event loop failed")
   local text, tone = row_text(loaded, "eventloop")
   lu.assertStrContains(text, "faster, but 31 % of jobs failed")
   lu.assertNil(tone)
   for _, name in ipairs { "speed", "ratio", "quadrant" } do
      lu.assertStrContains(loaded:finding(name), "; but 31 % of the jobs of event loop", false, name)
   end
   local beside = texts_beside(charts.build("speed", loaded, {}, true))
   lu.assertStrContains(beside, "but 31 % of jobs failed")
   lu.assertEquals({ row_text(loaded, "threads") }, { row_text(run(), "threads") })
end

function TestErrors.test_the_reference_says_so_too()
   local loaded = run(function(trial)
      if trial.label == "sequential" then
         trial.jobs.done = 50
      end
   end)
   lu.assertEquals(row_text(loaded, "sequential"), "reference, but 50 % of jobs failed")
end

function TestErrors.test_what_fails_everywhere_alike_is_no_one_s_fault()
   local loaded = run(function(trial) trial.jobs.done, trial.jobs.failed = 95, 5 end)
   lu.assertStrMatches(loaded:finding(), ".* %(%d+ of [%d,]+ jobs failed%)") -- times of other work
   lu.assertNil(row_text(loaded, "eventloop"):find("failed"))
end

function TestErrors.test_failed_trials_of_the_leader_are_in_the_title()
   local loaded = run(function(trial)
      if trial.label == "eventloop" then
         trial.total_s = trial.total_s / 4
         trial.status = trial["repeat"] == 2 and "failed" or "ok"
      end
   end)
   lu.assertStrContains(loaded:finding(), "; but 1 of 8 trials of event loop failed")
end

function TestErrors.test_jobs_that_fail_now_are_a_regression()
   local before, now = run(), run(quick_by_failing)
   local found = compare.results(before, now, { metrics = { "total_s" } })
   lu.assertEquals(found.regressions, { { contender = "eventloop", label = "eventloop", workers = 16,
      reason = "31 % of jobs fail now" } })
   lu.assertStrContains(tables.verdict(found), "event loop with 16 workers: 31 % of jobs fail now")
   found = compare.results(now, now, { metrics = { "total_s" } })
   lu.assertEquals(found.regressions, {})
   local more = run(function(trial)
      quick_by_failing(trial)
      trial.jobs.done = trial.label == "eventloop" and 60 or trial.jobs.done
   end)
   found = compare.results(now, more, { metrics = { "total_s" }, noise = 0.9 })
   lu.assertEquals(found.undecided, { { contender = "eventloop", label = "eventloop", workers = 16,
      reason = "40 % of jobs fail, 31 % before" } })
end

function TestErrors.test_trials_that_fail_now_leave_a_regression_open()
   local now = run(function(trial) trial.status = trial["repeat"] < 3 and "failed" or "ok" end)
   local found = compare.results(run(), now, { metrics = { "total_s" }, noise = 0.9 })
   lu.assertEquals(#found.undecided, 3)
   lu.assertEquals(found.undecided[1].reason, "more trials fail than in A")
end

TestLeftOut = {}

function TestLeftOut.tearDown() runs.clear() end

local RATED = { "threads", label = "threads at 200/s", rate = 200 }

local function with_rates(entries)
   local contenders = { "threads", "eventloop" }
   table.move(entries, 1, #entries, 3, contenders)
   return results.load(runs.make { repeats = 8, workers = { 16 }, contenders = contenders,
      manifest = function(manifest)
         for _, cell in ipairs(manifest.cells) do
            local rate = tonumber(cell.label:match("(%d+)/s"))
            cell.options = rate and { rate = rate } or nil
         end
      end,
      change = function(trial)
         local slow = trial.label:find("/s", 1, true) and 3 or trial.label == "threads" and 2 or 1
         trial.latency_s.p99 = slow * (1 + trial["repeat"] / 1000)
         trial.rate_per_s = trial.label:find("/s", 1, true) and 200 or nil
         trial.latency_spectrum = { { 0.5, 0.1 }, { 0.9, 0.2 }, { 0.99, trial.latency_s.p99 } }
      end })
end

function TestLeftOut.test_open_loops_are_not_ranked_with_closed_ones()
   local loaded = with_rates { RATED }
   lu.assertEquals(loaded:finding("latency"), "The event loop has the lowest p99 (1.00 s); threads' p99 is "
      .. "2.01 s, 2 times as high; not ranked: threads at 200/s (open loop)")
   lu.assertStrContains(loaded:finding(), "; not ranked: threads at 200/s (open loop)")
end

function TestLeftOut.test_the_larger_group_is_ranked_and_other_rates_are_named()
   local loaded = with_rates { RATED, { "eventloop", label = "eventloop at 200/s" },
      { "coroutines", label = "coroutines at 200/s" }, { "threads", label = "threads at 300/s" } }
   lu.assertStrContains(loaded:finding("latency"), "; not ranked: 3 contenders")
   lu.assertNil(loaded:finding("latency"):find("300/s"))
end

function TestLeftOut.test_who_ran_with_other_worker_counts_is_named()
   local loaded = results.load(runs.make { repeats = 8, workers = { 4, 16 },
      contenders = { "threads", "eventloop", "processes" },
      change = function(trial) return trial.label ~= "processes" or trial.workers == 4 end })
   local at_sixteen = require("bakeoff.charts.footprint").title(loaded, { workers = 16 })
   lu.assertStrContains(at_sixteen, "; not ranked: processes (other worker counts)")
end

os.exit(lu.LuaUnit.run(), true)
