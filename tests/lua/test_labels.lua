--- Labels of charts: what they keep clear of; none is crossed or cut in any kind of run.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local built_chart = require "support_built"
local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local heights = require "bakeoff.plotting.heights"
local memory = require "bakeoff.charts.memory"
local place = require "bakeoff.plotting.place"
local random = require "bakeoff.base.random"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local spots = require "bakeoff.plotting.spots"
local text = require "bakeoff.plotting.text"

local variable = built_chart.variable

TestHeights = {}

local function wanted_at(list)
   local labels = {}
   for index, wanted in ipairs(list) do
      labels[index] = { wanted = wanted, height = 10 }
   end
   return labels
end

function TestHeights.test_neighbours_share_the_room_around_their_mean()
   lu.assertEquals(heights.solve(wanted_at { 50, 50, 50, 90 }, 0, 200), { 40.0, 50.0, 60.0, 90 })
   lu.assertEquals(heights.solve(wanted_at { 50, 52 }, 0, 200), { 46.0, 56.0 })
end

function TestHeights.test_they_stay_inside()
   lu.assertEquals(heights.solve(wanted_at { 0, 0, 99 }, 0, 100), { 5.0, 15.0, 95.0 })
   lu.assertEquals(heights.solve({}, 0, 100), {})
end

TestPlace = {}

local function bounds_of(lines)
   local grid = core.label_grid(500, 400, 2)
   for _, line in ipairs(lines) do
      grid:line(line)
   end
   return { left = 5, right = 495, top = 0, bottom = 400, gap = 10, line = 16, margin = 400,
      obstacles = grid }
end

local function labels_at(points)
   local labels = {}
   for index, point in ipairs(points) do
      labels[index] = { forms = { { width = 80, height = 16 }, { width = 45, height = 32 } }, anchor = point,
         end_x = point[1] }
   end
   return labels
end

local function assert_apart(there)
   for i = 1, #there do
      for j = i + 1, #there do
         local a, b = there[i], there[j]
         local x = math.min(a.x + a.width, b.x + b.width) - math.max(a.x, b.x)
         lu.assertTrue(x <= 0 or math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 1e-3)
      end
   end
end

function TestPlace.test_labels_keep_clear_in_the_order_of_their_points()
   local points = {}
   for index = 1, 7 do
      points[index] = { 100, 200 + index * 0.5 }
   end
   local there, cost = place.labels(labels_at(points), bounds_of {})
   assert_apart(there)
   lu.assertTrue(cost < 1000)
   lu.assertEquals(place.labels(labels_at(points), bounds_of {})[3].y, there[3].y)
end

function TestPlace.test_labels_stay_inside()
   local points = { { 100, 398 }, { 100, 399 }, { 100, 400 }, { 480, 1 } }
   local there = place.labels(labels_at(points), bounds_of {})
   assert_apart(there)
   for _, spot in ipairs(there) do
      lu.assertTrue(spot.y - spot.height / 2 >= 0 and spot.y + spot.height / 2 <= 400)
      lu.assertTrue(spot.x >= 5 and spot.x + spot.width <= 495.01)
   end
end

function TestPlace.test_two_lines_serve_when_a_steep_line_is_near()
   local own = { { 20, 200 }, { 100, 200 } }
   local spot = place.labels(labels_at { { 100, 200 } }, bounds_of { own, { { 170, 0 }, { 172, 400 } } })[1]
   lu.assertEquals({ spot.form, spot.x, spot.leader }, { 2, 110, nil })
end

