--- How many trials a chart's medians come from, and whether they have intervals: for its subtitle.

local numbers = require "bakeoff.base.numbers"
local stats = require "bakeoff.stats"

local repeats = {}

local FORMS = { medians = "median of %s trials", ratios = "median ratio of %s blocks" }

--- What follows "95 % interval" if one was widened, which may then reach beyond its trials.
repeats.WIDE = ", widened for autocorrelation"

--- "median of 10 trials, 95 % interval", or why there is no interval. least, most: successful trials of the
-- cells that have any; nil if none has. form: "medians" (the default) or "ratios"; plain: omits the interval.
function repeats.sentence(least, most, form, plain)
   if not most then
      return "no trial succeeded"
   elseif most == 1 then
      return "one trial each"
   end
   local count = least == most and numbers.whole(most) or ("%s to %s"):format(numbers.whole(least),
      numbers.whole(most))
   local words = FORMS[form or "medians"]:format(count)
   if plain then
      return words
   end
   return words .. (most < stats.FEWEST and ", too few for an interval" or ", 95 % interval")
end

return repeats
