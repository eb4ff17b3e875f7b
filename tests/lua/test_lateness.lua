--- The report names loops that were late, with figures from all their trials.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local cell_type = require "bakeoff.model.cell"
local lu = require "luaunit"

local files = require "bakeoff.base.files"
local lateness = require "bakeoff.analysis.lateness"
local metrics = require "bakeoff.model.metrics"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

TestLateness = {}

function TestLateness.tearDown() runs.clear() end

-- lags: worker count → p99 of the event loop's lag, in seconds.
local function run_with(lags)
   return results.load(runs.make { repeats = 3, workers = { 4, 16 }, change = function(trial)
      local p99 = trial.contender == "eventloop" and lags[trial.workers]
      if p99 then
         trial.loop_lag_s = { p50 = 0, p90 = 0, p99 = p99, max = 2 * p99 }
         trial.cpu.workers_s = { trial.work_s * 0.9 }
      end
   end })
end

function TestLateness.test_it_is_told_at_the_count_where_it_was_worst()
   lu.assertEquals(lateness.sentences(run_with { [4] = 0.03, [16] = 0.08 }), {
      "The event loop with 16 workers is late: one in a hundred events waited at least 80.0 ms for the loop's"
         .. " thread, busy 90 % of the time" })
end

function TestLateness.test_a_loop_that_was_nearly_on_time_is_not_worth_a_word()
   lu.assertEquals(lateness.sentences(run_with { [4] = 0.0009, [16] = 0.011 }), {}) -- a job takes 0.12 s
   lu.assertEquals(lateness.sentences(run_with {}), {})
end

function TestLateness.test_terminal_report_and_gates_know_it()
   local run, said = run_with { [16] = 0.08 }, {}
   run:report { charts = false, notes = true, width = 500, print = function(line) said[#said + 1] = line end }
   lu.assertStrContains(table.concat(said, "\n"), "note: The event loop with 16 workers is late")
   lu.assertStrContains(files.read(run.dir .. "/report.md"), "The event loop with 16 workers is late")
   local cell = run:cell("eventloop", 16)
   lu.assertEquals(cell_type.values(cell, metrics.check("loop_lag", "test").read), { 0.08, 0.08, 0.08 })
   run:gate { "loop_lag(eventloop, 16) < 100ms" }
   lu.assertError(run.gate, run, { "loop_lag(eventloop, 16) < 50ms" })
end

os.exit(lu.LuaUnit.run(), true)
