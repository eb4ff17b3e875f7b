--- How the audit joins its findings, and words the range of a cell's trials.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"

local words = {}

local MOST_NAMED = 4

-- "a; b; c; d and 3 more cells"
local function join(parts)
   if #parts <= MOST_NAMED then
      return table.concat(parts, "; ")
   end
   local named = table.concat(parts, "; ", 1, MOST_NAMED)
   return ("%s; and %s more"):format(named, numbers.plural(#parts - MOST_NAMED, "cell"))
end

--- "start: part; part; …", or nil if there are no parts.
function words.sentence(parts, start)
   return #parts > 0 and start .. ": " .. join(parts) or nil
end

--- Smallest and largest value of read(trial) over a cell's successful trials; nil if none has a value.
function words.range(cell, read)
   local low, high
   for _, trial in ipairs(cell_type.good(cell)) do
      local value = read(trial)
      if value then
         low, high = math.min(low or value, value), math.max(high or value, value)
      end
   end
   return low, high
end

--- A whole number as text.
function words.count(value) return numbers.whole(value) end

--- A rate: "487/s", "4.7/s".
function words.rate(value)
   return (value >= 100 and numbers.whole(value) or numbers.significant(value, 3)) .. "/s"
end

--- "3" or "3 to 5"
function words.range_text(low, high)
   return low == high and words.count(low)
      or ("%s to %s"):format(words.count(low), words.count(high))
end

return words
