--- Values and claims about contenders that may be missing, because a program isn't installed. Text cells can
-- quote them anyway, and claims about them are left out. A label that the experiment never had is an error.

local values = {}

local NOT_RUN = "(not run)"

local function ran(results, label)
   if results:cell(label) then
      return true
   end
   for _, missing in ipairs(results.manifest.not_run or {}) do
      if missing.label == label then
         return false
      end
   end
   error(("the experiment %s has no contender '%s'"):format(results.manifest.experiment, label), 0)
end

local function all_ran(results, labels)
   local all = true
   for _, label in ipairs(labels) do
      all = ran(results, label) and all
   end
   return all
end

--- results:value, or a text that the contender wasn't run.
function values.value(results, label, workers, figure)
   return ran(results, label) and results:value(label, workers, figure) or NOT_RUN
end

--- results:ratio, or a text that one of the two wasn't run.
function values.ratio(results, a, b, workers, figure)
   return all_ran(results, { a, b }) and results:ratio(a, b, workers, figure) or NOT_RUN
end

--- The ratio as a share: "18.8 % [18.2, 19.6]".
function values.share(results, a, b, workers, figure)
   return all_ran(results, { a, b }) and results:ratio(a, b, workers, figure).percent or NOT_RUN
end

--- results:claim, if all contenders in `labels` ran.
function values.claim(results, labels, says, conditions)
   if all_ran(results, labels) then
      results:claim(says, conditions)
   end
end

return values
