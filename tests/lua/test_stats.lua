--- Statistics, compared with published values and with the exact bootstrap distribution, which has a closed
-- form for the median.
local lu = require "luaunit"
local core = require "bakeoff.core"
local random = require "bakeoff.base.random"
local stats = require "bakeoff.stats"

-- Darwin's maize heights (cross- minus self-fertilised, eighths of an inch), Fisher 1935, table 3.
local DARWIN = { 49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48 }
-- Survival days of Efron and Tibshirani's mouse data, 1993, table 2.1.
local TREATED = { 94, 197, 16, 38, 99, 141, 23 }
local CONTROL = { 52, 104, 146, 10, 51, 30, 40, 27, 46 }

TestDescription = {}

function TestDescription.test_medians_as_published()
   lu.assertEquals(stats.median(DARWIN), 24)
   lu.assertEquals(stats.median(TREATED), 94)
   lu.assertEquals(stats.median(CONTROL), 46)
   lu.assertAlmostEquals(stats.mean(TREATED), 86.857142857, 1e-9)
   lu.assertAlmostEquals(stats.mean(CONTROL), 56.222222222, 1e-9)
end

function TestDescription.test_type_7_quantiles_as_in_R()
   local values = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 } -- quantile(1:10, c(.1,.25,.75,.99))
   lu.assertAlmostEquals(stats.quantile(values, 0.1), 1.9, 1e-12)
   lu.assertAlmostEquals(stats.quantile(values, 0.25), 3.25, 1e-12)
   lu.assertAlmostEquals(stats.quantile(values, 0.75), 7.75, 1e-12)
   lu.assertAlmostEquals(stats.quantile(values, 0.99), 9.91, 1e-12)
   lu.assertEquals(stats.quantile(values, 1), 10)
   lu.assertEquals(stats.quantile({ 7 }, 0.3), 7)
   lu.assertNil(stats.quantile({}, 0.5))
end

function TestDescription.test_mad()
   lu.assertEquals(stats.mad { 1, 1, 2, 2, 4, 6, 9 }, 1) -- a textbook example
   lu.assertEquals(stats.mad { 5 }, 0)
   lu.assertNil(stats.mad {})
end

function TestDescription.test_input_is_left_as_it_was()
   local values = { 3, 1, 2 }
   stats.median(values)
   stats.interval({ 3, 1, 2, 6, 5, 4 })
   lu.assertEquals(values, { 3, 1, 2 })
end

TestRandom = {}

-- First outputs of splitmix64 for the seed 1234567, as listed by Vigna's reference and Rosetta Code.
function TestRandom.test_splitmix64_reference()
   local generator = random.new(1234567)
   for _, expected in ipairs { "6457827717110365317", "3203168211198807973", "9817491932198370423" } do
      local bits = generator:bits()
      local tens = (bits >> 1) // 5 -- unsigned decimal of 64 bits
      lu.assertEquals(("%d%d"):format(tens, bits - tens * 10), expected)
   end
end

TestInterval = {}

local function choose(n, k)
   local result = 1.0
   for i = 1, k do
      result = result * (n - k + i) / i
   end
   return result
end

-- P(median of a resample <= x_(rank)) for odd n: at least (n+1)/2 of n draws are among the first `rank`.
local function exact_probability(n, rank)
   local p, sum = rank / n, 0
   for k = (n + 1) // 2, n do
      sum = sum + choose(n, k) * p ^ k * (1 - p) ^ (n - k)
   end
   return sum
end

