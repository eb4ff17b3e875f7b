--- Verdicts in plain sentences: how each contender, at the worker count that the charts show, compares with
-- the reference, including the figures.

local cell_type = require "bakeoff.model.cell"
local finding = require "bakeoff.analysis.finding"
local select = require "bakeoff.model.select"
local result_table = require "bakeoff.report.result_table"
local wording = require "bakeoff.analysis.wording.cells"

local verdict_list = {}

-- A contender with a fixed worker count is named without it.
local function subject(cell) return select.is_fixed(cell) and cell.name or cell_type.with_workers(cell) end

local function open_sentence(results, cell)
   local versus = results:versus_reference(cell)
   return wording.open_loop(subject(cell), results:summary_of(cell), versus,
      versus and versus.ratio and (result_table.relative_figure(cell, versus)),
      results:errors_apart(cell))
end

-- The figure goes the way of the sentence: times as fast, or as long.
local function figure_of(cell, versus)
   local text, interval = result_table.relative_figure(cell, versus)
   if versus.verdict == "slower" then
      text, interval = result_table.ratio_figure(versus)
   end
   return { text = text, interval = interval }
end

local function sentence(results, cell, reference)
   local versus = cell ~= reference and results:versus_reference(cell) or nil
   local ratio = versus and versus.ratio and figure_of(cell, versus)
   return wording.closed_loop(subject(cell), results:summary_of(cell), versus, reference, ratio,
      cell == reference, results:errors_apart(cell))
end

--- The sentence about memory at the charts' worker count; nil if nothing is known.
function verdict_list.memory(results)
   local cells = select.at_one_count(results)
   for _, cell in ipairs(cells) do
      if results:summary_of(cell).footprint_peak_bytes then
         return finding.compare(results, cells, "footprint_peak_bytes")
      end
   end
end

--- The findings: on time, on memory, and what the other charts' titles say. drawn: from charts.draw.
function verdict_list.findings(results, drawn)
   local found, seen = {}, {}
   local function add(title)
      if title and not seen[title] then
         seen[title], found[#found + 1] = true, title .. "."
      end
   end
   add(results:finding())
   add(results:finding "speed")
   add(verdict_list.memory(results))
   for _, chart in ipairs(drawn) do
      add(chart.title)
   end
   return found
end

--- A sentence for each contender at the charts' worker count.
function verdict_list.sentences(results)
   local cells, workers = select.at_one_count(results)
   local reference = results:reference(workers) or results.cells[1]
      and results:reference(results.cells[1].workers)
   local found = {}
   for index, cell in ipairs(cells) do
      found[index] = select.is_open(cell) and open_sentence(results, cell)
         or sentence(results, cell, reference)
   end
   return found
end

--- The number of the table's cells that these sentences leave out.
function verdict_list.left_out(results) return #results.cells - #(select.at_one_count(results)) end

return verdict_list
