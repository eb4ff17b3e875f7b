--- The page around a watched notebook. It shows the notebook's page in a frame, and loads that again when it
-- has been woven; the notebook's page itself stays as it is written, without scripts that connect.

local core = require "bakeoff.core"
local inline = require "bakeoff.report.inline"

local frame = {}

local SCRIPT = [[
"use strict";
(function () {
  var shown = document.querySelector("iframe"), state = document.querySelector("p");
  var events = new EventSource("/events");
  function say(text) { state.textContent = text; state.hidden = text === ""; }
  events.addEventListener("weaving", function () { say("weaving …"); });
  events.addEventListener("woven", function (event) {
    say(event.data === "0" ? "" : "failed: see the page and the terminal");
    shown.contentWindow.location.reload();
  });
  events.addEventListener("error", function () { say("bakeoff is no longer watching"); });
})();
]]

local PAGE = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>%s</title>
<style>
html, body { margin: 0; height: 100%%; }
iframe { display: block; width: 100%%; height: 100%%; border: 0; }
p { position: fixed; right: 1rem; bottom: 1rem; margin: 0; padding: .25rem .75rem; border-radius: 4px;
  background: #1f1f1f; color: #ffffff; font: 14px/1.5 system-ui, sans-serif; }
</style>
</head>
<body>
<iframe src="/page" title="%s"></iframe>
<p role="status" hidden></p>
<script>%s</script>
</body>
</html>
]]

local POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'; connect-src 'self'; "
   .. "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

--- → HTML, the page's Content-Security-Policy
function frame.of(title)
   local safe = inline.escape(title)
   return PAGE:format(safe, safe, SCRIPT), POLICY:format(assert(core.sha256_base64(SCRIPT)))
end

--- What the frame shows before the notebook has been woven for the first time.
function frame.nothing_yet()
   return '<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8">'
      .. '<meta name="color-scheme" content="light dark">'
      .. "<title>weaving</title><p>The page is being woven.</p></html>\n"
end

return frame
