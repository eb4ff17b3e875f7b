--- Comparing two runs: verdicts, which cells match, what differs, and folders written by earlier versions.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local columns = require "bakeoff.base.columns"
local compare = require "bakeoff.compare"
local files = require "bakeoff.base.files"
local metrics = require "bakeoff.model.metrics"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local tables = require "bakeoff.compare.tables"
local two_runs = require "bakeoff.analysis.two_runs"

local SMALL = { "threads", "eventloop" }

local function run(spec)
   spec = spec or {}
   spec.contenders, spec.workers = spec.contenders or SMALL, spec.workers or { 4, 16 }
   spec.repeats = spec.repeats or 8
   return results.load(runs.make(spec))
end

local function slower(factor, label)
   return function(trial)
      if trial.label == label then
         trial.total_s, trial.requests_per_s = trial.total_s * factor, trial.requests_per_s / factor
      end
   end
end

local function row(comparison, label, workers)
   for _, one in ipairs(comparison.rows) do
      if one.label == label and one.workers == workers then
         return one.metrics
      end
   end
end

local WIDE = { width = 1000 } -- a terminal that breaks no line


TestVerdict = {}

local function verdict(name, ratio, low, high, noise, p_rank, p_family, p_same)
   return { two_runs.verdict(metrics.get(name), { ratio = ratio, low = low, high = high,
      p_rank = p_rank or 0.01, p_family = p_family or 0.01, p_same = p_same or 0.01 }, noise or 0.03) }
end

function TestVerdict.test_each_witness_can_refuse()
   lu.assertEquals(verdict("total_s", 1.2, 1.1, 1.3, 0.03, 0.05, 0.05), { "slower", "worse" })
   lu.assertEquals(verdict("total_s", 1.2, 1.1, 1.3, 0.03, 0.051, 0.01), { "no_difference" })
   lu.assertEquals(verdict("total_s", 1.2, 1.1, 1.3, 0.03, 0.01, 0.051), { "no_difference" })
end

function TestVerdict.test_interval_and_noise_decide()
   lu.assertEquals(verdict("total_s", 1.2, 1.1, 1.3), { "slower", "worse" })
   lu.assertEquals(verdict("total_s", 0.8, 0.7, 0.9), { "faster", "better" })
   lu.assertEquals(verdict("total_s", 1.2, 0.99, 1.3), { "no_difference" })
   lu.assertEquals(verdict("total_s", 1.02, 1.01, 1.03), { "same" })
   lu.assertEquals(verdict("total_s", 1.00, 0.98, 1.03, 0.03, 0.6, 0.6), { "same" })
   lu.assertEquals(verdict("total_s", 1.00, 0.98, 1.03, 0.03, 0.6, 0.6, 0.051), { "no_difference" })
   lu.assertEquals(verdict("total_s", 1.00, 0.96, 1.02, 0.03, 0.6, 0.6), { "no_difference" })
   lu.assertEquals(verdict("total_s", 1.022, 1.007, 1.048), { "maybe_noise" })
   lu.assertEquals(verdict("total_s", 1.02, 1.01, 1.03, 0.01), { "slower", "worse" })
   lu.assertEquals(verdict("total_s", 1.2), { "too_few_repeats" })
end

function TestVerdict.test_noise_is_the_same_both_ways()
   lu.assertEquals(verdict("total_s", 1 / 1.029, 1 / 1.03, 0.98)[1], "same")
   lu.assertEquals(verdict("total_s", 1 / 1.029, 1 / 1.0301, 0.98)[1], "maybe_noise")
   lu.assertEquals(verdict("total_s", 1 / 1.031, 0.96, 0.98)[1], "faster")
end

function TestVerdict.test_words_suit_the_figure()
   lu.assertEquals(verdict("footprint_peak", 1.2, 1.1, 1.3), { "more", "worse" })
   lu.assertEquals(verdict("requests_per_s", 1.2, 1.1, 1.3), { "faster", "better" })
   lu.assertEquals(verdict("requests_per_s", 0.8, 0.7, 0.9), { "slower", "worse" })
   lu.assertEquals(verdict("connections", 2, 1.9, 2.1), { "more" })
end

TestCompare = {}

function TestCompare.tearDown() runs.clear() end

