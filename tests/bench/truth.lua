--- Target: compares a program's time and memory as reported by `bakeoff exec` with the truth and with other
-- tools.

local memory = require "truth_memory"
local time = require "truth_time"

local bench = {}

function bench.truth(settings, keep)
   local lines, times = time.measure(settings, keep)
   local more, peaks = memory.measure(settings, keep)
   return table.move(more, 1, #more, #lines + 1, lines), times .. "\n\n" .. peaks
end

return bench
