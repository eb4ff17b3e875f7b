--- The interval of a median, from order statistics.
--
-- The interval from the d-th smallest to the d-th largest of n values contains the median of their
-- distribution with a probability that depends on n and d only: 1 - 2 P(B < d), where B is binomial (n, 1/2).
-- It is never exactly 95 %, so the interval lies between the one with the next larger and the one with the
-- next smaller probability. Nothing is drawn at random, and the ends are among the values or between
-- neighbours.
--
-- Source: Hettmansperger and Sheather, "Confidence intervals based on interpolated order statistics",
-- Statistics & Probability Letters 4 (1986). Measured coverage: tests/lua/test_stats.lua.

local median_interval = {}

-- P(B < d) for d = 1, 2, …, as a function of d; B is binomial (n, 1/2). In logarithms, because 2^-n
-- underflows for n above 1,074.
local function tails(n)
   local log_term, sum, known = -n * math.log(2), 0.0, {}
   for d = 1, n // 2 + 1 do
      sum = sum + math.exp(log_term)
      log_term = log_term + math.log((n - d + 1) / d)
      known[d] = sum
   end
   return known
end

-- { rank d, share of the way from x_(d) to x_(d+1) }; false if n is too small for the level.
local function place_of(n, level)
   local known = tails(n)
   local function coverage(d) return 1 - 2 * known[d] end
   if coverage(1) < level then
      return false
   end
   local d = 1
   while d < n // 2 and coverage(d + 1) >= level do
      d = d + 1
   end
   local wide, narrow = coverage(d), 2 * d < n and coverage(d + 1) or 0.0
   local part = (wide - level) / (wide - narrow)
   return { rank = d, share = (n - d) * part / (d + (n - 2 * d) * part) }
end

local cache = {}

--- Interval of the median of sorted values: low, high; nil if there are too few values for the level (0.95:
-- fewer than six).
function median_interval.of_sorted(sorted, level)
   local n = #sorted
   local key = n .. ":" .. level
   cache[key] = cache[key] == nil and n > 0 and place_of(n, level) or cache[key]
   local place = cache[key]
   if not place then
      return nil
   end
   local function between(outer, inner) return outer + place.share * (inner - outer) end
   local d = place.rank
   return between(sorted[d], sorted[d + 1]), between(sorted[n + 1 - d], sorted[n - d])
end

return median_interval
