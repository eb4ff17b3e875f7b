--- Is the middle of some values zero? Student's t of their trimmed mean: as good as t where the noise is
-- normal, and calm where some values lie far out.
--
-- Source: Tukey and McLaughlin, "Less vulnerable confidence and significance procedures for location based on
-- a single sample: trimming/winsorization 1", Sankhya A 25 (1963). A fifth of the values is trimmed at each
-- end (Wilcox, "Introduction to robust estimation and hypothesis testing", section 4.3).

local distributions = require "bakeoff.stats.distributions"
local order = require "bakeoff.stats.order"

local trimmed = { SHARE = 0.2 }

-- Sum of squared deviations of the values, of which those trimmed count as the outermost that are kept.
local function winsorized_squares(sorted, cut)
   local n, mean, squares = #sorted, 0.0, 0.0
   local function kept(i) return sorted[math.max(cut + 1, math.min(n - cut, i))] end
   for i = 1, n do
      mean = mean + kept(i) / n
   end
   for i = 1, n do
      squares = squares + (kept(i) - mean) ^ 2
   end
   return squares
end

--- → { t, freedom, p (two-sided), mean (trimmed) }; nil for fewer than two values that are kept.
function trimmed.test(values)
   local sorted = order.sorted(values)
   local n = #sorted
   local cut = math.floor(trimmed.SHARE * n)
   local kept = n - 2 * cut
   if kept < 2 then
      return nil
   end
   local mean = 0.0
   for i = cut + 1, n - cut do
      mean = mean + sorted[i] / kept
   end
   local error_of_mean = math.sqrt(winsorized_squares(sorted, cut) / (kept * (kept - 1)))
   if error_of_mean <= 1e-15 * math.abs(mean) or error_of_mean == 0 then
      return { t = mean == 0 and 0 or mean / 0, freedom = kept - 1, p = mean == 0 and 1 or 0, mean = mean }
   end
   local t = mean / error_of_mean
   return { t = t, freedom = kept - 1, p = distributions.student_two_sided(t, kept - 1), mean = mean }
end

return trimmed
