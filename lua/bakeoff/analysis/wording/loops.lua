--- The same contenders in closed and in open loops: title of the chart `latency` where a run has both. Closed
-- and open loops can't be ranked together, so this only tells the figures of both.

local numbers = require "bakeoff.base.numbers"

local loops = {}

local function range_of(values)
   table.sort(values)
   return numbers.range(values[1], values[#values], "time")
end

local function name_of_rates(rates)
   table.sort(rates)
   return rates[1] == rates[#rates] and ("at %s/s"):format(numbers.significant(rates[1], 4))
      or "at fixed rates"
end

--- "366 ms at 500/s". found: from analysis/both_loops.lua.
function loops.of_open(found) return ("%s %s"):format(range_of(found.open), name_of_rates(found.rates)) end

--- "A 400 ms stall: p99 is 2.38 to 2.43 ms in closed loops, 366 ms at 500/s".
function loops.sentence(found)
   local about = found.stall and ("A %s stall: p99"):format(numbers.format(found.stall, "time")) or "P99"
   return ("%s is %s in %s, %s"):format(about, range_of(found.closed),
      #found.closed == 1 and "the closed loop" or "closed loops", loops.of_open(found))
end

--- Beside the line that marks how long the server stalled.
function loops.stall(seconds) return ("the stall: %s"):format(numbers.format(seconds, "time")) end

return loops
