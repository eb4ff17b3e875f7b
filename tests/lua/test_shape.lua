--- What medians hide is told: trials in two groups, and slow trials that only the mean shows.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local humps = require "bakeoff.stats.humps"
local noise = require "support_noise"
local shape = require "bakeoff.analysis.shape"
local stats = require "bakeoff.stats"

local KINDS = {
   normal = function(source) return source:normal() end,
   lognormal = function(source) return math.exp(source:normal()) end,
   exponential = function(source) return -math.log(source:uniform()) end,
   uniform = function(source) return source:uniform() end,
   cauchy = function(source) return math.tan(math.pi * (source:uniform() - 0.5)) end,
}

local function sorted(count, draw)
   local values = {}
   for place = 1, count do
      values[place] = draw(place)
   end
   table.sort(values)
   return values
end

TestHumps = {}

function TestHumps.test_one_hump_is_seldom_called_two()
   local source = noise.new(5, { sigma = 1 })
   for name, draw in pairs(KINDS) do
      for _, count in ipairs { 10, 20, 50 } do
         local wrong = 0
         for _ = 1, 400 do
            wrong = wrong + (humps.of_sorted(sorted(count, function() return draw(source) end)) and 1 or 0)
         end
         lu.assertTrue(wrong <= 6, ("%s, %d values: %d of 400"):format(name, count, wrong))
      end
   end
end

function TestHumps.test_two_are_found()
   local source, found = noise.new(6, { sigma = 1 }), 0
   for _ = 1, 100 do
      local values = sorted(20, function(place) return (place <= 7 and 10 or 0) + source:normal() end)
      local two = humps.of_sorted(values)
      found = found + (two and two.low == 13 and two.high == 7 and 1 or 0)
   end
   lu.assertTrue(found >= 90, found .. " of 100")
   lu.assertNil(humps.of_sorted { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 })
   lu.assertNil(humps.of_sorted { 1, 1, 1, 1, 9, 9, 9, 9, 9 })
   lu.assertNil(humps.of_sorted { 1, 1, 1, 1, 1, 1, 1, 1, 9, 9 })
   lu.assertEquals(humps.of_sorted { 1, 1, 1, 1, 1, 1, 1, 9, 9, 9 }, { low = 7, high = 3 })
end

TestShape = {}

-- Two cells of equal medians; every fourth trial of the second takes `factor` times as long.
local function cells_with(factor, blocks, sigma)
   return noise.new(7, { sigma = sigma }):cells({ 1, 1.0001 }, blocks,
      function(block, time) return time > 1 and block % 4 == 0 and time * factor or time end)
end

-- One slow trial of many is noise, unless it is very slow.
function TestShape.test_a_single_trial_is_told_from_ten_times_the_median_on()
   local function said_of(factor)
      return shape.warnings(noise.new(7, { sigma = 0.02 }):cells({ 1, 1.0001 }, 10,
         function(block, time) return time > 1 and block == 5 and time * factor or time end))
   end
   lu.assertEquals(said_of(8), {})
   local said = said_of(1000)
   lu.assertEquals(#said, 1)
   lu.assertStrContains(said[1], "1 of 10 trials of cell 2 with 4 workers took more than 10 times as "
      .. "long as the median; ")
end

-- A quarter of the trials takes three times as long: the verdict on medians alone is "no difference shown".
function TestShape.test_slow_trials_that_the_median_hides_are_told()
   local cells = cells_with(3, 20, 0.02)
   local said = shape.warnings(cells)
   lu.assertEquals(#said, 1)
   lu.assertStrMatches(said[1], "Trials of cell 2 with 4 workers form two groups: 15"
      .. " around .*s, 5 around .*s; by means, the ratio of cell 2 with 4 workers to cell 1 with 4 workers is"
      .. " 1%.%d+×, by medians %d%.%d+×%.")
end

function TestShape.test_slow_trials_without_groups()
   local said = shape.warnings(cells_with(3, 8, 0.02))
   lu.assertEquals(#said, 1)
   lu.assertStrMatches(said[1], "2 of 8 trials of cell 2 with 4 workers took more than"
      .. " 1.5 times as long as the median; by means, .*")
   local one = { cells_with(3, 8, 0.02)[2] }
   lu.assertStrMatches(shape.warnings(one)[1], ".* median; the mean is 1.5%d s, the median .*s%.")
end

function TestShape.test_usual_noise_says_nothing()
   local source, said = noise.new(8, { sigma = 0.03, outliers = 0.05, block = 0.02 }), 0
   for _ = 1, 100 do
      said = said + #shape.warnings(source:cells({ 1, 2, 3, 4, 5 }, 10))
   end
   lu.assertTrue(said <= 5, said .. " of 100 experiments")
   lu.assertEquals(shape.warnings(cells_with(3, 4, 0.02)), {}) -- too few trials
   lu.assertEquals(shape.warnings {}, {})
end

TestResolution = {}

-- Clocks and rounding make ratios of 1.0000001: certain, but nothing that was measured.
function TestResolution.test_a_difference_that_no_digit_shows_is_none()
   local function ten(value)
      return { value, value, value, value, value, value, value, value, value, value }
   end
   local seen = stats.compare(ten(1 + 1e-9), ten(1))
   lu.assertEquals(seen.verdict, "no_difference")
   stats.correct_jointly { seen }
   lu.assertEquals(seen.verdict, "no_difference")
   lu.assertEquals(stats.compare(ten(1 - 1e-9), ten(1)).verdict, "no_difference")
   lu.assertEquals(stats.compare(ten(1.001), ten(1)).verdict, "slower")
end

os.exit(lu.LuaUnit.run(), true)
