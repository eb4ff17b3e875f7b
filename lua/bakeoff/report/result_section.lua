--- The section with the table of results: the best cell of each contender, and behind it every cell with
-- every figure.

local best = require "bakeoff.analysis.best"
local command_report = require "bakeoff.report.programs"
local lateness = require "bakeoff.analysis.lateness"
local numbers = require "bakeoff.base.numbers"
local result_table = require "bakeoff.report.result_table"
local summary_words = require "bakeoff.analysis.wording.summary"
local text = require "bakeoff.base.text"

local result_section = {}

--- The whole table; for programs alone only what is seen from outside. list: cells in another order than the
-- results' own. → columns, rows, key columns
function result_section.rows(results, list)
   local is_of_programs = command_report.is_for(results)
   local columns, rows = (is_of_programs and command_report or result_table).rows(results, list)
   return columns, rows, is_of_programs and 1 or 2
end

--- The sentences with full stops, in the same list.
function result_section.with_stops(sentences)
   for index, sentence in ipairs(sentences) do
      sentences[index] = sentence .. "."
   end
   return sentences
end

local function memory_items(results)
   local items = command_report.memory_lines(results)
   for index, line in ipairs(items) do
      items[index] = text.capital(line)
   end
   return result_section.with_stops(items)
end

-- The table of all cells, and what must be said about them.
local function all_blocks(results)
   local columns, rows, keys = result_section.rows(results)
   local blocks = { { kind = "table", columns = columns, rows = rows, keys = keys, title = "Every cell" } }
   local late = result_section.with_stops(lateness.sentences(results))
   for _, items in ipairs { command_report.is_for(results) and memory_items(results) or {}, late } do
      blocks[#blocks + 1] = #items > 0 and { kind = "list", items = items } or nil
   end
   return blocks
end

-- The rows of the short table; those that are tied in front have a mark, and the legend says so.
local function best_blocks(results, found, ranking)
   local cells, is_tied = {}, false
   for index, row in ipairs(found) do
      cells[index] = row.cell
   end
   local columns, rows = result_table.rows(results, cells, true)
   for index, row in ipairs(found) do
      if row.tied then
         rows[index][1], is_tied = summary_words.marked(row.cell.name), true
      end
   end
   local legend = summary_words.legend(is_tied, ranking, {})
   return { { kind = "table", columns = columns, rows = rows, keys = 2, title = "Best of each contender" },
      legend and { kind = "text", text = legend .. "." } or nil }
end

--- The section. Programs have one cell each, so for them every cell is the best one.
function result_section.of(results)
   if command_report.is_for(results) or #results.cells == 1 then
      return { id = "results", title = "Results", blocks = all_blocks(results) }
   end
   local found, ranking = best.of(results)
   local blocks = best_blocks(results, found, ranking)
   blocks[#blocks + 1] = { kind = "folded", blocks = all_blocks(results),
      title = #results.cells > #found and ("All %s"):format(numbers.plural(#results.cells, "cell"))
         or "All figures" }
   return { id = "results", title = "Best of each contender", blocks = blocks }
end

return result_section
