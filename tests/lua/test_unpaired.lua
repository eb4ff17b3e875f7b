--- Ratios of sets that share no blocks, compared with the exact bootstrap distribution and by simulation.
local lu = require "luaunit"
local random = require "bakeoff.base.random"
local unpaired = require "bakeoff.stats.unpaired"

-- Efron and Tibshirani's mouse data, 1993, table 2.1: survival days.
local TREATED = { 94, 197, 16, 38, 99, 141, 23 }
local CONTROL = { 52, 104, 146, 10, 51, 30, 40, 27, 46 }

TestUnpaired = {}

function TestUnpaired.test_ratio_of_the_published_medians()
   local result = unpaired.ratio(CONTROL, TREATED)
   lu.assertAlmostEquals(result.ratio, 94 / 46, 1e-12)
   lu.assertTrue(result.low < 1 and result.high > result.ratio)
end

local function choose(n, k)
   local result = 1.0
   for i = 1, k do
      result = result * (n - k + i) / i
   end
   return result
end

-- P(median of a resample = x_(rank)) for each rank, n odd.
local function median_weights(n)
   local weights, last = {}, 0
   for rank = 1, n do
      local p, sum = rank / n, 0
      for k = (n + 1) // 2, n do
         sum = sum + choose(n, k) * p ^ k * (1 - p) ^ (n - k)
      end
      weights[rank], last = sum - last, sum
   end
   return weights
end

local function sorted(values)
   local copy = table.move(values, 1, #values, 1, {})
   table.sort(copy)
   return copy
end

-- P(ratio of medians <= limit) over all resamples of both sets.
local function exact_probability(a, b, limit)
   local wa, wb, sum = median_weights(#a), median_weights(#b), 0
   a, b = sorted(a), sorted(b)
   for i = 1, #a do
      for j = 1, #b do
         sum = sum + (b[j] / a[i] <= limit and wa[i] * wb[j] or 0)
      end
   end
   return sum
end

function TestUnpaired.test_equals_the_exact_bootstrap_distribution()
   for seed = 1, 10 do
      local low, high = unpaired.interval(CONTROL, TREATED, seed)
      -- The quantile is one of the ratios: the probability below it is less than q, including it at least q.
      lu.assertTrue(exact_probability(CONTROL, TREATED, low) >= 0.025 - 0.005)
      lu.assertTrue(exact_probability(CONTROL, TREATED, low - 1e-9) <= 0.025 + 0.005)
      lu.assertTrue(exact_probability(CONTROL, TREATED, high) >= 0.975 - 0.005)
      lu.assertTrue(exact_probability(CONTROL, TREATED, high - 1e-9) <= 0.975 + 0.005)
   end
end

function TestUnpaired.test_same_seed_same_interval_and_input_is_left_alone()
   local values = { 5, 3, 4, 1, 2, 6 }
   lu.assertEquals({ unpaired.interval(values, TREATED, 7) }, { unpaired.interval(values, TREATED, 7) })
   lu.assertEquals(values, { 5, 3, 4, 1, 2, 6 })
end

function TestUnpaired.test_sets_of_equal_size_are_resampled_apart()
   local low, high = unpaired.interval(CONTROL, CONTROL)
   lu.assertTrue(low < 0.8 and high > 1.25, ("[%g, %g]"):format(low, high))
end

function TestUnpaired.test_where_there_is_none()
   lu.assertEquals(unpaired.ratio({ 1, 2, 3 }, TREATED), { ratio = 47 })
   lu.assertEquals(unpaired.ratio({}, TREATED), {})
   lu.assertEquals(unpaired.ratio(TREATED, {}), {})
   lu.assertEquals(unpaired.ratio({ 0, 0, 0, 0, 0, 0 }, TREATED), {})
end

local function normal(generator)
   local sum = 0
   for _ = 1, 12 do
      sum = sum + (generator:bits() >> 11) / 2 ^ 53
   end
   return sum - 6
end

-- For equal distributions at most 5 % of intervals exclude 1, within the error of 400 draws.
function TestUnpaired.test_of_equals_few_are_called_different()
   local generator, wrong = random.new(11), 0
   for _ = 1, 400 do
      local a, b = {}, {}
      for i = 1, 10 do
         a[i], b[i] = 1 + 0.05 * normal(generator), 1 + 0.05 * normal(generator)
      end
      local low, high = unpaired.interval(a, b)
      wrong = wrong + ((low > 1 or high < 1) and 1 or 0)
   end
   print(("of 400 pairs of equal sets %d were called different"):format(wrong))
   lu.assertTrue(wrong <= 28, wrong .. " of 400")
end

os.exit(lu.LuaUnit.run(), true)
