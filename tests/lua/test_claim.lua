--- Claims: decided on intervals, corrected together, never held when the run can't decide.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local bake = require "bakeoff"
local cell_type = require "bakeoff.model.cell"
local claim = require "bakeoff.gate.claim"
local claim_text = require "bakeoff.gate.claim_text"
local failure = require "bakeoff.base.failure"
local json = require "bakeoff.base.json"
local random = require "bakeoff.base.random"
local session = require "bakeoff.script.session"

local MIB = 1024 * 1024

-- A run in memory. cells: { label, workers, time(block), bytes(block) or nil, trial(row) or nil }.
local function run_of(cells, repeats)
   local run = { cells = {}, manifest = { experiment = "made" }, dir = "made" }
   for index, spec in ipairs(cells) do
      local cell = cell_type.new(spec[1], spec[1], spec[2] or 4)
      for block = 1, repeats or 10 do
         local row = { status = "ok", block = block, ["repeat"] = block, total_s = spec.time(block),
            jobs = { submitted = 100, done = 100, failed = 0, lost = 0 },
            memory = { footprint_peak_bytes = spec.bytes and spec.bytes(block) or nil } }
         cell.trials[block] = spec.trial and spec.trial(row) or row
      end
      run.cells[index] = cell
   end
   return run
end

local function noisy(middle, percent, shift)
   return function(block) return middle * (1 + percent / 100 * ((block * 7 + shift) % 10 - 4.5) / 4.5) end
end

-- Threads take 2 s, processes 3 s, the event loop 2.002 s.
local function usual(repeats)
   return run_of({ { "threads", time = noisy(2, 1, 0) }, { "processes", time = noisy(3, 1, 3) },
      { "eventloop", time = noisy(2.002, 1, 5) } }, repeats)
end

local function verdict(run, conditions)
   local outcome = claim.new(run, "so it is", conditions)
   return outcome.verdict, outcome
end

TestVerdicts = {}

function TestVerdicts.test_held_refuted_and_not_shown()
   local run = usual()
   for condition, expected in pairs { ["total(threads) < total(processes)"] = "held",
      ["total(threads) < 0.7 * total(processes)"] = "held",
      ["total(processes) / total(threads) > 1.4"] = "held",
      ["total(threads) < 0.6 * total(processes)"] = "refuted", ["total(threads) > 2.5s"] = "refuted",
      ["ratio(threads, processes) < 0.7"] = "held", ["ratio_high(threads, processes) < 0.7"] = "held",
      ["total(threads) < total(eventloop)"] = "not_shown",
      ["total(threads) ~= total(eventloop)"] = "not_shown",
      ["total(threads) == total(eventloop)"] = "not_shown", ["total(threads) == 2.5s"] = "refuted",
      ["total(threads) + total(eventloop) > total(processes)"] = "held",
      ["total(threads) - total(processes) < -0.9s"] = "held", ["errors == 0"] = "held",
      ["errors > 0"] = "refuted",
      ["max(total(threads)) < 2.1s"] = "held", ["errors(threads) < errors(processes)"] = "not_shown",
      ["max(total(threads)) < min(total(processes))"] = "not_shown" } do
      lu.assertEquals((verdict(run, condition)), expected, condition)
   end
   lu.assertEquals((verdict(run, { "ratio(threads, eventloop) > 0.97", "ratio(threads, eventloop) < 1.03" })),
      "held")
   lu.assertEquals((verdict(run, { "total(threads) < 3s", "total(threads) > 3s" })), "refuted")
end

function TestVerdicts.test_every_place_must_hold_and_one_is_enough_to_refute()
   local run = run_of { { "threads", 1, time = noisy(1, 1, 0) }, { "threads", 8, time = noisy(2, 1, 1) },
      { "processes", 1, time = noisy(2, 1, 2) }, { "processes", 8, time = noisy(2, 1, 4) } }
   lu.assertEquals((verdict(run, "total(threads) < 1.2 * total(processes)")), "held")
   lu.assertEquals((verdict(run, "total(threads) < total(processes)")), "not_shown")
   lu.assertEquals((verdict(run, "total(threads) < 0.9 * total(processes)")), "refuted")
