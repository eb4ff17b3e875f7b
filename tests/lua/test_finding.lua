--- Titles made from verdicts: what they say when medians and ratios paired by block disagree. A title is
-- never empty and never claims a factor of 1.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local cell_type = require "bakeoff.model.cell"
local comparison = require "bakeoff.analysis.wording.comparison"
local finding = require "bakeoff.analysis.finding"
local groups = require "bakeoff.analysis.wording.groups"
local noise = require "support_noise"
local quadrant = require "bakeoff.analysis.quadrant"
local quadrant_words = require "bakeoff.analysis.wording.quadrant"
local random = require "bakeoff.base.random"
local scaling = require "bakeoff.analysis.wording.scaling"
local summaries = require "bakeoff.model.summary"
local verdict = require "bakeoff.model.verdict"
local verdicts = require "bakeoff.analysis.verdicts"

local METRICS = { "total_s", "latency_p99_s", "footprint_peak_bytes" }

-- A cell whose trials have values[block] in every metric; false: the trial failed.
local function cell_of(contender, values)
   local cell = cell_type.new(contender, contender, 4)
   for block, value in pairs(values) do
      cell.trials[#cell.trials + 1] = { block = block, status = value and "ok" or "failed", reason = "died",
         total_s = value or nil, latency_s = { p99 = value or nil },
         memory = { footprint_peak_bytes = value and value * 1e6 or nil } }
   end
   return cell
end

-- Results of these cells, with all that findings ask for.
local function results_of(cells)
   local self = { cells = cells, families = {}, margin = 0.03 }
   function self.summary_of(_, cell) return summaries.cell(cell, 1) end
   function self.compare(_, a, b, metric) return summaries.compare(a, b, metric, 0.03) end
   function self.verdict(_, a, b, metric)
      self.families[metric] = self.families[metric] or verdicts.of_metric(cells, metric,
         function(...) return self:compare(...) end)
      return verdicts.between(self.families[metric], a, b)
   end
   return self
end

local function constant(blocks, value, later, last)
   local values = {}
   for block = 1, blocks do
      values[block] = value + block / 1e4
   end
   for block = blocks + 1, last or blocks do
      values[block] = later and later + block / 1e4
   end
   return values
end

TestContradictions = {}

-- The first cell is slow where both ran and quick where the other failed: it has the lowest median, yet it is
-- shown to be slower.
local function contradicting()
   return cell_of("threads", constant(8, 10, 1, 24)), cell_of("processes", constant(8, 5, false, 24))
end

