--- The scaling analysis on times drawn from laws with known parameters.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local gains = require "bakeoff.analysis.gains"
local noise = require "support_noise"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local scaling = require "bakeoff.analysis.scaling"
local scaling_fit = require "bakeoff.stats.scaling_fit"
local scaling_table = require "bakeoff.report.scaling_table"
local select = require "bakeoff.model.select"
local stats = require "bakeoff.stats"

local COUNTS = { 1, 2, 4, 8, 16, 32 }

local function law(n, sigma, kappa) return 10 * (1 / n + sigma * (n - 1) / n + kappa * (n - 1)) end

local function times_of(counts, sigma, kappa)
   local times = {}
   for index, n in ipairs(counts) do
      times[index] = law(n, sigma, kappa)
   end
   return times
end

TestFit = {}

function TestFit.test_exact_times_give_their_law_back()
   for _, known in ipairs { { 0, 0 }, { 0.05, 0 }, { 0.05, 0.001 }, { 0.3, 0.02 }, { 0, 0.01 } } do
      local fit = scaling_fit.usl(COUNTS, times_of(COUNTS, known[1], known[2]))
      lu.assertAlmostEquals(fit.one, 10, 1e-9)
      lu.assertAlmostEquals(fit.sigma, known[1], 1e-9)
      lu.assertAlmostEquals(fit.kappa, known[2], 1e-9)
      lu.assertTrue(fit.worst < 1e-9)
   end
   local peak = scaling_fit.usl(COUNTS, times_of(COUNTS, 0.05, 0.001)).peak
   lu.assertAlmostEquals(peak, math.sqrt(0.95 / 0.001), 1e-6) -- Gunther: √((1 - σ) / κ)
end

function TestFit.test_amdahl_by_hand() -- T = 4, 2.5, 1.75: a quarter is serial
   local fit = scaling_fit.amdahl({ 1, 2, 4 }, { 4, 2.5, 1.75 })
   lu.assertAlmostEquals(fit.sigma, 0.25, 1e-12)
   lu.assertAlmostEquals(fit.one, 4, 1e-12)
   lu.assertAlmostEquals(scaling_fit.amdahl({ 2, 4, 8 }, { 2.5, 1.75, 1.375 }).one, 4, 1e-12) -- without a 1
end

function TestFit.test_shares_stay_shares()
   local better = scaling_fit.amdahl({ 1, 2, 4 }, { 10, 4, 1.5 }) -- more than linear
   lu.assertEquals(better.sigma, 0)
   local worse = scaling_fit.amdahl({ 1, 2, 4 }, { 10, 11, 12 }) -- workers only hinder
   lu.assertEquals(worse.sigma, 1)
   local usl = scaling_fit.usl({ 1, 2, 4, 8 }, { 10, 4.5, 2.1, 1 })
   lu.assertTrue(usl.sigma >= 0 and usl.kappa >= 0 and usl.worst > 0.01)
end

function TestFit.test_too_few_counts_are_refused_with_the_reason()
   local fit, reason = scaling_fit.amdahl({ 1, 2 }, { 2, 1 })
   lu.assertNil(fit)
   lu.assertEquals(reason, "needs 3 worker counts, has 2")
   fit, reason = scaling_fit.usl({ 1, 2, 4 }, { 4, 2, 1 })
   lu.assertNil(fit)
   lu.assertEquals(reason, "needs 4 worker counts, has 3")
end

-- Columns of times that follow the law, and their medians.
local function drawn(source, sigma, kappa, blocks)
   local columns, medians = {}, {}
   for index, n in ipairs(COUNTS) do
      columns[index] = {}
      for block = 1, blocks do
         columns[index][block] = source:trial(law(n, sigma, kappa))
      end
      medians[index] = stats.median(columns[index])
   end
   return columns, medians
end

