--- The chart of two runs (bakeoff compare --chart): its rows, shapes, title, and where it is written.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local chart = require "bakeoff.compare.chart"
local compare = require "bakeoff.compare"
local core = require "bakeoff.core"
local differences = require "bakeoff.charts.differences"
local files = require "bakeoff.base.files"
local metrics = require "bakeoff.model.metrics"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local svg_texts = require "support_svg_texts"
local words = require "bakeoff.analysis.wording.differences"

local function run(spec)
   spec.contenders, spec.workers = spec.contenders or { "threads", "eventloop" }, spec.workers or { 4, 16 }
   spec.repeats = spec.repeats or 8
   return results.load(runs.make(spec))
end

local function pair(a, b, options)
   a, b = run(a), run(b)
   return { comparison = compare.results(a, b, options or {}), a = a, b = b }
end

local function given(a, b, options)
   local two = pair(a, b, options)
   two.metric = metrics.get(two.comparison.metrics[1])
   return two
end

-- Changes the times of some labels by factors.
local function times(factors)
   return function(trial)
      local factor = factors[trial.label] or 1
      trial.total_s = trial.total_s * (type(factor) == "table" and factor[trial.workers] or factor)
   end
end

local function variable(built, name)
   for _, one in ipairs(built.vars) do
      if one[1] == name then
         return one[2]
      end
   end
end

TestRows = {}

function TestRows.tearDown() runs.clear() end

function TestRows.test_the_worst_comes_first_and_each_verdict_has_its_shape()
   local built = differences.build(given({}, { change = times { threads = { [4] = 1.5, [16] = 0.5 } } },
      { noise = 0.2 }), {})
   local names, markers = variable(built, "name_text"), variable(built, "marker")
   lu.assertEquals({ names[1], names[4] }, { "threads × 4", "threads × 16" })
   lu.assertEquals({ markers[1], markers[4] }, { 5, 13 })
   lu.assertEquals({ markers[2], markers[3] }, { 7, 7 }) -- the same rows in both
   lu.assertEquals(variable(built, "light")[1], 0xd55e00)
   lu.assertEquals(variable(built, "band_high"), 1.2)
   lu.assertEquals(built.title,
      "Total time in B: 50 % more for threads × 4; 50 % less for threads × 16; same within 20 % for "
      .. "event loop × 4 and event loop × 16")
   lu.assertStrMatches(built.data, ".*\n1 1%.5 [%d.]+ [%d.]+\n.*")
end

function TestRows.test_of_a_rate_less_is_worse()
   local two = given({ workers = { 4 } }, { workers = { 4 }, change = function(trial)
      trial.requests_per_s = trial.requests_per_s * (trial.label == "threads" and 0.5 or 3)
   end }, { metrics = { "requests_per_s" } })
   local built = differences.build(two, {})
   lu.assertEquals(variable(built, "name_text"), { "threads", "event loop" })
   lu.assertEquals(variable(built, "marker"), { 5, 13 })
   lu.assertEquals(built.title, "Requests/s in B: 3 times as much for event loop; 50 % less for threads")
end

function TestRows.test_what_has_no_ratio_keeps_its_row()
   local built = differences.build(given({}, { change = function(trial)
      trial.status = trial.label == "threads" and trial.workers == 4 and "failed" or "ok"
   end }), {})
   local names, values = variable(built, "name_text"), variable(built, "beside")
   lu.assertEquals(names[4], "threads × 4")
   lu.assertStrContains(table.concat(values, "|"), "–|no figure in B")
   lu.assertStrContains(built.title, "no figure in B for threads × 4")
end

function TestRows.test_few_repeats_and_failed_jobs_are_said()
   local built = differences.build(given({ repeats = 5 }, { repeats = 5 }), {})
   lu.assertEquals(built.title, "Total time in B: too few repeats for all 4 cells")
   lu.assertEquals(variable(built, "marker"), { 6, 6, 6, 6 })
   local function half(trial)
      if trial.label == "threads" then
         trial.jobs.done, trial.jobs.failed = trial.jobs.submitted // 2, trial.jobs.submitted // 2
      end
   end
   built = differences.build(given({ workers = { 4 } }, { workers = { 4 }, change = half }), {})
   lu.assertStrContains(built.title, "; but another share of jobs failed for threads")
