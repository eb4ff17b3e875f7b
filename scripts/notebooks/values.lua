--- Values and claims about contenders that may be missing, because a program isn't installed. Text cells can
-- quote them anyway, and claims about them are left out.

local values = {}

local NOT_RUN = "(not run)"

local function all_ran(results, labels)
   for _, label in ipairs(labels) do
      if not results:cell(label) then
         return false
      end
   end
   return true
end

--- results:value, or a text that the contender wasn't run.
function values.value(results, label, workers, figure)
   return all_ran(results, { label }) and results:value(label, workers, figure) or NOT_RUN
end

--- results:ratio, or a text that one of the two wasn't run.
function values.ratio(results, a, b, workers, figure)
   return all_ran(results, { a, b }) and results:ratio(a, b, workers, figure) or NOT_RUN
end

--- results:claim, if all contenders in `labels` ran.
function values.claim(results, labels, says, conditions)
   if all_ran(results, labels) then
      results:claim(says, conditions)
   end
end

return values