-- How many percent of the intervals contain σ, κ and the peak.
local function coverage(sigma, kappa, blocks, rounds)
   local source, hits = noise.new(21, { sigma = 0.02 }), { 0, 0, 0 }
   local function count(index, low, high, truth)
      hits[index] = hits[index] + (low <= truth and high >= truth and 100 / rounds or 0)
   end
   for _ = 1, rounds do
      local columns, medians = drawn(source, sigma, kappa, blocks)
      local fit = scaling_fit.usl(COUNTS, medians, columns)
      count(1, fit.sigma_low, fit.sigma_high, sigma)
      count(2, fit.kappa_low, fit.kappa_high, kappa)
      count(3, fit.peak_low or math.huge, fit.peak_high or math.huge,
         kappa > 0 and math.sqrt((1 - sigma) / kappa) or math.huge)
   end
   return hits
end

-- If there is no κ, only the upper ends of κ and of the peak can be wrong.
function TestFit.test_intervals_contain_the_truth_as_often_as_they_say()
   for kappa, wanted in pairs { [0.002] = { 95, 95, 95 }, [0] = { 95, 97.5, 97.5 } } do
      local hits = coverage(0.05, kappa, 8, 800)
      for index, share in ipairs(hits) do
         lu.assertAlmostEquals(share, wanted[index], 2, table.concat(hits, " "))
      end
   end
end

TestAnalysis = {}

function TestAnalysis.tearDown() runs.clear() end

-- A run whose threads follow the law, with a pool that takes 2 ms and 3 MB per worker.
local function run_of(counts, sigma, kappa, repeats)
   local source = noise.new(22, { sigma = 0.01 })
   return results.load(runs.make { contenders = { "sequential", "threads" }, workers = counts,
      repeats = repeats or 12, change = function(trial)
         if trial.label == "threads" then
            trial.work_s = source:trial(law(trial.workers, sigma, kappa))
            trial.setup_s = source:trial(0.002 * trial.workers)
            trial.total_s = trial.work_s + trial.setup_s
            trial.memory.footprint_peak_bytes = 1e7 + 3e6 * trial.workers
         end
      end })
end

