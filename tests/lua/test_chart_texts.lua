--- No two texts of a chart cover each other, and none leaves the page: in runs that are hard to draw, in
-- every size. The theme changes colours only. All runs: STRESS=all lua_runner test_chart_texts.lua
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local files = require "bakeoff.base.files"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stress = require "support_stress"
local svg_texts = require "support_svg_texts"
local text = require "bakeoff.base.text"

TestTexts = {}

function TestTexts.tearDown() runs.clear() end

-- Where each run is drawn in CI: the sizes that found most faults.
local QUICK = { usual = { "column" }, orders = { "page" }, extremes = { "column", "slide" },
   long = { "column", "page" },
   crowded = { "page" }, hours = { "column" }, scan_sizes = { "column" }, scan_several = { "page" },
   plane = { "column", "slide" }, wide_plane = { "page" } }
local ALL = { "column", "page", "slide" }

-- Runs for one chart: the others show nothing of them that other runs don't.
local ONLY = { scan_sizes = { "scan" }, scan_several = { "scan" }, scan_many = { "scan" }, plane = { "scan" },
   wide_plane = { "scan" } }

local function faults_of(run, name, size)
   local drawn, problems = charts.draw(run, { size = size, formats = { "svg" }, only = ONLY[name] })
   local found = table.move(problems, 1, #problems, 1, {})
   for _, chart in ipairs(drawn) do
      for _, fault in ipairs(svg_texts.faults(files.read(run.dir .. "/" .. chart.svg))) do
         found[#found + 1] = ("%s, %s, %s: %s"):format(name, size, chart.name, fault)
      end
   end
   return found
end

function TestTexts.test_none_covers_another_or_leaves_the_page()
   local found, is_all = {}, os.getenv "STRESS" == "all"
   for _, name in ipairs(text.sorted_keys(is_all and stress.RUNS or QUICK)) do
      local run = results.load(stress.make(name))
      for _, size in ipairs(is_all and ALL or QUICK[name]) do
         local faults = faults_of(run, name, size)
         table.move(faults, 1, #faults, #found + 1, found)
      end
   end
   lu.assertEquals(found, {})
end

TestMeasure = {}

local LINE = '<svg viewBox="0 0 100 50"><g transform="translate(%d,%d)" font-size="10" text-anchor="%s">'
   .. "<text>abc &lt;</text></g></svg>"

function TestMeasure.test_it_finds_what_it_looks_for()
   local one = LINE:format(50, 20, "middle")
   local box = svg_texts.of(one)[1]
   lu.assertEquals(box.text, "abc <")
   lu.assertAlmostEquals((box.left + box.right) / 2, 50, 1e-9)
   lu.assertEquals(svg_texts.faults(one), {})
   lu.assertEquals(svg_texts.faults(one .. LINE:format(40, 14, "start")), { "'abc <' covers 'abc <'" })
   lu.assertEquals(svg_texts.faults(one .. LINE:format(10, 35, "start")), {})
   lu.assertEquals(svg_texts.faults(LINE:format(10, 20, "end")), { "'abc <' leaves the page" })
end

os.exit(lu.LuaUnit.run(), true)
