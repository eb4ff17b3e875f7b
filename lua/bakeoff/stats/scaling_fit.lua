--- How a time falls with the number of workers N: Amdahl's law, and the universal scalability law (USL).
--
--    T(N) = T(1) · (1/N + σ (N-1)/N + κ (N-1))
--
-- σ: share of the work that only one worker at a time can do (serial work, contention); κ: cost of coherence
-- between each pair of workers. Amdahl's law is κ = 0.
--
-- Sources: Amdahl, "Validity of the single processor approach to achieving large scale computing
-- capabilities", AFIPS 30 (1967); Gunther, "Guerrilla capacity planning" (2007), chapters 4 and 5, whose
-- C(N) = N / (1 + σ (N-1) + κ N (N-1)) is T(1) / T(N). In the form above the law is linear in T(1), T(1) σ
-- and T(1) κ, so least squares need no iteration and don't assume that T(1) is exact. Errors are relative to
-- the time, since noise grows with it. Negative shares are meaningless: the best fit without negative terms
-- is taken among those that leave terms out (Lawson and Hanson, "Solving least squares problems", 1974,
-- chapter 23, by trying all).
--
-- Intervals: the law is fitted to each block alone, and the interval is that of the median of these fits, as
-- for any other figure. The fit to a block may have negative shares; without them, the median would be off.
-- Only the ends of the interval are moved to zero. They contain the true share in 95 of 100 runs, or in 97.5
-- if it is zero, because then only one end can miss it (tests/bench, target coverage). A percentile bootstrap
-- of blocks contained it in 90 to 100.

local stats = require "bakeoff.stats"

local scaling_fit = { FEWEST_AMDAHL = 3, FEWEST_USL = 4 }

local TERMS = {
   function(n) return 1 / n end,
   function(n) return (n - 1) / n end,
   function(n) return n - 1 end,
   function() return 1 end, -- σ = 1: no worker helps
}
local CHOICES = { amdahl = { { 1, 2 }, { 1 }, { 4 } }, usl = { { 1, 2, 3 }, { 1, 2 }, { 1, 3 }, { 1 } } }

-- Solves a small symmetric positive system in place (Gauss and Jordan, largest pivot first): a x = b for each
-- column of b.
local function solve(a, b)
   local size = #a
   for k = 1, size do
      local best = k
      for row = k + 1, size do
         best = math.abs(a[row][k]) > math.abs(a[best][k]) and row or best
      end
      a[k], a[best], b[k], b[best] = a[best], a[k], b[best], b[k]
      for row = 1, size do
         local factor = row ~= k and a[row][k] / a[k][k] or 0
         for column = k, size do
            a[row][column] = a[row][column] - factor * a[k][column]
         end
         for column = 1, #b[row] do
            b[row][column] = b[row][column] - factor * b[k][column]
         end
      end
   end
   for row = 1, size do
      for column = 1, #b[row] do
         b[row][column] = b[row][column] / a[row][row]
      end
   end
   return b
end

-- For these terms, the matrix that turns times into coefficients: (XᵀWX)⁻¹ XᵀW.
local function solver_of(terms, counts, weights)
   local normal, right = {}, {}
   for i, term in ipairs(terms) do
      normal[i], right[i] = {}, {}
      for j, other in ipairs(terms) do
         local sum = 0.0
         for k, n in ipairs(counts) do
            sum = sum + weights[k] * TERMS[term](n) * TERMS[other](n)
         end
         normal[i][j] = sum
      end
      for k, n in ipairs(counts) do
         right[i][k] = weights[k] * TERMS[term](n)
      end
   end
   return { terms = terms, rows = solve(normal, right) }
end

-- → T(1), σ, κ, and the residual sum of weighted squares; nil if a share is negative
local function apply(solver, counts, weights, times, is_amdahl)
   local found, rows, terms = { 0.0, 0.0, 0.0, 0.0 }, solver.rows, solver.terms
   for i = 1, #terms do
      local sum, row = 0.0, rows[i]
      for k = 1, #times do
         sum = sum + row[k] * times[k]
      end
      found[terms[i]] = sum
   end
   local one = found[1] + found[4]
   local sigma, kappa = (found[2] + found[4]) / one, found[3] / one
   if one <= 0 or sigma < 0 or kappa < 0 or (is_amdahl and sigma > 1) then
      return nil
   end
   local left = 0.0
   for k = 1, #counts do
      local n = counts[k]
      local error_here = one * (1 / n + sigma * (n - 1) / n + kappa * (n - 1)) - times[k]
      left = left + weights[k] * error_here * error_here
   end
   return one, sigma, kappa, left
end

