--- A report as a document: a list of sections, each a list of blocks. It is made once and written as Markdown
-- (markdown.lua) and HTML (html/page.lua).
--
--    document = { title, head, finding, tiles (tiles.lua), foot = { parts }, sections = { section, … } }
--    section  = { id, title, blocks, tone, folded, hint }
--    block    = { kind = "text", text = piece } | { kind = "list", items = { piece, … } } (a piece may have
--               items of its own) | { kind = "table", columns, rows, keys } | { kind = "figure", chart } |
--               { kind = "code", text } | { kind = "facts", pairs } | { kind = "heading", text } |
--               { kind = "folded", title, blocks }
--
-- Pieces: see inline.lua. tone: "warning" or "good", if a section should stand out. folded: a page shows only
-- the title at first, with the hint (a few words) beside it. What answers most readers comes first: the
-- finding, tiles, two charts, the best cell of each contender.

local best = require "bakeoff.analysis.best"
local checks = require "bakeoff.report.checks"
local chart_groups = require "bakeoff.report.chart_groups"
local counters = require "bakeoff.report.counters"
local failures = require "bakeoff.report.failures"
local inline = require "bakeoff.report.inline"
local method = require "bakeoff.report.method"
local noise_report = require "bakeoff.report.noise"
local numbers = require "bakeoff.base.numbers"
local page_words = require "bakeoff.analysis.wording.page"
local registry = require "bakeoff.charts.registry"
local report_notes = require "bakeoff.report.notes"
local result_section = require "bakeoff.report.result_section"
local summary_words = require "bakeoff.analysis.wording.summary"
local surroundings = require "bakeoff.report.surroundings"
local tiles = require "bakeoff.report.tiles"
local verdict_list = require "bakeoff.report.verdict_list"

local document = {}

local FAIR = "No problems found: jobs and bytes are the same everywhere, nothing failed, and as many jobs"
   .. " were in flight as there are workers."

local SAME = "Every job returned the same under all contenders."

-- "3 warnings"; nil without any.
local function warnings(list) return #list > 0 and numbers.plural(#list, "warning") or nil end

local function fairness(results)
   local audit = results:audit()
   local is_fair = #audit == 0
   local blocks = { { kind = "list", items = audit } }
   if is_fair then
      blocks[1] = { kind = "text", text = inline.ours(FAIR) }
   end
   blocks[2] = results:same_results() == "same" and { kind = "text", text = SAME } or nil
   return { id = "fairness", title = "Fairness", tone = is_fair and "good" or "warning", blocks = blocks,
      folded = true, hint = warnings(audit) }
end

local function verdicts(results, drawn)
   local blocks = { { kind = "list", items = verdict_list.findings(results, drawn) },
      { kind = "text", text = verdict_list.left_out(results) > 0
         and "In detail (other worker counts are in the table):" or "In detail:" },
      { kind = "list", items = verdict_list.sentences(results) } }
   return { id = "verdicts", title = "Verdicts", blocks = blocks, folded = true }
end

--- The table of results; for programs alone only what is seen from outside. → columns, rows, key columns
document.result_rows = result_section.rows

local function not_run(results)
   local items = result_section.with_stops(results:not_run())
   local blocks = { { kind = "list", items = items } }
   return #items > 0 and { id = "not-run", title = "Not run", blocks = blocks }
end

local function list_section(id, title, items, hint)
   local blocks = { { kind = "list", items = items } }
   return { id = id, title = title, folded = true, hint = hint, blocks = blocks }
end

local function overview(figures)
   return #figures > 0 and { id = "charts", title = "At a glance", blocks = figures }
end

-- Charts that were not drawn, and why.
local function undrawn(problems, skipped)
   local items = table.move(problems, 1, #problems, 1, {})
   table.move(skipped, 1, #skipped, #items + 1, items)
   return #items > 0 and list_section("not-drawn", "Charts not drawn", items)
end

-- "Inside one trial" → "inside-one-trial"
local function id_of(words) return (words:lower():gsub("%W+", "-")) end

-- A section per group of charts; the table of scaling goes with the charts about it.
local function chart_sections(results, groups)
   local sections = {}
   for _, group in ipairs(groups) do
      local blocks = group.blocks
      if group.heading == registry.SCALING then
         table.move(report_notes.scaling_blocks(results), 1, 2, #blocks + 1, blocks)
      end
      sections[#sections + 1] = #blocks > 0 and { id = id_of(group.heading), title = group.heading,
         blocks = blocks, folded = true } or nil
   end
   return sections
end

local function about_the_run(results, drawn)
   return { { id = "noise", title = "Noise", folded = true, blocks = noise_report.blocks(results) },
      list_section("method", "What was measured", method.items(results)),
      { id = "environment", title = "Environment", folded = true,
         blocks = surroundings.blocks(results.manifest) },
      { id = "again", title = "Run it again", folded = true, blocks = surroundings.again(results, drawn) } }
end

local function sections_of(results, drawn, problems, skipped)
   local first, groups = chart_groups.of(drawn, results:finding())
   local sections = {}
   local function add(list)
      for _, section in ipairs(list) do
         sections[#sections + 1] = section or nil
      end
   end
   add { overview(first), result_section.of(results), counters.section(results),
      failures.section(results:failures()) or false, checks.section(results:checks()) or false,
      not_run(results), verdicts(results, drawn) }
   add(chart_sections(results, groups))
   add { undrawn(problems, skipped), fairness(results), list_section("steadiness", "Steadiness",
      report_notes.steadiness(results), warnings(results:steadiness())) }
   add(about_the_run(results, drawn))
   return sections
end

--- The document of results. drawn, problems, skipped: from charts.draw.
function document.of(results, drawn, problems, skipped)
   local found = summary_words.at_count(results:finding(), best.count_of_finding(results))
   return { title = results.manifest.experiment or "experiment", head = summary_words.head(results),
      finding = found, tiles = tiles.of(results), foot = page_words.foot(results),
      sections = sections_of(results, drawn, problems, skipped) }
end

return document