function TestCompare.test_a_slower_contender_is_found_and_the_others_are_left_alone()
   local found = compare.results(run(), run { seed = 2, change = slower(1.5, "threads") }, {})
   for _, workers in ipairs { 4, 16 } do
      local threads, loop = row(found, "threads", workers), row(found, "eventloop", workers)
      lu.assertEquals(threads.total_s.verdict, "slower")
      lu.assertEquals(threads.requests_per_s.verdict, "slower")
      lu.assertEquals(threads.footprint_peak_bytes.change, nil)
      lu.assertEquals(loop.total_s.change, nil)
      lu.assertAlmostEquals(threads.total_s.ratio, 1.5, 0.1)
      lu.assertEquals(threads.total_s.ratio, threads.total_s.b / threads.total_s.a)
   end
   lu.assertEquals(#found.regressions, 4)
   lu.assertEquals(found.warnings, {})
   lu.assertStrContains(tables.verdict(found),
      "4 regressions beyond 3 %: total time of threads with 4 workers: 1.")
end

local function keep_only(loaded, label, workers)
   for index = #loaded.cells, 1, -1 do
      local cell = loaded.cells[index]
      if cell.label ~= label or cell.workers ~= workers then
         table.remove(loaded.cells, index)
      end
   end
   return loaded
end

-- A small difference is shown on its own; as one of nine comparisons it could be chance.
function TestCompare.test_verdicts_of_a_table_are_held_together()
   local a = run { contenders = runs.FIVE, seed = 7 }
   local b = run { contenders = runs.FIVE, seed = 8, change = slower(1.04, "threads") }
   local options = { noise = 0, metrics = { "total_s" } }
   local of_nine = row(compare.results(a, b, options), "threads", 16).total_s
   local alone = row(compare.results(keep_only(a, "threads", 16), keep_only(b, "threads", 16), options),
      "threads", 16).total_s
   lu.assertEquals({ alone.verdict, of_nine.verdict }, { "slower", "no_difference" })
   lu.assertAlmostEquals(of_nine.p_family, 9 * alone.p_family, 1e-12)
   lu.assertEquals(of_nine.p_rank, alone.p_rank)
end

-- What is shown for one cell to be the same may be chance among nine.
function TestCompare.test_same_within_is_held_together_too()
   local a = run { contenders = runs.FIVE, seed = 7, workers = { 4 } }
   local b = run { contenders = runs.FIVE, seed = 9, workers = { 4 } }
   local options = { noise = 0.03, metrics = { "total_s" } }
   local of_five = row(compare.results(a, b, options), "threads", 4).total_s
   local alone = row(compare.results(keep_only(a, "threads", 4), keep_only(b, "threads", 4), options),
      "threads", 4).total_s
   lu.assertTrue(of_five.p_same > alone.p_same and alone.p_same > 0)
end

local function every_fourth(factor)
   return function(trial)
      if trial.label == "threads" and trial.workers == 4 and trial["repeat"] % 4 == 0 then
         trial.total_s = trial.total_s * factor
      end
   end
end

-- A quarter of B's trials takes three times as long: the medians alone would say "same".
function TestCompare.test_slow_trials_that_medians_hide_are_told()
   local options = { metrics = { "total_s" } }
   local a, b = run { repeats = 20 }, run { repeats = 20, change = every_fourth(3) }
   local found = compare.results(a, b, options)
   local said = table.concat(tables.lines(found, WIDE), "\n")
   lu.assertStrMatches(said, ".*warning: Trials of threads with 4 workers in B form two groups: 15 around"
      .. " .*, 5 around .*; by means, B/A of the total time is 1%.5%d×, by medians 1%.%d+×%..*")
   lu.assertStrMatches(said, ".*total time of threads with 4 workers %(1%.5%d× by means%).*")
   local figure = row(found, "threads", 4).total_s
   lu.assertAlmostEquals(figure.mean_b, 1.5 * figure.mean_a, 0.05)
   local better = table.concat(tables.lines(compare.results(b, a, options), WIDE), "\n")
   lu.assertStrContains(better, "Trials of threads with 4 workers in A form two groups")
   lu.assertNotStrContains(better, "× by means)")
end

-- Each trial resembles the one before it: what looks like a narrow interval is none.
function TestCompare.test_dependence_between_trials_widens_the_interval_and_is_told()
   local function waves(trial)
      trial.total_s = trial.total_s * (trial["repeat"] // 8 % 2 == 0 and 1 or 1.2)
   end
   local found = compare.results(run { repeats = 32 }, run { repeats = 32, change = waves }, {})
   local figure = row(found, "threads", 4).total_s
   lu.assertTrue(figure.widened_b > 1.5)
   lu.assertNil(figure.widened_a)
   lu.assertStrContains(table.concat(found.steadiness, "\n"), "B: Trials resemble the ones before them: ")
end

function TestCompare.test_failed_jobs_stand_beside_the_verdict()
   local function half(trial)
      if trial.label == "threads" and trial.jobs then
         trial.jobs.done, trial.jobs.failed = trial.jobs.submitted // 2, trial.jobs.submitted // 2
      end
   end
   local function table_of(a, b) return table.concat(tables.lines(compare.results(a, b, {}), WIDE), "\n") end
   lu.assertStrContains(table_of(run(), run { change = half }), ", but 50 % of jobs failed in B")
   lu.assertStrContains(table_of(run { change = half }, run()), ", but 50 % of jobs failed in A")
   lu.assertStrContains(table_of(run { change = half }, run { change = half }),
      ", but 50 % of jobs failed in A and in B")
end

-- Logarithms of one run beside the plain values of the other would be a difference beyond doubt.
function TestCompare.test_a_zero_in_one_run_alone_makes_no_difference()
   local function cpu_near(first)
      return function(trial)
         local number = trial["repeat"]
         trial.cpu = { user_s = number == 1 and first or 0.2 + number / 1000, system_s = 0.0 }
      end
   end
   local a, b = run { change = cpu_near(0.2) }, run { change = cpu_near(0.0) }
   for _, pair in ipairs { { a, b }, { b, a } } do
      local figure = row(compare.results(pair[1], pair[2], {}), "threads", 4).cpu_s
      lu.assertTrue(figure.p_family > 0.05, ("p = %g"):format(figure.p_family))
      lu.assertEquals(figure.verdict, "no_difference")
   end
end

function TestCompare.test_a_median_that_may_be_zero_has_no_ratio_in_either_direction()
   local function zero(trial) trial.cpu = { user_s = 0.0, system_s = 0.0 } end
   local a, b = run(), run { change = zero }
   for _, pair in ipairs { { a, b }, { b, a } } do
      local figure = row(compare.results(pair[1], pair[2], {}), "threads", 4).cpu_s
      lu.assertEquals({ figure.verdict, figure.ratio }, { "no_ratio" })
   end
end

function TestCompare.test_more_cpu_is_a_regression_only_when_asked_for()
   local function burn(trial) trial.cpu.user_s = trial.cpu.user_s * 3 end
   local a, b = run(), run { change = burn }
   lu.assertEquals(row(compare.results(a, b, {}), "threads", 4).cpu_s.verdict, "more")
   lu.assertEquals(#compare.results(a, b, {}).regressions, 0)
   lu.assertEquals(#compare.results(a, b, { metrics = { "cpu_s" } }).regressions, 4)
end

-- As on any other terminal: names as in tables, and no line is wider.
function TestCompare.test_lines_fit_and_name_contenders_as_tables_do()
   local long = ("a label that is wider than many terminals, and its end %d"):rep(2)
   local contenders = { "threads", "eventloop", { "threads", label = long:format(1, 2) } }
   local a = run { contenders = contenders, workers = { 4, 16 } }
   local b = run { contenders = contenders, workers = { 4 }, change = slower(1.3, "eventloop") }
   for _, width in ipairs { 40, 80, 120 } do
      local lines = tables.lines(compare.results(a, b, {}), { width = width })
      local text = table.concat(lines, "\n")
      for _, line in ipairs(lines) do
         lu.assertTrue(columns.width(line) <= width, line)
      end
      lu.assertNotStrContains(text, "eventloop")
      lu.assertStrContains(text:gsub("%s+", " "), "total time of event loop with 4 workers: 1.2")
   end
end

-- One rule for "same", in a run and between two: the experiment's margin, the smaller one if they differ.
function TestCompare.test_the_noise_is_the_margin_of_the_runs()
   local function with_margin(margin)
      return run { manifest = function(manifest) manifest.margin = margin end }
   end
   lu.assertEquals(compare.results(run(), run(), {}).noise, 0.03)
   lu.assertEquals(compare.results(with_margin(0.1), with_margin(0.08), {}).noise, 0.08)
   lu.assertEquals(compare.results(with_margin(0.1), with_margin(0.08), { noise = 0.2 }).noise, 0.2)
end

function TestCompare.test_cells_without_a_counterpart_are_named()
   local other = run { contenders = { "threads", "processes" }, workers = { 4, 100 } }
   local found = compare.results(run(), other, {})
   lu.assertEquals(#found.rows, 1)
   lu.assertEquals(found.only_a, { { contender = "threads", label = "threads", workers = 16 },
      { contender = "eventloop", label = "eventloop", workers = 4 },
      { contender = "eventloop", label = "eventloop", workers = 16 } })
   local said = table.concat(tables.lines(found, WIDE), "\n")
   lu.assertStrContains(said, "only in B, so not compared: threads with 100 workers; processes with 4")
end

function TestCompare.test_a_label_is_never_matched_with_a_contender_of_that_name()
   local relabelled = { { "threads", label = "eventloop" }, { "threads", label = "threads, again" } }
   local found = compare.results(run(), run { contenders = relabelled }, {})
   lu.assertEquals(#found.rows, 2)
   lu.assertEquals(found.only_b[1].label, "threads, again")
end

function TestCompare.test_a_cell_that_fails_now_is_a_regression()
   local found = compare.results(run(), run { change = function(trial)
      if trial.label == "threads" and trial.workers == 4 then
         trial.status, trial.reason = "failed", "it broke"
      end
   end }, {})
   lu.assertEquals(row(found, "threads", 4).total_s.verdict, "missing_in_b")
   lu.assertEquals(found.regressions, { { contender = "threads", label = "threads", workers = 4,
      reason = "every trial now fails" } })
   lu.assertStrContains(table.concat(found.warnings), "8 of 32 trials of B failed")
end

function TestCompare.test_a_figure_that_is_not_told_any_more_is_no_regression()
   local found = compare.results(run(), run { change = function(trial)
      if trial.label == "threads" then
         trial.requests_per_s = nil
      end
   end }, {})
   lu.assertEquals(row(found, "threads", 4).requests_per_s.verdict, "missing_in_b")
   lu.assertEquals(found.regressions, {})
end

function TestCompare.test_what_differs_is_said()
   local found = compare.results(run(), run { latency = 0.2, items = 50, manifest = function(manifest)
      manifest.seed, manifest.environment.cpu.cores, manifest.environment.cpu.model = 7, 4, "another"
      manifest.environment.versions.libcurl, manifest.status = "8.0.0", "interrupted"
      manifest.cells[1].options = { gil = true }
   end }, {})
   local said = table.concat(found.warnings, "\n")
   for _, part in ipairs { "seeds differ: 1 in A, 7 in B", "numbers of items differ: 100 in A, 50 in B",
      "conditions differ: 120 ms latency", "processors differ: Intel", "versions of libcurl differ: 7.88.1",
      "values of the server's latency_s differ: 0.12 in A, 0.2 in B",
      "options --days of the script differ: 100", "B is interrupted" } do
      lu.assertStrContains(said, part)
   end
end

-- What the keys of two runs have in different forms.
function TestCompare.test_different_code_is_said()
   local function with(code, modules, revision)
      return run { manifest = function(manifest)
         manifest.key = { code = code, modules = modules, options = { days = code.process } }
         manifest.script_sha256, manifest.revision = code.process, revision
      end }
   end
   local a = with({ process = "1", ["upvalue 'n' of process"] = "2" }, { ["module 'm'"] = "3" },
      { commit = ("a"):rep(40), dirty = false })
   local b = with({ process = "9", ["upvalue 'n' of process"] = "2" }, {},
      { commit = ("b"):rep(40), dirty = true })
   lu.assertEquals(compare.results(a, a, {}).warnings, {})
   lu.assertEquals(compare.results(a, b, {}).warnings, { "process differs",
      "module 'm' differs: B has none", "the text of the script differs",
      "git revisions of the script differ: aaaaaaaaaaaa in A, bbbbbbbbbbbb with changes in B" })
   lu.assertEquals(compare.results(run(), b, {}).warnings,
      { "the code can't be compared: an earlier version of bakeoff made A" })
end

function TestCompare.test_too_few_repeats_give_a_ratio_and_no_verdict()
   local figure = row(compare.results(run(), run { repeats = 5 }, {}), "threads", 4).total_s
   lu.assertEquals(figure.verdict, "too_few_repeats")
   lu.assertNotNil(figure.ratio)
   lu.assertNil(figure.low)
end

TestUndecided = {}

function TestUndecided.tearDown() runs.clear() end

local function outcome(a, b, options)
   local found = compare.results(a, b, options or {})
   local said = {}
   for index, one in ipairs(found.undecided) do
      said[index] = ("%s %d %s: %s"):format(one.label, one.workers, one.metric or "-", one.reason)
   end
   return said, tables.verdict(found)
end

local function same_but(change)
   return run { seed = 1, change = change }
end

function TestUndecided.test_a_run_against_itself_is_decided()
   local said, sentence = outcome(run(), run(), { noise = 0.2 })
   lu.assertEquals(said, {})
   lu.assertEquals(sentence, "No regression beyond 20 %.")
end

function TestUndecided.test_too_few_repeats_rule_nothing_out()
   local said, sentence = outcome(run { repeats = 3 }, run { repeats = 3 }, { metrics = { "total_s" } })
   lu.assertEquals(#said, 4)
   lu.assertEquals(said[1], "threads 4 total_s: too few repeats")
   lu.assertStrContains(sentence, "No regression beyond 3 % is shown. 4 checks can't rule one out: "
      .. "total time of threads with 4 workers (too few repeats); ")
end

function TestUndecided.test_an_interval_beyond_the_noise_leaves_it_open_in_the_bad_direction_only()
   local function wide(towards)
      return function(trial)
         local spread = trial["repeat"] % 2 == 0 and towards or 1
         trial.total_s, trial.requests_per_s = trial.total_s * spread, nil
      end
   end
   local base = same_but(function(trial) trial.requests_per_s = nil end)
   local options = { metrics = { "total_s" }, noise = 0.1 }
   local slow = outcome(base, same_but(wide(1.2)), options)
   lu.assertStrMatches(slow[1], "threads 4 total_s: up to 1%.[12]%d×")
   lu.assertEquals(outcome(base, same_but(wide(0.8)), options), {})
end

function TestUndecided.test_what_is_missing_is_not_passed()
   local without = same_but(function(trial) return trial.label ~= "threads" or trial.workers ~= 4 end)
   lu.assertEquals(outcome(run(), without, { noise = 0.5 }), { "threads 4 -: not in B" })
   local said = outcome(run(), same_but(function(trial) trial.total_s = nil end),
      { metrics = { "total_s" } })
   lu.assertEquals(said[1], "threads 4 total_s: no figure in B")
   lu.assertEquals(outcome(run(), run(), { metrics = { "jobs_dropped" } })[1],
      "threads 4 jobs_dropped: no figure in A or B")
   local function fails(trial) trial.status = trial.label == "threads" and "failed" or "ok" end
   said = outcome(same_but(fails), same_but(fails), { noise = 0.5 })
   lu.assertEquals(said, { "threads 4 -: no figure in A or B", "threads 16 -: no figure in A or B" })
end

function TestUndecided.test_scripts_raise_it_when_asked()
   local few = run { repeats = 3 }
   local ok, raised = pcall(few.compare, few, run { repeats = 3 }, { fail_undecided = true, print = false })
   lu.assertEquals({ ok, raised.exit_code }, { false, 3 })
   lu.assertStrContains(raised.message, "can't rule one out")
   few:compare(run { repeats = 3 }, { fail = true, print = false })
   ok, raised = pcall(run { change = slower(1.3, "threads") }.compare,
      run { change = slower(1.3, "threads") }, run(), { fail_undecided = true, print = false })
   lu.assertEquals({ ok, raised.exit_code }, { false, 1 })
end

TestScripts = {}

function TestScripts.tearDown() runs.clear() end

function TestScripts.test_results_compare_with_a_folder_or_with_results()
   local a, b, said = run(), run { change = slower(1.3, "threads") }, {}
   local found = b:compare(a.dir, { print = function(line) said[#said + 1] = line end })
   lu.assertEquals(row(found, "threads", 4).total_s.verdict, "slower")
   lu.assertStrContains(table.concat(said, "\n"), "total time")
   local again = b:compare(a, { metric = "total, footprint_peak", noise = "50%", print = false })
   lu.assertEquals(again.metrics, { "total_s", "footprint_peak_bytes" })
   lu.assertEquals(row(again, "threads", 4).total_s.verdict, "same")
   lu.assertStrContains(table.concat(tables.lines(again, WIDE), "\n"), "same within 50 %")
end

function TestScripts.test_fail_raises_what_got_worse()
   local ok, raised = pcall(run { change = slower(1.3, "threads") }.compare,
      run { change = slower(1.3, "threads") }, run(), { fail = true, print = false })
   lu.assertFalse(ok)
   lu.assertEquals(raised.exit_code, 1)
   lu.assertStrContains(raised.message, "total time of threads with 4 workers")
end

function TestScripts.test_misuse()
   local b = run()
   lu.assertErrorMsgContains("compare: option: 'nois' is none of: noise, metric", b.compare, b, b,
      { nois = 1 })
   lu.assertErrorMsgContains("noise: 'much' is not a share", b.compare, b, b, { noise = "much" })
   lu.assertErrorMsgContains("metric: 'totl_s' is not a figure; did you mean 'total_s'?", b.compare, b, b,
      { metric = "totl_s" })
   lu.assertErrorMsgContains("metric: ' , ' has an empty element", b.compare, b, b, { metric = " , " })
   lu.assertErrorMsgContains("metric: it names no figure", b.compare, b, b, { metric = {} })
   lu.assertErrorMsgContains("metric: expected names of figures, not a boolean", b.compare, b, b,
      { metric = true })
   lu.assertErrorMsgContains("compare: fail: 'yes' is not accepted; write true or false",
      b.compare, b, b, { fail = "yes" })
   lu.assertErrorMsgContains("compare: options: expected a table", b.compare, b, b.dir, "fail")
   lu.assertErrorMsgContains("/no/such: not a run folder", b.compare, b, "/no/such")
   lu.assertErrorMsgContains("no cell in common", b.compare, b, run { contenders = { "processes" } })
end

function TestScripts.test_cells_are_compared_as_before()
   local b = run()
   lu.assertEquals(b:compare(b.cells[1], b.cells[1], "total_s").verdict, "same")
end

TestEarlierRuns = {}

function TestEarlierRuns.tearDown() runs.clear() end

-- A folder as the first versions wrote it, or with even less: no schema, no contender options, only times.
local function old_folder(schema)
   local dir = runs.folder()
   os.execute("mkdir -p " .. dir)
   local lines = {}
   for number = 1, 6 do
      lines[number] = ('{"contender":"threads","label":"threads","workers":4,"repeat":%d,"status":"ok",'
         .. '"total_s":%.3f}\n'):format(number, 1 + number / 100)
   end
   files.write(dir .. "/manifest.json", ('{%s"experiment":"tickets"}'):format(schema or ""))
   files.write(dir .. "/trials.jsonl", table.concat(lines))
   return dir
end

function TestEarlierRuns.test_what_lacks_fields_is_read()
   local old = results.load(old_folder())
   lu.assertEquals(#old.cells, 1)
   lu.assertEquals(old:audit(), {})
   old:summary()
   local found = compare.results(old, run(), {})
   lu.assertEquals(row(found, "threads", 4).total_s.trials_a, 6)
   lu.assertEquals(row(found, "threads", 4).cpu_s.verdict, "missing_in_a")
   lu.assertEquals(row(found, "threads", 4).total_s.verdict, "slower")
end

function TestEarlierRuns.test_a_manifest_of_odd_types_is_refused_in_one_line()
   for field, fault in pairs { ['"cells":5'] = "cells is 5, not a list",
      ['"cells":[{},7]'] = "cells[1].contender is missing",
      ['"repeats":"ten"'] = "repeats is a text, not a whole number from 0 to 1000000000",
      ['"environment":"x"'] = "environment is a text, not an object",
      ['"server":3'] = "server is 3, not an object",
      ['"options":"x"'] = "options is a text, not an object" } do
      lu.assertErrorMsgContains("/manifest.json: damaged, " .. fault, results.load, old_folder(field .. ","))
   end
   lu.assertEquals(#results.load(old_folder '"schema":null,').cells, 1)
end

function TestEarlierRuns.test_a_newer_schema_is_refused_in_one_line()
   for _, schema in ipairs { "2", "1.5", '"two"' } do
      local dir = old_folder(('"schema":%s,'):format(schema))
      local ok, raised = pcall(results.load, dir)
      lu.assertFalse(ok)
      lu.assertEquals(raised.exit_code, 2)
      lu.assertStrMatches(raised.message, ".*/manifest%.json: written by a newer bakeoff %(schema [^\n]*")
   end
   lu.assertEquals(#results.load(old_folder('"schema":1,')).cells, 1)
end

os.exit(lu.LuaUnit.run(), true)
