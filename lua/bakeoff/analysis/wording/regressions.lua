--- What got worse between two runs, and where that can't be ruled out.

local numbers = require "bakeoff.base.numbers"

local regressions = { ALL_FAILED = "every trial now fails", NO_FIGURE = "no figure in A or B",
   NOT_IN_B = "not in B", MORE_FAILED = "more trials fail than in A" }

local MOST_NAMED = 4

--- A ratio of two runs: "1.31"; three decimals near 1, where the limit lies ("1.034").
function regressions.ratio(value)
   return value > 0.9 and value < 1.1 and ("%.3f"):format(value) or numbers.plain(value)
end

--- The interval of a ratio of two runs: "[1.28, 1.35]"; nil if it has no width.
function regressions.span(low, high)
   local first, last = regressions.ratio(low), regressions.ratio(high)
   if first ~= last then
      return ("[%s, %s]"):format(first, last)
   end
   return (numbers.span(low, high))
end

--- The end of an interval that lies beyond the noise: "up to 1.052×", "down to 0.94×".
function regressions.up_to(ratio) return ("up to %s×"):format(regressions.ratio(ratio)) end

function regressions.down_to(ratio) return ("down to %s×"):format(regressions.ratio(ratio)) end

--- "31 % of jobs fail now"; with the share of the baseline: "31 % of jobs fail, 2 % before".
function regressions.jobs_fail(share, before)
   if before then
      return ("%s of jobs fail, %s before"):format(numbers.percent(share, 2), numbers.percent(before, 2))
   end
   return numbers.percent(share, 2) .. " of jobs fail now"
end

--- ", but 50 % of jobs failed in B", to follow a row's verdict; "" if no job failed. row: errors_a, errors_b.
function regressions.but_jobs_failed(row)
   local in_a, in_b = numbers.percent(row.errors_a, 2), numbers.percent(row.errors_b, 2)
   if row.errors_a == 0 and row.errors_b == 0 then
      return ""
   elseif in_a == in_b then
      return (", but %s of jobs failed in A and in B"):format(in_a)
   elseif row.errors_a == 0 or row.errors_b == 0 then
      return (", but %s of jobs failed in %s"):format(row.errors_a > 0 and in_a or in_b,
         row.errors_a > 0 and "A" or "B")
   end
   return (", but %s of jobs failed in A, %s in B"):format(in_a, in_b)
end

--- Why medians that pass leave a regression open: "1.50× by means".
function regressions.by_means(ratio) return ("%s× by means"):format(numbers.plain(ratio)) end

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
