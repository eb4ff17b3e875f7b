--- Time and memory together: who is fastest, who is smallest, and what that costs in the other. Title of the
-- chart `quadrant`.

local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local quadrant = {}

local MOST_NAMED = 2

local function figures(entry)
   return ("%s, %s"):format(numbers.format(entry.time, "time"), numbers.format(entry.size, "size"))
end

local function tied_with(list, where)
   return ("tied %swith %s"):format(where, phrases.some_names(list, MOST_NAMED))
end

local function phrase(lead, found)
   local tie = #found.tied > 0 and ", " .. tied_with(found.tied, "") or ""
   return ("%s: %s (%s)%s"):format(lead, found.leader.name, figures(found.leader), tie)
end

local function of_one(one, time, size)
   local words = ("%s %s fastest and smallest (%s)"):format(one.name, phrases.is(one.cell), figures(one))
   local ties = {}
   ties[1] = #time > 0 and tied_with(time, "in time ") or nil
   ties[#ties + 1] = #size > 0 and tied_with(size, "in memory ") or nil
   return words .. (#ties > 0 and ", " .. numbers.list(ties) or "")
end

--- found: of analysis/quadrant.lua; nil where there are no two entries.
function quadrant.sentence(found)
   if not found then
      return phrases.NOTHING
   elseif not found.tested then
      return phrases.capital(phrases.TOO_FEW .. " on time and memory")
   elseif found.both then
      return phrases.capital(of_one(found.both, found.both_tied.time, found.both_tied.size),
         { found.both.cell })
   end
   return phrase("Fastest", found.time) .. "; " .. phrase("least memory", found.size)
end

return quadrant
