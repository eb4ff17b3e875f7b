--- What a reader of report.html can do: choose contenders, also without scripts, and zoom the charts over
-- time.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local pages = dofile(source .. "/tests/e2e/support_page.lua")
local support = dofile(source .. "/tests/e2e/support_run.lua")

local folder, seen

-- All that the tests look at was done in one go: starting a browser takes seconds.
local function prepare()
   lu.skipIf(not pages.browser.find(), pages.browser.MISSING)
   if not folder then
      folder = support.folder()
      pages.make(folder, "quiet", "--html")
      seen = pages.probe(folder, "page_reader.js")
   end
end

local function same(list, value)
   for _, one in ipairs(list) do
      if one ~= value then
         return false
      end
   end
   return #list > 0
end

TestChoice = { setUp = prepare }

-- Drawings that have lost paints against `before`, and their number.
local function changed(before, after)
   local count = 0
   for index, paints in ipairs(before.paints) do
      count = count + (table.concat(paints, " ") ~= table.concat(after.paints[index], " ") and 1 or 0)
   end
   return count, #before.paints
end

local function check_choice(found)
   local before, after = found.before, found.after
   lu.assertEquals(found.labels, { "sequential", "threads", "processes", "event loop", "coroutines" })
   lu.assertTrue(found.visible and found.focused)
   lu.assertTrue(before.rows >= 3, before.rows .. " rows")
   lu.assertEquals({ after.rows, before.all_rows - after.all_rows }, { 0, before.rows })
   lu.assertTrue(before.hover > 20, before.hover .. " tooltips")
   lu.assertEquals({ after.hover, before.all_hover - after.all_hover }, { 0, before.hover })
   lu.assertTrue(#before.veils >= 5 and same(before.veils, 0) and same(after.veils, 0.85))
   lu.assertEquals(after.all_veils, #after.veils)
   lu.assertFalse(before.crossed and not after.crossed)
   local count, drawings = changed(before, after)
   lu.assertEquals(count, drawings) -- every drawing has lost the contender's colours
   lu.assertEquals(found.note, '" (some hidden)"')
   lu.assertEquals(found.reset, before)
end

function TestChoice.test_a_contender_disappears_from_charts_tables_and_tiles()
   check_choice(seen.choice)
   local text = table.concat(seen.choice.copied, "\n")
   lu.assertStrContains(text, "event loop")
   lu.assertNotStrContains(text, "\nprocesses")
end

function TestChoice.test_it_needs_no_scripts_and_what_does_is_not_there()
   check_choice(seen.without)
   lu.assertEquals(seen.dead, { tools = 0, buttons = 0 })
   for index, chart in ipairs(seen.whole) do
      lu.assertEquals(chart.axis.ticks, seen.zoom.whole[index].axis.ticks)
   end
end

-- No two contenders share a colour, and a chart has no colour that nobody owns: what is hidden is all of one
-- contender.
function TestChoice.test_nothing_of_others_changes()
   for index, paints in ipairs(seen.choice.before.paints) do
      local left, lost = {}, 0
      for _, paint in ipairs(seen.choice.after.paints[index]) do
         left[paint] = true
      end
      for _, paint in ipairs(paints) do
         lost = lost + (left[paint] and 0 or 1)
      end
      lu.assertTrue(lost >= 1 and lost <= 7, ("drawing %d lost %d colours"):format(index, lost))
   end
end

TestZoom = { setUp = prepare }

-- Every label stands where its time is, between these times.
local function check_axis(chart, from, to)
   local axis = chart.axis
   local pixels = (axis.right - axis.left) / (to - from)
   lu.assertTrue(#axis.ticks >= 2 and #axis.ticks <= 12, ("%s: %d ticks"):format(chart.id, #axis.ticks))
   lu.assertEquals(axis.grid, #axis.ticks)
   for _, tick in ipairs(axis.ticks) do
      lu.assertAlmostEquals(tick.x, axis.left + (tick.time - from) * pixels, 0.3, chart.id)
      lu.assertAlmostEquals(tick.line, tick.x, 0.3)
   end
end

-- Where a mark of the whole chart stands, if only this part of the time is shown.
local function expected(chart, at, from, to)
   local axis = chart.axis
   local time = axis.first + (at - axis.left) / (axis.right - axis.left) * (axis.last - axis.first)
   return axis.left + (time - from) / (to - from) * (axis.right - axis.left)
end

local function check_part(shown, from, to)
   for index, whole in ipairs(seen.zoom.whole) do
      check_axis(shown[index], from, to)
      for _, edge in ipairs { "from", "to" } do
         lu.assertAlmostEquals(shown[index].mark[edge], expected(whole, whole.mark[edge], from, to), 1.5,
            whole.id)
      end
   end
end

function TestZoom.test_dragging_shows_the_part_in_all_charts_over_time()
   local zoom = seen.zoom
   local ids = {}
   for index, chart in ipairs(zoom.whole) do
      ids[index] = chart.id
      check_axis(chart, chart.axis.first, chart.axis.last)
   end
   lu.assertEquals(ids, { "chart-timeline", "chart-inflight", "chart-cpu" })
   local axis = zoom.whole[1].axis
   local span = axis.last - axis.first
   lu.assertAlmostEquals(zoom.drag.marked, (axis.right - axis.left) / 4, 0.2)
   lu.assertEquals(zoom.drag.left, 0)
   check_part(zoom.dragged, axis.first + span * 0.25, axis.first + span * 0.5)
   check_part(zoom.later, axis.first + span * 0.3125, axis.first + span * 0.5625)
   lu.assertStrMatches(zoom.said, "Shown: [%d.]+ to [%d.]+ m?s%.")
end

function TestZoom.test_keys_and_buttons_lead_back_to_the_whole()
   local zoom = seen.zoom
   lu.assertEquals(zoom.tools, 1)
   lu.assertEquals(zoom.buttons, { "Zoom in", "Zoom out", "Earlier", "Later", "Whole time" })
   lu.assertEquals({ zoom.disabled, zoom.enabled }, { 4, 0 })
   lu.assertEquals(zoom.escaped, zoom.whole)
   lu.assertEquals(zoom.again, zoom.whole)
   lu.assertEquals(zoom.said_whole, "The whole time is shown.")
   local axis, last = zoom.whole[1].axis, 0
   for _, chart in ipairs(zoom.whole) do
      last = math.max(last, chart.axis.last)
   end
   local middle, half = last / 4, last / 1000 -- of the first half, which the first step shows
   check_part(zoom.closest, math.max(axis.first, middle - half), middle + half)
end

local code = lu.LuaUnit.run()
if folder then
   support.remove(folder)
end
os.exit(code, true)
