--- A notebook's page as a reader gets it: on a phone that runs no scripts, and on paper.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local browser = dofile(source .. "/tests/e2e/support_browser.lua")
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local page = require "bakeoff.notebook.html.page"
local support = dofile(source .. "/tests/e2e/support_run.lua")
local woven = require "support_woven"

local HOSTILE = [[
# Phone

<script>document.title = "ran"</script> [link](javascript:alert(1)) [link](java&Tab;script:alert(1))

A word that is longer than a phone is wide: ]] .. ("long"):rep(60) .. "\n\n`" .. ("code"):rep(60) .. "`\n"

-- Measures the page in a frame as wide as a phone. Scripts don't run in the frame.
local PROBE = [[
<iframe sandbox="allow-same-origin" style="width:390px;height:844px;border:0" src="page.html"></iframe>
<script>
document.querySelector("iframe").addEventListener("load", function () {
  var phone = this.contentDocument, view = phone.defaultView;
  function shown(selector) {
    return Array.prototype.filter.call(phone.querySelectorAll(selector), function (one) {
      return one.getBoundingClientRect().height > 0;
    }).length;
  }
  var links = Array.prototype.map.call(phone.querySelectorAll("a"), function (a) { return a.protocol; });
  var out = document.createElement("pre");
  out.id = "probe";
  out.textContent = JSON.stringify({
    width: phone.documentElement.clientWidth, needs: phone.documentElement.scrollWidth, title: phone.title,
    charts: shown("svg.drawing"), claims: shown(".claim"), code: shown(".code[open] pre"),
    printed: shown(".printed"),
    held: view.getComputedStyle(phone.querySelector(".claim.held p")).color,
    refuted: view.getComputedStyle(phone.querySelector(".claim.refuted p")).color, links: links
  });
  document.body.appendChild(out);
});
</script>
]]

TestPage = {}

function TestPage.test_a_phone_shows_it_and_runs_nothing()
   lu.skipIf(not browser.find(), browser.MISSING)
   local folder = support.folder()
   assert(core.mkdirs(folder .. "/x.files"))
   for name, text in pairs(woven.drawings()) do
      support.write(folder .. "/" .. name, text)
   end
   local cells = woven.make(folder).cells
   cells[1].text = HOSTILE
   support.write(folder .. "/page.html", page.of(woven.make(folder, { cells = cells })))
   support.write(folder .. "/probe.html", "<!DOCTYPE html><html><body>" .. PROBE .. "</body></html>")
   local result = browser.run(folder .. "/probe.html", folder .. "/profile", "--dump-dom")
   support.remove(folder)
   support.assert_code(0, result)
   local seen = json.decode((result.stdout:match '<pre id="probe">(.-)</pre>':gsub("&gt;", ">")))
   lu.assertEquals({ seen.width, seen.needs }, { 390, 390 }, "it scrolls sideways")
   lu.assertEquals({ seen.title, seen.charts, seen.claims, seen.printed, seen.code },
      { "Threads, processes or a loop?", 1, 3, 2, 0 })
   lu.assertEquals({ seen.held, seen.refuted }, { "rgb(0, 112, 79)", "rgb(178, 60, 0)" })
   for _, protocol in ipairs(seen.links) do
      lu.assertEquals(protocol, "file:")
   end
end

-- Under the page's own policy, from a file.
function TestPage.test_a_link_opens_the_report()
   lu.skipIf(not browser.find(), browser.MISSING)
   local folder = support.folder()
   local runs = { { name = "one", folder = folder .. "/gone" }, { name = "two", folder = folder .. "/gone" } }
   support.write(folder .. "/page.html", page.of(woven.make(folder, { runs = runs })))
   local result = browser.run(folder .. "/page.html#run-2", folder .. "/profile", "--dump-dom")
   support.remove(folder)
   support.assert_code(0, result)
   lu.assertStrContains(result.stdout, '<details class="report" id="run-2" open="">')
   lu.assertStrContains(result.stdout, '<details class="report" id="run-1">')
end

os.exit(lu.LuaUnit.run(), true)
