--- A report as a document: a list of sections, each a list of blocks. It is made once and written as Markdown
-- (markdown.lua) and HTML (html/page.lua).
--
--    document = { title, finding, foot = { parts }, sections = { { id, title, blocks, tone }, … } }
--    block    = { kind = "text", text = piece } | { kind = "list", items = { piece, … } } (a piece may have
--               items of its own) | { kind = "table", columns, rows, keys } | { kind = "figure", chart } |
--               { kind = "code", text } | { kind = "facts", pairs } | { kind = "heading", text }
--
-- Pieces: see inline.lua. tone: "warning" or "good", if a section should stand out.

local chart_groups = require "bakeoff.report.chart_groups"
local command_report = require "bakeoff.report.programs"
local failures = require "bakeoff.report.failures"
local inline = require "bakeoff.report.inline"
local lateness = require "bakeoff.analysis.lateness"
local method = require "bakeoff.report.method"
local noise_report = require "bakeoff.report.noise"
local page_words = require "bakeoff.analysis.wording.page"
local report_notes = require "bakeoff.report.notes"
local result_table = require "bakeoff.report.result_table"
local surroundings = require "bakeoff.report.surroundings"
local text = require "bakeoff.base.text"
local verdict_list = require "bakeoff.report.verdict_list"

local document = {}

local FAIR = "No problems found: jobs and bytes are the same everywhere, nothing failed, and as many jobs"
   .. " were in flight as there are workers."

local SAME = "Every job returned the same under all contenders."

local function fairness(results)
   local audit = results:audit()
   local is_fair = #audit == 0
   local blocks = { { kind = "list", items = audit } }
   if is_fair then
      blocks[1] = { kind = "text", text = inline.ours(FAIR) }
   end
   blocks[2] = results:same_results() == "same" and { kind = "text", text = SAME } or nil
   return { id = "fairness", title = "Fairness", tone = is_fair and "good" or "warning", blocks = blocks }
end

local function verdicts(results, drawn)
   local blocks = { { kind = "list", items = verdict_list.findings(results, drawn) },
      { kind = "text", text = verdict_list.left_out(results) > 0
         and "In detail (other worker counts are in the table):" or "In detail:" },
      { kind = "list", items = verdict_list.sentences(results) } }
   return { id = "verdicts", title = "Verdicts", blocks = blocks }
end

--- The table of results; for programs alone only what is seen from outside. → columns, rows, key columns
function document.result_rows(results)
   local is_of_programs = command_report.is_for(results)
   local columns, rows = (is_of_programs and command_report or result_table).rows(results)
   return columns, rows, is_of_programs and 1 or 2
end

local function memory_items(results)
   local items = command_report.memory_lines(results)
   for index, line in ipairs(items) do
      items[index] = text.capital(line) .. "."
   end
   return items
end

local function with_stops(sentences)
   for index, sentence in ipairs(sentences) do
      sentences[index] = sentence .. "."
   end
   return sentences
end

local function result_section(results)
   local columns, rows, keys = document.result_rows(results)
   local blocks = { { kind = "table", columns = columns, rows = rows, keys = keys, title = "Results" } }
   if command_report.is_for(results) then
      blocks[2] = { kind = "list", items = memory_items(results) }
   end
   local late = with_stops(lateness.sentences(results))
   blocks[#blocks + 1] = #late > 0 and { kind = "list", items = late } or nil
   return { id = "results", title = "Results", blocks = blocks }
end

local function not_run(results)
   local items = with_stops(results:not_run())
   return #items > 0 and { id = "not-run", title = "Not run", blocks = { { kind = "list", items = items } } }
end

local function charts(drawn, problems, skipped)
   local blocks = chart_groups.blocks(drawn)
   local items = table.move(problems, 1, #problems, 1, {})
   table.move(skipped, 1, #skipped, #items + 1, items)
   blocks[#blocks + 1] = #items > 0 and { kind = "list", items = items } or nil
   return #blocks > 0 and { id = "charts", title = "Charts", blocks = blocks }
end

local function list_section(id, title, items) return { id = id, title = title,
   blocks = { { kind = "list", items = items } } } end

--- The document of results. drawn, problems, skipped: from charts.draw.
function document.of(results, drawn, problems, skipped)
   local manifest, sections = results.manifest, {}
   for _, section in ipairs {
      fairness(results), failures.section(results:failures()) or false, verdicts(results, drawn),
      result_section(results), charts(drawn, problems, skipped),
      report_notes.scaling_section(results) or false, not_run(results),
      list_section("steadiness", "Steadiness", report_notes.steadiness(results)),
      { id = "noise", title = "Noise", blocks = noise_report.blocks(results) },
      list_section("method", "What was measured", method.items(results)),
      { id = "environment", title = "Environment", blocks = surroundings.blocks(manifest) },
      { id = "again", title = "Run it again", blocks = surroundings.again(results, drawn) },
   } do
      sections[#sections + 1] = section or nil
   end
   return { title = manifest.experiment or "experiment", finding = results:finding(),
      foot = page_words.foot(results), sections = sections }
end

return document
