--- Statistics, compared with published values; intervals by how often they contain the median.
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

function TestInterval.test_too_few_values_have_none()
   lu.assertNil(stats.interval { 1, 2, 3, 4, 5 })
   lu.assertNotNil(stats.interval { 1, 2, 3, 4, 5, 6 })
end

function TestInterval.test_even_counts_bracket_the_median()
   local low, high = stats.interval { 6, 1, 8, 3, 10, 5, 2, 9, 4, 7 }
   lu.assertTrue(low <= 5.5 and high >= 5.5 and low >= 2 and high <= 9)
   lu.assertAlmostEquals((low + high) / 2, 5.5, 0.51)
   local same, same_high = stats.interval { 3, 3, 3, 3, 3, 3, 3 }
   lu.assertEquals({ same, same_high }, { 3, 3 })
end

local function uniform(generator) return ((generator:bits() >> 11) + 1) / 2 ^ 53 end

local function normal(generator)
   return math.sqrt(-2 * math.log(uniform(generator))) * math.cos(2 * math.pi * uniform(generator))
end

-- Distributions with their medians. Heavy tails: Student's t with two degrees of freedom; two humps: a
-- quarter of the values is far above the others.
local DISTRIBUTIONS = {
   normal = { normal, 0 },
   lognormal = { function(generator) return math.exp(normal(generator)) end, 1 },
   heavy = { function(generator) return normal(generator) / math.sqrt(-math.log(uniform(generator))) end, 0 },
   humps = { function(generator)
      return (uniform(generator) < 0.25 and 10 or 0) + uniform(generator)
   end, 2 / 3 },
}

-- Of 4,000 intervals: how many contain the median.
local function hits_of(distribution, n)
   local generator, hits = random.new(n), 0
   for _ = 1, 4000 do
      local values = {}
      for i = 1, n do
         values[i] = distribution[1](generator)
      end
      local low, high = stats.interval(values)
      hits = hits + ((low <= distribution[2] and distribution[2] <= high) and 1 or 0)
   end
   return hits
end

-- 95 % are 3,800; the error of the count is 0.35 points.
function TestInterval.test_covers_the_median_as_often_as_it_says()
   for name, distribution in pairs(DISTRIBUTIONS) do
      for _, n in ipairs { 6, 7, 13, 15, 20 } do
         local hits = hits_of(distribution, n)
         lu.assertTrue(hits >= 3740 and hits <= 3860, ("%s, %d values: %d of 4000"):format(name, n, hits))
      end
   end
end

-- The median lies in the gap between the groups, and intervals jump over it: they contain it more often.
function TestInterval.test_two_equally_frequent_groups_are_covered_too()
   local function draw(generator) return (uniform(generator) < 0.5 and 6 or 0) + normal(generator) end
   for _, n in ipairs { 7, 8, 10, 13 } do
      lu.assertTrue(hits_of({ draw, 3 }, n) >= 3740, n)
   end
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
   local a, b = { 0.5, 1, 0.5, 0.5, 1, 0.5, 0.5, 1, 0.5 }, { 1, 1, 1, 1, 1, 1, 1, 1, 1 }
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
end

os.exit(lu.LuaUnit.run(), true)
