--- Does a series rise or fall, and how steeply? The Mann-Kendall test and the Theil-Sen slope. Both use only
-- pairs of points, so single outliers don't matter.
--
-- Sources: Kendall, "Rank correlation methods" (1948), for S, its exact distribution and its variance with
-- ties (also in Gilbert, "Statistical methods for environmental pollution monitoring", 1987, chapter 16);
-- Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the American Statistical
-- Association 63 (1968), for the slope. Its interval presumes noise of the same size at every x, which times
-- and peaks of memory don't have: it covered 90 of 100 true slopes.

local distributions = require "bakeoff.stats.distributions"
local order = require "bakeoff.stats.order"

local trend = { EXACT_UP_TO = 20 }

-- Σ t(t-1)(2t+5) over groups of t equal values; 0 if all values differ.
local function tie_term(values)
   local sorted, sum, from = order.sorted(values), 0, 1
   while from <= #sorted do
      local to = from
      while to < #sorted and sorted[to + 1] == sorted[from] do
         to = to + 1
      end
      local t = to - from + 1
      sum, from = sum + t * (t - 1) * (2 * t + 5), to + 1
   end
   return sum
end

-- P(number of inversions <= limit) over all orders of n values: value i is inverted with between 0 and i - 1
-- of the values before it.
local function exchanges_at_most(limit, n)
   local shares, most = { [0] = 1.0 }, 0
   for i = 2, n do
      local next_shares = {}
      most = most + i - 1
      for k = 0, most do
         local sum = 0.0
         for taken = 0, i - 1 do
            sum = sum + (shares[k - taken] or 0)
         end
         next_shares[k] = sum / i
      end
      shares = next_shares
   end
   local tail = 0.0
   for k = 0, limit do
      tail = tail + (shares[k] or 0)
   end
   return tail
end

local function p_of(s, n, ties)
   if ties == 0 and n <= trend.EXACT_UP_TO then
      local exchanged = (n * (n - 1) // 2 - math.abs(s)) // 2
      return math.min(2 * exchanges_at_most(exchanged, n), 1)
   end
   local variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
   if variance <= 0 then
      return 1.0
   end
   return math.min(2 * distributions.normal(-math.max(math.abs(s) - 1, 0) / math.sqrt(variance)), 1)
end

-- Merge-sorts values[from … to]; `spare` is scratch space of the same size. → number of pairs whose later
-- value is smaller, number of pairs of equal values. Takes n log n steps, though there are n² / 2 pairs.
local function count_pairs(values, spare, from, to)
   if from >= to then
      return 0, 0
   end
   local middle = (from + to) // 2
   local falling, equal = count_pairs(values, spare, from, middle)
   local more_falling, more_equal = count_pairs(values, spare, middle + 1, to)
   falling, equal = falling + more_falling, equal + more_equal
   local left, right = from, middle + 1
   local same = right -- after those on the right that equal the one on the left
   for place = from, to do
      if right > to or (left <= middle and values[left] <= values[right]) then
         same = math.max(same, right)
         while same <= to and values[same] == values[left] do
            same = same + 1
         end
         falling, equal = falling + right - middle - 1, equal + same - right
         spare[place], left = values[left], left + 1
      else
         spare[place], right = values[right], right + 1
      end
   end
   table.move(spare, from, to, from, values)
   return falling, equal
end

--- Trend of values in the given order: { s, tau, p (two-sided) }; nil for fewer than 3.
function trend.mann_kendall(values)
   local n = #values
   if n < 3 then
      return nil
   end
   local all = n * (n - 1) // 2
   local falling, equal = count_pairs(table.move(values, 1, n, 1, {}), {}, 1, n)
   local s = all - equal - 2 * falling
   return { s = s, tau = s / all, p = p_of(s, n, tie_term(values)) }
end

local function slopes_of(points)
   local slopes = {}
   for i = 1, #points - 1 do
      for j = i + 1, #points do
         local dx = points[j][1] - points[i][1]
         if dx ~= 0 then
            slopes[#slopes + 1] = (points[j][2] - points[i][2]) / dx
         end
      end
   end
   table.sort(slopes)
   return slopes
end

--- Slope of points { x, y }: the median of those of all pairs; nil if all points share one x.
function trend.theil_sen(points) return order.quantile_of_sorted(slopes_of(points), 0.5) end

return trend
