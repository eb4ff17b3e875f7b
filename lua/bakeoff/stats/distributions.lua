--- Distribution functions that the tests and intervals need.
--
-- Sources: normal, Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11(4),
-- 2004, and for the tail the continued fraction 26.2.14 of Abramowitz and Stegun, "Handbook of mathematical
-- functions" (1964); Student's t, 26.7.3 and 26.7.4 of the same, and for the tail 26.5.27 with the series
-- 15.1.1 in 6.6.8.

local distributions = {}

local TAIL_FROM = 4 -- beyond this, the series would cancel all digits of the tail

local function density(z) return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) end

-- P(Z > z) for z >= TAIL_FROM.
local function normal_tail(z)
   local fraction = z
   for k = 60, 1, -1 do
      fraction = z + k / fraction
   end
   return density(z) / fraction
end

--- P(Z <= z) of the standard normal distribution.
function distributions.normal(z)
   if z > TAIL_FROM then
      return 1 - normal_tail(z)
   elseif z < -TAIL_FROM then
      return normal_tail(-z)
   end
   local term, sum, k = z, 0.0, 1
   while sum + term ~= sum do
      sum, k = sum + term, k + 2
      term = term * z * z / k
   end
   return 0.5 + sum * density(z)
end

--- The z for which P(Z <= z) is p; 0 < p < 1. Newton's method from 0 outwards; the curvature prevents
-- overshooting.
function distributions.normal_quantile(p)
   local tail, z = math.min(p, 1 - p), 0.0
   for _ = 1, 200 do
      local step = (distributions.normal(-z) - tail) / density(z)
      z = z + step
      if step <= 1e-15 * (1 + z) then
         break
      end
   end
   return p < 0.5 and -z or z
end

-- sum of 1 + c1 cos² + c1 c2 cos⁴ + …, `terms` terms; factor(i) = c_i
local function cosine_series(square, terms, factor)
   local term, sum = 1.0, terms > 0 and 1.0 or 0.0
   for i = 1, terms - 1 do
      term = term * factor(i) * square
      sum = sum + term
   end
   return sum
end

-- P(|T| >= |t|) for t² above the degrees of freedom, as an incomplete beta function of x = freedom / (freedom
-- + t²) with parameters freedom / 2 and 1 / 2. All terms are positive, so no digits of a tiny p cancel.
local function student_tail(t, freedom)
   local half, x = freedom / 2, freedom / (freedom + t * t)
   local a = freedom % 2 == 1 and 0.5 or 1.0
   local beta = freedom % 2 == 1 and math.pi or 2.0 -- B (a, 1 / 2)
   while a < half do
      beta, a = beta * a / (a + 0.5), a + 1
   end
   local term, sum, k = 1.0, 1 / half, 0
   repeat
      k = k + 1
      term = term * (k - 0.5) / k * x
      sum = sum + term / (half + k)
   until term <= 1e-17 * sum
   return x ^ half / beta * sum
end

--- P(|T| >= |t|) of Student's t with a whole number of degrees of freedom.
function distributions.student_two_sided(t, freedom)
   if t * t > freedom then
      return student_tail(t, freedom)
   end
   local angle = math.atan(math.abs(t) / math.sqrt(freedom))
   local sine, cosine = math.sin(angle), math.cos(angle)
   local inside
   if freedom % 2 == 1 then
      local series = cosine_series(cosine ^ 2, (freedom - 1) // 2,
         function(i) return 2 * i / (2 * i + 1) end)
      inside = 2 / math.pi * (angle + sine * cosine * series)
   else
      inside = sine * cosine_series(cosine ^ 2, freedom // 2,
         function(i) return (2 * i - 1) / (2 * i) end)
   end
   return math.max(1 - inside, 0)
end

--- P(X >= at_least) where `drawn` of `total` are drawn without replacement and `marked` of all are marked
-- (the hypergeometric tail: Fisher's exact test, one-sided).
function distributions.hypergeometric_tail(at_least, drawn, marked, total)
   local first = math.max(0, drawn + marked - total)
   local last = math.min(drawn, marked)
   local weight, sum, tail = 1.0, 0.0, 0.0
   for k = first, last do
      sum = sum + weight
      tail = k >= at_least and tail + weight or tail
      weight = weight * (marked - k) * (drawn - k) / ((k + 1) * (total - marked - drawn + k + 1))
   end
   return tail / sum
end

return distributions
