--- Outcomes of claims for machines: entries for JSON, and JUnit's XML, which continuous integration shows.

local claim_text = require "bakeoff.gate.claim_text"
local json = require "bakeoff.base.json"
local text = require "bakeoff.base.text"

local claim_files = {}

local KEYS = { "says", "condition", "verdict", "found", "reason", "p", "p_family", "run", "cell", "line" }

--- The claims as a list for json.encode.
function claim_files.entries(outcomes)
   local entries = json.array {}
   for index, outcome in ipairs(outcomes) do
      local entry = {}
      for _, key in ipairs(KEYS) do
         entry[key] = outcome[key]
      end
      entries[index] = json.ordered(KEYS, entry)
   end
   return entries
end

--- The JSON text of { claims: [ … ], held, not_shown, refuted: their counts }. more: further fields of the
-- object, or nil.
function claim_files.json(outcomes, more)
   local object = { claims = claim_files.entries(outcomes), held = 0, not_shown = 0, refuted = 0 }
   for _, outcome in ipairs(outcomes) do
      object[outcome.verdict] = object[outcome.verdict] + 1
   end
   for key, value in pairs(more or {}) do
      object[key] = value
   end
   local rest = text.sorted_keys(more or {})
   return json.encode(json.ordered(table.move({ "claims", "held", "not_shown", "refuted" }, 1, 4, #rest + 1,
      rest), object), { pretty = true })
end

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["\n"] = "&#10;",
   ["\t"] = "&#9;" }

-- XML has no way to write other control characters.
local function escape(words) return (text.printable(words):gsub('[&<>"\n\t]', ESCAPES)) end

local CHILDREN = { refuted = '<failure message="%s"/>', not_shown = '<skipped message="%s"/>',
   failed = '<error message="%s"/>' }

-- A case: { name, verdict = "held", "not_shown", "refuted" or "failed", message }.
local function xml_of(case, suite)
   local child = CHILDREN[case.verdict]
   return ('    <testcase classname="%s" name="%s"%s'):format(escape(suite.name), escape(case.name),
      case.line and (' file="%s" line="%d"'):format(escape(suite.file), case.line) or "")
      .. (child and (">\n      %s\n    </testcase>"):format(child:format(escape(case.message))) or "/>")
end

local function case_of(outcome)
   local line = claim_text.line(outcome)
   return { name = outcome.says, verdict = outcome.verdict, line = outcome.line, message = line }
end

--- The claims in JUnit's format: a refuted claim is a failure, one that is not shown is skipped. suite: {
-- name, file = path of the script, cases = list of further cases { name, verdict (above; "failed" is an
-- error), message, line or nil }, or nil }.
function claim_files.junit(outcomes, suite)
   local cases = table.move(suite.cases or {}, 1, #(suite.cases or {}), 1, {})
   for _, outcome in ipairs(outcomes) do
      cases[#cases + 1] = case_of(outcome)
   end
   local counts, lines = { refuted = 0, not_shown = 0, failed = 0, held = 0 }, {}
   for index, case in ipairs(cases) do
      counts[case.verdict], lines[index] = counts[case.verdict] + 1, xml_of(case, suite)
   end
   return ('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n  <testsuite name="%s" tests="%d" '
      .. 'failures="%d" errors="%d" skipped="%d">\n%s\n  </testsuite>\n</testsuites>\n'):format(
      escape(suite.name), #cases, counts.refuted, counts.failed, counts.not_shown, table.concat(lines, "\n"))
end

return claim_files
