--- Verdicts on invented experiments: equal cells are seldom called different, real differences are found, and
-- many verdicts are corrected jointly. A longer version: tests/bench/run --only verdicts.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local model_reference = require "bakeoff.model.reference"
local noise = require "support_noise"
local runs = require "support_runs"
local results = require "bakeoff.api.results"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local verdicts = require "bakeoff.analysis.verdicts"

-- Measured on two idle cores: see plots/README.md.
local IDLE = { sigma = 0.015, outliers = 0.05, block = 0.02 }

local function compare(a, b, metric) return summaries.compare(a, b, metric, 1) end

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

function TestVerdicts.test_pairs_are_those_of_later_against_earlier()
   local cells = noise.new(15, IDLE):cells({ 1, 2, 4 }, 10)
   local pairs_of = verdicts.of_pairs(cells, "total_s", compare)
   lu.assertEquals(pairs_of[1][3].verdict, "slower")
   lu.assertAlmostEquals(pairs_of[2][3].ratio, 2, 0.1)
   for _, one in ipairs { pairs_of[1][2], pairs_of[1][3], pairs_of[2][3] } do
      lu.assertTrue(one.p_family >= one.p) -- corrected jointly
   end
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
   lu.assertStrContains(text, "The table has 8 verdicts, corrected jointly (Holm)")
   lu.assertStrContains(text, "## Steadiness")
   local summary = run:summary()
   lu.assertEquals(summary.verdicts.tests, 8)
   lu.assertEquals(summary.cells[2].total_s.method, "order statistics")
   lu.assertIsNumber(summary.cells[2].vs_reference.p_family)
   lu.assertIsTable(summary.cells[2].outliers.tukey)
end

os.exit(lu.LuaUnit.run(), true)
