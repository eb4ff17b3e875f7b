--- Whether the verdicts stay the same without the noisy trials: a line on the terminal and in the report.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local verdict = require "bakeoff.model.verdict"

local trust = {}

local MOST_NAMED = 4

local function change_text(one)
   return ("%s against %s, %s becomes %s"):format(cell_type.described(one.a), cell_type.described(one.b),
      verdict.text(one.from, one.margin), verdict.text(one.to, one.margin))
end

local function changes_text(changed)
   local parts = {}
   for index = 1, math.min(#changed, MOST_NAMED) do
      parts[index] = change_text(changed[index])
   end
   if #changed > MOST_NAMED then
      parts[#parts + 1] = ("and %d more"):format(#changed - MOST_NAMED)
   end
   return table.concat(parts, "; ")
end

-- Those that became another verdict, and the number of those for which too few trials are left.
local function split(changed)
   local differing, lost = {}, 0
   for _, one in ipairs(changed) do
      if one.to == "too_few_repeats" then
         lost = lost + 1
      else
         differing[#differing + 1] = one
      end
   end
   return differing, lost
end

-- "the verdict is the same", "the other verdicts are the same"; nil if there is none.
local function same_text(count, all)
   local other = count < all and "other " or ""
   return count > 0 and (count == 1 and ("the %sverdict is the same"):format(other)
      or ("the %sverdicts are the same"):format(other)) or nil
end

-- "the verdict", "3 of 8 verdicts"
local function share_text(count, all)
   return all == 1 and "the verdict" or ("%d of %d verdicts"):format(count, all)
end

local function differing_text(differing, all)
   return ("%s %s: %s"):format(share_text(#differing, all), #differing == 1 and "differs" or "differ",
      changes_text(differing))
end

--- One sentence with a full stop. found: from analysis/trust.lua.
function trust.sentence(found)
   local differing, lost = split(found.changed)
   local parts = {}
   if #differing > 0 then
      parts[1] = differing_text(differing, found.verdicts)
   end
   if lost > 0 then
      parts[#parts + 1] = "too few repeats are left for " .. (lost == found.verdicts and "any verdict"
         or share_text(lost, found.verdicts))
   end
   if #differing == 0 then
      parts[#parts + 1] = same_text(found.verdicts - lost, found.verdicts)
   end
   local trials = numbers.plural(found.noisy, "noisy trial")
   return ("Without the %s, %s."):format(trials, table.concat(parts, "; "))
end

return trust