end

function TestVerdicts.test_what_was_found_has_values_and_intervals()
   local _, outcome = verdict(usual(), "total(threads) < 0.7 * total(processes)")
   lu.assertStrMatches(outcome.found, "total%(threads%) / total%S+ = 0%.66%d %[0%.6%d%d, 0%.6%d%d%]")
   _, outcome = verdict(usual(), "2.5s > total(threads)")
   lu.assertStrMatches(outcome.found, "total%(threads%) = 2%.00 s %[1%.9%d, 2%.0%d%]")
   _, outcome = verdict(usual(), "total(threads) < total(eventloop)")
   lu.assertEquals(outcome.reason, "the 95 % intervals allow the opposite")
   lu.assertStrMatches(claim_text.line(outcome), "not shown: so it is %(total.*; the 95 %% intervals .*%)")
   local lines = claim_text.lines(outcome, { width = 40, colour = true })
   lu.assertStrContains(lines[1], "\27[33mnot shown\27[0m: so it is")
   lu.assertEquals(lines[2]:sub(1, 12), "           t")
end

function TestVerdicts.test_too_few_repeats_decide_nothing()
   local found, outcome = verdict(usual(5), "total(threads) < total(processes)")
   lu.assertEquals({ found, outcome.reason, outcome.p }, { "not_shown", "too few repeats for an interval" })
end

function TestVerdicts.test_failed_jobs_and_trials_leave_it_open()
   local function half_fail(row)
      row.jobs.failed, row.jobs.done = 50, 50
      return row
   end
   local function one_breaks(row)
      row.status = row.block == 3 and "failed" or "ok"
      return row
   end
   for why, change in pairs { ["but 50 % of the jobs of threads failed"] = half_fail,
      ["but 1 of 10 trials of threads failed"] = one_breaks } do
      local run = run_of { { "threads", time = noisy(2, 1, 0), trial = change },
         { "processes", time = noisy(3, 1, 3) } }
      for _, condition in ipairs { "total(threads) < total(processes)", "total(threads) > 10s" } do
         local found, outcome = verdict(run, condition)
         lu.assertEquals({ found, outcome.reason }, { "not_shown", why }, condition)
      end
      lu.assertEquals((verdict(run, "errors(threads) > 0")), "held")
   end
end

function TestVerdicts.test_a_figure_that_nobody_recorded_leaves_it_open()
   local found, outcome = verdict(usual(), "footprint_peak(threads) < 1GiB")
   lu.assertEquals(found, "not_shown")
   lu.assertStrContains(outcome.reason, "footprint_peak(threads) has no figure")
end

function TestVerdicts.test_peaks_count_with_their_brackets()
   local function up_to_40(row)
      row.memory.footprint_peak_high_bytes = 40 * MIB
      return row
   end
   local run = run_of { { "threads", time = noisy(1, 1, 0), bytes = noisy(20 * MIB, 1, 0), trial = up_to_40 },
      { "eventloop", time = noisy(1, 1, 0), bytes = noisy(30 * MIB, 1, 3) } }
   for condition, expected in pairs {
      ["footprint_peak(threads) < footprint_peak(eventloop)"] = "not_shown",
      ["footprint_peak(threads) < 0.5 * footprint_peak(eventloop)"] = "refuted",
      ["footprint_peak(threads) < 1.4 * footprint_peak(eventloop)"] = "held",
      ["footprint_peak(threads) < 25MiB"] = "not_shown", ["footprint_peak(threads) < 50MiB"] = "held",
      ["footprint_peak(eventloop) > 25MiB"] = "held" } do
      lu.assertEquals((verdict(run, condition)), expected, condition)
   end
end