function TestContradictions.test_the_one_that_is_shown_to_be_faster_leads()
   local cells = { contradicting() }
   lu.assertEquals(finding.compare(results_of(cells), cells, "total_s"),
      "Processes are fastest; threads take 2 times as long; but 16 of 24 trials of processes failed")
   local found = finding.ranking(results_of(cells), cells, "total_s")
   lu.assertEquals({ found.leader.cell, #found.slower }, { cells[2], 1 })
end

function TestContradictions.test_the_quadrant_names_the_same_leader()
   local entries, cells = {}, { contradicting() }
   for index, cell in ipairs(cells) do
      local median = summaries.cell(cell, 1).total_s.median
      entries[index] = { cell = cell, name = cell.name, time = median, size = median * 1e6 }
   end
   lu.assertStrContains(quadrant_words.sentence(quadrant.find(results_of(cells), entries)),
      "Processes are fastest and smallest (")
end

-- In the blocks they share, 2 beats 1, 3 beats 2, and 1 beats 3.
function TestContradictions.test_a_ring_has_no_leader()
   local a, b, c = {}, {}, {}
   for block = 1, 10 do
      a[block], b[block], c[block] = 2 + block / 1e4, 1, false
      a[block + 10], b[block + 10], c[block + 10] = false, 2 + block / 1e4, 1
      a[block + 20], b[block + 20], c[block + 20] = 1, false, 2 + block / 1e4
   end
   local cells = { cell_of("threads", a), cell_of("processes", b), cell_of("eventloop", c) }
   lu.assertEquals(finding.compare(results_of(cells), cells, "total_s"),
      "No clear order: each contender is beaten by another")
end

TestTies = {}

function TestTies.test_a_leader_that_is_tied_says_with_whom()
   local wide = {}
   for block = 1, 10 do
      wide[block] = block % 2 == 0 and 0.5 or 1.6
   end
   local cells = { cell_of("threads", constant(10, 1)), cell_of("coroutines", wide),
      cell_of("sequential", constant(10, 3)) }
   lu.assertStrContains(finding.compare(results_of(cells), cells, "total_s"),
      "Threads and coroutines tie for fastest; sequential takes ")
end

function TestTies.test_a_ratio_that_does_not_hold_for_all_in_front_says_to_whom()
   local wide = {}
   for block = 1, 10 do
      wide[block] = block % 2 == 0 and 0.5 or 3.5
   end
   local cells = { cell_of("eventloop", constant(10, 1)), cell_of("coroutines", wide),
      cell_of("sequential", constant(10, 9)) }
   lu.assertEquals(finding.compare(results_of(cells), cells, "total_s"), "Event loop and coroutines "
      .. "tie for fastest; sequential takes 9 times as long as the event loop")
end

function TestTies.test_where_those_in_front_are_quicker_than_the_ratio_says_it_says_to_whom()
   local wide = {}
   for block = 1, 12 do
      wide[block] = block > 8 and 4 or 0.5
   end
   local cells = { cell_of("eventloop", constant(12, 1)), cell_of("coroutines", wide),
      cell_of("sequential", constant(12, 9)) }
   lu.assertStrContains(finding.compare(results_of(cells), cells, "total_s"),
      "tie for fastest; sequential takes 8.99 times as long as the event loop")
end

-- Two groups of trials: its median lies above that of the event loop, which is shown to be slower than
-- threads, and no difference between threads and this one is shown.
local function with_unplaced()
   local wide = {}
   for block = 1, 12 do
      wide[block] = block % 2 == 0 and 0.5 or 4
   end
   return { cell_of("threads", constant(12, 1)), cell_of("eventloop", constant(12, 1.5)),
      cell_of("processes", wide) }
end

function TestTies.test_none_is_in_front_of_a_quicker_one_that_is_behind()
   local cells = with_unplaced()
   local found = finding.ranking(results_of(cells), cells, "total_s")
   lu.assertEquals({ #found.tied, #found.slower, found.between[1].cell }, { 0, 1, cells[3] })
   for metric, words in pairs {
      total_s = "The event loop takes 1.5 times as long as threads; no place shown for processes",
      latency_p99_s = "Threads' p99 is 1.00 s; the event loop's p99 is 1.50 s, 1.5 times as high; no place "
         .. "shown for processes",
      footprint_peak_bytes = "The event loop needs 1.5 times as much as threads; no place shown for "
         .. "processes",
   } do
      lu.assertEquals(finding.compare(results_of(cells), cells, metric), words)
   end
end

-- Six repeats are too few for the comparisons of many, so that nearly all seem to be equal.
function TestTies.test_of_many_in_front_it_is_said_that_no_difference_is_shown()
   local cells = {}
   for index = 1, 8 do
      cells[index] = cell_of("contender " .. index, constant(6, index < 8 and 1 + index / 10 or 9))
   end
   local run = results_of(cells)
   function run.verdict(_, a, b)
      return { ratio = 8, verdict = a.label == "contender 8" and "slower"
         or b.label == "contender 8" and "faster" or "no_difference" }
   end
   local words = finding.compare(run, cells, "total_s")
   lu.assertStrMatches(words, "No difference shown among 7 of 8 contenders; contender 8 takes 8 times .*")
   lu.assertStrMatches(finding.compare(run, cells, "footprint_peak_bytes"),
      "In memory, no difference shown among 7 of 8 contenders; contender 8 needs 8 times .*")
end

function TestTies.test_the_quadrant_names_no_winner_among_equals()
   local cells, entries = {}, {}
   for index, time in ipairs { 1, 2, 1 } do
      cells[index] = cell_of("contender " .. index, constant(10, time))
      for _, trial in ipairs(cells[index].trials) do
         trial.memory.footprint_peak_bytes = 4 * 1024 * 1024
      end
      entries[index] = { cell = cells[index], name = cells[index].name, time = time, size = 4 * 1024 * 1024 }
   end
   lu.assertEquals(quadrant_words.sentence(quadrant.find(results_of(cells), entries)),
      "Shortest median time: contender 1 and contender 3, same within 3 % (1.00 s); smallest median "
      .. "footprint: contender 1, contender 2 and contender 3, same within 3 % (4.00 MiB)")
end

TestTitles = {}

local CONTENDERS = { "sequential", "threads", "processes", "eventloop", "coroutines", "hybrid" }

local function random_cells(draw)
   local cells = {}
   for index = 1, 2 + draw(5) do
      local level, values = 1 + draw(4) * (draw(2) == 0 and 0.001 or 1), {}
      for block = 1, 3 + draw(12) do
         values[block] = draw(4) > 0 and level * (1 + draw(1000) / 1e4) or false
      end
      cells[index] = cell_of(CONTENDERS[index], values)
   end
   return cells
end

local function check(title, about)
   lu.assertStrMatches(title, "%S.*%S", nil, nil, about)
   for _, never in ipairs { "nil", "%f[%d%.]1 times", "^%s*;", ": *;", ": *$" } do
      lu.assertNil(title:find(never), about .. title)
   end
end

local function entries_of(cells)
   local entries = {}
   for _, cell in ipairs(cells) do
      local summary = summaries.cell(cell, 1)
      if summary.total_s then
         entries[#entries + 1] = { cell = cell, name = cell.name, time = summary.total_s.median,
            size = summary.footprint_peak_bytes.median }
      end
   end
   return entries
end

function TestTitles.test_no_input_gives_an_empty_title_or_a_factor_of_one()
   local generator = random.new(11)
   local function draw(count) return (generator:bits() >> 33) % count end
   for round = 1, 120 do
      local cells = random_cells(draw)
      local results = results_of(cells)
      for _, metric in ipairs(METRICS) do
         check(finding.compare(results, cells, metric), ("round %d, %s: "):format(round, metric))
      end
      local entries = entries_of(cells)
      if #entries > 1 then
         check(quadrant_words.sentence(quadrant.find(results, entries)), ("round %d: "):format(round))
      end
   end
end

-- Two equal cells and four that are far slower: only the two are hard to tell apart. The other families of
-- verdicts don't decide here.
function TestTitles.test_of_two_equal_cells_few_are_called_fastest_or_smallest()
   local source, named, rounds = noise.new(12, { sigma = 0.02 }), 0, 300
   local memory = noise.new(13, { sigma = 0.02 })
   for _ = 1, rounds do
      local cells = source:cells({ 1, 1, 2, 2, 2, 2 }, 10)
      for _, cell in ipairs(cells) do
         for _, trial in ipairs(cell.trials) do
            trial.memory = { footprint_peak_bytes = memory:trial(trial.total_s < 1.5 and 1e6 or 2e6) }
         end
      end
      local results = results_of(cells)
      results.verdict = results.compare
      local found = quadrant.find(results, entries_of(cells))
      named = named + ((found.time.shown or found.size.shown) and 1 or 0)
   end
   lu.assertTrue(named <= 0.05 * rounds, named)
end

function TestTitles.test_near_one_there_are_percents_and_no_factor()
   for _, ratio in ipairs { 1.0004, 1.02, 1.06, 1.0949, 0.98, 0.92, 0.9996 } do
      local code = ratio < 1 and "faster" or "slower"
      local versus = { ratio = ratio, verdict = code }
      check(comparison.note(versus), "")
      check(comparison.with(versus, "x"), "")
      check(scaling.sentence({ { name = "x", ratio = ratio, verdict = code } }, 1, 8), "")
      local far = ratio < 1 and 0.4 or 2.5
      for codes, others in pairs { [{ [code] = 2 }] = { ratio, far },
         [{ [code] = 1, no_difference = 1 }] = { 1, 2.5, 0.4 } } do
         for _, other in ipairs(others) do
            check(groups.sentence("a", { { name = "b", least = math.min(ratio, other), count = 2,
               most = math.max(ratio, other), verdicts = codes } }), "")
         end
      end
   end
   lu.assertEquals(comparison.with({ ratio = 1.06, verdict = "slower" }, "x"), "6 % more time than x")
   lu.assertEquals(comparison.with({ ratio = 0.25, verdict = "faster" }, "x"), "4 times as fast as x")
end

TestCodes = {}

function TestCodes.test_every_code_has_words_and_nothing_else_has()
   for _, code in ipairs(verdict.codes()) do
      lu.assertStrMatches(code, "[a-z_]+")
      lu.assertStrMatches(verdict.text(code), "%a[%a ]+")
   end
   lu.assertErrorMsgContains("'gone' is not a verdict", verdict.text, "gone")
end

function TestCodes.test_files_have_text_and_code_and_the_comparison_keeps_its_code()
   local versus = { ratio = 1, verdict = "no_difference" }
   local written = verdict.written(versus, { "verdict", "verdict_code", "ratio" })
   lu.assertEquals({ written.verdict, written.verdict_code, written.ratio },
      { "no difference shown", "no_difference", 1 })
   lu.assertEquals(versus.verdict, "no_difference")
   lu.assertNil(verdict.written(nil, {}))
end

TestRanking = {}

-- Each pair is compared once, so that the ranking of very many takes a number of comparisons that grows with
-- theirs and not with its square.
function TestRanking.test_many_are_not_all_compared_with_each_other()
   local cells, asked = {}, 0
   for index = 1, 200 do
      cells[index] = cell_of("contender " .. index, { index, index, index, index, index, index })
   end
   local run = results_of(cells)
   function run.verdict(_, a, b)
      asked = asked + 1
      local x, y = tonumber(a.label:match "%d+"), tonumber(b.label:match "%d+")
      return { verdict = x > y and "slower" or "faster" }
   end
   local found = finding.ranking(run, cells, "total_s")
   lu.assertEquals(found.leader.cell.label, "contender 1")
   lu.assertEquals(#found.slower, 199)
   lu.assertTrue(asked < 40 * 40 + 3 * 200, asked)
end

-- The first forty are all beaten by the last.
function TestRanking.test_the_leader_of_many_is_beaten_by_none_of_all()
   local cells = {}
   for index = 1, 60 do
      cells[index] = cell_of("contender " .. index, { index, index, index, index, index, index })
   end
   local run = results_of(cells)
   function run.verdict(_, a, b)
      local is_last = { a.label == "contender 60", b.label == "contender 60" }
      return { verdict = is_last[1] and "faster" or is_last[2] and "slower" or "no_difference" }
   end
   lu.assertEquals(finding.ranking(run, cells, "total_s").leader.cell.label, "contender 60")
end

os.exit(lu.LuaUnit.run(), true)
