--- What got worse between two runs.

local numbers = require "bakeoff.base.numbers"

local regressions = { ALL_FAILED = "every trial now fails" }

--- "No regression beyond 3 %.", or all regressions. worse: list of texts, one per regression; noise: a share.
function regressions.sentence(worse, noise)
   local beyond = numbers.percent(noise, 3)
   if #worse == 0 then
      return ("No regression beyond %s."):format(beyond)
   end
   return ("%s beyond %s: %s."):format(#worse == 1 and "One regression" or #worse .. " regressions",
      beyond, table.concat(worse, "; "))
end

return regressions
