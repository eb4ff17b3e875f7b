--- What got worse between two runs, and where that can't be ruled out.

local numbers = require "bakeoff.base.numbers"

local regressions = { ALL_FAILED = "every trial now fails", NO_FIGURE = "no figure in A or B",
   NOT_IN_B = "not in B", MORE_FAILED = "more trials fail than in A" }

local MOST_NAMED = 4

--- The end of an interval that lies beyond the noise: "up to 1.05×", "down to 0.94×".
function regressions.up_to(ratio) return ("up to %s×"):format(numbers.plain(ratio)) end

function regressions.down_to(ratio) return ("down to %s×"):format(numbers.plain(ratio)) end

--- "31 % of jobs fail now"; with the share of the baseline: "31 % of jobs fail, 2 % before".
function regressions.jobs_fail(share, before)
   if before then
      return ("%s of jobs fail, %s before"):format(numbers.percent(share, 2), numbers.percent(before, 2))
   end
   return numbers.percent(share, 2) .. " of jobs fail now"
end

local function some(texts)
   local named = table.concat(texts, "; ", 1, math.min(#texts, MOST_NAMED))
   return #texts <= MOST_NAMED and named or ("%s; and %d more"):format(named, #texts - MOST_NAMED)
end

-- "One regression beyond 3 %: …", "No regression beyond 3 % is shown"
local function of_worse(worse, beyond)
   if #worse == 0 then
      return ("No regression beyond %s is shown"):format(beyond)
   end
   return ("%s beyond %s: %s"):format(#worse == 1 and "One regression" or #worse .. " regressions",
      beyond, table.concat(worse, "; "))
end

--- "No regression beyond 3 %.", or all regressions and what leaves one open. worse, open: lists of texts;
-- noise: a share.
function regressions.sentence(worse, open, noise)
   local beyond = numbers.percent(noise, 3)
   if #worse == 0 and #open == 0 then
      return ("No regression beyond %s."):format(beyond)
   elseif #open == 0 then
      return of_worse(worse, beyond) .. "."
   end
   return ("%s. %s can't rule %s out: %s."):format(of_worse(worse, beyond), numbers.plural(#open, "check"),
      #worse == 0 and "one" or "another", some(open))
end

return regressions
