--- Time and memory together: which contender is fastest, which is smallest, and what that costs in the other
-- metric. Title of the chart `quadrant`. Where it isn't shown that one beats all others, the title only says
-- whose median is the least, which is true of any run, or which are the same.

local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local quadrant = {}

-- shown → lead
local FIRST = { [true] = "Fastest", [false] = "Shortest median time" }
local SECOND = { [true] = "least memory", [false] = "smallest median footprint" }

local function figures(entry)
   return ("%s, %s"):format(numbers.format(entry.time, "time"), numbers.format(entry.size, "size"))
end

local MOST_NAMED = 3

-- Of several that are the same, none is named as the one in front.
local function phrase(lead, one)
   if #one.alike == 1 then
      return ("%s: %s (%s)"):format(lead, one.entry.name, figures(one.entry))
   end
   local who = #one.alike <= MOST_NAMED and numbers.list(phrases.names(one.alike))
      or (#one.alike == one.count and "all %d points" or "%d points"):format(#one.alike)
   return ("%s: %s, %s (%s)"):format(lead, who, phrases.same(one.margin),
      numbers.format(one.entry[one.field], one.field))
end

local function of_one(entry, shown)
   local form = shown and "%s %s fastest and smallest (%s)" or "%s %s first in median time and footprint (%s)"
   return phrases.capital(form:format(entry.name, phrases.is(entry.cell), figures(entry)), { entry.cell })
end

--- found: from analysis/quadrant.lua; nil if there are fewer than two entries.
function quadrant.sentence(found)
   if not found then
      return phrases.NOTHING
   end
   local time, size = found.time, found.size
   if time.entry == size.entry and #time.alike + #size.alike == 2 then
      return of_one(time.entry, time.shown and size.shown) .. phrases.but_errors { time.entry }
   end
   local front = { time.entry, size.entry ~= time.entry and size.entry or nil }
   return ("%s; %s%s"):format(phrase(FIRST[time.shown], time),
      phrase(SECOND[size.shown], size), phrases.but_errors(front))
end

return quadrant
