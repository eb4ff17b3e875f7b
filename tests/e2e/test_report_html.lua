--- report.html as a reader gets it: opened in a browser, wide and narrow, light and dark, unfolded, sorted,
-- copied, printed.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local browser = dofile(source .. "/tests/e2e/support_browser.lua")
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local HOSTILE = "<script>document.title='run'</script> \"q\" 'a' & " .. ("long "):rep(20)

local folder, page

-- Makes one run with a report for all tests, which only read it.
local function prepare()
   if folder then
      return
   end
   folder = support.folder()
   runs.make { dir = folder .. "/run", repeats = 8, workers = { 1, 4 }, items = 20, contenders = {
      "sequential", "eventloop", "processes", { "threads", label = HOSTILE } } }
   runs.make { dir = folder .. "/usual", repeats = 8, workers = { 4 } }
   support.assert_code(0, support.run({ "bakeoff", "report", "run" }, { folder = folder }))
   support.assert_code(0, support.run({ "bakeoff", "report", "usual", "--html", "--only", "speed,quadrant" },
      { folder = folder }))
   page = support.slurp(folder .. "/run/report.html")
end

local function open(name, ...)
   local result = browser.run(folder .. "/run/" .. name, folder .. "/profile", ...)
   support.assert_code(0, result)
   return result
end

-- The page with something appended, with or without the page's security policy.
local function with(appended, without_policy)
   local text = page
   if without_policy then
      text = text:gsub('<meta http%-equiv="Content%-Security%-Policy"[^>]*>', "")
   end
   return (text:gsub("</body>", function() return appended .. "</body>" end))
end

TestText = {}

function TestText.setUp() prepare() end

function TestText.test_it_needs_nothing_from_elsewhere()
   lu.assertNil(page:find("<link", 1, true))
   lu.assertNil(page:find("<img", 1, true))
   lu.assertNil(page:find("url(", 1, true))
   for _, name in ipairs { "src", "href", "action", "data" } do
      for address in page:gmatch("%f[%w]" .. name .. "%s*=%s*[\"']([^\"']*)") do
         lu.assertEquals(address:sub(1, 1), "#", name .. "=" .. address)
      end
   end
   lu.assertStrContains(page, "default-src 'none'")
end

function TestText.test_texts_of_users_stay_texts()
   lu.assertNotStrContains(page, "<script>document")
   lu.assertStrContains(page, "&lt;script&gt;document.title=&#39;run&#39;&lt;/script&gt;")
   lu.assertEquals(select(2, page:gsub("<script", "")), 1)
end

