--- index.html beside the folders of several experiments: the finding of each, and a link to its report.

local files = require "bakeoff.base.files"
local inline = require "bakeoff.report.inline"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.report.html.page"

local index = {}

local function percent_encoded(byte) return ("%%%02X"):format(byte:byte()) end

-- The address of a report below the index. Escaped, because a folder's name may contain any character.
local function address(results)
   return results.dir:match("[^/]*$"):gsub("[^%w%-_.~]", percent_encoded) .. "/report.html"
end

local ENTRY = [[
<section>
<h2><a href="%s">%s</a></h2>
<p>%s.</p>
<p class="facts"><span>%s</span>%s</p>
</section>
]]

local function entry(results)
   local warnings = #results:audit() + #results:steadiness()
   local warned = warnings > 0 and "\n<span>" .. numbers.plural(warnings, "warning") .. "</span>" or ""
   return ENTRY:format(address(results), inline.escape(results.manifest.experiment or results.dir),
      inline.escape(results:finding()), inline.escape(results.manifest.started or ""), warned)
end

local BODY = [[
<body>
<header>
<h1>bakeoff</h1>
<p class="finding">%s</p>
</header>
<main>
%s</main>
</body>
</html>
]]

--- The text of the page. runs: list of results in folders below the page's own.
function index.of(runs)
   local parts = {}
   for place, results in ipairs(runs) do
      parts[place] = entry(results)
   end
   return page.head { title = "bakeoff: experiments" }
      .. BODY:format(numbers.plural(#runs, "experiment"), table.concat(parts))
end

--- Writes index.html into the folder `parent` and says so (say: default print). → true; or false, after a
-- line on standard error.
function index.write(parent, runs, say)
   local path = parent .. "/index.html"
   local ok, message = files.write(path, index.of(runs), "own")
   if not ok then
      io.stderr:write("bakeoff: ", message, "\n")
      return false
   end
   say = say or print
   say "wrote:"
   say("  " .. path)
   return true
end

return index
