--- What a reader of report.html sees first, the order of what follows, and whether it can be read: headings,
-- links, contrast.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local choice = require "bakeoff.report.html.choice"
local contender_type = require "bakeoff.model.contender"
local blocks = require "bakeoff.report.html.blocks"
local contrast = require "support_contrast"
local document = require "bakeoff.report.document"
local files = require "bakeoff.base.files"
local header = require "bakeoff.report.html.header"
local markdown = require "bakeoff.report.markdown"
local page = require "bakeoff.report.html.page"
local registry = require "bakeoff.charts.registry"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local svg = require "bakeoff.report.html.svg"
local tiles = require "bakeoff.report.tiles"

local ROOT = arg[0]:match("^(.*)/tests/[^/]*/[^/]*$") or "."

local function load(spec) return results.load(runs.make(spec)) end

-- The document of a run with all its charts, and the page, in which words take the place of drawings.
local function page_of(spec)
   local drawn, pictures = {}, {}
   for index, name in ipairs(registry.OF_RUNS) do
      drawn[index] = { name = name, title = name, about = name, dat = name .. ".dat", gp = name .. ".gp",
         svg = name .. ".svg", pictures = {} }
      pictures[name] = "<svg>" .. name .. "</svg>"
   end
   local content = document.of(load(spec), drawn, {}, { "a chart was skipped" })
   return page.of(content, pictures, svg.palette()), content
end

local DEMO = { workers = { 1, 4, 16 }, repeats = 6 }

TestTiles = {}

function TestTiles.tearDown() runs.clear() end

local function by_name(list)
   local found = {}
   for index, tile in ipairs(list) do
      found[index], found[tile.name] = tile.name, tile
   end
   return found
end

function TestTiles.test_each_question_has_one()
   local found = by_name(tiles.of(load(DEMO)))
   lu.assertEquals({ table.unpack(found) }, { "Time", "Peak memory", "p99 latency", "CPU time", "Trust" })
   lu.assertStrMatches(found.Time.value, "[%d.]+ m?s.*")
   lu.assertStrMatches(found.Time.notes[2], "sequential: [%d.]+ s")
   lu.assertEquals(found["Peak memory"].notes[1], "sequential")
   lu.assertStrMatches(found["Peak memory"].notes[2], "processes: [%d.]+ MiB")
end

