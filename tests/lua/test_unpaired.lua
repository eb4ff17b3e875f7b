--- Ratios of sets that share no blocks, and how often their intervals contain the true ratio.
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

function TestUnpaired.test_input_is_left_as_it_was()
   local values = { 5, 3, 4, 1, 2, 6 }
   unpaired.interval(values, TREATED)
   lu.assertEquals(values, { 5, 3, 4, 1, 2, 6 })
end

function TestUnpaired.test_the_inverse_ratio_has_the_inverse_interval()
   local low, high = unpaired.interval(CONTROL, TREATED)
   local inverse_low, inverse_high = unpaired.interval(TREATED, CONTROL)
   lu.assertAlmostEquals(low * inverse_high, 1, 1e-12)
   lu.assertAlmostEquals(high * inverse_low, 1, 1e-12)
end

function TestUnpaired.test_equal_values_have_an_interval_without_width()
   lu.assertEquals({ unpaired.interval({ 2, 2, 2, 2, 2, 2 }, { 4, 4, 4, 4, 4, 4 }) }, { 2, 2, 1, 1 })
end

function TestUnpaired.test_where_there_is_none()
   lu.assertEquals(unpaired.ratio({ 1, 2, 3 }, TREATED), { ratio = 47 })
   lu.assertEquals(unpaired.ratio({}, TREATED), {})
   lu.assertEquals(unpaired.ratio(TREATED, {}), {})
   lu.assertEquals(unpaired.ratio({ 0, 0, 0, 0, 0, 0 }, TREATED), {})
end

local function uniform(generator) return ((generator:bits() >> 11) + 1) / 2 ^ 53 end

local function normal(generator)
   return math.sqrt(-2 * math.log(uniform(generator))) * math.cos(2 * math.pi * uniform(generator))
end

-- Sizes of both sets, and how much more b's values vary. Of 3,000 intervals about 95 % contain the true
-- ratio, which is 1; the error of the count is 0.4 points.
function TestUnpaired.test_covers_the_ratio_about_as_often_as_it_says()
   local cases = { { 6, 6, 1 }, { 7, 7, 5 }, { 10, 10, 1 }, { 6, 20, 1 }, { 20, 20, 5 }, { 50, 10, 3 } }
   for _, case in ipairs(cases) do
      local generator, hits = random.new(case[1]), 0
      for _ = 1, 3000 do
         local a, b = {}, {}
         for i = 1, case[1] do
            a[i] = math.exp(0.05 * normal(generator))
         end
         for i = 1, case[2] do
            b[i] = math.exp(0.05 * case[3] * normal(generator))
         end
         local low, high = unpaired.interval(a, b)
         hits = hits + ((low <= 1 and 1 <= high) and 1 or 0)
      end
      lu.assertTrue(hits >= 2790 and hits <= 2925,
         ("%d and %d values: %d of 3000"):format(case[1], case[2], hits))
   end
end

os.exit(lu.LuaUnit.run(), true)
