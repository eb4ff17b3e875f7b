--- From rows to summary, finding, gates and report.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local cell_type = require "bakeoff.model.cell"
local files = require "bakeoff.base.files"
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local results = require "bakeoff.api.results"
local rows = require "bakeoff.runs.rows"
local csv = require "bakeoff.base.csv"
local runs = require "support_runs"

TestFigures = {}

function TestFigures.tearDown() runs.clear() end

function TestFigures.test_what_the_sampler_reads_while_the_trial_waits_is_no_cost()
   local run = results.load(runs.make { repeats = 1, workers = { 4 }, contenders = { "threads" },
      change = function(trial)
         trial.total_s, trial.memory.probe_cpu_s, trial.memory.probe_paused_cpu_s = 2.0, 0.05, 0.02
      end })
   lu.assertAlmostEquals(run:summary_of(run.cells[1]).sampling_share.median, 0.015, 1e-12)
end

TestRows = {}

function TestRows.tearDown() runs.clear() end

local function append(path, text)
   local file = assert(io.open(path, "ab"))
   file:write(text)
   file:close()
end

local function read(path)
   local file = assert(io.open(path, "rb"))
   local content = file:read("a")
   file:close()
   return content
end

function TestRows.test_a_cut_off_last_line_is_left_out_with_a_warning()
   local dir = runs.make { repeats = 2, workers = { 4 } }
   local whole = #results.load(dir):rows()
   append(dir .. "/trials.jsonl", '{"experiment":"tickets","contender":"thr')
   local run = results.load(dir)
   lu.assertEquals(#run:rows(), whole)
   lu.assertEquals(run.warnings, { "trials.jsonl: line 11 is cut off and was left out" })
end

function TestRows.test_a_trial_run_again_counts_once()
   local dir = runs.make { repeats = 1, workers = { 4 }, contenders = { "threads" } }
   local again = json.decode(read(dir .. "/trials.jsonl"))
   again.total_s = 77
   append(dir .. "/trials.jsonl", json.encode(again) .. "\n")
   local run = results.load(dir)
   lu.assertEquals(#run:rows(), 1)
   lu.assertEquals(run:summary_of(run.cells[1]).total_s.median, 77)
end

function TestRows.test_folders_that_are_none()
   lu.assertErrorMsgContains("/no/such/folder: not a run folder", results.load, "/no/such/folder")
   local dir = runs.make { repeats = 1 }
   append(dir .. "/manifest.json", "}")
   lu.assertErrorMsgContains("not valid JSON", results.load, dir)
end

function TestRows.test_files_that_are_damaged_or_unreadable_are_named()
   local dir = runs.make { repeats = 1 }
   local function a_folder(name)
      os.remove(dir .. name)
      assert(os.execute(("mkdir '%s'"):format(dir .. name)))
   end
   files.write(dir .. "/jobs.csv", "nothing,of,it\n")
   a_folder "/memory.csv"
   lu.assertEquals(results.load(dir).warnings, {
      "jobs.csv is damaged: its first line doesn't name the columns label, workers and repeat",
      "memory.csv cannot be read: Is a directory" })
   a_folder "/trials.jsonl"
   lu.assertErrorMsgContains("/trials.jsonl: cannot be read (Is a directory)", results.load, dir)
   assert(os.remove(dir .. "/trials.jsonl"))
   local run = results.load(dir)
   lu.assertErrorMsgContains("nothing to draw: no trial can be read; trials.jsonl is missing",
      rows.check_any, dir, run.cells, run.warnings, "draw")
   lu.assertErrorMsgContains("nothing to draw: the run has no trials", rows.check_any, dir, {}, {}, "draw")
   a_folder "/manifest.json"
   lu.assertErrorMsgContains("/manifest.json: cannot be read (Is a directory)", results.load, dir)
end

function TestRows.test_numbers_that_nobody_measured_are_refused()
   local dir = runs.make { repeats = 1, workers = { 4 }, contenders = { "threads" },
      change = function(trial) trial.total_s = 1e300 end }
   lu.assertErrorMsgContains("/trials.jsonl: damaged, line 1: total_s is 1e+300, not a number from 0 to "
      .. "1000000000; run the experiment again", results.load, dir)
end

function TestRows.test_folders_of_this_bakeoff_and_earlier_ones_are_read_but_none_of_the_next()
   local function with_schema(schema)
      return runs.make { repeats = 1, manifest = function(manifest) manifest.schema = schema end }
   end
   lu.assertEquals(results.load(with_schema(nil)).manifest.experiment, "tickets")
   lu.assertEquals(results.load(with_schema(rows.SCHEMA)).manifest.schema, rows.SCHEMA)
   lu.assertErrorMsgContains("written by a newer bakeoff", results.load, with_schema(rows.SCHEMA + 1))
end

function TestRows.test_an_experiment_without_a_trial()
   local dir = runs.make { repeats = 1, change = function() return false end }
   local run = results.load(dir)
   lu.assertEquals(#run.cells, 0)
   lu.assertEquals(run:finding(), "No trial succeeded")
end

function TestRows.test_csv_fields()
   lu.assertEquals(csv.fields('a,,"b, ""c""",d,'), { "a", "", 'b, "c"', "d", "" })
   lu.assertEquals(csv.fields(""), { "" })
   lu.assertEquals(csv.fields('"open'), { "open" })
end

function TestRows.test_footprints_are_only_those_read()
   local run = results.load(runs.make { repeats = 1, workers = { 4 } })
   local trial = run:cell("threads", 4).trials[1]
   local key = cell_type.key_of_trial(trial)
   local points = rows.footprints(run.dir, { [key] = true })[key]
   local ticks = 0
   for line in io.lines(run.dir .. "/memory.csv") do
      ticks = ticks + (line:find("^threads,") and 1 or 0)
   end
   lu.assertTrue(#points > 2 and #points <= ticks // 4 + 1)
end

TestSummary = {}

function TestSummary.tearDown() runs.clear() end

function TestSummary.test_failed_trials_are_counted_not_measured()
   local run = results.load(runs.make { repeats = 8, workers = { 4 }, change = function(trial)
      if trial.label == "threads" and trial["repeat"] <= 2 then
         trial.status, trial.reason, trial.total_s = "timeout", "no end after 60 s", 60
      end
   end })
   local summary = run:summary_of(run:cell("threads", 4))
   lu.assertEquals({ summary.trials, summary.failed_trials, summary.total_s.n }, { 8, 2, 6 })
   lu.assertEquals(summary.reasons, { "no end after 60 s" })
   lu.assertTrue(summary.total_s.max < 60)
   lu.assertEquals(run:versus_reference(run:cell("threads", 4)).pairs, 6)
end

function TestSummary.test_reference()
   local run = results.load(runs.make { repeats = 1 })
   lu.assertEquals(run:reference(100).label, "sequential")
   lu.assertNil(run:versus_reference(run:reference(100)))
   run = results.load(runs.make { repeats = 1, contenders = { "threads", "eventloop" }, workers = { 4, 16 } })
   lu.assertEquals({ run:reference(16).label, run:reference(16).workers }, { "threads", 16 })
end

function TestSummary.test_file_is_written_and_says_what_the_table_says()
   local run = results.load(runs.make { repeats = 6, workers = { 16 } })
   run:summary()
   local stored = json.decode(read(run.dir .. "/summary.json"))
   lu.assertEquals(stored.finding, run:finding())
   lu.assertEquals(#stored.cells, 5)
   local versus = stored.cells[2].vs_reference
   lu.assertEquals({ versus.verdict, versus.verdict_code }, { "faster", "faster" })
   lu.assertEquals(stored.fairness, {})
end

-- Older readers know the texts; the codes stand beside them, and scripts get the codes.
function TestSummary.test_a_verdict_is_written_as_text_and_as_code()
   local run = results.load(runs.make { repeats = 6, tie = true, contenders = { "threads", "eventloop" },
      workers = { 4 } })
   run:summary()
   local versus = json.decode(read(run.dir .. "/summary.json")).cells[2].vs_reference
   lu.assertEquals({ versus.verdict, versus.verdict_code }, { "no difference shown", "no_difference" })
   lu.assertEquals(run:versus_reference(run.cells[2]).verdict, "no_difference")
end

function TestSummary.test_same_rows_same_summary()
   local dir = runs.make { repeats = 7, workers = { 4, 16 } }
   results.load(dir):summary()
   local first = read(dir .. "/summary.json")
   results.load(dir):summary()
   lu.assertEquals(read(dir .. "/summary.json"), first)
end

TestFinding = {}

function TestFinding.tearDown() runs.clear() end

function TestFinding.test_a_leader()
   local run = results.load(runs.make { contenders = { "sequential", "processes", "eventloop" } })
   lu.assertStrMatches(run:finding(), "The event loop is fastest; sequential takes [%d.]+ times as long")
end

function TestFinding.test_ties_are_said()
   local contenders = { "threads", "eventloop", "coroutines" }
   local run = results.load(runs.make { contenders = contenders, tie = true, seed = 5 })
   lu.assertStrContains(run:finding(), ": no difference shown")
   lu.assertNotStrContains(run:finding(), "fastest")
end

function TestFinding.test_too_few_repeats_are_said()
   local run = results.load(runs.make { repeats = 5 })
   lu.assertStrMatches(run:finding(), "Too few repeats for a verdict: .* %(sequential%)")
end

function TestFinding.test_a_contender_that_failed_is_named()
   local run = results.load(runs.make { change = function(trial)
      if trial.label == "processes" then
         trial.status, trial.total_s = "failed", nil
      end
   end })
   lu.assertStrContains(run:finding(), "; processes failed")
end

TestGate = {}

function TestGate.setUp()
   TestGate.run = results.load(runs.make { repeats = 6, contenders = runs.SEVEN })
end

function TestGate.tearDown() runs.clear() end

function TestGate.test_gates_that_hold()
   lu.assertTrue(TestGate.run:gate { "errors == 0", "footprint_peak(eventloop) < 40MiB",
      "total_s(threads,16) <= 2s", 'work("threads (one interpreter)", 100) < 500ms',
      "requests_per_s(eventloop, 100) > 100/s" })
end

local function failing(gates)
   local ok, raised = pcall(TestGate.run.gate, TestGate.run, gates)
   lu.assertFalse(ok)
   return tostring(raised), raised.exit_code
end

function TestGate.test_all_failing_gates_are_named_at_the_end()
   local message, code = failing { "footprint_peak(processes, 100) < 1MiB", "errors == 0", "total < 1ms" }
   lu.assertEquals(code, 1)
   lu.assertStrMatches(message, "gates failed: footprint_peak%(processes, 100%) < 1MiB %(processes with 100"
      .. " workers: %d+ MiB%); total < 1ms .*")
end

function TestGate.test_misuse_names_the_condition()
   for text, part in pairs { ["speed < 3"] = "'speed' is not a figure", ["errors"] = "no comparison",
      ["total_s < 3MiB"] = "a time and a size", ["total_s(nobody) < 3s"] = "no trial of nobody",
      ["total_s(threads, x) < 3s"] = "'x' is not a worker count" } do
      local message, code = failing { text }
      lu.assertStrContains(message, part)
      lu.assertEquals(code, 2)
   end
end

function TestGate.test_no_figure_is_a_failed_gate()
   local run = results.load(runs.make { repeats = 1, contenders = { "threads" }, workers = { 4 },
      change = function(trial) trial.status, trial.total_s = "failed", nil end })
   lu.assertErrorMsgContains("no figure", run.gate, run, { "total_s < 3s" })
   lu.assertErrorMsgContains("errors == 0", run.gate, run, { "errors == 0" })
end

TestReport = {}

function TestReport.tearDown() runs.clear() end

local function make_report(spec, options)
   local run, said = results.load(runs.make(spec)), {}
   options.print = function(line) said[#said + 1] = line end
   options.colour, options.notes, options.all, options.width = false, true, true, 500
   local ok = run:report(options)
   return run, table.concat(said, "\n"), ok
end

function TestReport.test_without_charts()
   local run, said, ok = make_report({ repeats = 6, workers = { 4 }, change = function(trial)
      trial.server.requests = 103
   end }, { charts = false })
   lu.assertTrue(ok)
   local report = read(run.dir .. "/report.md")
   for _, part in ipairs { "# tickets", "## Fairness", "103 requests for 100 jobs", "event loop",
      "bakeoff run tickets.lua", "trials.jsonl" } do
      lu.assertStrContains(report, part)
   end
   lu.assertStrContains(said, "warning: The server saw more requests")
   lu.assertStrContains(said, run.dir .. "/report.md")
   lu.assertStrContains(said, "event loop")
end

function TestReport.test_cpu_per_worker_is_a_column_where_it_says_something()
   local function report_of(share)
      local run = make_report({ repeats = 2, workers = { 4 }, contenders = { "sequential", "threads" },
         form = "task", change = function(trial)
            trial.cpu.worker_share_median = trial.contender == "threads" and share / 4 or share
         end }, { charts = false })
      return read(run.dir .. "/report.md")
   end
   local computing = report_of(0.98)
   lu.assertStrContains(computing, "| jobs/s | p50 / p99 | CPU (cores) | CPU per worker | peak")
   lu.assertStrMatches(computing, ".*\n| sequential |[^\n]*| 98 %% |.*\n| threads |[^\n]*| 2[45] %% |.*")
   lu.assertNotStrContains(report_of(0.1), "CPU per worker")
end

function TestReport.test_a_hostile_label_stays_one_cell()
   local run = make_report({ repeats = 1, workers = { 4 },
      contenders = { { "threads", label = "a|b # c <img src=x> [d]: javascript:e" } } }, { charts = false })
   lu.assertStrContains(read(run.dir .. "/report.md"), "a\\|b # c \\<img src=x\\> [d\\]: javascript:e")
end

function TestReport.test_a_label_of_several_lines_is_refused()
   lu.assertErrorMsgContains("label contains control characters", make_report, { repeats = 1,
      workers = { 4 }, contenders = { { "threads", label = "a\n# c" } } }, { charts = false })
end

os.exit(lu.LuaUnit.run(), true)