function TestAnalysis.test_what_is_known_is_found()
   local entries = run_of({ 1, 2, 4, 8, 16, 64 }, 0.05, 0.002):scaling()
   lu.assertEquals(#entries, 1) -- sequential has only one count
   local entry = entries[1]
   local last = entry.points[5]
   local truth = law(1, 0.05, 0.002) / law(16, 0.05, 0.002)
   lu.assertEquals({ entry.label, entry.base_workers, last.workers }, { "threads", 1, 16 })
   lu.assertAlmostEquals(last.speedup.value, truth, 0.02 * truth)
   lu.assertTrue(last.speedup.low < truth * 1.01 and last.speedup.high > truth * 0.99)
   lu.assertAlmostEquals(last.efficiency.value, last.speedup.value / 16, 1e-12)
   lu.assertAlmostEquals(entry.usl.sigma, 0.05, 0.01)
   lu.assertAlmostEquals(entry.usl.kappa, 0.002, 0.0003)
   lu.assertTrue(entry.usl.peak_low < math.sqrt(0.95 / 0.002) * 1.05)
   lu.assertEquals(entry.knee.workers, 16) -- the law: 1.24 s at 16, 1.88 s at 64
   lu.assertTrue(entry.knee.certainty > 0.99)
   lu.assertAlmostEquals(entry.memory_per_worker.value, 3e6, 1)
   lu.assertAlmostEquals(entry.setup.per_worker_s.value, 0.002, 0.0001)
   lu.assertEquals(entry.setup.workers, 64)
end

-- Of peaks that may have been missed, the slope is known only as well as their brackets.
function TestAnalysis.test_brackets_of_peaks_widen_the_slope_of_memory()
   local run = run_of({ 1, 2, 4, 8, 16, 64 }, 0.05, 0.002)
   local last
   for _, cell in ipairs(run.cells) do
      last = cell.workers == 64 and cell or last
   end
   for _, trial in ipairs(last.trials) do
      trial.memory.footprint_peak_high_bytes = trial.memory.footprint_peak_bytes + 63e6
   end
   local slope = run:scaling()[1].memory_per_worker
   lu.assertAlmostEquals(slope.value, 3e6, 1)
   lu.assertAlmostEquals(slope.high, 4e6, 1e5) -- a megabyte more for each further worker
   lu.assertTrue(slope.low <= 3e6)
end

function TestAnalysis.test_the_knee_is_the_smallest_count_that_is_near_the_best()
   local run = run_of({ 1, 2, 4, 8 }, 0.5, 0) -- 10, 7.5, 6.25, 5.6 s
   lu.assertEquals(scaling.analyse(run, 0.05)[1].knee.workers, 8)
   lu.assertEquals(scaling.analyse(run, 0.15)[1].knee.workers, 4)
   lu.assertEquals(scaling.analyse(run, 2)[1].knee.workers, 1)
   lu.assertTrue(scaling.analyse(run, 0.05)[1].knee.is_last)
end

function TestAnalysis.test_few_repeats_give_fits_without_intervals()
   local entry = run_of({ 1, 2, 4 }, 0.1, 0, 4):scaling()[1]
   lu.assertAlmostEquals(entry.amdahl.sigma, 0.1, 0.03)
   lu.assertNil(entry.amdahl.sigma_low)
   lu.assertNil(entry.points[3].speedup.low)
   lu.assertEquals(entry.usl.refused, "needs 4 worker counts, has 3")
end

function TestAnalysis.test_two_counts_are_not_enough()
   local run = run_of({ 1, 4 }, 0.1, 0)
   lu.assertEquals(#run:scaling(), 0)
   run:report { charts = false, print = function() end, colour = false }
   local file <close> = assert(io.open(run.dir .. "/report.md"))
   lu.assertNotStrContains(file:read "a", "## Scaling")
end

function TestAnalysis.test_a_count_that_always_failed_is_left_out()
   local run = results.load(runs.make { contenders = { "threads" }, workers = { 1, 2, 4, 8 }, repeats = 8,
      change = function(trial)
         if trial.workers == 8 then
            trial.status, trial.work_s, trial.total_s = "failed", nil, nil
         end
      end })
   lu.assertEquals(#run:scaling()[1].points, 3)
end

function TestAnalysis.test_gains_need_the_smallest_and_the_largest_count()
   local run = results.load(runs.make { contenders = { "threads", "processes", "eventloop" },
      workers = { 1, 4, 16 }, repeats = 6 })
   local list = select.by_label(run)
   table.remove(list[2].cells)    -- stops at 4 workers
   table.remove(list[3].cells, 1) -- starts at 4 workers
   local found, least, most = gains.of(run, list, "work_s")
   lu.assertEquals({ least, most, #found }, { 1, 16, 1 })
   lu.assertEquals({ found[1].cell.label, found[1].cell.workers }, { "threads", 16 })
end

function TestAnalysis.test_table_and_summary_say_it()
   local run = run_of({ 1, 2, 4, 8, 16, 64 }, 0.05, 0.002)
   local columns, rows = scaling_table.rows(run, run:scaling())
   lu.assertEquals(#rows[1], #columns)
   lu.assertStrMatches(tostring(rows[1][3]), "[%d.]+× %[[%d.]+, [%d.]+%]")
   lu.assertEquals(tostring(rows[1][5]), "16")
   lu.assertStrMatches(tostring(rows[1][9]), "2[%d.]+ %[2[%d.]+, 2[%d.]+%]")
   lu.assertStrMatches(tostring(rows[1][11]), "2.86 MiB") -- in every block: an interval without width
   local said = {}
   run:report { charts = false, all = true, width = 500, colour = false,
      print = function(line) said[#said + 1] = line end }
   lu.assertStrContains(table.concat(said, "\n"), "speed-up [95 %]")
   local file <close> = assert(io.open(run.dir .. "/report.md"))
   lu.assertStrContains(file:read "a", "## Scaling")
   lu.assertAlmostEquals(run:summary().scaling[1].usl.kappa, 0.002, 0.0003)
end

os.exit(lu.LuaUnit.run(), true)
