--- Target: compares a program's time and memory as reported by `bakeoff exec` with the truth and with other
-- tools.

local memory = require "truth_memory"
local peaks = require "truth_peaks"
local time = require "truth_time"

local bench = {}

function bench.truth(settings, keep)
   local lines, times = time.measure(settings, keep)
   local texts = { times }
   for _, part in ipairs { memory, peaks } do
      local more, words = part.measure(settings, keep)
      table.move(more, 1, #more, #lines + 1, lines)
      texts[#texts + 1] = words
   end
   return lines, table.concat(texts, "\n\n")
end

return bench
