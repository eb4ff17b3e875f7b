--- Outliers, slow first trials and drift are found where they exist and seldom reported where they don't.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local noise = require "support_noise"
local steadiness = require "bakeoff.analysis.steadiness"

local IDLE = { sigma = 0.015, outliers = 0.05, block = 0.02 }

local function times(count)
   local list = {}
   for index = 1, count do
      list[index] = index
   end
   return list
end

-- The share of experiments with a warning that contains these words.
local function share_saying(words, experiments, cells, blocks, change)
   local source, count = noise.new(3, IDLE), 0
   for _ = 1, experiments do
      for _, sentence in ipairs(steadiness.warnings(source:cells(times(cells), blocks, change))) do
         count = sentence:find(words, 1, true) and count + 1 or count
      end
   end
   return count / experiments
end

TestSteadiness = {}

function TestSteadiness.test_it_does_not_cry_wolf()
   for _, shape in ipairs { { 1, 10 }, { 2, 20 }, { 5, 10 }, { 17, 10 } } do
      local first = share_saying("first trial", 150, shape[1], shape[2])
      local drift = share_saying("first block", 150, shape[1], shape[2])
      local where = ("%d cells, %d blocks: first %.1f %%, drift %.1f %%"):format(shape[1], shape[2],
         first * 100, drift * 100)
      lu.assertTrue(first <= 0.02 and drift <= 0.04, where)
   end
end

function TestSteadiness.test_slow_first_trials_are_found()
   local function slow_first(block, time) return block == 1 and time * 1.2 or time end
   lu.assertTrue(share_saying("The first trial was slow in", 50, 5, 10, slow_first) >= 0.95)
end

function TestSteadiness.test_drift_is_found_and_its_size_told()
   local function warmer(block, time) return time * (1 + 0.1 * (block - 1) / 19) end
   lu.assertTrue(share_saying("the machine drifted", 50, 5, 20, warmer) >= 0.95)
   local said = steadiness.warnings(noise.new(1, { sigma = 0.001 }):cells({ 1, 2 }, 20, warmer))
   lu.assertStrMatches(said[1], "From the first block to the last, trials got slower by %d+ %%.*")
end

function TestSteadiness.test_drift_of_a_long_series()
   local function warmer(block, time) return time * math.exp(0.2 * (block - 1) / 2499) end
   local said = steadiness.warnings(noise.new(1, { sigma = 0.01 }):cells({ 1 }, 2500, warmer))
   lu.assertStrMatches(said[#said], "From the first block to the last, cell 1 .*got slower by 22 %%.*")
end

function TestSteadiness.test_one_cell_that_drifts_is_named()
   local function only_third(block, time) return time == 3 and time * (1 + 0.03 * block) or time end
   local cells = noise.new(2, { sigma = 0.01 }):cells({ 1, 2, 3, 4, 5 }, 12, only_third)
   local said = steadiness.warnings(cells)
   lu.assertEquals(#said, 1)
   lu.assertStrMatches(said[1], "From the first block to the last, cell 3 × 4 got slower by %d+ %%: its"
      .. " ratios to others drift with it%.")
end

-- The machine's noise, which blocks share, hides the drift in the times but not in the ratio.
function TestSteadiness.test_a_ratio_that_drifts_is_told()
   local function only_second(block, time) return time == 2 and time * (1 + 0.004 * block) or time end
   local source = noise.new(4, { sigma = 0.004, block = 0.15 })
   local said = steadiness.warnings(source:cells({ 1, 2 }, 16, only_second))
   lu.assertEquals(#said, 1)
   lu.assertStrMatches(said[1], "From the first block to the last, the ratio of cell 2 × 4 to cell 1 × 4 rose"
      .. " by [%d.]+ %%: one of the two drifted alone, and pairing by block does not remove that%.")
end

-- "The machine drifted" and "one of the two drifted alone" would contradict each other.
function TestSteadiness.test_a_ratio_that_drifts_with_the_machine_is_told_as_more()
   local function warmer(block, time)
      return time * (1 + 0.03 * block) * (time == 2 and 1 + 0.01 * block or 1)
   end
   local said = steadiness.warnings(noise.new(4, { sigma = 0.004 }):cells({ 1, 2 }, 16, warmer))
   lu.assertEquals(#said, 2)
   lu.assertStrContains(said[1], "the machine drifted")
   lu.assertStrMatches(said[2], "Beyond this common drift, the ratio of cell 2 × 4 to cell 1 × 4 rose by"
      .. " [%d.]+ %%: one of the two drifted more than the other, and pairing by block does not remove"
      .. " that%.")
end

function TestSteadiness.test_trials_that_resemble_the_ones_before_them_are_told()
   local source, said = noise.new(8, { sigma = 0.02 }), 0
   for _ = 1, 20 do
      local cells = source:cells({ 1 }, 40)
      for place, value in ipairs(source:series(0.8, 40)) do
         cells[1].trials[place].total_s = math.exp(0.02 * value)
      end
      local sentence = steadiness.warnings(cells)[1] or ""
      said = said + ((sentence:find "resemble" or sentence:find "first block") and 1 or 0)
   end
   lu.assertTrue(said >= 18, said .. " of 20")
end

function TestSteadiness.test_widened_intervals_are_listed()
   local cells = noise.new(4, { sigma = 0.01 }):cells({ 1, 2 }, 10)
   local results = { cells = cells,
      summary_of = function(_, cell) return { total_s = { widened = cell == cells[1] and 2.04 or nil } } end,
      versus_reference = function(_, cell) return cell == cells[2] and { widened = 1.5 } or nil end }
   lu.assertEquals(steadiness.widened_line(results), "Intervals widened, because trials resemble the ones"
      .. " before them: total of cell 1 × 4 (2.0 times) and ratio of cell 2 × 4 (1.5 times).")
   cells[1], cells[2] = nil, nil
   lu.assertNil(steadiness.widened_line(results))
end

function TestSteadiness.test_few_trials_say_nothing()
   local function slower(block, time) return time * block end
   local cells = noise.new(2, { sigma = 0.01 }):cells({ 1, 2 }, 7, slower)
   lu.assertEquals(steadiness.warnings(cells), {})
   lu.assertEquals(steadiness.warnings {}, {})
end

function TestSteadiness.test_outliers_are_named_by_repeat()
   local cells = noise.new(4, { sigma = 0.01 }):cells({ 1 }, 10,
      function(block, time) return block == 7 and time * 2 or time end)
   lu.assertEquals(steadiness.outliers(cells[1]).mad, { 7 })
   lu.assertEquals(steadiness.outliers(cells[1]).tukey, { 7 })
   lu.assertEquals(steadiness.outlier_lines(cells), {
      "cell 1 × 4, 10 trials: beyond Tukey's fences 1 (repeat 7); by modified z score 1 (repeat 7)" })
   cells[1].trials[2].status = "failed" -- a failed trial has no time; trials keep their numbers
   lu.assertEquals(steadiness.outliers(cells[1]).mad, { 7 })
end

os.exit(lu.LuaUnit.run(), true)
