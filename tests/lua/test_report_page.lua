--- The parts of report.html: texts, tables, and gnuplot's drawings.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local charts = require "bakeoff.charts"
local blocks = require "bakeoff.report.html.blocks"
local core = require "bakeoff.core"
local figure = require "bakeoff.report.figure"
local header = require "bakeoff.report.html.header"
local hover = require "bakeoff.plotting.hover"
local index = require "bakeoff.report.html.index"
local inline = require "bakeoff.report.inline"
local result_table = require "bakeoff.report.result_table"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local surroundings = require "bakeoff.report.surroundings"
local svg = require "bakeoff.report.html.svg"

TestInline = {}

function TestInline.test_one_piece_two_ways()
   local piece = { "a*b <c> ", inline.ours("see `x.csv`, *slower*") }
   lu.assertEquals(inline.markdown(piece), "a\\*b \\<c\\> see `x.csv`, *slower*")
   lu.assertEquals(inline.html(piece), "a*b &lt;c&gt; see <code>x.csv</code>, <em>slower</em>")
end

function TestInline.test_anything_is_harmless_in_a_page()
   lu.assertEquals(inline.escape("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;")
   lu.assertEquals(inline.escape("\27[31mred\0\n"), " [31mred ")
   lu.assertEquals(inline.escape("bad \xff\xfe byte"), "bad \u{fffd} byte")
end

TestHeader = {}

-- No run accepts such a label, but anyone can write rows.
function TestHeader.test_a_label_of_blanks_is_a_label()
   local shown = header.shown { value = "3 ms", notes = { "   ", "threads" } }
   lu.assertEquals(shown[2], "threads")
end

TestHash = {}

-- FIPS 180-4's examples, in base64.
function TestHash.test_published_values()
   lu.assertEquals(core.sha256_base64 "abc", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
   lu.assertEquals(core.sha256_base64 "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "JI1qYdIGOLjlwCaTDD5gOaM85Flk/yFn9uzt1BnbBsE=")
   lu.assertEquals(core.sha256_base64 "", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
end

TestCommandLines = {}

local function again(words, pid) return surroundings.command { command = words, pid = pid } end

-- A run that was continued measures nothing if its command line is repeated as it is.
function TestCommandLines.test_resume_is_not_repeated()
   lu.assertEquals(again { "bakeoff", "run", "--resume", "x.lua", "--out", "a b" },
      "bakeoff run x.lua --out 'a b'")
   lu.assertEquals(again { "bakeoff", "exec", "--resume", "--", "make", "--resume" },
      "bakeoff exec -- make --resume")
   lu.assertEquals(again { "lua5.4", "x.lua", "--resume", "--seed", "3" }, "lua5.4 x.lua --seed 3")
   lu.assertNil(again {})
end

-- The ID of a watched process may belong to another one by now.
function TestCommandLines.test_the_id_of_a_watched_process_is_not_repeated()
   local words = { "bakeoff", "attach", "--name", "app", "4242" }
   lu.assertEquals(again(words, 4242), "bakeoff attach --name app PID")
end

TestSurroundings = {}

function TestSurroundings.test_what_changes_the_clock_rate_stands_before_the_facts()
   local blocks_of = surroundings.blocks { environment = { cpu = { turbo = true, smt = false } } }
   lu.assertEquals(blocks_of[1].text,
      "Turbo is on: the clock rate depends on the temperature and on how many cores are busy.")
   lu.assertEquals({ #blocks_of, blocks_of[2].kind }, { 2, "facts" })
   lu.assertEquals(#surroundings.blocks { environment = { cpu = { turbo = false } } }, 1)
end

TestTables = {}

-- As for names and their values: there is nothing to sort by.
function TestTables.test_without_titles_there_is_no_head()
   local html = blocks.html({ kind = "table", columns = { { title = "" }, { title = "", right = true } },
      rows = { { "a", "1" } } }, {})
   lu.assertNotStrContains(html, "thead")
   lu.assertNotStrContains(html, "sortable")
   lu.assertStrContains(html, '<tr><th scope=row>a</th><td class="right">1</td></tr>')
end

-- Rows are sorted by the figure itself, not by its text.
function TestTables.test_cells_are_sorted_by_their_figures()
   local run = results.load(runs.make { repeats = 6, workers = { 16 } })
   local columns, rows = result_table.rows(run)
   for at, column in ipairs(columns) do
      for place, row in ipairs(rows) do
         local value = type(row[at]) == "table" and row[at].value
         local where = ("%s of %s"):format(column.title, row[1])
         if at > 1 and tostring(row[at]) ~= "–" then
            lu.assertIsNumber(value, where)
         end
         if column.title:find("^total") then
            lu.assertEquals(value, run:summary_of(run.cells[place]).total_s.median, where)
         end
      end
   end
   lu.assertEquals(tostring(rows[1][4]), "reference")
   lu.assertEquals(rows[1][4].value, 1)
end

function TestTables.test_verdicts_and_intervals_are_marked()
   local html = blocks.html({ kind = "table", title = "t",
      columns = { { title = "a" }, { title = "b", right = true } },
      rows = { { "<x>", figure.new { text = "2.00×", interval = "[1.5, 2.5]", note = "slower", value = 2,
         tone = "worse" } } } }, {})
   lu.assertStrContains(html, "<th scope=row>&lt;x&gt;</th>")
   lu.assertStrContains(html, '<td class="right" data-v="2">2.00× <small>[1.5, 2.5]</small> '
      .. '<b class="verdict worse">slower</b></td>')
end

TestSentences = {}

function TestSentences.test_a_per_cent_sign_stays_with_its_number()
   local html = blocks.html({ kind = "list", items = { "each gets 1 to 2 % of a core", "100 % < all" } }, {})
   lu.assertEquals(html,
      "<ul>\n<li>each gets 1 to 2\u{a0}% of a core</li>\n<li>100\u{a0}% &lt; all</li>\n</ul>\n")
end

TestDrawings = {}

local HEAD = '<?xml version="1.0"?>\n<svg width="820" height="400" viewBox="0 0 820 400">\n'
   .. "<title>Gnuplot</title><desc>Produced</desc>\n"

local function drawing(ink, extra)
   return HEAD .. ([[<g id="gnuplot_canvas">
<rect x="0" y="0" width="820" height="400" fill="%s"/>
<defs>
	<circle id='gpDot' r='0.5' stroke-width='0.5'/>
	<circle id='gpPt5' cx='0' cy='0' r='1'/>
	<use xlink:href='#gpPt5' id='gpPt6' fill='currentColor'/>
</defs>
<g fill="none" color="black" stroke="currentColor">
</g>
	<g id="gnuplot_plot_1" ><title>data index 0 using 1</title>
	<use xlink:href='#gpPt6' transform='translate(9.00,9.00)' color='rgb(  0, 158, 115)'/>
	<g transform="translate(18.00,20.00)" stroke="none" fill="%s" font-family="X&#44; Y">
		<text>rgb(1,2,3) #aabbcc</text>
	</g>
	<g transform="translate(18.00,390.00)" stroke="none" fill="%s"><text>foot</text></g>
	</g>%s
</g></svg>]]):format(ink, ink, ink, extra or "")
end

local function spec(palette)
   return { prefix = "p-", class = "wide", label = "Two < three", palette = palette,
      view = { x = 1, y = 2, width = 800, height = 378, foot = 380 },
      hover = { { x = 9, y = 9, radius = 4, text = "a & b" } } }
end

function TestDrawings.test_it_becomes_part_of_a_page()
   local palette = svg.palette()
   local text = svg.inline(drawing "rgb(31, 31, 31)", (drawing "#e8e8e8"), spec(palette))
   lu.assertStrContains(text, '<svg class="wide" viewBox="1 2 800 378" preserveAspectRatio="xMinYMin" '
      .. 'style="--height:378" role="img"')
   lu.assertStrContains(text, ' aria-label="Two &lt; three">')
   for _, gone in ipairs { "Gnuplot", "data index", "gnuplot_", "font-family", "gpDot", "foot", "xlink",
      "<rect", 'stroke="currentColor"></g>' } do
      lu.assertNotStrContains(text, gone)
   end
   lu.assertStrContains(text, "<use href='#p-gpPt6'")
   lu.assertStrContains(text, "id='p-gpPt5'")
   lu.assertStrContains(text, "<text>rgb(1,2,3) #aabbcc</text>")
   lu.assertStrContains(text, '<circle cx="9.0" cy="9.0" r="4.0"><title>a &amp; b</title></circle>')
   lu.assertEquals(palette:declarations(1), "--c1:#1f1f1f;--c2:#009e73")
   lu.assertEquals(palette:declarations(2), "--c1:#e8e8e8;--c2:#009e73")
   lu.assertStrContains(text, "color='var(--c2)'")
end

function TestDrawings.test_drawings_that_differ_keep_the_light_colours()
   local palette = svg.palette()
   svg.inline(drawing "rgb(31, 31, 31)", drawing("#e8e8e8", "<path d='M1,1'/>"), spec(palette))
   lu.assertEquals(palette:declarations(2), "--c1:#1f1f1f;--c2:#009e73")
end

function TestDrawings.test_what_gnuplot_does_not_write_is_refused()
   for _, extra in ipairs { "<script>x</script>", "<foreignObject/>", "<path onclick='x'/>",
      "<image href='x'/>", "<use href='javascript:x'/>", "<style>x</style>", "<g ONLOAD = 'x'/>" } do
      local text, reason = svg.inline(drawing("#111111", extra), drawing "#222222", spec(svg.palette()))
      lu.assertNil(text, extra)
      lu.assertStrContains(reason, "in the drawing")
   end
   lu.assertNil(svg.inline("no svg", "no svg", spec(svg.palette())))
end

-- Tags that differ in a place only are tidied once: the place stays, and nothing hides behind it.
function TestDrawings.test_similar_tags_are_told_apart()
   local palette, shapes = svg.palette(), {}
   for n = 1, 30 do
      shapes[n] = ("<polygon fill = 'rgb(%3d,  0,  0)'  points = '%d,1\n%d,2  3,3'/>"):format(n % 2, n, n)
   end
   local light = table.concat(shapes, "\n") .. "\n<g><g stroke='#abcdef'>\n</g></g>"
   local dark = light:gsub("rgb%(  1", "rgb(  7"):gsub("#abcdef", "#fedcba")
   local text = svg.inline(drawing("#111111", light), drawing("#222222", dark), spec(palette))
   for n = 1, 30 do
      lu.assertStrContains(text, ("<polygon fill = 'var(--c%d)' points = '%d,1 %d,2 3,3'/>"):format(
         n % 2 == 1 and 3 or 4, n, n))
   end
   lu.assertNotStrContains(text, "<g></g>")
   lu.assertEquals(palette:declarations(2), "--c1:#222222;--c2:#009e73;--c3:#070000;--c4:#000000")
   for _, last in ipairs { "<path d='M1,1' onclick='x' />", "<path onload=x d='M1,1'/>", "<script",
      "<g onclick='" } do
      local harmless = "<path d='M1,1' />"
      lu.assertNil(svg.inline(drawing("#111111", harmless .. last), drawing "#222222", spec(svg.palette())))
   end
end

TestHover = {}

function TestHover.tearDown() runs.clear() end

local function places_of(chart, size)
   local run = results.load(runs.make { repeats = 8, workers = { 1, 4 } })
   local built = charts.build(chart, run, { size = size }, true)
   return built.vars.hover, run, built
end

function TestHover.test_bars_say_their_values_where_they_are_drawn()
   local places, run = places_of("speed", "page")
   local threads = run:summary_of(run:cell("threads", 4)).total_s
   local bar, widest = nil, 0
   for _, place in ipairs(places) do
      bar = place.text:find "^threads: .* s %[.*%], 8 trials$" and place or bar
      widest = math.max(widest, place.width or 0)
   end
   lu.assertNotNil(bar)
   local sequential = run:summary_of(run:cell("sequential", 1)).total_s
   lu.assertAlmostEquals(bar.width / widest, threads.median / sequential.median, 1e-9)
   lu.assertEquals(#places, 5 + 5 * 8)
end

function TestHover.test_points_say_workers_and_intervals()
   local texts = {}
   for _, place in ipairs((places_of("scaling", "column"))) do
      texts[#texts + 1] = place.text
   end
   lu.assertStrMatches(table.concat(texts, "\n"), ".*threads, 4 workers: [%d.]+ s %[[%d., ]+%].*")
end

-- A reader can find the trial or the block in trials.jsonl.
function TestHover.test_dots_name_their_trial_and_points_their_percentile()
   local spectrum = { { 0, 0.1 }, { 0.5, 0.11 }, { 0.9, 0.12 }, { 0.99, 0.2 }, { 0.999, 0.3 } }
   local run = results.load(runs.make { repeats = 12, workers = { 4 }, change = function(trial)
      trial.latency_spectrum = spectrum
      return trial["repeat"] ~= 3 -- numbers are those of the rows, not their places
   end })
   local trial = "threads, trial 12: [%d.]+ s"
   for chart, pattern in pairs { speed = trial, distribution = trial,
      ratio = "threads, block 12: [%d.]+× as fast as sequential",
      latency = "threads, trial 12: p99 [%d.]+ ms" } do
      local found = {}
      for _, place in ipairs(charts.build(chart, run, {}, true).vars.hover) do
         found[#found + 1] = place.text
         lu.assertNotNil(place.label, chart)
      end
      local all = table.concat(found, "\n")
      lu.assertStrMatches(all, ".*\n" .. pattern .. ".*")
      lu.assertNotStrContains(all, "trial 3:")
   end
   local texts = {}
   for _, place in ipairs(charts.build("latency", run, {}, true).vars.hover) do
      texts[#texts + 1] = place.text
   end
   lu.assertStrMatches(table.concat(texts, "\n"), ".*threads, p99: [%d.]+ ms, median of 11 trials.*")
end

function TestHover.test_gnuplot_never_sees_them()
   local _, _, built = places_of("speed", "page")
   lu.assertNotStrContains(assert(require("bakeoff.plotting.script").text(built, {})), ", trial 1:")
end

function TestHover.test_a_strip_lies_in_its_row()
   local sheet = { vars = {}, body = 14 }
   hover.strips(sheet, { { name = "a", value = "1", remark = "" },
      { name = "b", value = "2", remark = "so" } }, { left = 10, right = 110, top = 0, bottom = 40 })
   local first, second = table.unpack(sheet.vars.hover)
   lu.assertEquals({ first.text, second.text, second.width }, { "a: 1", "b: 2, so", 100 })
   lu.assertTrue(first.y >= 0 and first.y + first.height <= 20 and second.y >= 20)
end

TestIndex = {}

function TestIndex.tearDown() runs.clear() end

function TestIndex.test_it_leads_to_every_report()
   local parent = runs.folder()
   local list = {}
   for place, name in ipairs { "plain", "wi th%\"<" } do
      list[place] = results.load(runs.make { dir = parent .. "/" .. name:gsub('"', ""), name = name,
         repeats = 2 })
   end
   local text = index.of(list)
   lu.assertStrContains(text, '<a href="plain/report.html">plain</a>')
   lu.assertStrContains(text, '<a href="wi%20th%25%3C/report.html">wi th%&quot;&lt;</a>')
   lu.assertStrContains(text, "2 experiments")
end

os.exit(lu.LuaUnit.run(), true)