function TestText.test_it_says_what_a_reader_must_know()
   for _, part in ipairs { "bakeoff run tickets.lua --days 20", "seed 1", "Fairness", "Verdicts", "Noise",
      "Environment", "6.1.0-28-amd64", "trials.jsonl", "bakeoff plot", "--resume", "faster</b>" } do
      lu.assertStrContains(page, part)
   end
   lu.assertTrue(#page < 500000, ("%d bytes"):format(#page))
   lu.assertNil(core.file_kind(folder .. "/run/charts/page"), "the page's drawings were not removed")
end

TestPage = {}

function TestPage.setUp()
   lu.skipIf(not browser.find(), browser.MISSING)
   prepare()
end

local function probe(...)
   local script = support.slurp(source .. "/tests/e2e/page_probe.js")
   -- The page as it is printed, since a script can't look at paper.
   support.write(folder .. "/run/printed.html", (with("", true):gsub("@media print", "@media all")))
   support.write(folder .. "/run/probed.html", with("<script>" .. script .. "</script>", true))
   local dom = open("probed.html", "--dump-dom", ...).stdout
   local found = dom:match('<pre id="probe">(.-)</pre>') or dom:sub(-300)
   found = found:gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&")
   return json.decode(found)
end

local function check_figures(figures)
   lu.assertTrue(#figures >= 4, ("%d charts"):format(#figures))
   for _, figure in ipairs(figures) do
      lu.assertEquals({ figure.shown, figure.class, figure.reached }, { 1, "chart", true }, figure.id)
      lu.assertTrue(figure.box.width > 300 and figure.box.height > 100, figure.id)
      lu.assertTrue(figure.drawn > 5, figure.id)
      lu.assertTrue(#figure.label > 10, figure.id)
   end
   lu.assertTrue(figures[1].marks >= 4, "too few bars have values")
end

local function assert_sorted(values, way)
   for index = 2, #values do
      lu.assertTrue((values[index] - values[index - 1]) * way >= 0, json.encode(values))
   end
end

local on_a_desk

local function seen_on_a_desk()
   on_a_desk = on_a_desk or probe("--window-size=1280,900")
   return on_a_desk
end

function TestPage.test_it_opens_shows_its_charts_and_sorts()
   local seen = seen_on_a_desk()
   check_figures(seen.figures)
   lu.assertEquals(#seen.before, 7)
   lu.assertEquals({ seen.first.sort, seen.second.sort }, { "ascending", "descending" })
   assert_sorted(seen.first.values, 1)
   assert_sorted(seen.second.values, -1)
   lu.assertTrue(seen.first.focused, "the keyboard can't reach it")
   lu.assertEquals(seen.paper, "rgb(255, 255, 255)")
   local known = {}
   for _, id in ipairs(seen.ids) do
      lu.assertNil(known[id], "twice: " .. id)
      known[id] = true
   end
end

local SCREEN = 700 -- pixels that the smallest screens show

function TestPage.test_the_first_screen_shows_charts_and_the_rest_is_a_link_away()
   local usual, closed = seen_on_a_desk().usual, seen_on_a_desk().closed
   local first, second = table.unpack(usual.desk)
   lu.assertAlmostEquals(first.top, second.top, 1) -- beside each other
   for _, chart in ipairs { first, usual.phone[1] } do
      lu.assertTrue((chart.top + chart.bottom) / 2 <= SCREEN, json.encode(usual))
   end
   lu.assertTrue(usual.phone[1].bottom <= SCREEN, json.encode(usual))
   lu.assertTrue(closed.folded >= 5, closed.folded .. " parts are folded")
   lu.assertTrue(closed.linked, "a link doesn't unfold what it leads to")
   lu.assertTrue(closed.nav <= 1, closed.nav) -- the contents stay at the top, below a line
   lu.assertTrue(closed.reachable, "the contents are cut off")
   lu.assertEquals({ closed.headings[1], closed.headings[2] }, { 1, 2 })
end

function TestPage.test_tables_are_copied_as_text()
   local copies = seen_on_a_desk().copies
   lu.assertStrMatches(copies.CSV, "contender,workers,total %[95 %%%],speed vs sequential,.*")
   lu.assertStrMatches(copies.CSV, '.*\n"?<script>document%.title=\'run\'</script> ""q"" \'a\' & long .*')
   lu.assertEquals(select(2, copies.CSV:gsub("\n", "")), 5)
   lu.assertStrMatches(copies.Markdown,
      "| contender | workers | total %[95 %%%] |[^\n]*\n| %-%-%- | %-%-%- |.*")
   local rows = json.decode(copies.JSON)
   lu.assertEquals(#rows, 4)
   lu.assertEquals(rows[4].contender, "sequential")
   lu.assertStrMatches(rows[4]["total [95 %]"], "[%d.]+ m?s %[[%d.]+, [%d.]+%]")
   lu.assertEquals(copies.said, "Copied as JSON.")
end

local function check_contrast(faint)
   lu.assertTrue(faint.count > 200, faint.count .. " words")
   lu.assertEquals(faint.words, {})
end

function TestPage.test_every_word_can_be_read()
   check_contrast(seen_on_a_desk().faint)
end

function TestPage.test_a_dark_page_and_a_phone_without_scripts()
   local seen = probe("--window-size=1280,900", "--blink-settings=preferredColorScheme=0")
   lu.assertEquals(seen.paper, "rgb(21, 24, 29)")
   check_contrast(seen.faint)
   lu.assertTrue(seen.closed.phone, "a link doesn't unfold what it leads to")
   lu.assertEquals(seen.phone.width, 390)
   lu.assertEquals(seen.phone.needs, 390)
   lu.assertEquals(seen.phone.buttons, 0)
   lu.assertTrue(seen.phone.rows >= 7, "the tables are missing")
   check_figures(seen.phone.figures)
   for _, figure in ipairs(seen.phone.figures) do
      lu.assertTrue(figure.box.left >= 0 and figure.box.left + figure.box.width <= 390, figure.id)
   end
   lu.assertTrue(seen.phone.scrolls[1])
end

-- The page's script turns column heads into buttons; no other script may run.
function TestPage.test_only_its_own_script_runs()
   support.write(folder .. "/run/strange.html", with("<script>document.title = 'strange'</script>"))
   local dom = open("strange.html", "--dump-dom").stdout
   lu.assertStrMatches(dom, ".*<th[^>]*><button[^>]*>contender.*")
   lu.assertStrContains(dom, "<title>tickets")
end

function TestPage.test_on_paper_no_word_and_no_number_of_a_table_is_broken()
   local printed = seen_on_a_desk().printed
   lu.assertTrue(printed.cells > 50, "the tables are missing")
   lu.assertEquals(printed.broken, {})
   lu.assertEquals(printed.folded, 0)
   lu.assertTrue(printed.needs <= printed.width, ("%g of %g pixels"):format(printed.needs, printed.width))
end

function TestPage.test_it_prints()
   local path = folder .. "/report.pdf"
   open("report.html", "--print-to-pdf=" .. path)
   local pdf = support.slurp(path)
   lu.assertEquals(pdf:sub(1, 5), "%PDF-")
   local pages = select(2, pdf:gsub("/Type%s*/Page%f[^%w]", ""))
   lu.assertTrue(pages >= 3 and pages <= 20, pages .. " pages")
end

local code = lu.LuaUnit.run()
if folder then
   support.remove(folder)
end
os.exit(code, true)