local function best_of(model, times)
   local best
   for index, solver in ipairs(model.solvers) do
      local one, sigma, kappa, left = apply(solver, model.counts, model.weights, times, model.is_amdahl)
      if one and (not best or left < best.left) then
         best = { one = one, sigma = sigma, kappa = kappa, left = left }
      end
      if one and index == 1 then
         break -- all terms fit and none is negative: a fit with fewer terms is worse
      end
   end
   return best
end

local function model_of(name, counts, times)
   local model = { counts = counts, weights = {}, solvers = {}, is_amdahl = name == "amdahl" }
   for k, time in ipairs(times) do
      model.weights[k] = 1 / time ^ 2
   end
   for index, terms in ipairs(CHOICES[name]) do
      model.solvers[index] = solver_of(terms, counts, model.weights)
   end
   return model
end

-- The worker count at which the law's time is least; nil if there is none.
local function peak_of(fit)
   return fit.kappa > 0 and math.max(math.sqrt(math.max(1 - fit.sigma, 0) / fit.kappa), 1) or nil
end

local function worst_miss(fit, counts, times)
   local worst = 0.0
   for k, n in ipairs(counts) do
      local predicted = fit.one * (1 / n + fit.sigma * (n - 1) / n + fit.kappa * (n - 1))
      worst = math.max(worst, math.abs(predicted / times[k] - 1))
   end
   return worst
end

-- 1 / peak, with the sign of κ: below zero there is no peak. The sign stays, because ends of intervals are
-- interpolated between the values of blocks.
local function inverse_peak(sigma, kappa)
   local left = math.max(1 - sigma, 0)
   local size = left > math.abs(kappa) and math.sqrt(math.abs(kappa) / left) or 1.0
   return kappa < 0 and -size or size
end

-- The law with all its terms, fitted to each block alone: lists of σ, κ and 1 / peak, in the order of
-- blocks; nil if T(1) of a block is not above zero, because then its shares mean nothing.
local function fits_of_blocks(model, columns)
   local solver, sigmas, kappas, inverse_peaks = model.solvers[1], {}, {}, {}
   for block = 1, #columns[1] do
      local found = { 0.0, 0.0, 0.0 }
      for i, row in ipairs(solver.rows) do
         for k, column in ipairs(columns) do
            found[i] = found[i] + row[k] * column[block]
         end
      end
      if found[1] <= 0 then
         return nil
      end
      local sigma, kappa = found[2] / found[1], found[3] / found[1]
      sigmas[block], kappas[block], inverse_peaks[block] = sigma, kappa, inverse_peak(sigma, kappa)
   end
   return sigmas, kappas, inverse_peaks
end

-- The interval of the median of these values, cut at zero and at `most` (nil: no limit). It always contains
-- the estimate, which may lie outside because it comes from a fit without negative shares.
local function around(estimate, values, most)
   local low, high = stats.interval(values)
   if low then
      low, high = math.max(math.min(low, estimate), 0), math.max(high, estimate)
      return low, most and math.min(high, most) or high
   end
end

local function add_intervals(fit, model, columns)
   local sigmas, kappas, inverse_peaks = fits_of_blocks(model, columns)
   if not sigmas then
      return
   end
   fit.sigma_low, fit.sigma_high = around(fit.sigma, sigmas, model.is_amdahl and 1 or nil)
   fit.kappa_low, fit.kappa_high = around(fit.kappa, kappas)
   local low, high = around(fit.peak and 1 / fit.peak or 0, inverse_peaks)
   fit.peak_low, fit.peak_high = high and high > 0 and 1 / high or nil, low and low > 0 and 1 / low or nil
end

local function fit(name, fewest, counts, times, columns)
   if #counts < fewest then
      return nil, ("needs %d worker counts, has %d"):format(fewest, #counts)
   end
   local model = model_of(name, counts, times)
   local found = best_of(model, times)
   if not found then
      return nil, "the law does not fit these times"
   end
   found.peak, found.worst = peak_of(found), worst_miss(found, counts, times)
   if columns then
      add_intervals(found, model, columns)
   end
   return found
end

--- Amdahl's law. counts: worker counts; times: median times; columns: for each count its times, in the order
-- of blocks, only of blocks with a time for every count; nil: no intervals. → { one = T(1), sigma (serial
-- share), sigma_low, sigma_high (nil for fewer than stats.FEWEST blocks), worst = largest relative error of a
-- time }; nil, reason if there is no fit.
function scaling_fit.amdahl(counts, times, columns)
   return fit("amdahl", scaling_fit.FEWEST_AMDAHL, counts, times, columns)
end

--- The universal scalability law: as amdahl, and kappa, kappa_low, kappa_high, peak (workers at which the
-- time is least; nil if κ is 0), peak_low, peak_high (nil if there is no peak within reach).
function scaling_fit.usl(counts, times, columns)
   return fit("usl", scaling_fit.FEWEST_USL, counts, times, columns)
end

return scaling_fit
