--- No text of a chart overlaps another, is clipped or lacks a glyph, in svg, png and pdf: as Chromium and
-- Pango lay them out, in a few of the folders that tests/overlap/run draws.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = ("%s/tests/overlap/?.lua;%s/tests/lua/?.lua;"):format(source, source) .. package.path
local lu = require "luaunit"
local browser = dofile(source .. "/tests/e2e/support_browser.lua")
local browser_boxes = require "browser_boxes"
local drawn_boxes = require "drawn_boxes"
local faults = require "faults"
local folders = require "folders"
local pictures = require "pictures"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_command.lua")

local folder

local function set_up()
   lu.skipIf(not browser.find(), browser.MISSING)
   folder = support.folder()
end

local function tear_down()
   if folder then
      support.remove(folder)
      folder = nil
   end
   runs.clear()
end

TestPictures = { setUp = set_up, tearDown = tear_down }

-- Each folder in one size and theme, so that all sizes, themes and most kinds of charts occur.
local SAMPLE = {
   ["gallery/tickets"] = { "column", "dark", { "speed", "quadrant", "latency", "memory", "scaling", "cpu" } },
   ["gallery/open_loop"] = { "page", "light", { "latency" } },
   ["gallery/processes_2023_order"] = { "slide", "light" },
   ["gallery/compare"] = { "page", "dark" },
   ["gallery/gil_2010s"] = { "slide", "light", { "ratio" } }, -- many rows on a page of fixed height
   ["notebooks/both"] = { "page", "light", { "timeline" } },
   ["stress/foreign"] = { "slide", "dark", { "speed", "ratio" } },
   ["stress/long"] = { "column", "light", { "distribution", "footprint" } },
}

local function draw_sample()
   local list = {}
   for _, entry in ipairs(folders.all()) do
      local how, first = SAMPLE[entry.name], #list + 1
      if how then
         pictures.draw(entry.given(), { folder = folder .. "/" .. entry.name, sizes = { how[1] },
            themes = { how[2] }, only = how[3] }, list)
      end
      for index = first, #list do
         list[index].name = entry.name .. ", " .. list[index].name
      end
   end
   pictures.measure(list, folder)
   return list
end

-- Chromium, and Pango in two formats: the same letters in the same font have the same width.
local function assert_measures_agree(list)
   local shares = {}
   for _, one in ipairs(list) do
      local chart = one.name:match("^(.*), ")
      for _, text in ipairs(one.picture.texts) do
         local share, key = (text.right - text.left) / one.picture.width, chart .. text.text
         if #text.text > 12 then -- shorter ones may occur twice, in other sizes
            shares[key] = shares[key] or share
            lu.assertAlmostEquals(share, shares[key], math.max(0.005, 0.03 * share), one.name .. text.text)
         end
      end
   end
end

function TestPictures.test_every_text_can_be_read()
   local list, found = draw_sample(), {}
   for _, one in ipairs(list) do
      lu.assertTrue(#one.picture.texts >= 3, one.name)
      for _, fault in ipairs(faults.of(one.picture)) do
         found[#found + 1] = one.name .. ": " .. fault.text
      end
   end
   lu.assertEquals(found, {})
   lu.assertEquals(#list, 3 * 15)
   assert_measures_agree(list)
end

TestMeasure = { setUp = set_up, tearDown = tear_down }

-- Two texts that overlap, one that is turned and leaves the page, one that no font can show.
local SCRIPT = [[
set label 1 'covered' at screen 0.5, 0.500
set label 2 'covering' at screen 0.5, 0.505
set label 3 'turned' at screen 0.1, 0.95 rotate
set label 4 'x%s' at screen 0.5, 0.2
unset border; unset tics; unset key
array terminals = ['svg size 400,300', 'pngcairo size 400,300', 'pdfcairo size 4in,3in']
do for [n=1:3] {
    eval 'set terminal '.terminals[n]
    set output 'texts.'.word('svg png pdf', n)
    plot [0:1] [0:1] -1
}
set output
]]

local function kinds_of(picture)
   local found = {}
   for _, fault in ipairs(faults.of(picture)) do
      found[fault.kind] = true
   end
   return found
end

local ALL = { clipped = true, overlapping = true, uncovered = true }

function TestMeasure.test_it_finds_what_it_looks_for_in_every_format()
   support.write(folder .. "/texts.gp", SCRIPT:format(utf8.char(0x10fffd)))
   local drawn = drawn_boxes.draw(folder, "texts", "light")
   drawn.svg = browser_boxes.of({ folder .. "/texts.svg" }, folder)[1]
   for _, format in ipairs(pictures.FORMATS) do
      lu.assertEquals(#drawn[format].texts, 4, format)
      lu.assertEquals(kinds_of(drawn[format]), ALL, format)
   end
end

os.exit(lu.LuaUnit.run(), true)