end

function TestRows.test_of_many_cells_those_that_changed_most_are_shown()
   local counts = {}
   for index = 1, 20 do
      counts[index] = index
   end
   local changed = { workers = counts, repeats = 6, change = function(trial)
      trial.total_s = trial.total_s * (trial.label == "threads" and trial.workers == 7 and 2 or 1)
   end }
   local built = differences.build(given({ workers = counts, repeats = 6 }, changed), {})
   lu.assertEquals(variable(built, "row_count"), 24)
   lu.assertEquals(variable(built, "name_text")[1], "threads × 7")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "the 24 of 40 cells")
   lu.assertStrContains(built.title, "2 times as much for threads × 7; ")
end

function TestRows.test_changes_of_several_cells_are_a_range()
   local function row(name, ratio)
      return { name = name, figure = { ratio = ratio, verdict = "slower", change = "worse" }, errors_a = 0,
         errors_b = 0 }
   end
   lu.assertEquals(words.sentence("total time", { row("a", 1.05), row("b", 3.14), row("c", 1.5) }),
      "Total time in B: 5 % more to 3.14 times as much for all 3 cells")
   lu.assertEquals(words.sentence("total time", { row("a", 1.05), row("b", 1.3), row("c", 1.5) }),
      "Total time in B: 5 to 50 % more for all 3 cells")
   local none = row("a", 1.01)
   none.figure.verdict, none.figure.change = "no_difference", nil
   lu.assertEquals(words.sentence("total time", { none, none, none }),
      "Total time in B: no difference shown for any of the 3 cells")
   lu.assertEquals(words.sentence("total time", {}), "Nothing to compare")
end

TestFiles = {}

function TestFiles.tearDown() runs.clear() end

function TestFiles.test_where_a_path_puts_the_charts()
   local folder = runs.folder()
   core.mkdirs(folder .. "/old.svg")
   lu.assertEquals(chart.target("a/b.svg"), { folder = "a/", formats = { "svg" }, name = "b" })
   lu.assertEquals(chart.target("b.x.tex"), { folder = ".", formats = { "tikz" }, name = "b.x" })
   lu.assertEquals(chart.target("charts"), { folder = "charts", formats = { "svg", "png" } })
   lu.assertEquals(chart.target(folder .. "/old.svg").name, nil)
   for path, part in pairs { [""] = "the name is empty", ["x.jpg"] = ".svg, .png, .pdf or .tex",
      ["it's.svg"] = "use letters" } do
      local target, message = chart.target(path)
      lu.assertNil(target)
      lu.assertStrContains(message, part)
   end
end

function TestFiles.test_texts_keep_apart_in_every_size()
   local long = { "threads", { "threads", label = "a contender whose name is much longer than most" } }
   local two = pair({ contenders = long, name = "a b" }, { contenders = long, name = "a b",
      change = times { threads = 9 } })
   local folder, found = runs.folder(), {}
   for _, size in ipairs { "column", "page", "slide" } do
      local target = { folder = folder, formats = { "svg" }, name = size }
      local paths = chart.draw(target, two, { size = size, theme = "dark" })
      lu.assertEquals(paths, { ("%s/%s.svg"):format(folder, size) })
      for _, fault in ipairs(svg_texts.faults(files.read(paths[1]))) do
         found[#found + 1] = size .. ": " .. fault
      end
   end
   lu.assertEquals(found, {})
   lu.assertNotNil(files.read(folder .. "/page.gp"))
   two.b:compare(two.a, { print = false, chart = folder .. "/script.svg" })
   lu.assertStrContains(files.read(folder .. "/script.svg"), "Total time in B")
   lu.assertErrorMsgContains("compare: chart: 'x.gif' is not a picture", two.b.compare, two.b, two.a,
      { chart = "x.gif" })
   lu.assertEquals(chart.draw({ folder = folder .. "/new/", formats = { "png" } }, two, {}),
      { folder .. "/new/a_b.png" })
end

os.exit(lu.LuaUnit.run(), true)