function TestPlace.test_the_margin_is_the_last_resort()
   local lines = { { { 0, 200 }, { 99, 200 } } }
   for y = 0, 400, 10 do
      lines[#lines + 1] = { { 0, y }, { 399, y } }
   end
   local there, cost = place.labels(labels_at { { 100, 200 } }, bounds_of(lines))
   lu.assertEquals(there[1].x, 400)
   lu.assertNotNil(there[1].leader)
   lu.assertTrue(cost < 1000)
end

-- Many labels at points of all kinds: in a heap, in a row, anywhere.
local function many_points(kind, count)
   local generator, points = random.new(7), {}
   for index = 1, count do
      local at = kind == "anywhere" and { generator:below(380), generator:below(400) }
         or kind == "row" and { 15 * index, 200 } or { 100, 200 + index * 0.1 }
      points[index] = at
   end
   return points
end

local function all_of(there, count)
   local list = {}
   for index = 1, count do
      list[#list + 1] = there[index] or nil
   end
   list[#list + 1] = there.rest
   return list
end

local function rest_of(count) return { texts = { ("%d more"):format(count) }, width = 60, height = 16 } end

function TestPlace.test_many_labels_never_cover_each_other()
   for _, kind in ipairs { "heap", "row", "anywhere" } do
      for _, count in ipairs { 9, 16, 24 } do
         local bounds, points = bounds_of {}, many_points(kind, count)
         for _, point in ipairs(points) do
            bounds.obstacles:marker(point[1], point[2], 3)
         end
         bounds.rest = rest_of
         local there, cost = place.labels(labels_at(points), bounds)
         lu.assertEquals(#all_of(there, count), count)
         assert_apart(all_of(there, count))
         lu.assertTrue(cost < spots.CROSSED, kind)
      end
   end
end

function TestPlace.test_what_has_no_room_is_left_out_and_counted()
   local bounds, points = bounds_of { { { 0, 0 }, { 399, 399 } } }, many_points("heap", 40)
   bounds.obstacles:fill(0, 0, 399, 400) -- no room but in the margin
   bounds.rest = rest_of
   local there, cost = place.labels(labels_at(points), bounds)
   lu.assertEquals(#all_of(there, 40), 25) -- 400 pixels, 16 for each
   lu.assertEquals({ there[24] and true, there[25], there.rest.texts[1] }, { true, false, "16 more" })
   assert_apart(all_of(there, 40))
   lu.assertTrue(cost < spots.CROSSED)
end

function TestPlace.test_hairlines_of_the_margin_do_not_cross()
   local bounds, points = bounds_of {}, many_points("row", 20)
   bounds.obstacles:fill(0, 0, 399, 400)
   local there = place.labels(labels_at(points), bounds)
   for i = 1, 20 do
      for j = i + 1, 20 do
         lu.assertFalse(core.hairlines_cross(there[i].leader, there[j].leader))
      end
   end
end

function TestPlace.test_a_search_needs_labels_with_spots()
   local spot = { form = 1, x = 10, right = 90, y = 20, height = 16, top = 12, bottom = 28, cost = 0 }
   local label = { anchor = { 5, 20 }, wanted = 20, end_x = 5, spots = { spot } }
   lu.assertEquals({ core.search_spots({ label }, 16, 400) }, { { 1 }, 0.0 })
   local function assert_refused(words, labels)
      lu.assertErrorMsgContains(words, core.search_spots, labels, 16, 400)
   end
   assert_refused("expected 1 to 12 labels", {})
   assert_refused("label: expected a table, got boolean", { true })
   label.spots = {}
   assert_refused("spots for each label", { label })
   label.spots, spot.x = { spot }, "left"
   assert_refused("x: expected a number, got string", { label })
   spot.x, spot.leader = 10, { 1, 2, 3 }
   assert_refused("coordinate: expected a number, got nil", { label })
end

TestHairlines = {}

function TestHairlines.test_what_runs_through_a_label()
   local spot = { x = 10, right = 90, top = 12, bottom = 28 }
   lu.assertTrue(core.hairline_through({ 0, 0, 100, 40 }, spot))
   lu.assertTrue(core.hairline_through({ 52, 19, 52, 100 }, spot)) -- it ends inside
   lu.assertFalse(core.hairline_through({ 0, 0, 100, 11 }, spot))
   lu.assertFalse(core.hairline_through({ 0, 20, 9, 20 }, spot))
   lu.assertFalse(core.hairline_through({ 0, 22, 20, 40 }, spot)) -- past a corner
end

function TestHairlines.test_what_crosses()
   lu.assertTrue(core.hairlines_cross({ 0, 0, 10, 10 }, { 0, 10, 10, 0 }))
   lu.assertFalse(core.hairlines_cross({ 0, 0, 10, 10 }, { 0, 10, 4, 6 }))
   lu.assertFalse(core.hairlines_cross({ 0, 0, 10, 10 }, { 10, 10, 20, 0 })) -- they touch
   lu.assertErrorMsgContains("hairline: expected a table", core.hairlines_cross, 1, {})
end

TestCharts = {}

function TestCharts.tearDown() runs.clear() end

-- Adds footprints as forked processes have them: few readings, and a drop to almost nothing at the end.
local function add_teardown(dir, workers)
   local file <close> = assert(io.open(dir .. "/memory.csv", "ab"))
   for number = 1, 6 do
      for time, bytes in pairs { [0.001] = 3e6, [0.25] = 90e6, [0.9] = 3e6 } do
         file:write(('processes,"processes",%d,%d,%.3f,teardown,1,1,1,1,%d\n'):format(workers or 100,
            number, time, bytes))
      end
   end
end

function TestCharts.test_no_label_is_crossed_at_any_size()
   local two = { "threads", "processes" }
   local specs = { { contenders = two }, {}, { contenders = runs.SEVEN }, { tie = true } }
   for index, spec in ipairs(specs) do
      spec.repeats = 6
      local dir = runs.make(spec)
      add_teardown(dir)
      local run = results.load(dir)
      for _, size in ipairs { "column", "page", "slide" } do
         for _, name in ipairs { "memory", "scaling", "speedup", "efficiency", "memory_workers",
            "quadrant" } do
            local built = charts.build(name, run, { size = size }, true)
            lu.assertTrue(built.label_cost < spots.CROSSED, ("%s of run %d, %s"):format(name, index, size))
         end
      end
   end
end

function TestCharts.test_texts_beside_bars_stay_on_the_page()
   local run = results.load(runs.make { repeats = 6, contenders = { "sequential",
      { "threads", label = "threads with one interpreter for all of them, and more" }, "processes" },
      change = function(trial)
         if trial.label == "sequential" and trial["repeat"] % 2 == 0 then
            trial.status, trial.reason, trial.total_s = "failed", ("no "):rep(60), nil
         end
      end })
   for size, page in pairs(require("bakeoff.plotting.page").SIZES) do
      for _, name in ipairs { "speed", "footprint" } do
         local built = charts.build(name, run, { size = size })
         local left = variable(built, "plot_left") * page.width
         local right = variable(built, "plot_right") * page.width
         local small, at = variable(built, "beside_small"), variable(built, "beside_x")
         for n, words in ipairs(variable(built, "beside")) do
            local x = left + at[n] / variable(built, "x_end") * (right - left)
            local font = small[n] == 1 and page.sub or page.body
            lu.assertTrue(x + text.width(words, font) <= page.width, words)
         end
      end
   end
end

function TestCharts.test_lone_readings_get_dots()
   local dir = runs.make { repeats = 1, contenders = { "eventloop", "processes" }, workers = { 4 } }
   add_teardown(dir, 4)
   local data = memory.build(results.load(dir), {}).data
   local dots = {}
   for block in data:gmatch("# %w+: time footprint dot\n(.-)\n\n") do
      local lone, close = select(2, block:gsub(" 1\n", "")), select(2, block:gsub(" 0\n", ""))
      dots[#dots + 1] = { lone > 0, close > 0 }
   end
   lu.assertEquals(dots, { { false, true }, { true, true } })
end

-- What the chart lacks is said.
function TestCharts.test_who_has_no_line_of_memory_is_named()
   local dir = runs.make { repeats = 3, workers = { 4 },
      contenders = { "eventloop", "processes", "threads" } }
   local kept = {}
   for line in io.lines(dir .. "/memory.csv") do
      kept[#kept + 1] = not line:find("^processes,") and line or nil
   end
   local file <close> = assert(io.open(dir .. "/memory.csv", "w"))
   file:write(table.concat(kept, "\n"), "\n"):close()
   local words = table.concat(variable(memory.build(results.load(dir), {}), "subtitle"), " ")
   lu.assertStrContains(words, "without a reading: processes")
   lu.assertNotStrContains(words, "threads")
end

os.exit(lu.LuaUnit.run(), true)
