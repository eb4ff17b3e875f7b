--- Values of conditions in words: "2.00 s [1.96, 2.04]".

local numbers = require "bakeoff.base.numbers"

local words = {}

local BARE = { count = "%.9g" }

--- A value of a kind (gate/parser.lua).
function words.value(value, kind)
   if kind == "rate" then
      return numbers.plain(value) .. "/s"
   elseif kind == "time" or kind == "size" then
      return numbers.format(value, kind)
   end
   return (BARE[kind] or "%.4g"):format(value)
end

--- A range of a kind: the value, and its interval if it has one of some width.
function words.range(one, kind)
   local is_bounded = math.abs(one.low) < math.huge and math.abs(one.high) < math.huge
   if one.low == one.high or not is_bounded then
      return words.value(one.value, kind)
   end
   local known = (kind == "time" or kind == "size") and kind or "count"
   return numbers.interval({ median = one.value, low = one.low, high = one.high }, known)
      .. (kind == "rate" and " /s" or "")
end

return words
