--- What `check` found as a JUnit file, which CI systems show: a case for the page, one for the cells, one per
-- claim.

local claim_text = require "bakeoff.gate.claim_text"
local inline = require "bakeoff.report.inline"

local junit = {}

local escape = inline.escape

local function case(name, kind, message)
   if not message then
      return ('  <testcase name="%s"/>\n'):format(escape(name))
   end
   return ('  <testcase name="%s">\n    <%s message="%s"/>\n  </testcase>\n'):format(escape(name), kind,
      escape(message))
end

local function cells_case(found)
   if not found.ran then
      return case("the cells run", "skipped", "they have not run")
   end
   return case("the cells run", "failure", found.failed and found.lines[1])
end

local function claim_case(claim)
   local is_wrong = claim.verdict ~= "held"
   return case(claim.says, "failure",
      is_wrong and ("%s: %s"):format(claim_text.word(claim), claim_text.detail(claim)))
end

local SUITE = [[
<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="%s" tests="%d" failures="%d" skipped="%d">
%s</testsuite>
]]

--- The text of the file. name: of the notebook; found: see check.of
function junit.of(name, found)
   local cases = { case("the page is fresh", "failure", #found.stale > 0 and table.concat(found.stale, "; ")),
      cells_case(found) }
   local failures = (#found.stale > 0 and 1 or 0) + (found.failed and 1 or 0)
   for _, claim in ipairs(found.claims or {}) do
      cases[#cases + 1] = claim_case(claim)
      failures = failures + (claim.verdict ~= "held" and 1 or 0)
   end
   return SUITE:format(escape(name), #cases, failures, found.ran and 0 or 1, table.concat(cases))
end

return junit
