--- Verdicts on invented experiments: equal cells are seldom called different, real differences are found, and
-- many verdicts are corrected jointly. A longer version: tests/bench/run --only verdicts.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local equivalence = require "bakeoff.stats.equivalence"
local gains = require "bakeoff.analysis.gains"
local model_reference = require "bakeoff.model.reference"
local noise = require "support_noise"
local runs = require "support_runs"
local results = require "bakeoff.api.results"
local select = require "bakeoff.model.select"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local verdict = require "bakeoff.model.verdict"
local verdicts = require "bakeoff.analysis.verdicts"

-- Measured on two idle cores: see plots/GALLERY.md.
local IDLE = { sigma = 0.015, outliers = 0.05, block = 0.02 }

local function compare(a, b, metric) return summaries.compare(a, b, metric) end

local function share_different(experiments, blocks, times, seed)
   local source, different = noise.new(seed, IDLE), 0
   for _ = 1, experiments do
      local cells = source:cells(times, blocks)
      local versus = verdicts.of_table(cells, compare)
      for _, comparison in pairs(versus) do
         if comparison.verdict == "faster" or comparison.verdict == "slower" then
            different = different + 1
            break
         end
      end
   end
   return different / experiments
end

TestVerdicts = {}

function TestVerdicts.test_like_is_seldom_called_different()
   for _, blocks in ipairs { 6, 10, 20 } do
      local share = share_different(200, blocks, { 1, 1 }, 11)
      lu.assertTrue(share <= 0.07, ("%d blocks: %.1f %%"):format(blocks, share * 100))
   end
end