-- The same verdicts as in the finding, so that no tile names a winner that no verdict shows.
function TestTiles.test_a_tie_is_called_one()
   local loaded = load { tie = true, contenders = { "threads", "eventloop" }, workers = { 4 } }
   local tile = by_name(tiles.of(loaded)).Time
   lu.assertStrContains(tile.notes[1], "no difference shown")
   lu.assertStrContains(loaded:finding(), "no difference shown")
   lu.assertEquals(#tile.notes, 1)
end

function TestTiles.test_without_a_verdict_there_is_a_range_and_the_reason()
   local found = by_name(tiles.of(load { workers = { 4 }, repeats = 3 }))
   lu.assertStrMatches(found.Time.value, "[%d.]+ to [%d.]+ s")
   lu.assertEquals(found.Time.notes, { "coroutines to sequential", "too few repeats for a verdict" })
   lu.assertEquals({ found.Trust.value, found.Trust.tone }, { "low", "worse" })
   lu.assertEquals(found.Trust.notes[1], "Verdicts need 6 repeats")
end

function TestTiles.test_trust_says_what_verdicts_lack()
   local function fail(label, first)
      return function(trial)
         if (not label or trial.label == label) and trial.block >= first then
            trial.status, trial.reason = "failed", "exit code 1"
         end
      end
   end
   local function trust(change)
      return by_name(tiles.of(load { workers = { 4 }, repeats = 8, change = change })).Trust.notes[1]
   end
   lu.assertEquals(trust(fail(nil, 1)), "No trial succeeded")
   lu.assertEquals(trust(fail("threads", 4)), "Verdicts need 6 repeats without a failure")
   lu.assertNotStrContains(trust(fail("threads", 1)), "repeats") -- the others have all of theirs
end

function TestTiles.test_errors_are_told_with_the_winner_and_with_the_trust()
   local found = by_name(tiles.of(load { workers = { 4 }, contenders = { "sequential", "threads" },
      change = function(trial)
         if trial.label == "threads" then
            trial.jobs.done, trial.jobs.failed = trial.jobs.done - 2, 2
         end
      end }))
   lu.assertEquals(found.Time.notes[1], "threads; but 2 % of the jobs of threads failed")
   lu.assertEquals(found.Trust.notes[1], "20 of 2,000 jobs failed")
   lu.assertNotEquals(found.Trust.tone, "better")
end

function TestTiles.test_what_was_not_measured_has_none()
   local found = by_name(tiles.of(load { workers = { 4 }, contenders = { "threads" }, repeats = 6,
      change = function(trial) trial.latency_s, trial.memory = nil, nil end }))
   lu.assertEquals({ table.unpack(found) }, { "Time", "CPU time", "Trust" })
   lu.assertEquals(found.Time.notes, { "threads" })
end

TestHeader = {}

local NOTES = { "72 of 6,080 jobs failed",
   "76 of 152 trials were disturbed (other programs up to 21 %, hypervisor)",
   "Without the 76 noisy trials, 3 of 8 verdicts differ: threads with 1 worker against sequential with"
      .. " 1 worker, faster becomes no difference shown", "4 warnings" }

-- What is cut says so, and what stands before a colon or a parenthesis can stand alone.
function TestHeader.test_a_tile_has_four_lines_at_most()
   local shown, is_cut = header.shown { value = "low", notes = NOTES, is_wide = true }
   lu.assertEquals(shown, { NOTES[1], "76 of 152 trials were disturbed",
      "Without the 76 noisy trials, 3 of 8 verdicts differ" })
   lu.assertTrue(is_cut)
   shown, is_cut = header.shown { value = "1 s", notes = { "threads", "sequential: 4.08 s" } }
   lu.assertEquals(shown, { "threads", "sequential: 4.08 s" })
   lu.assertFalse(is_cut)
   shown, is_cut = header.shown { value = "1 s", notes = { "7 contenders: " .. ("long words "):rep(20) } }
   lu.assertStrMatches(shown[1], "7 contenders: long words .*…")
   lu.assertTrue(is_cut)
end

-- The chart below is on the first screen only if nothing above it grows with the texts.
function TestHeader.test_a_long_finding_has_small_letters_and_all_notes_are_there()
   local function of(finding, notes)
      local tile = { name = "Trust", value = "low", notes = notes, leads_to = {}, is_wide = true }
      return header.of({ head = "run", finding = finding, sections = {}, tiles = { tile } }, {},
         choice.of { cells = {} })
   end
   lu.assertStrContains(of("Threads are fastest", {}), '<h1 class="finding">')
   lu.assertStrContains(of(("Threads are fastest "):rep(5), {}), '<h1 class="finding medium">')
   lu.assertStrContains(of(("Threads are fastest "):rep(20), {}), '<h1 class="finding long">')
   local html = of("x", NOTES)
   for _, note in ipairs(NOTES) do
      lu.assertStrContains(html, "<p>" .. blocks.sentence(note) .. "</p>")
   end
   lu.assertNotStrContains(of("x", { "4 warnings" }), "<details")
end

TestPage = {}

function TestPage.tearDown() runs.clear() end

function TestPage.test_the_first_screen_has_the_finding_tiles_two_charts_and_the_best_cells()
   local text, content = page_of(DEMO)
   local last = 0
   for _, part in ipairs { '<h1 class="finding medium">' .. blocks.unbroken(content.finding),
      '<dl class="tiles">', "<nav", "<main>",
      '<figure id="chart-scan">', '<figure id="chart-quadrant">', -- a scan, if there is one, instead of speed
      "<h2>Best of each contender</h2>", "<summary>All 13 cells</summary>", '<section class="folded">' } do
      local at = assert(text:find(part, 1, true), part)
      lu.assertTrue(at > last, part)
      last = at
   end
   lu.assertNotStrContains(text:sub(1, last), "<h2>Fairness")
end

function TestPage.test_each_chart_stands_once_and_can_be_reached()
   local text = page_of(DEMO)
   for _, name in ipairs(registry.OF_RUNS) do
      lu.assertEquals(select(2, text:gsub(("<svg>%s</svg>"):format(name), "")), 1, name)
      lu.assertStrContains(text, ('<a href="#chart-%s">Figure '):format(name))
   end
end

function TestPage.test_links_lead_to_something_and_ids_are_unique()
   local text, ids = page_of(DEMO), {}
   for id in text:gmatch ' id="([^"]*)"' do
      lu.assertNil(ids[id], id)
      ids[id] = true
   end
   local count = 0
   for id in text:gmatch 'href="#([^"]*)"' do
      lu.assertTrue(ids[id], id)
      count = count + 1
   end
   lu.assertTrue(count > 20, count .. " links")
end

function TestPage.test_headings_are_in_order()
   local before, first = 0, nil
   for level in page_of(DEMO):gmatch "<h(%d)" do
      level = tonumber(level)
      lu.assertTrue(level <= before + 1, ("h%d after h%d"):format(level, before))
      before, first = level, first or level
   end
   lu.assertEquals(first, 1)
   lu.assertEquals(select(2, page_of(DEMO):gsub("<h1", "")), 1)
end

function TestPage.test_cells_of_tables_have_heads()
   local text = page_of(DEMO)
   for row in text:gmatch "<tbody>(.-)</tbody>" do
      lu.assertEquals(select(2, row:gsub("<tr>", "")), select(2, row:gsub("<th scope=row", "")))
   end
   lu.assertEquals(select(2, text:gsub("<th[ >]", "")), select(2, text:gsub("<th[^>]* scope=", "")))
   lu.assertNotStrContains(text, 'aria-label=""')
end

-- What is folded says so where it matters: warnings are named beside the title.
function TestPage.test_warnings_are_counted_where_they_are_folded()
   local text = page_of { workers = { 4 }, change = function(trial) trial.server.requests = 103 end }
   lu.assertStrContains(text, '<summary><h2>Fairness</h2> <span class="hint">1 warning</span></summary>')
   lu.assertStrContains(text, "<summary><h2>Charts not drawn</h2></summary>")
end

function TestPage.test_a_single_cell_has_one_table()
   local text = page_of { contenders = { "threads" }, workers = { 4 } }
   lu.assertStrContains(text, "<h2>Results</h2>")
   lu.assertEquals(select(2, text:gsub('<table class="sortable"', "")), 1)
end

function TestPage.test_markdown_has_the_same_order()
   local _, content = page_of(DEMO)
   local text = markdown.of(content)
   lu.assertStrMatches(text, "# tickets\n\n%*%*[^\n]+%*%*\n\n%- Time: %*%*[^\n]+\n%- Peak memory: .*")
   lu.assertStrContains(text, "\n## Best of each contender\n\n| contender | workers | total [95 %] |")
   lu.assertStrContains(text, "\n\n### All 13 cells\n\n| contender | workers |")
   lu.assertEquals(select(2, text:gsub("!%[speed%]", "")), 1)
end

TestContrast = {}

local LEAST = 4.5 -- WCAG 2, level AA

local function sheet(name) return assert(files.read(("%s/lua/bakeoff/%s.css"):format(ROOT, name))) end

-- The colours of a style sheet's themes: { light, dark }, each name → value; print uses the light ones.
local function themes(css)
   local light, dark = {}, {}
   for at, block in css:gmatch ":root()%s*(%b{})" do
      local found = css:sub(math.max(1, at - 60), at):find "dark%)" and dark or light
      for name, value in block:gmatch "%-%-([%w-]+): (#%x+)" do
         found[name] = value
      end
   end
   return { light, dark }
end

-- The variables that a style sheet uses in a property.
local function used(css, property)
   local names = {}
   for name in css:gmatch("[^%w-]" .. property .. ":[^;}]-var%(%-%-([%w-]+)%)") do
      names[name] = true
   end
   return names
end

function TestContrast.test_every_pair_of_colours_of_the_style_sheet()
   local css = sheet "report/html/page"
   local inks, grounds, pairs_seen = used(css, "color"), used(css, "background"), 0
   for theme, colours in ipairs(themes(css)) do
      for ink in pairs(inks) do
         for ground in pairs(grounds) do
            local found = contrast(colours[ink], colours[ground])
            lu.assertTrue(found >= LEAST, ("%s on %s, theme %d: %.2f"):format(ink, ground, theme, found))
            pairs_seen = pairs_seen + 1
         end
      end
   end
   lu.assertTrue(inks.soft and inks.link and inks.warn and grounds.paper and grounds["warn-panel"])
   lu.assertTrue(pairs_seen >= 2 * 6 * 3, pairs_seen .. " pairs")
end

-- Names beside lines and points have the contender's colour, mixed with black or white.
function TestContrast.test_words_of_charts_in_their_contenders_colours()
   local template = assert(files.read(ROOT .. "/plots/style.gp"))
   local share = tonumber(template:match "wording%(i%) = mix%(colour%(i%), far_rgb, ([%d.]+)%)")
   local function mixed(colour, far)
      local sum = 0
      for shift = 0, 16, 8 do
         local from = colour >> shift & 0xff
         sum = sum | math.floor(from + (far - from) * share + 0.5) << shift
      end
      return sum
   end
   for index, look in ipairs(contender_type.looks()) do
      local light = contrast(mixed(look.light, 0x00), 0xffffff)
      local dark = contrast(mixed(look.dark, 0xff), 0x15181d)
      lu.assertTrue(light >= LEAST and dark >= LEAST, ("look %d: %.2f, %.2f"):format(index, light, dark))
   end
   for _, name in ipairs { "soft_rgb", "ink_rgb" } do
      local dark, light = template:match(name .. "%s*= is_dark %? (0x%x+) : (0x%x+)")
      lu.assertTrue(contrast(tonumber(dark), 0x15181d) >= LEAST, name)
      lu.assertTrue(contrast(tonumber(light), 0xffffff) >= LEAST, name)
   end
end

os.exit(lu.LuaUnit.run(), true)
