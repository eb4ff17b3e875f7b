--- What the line on trust is made of, on the terminal and in the documents.

local noise_report = require "bakeoff.report.noise"

local trust_facts = {}

-- How many good trials the cell with the fewest has.
local function fewest_trials(results)
   local least = math.huge
   for _, cell in ipairs(results.cells) do
      local s = results:summary_of(cell)
      least = math.min(least, s.trials - s.failed_trials)
   end
   return least
end

--- The facts that wording/summary.lua puts into words: { noise, trust, warnings, repeats }.
function trust_facts.of(results)
   return { noise = noise_report.summary(results:rows()), trust = results:trust(),
      warnings = #results:audit() + #results:steadiness(), repeats = fewest_trials(results) }
end

return trust_facts
