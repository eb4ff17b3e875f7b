--- What can't be estimated isn't printed as if it could: a p99 of few jobs, intervals without width.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local files = require "bakeoff.base.files"
local results = require "bakeoff.api.results"
local result_table = require "bakeoff.report.result_table"
local runs = require "support_runs"
local stats = require "bakeoff.stats"
local tail = require "bakeoff.analysis.tail"
local verdict = require "bakeoff.model.verdict"

-- rate: of all cells, or nil.
local function run_of(items, rate)
   return results.load(runs.make { contenders = { "threads", "processes" }, workers = { 4 }, repeats = 6,
      items = items, manifest = function(manifest)
         for _, cell in ipairs(manifest.cells) do
            cell.options = { rate = rate }
         end
      end })
end

local function printed(run)
   local said = {}
   run:report { charts = false, html = false, colour = false, notes = true, width = 1000,
      print = function(line) said[#said + 1] = line end }
   return table.concat(said, "\n")
end

TestTail = {}

function TestTail.tearDown() runs.clear() end

local SENTENCE = "With 99 jobs in a trial, p99 is the slowest job; a tail needs 100 jobs or more"

function TestTail.test_the_p99_of_few_jobs_is_called_the_slowest_job()
   local run = run_of(99)
   lu.assertEquals(tail.sentence(run), SENTENCE)
   lu.assertNil(tail.sentence(run, true)) -- closed loops are ranked by time
   lu.assertNil(printed(run):find(SENTENCE, 1, true))
   lu.assertStrContains(files.read(run.dir .. "/report.md"), SENTENCE .. ".")
end

function TestTail.test_open_loops_are_ranked_by_it()
   local run = run_of(99, 50)
   lu.assertStrContains(printed(run), "note: " .. SENTENCE .. "\n")
end

function TestTail.test_a_hundred_jobs_have_one()
   lu.assertNil(tail.sentence(run_of(100)))
   lu.assertNil(tail.sentence(run_of(100, 50), true))
end

TestWidth = {}

-- The table's cell for a comparison with the reference.
local function cell_of(versus)
   return tostring(result_table.relative({ versus_reference = function() return versus end,
      errors_apart = function() end }, {}))
end

-- The ratios of 30 blocks: 22 are 1, four are far below, four far above.
local function tied()
   local a, b = {}, {}
   for block = 1, 30 do
      a[block], b[block] = block <= 4 and 0.2 or block >= 27 and 5 or 1, 1
   end
   return stats.compare(a, b)
end

function TestWidth.test_equal_ratios_beside_distant_ones_are_told()
   local versus = tied()
   lu.assertEquals({ versus.low, versus.high, versus.verdict }, { 1, 1, "no_difference" })
   lu.assertEquals(cell_of(versus), "1.00× no difference shown (most ratios are equal)")
   lu.assertEquals(result_table.ratio_figure(versus), "1.00×")
end

function TestWidth.test_a_narrow_interval_gets_more_digits()
   local function text(low, high, code)
      return cell_of { ratio = (low + high) / 2, low = low, high = high, verdict = code, p = 0.01, family = 4,
         margin = verdict.MARGIN }
   end
   lu.assertEquals(text(1.001, 1.004, "no_difference"),
      "0.9975× [0.9960, 0.9990] no difference shown after correcting for 4 comparisons")
   lu.assertEquals(text(0.997, 1.003, "same"), "1.000× [0.997, 1.003] same within 3 %")
   lu.assertEquals(text(1.0001, 1.0049, "slower"), "0.9975× [0.9951, 0.9999] slower")
   lu.assertEquals(text(1, 1, "same"), "1.00× same within 3 %")
end

os.exit(lu.LuaUnit.run(), true)
