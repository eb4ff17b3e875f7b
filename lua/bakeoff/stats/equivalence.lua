--- Are two cells the same within a margin? Two one-sided tests: each rejects that the centre of the ratios'
-- logarithms lies at or beyond one end of the margin; both must.
--
-- Source: Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for assessing
-- the equivalence of average bioavailability", Journal of Pharmacokinetics and Biopharmaceutics 15 (1987);
-- here with the trimmed means that differences are tested with (trimmed.lua).

local trimmed = require "bakeoff.stats.trimmed"

local equivalence = {}

--- P value of "the centre of these ratios lies outside 1 / (1 + margin) … 1 + margin"; 1 if a ratio is not
-- positive, or if there are too few. widened: as in trimmed.test.
function equivalence.p(ratios, margin, widened)
   local end_of_margin, logarithms = math.log(1 + margin), {}
   for index, ratio in ipairs(ratios) do
      if ratio <= 0 then
         return 1.0
      end
      logarithms[index] = math.log(ratio)
   end
   local below, above = trimmed.test_between(logarithms, -end_of_margin, end_of_margin, widened)
   return below and math.max(below, above) or 1.0
end

return equivalence
