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

--- One sentence with a full stop. found: from analysis/trust.lua.
function trust.sentence(found)
   local start = "Without the " .. numbers.plural(found.noisy, "noisy trial")
   if #found.changed == 0 then
      return start .. (found.verdicts == 1 and ", the verdict is the same." or ", the verdicts are the same.")
   end
   return ("%s, %d of %s %s: %s."):format(start, #found.changed, numbers.plural(found.verdicts, "verdict"),
      #found.changed == 1 and "differs" or "differ", changes_text(found.changed))
end

return trust
