--- Do the values of one set tend to be larger than those of another? For sets that share no blocks, such as
-- those of two runs. If there are blocks, paired ratios (stats.compare) find smaller differences.
--
-- Sources: Mann and Whitney, "On a test of whether one of two random variables is stochastically larger than
-- the other", Annals of Mathematical Statistics 18 (1947), their recursion for the exact distribution; the
-- normal approximation with corrections for ties and continuity is 4.1 of Hollander and Wolfe,
-- "Nonparametric statistical methods", 2nd edition (1999), as in R's wilcox.test.

local distributions = require "bakeoff.stats.distributions"

local mann_whitney = { EXACT_BELOW = 50 } -- values per set, and without ties: as wilcox.test does

-- Both sets, sorted; each entry { value =, first = of set a }.
local function pooled(a, b)
   local all = {}
   for _, value in ipairs(a) do
      all[#all + 1] = { value = value, first = true }
   end
   for _, value in ipairs(b) do
      all[#all + 1] = { value = value, first = false }
   end
   table.sort(all, function(x, y) return x.value < y.value end)
   return all
end

-- Sum of the ranks of set a (ties share the mean of theirs), and the sum of t³ - t over ties of t values.
local function rank_sum(all)
   local sum, ties, from = 0.0, 0, 1
   while from <= #all do
      local to = from
      while to < #all and all[to + 1].value == all[from].value do
         to = to + 1
      end
      local count = to - from + 1
      for i = from, to do
         sum = all[i].first and sum + (from + to) / 2 or sum
      end
      ties = ties + count ^ 3 - count
      from = to + 1
   end
   return sum, ties
end

-- The share of all orders of m and n values that give u, for u from 0. Adding value i of the first set
-- multiplies the generating function by (1 - x^(n+i)) / (1 - x^i) and the number of orders
-- by (n + i) / i.
local function exact_shares(m, n)
   local shares = { [0] = 1.0 }
   for u = 1, m * n do
      shares[u] = 0.0
   end
   for i = 1, m do
      for u = m * n, n + i, -1 do
         shares[u] = shares[u] - shares[u - n - i]
      end
      for u = i, m * n do
         shares[u] = shares[u] + shares[u - i]
      end
      for u = 0, m * n do
         shares[u] = shares[u] * i / (n + i)
      end
   end
   return shares
end

local function exact_p(u, m, n)
   local shares, tail = exact_shares(m, n), 0.0
   for k = 0, math.tointeger(math.min(u, m * n - u)) do
      tail = tail + shares[k]
   end
   return math.min(2 * tail, 1)
end

local function approximate_p(u, m, n, ties)
   local total = m + n
   local variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
   if variance <= 0 then
      return 1.0
   end
   local distance = math.max(math.abs(u - m * n / 2) - 0.5, 0)
   return math.min(2 * distributions.normal(-distance / math.sqrt(variance)), 1)
end

--- → { u = number of pairs in which a's value is larger (ties count half), p (two-sided), method = "exact" or
-- "normal" }; nil if a set is empty.
function mann_whitney.test(a, b)
   local m, n = #a, #b
   if m == 0 or n == 0 then
      return nil
   end
   local sum, ties = rank_sum(pooled(a, b))
   local u = sum - m * (m + 1) / 2
   if ties == 0 and m < mann_whitney.EXACT_BELOW and n < mann_whitney.EXACT_BELOW then
      return { u = u, p = exact_p(u, m, n), method = "exact" }
   end
   return { u = u, p = approximate_p(u, m, n, ties), method = "normal" }
end

return mann_whitney
