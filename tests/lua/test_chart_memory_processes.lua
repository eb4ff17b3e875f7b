--- Who holds what of a tree's memory: bands of processes, the chart's title, its areas and their names; and
-- where nothing is known between two readings.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local activity = require "support_activity"
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local files = require "bakeoff.base.files"
local gaps = require "bakeoff.runs.gaps"
local holders = require "bakeoff.analysis.holders"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local text = require "bakeoff.plotting.text"

local variable = built_chart.variable

local MIB = 1024 * 1024

-- Holdings as runs/holdings.lua gives them. processes: { { name, number (default: its place) } … }; samples:
-- lists of MiB, one per process.
local function held(processes, samples)
   local found = { processes = {}, samples = {} }
   for place, one in ipairs(processes) do
      local number = one[2] or place
      found.processes[number] = { number = number, name = one[1], peak = 0 }
   end
   for at, values in ipairs(samples) do
      local sample = { time = at * 0.1, sum = 0, held = {}, others = 3 }
      for place, one in ipairs(processes) do
         local number, bytes = one[2] or place, (values[place] or 0) * MIB
         sample.held[number], sample.sum = bytes, sample.sum + bytes
         found.processes[number].peak = math.max(found.processes[number].peak, bytes)
      end
      found.samples[at] = sample
   end
   return found
end

local function names(bands)
   local list = {}
   for index, band in ipairs(bands) do
      list[index] = ("%s×%d %.0f"):format(band.name, band.count, band.bytes / MIB)
   end
   return list
end

TestHolders = {}

function TestHolders.test_one_process_is_no_tree()
   lu.assertNil(holders.of(held({ { "trial" } }, { { 5 } }), 9))
end

function TestHolders.test_processes_of_a_kind_that_hold_about_as_much_are_one_band()
   local found = holders.of(held({ { "trial" }, { "worker 1" }, { "worker 2" }, { "worker 3" } },
      { { 4 }, { 4, 10, 11, 12 }, { 5, 1, 1, 1 } }), 9)
   lu.assertEquals(names(found.bands), { "worker×3 33", "trial×1 4" })
   lu.assertEquals({ found.bands[1].least / MIB, found.bands[1].largest / MIB }, { 10, 12 })
   lu.assertEquals(found.peak.time, 0.2)
end

function TestHolders.test_those_that_hold_much_more_than_others_are_told_by_themselves()
   local found = holders.of(held({ { "python3" }, { "python3" }, { "sh" } }, { { 30, 5, 1 } }), 9)
   lu.assertEquals(names(found.bands), { "python3×1 30", "python3×1 5", "sh×1 1" })
   lu.assertEquals(names(found.kinds), { "python3×2 35", "sh×1 1" })
end

