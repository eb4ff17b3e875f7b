-- Brackets of memory peaks: when they are printed, and when they leave a verdict undecided.
local lu = require "luaunit"

local bracket = require "bakeoff.model.bracket"
local compare = require "bakeoff.compare"
local fairness_memory = require "bakeoff.analysis.fairness.memory"
local finding = require "bakeoff.analysis.finding"
local gate = require "bakeoff.gate"
local result_table = require "bakeoff.report.result_table"
local summary = require "bakeoff.model.summary"
local verdicts = require "bakeoff.analysis.verdicts"

local MIB = 1024 ^ 2

-- A cell with ten trials; each needs a little more than the one before. high: of the bracket; nil: none.
local function cell_of(label, low, high, more)
   local cell = { contender = "command", label = label, name = label, workers = 4, trials = {} }
   for block = 1, 10 do
      local memory = { footprint_peak_bytes = math.floor(low * MIB) + block * 1000,
         footprint_peak_high_bytes = high and math.floor(high * MIB) + block * 1000 }
      for key, value in pairs(more or {}) do
         memory[key] = value
      end
      cell.trials[block] = { label = label, workers = 4, block = block, ["repeat"] = block, status = "ok",
         memory = memory, jobs = { done = 1 } }
   end
   return cell
end

local function results_of(...)
   local results = { cells = { ... }, manifest = {}, warnings = {}, trials = {}, margin = 0.03 }
   function results.summary_of(_, cell) return summary.cell(cell) end
   function results.verdict(_, a, b, metric)
      local family = verdicts.of_metric(results.cells, metric, summary.compare)
      return verdicts.between(family, a, b)
   end
   return results
end

local function sentence(...)
   local results = results_of(...)
   return finding.compare(results, results.cells, "footprint_peak_bytes")
end

TestBracket = {}

function TestBracket.test_only_a_wide_bracket_has_words()
   lu.assertNil(bracket.words(100 * MIB, 102 * MIB))
   lu.assertEquals(bracket.words(258 * MIB, 514 * MIB), "seen, at most 514 MiB")
   lu.assertNil(bracket.words(258 * MIB, nil))
   lu.assertStrContains(bracket.words_of(summary.cell(cell_of("a", 258, 514), 1)), "at most 514 MiB")
end

function TestBracket.test_what_is_unknown_is_called_unknown()
   lu.assertEquals(bracket.words(258 * MIB, 16 * 1024 * MIB, true), "seen, at most unknown")
   local cell = cell_of("a", 258, 16 * 1024, { footprint_peak_high_unknown = true })
   local found = summary.cell(cell)
   lu.assertTrue(found.footprint_peak_bytes.at_least)
   lu.assertEquals(bracket.words_of(found), "seen, at most unknown")
   cell.trials[1].memory.footprint_peak_high_unknown = nil
   lu.assertEquals(bracket.words_of(summary.cell(cell)), "seen, at most unknown")
   lu.assertNil(summary.cell(cell_of("a", 258, 514)).footprint_peak_bytes.at_least)
   lu.assertStrContains(fairness_memory.open { cell },
      "How large the peak footprint can have been at most is unknown for a with 4 workers: ")
   lu.assertNil(fairness_memory.open { cell_of("a", 258, 514) })
end

-- Each block's CPU time is `seconds`, at least or exactly.
local function cell_of_cpu(label, seconds, is_least)
   local cell = cell_of(label, 100)
   for block, trial in ipairs(cell.trials) do
      trial.cpu = { user_s = seconds + block / 1e6, system_s = 0.0, cores_used = seconds,
         at_least = is_least or nil, high_s = is_least and 8.0 or nil }
   end
   return cell
end

function TestBracket.test_cpu_time_that_is_a_lower_bound()
   local function verdict(a, b) return summary.compare(a, b, "cpu_s").verdict end
   local exact, least = cell_of_cpu("a", 2.0), cell_of_cpu("b", 1.0, true)
   lu.assertEquals(verdict(cell_of_cpu("b", 1.0), exact), "faster")
   lu.assertEquals(verdict(least, exact), "undecided")
   lu.assertEquals(verdict(exact, cell_of_cpu("c", 4.0, true)), "faster") -- it needs even more
   lu.assertEquals(summary.compare(least, exact, "cores_used").verdict, "undecided")
   local found = summary.cell(least)
   lu.assertTrue(found.cpu_s.at_least)
   lu.assertEquals(tostring(result_table.at_least(found.cpu_s, "time")), "at least 1.00 s")
   lu.assertEquals(tostring(result_table.at_least(summary.cell(exact).cpu_s, "time")), "2.00 s")
end

