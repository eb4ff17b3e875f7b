--- Runs gnuplot: without a shell, and tied to this process together with whatever it starts. It must say
-- something every few seconds. One that didn't is not started again: it would hang each time.

local core = require "bakeoff.core"

local gnuplot = {}

local SILENCE_S, LONGEST_S = 10, 60

local has_hung = false

--- Has it hung, so that it is not started again?
function gnuplot.has_hung() return has_hung end

--- how: arguments (a list), folder, input, silence (seconds without output), limit (seconds in all).
-- → core.command's result, with `hung` = a line if it was ended because it hung; or nil, a line, "gnuplot" if
-- it can't be started, or hung before.
function gnuplot.run(how)
   if has_hung then
      return nil, "gnuplot hung before and was not started again", "gnuplot"
   end
   local silence = how.silence or SILENCE_S
   local result, message, code = core.command { argv = { "gnuplot", table.unpack(how.arguments) },
      cwd = how.folder, input = how.input, silence = silence, timeout = how.limit or LONGEST_S,
      dies_with_us = true }
   if not result then
      return nil, code == "not_found" and "gnuplot is not installed (apt-get install gnuplot-nox)" or message,
         "gnuplot"
   elseif result.timed_out then
      has_hung = true
      result.hung = ("gnuplot hung: no progress within %g s"):format(silence)
   end
   return result
end

return gnuplot