function TestHolders.test_of_many_kinds_the_smallest_are_the_others()
   local processes, values = { { "others", 0 } }, { 2 }
   for index = 1, 20 do
      processes[index + 1], values[index + 1] = { "p" .. string.char(64 + index), index }, 21 - index
   end
   local found = holders.of(held(processes, { values }), 9)
   lu.assertEquals(#found.bands, 9)
   local last, sum = found.bands[9], 0
   for _, band in ipairs(found.bands) do
      sum = sum + band.bytes
   end
   lu.assertTrue(last.is_others)
   lu.assertEquals(last.count, 20 - 8 + 3)
   lu.assertEquals(sum, found.peak.sum)
end

TestGaps = {}

local function marked(points, readings)
   gaps.mark(points, readings)
   local list = {}
   for index, point in ipairs(points) do
      list[index] = point.after_gap or false
   end
   return list
end

local function times(from, to, step, rss)
   local list = {}
   for index = 0, math.floor((to - from) / step + 0.5) do
      list[#list + 1] = { time = from + index * step, rss = rss and rss(from + index * step) }
   end
   return list
end

function TestGaps.test_usual_distances_are_none()
   local points = times(0, 2, 0.1)
   local expected = {}
   for index in ipairs(points) do
      expected[index] = false
   end
   lu.assertEquals(marked(points, times(0, 2, 0.01, function(time) return time end)), expected)
end

function TestGaps.test_a_second_without_a_reading_is_one_however_few_there_are()
   local points = { { time = 0.0 }, { time = 0.01 }, { time = 1.7 }, { time = 1.75 } }
   lu.assertEquals(marked(points, { { time = 0.0 }, { time = 0.01 }, { time = 1.7 }, { time = 1.75 } }),
      { false, false, true, false })
   lu.assertEquals(marked({ { time = 0.0 }, { time = 1.7 } }, times(0, 1.7, 0.01, function(t) return t end)),
      { false, true })
end

function TestGaps.test_memory_whose_rss_stayed_the_same_is_known()
   local function points() return { { time = 0.0 }, { time = 1.7 } } end
   lu.assertEquals(marked(points(), times(0, 1.7, 0.01, function() return 5e6 end)), { false, false })
   local function grows(time) return time > 0.8 and time < 0.9 and 6e6 or 5e6 end
   lu.assertEquals(marked(points(), times(0, 1.7, 0.05, grows)), { false, true })
   local paused = times(0, 1.44, 0.48, function() return 5e6 end) -- on a machine where readings are slow
   paused[#paused + 1] = { time = 1.7, rss = 5e6 }
   for time = 1.61, 1.69, 0.01 do
      table.insert(paused, #paused, { time = time, rss = 5e6 })
   end
   lu.assertEquals(marked(points(), paused), { false, false })
   local late = times(0, 0.2, 0.01, function() return 5e6 end)
   late[#late + 1] = { time = 1.7, rss = 5e6 }
   lu.assertEquals(marked(points(), late), { false, true })
end

TestChart = {}

function TestChart.tearDown() runs.clear() end

-- Eight workers that share what the parent doesn't hold.
local function pool(start, _, bytes) return activity.pool(start, 8, bytes) end

-- The run folder of a small experiment. of: see activity.hold.
local function folder(of)
   local spec = { contenders = { "threads", "processes" }, workers = { 8 }, repeats = 6 }
   return activity.hold(runs.make(spec), of)
end

local function build(of, options)
   return charts.build("memory_processes", results.load(folder(of)), options or {})
end

function TestChart.test_the_title_says_who_holds_most()
   local built = build(pool)
   lu.assertStrMatches(built.title,
      "Processes: 8 workers hold 90 %% of the peak of [%d.]+ MiB, [%d.]+ MiB each; the parent [%d.]+ MiB")
end

function TestChart.test_a_program_is_apart_from_its_workers_and_what_is_not_shown_is_told()
   local built = build(function(start, _, bytes)
      local list = start:find "^processes" and { { 1, "python3", bytes // 2 } } or nil
      for number = 2, list and 5 or 1 do
         list[number] = { number, "python3", bytes // 8 }
      end
      return list
   end)
   local told = table.concat(variable(built, "band_text"), "; ")
   lu.assertStrContains(told, "4 × python3  ")
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "),
      "not shown: 1 contender never seen with several processes")
end

function TestChart.test_it_stands_aside_without_trees()
   local _, reason, aside = build(function(start, _, bytes)
      return start:find("^processes") and { { 1, "trial", bytes } } or nil
   end)
   lu.assertStrContains(reason, "several processes")
   lu.assertEquals(aside, "aside")
   local without = results.load(runs.make { workers = { 8 }, repeats = 6 })
   lu.assertNil((charts.build("memory_processes", without, {})))
end

-- The highest edge of all slices, in pixels above the panel's bottom, belongs to the peak.
function TestChart.test_the_slices_add_up_to_the_footprint()
   local built = build(pool)
   lu.assertEquals(variable(built, "slice_count"), 9)
   local panel = built.panels[1]
   local most = 0
   for _, run in ipairs(panel.runs) do
      for _, column in ipairs(run) do
         most = math.max(most, (column[0] - column[#column]) * panel.scale.most / panel.height)
      end
   end
   lu.assertAlmostEquals(most / panel.largest, 1, 1e-9)
   lu.assertStrContains(built.title, ("peak of %.3g MiB"):format(panel.largest / MIB))
end

function TestChart.test_names_stand_inside_their_band_or_beside_the_panel_and_apart()
   for _, size in ipairs { "column", "page", "slide" } do
      local built = build(pool, { size = size })
      local texts, y = variable(built, "band_text"), variable(built, "band_y")
      lu.assertEquals(#texts, 2, size)
      lu.assertStrContains(table.concat(texts, ";"), "8 workers  ")
      lu.assertStrContains(table.concat(texts, ";"), "parent  ")
      local letters = variable(built, "band_size")
      lu.assertTrue(math.abs(y[1] - y[2]) >= letters, size)
      for index, words in ipairs(texts) do
         local left, width = variable(built, "band_x")[index], variable(built, "width")
         lu.assertTrue(left * width + text.width(words, letters) <= width, size .. words)
      end
   end
end

function TestChart.test_time_without_a_reading_stays_blank()
   local function with_hole(start, time, bytes)
      return (time < 0.1 or time > 0.6) and pool(start, time, bytes) or nil
   end
   local dir = folder(with_hole)
   local kept = {}
   for line in files.read(dir .. "/memory.csv"):gmatch("[^\n]+") do
      local time = tonumber(line:match '^[^,]+,[^,]+,%d+,%d+,([%d.]+)')
      kept[#kept + 1] = (not time or time < 0.1 or time > 0.6) and line or nil
   end
   assert(files.write(dir .. "/memory.csv", table.concat(kept, "\n") .. "\n"))
   local built = charts.build("memory_processes", results.load(dir), {})
   lu.assertEquals(#built.panels[1].runs, 2)
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "blank: no reading")
   lu.assertNotStrContains(table.concat(variable(build(pool), "subtitle"), " "), "blank")
end

function TestChart.test_trees_of_very_different_size_have_scales_of_their_own()
   local function two(start, _, bytes)
      local factor = start:find "^threads" and 10 or 1
      return { { 1, "sh", bytes * factor // 2 }, { 2, "python3", bytes * factor // 2 } }
   end
   local built = build(two)
   lu.assertEquals(#built.panels, 2)
   lu.assertStrContains(table.concat(variable(built, "subtitle"), " "), "each panel has its own scale")
end

function TestChart.test_hundreds_of_processes_are_a_few_bands()
   local function crowd(start, _, bytes)
      local list = start:find "^processes" and {}
      for number = 1, list and 120 or 0 do
         list[number] = { number, "p" .. string.char(65 + number % 26, 65 + number // 26), bytes // 200 }
      end
      table.insert(list or {}, { nil, "others", bytes - 120 * (bytes // 200), 300 })
      return list or nil
   end
   local built = build(crowd)
   lu.assertTrue(variable(built, "slice_count") <= 9)
   lu.assertEquals(#built.panels[1].bands, 9)
   lu.assertStrContains(built.panels[1].bands[9].texts[1], "others")
end

os.exit(lu.LuaUnit.run(), true)
