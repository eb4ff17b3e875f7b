--- report.html for everybody: contrast, keyboard, names, tables, headings, at both widths and in both
-- themes; and a first chart on the first screen, whatever stands above it.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local pages = dofile(source .. "/tests/e2e/support_page.lua")
local support = dofile(source .. "/tests/e2e/support_run.lua")

local PAGES = { "quiet1280", "quiet390", "noisy1280", "noisy390" }
local DARK = "--blink-settings=preferredColorScheme=0"

local folder
local seen = {} -- theme → what the browser found

local function prepare()
   lu.skipIf(not pages.browser.find(), pages.browser.MISSING)
   if not folder then
      folder = support.folder()
      pages.make(folder, "quiet")
      pages.make(folder, "noisy")
      seen.light = pages.probe(folder, "page_access.js")
      seen.dark = pages.probe(folder, "page_access.js", DARK)
   end
end

local function each(check)
   for theme, found in pairs(seen) do
      for _, name in ipairs(PAGES) do
         check(found[name], name .. " " .. theme)
      end
   end
end

TestAccess = { setUp = prepare }

function TestAccess.test_every_word_can_be_read()
   each(function(found, where)
      lu.assertEquals(found.faint.words, {}, where)
      lu.assertEquals(found.choice, {}, where)
      lu.assertTrue(found.faint.count > 300, found.faint.count .. " words in " .. where)
   end)
   lu.assertTrue(seen.light.quiet1280.faint.on_areas > 0, "no word stands on an area of a chart")
end

function TestAccess.test_the_keyboard_reaches_every_chart_in_order()
   each(function(found, where)
      lu.assertTrue(#found.tab.figures >= 8, where)
      lu.assertEquals(found.tab.charts, found.tab.figures, where)
      lu.assertEquals(found.tab.skipped, {}, where)
      lu.assertEquals(found.tab.jumps, 0, where)
      lu.assertEquals(found.frameless, {}, where)
   end)
end

local function check_headings(list, where)
   lu.assertEquals(list[1], 1, where)
   for index = 2, #list do
      lu.assertTrue(list[index] > 1, where .. ": a second h1")
      lu.assertTrue(list[index] <= list[index - 1] + 1, ("%s: from h%d to h%d"):format(where, list[index - 1],
         list[index]))
   end
end

function TestAccess.test_headings_names_and_tables()
   each(function(found, where)
      local page = found.structure
      check_headings(page.headings, where)
      lu.assertEquals({ page.lang, page.landmarks }, { "en", { 1, 1, 1, 1 } }, where)
      lu.assertTrue(#page.title > 10, where)
      for _, name in ipairs { "nameless", "regions", "ids", "dangling", "lone", "strays", "hidden" } do
         lu.assertEquals(page[name], {}, where .. ": " .. name)
      end
      lu.assertTrue(page.tables >= 2, where)
      lu.assertEquals(found.needs, found.width, where)
   end)
   for _, found in pairs(seen) do
      lu.assertEquals(found.quiet390.small, {})
   end
end

-- A chart's alternative is its title, which is its finding, as in report.md.
function TestAccess.test_alternatives_tell_the_finding()
   for _, name in ipairs { "quiet", "noisy" } do
      local titles = {}
      for title in support.slurp(folder .. "/" .. name .. "/report.md"):gmatch "\n!%[(.-)%]%(charts/" do
         titles[#titles + 1] = title:gsub("\\(%p)", "%1")
      end
      lu.assertTrue(#titles >= 8)
      lu.assertItemsEquals(seen.light[name .. "1280"].structure.labels, titles)
      for _, title in ipairs(titles) do
         lu.assertTrue(select(2, title:gsub("%S+", "")) >= 3, title)
      end
   end
end

local SCREEN = 700 -- pixels that the smallest screens show

local FIRST = [[
   var found = {}, pages = PAGES.map(function (name) {
      return [1280, 390].map(function (width) { return [name, width]; });
   }).flat();
   pages.reduce(function (before, one) {
      return before.then(function () { return frame(one[0] + "/report.html", one[1], 900, true); })
         .then(function (page) {
            var charts = all(page, "svg.chart"), natural = charts[0].getAttribute("viewBox").split(" ")[3];
            var boxes = charts.slice(0, 2).map(function (svg) { return svg.getBoundingClientRect(); });
            found[one.join(" ")] = { top: boxes[0].top, bottom: boxes[0].bottom, beside: boxes[1].top,
               letters: boxes[0].height / Number(natural), tiles: all(page, ".more").length,
               trust: page.querySelector(".tiles > :last-child").textContent,
               size: getComputedStyle(page.querySelector("h1")).fontSize };
         });
   }, Promise.resolve()).then(function () { say(found); }, say);
]]

local function first_charts(names)
   return pages.probe(folder, (FIRST:gsub("PAGES", '["' .. table.concat(names, '","') .. '"]')))
end

function TestAccess.test_the_first_chart_is_on_the_first_screen()
   local found = first_charts { "quiet", "noisy" }
   for where, chart in pairs(found) do
      lu.assertTrue(chart.bottom <= SCREEN, ("%s: from %g to %g"):format(where, chart.top, chart.bottom))
      lu.assertTrue(chart.letters > 0.7, ("%s: letters of %g %%"):format(where, chart.letters * 100))
   end
   for _, name in ipairs { "quiet 1280", "noisy 1280" } do
      lu.assertAlmostEquals(found[name].top, found[name].beside, 1)
   end
   lu.assertStrContains(found["noisy 1280"].trust, "low") -- the run is as bad as it should be
   lu.assertStrContains(found["noisy 1280"].trust, "warnings")
   lu.assertTrue(found["noisy 1280"].tiles >= 1)
   lu.assertEquals(found["quiet 1280"].tiles, 0)
end

local code = lu.LuaUnit.run()
if folder then
   support.remove(folder)
end
os.exit(code, true)
