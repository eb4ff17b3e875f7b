--- The chart of peak footprints where a peak is known as a range only.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

local block, variable = built_chart.block, built_chart.variable

local function build(name, spec, options)
   local run = results.load(runs.make(spec))
   return charts.build(name, run, options or {}, true), run
end

TestFootprint = {}

function TestFootprint.tearDown() runs.clear() end

-- A bar is what was seen; what is possible at most is drawn apart from the interval of the trials, with an
-- arrow where it is too far away.
function TestFootprint.test_a_footprint_known_as_a_range_shows_both_ends()
   local factors = { threads = 1.2, processes = 9 }
   local built = build("footprint", { repeats = 6, workers = { 4 }, change = function(trial)
      local peak, factor = trial.memory.footprint_peak_bytes, factors[trial.label]
      trial.memory.footprint_peak_high_bytes = factor and math.floor(peak * factor) or nil
   end })
   local bounds, texts = {}, table.concat(variable(built, "beside"), ";")
   for _, row in ipairs(block(built, "contenders")) do
      if row[6] == row[6] then
         table.insert(bounds, row)
      end
   end
   lu.assertEquals(#bounds, 2)
   lu.assertAlmostEquals(bounds[1][6] / bounds[1][2], 1.2, 0.02)
   lu.assertEquals(bounds[1][7], 0)
   lu.assertEquals(bounds[2][7], 1)
   lu.assertTrue(bounds[2][6] < 3 * bounds[2][2])
   lu.assertStrContains(texts, "seen, at most ")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "dotted: at most")
   lu.assertNotStrContains(table.concat(variable(build("footprint", { repeats = 6, workers = { 4 } }),
      "subtitle"), " "), "dotted")
end

os.exit(lu.LuaUnit.run(), true)
