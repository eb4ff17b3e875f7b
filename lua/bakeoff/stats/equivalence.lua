--- Are two cells the same within a margin? Two one-sided tests: each rejects that the centre of the ratios'
-- logarithms lies at or beyond one end of the margin; both must.
--
-- Source: Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for assessing
-- the equivalence of average bioavailability", Journal of Pharmacokinetics and Biopharmaceutics 15 (1987);
-- here with the trimmed means that differences are tested with (trimmed.lua).

local trimmed = require "bakeoff.stats.trimmed"

local equivalence = {}

-- P value of "the centre is at most zero". test: of trimmed.lua, or nil.
local function one_sided(test)
   if not test then
      return 1.0
   end
   return test.t > 0 and test.p / 2 or 1 - test.p / 2
end

-- Logarithms of values, each moved by `distance`; nil if a value has none.
local function logarithms(values, distance)
   local list = {}
   for index, value in ipairs(values) do
      if value <= 0 then
         return nil
      end
      list[index] = math.log(value) + distance
   end
   return list
end

--- P value of "the centre of these ratios lies outside 1 / (1 + margin) … 1 + margin"; 1 if a ratio is not
-- positive, or if there are too few. widened: as in trimmed.test.
function equivalence.p(ratios, margin, widened)
   local end_of_margin, logs = math.log(1 + margin), logarithms(ratios, 0)
   local below, above
   if logs then
      below, above = trimmed.test_between(logs, -end_of_margin, end_of_margin, widened)
   end
   return below and math.max(below, above) or 1.0
end

--- The same for two sets without common blocks: the ratio of their centres. widened_a, widened_b: as in
-- trimmed.test_two.
function equivalence.p_two(a, b, margin, widened_a, widened_b)
   local end_of_margin, logs_a = math.log(1 + margin), logarithms(a, 0)
   local up, down = logarithms(b, end_of_margin), logarithms(b, -end_of_margin)
   if not (logs_a and up) then
      return 1.0
   end
   return math.max(one_sided(trimmed.test_two(up, logs_a, widened_b, widened_a)),
      one_sided(trimmed.test_two(logs_a, down, widened_a, widened_b)))
end

return equivalence
