--- The words for the outcome of a claim.

local claim_words = {}

local WORDS = { held = "held", not_shown = "not shown", refuted = "refuted" }

--- "held", "not shown" or "refuted".
function claim_words.word(outcome) return WORDS[outcome.verdict] end

--- "3 claims: 2 held, 1 refuted"; nil without claims
function claim_words.counts(claims)
   local parts = {}
   for _, verdict in ipairs { "held", "not_shown", "refuted" } do
      local count = 0
      for _, outcome in ipairs(claims) do
         count = count + (outcome.verdict == verdict and 1 or 0)
      end
      parts[#parts + 1] = count > 0 and ("%d %s"):format(count, WORDS[verdict]) or nil
   end
   if #claims > 0 then
      return ("%d claim%s: %s"):format(#claims, #claims == 1 and "" or "s", table.concat(parts, ", "))
   end
end

return claim_words