function TestVerdicts.test_a_table_of_many_is_as_seldom_wrong_as_one_verdict()
   local share = share_different(100, 10, { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 12)
   lu.assertTrue(share <= 0.07, ("%.1f %%"):format(share * 100))
end

function TestVerdicts.test_five_percent_in_twenty_blocks_are_found()
   local share = share_different(50, 20, { 1, 1.05 }, 13)
   lu.assertTrue(share >= 0.9, ("%.0f %%"):format(share * 100))
end

function TestVerdicts.test_what_is_plain_stands_in_a_table_of_thirty()
   local times = { 1, 10 }
   for index = 3, 30 do
      times[index] = 1
   end
   local cells = noise.new(14, IDLE):cells(times, 10)
   local versus, tests = verdicts.of_table(cells, compare)
   lu.assertEquals({ versus[cells[2]].verdict, tests }, { "slower", 29 })
   lu.assertTrue(versus[cells[2]].p_family > versus[cells[2]].p)
end

function TestVerdicts.test_one_that_stands_alone_can_fall_among_many()
   local function one(p) return { ratio = 0.98, low = 0.96, high = 0.99, p = p, verdict = "faster" } end
   local few = { ratio = 1, pairs = 3, verdict = "too_few_repeats" }
   local alone, among = one(0.03), { one(0.03), one(0.2), few }
   lu.assertEquals(stats.correct_jointly { alone }, 1)
   lu.assertEquals(alone.verdict, "faster")
   lu.assertEquals(stats.correct_jointly(among), 2)
   lu.assertEquals(among[1].verdict, "no_difference")
   lu.assertAlmostEquals(among[1].p_family, 0.06, 1e-12)
   lu.assertEquals(among[3].verdict, "too_few_repeats")
end

function TestVerdicts.test_a_family_has_every_pair_once_and_both_ways_round()
   local cells = noise.new(15, IDLE):cells({ 1, 2, 4 }, 10)
   local versus, tests, family = verdicts.of_table(cells, compare)
   lu.assertEquals({ tests, family.tests, #family.list }, { 2, 3, 3 })
   local there = verdicts.between(family, cells[3], cells[2])
   local back = verdicts.between(family, cells[2], cells[3])
   lu.assertEquals({ there.verdict, back.verdict }, { "slower", "faster" })
   lu.assertAlmostEquals(there.ratio * back.ratio, 1, 1e-12)
   lu.assertAlmostEquals(there.low * back.high, 1, 1e-12)
   lu.assertEquals(versus[cells[3]].verdict, verdicts.between(family, cells[3], cells[1]).verdict)
   for _, one in ipairs(family.list) do
      lu.assertTrue(one.p_family >= one.p) -- corrected jointly
   end
end

-- Sixty equal cells and one that is slower: 1,770 pairs, of which few are asked for.
function TestVerdicts.test_of_very_many_pairs_only_those_asked_for_are_compared()
   local times = {}
   for index = 1, 60 do
      times[index] = index == 60 and 2 or 1
   end
   local cells, compared = noise.new(19, IDLE):cells(times, 12), 0
   local versus, tests, family = verdicts.of_table(cells, function(...)
      compared = compared + 1
      return compare(...)
   end)
   lu.assertEquals({ compared, tests, family.tests }, { 59, 59, 1770 })
   local there = verdicts.between(family, cells[60], cells[7])
   lu.assertEquals({ there.verdict, versus[cells[60]].verdict }, { "slower", "slower" })
   lu.assertAlmostEquals(there.p_family, math.min(there.p * 1711 / 0.2, 1), 1e-9)
   lu.assertEquals(verdicts.between(family, cells[7], cells[60]).verdict, "faster")
   local alike = verdicts.between(family, cells[7], cells[8])
   lu.assertEquals({ alike.verdict, compared }, { "no_difference", 61 })
   cells[7].workers = 99
   lu.assertNil(verdicts.between(family, cells[7], cells[9])) -- another worker count: not read together
end

-- Five equal cells and one pair that differs: titles read ten pairs, rows four of them.
function TestVerdicts.test_what_titles_read_costs_rows_little()
   local source, found, alone = noise.new(17, IDLE), 0, 0
   for _ = 1, 60 do
      local cells = source:cells({ 1, 1.05, 1, 1, 1 }, 12)
      local versus = verdicts.of_table(cells, compare)
      found = found + (versus[cells[2]].verdict == "slower" and 1 or 0)
      local rows = {}
      for index = 2, #cells do
         rows[index - 1] = compare(cells[index], cells[1], "total_s")
      end
      verdicts.correct(rows)
      alone = alone + (rows[1].verdict == "slower" and 1 or 0)
   end
   lu.assertTrue(alone >= 50 and found >= alone - 6, ("%d and %d of 60"):format(alone, found))
end

function TestVerdicts.test_open_and_closed_loops_and_different_rates_are_no_pairs()
   local cells = noise.new(16, IDLE):cells({ 1, 1, 1, 1 }, 8)
   cells[2].rate, cells[3].rate, cells[4].rate = 100, 100, 200
   for _, one in ipairs(cells) do
      for _, trial in ipairs(one.trials) do
         trial.latency_s = { p99 = trial.total_s }
      end
   end
   local function count(family) return #family.list end
   lu.assertEquals(count(verdicts.of_metric(cells, "total_s", compare)), 0)
   lu.assertEquals(count(verdicts.of_metric(cells, "latency_p99_s", compare)), 1)
   lu.assertEquals(count(verdicts.speed(cells, compare)), 1)
   lu.assertEquals(count(verdicts.of_metric(cells, "footprint_peak_bytes", compare)), 6)
end

TestSame = {}

local function codes_of(times, blocks, margin, experiments, seed)
   local source, codes = noise.new(seed, IDLE), {}
   for _ = 1, experiments do
      local cells = source:cells(times, blocks)
      local versus = verdicts.of_table(cells, function(a, b, metric)
         return summaries.compare(a, b, metric, margin)
      end)
      local code = versus[cells[2]].verdict
      codes[code] = (codes[code] or 0) + 1
   end
   return codes
end

function TestSame.test_equal_cells_are_the_same_within_a_wide_margin_only()
   lu.assertTrue((codes_of({ 1, 1 }, 20, 0.05, 50, 17).same or 0) >= 45)
   lu.assertNil(codes_of({ 1, 1 }, 20, 0.002, 50, 17).same)
   lu.assertNil(codes_of({ 1, 1 }, 5, 0.5, 10, 17).same)
end

-- A ratio at the end of the margin: half of the estimates lie within it.
function TestSame.test_what_differs_by_the_margin_is_seldom_called_the_same()
   local same = codes_of({ 1, 1.03 }, 10, 0.03, 300, 18).same or 0
   lu.assertTrue(same <= 0.05 * 300, ("%d of 300"):format(same))
end

function TestSame.test_a_shown_difference_stays_one_however_small()
   local found = { verdict = "faster", margin = 0.03, low = 0.98, high = 0.99 }
   verdict.settle(found, 0.0, 0.05)
   lu.assertEquals(found.verdict, "faster")
   found = { verdict = "no_difference", margin = 0.03, low = 0.98, high = 1.01 }
   verdict.settle(found, 0.06, 0.05)
   lu.assertEquals(found.verdict, "no_difference")
   verdict.settle(found, 0.05, 0.05)
   lu.assertEquals(found.verdict, "same")
end

function TestSame.test_many_are_corrected_jointly()
   local list = {}
   for index = 1, 3 do
      list[index] = { verdict = "no_difference", margin = 0.03, low = 0.99, high = 1.01, p = 0.8,
         p_same = 0.02 }
   end
   verdicts.correct { list[1] }
   lu.assertEquals(list[1].verdict, "same")
   verdicts.correct(list)
   lu.assertEquals(list[1].verdict, "no_difference") -- 3 × 0.02
end

function TestSame.test_the_test_of_equivalence()
   lu.assertTrue(equivalence.p({ 0.99, 1, 1.01, 0.995, 1.005, 1 }, 0.03) < 0.02)
   lu.assertTrue(equivalence.p({ 1.02, 1.03, 1.04, 1.025, 1.035, 1.03 }, 0.03) > 0.4)
   lu.assertEquals(equivalence.p({ 1, 1, 1, 1, 1, 1 }, 0.03), 0)
   lu.assertEquals(equivalence.p({ 0, 1, 1, 1, 1, 1 }, 0.03), 1)
   lu.assertEquals(equivalence.p({ 1 }, 0.03), 1)
end

TestReference = {}

local function cell(contender, workers, untold)
   return { contender = contender, label = contender, workers = workers, untold = untold }
end

function TestReference.test_who_is_compared_with_whom()
   local threads, loop, more = cell("threads", 4), cell("eventloop", 4), cell("eventloop", 16)
   lu.assertEquals(model_reference.at({ loop, threads, more }, 4), loop)
   lu.assertEquals(model_reference.at({ threads, loop, more }, 16), more)
   lu.assertEquals(model_reference.at({ loop, threads, more }, 16), more)
   local late = cell("threads", 16)
   lu.assertEquals(model_reference.at({ threads, loop, more, late }, 16), late) -- the plan's first contender
   local sequential = cell("sequential", 1)
   lu.assertEquals(model_reference.at({ threads, sequential, more }, 16), sequential)
   local untold = cell("command", 1, true)
   lu.assertEquals(model_reference.at({ untold, more }, 16), untold)
   lu.assertNil(model_reference.at({}, 4))
   lu.assertNil(model_reference.at({ threads }, 16))
end

TestReport = {}

function TestReport.tearDown() runs.clear() end

function TestReport.test_summary_and_report_say_how_verdicts_were_made()
   local run = results.load(runs.make { repeats = 8, workers = { 4, 16 } })
   lu.assertTrue(run:report { charts = false, print = function() end, colour = false })
   local file <close> = assert(io.open(run.dir .. "/report.md"))
   local text = file:read "a"
   lu.assertStrContains(text, "The table has 8 verdicts and its titles choose from 16 more, corrected"
      .. " jointly")
   lu.assertStrContains(text, "## Steadiness")
   local summary = run:summary()
   lu.assertEquals({ summary.verdicts.tests, summary.verdicts.family }, { 8, 24 })
   lu.assertEquals({ summary.verdicts.margin, summary.cells[2].vs_reference.margin }, { 0.03, 0.03 })
   lu.assertEquals(summary.cells[2].total_s.method, "order statistics")
   lu.assertIsNumber(summary.cells[2].vs_reference.p_family)
   lu.assertIsTable(summary.cells[2].outliers.tukey)
end

TestZeros = {}

function TestZeros.tearDown() runs.clear() end

function TestZeros.test_times_of_zero_have_no_ratio()
   local zeros, ones = { 0, 0, 0, 0, 0, 0 }, { 1, 1, 1, 1, 1, 1 }
   lu.assertEquals(stats.compare(ones, zeros).verdict, "no_ratio")
   lu.assertEquals(stats.compare({ 1, 1, 1 }, { 0, 0, 0 }).verdict, "too_few_repeats")
   local run = results.load(runs.make { contenders = { "threads", "processes" }, workers = { 1, 4 },
      repeats = 8, change = function(trial) trial.total_s = 0 end })
   lu.assertEquals(run:finding(), "No verdict, since times are zero: 0 s (threads) to 0 s (processes)")
   lu.assertEquals(run:finding "scaling",
      "From 1 to 4 workers: no verdict, since times are zero: threads and processes")
   run:report { charts = false, print = function() end }
   lu.assertEquals(run:summary().cells[3].vs_reference.verdict, "no ratio")
end

TestFamily = {}

-- Titles about scaling compare a contender's largest worker count with its smallest: a pair of the family
-- that all titles share.
function TestFamily.test_titles_about_scaling_have_no_family_of_their_own()
   local run = results.load(runs.make { contenders = { "threads" }, workers = { 1, 2, 4 }, repeats = 8 })
   local found = gains.of(run, select.by_label(run), "total_s")
   local row = run:verdict(run.cells[3], run.cells[1], "total_s")
   lu.assertEquals({ found[1].verdict, found[1].ratio }, { row.verdict, row.ratio })
   lu.assertNotNil(row.p_family)
   lu.assertEquals(#run.families.speed.list, 1)
   lu.assertNotNil(run:verdict(run.cells[3], run.cells[1], "work_s").p_family)
   lu.assertEquals(#run.families.work_s.list, 1)
   runs.clear()
end

os.exit(lu.LuaUnit.run(), true)
