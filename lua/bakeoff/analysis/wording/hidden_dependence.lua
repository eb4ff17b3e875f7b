--- What intervals presume, and which differences depend on it: a line in the report, and on the terminal if
-- there are such differences.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"

local hidden_dependence = {}

local PRESUMED = "Intervals presume trials that do not depend on the ones before them."
local MOST_NAMED = 4

local function hidden_text(found)
   local trials = numbers.plural(found.trials, "trial")
   if not found.correlation then
      return ("With %s, no dependence can be noticed. If it were strong"):format(trials)
   end
   return ("With %s, a lag-1 correlation of %.2f goes unnoticed more often than not. If it were there")
      :format(trials, found.correlation)
end

local function names_of(cells)
   local names = {}
   for index = 1, math.min(#cells, MOST_NAMED) do
      names[index] = cell_type.short(cells[index])
   end
   if #cells > MOST_NAMED then
      names[#names + 1] = ("%d more"):format(#cells - MOST_NAMED)
   end
   return numbers.list(names)
end

-- What the table would show with intervals that are wide enough.
local function outcome(found)
   local doubtful, all = #found.doubtful, found.differences
   if all == 0 then
      return ""
   elseif doubtful == 0 then
      return all == 1 and "; the difference in the table would still be shown"
         or ("; all %d differences in the table would still be shown"):format(all)
   end
   return (", and %s in the table would not be shown: %s"):format(all == 1 and "the difference"
      or ("%d of the %d differences"):format(doubtful, all), names_of(found.doubtful))
end

--- Three sentences with full stops. found: from analysis/hidden_dependence.lua.
function hidden_dependence.text(found)
   return ("%s %s, intervals would have to be %s as wide%s."):format(PRESUMED, hidden_text(found),
      numbers.times(found.factor), outcome(found))
end

return hidden_dependence
