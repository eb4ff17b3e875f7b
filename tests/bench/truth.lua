--- Targets: compare a program's time (`truth`), memory (`truth`) and hard-to-see peaks (`peaks`), as reported
-- by `bakeoff exec`, with the truth and with other tools.

local memory = require "truth_memory"
local peaks = require "truth_peaks"
local time = require "truth_time"

local bench = {}

function bench.truth(settings, keep)
   local lines, times = time.measure(settings, keep)
   local more, memories = memory.measure(settings, keep)
   table.move(more, 1, #more, #lines + 1, lines)
   return lines, times .. "\n\n" .. memories
end

bench.peaks = peaks.measure

return bench
