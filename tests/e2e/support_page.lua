--- Pages of reports for tests that look at them as a reader does: runs to report on, and a headless Chromium
-- with the page in frames, where its own policy is in force.

local source = os.getenv("BAKEOFF_SOURCE")
local activity = require "support_activity"
local browser = dofile(source .. "/tests/e2e/support_browser.lua")
local json = require "bakeoff.base.json"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local page = { browser = browser }

-- Disturbed trials, in which threads are slow, so that verdicts don't hold without them; and jobs that
-- failed.
local function disturb(trial)
   trial.noise = { wall_s = 1, others_share = 0.21, steal_share = 0.37 }
   if trial["repeat"] % 2 == 0 then
      trial.noise.noisy = { "others", "steal" }
      if trial.label:find "^threads" then
         for _, name in ipairs { "total_s", "work_s" } do
            trial[name] = trial[name] * 8
         end
      end
   end
   if trial.label == "processes" then
      trial.jobs.done, trial.jobs.failed = trial.jobs.done - 3, 3
   end
end

local LONG = "coroutines that read their settings from a file in the home directory"

--- What a run is made with (support_runs.lua), by name: a usual one; one that has seven contenders and
-- hardly a good word for itself.
page.RUNS = {
   quiet = { repeats = 8, workers = { 1, 4 }, items = 40, contenders = runs.FIVE },
   noisy = { repeats = 8, workers = { 1, 4, 16 }, items = 40, change = disturb, contenders = { "sequential",
      "threads", "processes", "eventloop", { "coroutines", label = LONG },
      { "threads", label = "threads (one interpreter)" }, { "command", label = "aiohttp (Python 3.11)" } } },
}

--- Makes a run in a folder of its own and reports on it.
function page.make(folder, name, ...)
   local spec = { dir = folder .. "/" .. name }
   for field, value in pairs(page.RUNS[name]) do
      spec[field] = value
   end
   activity.add(runs.make(spec), spec.items)
   support.assert_code(0, support.run({ "bakeoff", "report", name, ... }, { folder = folder }))
end

-- frame(page, width, height, has_scripts) → a promise of its document; say(what) ends the test.
local FRAMES = [[
"use strict";
function all(where, selector) { return Array.prototype.slice.call(where.querySelectorAll(selector)); }
function frame(page, width, height, has_scripts) {
   return new Promise(function (resolve) {
      var element = document.createElement("iframe");
      if (!has_scripts) { element.setAttribute("sandbox", "allow-same-origin"); }
      element.style.cssText = "border:0;width:" + width + "px;height:" + height + "px";
      element.addEventListener("load", function () { resolve(element.contentDocument); });
      element.src = new URL(page, location.href);
      document.body.appendChild(element);
   });
}
function say(what) {
   var element = document.createElement("pre");
   element.id = "said";
   element.textContent = what instanceof Error ? what.stack : JSON.stringify(what);
   document.body.appendChild(element);
}
]]

--- Runs a script (a text, or the name of a file of this folder) in a page beside the run folders. → what it
-- said
function page.probe(folder, script, ...)
   if script:find "^[%w_]+%.js$" then
      script = support.slurp(source .. "/tests/e2e/" .. script)
   end
   local host = "<!DOCTYPE html><body><script>%s\n%s</script></body>"
   support.write(folder .. "/host.html", host:format(FRAMES, script))
   local result = browser.run(folder .. "/host.html", folder .. "/profile", "--dump-dom", ...)
   support.assert_code(0, result)
   local said = result.stdout:match '<pre id="said">(.-)</pre>' or result.stdout:sub(-300)
   said = said:gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&")
   return assert(json.decode(said), said)
end

return page