-- The machine slows down by half: intervals of the times overlap, quotients within blocks don't.
function TestVerdicts.test_sides_are_paired_by_block()
   local function slower(middle)
      return function(block) return middle * (1 + block / 20 + block * 3 % 4 / 500) end
   end
   local run = run_of { { "threads", time = slower(1) }, { "eventloop", time = slower(1.05) } }
   lu.assertEquals((verdict(run, "total(threads) < total(eventloop)")), "held")
   lu.assertEquals((verdict(run, "total(eventloop) > 1.1 * total(threads)")), "refuted")
end

function TestVerdicts.test_values_without_spread_are_facts()
   local function of(value) return function() return value end end
   local run = run_of { { "threads", time = of(2) }, { "eventloop", time = of(2) } }
   for condition, expected in pairs { ["total(threads) <= total(eventloop)"] = "held",
      ["total(threads) < total(eventloop)"] = "refuted", ["total(threads) == 2s"] = "held",
      ["0.1 * total(threads) * 3 == 0.3 * total(eventloop)"] = "held" } do
      local found, outcome = verdict(run, condition)
      lu.assertEquals({ found, outcome.p }, { expected }, condition)
   end
end

TestMisuse = {}

function TestMisuse.test_what_no_run_can_answer_raises()
   for message, arguments in pairs { ["'throughput' is not a figure"] = { "x", "throughput < 3" },
      ["no trial of thread ran; did you mean 'threads'"] = { "x", "total(thread) < 3s" },
      ["claim 'total(threads, 9) < 3s': no trial of threads ran with 9"] = { "x", "total(threads, 9) < 3s" },
      ["the sentence is nothing, not a string"] = { nil, "errors == 0" },
      ["the sentence is empty"] = { " ", "errors == 0" },
      ["a condition is missing"] = { "x", {} }, ["claim: a condition is a string"] = { "x", 3 } } do
      local ok, raised = pcall(claim.new, usual(), arguments[1], arguments[2])
      lu.assertFalse(ok, message)
      lu.assertTrue(failure.is(raised), tostring(raised))
      lu.assertStrContains(raised.message, message)
      lu.assertEquals(raised.exit_code, 2)
   end
end

TestFamilies = {}

-- A difference that is shown on its own, with p of about 0.01.
local function borderline()
   return run_of { { "threads", time = noisy(2, 3, 0) }, { "eventloop", time = noisy(2.07, 2, 5) } }
end

function TestFamilies.test_many_claims_make_a_borderline_one_not_shown()
   local outcome = claim.new(borderline(), "threads are faster", "total(threads) < total(eventloop)")
   lu.assertEquals(outcome.verdict, "held")
   lu.assertTrue(outcome.p > 0.001 and outcome.p < 0.05, outcome.p)
   local family = { outcome }
   for index = 1, 50 do
      family[index + 1] = claim.new(usual(), "a tie", "total(threads) < total(eventloop)")
   end
   claim.settle(family)
   lu.assertEquals({ outcome.verdict, outcome.alone }, { "not_shown", "held" })
   lu.assertStrMatches(outcome.reason, "p = 0?%.?%d+, corrected for 51 claims")
   claim.settle { outcome }
   lu.assertEquals({ outcome.verdict, outcome.reason }, { "held" })
end

function TestFamilies.test_clear_claims_survive_and_facts_cost_nothing()
   local family = {}
   for index = 1, 20 do
      family[index] = claim.new(usual(), "x", index % 2 == 0 and "errors == 0"
         or "total(threads) < total(processes)")
   end
   claim.settle(family)
   for _, outcome in ipairs(family) do
      lu.assertEquals(outcome.verdict, "held")
   end
   lu.assertEquals(claim_text.counts(family), "20 claims: 20 held")
   lu.assertNil(family[2].p_family)
   lu.assertTrue(family[1].p_family <= 10 * family[1].p + 1e-12)
end

local function normal(generator)
   local sum = 0
   for _ = 1, 12 do
      sum = sum + (generator:bits() >> 11) / 2 ^ 53
   end
   return sum - 6
