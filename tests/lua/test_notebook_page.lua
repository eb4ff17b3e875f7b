--- The page of a woven notebook, with its charts, claims and reports inside.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local contrast = require "support_contrast"
local core = require "bakeoff.core"
local page = require "bakeoff.notebook.html.page"
local runs = require "support_runs"
local support = require "support_woven"

local folder

local function prepare()
   if not folder then
      folder = os.tmpname()
      os.remove(folder)
      assert(core.mkdirs(folder .. "/x.files"))
      for name, text in pairs(support.drawings()) do
         assert(core.store(folder .. "/" .. name, text))
      end
   end
end

local function page_of(changes) return page.of(support.make(folder, changes)) end

TestPage = {}

function TestPage.setUp() prepare() end

function TestPage.test_it_needs_nothing_from_elsewhere()
   local text = page_of()
   lu.assertStrContains(text, "default-src 'none'")
   lu.assertNotStrContains(text, "img-src") -- nothing is allowed that isn't used
   lu.assertEquals(select(2, text:gsub("<script", "")), 1)
   for _, name in ipairs { "src", "href", "action", "data" } do
      for address in text:gmatch("%f[%w]" .. name .. "%s*=%s*[\"']([^\"']*)") do
         lu.assertEquals(address:sub(1, 1), "#", name .. "=" .. address)
      end
   end
end

function TestPage.test_links_lead_to_places_of_the_page()
   local text = page_of { runs = { { name = "downloads", folder = folder .. "/gone" } } }
   local ids = {}
   for id in text:gmatch ' id="([^"]*)"' do
      lu.assertNil(ids[id], "twice: " .. id)
      ids[id] = true
   end
   for target in text:gmatch ' href="#([^"]*)"' do
      lu.assertTrue(ids[target], "nowhere: #" .. target)
   end
   lu.assertStrContains(text, '<a href="#run-1">downloads</a>')
   lu.assertStrContains(text, '<a href="#section-method">Method</a>')
   lu.assertEquals(select(2, text:gsub("<script", "")), 1) -- one, with what opens reports
   lu.assertStrContains(text, "target.open = true")
   lu.assertNotStrContains(page_of(), "target.open")
end

function TestPage.test_the_title_stands_in_the_header_alone()
   local text = page_of()
   lu.assertEquals(select(2, text:gsub("Threads, processes or a loop%?", "")), 2) -- in <title> and <h1>
   lu.assertStrContains(text, '<h1 class="finding">Threads, processes or a loop?</h1>')
   lu.assertStrContains(page_of { cells = {}, title = "a <b>" }, '<h1 class="finding">a &lt;b&gt;</h1>')
end

function TestPage.test_claims_are_sentences_with_words()
   local text = page_of()
   lu.assertStrContains(text, "<span>3 claims: 1 held, 1 not shown, 1 refuted</span>")
   lu.assertStrContains(text, '<div class="claim held"><p><b class="word">held</b> a loop is faster than')
   lu.assertStrContains(text, '<b class="word">not shown</b> threads need &lt;no&gt; memory')
   lu.assertStrContains(text, '<div class="claim refuted"><p><b class="word">refuted</b>')
   lu.assertStrContains(text, "0.61 [0.58, 0.64] <code>total(eventloop, 100) &lt; total(threads, 100)</code>")
end

function TestPage.test_code_is_folded_and_outputs_are_not()
   local text = page_of()
   lu.assertStrContains(text,
      '<details class="code"><summary>Code: the experiment <small>cell 2, lines 15 to 21')
   lu.assertStrContains(text, '<details class="code"><summary>Code <small>cell 3, lines 22 to 23')
   lu.assertStrContains(text, '<pre class="printed">two &lt;three&gt;\nfour</pre>')
   lu.assertNotStrContains(text, "for another program")
end

-- As on the page for forges.
function TestPage.test_comments_before_the_first_marker_are_not_shown()
   local cells = support.make(folder).cells
   cells[2].marker_line, cells[2].source = nil, "-- Licence: MIT\n"
   lu.assertNotStrContains(page_of { cells = { cells[2] } }, "<details")
   cells[2].source = "-- Licence: MIT\nlocal bake = require 'bakeoff'\n"
   lu.assertStrContains(page_of { cells = { cells[2] } }, '<details class="code">')
end

