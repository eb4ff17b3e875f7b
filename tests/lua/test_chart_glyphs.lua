--- Characters that no font has: charts show □ in their place, because a PNG would be spoilt.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local glyphs = require "bakeoff.plotting.glyphs"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local text = require "bakeoff.plotting.text"

TestGlyphs = {}

function TestGlyphs.tearDown() runs.clear() end

function TestGlyphs.test_ranges_of_several_fonts_are_joined()
   lu.assertEquals(glyphs.coverage("20-7e a0-ff 1f680\n70-a0 e9"), { { 0x20, 0xff }, { 0x1f680, 0x1f680 } })
   lu.assertEquals(glyphs.coverage(""), {})
end

function TestGlyphs.test_what_a_coverage_lacks_becomes_a_box()
   local latin = glyphs.coverage("20-7e e0-ff")
   lu.assertEquals(glyphs.drawable("fast 🚀, é, 中文", latin), "fast □, é, □□")
   lu.assertEquals(glyphs.drawable("fast 🚀", glyphs.coverage("20-7e 1f680")), "fast 🚀")
   lu.assertEquals(glyphs.drawable("a\u{200d}b\u{fe0f}", latin), "ab") -- they have no width
end

function TestGlyphs.test_the_fonts_of_this_machine()
   lu.assertEquals(text.clean("threads × 4 · 12 µs é"), "threads × 4 · 12 µs é")
   lu.assertEquals(text.clean("x\u{10fffd}"), "x□") -- for private use: no font has it
end

-- Asking starts a program and reads 140 KB, for each command that draws.
function TestGlyphs.test_fontconfig_is_not_asked_about_our_own_characters()
   local command, asked = core.command, 0
   package.loaded["bakeoff.plotting.glyphs"] = nil
   local fresh = require "bakeoff.plotting.glyphs"
   core.command = function(...)
      asked = asked + 1
      return command(...)
   end
   local told = fresh.drawable "jobs wait 12\u{a0}µs, 4 × 2 · mean ≈ 3…"
   local before = asked
   fresh.drawable "中"
   core.command = command
   lu.assertEquals({ told, before, asked }, { "jobs wait 12\u{a0}µs, 4 × 2 · mean ≈ 3…", 0, 1 })
end

function TestGlyphs.test_no_chart_has_such_a_character()
   local run = results.load(runs.make { repeats = 6, workers = { 4 }, contenders = {
      { "threads", label = "fast \u{10fffd}" }, "processes" } })
   local drawn, problems = charts.draw(run, { formats = { "svg" }, only = { "speed", "memory" } })
   lu.assertEquals({ #drawn, problems }, { 2, {} })
   for _, chart in ipairs(drawn) do
      for _, path in ipairs { chart.gp, chart.svg } do
         local source = files.read(run.dir .. "/" .. path)
         lu.assertStrContains(source, "fast □")
         lu.assertNotStrContains(source, "\u{10fffd}")
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
