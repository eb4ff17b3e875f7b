--- Runs whose contenders all ran both in a closed loop and at a fixed rate: what the first hides of the
-- latencies is their finding. The two can't be ranked together, so only the figures of both are told.

local failed_jobs = require "bakeoff.model.failures"
local failure_words = require "bakeoff.analysis.wording.failures"
local select = require "bakeoff.model.select"
local words = require "bakeoff.analysis.wording.loops"

local both_loops = {}

--- How long the server stalled in every trial, in seconds; nil if it didn't.
function both_loops.stall_of(results)
   local server = results.manifest.server
   local seconds = type(server) == "table" and tonumber(server.stall_s)
   return seconds and seconds > 0 and seconds or nil
end

local function ran_both_ways(cells)
   local closed, open = {}, {}
   for _, cell in ipairs(cells) do
      (select.is_open(cell) and open or closed)[cell.contender] = true
   end
   for _, cell in ipairs(cells) do
      if not (closed[cell.contender] and open[cell.contender]) then
         return false
      end
   end
   return #cells > 0
end

--- The p99 of cells in seconds: { closed = list, open = list, rates = of the open ones, per second, stall =
-- seconds or nil }; nil if not every contender ran both ways, or if a p99 is missing.
function both_loops.of(results, cells)
   local closed, open, rates = {}, {}, {}
   for _, cell in ipairs(ran_both_ways(cells) and cells or {}) do
      local p99, is_open = results:summary_of(cell).latency_p99_s, select.is_open(cell)
      table.insert(is_open and open or closed, p99 and p99.median)
      rates[#rates + 1] = is_open and cell.rate or nil
   end
   return #closed > 0 and #open == #rates and #closed + #open == #cells
      and { closed = closed, open = open, rates = rates, stall = both_loops.stall_of(results) } or nil
end

--- One sentence about them, or nil.
function both_loops.sentence(results, cells)
   local found = both_loops.of(results, cells)
   return found and words.sentence(found) .. failure_words.beside(failed_jobs.counts(results.cells)) or nil
end

return both_loops
