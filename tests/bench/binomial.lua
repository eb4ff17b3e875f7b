--- The interval of a share: the exact one of Clopper and Pearson, "The use of confidence or fiducial limits
-- illustrated in the case of the binomial", Biometrika 26(4), 1934.

local binomial = {}

local LEVEL, STEPS = 0.95, 60

-- P(X <= found) of `count` draws with probability p. Each term is computed from the one before, in
-- logarithms.
local function at_most(found, count, p)
   local term = count * math.log(1 - p)
   local sum = math.exp(term)
   for k = 1, found do
      term = term + math.log((count - k + 1) / k) + math.log(p / (1 - p))
      sum = sum + math.exp(term)
   end
   return sum
end

-- The p between 0 and 1 at which a decreasing function crosses `level`.
local function solve(falling, level)
   local low, high = 0.0, 1.0
   for _ = 1, STEPS do
      local middle = (low + high) / 2
      if falling(middle) > level then
         low = middle
      else
         high = middle
      end
   end
   return (low + high) / 2
end

--- 95 % interval of the probability, given `found` of `count` in a sample: low, high, between 0 and 1.
function binomial.interval(found, count)
   local tail = (1 - LEVEL) / 2
   local low = found == 0 and 0.0
      or solve(function(p) return at_most(found - 1, count, p) end, 1 - tail)
   local high = found == count and 1.0 or solve(function(p) return at_most(found, count, p) end, tail)
   return low, high
end

return binomial
