--- Verdicts in plain sentences: for each contender at the worker count that the charts show, how it compares
-- with the reference, with the figures beside.

local cell_type = require "bakeoff.model.cell"
local finding = require "bakeoff.analysis.finding"
local numbers = require "bakeoff.base.numbers"
local select = require "bakeoff.model.select"
local speed = require "bakeoff.charts.speed"
local result_table = require "bakeoff.report.result_table"

local verdict_list = {}

-- A contender with one worker count of its own needs none to be told.
local function subject(cell) return select.is_fixed(cell) and cell.name or cell_type.with_workers(cell) end

local function failed_text(summary)
   return "no trial succeeded" .. (summary.reasons[1] and (" (%s)"):format(summary.reasons[1]) or "")
end

local RELATIONS = {
   ["no difference shown"] = "no difference shown to %s",
   ["too few repeats"] = "too few repeats for a verdict",
}

local function relation(versus, reference)
   local known = RELATIONS[versus.verdict]
   if known then
      return known:format(reference.name)
   end
   local way = speed.versus_text(versus)
   return ("%s %s %s"):format(way, way:find "time$" and "than" or "as", reference.name)
end

-- "threads at 500/s with 8 workers: p50 2.11 ms, p99 366 ms, no difference shown at p99 (ratio …)"
local function open_sentence(results, cell)
   local summary, who = results:summary_of(cell), subject(cell)
   if not summary.latency_p99_s then
      return ("%s: %s."):format(who, failed_text(summary))
   end
   local text = ("%s: p50 %s, p99 %s"):format(who, numbers.format(summary.latency_p50_s.median, "time"),
      numbers.format(summary.latency_p99_s.median, "time"))
   local versus = results:versus_reference(cell)
   if not versus or not versus.ratio then
      return text .. (versus and "" or ", the reference of its rate") .. "."
   end
   return ("%s, %s at p99 (ratio %s)."):format(text, versus.verdict, (result_table.ratio_figure(versus)))
end

-- "event loop with 16 workers: 89.7 ms, 14 times as fast as sequential (ratio 0.073 [0.072, 0.075])"
local function sentence(results, cell, reference)
   local summary, who = results:summary_of(cell), subject(cell)
   if not summary.total_s then
      return ("%s: %s."):format(who, failed_text(summary))
   end
   local time = numbers.format(summary.total_s.median, "time")
   local versus = results:versus_reference(cell)
   if cell == reference or not versus or not versus.ratio then
      return ("%s: %s%s."):format(who, time, cell == reference and ", the reference" or "")
   end
   return ("%s: %s, %s (ratio %s)."):format(who, time, relation(versus, reference),
      (result_table.ratio_figure(versus)))
end

-- What is said of memory at the same count, where something is known.
local function memory_sentence(results, cells)
   for _, cell in ipairs(cells) do
      if results:summary_of(cell).footprint_peak_bytes then
         return finding.compare(results, cells, "footprint_peak_bytes")
      end
   end
end

--- The findings: on time, on memory, and what else the charts' titles say. drawn: of charts.draw.
function verdict_list.findings(results, drawn)
   local found, seen = {}, {}
   local function add(title)
      if title and not seen[title] then
         seen[title], found[#found + 1] = true, title .. "."
      end
   end
   add(results:finding())
   add(memory_sentence(results, (select.at_one_count(results))))
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

--- How many cells of the table these sentences leave out.
function verdict_list.left_out(results) return #results.cells - #(select.at_one_count(results)) end

return verdict_list