-- The simulated quantile is the exact one, within the error of 10,000 resamples (0.5 points).
local function assert_quantile(values, found, q)
   local sorted = table.move(values, 1, #values, 1, {})
   table.sort(sorted)
   for rank, value in ipairs(sorted) do
      if value == found then
         lu.assertTrue(exact_probability(#sorted, rank) >= q - 0.005)
         lu.assertTrue(rank == 1 or exact_probability(#sorted, rank - 1) <= q + 0.005)
         return
      end
   end
   lu.fail(found .. " is not one of the values")
end

function TestInterval.test_equals_the_exact_bootstrap_distribution()
   for seed = 1, 20 do
      local low, high = stats.interval(DARWIN, seed)
      assert_quantile(DARWIN, low, 0.025)
      assert_quantile(DARWIN, high, 0.975)
      low, high = stats.interval(CONTROL, seed)
      assert_quantile(CONTROL, low, 0.025)
      assert_quantile(CONTROL, high, 0.975)
   end
end

function TestInterval.test_standard_error_of_the_median_as_published()
   -- Efron and Tibshirani, table 2.2: 37.83 for the treated mice (with infinitely many resamples: 37.63).
   local sorted, mean, square, last = table.move(TREATED, 1, 7, 1, {}), 0, 0, 0
   table.sort(sorted)
   for rank = 1, 7 do
      local p = exact_probability(7, rank) - last
      last = last + p
      mean, square = mean + p * sorted[rank], square + p * sorted[rank] ^ 2
   end
   lu.assertAlmostEquals(math.sqrt(square - mean ^ 2), 37.83, 0.3)
end

function TestInterval.test_too_few_values_have_none()
   lu.assertNil(stats.interval { 1, 2, 3, 4, 5 })
   lu.assertNotNil(stats.interval { 1, 2, 3, 4, 5, 6 })
end

function TestInterval.test_even_counts_bracket_the_median()
   local low, high = stats.interval { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }
   lu.assertTrue(low <= 5.5 and high >= 5.5 and low >= 2 and high <= 9)
   lu.assertAlmostEquals((low + high) / 2, 5.5, 0.51)
   local same, same_high = stats.interval { 3, 3, 3, 3, 3, 3, 3 }
   lu.assertEquals({ same, same_high }, { 3, 3 })
end

function TestInterval.test_same_seed_same_interval()
   local values = { 1.2, 1.5, 0.9, 1.1, 1.3, 1.25, 1.7, 1.05 }
   lu.assertEquals({ stats.interval(values, 7) }, { stats.interval(values, 7) })
end

function TestInterval.test_covers_the_median_about_as_often_as_it_says()
   local generator, hits = random.new(99), 0
   for _ = 1, 400 do
      local values = {}
      for i = 1, 15 do
         values[i] = -math.log(((generator:bits() >> 11) + 1) / 2 ^ 53) -- exponential: median ln 2
      end
      local low, high = stats.interval(values)
      hits = hits + ((low <= math.log(2) and math.log(2) <= high) and 1 or 0)
   end
   lu.assertTrue(hits >= 360, hits .. " of 400")
end

-- Even one Lua instruction per drawn value would be too slow. Instructions are counted, because times depend
-- on the machine.
function TestInterval.test_resamples_are_drawn_outside_of_lua()
   local values, hundreds = {}, 0
   for i = 1, 20 do
      values[i] = i * 1.1
   end
   debug.sethook(function() hundreds = hundreds + 1 end, "", 100)
   stats.interval(values, 1001) -- a seed that is not in the cache
   debug.sethook()
   lu.assertTrue(hundreds * 100 < stats.RESAMPLES * #values / 10, hundreds .. " hundred instructions")
end

TestCompare = {}

local function blocks(...)
   return { ... }
end

function TestCompare.test_ratios_are_paired_within_blocks()
   -- The machine slows down from block to block; the ratio does not.
   local a = blocks(1, 2, 4, 8, 16, 32)
   local b = blocks(2, 4, 8, 16, 32, 64)
   local result = stats.compare(a, b)
   lu.assertEquals(result.ratio, 0.5)
   lu.assertEquals({ result.low, result.high, result.pairs }, { 0.5, 0.5, 6 })
   lu.assertEquals(result.verdict, "faster")
   lu.assertEquals(stats.compare(b, a).verdict, "slower")
end

function TestCompare.test_no_difference_shown()
   local a = blocks(1, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98)
   local b = blocks(1.1, 1, 0.95, 0.9, 1.02, 0.98, 1.0)
   lu.assertEquals(stats.compare(a, b).verdict, "no_difference")
end

-- The test alone would find a difference (p is 0.017), but the interval ends at 1.
function TestCompare.test_an_interval_that_ends_at_1_shows_no_difference()
   local a, b = { 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5 }, { 1, 1, 1, 1, 1, 1, 1, 1, 1 }
   local below, above = stats.compare(a, b), stats.compare(b, a)
   lu.assertEquals({ below.high, above.low }, { 1, 1 })
   lu.assertTrue(below.p < 0.05 and above.p < 0.05)
   lu.assertEquals({ below.verdict, above.verdict }, { "no_difference", "no_difference" })
end

function TestCompare.test_too_few_pairs()
   local result = stats.compare(blocks(1, 1, 1, 1, 1, 1), { [1] = 2, [9] = 2 })
   lu.assertEquals({ result.ratio, result.pairs, result.verdict }, { 0.5, 1, "too_few_repeats" })
   lu.assertNil(result.low)
   lu.assertNil(stats.compare({}, {}).ratio)
end

TestResamples = {}

-- The same draws in Lua, which the loop in C must match on any machine.
local function in_lua(n, seed, resamples)
   local generator, tally = random.new(seed), {}
   for _ = 1, resamples do
      local ranks = {}
      for drawn = 1, n, 2 do
         local bits = generator:bits()
         ranks[drawn], ranks[drawn + 1] = ((bits >> 32) * n >> 32) + 1, ((bits & 0xffffffff) * n >> 32) + 1
      end
      ranks[n + 1] = nil
      table.sort(ranks)
      local key = ("%d %d"):format(ranks[(n + 1) // 2], ranks[n // 2 + 1])
      tally[key] = (tally[key] or 0) + 1
   end
   return tally
end

function TestResamples.test_the_loop_in_c_draws_what_the_generator_says()
   for _, n in ipairs { 1, 2, 6, 7, 20, 101 } do
      for _, seed in ipairs { 0, 1, -3, 1 << 62 } do
         local tally, before = {}, 0
         for _, entry in ipairs(core.resample_medians(n, seed, 50)) do
            tally[("%d %d"):format(entry.low, entry.high)] = entry.count
            lu.assertTrue(entry.low * (n + 1) + entry.high > before, "unsorted, or a pair of ranks twice")
            before = entry.low * (n + 1) + entry.high
         end
         lu.assertEquals(tally, in_lua(n, seed, 50))
      end
   end
end

local function drawn_blocks(generator, n)
   local drawn_ones = {}
   for drawn = 1, n, 2 do
      local bits = generator:bits()
      drawn_ones[drawn] = ((bits >> 32) * n >> 32) + 1
      drawn_ones[drawn + 1] = drawn < n and ((bits & 0xffffffff) * n >> 32) + 1 or nil
   end
   return drawn_ones
end

function TestResamples.test_whole_blocks_are_drawn_the_same_for_every_column()
   for _, n in ipairs { 1, 2, 7, 20 } do
      local generator, source, columns = random.new(3), random.new(4), { {}, {}, {} }
      for block = 1, n do
         for _, column in ipairs(columns) do
            column[block] = source:below(1000) / 8
         end
      end
      local medians = core.resample_blocks(columns, 3, 25)
      lu.assertEquals(#medians, 75)
      for resample = 0, 24 do
         local chosen = drawn_blocks(generator, n)
         for c, column in ipairs(columns) do
            local values = {}
            for place, block in ipairs(chosen) do
               values[place] = column[block]
            end
            lu.assertEquals(medians[resample * 3 + c], stats.median(values))
         end
      end
   end
end

function TestResamples.test_misuse_is_named()
   lu.assertErrorMsgContains("columns of values", core.resample_blocks, {}, 1, 10)
   lu.assertErrorMsgContains("columns of equal length", core.resample_blocks, { { 1, 2 }, { 1 } }, 1, 10)
   lu.assertErrorMsgContains("columns of numbers", core.resample_blocks, { { 1, "x" } }, 1, 10)
   lu.assertErrorMsgContains("too few or too many", core.resample_blocks, { { 1 } }, 1, 0)
   lu.assertErrorMsgContains("10,000,000 values", core.resample_medians, 0, 1, 10)
   lu.assertErrorMsgContains("too few or too many", core.resample_medians, 5, 1, 0)
end

os.exit(lu.LuaUnit.run(), true)