end

-- Families of five claims, each about two equal contenders, one of them at two worker counts.
local function decides_something(generator)
   local function time() return 2 * (1 + 0.05 * normal(generator)) end
   local family = {}
   for index = 1, 5 do
      local cells = { { "threads", 4, time = time }, { "eventloop", 4, time = time } }
      if index == 1 then
         cells[3], cells[4] = { "threads", 8, time = time }, { "eventloop", 8, time = time }
      end
      family[index] = claim.new(run_of(cells), "x", "total(threads) < total(eventloop)")
   end
   claim.settle(family)
   for _, outcome in ipairs(family) do
      if outcome.verdict ~= "not_shown" then
         return true
      end
   end
   return false
end

-- Of 400 families, 5 % are 20; 31 or more have a probability of 1 % at that rate.
function TestFamilies.test_equal_contenders_are_seldom_told_apart()
   local generator, count = random.new(7), 0
   for _ = 1, 400 do
      count = count + (decides_something(generator) and 1 or 0)
   end
   lu.assertTrue(count <= 30, count)
end

TestFiles = {}

function TestFiles.test_in_files()
   local run = usual()
   local list = { claim.new(run, "x", "total(threads) < total(processes)"),
      claim.new(run, "y", "total(threads) < total(eventloop)") }
   list[1].line, list[1].cell = 12, 3
   local found = json.decode(json.encode(claim.written(list)))
   lu.assertEquals({ found[1].says, found[1].verdict, found[1].line, found[1].cell, found[1].condition,
      found[1].alone }, { "x", "held", 12, 3, "total(threads) < total(processes)" })
   lu.assertStrContains(found[2].reason, "allow the opposite")
end

TestScripts = {}

function TestScripts.setUp()
   session.reset()
   TestScripts.shown = {}
   session.show_claims(function(outcome) table.insert(TestScripts.shown, outcome) end)
end

TestScripts.tearDown = session.reset

function TestScripts.test_the_last_run_or_the_only_one_with_the_contenders()
   local function told(name, ...)
      local cells = {}
      for index, label in ipairs { ... } do
         cells[index] = { label, time = noisy(index, 1, index) }
      end
      local run = run_of(cells)
      run.manifest.experiment, run.status = name, "complete"
      return session.add(run)
   end
   lu.assertErrorMsgContains("no experiment of this script has run yet", bake.claim, "x", "errors == 0")
   told("one", "threads", "processes")
   told("two", "eventloop", "hybrid")
   lu.assertEquals(bake.claim("x", "total(threads) < total(processes)").run, "one")
   lu.assertEquals(bake.claim("x", "total(hybrid) > total(eventloop)").run, "two")
   lu.assertEquals(bake.claim("x", "errors == 0").run, "two")
   lu.assertErrorMsgContains("no trial of coroutines ran", bake.claim, "x", "total(coroutines) < 3s")
   told("three", "threads", "processes")
   told("four", "eventloop")
   lu.assertErrorMsgContains("several experiments have these contenders (one, three)", bake.claim, "x",
      "total(threads) < 3s")
   lu.assertEquals(#TestScripts.shown, 3)
   lu.assertEquals(session.claims(), TestScripts.shown)
   lu.assertEquals(TestScripts.shown[1].line > 100, true)
end

function TestScripts.test_deciding_shows_nothing_and_corrects_together()
   local found = bake.decide {
      { results = usual(), says = "x", conditions = "total(threads) < total(processes)" },
      { results = borderline(), says = "y", conditions = { "total(threads) < total(eventloop)" } } }
   lu.assertEquals({ found[1].verdict, found[2].verdict }, { "held", "held" })
   lu.assertAlmostEquals(found[1].p_family, 2 * found[1].p, 1e-12)
   lu.assertEquals({ #session.claims(), #TestScripts.shown }, { 0, 0 })
end

os.exit(lu.LuaUnit.run(), true)