function TestBracket.test_less_memory_needs_brackets_that_separate()
   local function verdict(a, b) return summary.compare(a, b, "footprint_peak_bytes") end
   lu.assertEquals(verdict(cell_of("a", 100, 150), cell_of("b", 200, 200)).verdict, "faster")
   lu.assertEquals(verdict(cell_of("a", 100), cell_of("b", 200)).verdict, "faster")
   local undecided = verdict(cell_of("a", 100, 250), cell_of("b", 200, 200))
   lu.assertEquals(undecided.verdict, "undecided")
   lu.assertNil(undecided.p)
   lu.assertEquals(verdict(cell_of("a", 200, 200), cell_of("b", 100, 250)).verdict, "undecided")
   lu.assertEquals(verdict(cell_of("a", 200, 200), cell_of("b", 100, 150)).verdict, "slower")
end

function TestBracket.test_a_ranking_says_what_is_undecided()
   lu.assertEquals(sentence(cell_of("a", 100, 100), cell_of("b", 200, 260)),
      "a needs the least memory; b needs 2 times as much")
   lu.assertEquals(sentence(cell_of("a", 100, 250), cell_of("b", 200, 200)),
      "Undecided between a and b: what they may have needed overlaps")
end

function TestBracket.test_of_many_that_are_undecided_all_are_counted()
   local cells = {}
   for n = 1, 6 do
      cells[n] = cell_of(("c%d"):format(n), 100 + n, 250)
   end
   lu.assertEquals(sentence(table.unpack(cells)),
      "No order shown: what all 6 contenders may have needed overlaps (seen: 101 to 106 MiB)")
end

function TestBracket.test_two_runs_are_undecided_in_the_same_way()
   local a, b = results_of(cell_of("a", 100, 100)), results_of(cell_of("a", 80, 150))
   a.dir, b.dir = "a", "b"
   local found = compare.results(a, b, { metrics = { "footprint_peak" } })
   lu.assertEquals(found.rows[1].metrics.footprint_peak_bytes.verdict, "undecided")
   lu.assertEquals(#found.regressions, 0)
   lu.assertEquals(found.undecided[1].reason, "undecided")
end

function TestBracket.test_a_bracket_within_the_noise_leaves_nothing_undecided()
   local a, b = results_of(cell_of("a", 100, 101)), results_of(cell_of("a", 100, 101))
   a.dir, b.dir = "a", "b"
   local found = compare.results(a, b, { metrics = { "footprint_peak" } })
   lu.assertNotEquals(found.rows[1].metrics.footprint_peak_bytes.verdict, "undecided")
   lu.assertEquals(#found.undecided, 0)
end

function TestBracket.test_a_gate_on_cpu_time_that_is_a_lower_bound()
   local results = results_of(cell_of_cpu("a", 1.0, true), cell_of_cpu("b", 1.0))
   lu.assertNil(select(2, gate.check(results, { "cpu(a) > 0.5s", "cpu(b) < 2s" })))
   lu.assertStrContains(select(2, gate.check(results, { "cpu(a) < 2s" })),
      "the 95 % intervals and CPU time that is only a lower bound allow the opposite")
end

function TestBracket.test_a_gate_is_shown_only_if_the_whole_bracket_passes()
   local results = results_of(cell_of("a", 100, 150))
   lu.assertTrue((gate.check(results, { "footprint_peak(a) < 160MiB" })))
   lu.assertNil(select(2, gate.check(results, { "footprint_peak(a) < 160MiB" })))
   lu.assertStrContains(select(2, gate.check(results, { "footprint_peak(a) < 120MiB" })),
      "the 95 % intervals and the brackets of peaks allow the opposite")
   lu.assertNil(select(2, gate.check(results, { "footprint_peak(a) > 90MiB" })))
end

function TestBracket.test_a_ratio_of_peaks_has_the_range_of_their_brackets()
   local results = results_of(cell_of("a", 100, 150), cell_of("b", 200, 200))
   lu.assertNil(select(2, gate.check(results, { "ratio(a, b, footprint_peak) < 0.8" })))
   lu.assertStrContains(select(2, gate.check(results, { "ratio(a, b, footprint_peak) < 0.6" })), "not shown")
end

function TestBracket.test_unreadable_processes_are_mentioned()
   lu.assertNil(fairness_memory.unreadable { cell_of("a", 100) })
   lu.assertNil(fairness_memory.unreadable { cell_of("a", 100, 100, { unreadable_peak = 0 }) })
   lu.assertStrContains(fairness_memory.unreadable { cell_of("a", 100, 500, { unreadable_peak = 4 }),
      cell_of("b", 100) }, "4 processes of another user in a with 4 workers could not be read completely")
end

function TestBracket.test_memory_that_nobody_maps_is_mentioned_where_it_counts()
   lu.assertNil(fairness_memory.outside { cell_of("a", 10, 10, { outside_peak_bytes = 3 * MIB }) })
   lu.assertNil(fairness_memory.outside { cell_of("a", 1000, 1000, { outside_peak_bytes = 10 * MIB }) })
   lu.assertStrContains(fairness_memory.outside { cell_of("a", 2, 2, { outside_peak_bytes = 200 * MIB }) },
      "they grew by 200 MiB while a with 4 workers ran")
end

os.exit(lu.LuaUnit.run(), true)
