--- What the line on trust is made of, on the terminal and in the documents.

local noise_report = require "bakeoff.report.noise"

local trust_facts = {}

-- How many good trials the cell with the fewest has, of those that have any (0: none has); and how many
-- trials failed.
local function count_trials(results)
   local least, failed = math.huge, 0
   for _, cell in ipairs(results.cells) do
      local s = results:summary_of(cell)
      local good = s.trials - s.failed_trials
      least, failed = good > 0 and math.min(least, good) or least, failed + s.failed_trials
   end
   return least < math.huge and least or 0, failed
end

--- The facts that wording/summary.lua puts into words: { noise, trust, warnings, repeats, failed }.
function trust_facts.of(results)
   local repeats, failed = count_trials(results)
   return { noise = noise_report.summary(results:rows()), trust = results:trust(),
      warnings = #results:audit() + #results:steadiness(), repeats = repeats, failed = failed }
end

return trust_facts
