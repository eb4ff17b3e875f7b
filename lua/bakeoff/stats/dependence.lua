--- Do values resemble the ones before them? An interval of a median presumes that each value is drawn anew.
-- If not, it is too narrow: with a lag-1 correlation of 0.5, intervals of 95 % contain the truth in 80 of 100
-- runs. Where dependence is shown, intervals are widened.
--
-- Sources: the lag-1 coefficient, here of the ranks, so that outliers don't matter, with mean and variance of
-- Moran, "Some theorems on time series II", Biometrika 35 (1948); its bias: Kendall, "Note on bias in the
-- estimation of autocorrelation", Biometrika 41 (1954). The widening is that of the mean of an autoregressive
-- series of first order (Wilks, "Statistical methods in the atmospheric sciences", section 5.2.4, with the
-- terms of finite length), and of the spread, part of which dependence hides.

local distributions = require "bakeoff.stats.distributions"
local order = require "bakeoff.stats.order"

local dependence = {
   FEWEST = 8, -- values: with fewer, the coefficient says nothing
   LEVEL = 0.025, -- of the test, one-sided: so many of 100 intervals of independent values are widened
}

local MOST = 0.95 -- the largest coefficient that a series of few values can show
local REJECTED_FROM = distributions.normal_quantile(1 - dependence.LEVEL)

-- value → its rank in sorted values; equal values share the mean of theirs.
local function ranks_in(sorted)
   local ranks, from = {}, 1
   while from <= #sorted do
      local to = from
      while to < #sorted and sorted[to + 1] == sorted[from] do
         to = to + 1
      end
      ranks[sorted[from]], from = (from + to) / 2, to + 1
   end
   return ranks
end

--- Lag-1 correlation of the ranks of values in the order they came, and the one-sided p of the test that
-- there is none: { r, p }; nil for fewer than dependence.FEWEST values, or if all are equal. sorted: the same
-- values, if the caller has them sorted.
function dependence.lag1(values, sorted)
   local n = #values
   if n < dependence.FEWEST then
      return nil
   end
   local ranks, before = ranks_in(sorted or order.sorted(values)), 0.0
   local mean, squares, products = (n + 1) / 2, 0.0, 0.0
   for _, value in ipairs(values) do
      local distance = ranks[value] - mean
      squares, products, before = squares + distance ^ 2, products + distance * before, distance
   end
   if squares == 0 then
      return nil
   end
   local r = products / squares
   local z = (r + 1 / n) * n * math.sqrt(n - 1) / (n - 2)
   return { r = r, p = distributions.normal(-z) }
end

--- How much wider than that of independent values an interval of n values must be, if the lag-1 correlation
-- of their source is this one; at least 1.
function dependence.factor_at(correlation, n)
   correlation = math.min(correlation, MOST)
   if correlation <= 0 then
      return 1.0
   end
   local sum, power = 1.0, 1.0
   for lag = 1, n - 1 do
      power = power * correlation
      sum = sum + 2 * (1 - lag / n) * power
   end
   sum = math.min(sum, n / 2) -- the values count as two independent ones at least
   return math.sqrt(sum * (n - 1) / (n - sum))
end

--- The same for the coefficient r of n values, which few values make too small.
function dependence.factor(r, n) return dependence.factor_at((n * r + 1) / (n - 3), n) end

--- The lag-1 correlation that n values hide more often than they show it: the one whose coefficient reaches,
-- on average, just what the test wants. In simulations, 35 to 47 of 100 series of 8 to 100 values show it; a
-- weaker one shows less often. nil for fewer than dependence.FEWEST values, which show none.
function dependence.hidden(n)
   if n < dependence.FEWEST then
      return nil
   end
   local r = REJECTED_FROM * (n - 2) / (n * math.sqrt(n - 1)) - 1 / n
   return math.min((n * r + 1) / (n - 3), MOST)
end

--- How much wider an interval of n values would have to be for the strongest correlation that they hide.
function dependence.factor_of_hidden(n) return dependence.factor_at(dependence.hidden(n) or MOST, n) end

--- By how much an interval of these values, in the order they came, is widened; 1.0 unless dependence is
-- shown. sorted: as for dependence.lag1.
function dependence.widening(values, sorted)
   local found = dependence.lag1(values, sorted)
   return found and found.p <= dependence.LEVEL and dependence.factor(found.r, #values) or 1.0
end

--- The interval from low to high around middle, widened; on the scale of logarithms if all values are above
-- zero.
function dependence.widened(low, middle, high, factor, all_positive)
   if all_positive then
      return middle * (low / middle) ^ factor, middle * (high / middle) ^ factor
   end
   return middle - factor * (middle - low), middle + factor * (high - middle)
end

return dependence
