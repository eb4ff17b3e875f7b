--- Charts of many contenders and of many variants: as many are shown as a page has room for, the same ones in
-- every chart, and each can be told from the others.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local few = require "bakeoff.plotting.few"
local contrast = require "support_contrast"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local stress = require "support_stress"
local style = require "bakeoff.plotting.style"

TestMany = {}

function TestMany.tearDown() runs.clear() end

local function vars_of(built)
   local vars = {}
   for _, pair in ipairs(built.vars) do
      vars[pair[1]] = pair[2]
   end
   return vars
end

function TestMany.test_a_chart_shows_what_a_page_has_room_for_and_says_so()
   local run = results.load(stress.make "many")
   for size, count in pairs { page = 24, column = 24, slide = 8 } do
      for _, name in ipairs { "speed", "footprint", "ratio", "distribution", "memory", "quadrant" } do
         local built = charts.build(name, run, { size = size }, true)
         local vars = vars_of(built)
         local expected = name == "ratio" and count - 1 or count -- without the reference
         lu.assertEquals(vars.row_count or vars.series_count, expected, name)
         lu.assertStrContains(table.concat(vars.subtitle, " "),
            ("the fastest %d of %d contenders; all are in the table"):format(expected,
            name == "ratio" and 79 or 80))
      end
   end
end

function TestMany.test_a_chart_for_which_the_fastest_have_no_data_shows_the_next()
   local run = results.load(stress.make "many")
   local slow = {}
   for _, cell in ipairs(run.cells) do
      slow[#slow + 1] = tonumber(cell.label:match "%d+") > 40 and cell or nil
   end
   local kept = few.cells(run, slow, {})
   lu.assertEquals({ #kept, kept[1].label, kept[23].label }, { 23, "no. 41", "no. 63" })
end

function TestMany.test_the_first_panels_are_those_of_the_fastest()
   local run = results.load(stress.make "many")
   local built = charts.build("timeline", run, {}, true)
   lu.assertEquals(#built.panels, 24)
   lu.assertEquals(built.panels[24].cell.label, "no. 24")
end

local MODELS = { "sequential", "threads", "processes", "eventloop", "coroutines", "hybrid", "other" }

-- model → the looks of its plain form and of three variants
local function looks_of_models()
   local cells, found = {}, {}
   for _, model in ipairs(MODELS) do
      for n = 1, 4 do
         cells[#cells + 1] = { contender = model ~= "other" and model or "command", model = model,
            label = n == 1 and model or ("%s %d"):format(model, n) }
      end
   end
   local looks = style.looks(cells)
   for _, cell in ipairs(cells) do
      found[cell.model] = found[cell.model] or {}
      table.insert(found[cell.model], looks[cell.label])
   end
   return found
end

local PAPER, DARK_PAPER = 0xffffff, 0x15181d

function TestMany.test_every_colour_can_be_seen()
   for model, looks in pairs(looks_of_models()) do
      for n, look in ipairs(looks) do
         lu.assertTrue(contrast(look.light, PAPER) >= 3, ("%s %d on light paper"):format(model, n))
         lu.assertTrue(contrast(look.dark, DARK_PAPER) >= 3, ("%s %d on dark paper"):format(model, n))
      end
   end
end

-- Print is on light paper; a screen shows colours, so marker and dash are enough on dark paper.
local IN_GREY = 3 -- of a model: further ones differ by marker and dash

function TestMany.test_variants_can_be_told_apart_in_grey()
   for model, looks in pairs(looks_of_models()) do
      local seen = {}
      for n, look in ipairs(looks) do
         local key = ("%d %d"):format(look.marker, look.dash)
         lu.assertNil(seen[key], ("%s %d"):format(model, n))
         seen[key] = true
         for other = n + 1, math.min(#looks, IN_GREY) do
            local apart = contrast(look.light, looks[other].light)
            lu.assertTrue(apart >= 1.3, ("%s %d and %d: %.2f"):format(model, n, other, apart))
         end
      end
   end
end

-- Of many points, the fastest and the smallest have names in any case; the others are grey and counted.
function TestMany.test_of_many_points_some_have_names()
   local contenders = {}
   for n = 1, 20 do
      contenders[n] = { "threads", label = ("variant %d"):format(n) }
   end
   local function change(trial)
      local n = tonumber(trial.label:match "%d+")
      trial.total_s, trial.memory.footprint_peak_bytes = 1 + n % 7 / 100 + n / 1e4, (100 - n) * 2 ^ 20
   end
   local run = results.load(runs.make { repeats = 6, workers = { 4 }, contenders = contenders,
      change = change })
   local vars = vars_of(charts.build("quadrant", run, {}, true))
   local count, texts = vars.named_count, table.concat(vars.label_text, ";")
   lu.assertTrue(count >= 2 and count <= 12, count)
   lu.assertStrContains(texts, "variant 7")
   lu.assertStrContains(texts, "variant 20")
   lu.assertStrContains(table.concat(vars.subtitle, " "), ("grey: %d others"):format(20 - count))
end

os.exit(lu.LuaUnit.run(), true)
