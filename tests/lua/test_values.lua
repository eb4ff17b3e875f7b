-- What text cells quote: values and ratios as texts.
local lu = require "luaunit"

local summary = require "bakeoff.model.summary"
local verdicts = require "bakeoff.analysis.verdicts"
local views = require "bakeoff.api.views"

-- Ten trials, each a little longer than the one before; b's drift otherwise, so that ratios differ, too.
local function cell_of(label, seconds, step)
   local cell = { contender = "command", label = label, name = label, workers = 4, trials = {} }
   for block = 1, 10 do
      cell.trials[block] = { label = label, workers = 4, block = block, ["repeat"] = block, status = "ok",
         total_s = seconds * (1 + (block % 4) * step), jobs = { done = 1 } }
   end
   return cell
end

local function results_of(...)
   local results = { cells = { ... }, manifest = { experiment = "x" }, warnings = {}, trials = {} }
   function results.summary_of(_, cell) return summary.cell(cell) end
   function results.verdict(_, a, b, metric)
      local family = verdicts.of_metric(results.cells, metric, summary.compare)
      return verdicts.between(family, a, b)
   end
   return results
end

TestValues = {}

function TestValues.test_a_value_has_unit_and_interval()
   local results = results_of(cell_of("a", 1, 0.01))
   local value = views.value(results, "a")
   lu.assertStrMatches(tostring(value), "1%.0%d+ s %[1%.0%d*, 1%.0%d+%]")
   lu.assertErrorMsgContains("'c' did not run in x", views.value, results, "c")
end

function TestValues.test_a_ratio_is_written_as_a_factor_and_in_percent()
   local results = results_of(cell_of("a", 0.25, 0.01), cell_of("b", 1, 0.02))
   local ratio = views.ratio(results, "a", "b")
   lu.assertAlmostEquals(ratio.ratio, 0.25, 0.01)
   lu.assertStrMatches(ratio.text, "0%.2%d+× %[0%.2%d*, 0%.2%d*%]")
   lu.assertStrMatches(ratio.percent, "2%d[.%d]* %% %[2%d[.%d]*, 2%d[.%d]*%]")
end

function TestValues.test_a_ratio_of_few_blocks_has_no_interval()
   local a, b = cell_of("a", 0.25, 0), cell_of("b", 1, 0)
   for _, cell in ipairs { a, b } do
      table.move({}, 1, 8, 3, cell.trials)
   end
   lu.assertEquals(views.ratio(results_of(a, b), "a", "b").percent, "25.0 %")
end

os.exit(lu.LuaUnit.run(), true)