local function tagged(tag)
   local cells = support.make(folder).cells
   cells[2].tags = { tag }
   return page_of { cells = { cells[2] } }
end

function TestPage.test_tags_fold_show_and_remove_code()
   lu.assertStrContains(tagged "show-input", '<details class="code" open>')
   lu.assertStrContains(tagged "other", '<details class="code">')
   lu.assertNotStrContains(tagged "remove-input", "<details")
   lu.assertStrContains(tagged "remove-input", "two &lt;three&gt;")
   lu.assertStrContains(tagged "hide-output", '<details class="shown"><summary>Output</summary>')
   lu.assertNotStrContains(tagged "remove-output", "two &lt;three&gt;")
   lu.assertNotStrContains(tagged "remove-cell", "<details")
end

function TestPage.test_a_chart_is_part_of_the_page_in_both_colours()
   local text = page_of()
   local opening = text:match '<svg class="drawing" viewBox="0 0 600 300"[^>]*>'
   lu.assertStrContains(opening, 'role="img" aria-label="A loop is fastest">')
   lu.assertStrContains(text, ":#1f1f1f}")
   lu.assertStrContains(text, ":#e8e8e8}")
   lu.assertStrContains(text, "<figcaption>Figure 1. Median total time: downloads</figcaption>")
end

function TestPage.test_a_chart_that_is_not_there_is_named()
   local cells = support.make(folder).cells
   cells[3].outputs[1].files = { light = "x.files/gone.svg", dark = "x.files/gone.dark.svg" }
   lu.assertStrContains(page_of { cells = cells },
      "<p>A loop is fastest: not in this page, because its file can&#39;t be read.</p>")
   cells[3].outputs[1].files = {}
   lu.assertStrContains(page_of { cells = cells }, "not in this page, because it could not be drawn")
end

function TestPage.test_a_failed_cell_is_marked()
   local text = page_of { status = "failed", cells = support.failed_cells(), claims = {} }
   lu.assertStrContains(text, '<a href="#cell-2">Cell 2</a> failed; the cells after it have not run.')
   lu.assertStrContains(text, "<h2>Cell 2 failed, line 4 of the file</h2>")
   lu.assertStrContains(text, "attempt to call a nil value (global &#39;a&#39;)")
   lu.assertStrContains(text, '<pre class="printed">before</pre>')
   lu.assertStrContains(text, '<details class="code" open><summary>Code <small>cell 2')
   lu.assertStrContains(text, '<i class="k">')
end

function TestPage.test_each_experiment_has_its_report_folded()
   local dir = folder .. "/run"
   runs.make { dir = dir, repeats = 6, workers = { 1, 4 }, items = 20,
      contenders = { "sequential", "threads" } }
   local text = page_of { runs = { { name = "down & up", folder = dir, key = ("0123456789abcdef"):rep(4),
      frozen = true, started = "2026-11-28T10:00:00Z" } } }
   lu.assertStrContains(text, '<details class="report" id="run-1">\n<summary><b>down &amp; up</b> ')
   lu.assertStrContains(text, "<span>kept from an earlier run</span>")
   lu.assertStrContains(text, "<span>key 0123456789ab</span>")
   for _, part in ipairs { "<h3>Fairness</h3>", "<h3>Verdicts</h3>", "<h3>Environment</h3>", "faster</b>" } do
      lu.assertStrContains(text, part)
   end
end

-- The colours of the page's two themes: name → value.
local function themes(text)
   local list = { {}, {} }
   for at, block in text:gmatch "()(%b{})" do
      local is_dark = text:sub(math.max(1, at - 60), at):find "dark%)"
      for name, value in block:gmatch "%-%-([%a-]+): (#%x+)" do
         list[is_dark and 2 or 1][name] = value
      end
   end
   return list
end

function TestPage.test_coloured_words_can_be_read()
   for theme, colours in ipairs(themes(page_of())) do
      for _, name in ipairs { "better", "worse", "unsure", "soft", "word", "string", "figure", "link" } do
         for _, ground in ipairs { "paper", "panel" } do
            local found = contrast(colours[name], colours[ground])
            lu.assertTrue(found >= 4.5, ("%s on %s, theme %d: %.2f"):format(name, ground, theme, found))
         end
      end
   end
end

local code = lu.LuaUnit.run()
if folder then
   core.remove_tree(folder)
end
os.exit(code, true)
