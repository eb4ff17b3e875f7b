--- Ratio, distribution, quadrant, and the charts over worker counts: their data, titles and labels.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local density = require "bakeoff.plotting.density"
local ratio_words = require "bakeoff.analysis.wording.ratio"
local page = require "bakeoff.plotting.page"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stats = require "bakeoff.stats"
local text = require "bakeoff.plotting.text"

local block, variable = built_chart.block, built_chart.variable

local function build(name, spec, options)
   local run = results.load(runs.make(spec))
   return charts.build(name, run, options or {}, true), run
end

TestRatio = {}

function TestRatio.tearDown() runs.clear() end

function TestRatio.test_speeds_are_the_ratios_of_the_table_and_of_the_blocks()
   local built, run = build("ratio", { repeats = 8, workers = { 16 } })
   local medians, single = block(built, "medians"), block(built, "blocks")
   lu.assertEquals({ #medians, #single }, { 4, 32 })
   local first = variable(built, "name_text")[1]
   local versus = run:versus_reference(run:cell(first == "event loop" and "eventloop" or first, 16))
   local fastest = medians[1]
   for n, value in ipairs { versus.ratio, versus.high, versus.low } do
      lu.assertAlmostEquals(fastest[n + 1], 1 / value, 1e-4)
   end
   lu.assertTrue(fastest[2] > medians[#medians][2])
   local of_first = {}
   for _, dot in ipairs(single) do
      of_first[#of_first + 1] = dot[3] == 1 and 1 / dot[2] or nil
   end
   lu.assertAlmostEquals(1 / stats.median(of_first), fastest[2], 1e-4)
   lu.assertEquals(variable(built, "line_text"), "← slower   sequential   faster →")
   lu.assertStrContains(variable(built, "x_title"), "times as fast as sequential (log)")
   lu.assertStrContains(variable(built, "beside")[1], "[")
   lu.assertNotStrContains(table.concat(variable(built, "beside"), "\n"), "as fast") -- the axis says so
end

function TestRatio.test_slower_contenders_are_below_one_as_in_the_table()
   local function change(trial)
      trial.total_s = trial.contender == "eventloop" and trial.total_s * 3 or trial.total_s
   end
   local built, run = build("ratio", { repeats = 8, workers = { 4 }, contenders = { "threads", "eventloop" },
      change = change })
   local versus = run:versus_reference(run:cell("eventloop", 4))
   lu.assertTrue(versus.ratio > 1)
   lu.assertAlmostEquals(block(built, "medians")[1][2], 1 / versus.ratio, 1e-4)
   lu.assertStrContains(variable(built, "x_title"), "times as fast as threads")
   lu.assertStrContains(table.concat(variable(built, "beside"), "\n"), "times as long") -- as the title says
end

function TestRatio.test_near_ratios_have_a_plain_axis_around_one()
   local built = build("ratio", { repeats = 8, workers = { 4 }, tie = true,
      contenders = { "threads", "eventloop" } })
   lu.assertEquals(variable(built, "x_log"), 0)
   lu.assertTrue(variable(built, "x_min") < 1 and variable(built, "x_max") > 1)
   lu.assertStrContains(built.title, "Event loop against threads: no difference shown")
end

function TestRatio.test_too_few_repeats_are_no_verdict_and_no_chart_unasked()
   local run = results.load(runs.make { repeats = 3, workers = { 4 } })
   local built, _, aside = charts.build("ratio", run, {}, false)
   lu.assertEquals({ built, aside }, { nil, "aside" })
   built = charts.build("ratio", run, {}, true)
   lu.assertEquals(built.title, "Too few repeats for a verdict against sequential")
end

function TestRatio.test_sentences()
   local function entry(name, verdict, ratio)
      return { name = name, versus = { verdict = verdict, ratio = ratio } }
   end
   local fast, faster = entry("b", "faster", 0.5), entry("a", "faster", 0.1)
   local slow, same = entry("c", "slower", 2), entry("d", "no_difference", 1.01)
   for expected, entries in pairs {
      ["A is 10 times as fast as x, b 2 times"] = { fast, faster },
      ["B is 2 times as fast as x; c takes 2 times as long; no difference shown for d"] =
         { slow, same, fast },
      ["E and c take 2 times as long as x"] = { slow, entry("e", "slower", 2) },
   } do
      lu.assertEquals(ratio_words.sentence("x", entries), expected)
   end
end

TestDistribution = {}

function TestDistribution.tearDown() runs.clear() end

local function humps(shape)
   local count, points = 0, density.outline(shape)
   for n = 2, #points - 1 do
      if points[n][2] > points[n - 1][2] and points[n][2] >= points[n + 1][2] and points[n][2] > 0.2 then
         count = count + 1
      end
   end
   return count
end

function TestDistribution.test_two_humps_stay_two()
   local one, two = {}, {}
   for n = 1, 30 do
      local away = ((n * 7) % 30 / 29 - 0.5) -- evenly spread
      one[n], two[n] = 1 + 0.05 * away * math.abs(away), (n % 3 == 0 and 1.3 or 1) + 0.05 * away
   end
   lu.assertEquals(humps(density.of(one, 6)), 1)
   lu.assertEquals(humps(density.of(two, 6)), 2)
   lu.assertNil(density.of({ 1, 1, 1, 1, 1, 1, 1 }, 6))
   lu.assertNil(density.of({ 1, 2, 3 }, 6))
end

function TestDistribution.test_dots_are_all_values_inside_their_shape()
   local values = { 5, 1, 2, 2, 2, 3, 3, 9 }
   local shape = density.of(values, 6)
   local dots, seen = density.dots(values, shape), {}
   for n, dot in ipairs(dots) do
      lu.assertTrue(math.abs(dot[2]) <= shape.at(dot[1]) + 1e-9)
      seen[n] = dot[1]
   end
   lu.assertEquals(seen, { 1, 2, 2, 2, 3, 3, 5, 9 })
   lu.assertNotEquals(dots[2][2], dots[3][2]) -- equal values are drawn side by side
   lu.assertEquals(density.dots(values, shape), dots)
   lu.assertEquals(density.dots({ 4 }, nil), { { 4, 0.0 } })
end

function TestDistribution.test_every_trial_is_drawn_relative_to_its_own_median()
   local built, run = build("distribution", { repeats = 11, workers = { 16 }, change = function(trial)
      trial.total_s = trial.total_s * (trial.label == "threads" and trial["repeat"] == 3 and 40 or 1)
   end })
   local dots, rows = block(built, "trials"), block(built, "quartiles")
   lu.assertEquals({ #dots, #rows, variable(built, "x_log") }, { 55, 5, 1 })
   local largest = 0
   for _, dot in ipairs(dots) do
      lu.assertTrue(dot[2] >= variable(built, "x_min") and dot[2] <= variable(built, "x_max"))
      largest = math.max(largest, dot[2])
   end
   lu.assertTrue(largest > 30) -- outliers are drawn
   for _, row in ipairs(rows) do
      lu.assertTrue(row[3] <= row[2] and row[2] <= row[4])
   end
   lu.assertStrContains(built.title, "from trial to trial")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "all 11 trials")
   local again = charts.build("distribution", run, {}, true)
   lu.assertEquals(again.data, built.data)
end

function TestDistribution.test_texts_at_the_right_stay_on_the_page()
   local run = results.load(runs.make { repeats = 10, contenders = { "sequential", { "threads",
      label = "threads with one interpreter for all of them, and more" }, "processes" } })
   for size, sheet in pairs(page.SIZES) do
      for _, name in ipairs { "ratio", "distribution" } do
         local built = charts.build(name, run, { size = size }, true)
         local x, small = variable(built, "beside_x"), variable(built, "beside_small")
         for n, words in ipairs(variable(built, "beside")) do
            local right = x[n] * sheet.width + text.width(words, small[n] == 1 and sheet.sub or sheet.body)
            lu.assertTrue(right <= sheet.width, ("%s, %s: %s"):format(name, size, words))
            lu.assertTrue(x[n] >= variable(built, "plot_right"))
         end
         lu.assertTrue(variable(built, "plot_right") - variable(built, "plot_left") > 0.15, name .. size)
      end
   end
end

TestQuadrant = {}

function TestQuadrant.tearDown() runs.clear() end

function TestQuadrant.test_every_cell_is_a_point_with_its_cross()
   local built, run = build("quadrant", { repeats = 6 })
   local points = 0
   for _, label in ipairs(runs.FIVE) do
      for _, row in ipairs(block(built, label)) do
         points = points + 1
         lu.assertTrue(row[3] <= row[1] and row[1] <= row[4])
         lu.assertTrue(row[5] <= row[2] and row[2] <= row[6])
      end
   end
   lu.assertEquals(points, #run.cells)
   local cell = run:summary_of(run:cell("processes", 100))
   local last = block(built, "processes")[4]
   lu.assertAlmostEquals(last[1], cell.total_s.median, 1e-6)
   lu.assertAlmostEquals(last[2] * 1024 ^ 2, cell.footprint_peak_bytes.median, 1)
   lu.assertEquals({ variable(built, "x_log"), variable(built, "y_log") }, { 1, 1 })
   lu.assertStrMatches(built.title,
      "Shortest median time: event loop × 100 %(.*; smallest median footprint: .*")
end

function TestQuadrant.test_worker_counts_keep_clear_of_each_other_and_of_names()
   local run = results.load(runs.make { contenders = runs.SEVEN, repeats = 6 })
   for size, sheet in pairs(page.SIZES) do
      local built = charts.build("quadrant", run, { size = size }, true)
      local boxes, height = {}, variable(built, "height")
      local function add(words, x, y, font)
         boxes[#boxes + 1] = { x * sheet.width, (1 - y) * height - font * 0.4, x * sheet.width
            + text.width(words, font), (1 - y) * height + font * 0.4, words }
      end
      for _, kind in ipairs { { "tag", sheet.sub }, { "label", sheet.body } } do
         for n, words in ipairs(variable(built, kind[1] .. "_text")) do
            add(words, variable(built, kind[1] .. "_x")[n], variable(built, kind[1] .. "_y")[n], kind[2])
         end
      end
      for i = 1, #boxes do
         for j = i + 1, #boxes do
            local a, b = boxes[i], boxes[j]
            local apart = a[3] <= b[1] or b[3] <= a[1] or a[4] <= b[2] or b[4] <= a[2]
            lu.assertTrue(apart, ("%s: '%s' covers '%s'"):format(size, a[5], b[5]))
         end
      end
      lu.assertTrue(variable(built, "tag_count") >= 8, size)
   end
end

function TestQuadrant.test_only_who_beats_all_others_is_called_fastest()
   local few = build("quadrant", { repeats = 3 })
   lu.assertStrContains(few.title, "Shortest median time: ")
   lu.assertStrContains(few.title, "; smallest median footprint: ")
   local first = build("quadrant", { repeats = 8, workers = { 4 }, contenders = { "threads", "eventloop" },
      change = function(trial)
         trial.total_s = trial.total_s * (trial.label == "threads" and 2 or 1)
      end })
   lu.assertStrContains(first.title, "Event loop is fastest and smallest (")
   local tied = build("quadrant", { repeats = 8, workers = { 4 }, tie = true,
      contenders = { "threads", "processes", "eventloop" }, change = function(trial)
         local wobble = (trial["repeat"] * 7919 + #trial.label * 31) % 999
         trial.memory.footprint_peak_bytes = math.floor(1e7 + wobble)
      end })
   lu.assertNil(tied.title:find("[Ff]astest"))
end

TestAgainstWorkers = {}

function TestAgainstWorkers.tearDown() runs.clear() end

function TestAgainstWorkers.test_figures_are_those_of_the_analysis()
   local run = results.load(runs.make { repeats = 6 })
   local entry = run:scaling()[1]
   local last = entry.points[#entry.points]
   local wanted = { speedup = last.speedup.value, efficiency = last.efficiency.value * 100 }
   for name, value in pairs(wanted) do
      local rows = block(charts.build(name, run, {}, true), entry.label)
      lu.assertAlmostEquals(rows[#rows][2], value, 1e-4, name)
      lu.assertEquals(rows[#rows][5], 100)
   end
   local memory = charts.build("memory_workers", run, {})
   lu.assertStrContains(table.concat(variable(memory, "label_text"), "\n"), " per worker")
   lu.assertEquals({ variable(memory, "x_log"), variable(memory, "x_min") }, { 0, 0 })
end

function TestAgainstWorkers.test_the_ideal_is_named_and_goes_through_both_ends()
   local built = build("speedup", { repeats = 6, workers = { 2, 4, 16 } })
   lu.assertItemsEquals(block(built, "ideal")[1], { 2, 1 })
   local last = block(built, "ideal")[2]
   lu.assertEquals({ last[1], last[2] }, { 16, 8 })
   lu.assertStrContains(table.concat(variable(built, "label_text"), "\n"), "ideal")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "each against itself with 2 workers")
end

function TestAgainstWorkers.test_titles_claim_what_the_intervals_show()
   local flat = build("memory_workers", { repeats = 6, contenders = { "threads", "eventloop" },
      change = function(trial)
         trial.memory.footprint_peak_bytes = 9000000 + (trial["repeat"] * 7919 + trial.workers * 4801) % 9999
      end })
   lu.assertStrContains(flat.title, "No growth shown for threads and event loop")
   local grown = build("memory_workers", { repeats = 6, contenders = { "threads", "processes" } })
   lu.assertStrMatches(grown.title,
      "Each further worker adds [%d.]+ MiB with processes, [%d.]+ KiB with threads")
   local ranged = build("memory_workers", { repeats = 6, contenders = { "processes" },
      change = function(trial)
         trial.memory.footprint_peak_high_bytes = 2 * trial.memory.footprint_peak_bytes
      end })
   lu.assertStrMatches(ranged.title, "Each further worker adds [%d.]+ to [%d.]+ MiB with processes")
   lu.assertStrMatches(table.concat(variable(ranged, "label_text"), " "),
      ".*%+[%d.]+ to [%d.]+ MiB per worker.*")
   lu.assertStrMatches(build("efficiency", { repeats = 6 }).title,
      "Each of 100 workers does .* of what one alone does")
   lu.assertStrContains(build("efficiency", { repeats = 2 }).title, "Too few repeats")
end

function TestAgainstWorkers.test_of_many_contenders_the_fastest_are_shown_and_the_subtitle_says_so()
   local contenders = {}
   for index = 1, 30 do
      contenders[index] = { "threads", label = ("no. %02d"):format(index) }
   end
   local run = results.load(runs.make { contenders = contenders, workers = { 4, 16 }, repeats = 6,
      items = 10 })
   local built = charts.build("scaling", run, {}, true)
   lu.assertEquals(variable(built, "series_count"), 24)
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "the fastest 24 of 30 contenders")
   local last = run.cells[1]
   for _, cell in ipairs(run.cells) do
      last = run:summary_of(cell).total_s.median > run:summary_of(last).total_s.median and cell or last
   end
   lu.assertNotStrContains(table.concat(variable(built, "label_text"), " "), last.label)
end

function TestAgainstWorkers.test_two_worker_counts_are_no_curve()
   for _, name in ipairs { "speedup", "memory_workers" } do
      local run = results.load(runs.make { repeats = 6, workers = { 1, 4 } })
      local built, reason, aside = charts.build(name, run, {}, false)
      lu.assertEquals({ built, aside }, { nil, "aside" })
      lu.assertStrContains(reason, "three worker counts")
   end
end

os.exit(lu.LuaUnit.run(), true)
