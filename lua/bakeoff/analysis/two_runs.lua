--- A figure of a cell in two runs: B against the baseline A. One verdict per pair of cells, wherever it is
-- read: in `bakeoff compare`, and in charts that show several runs.
--
-- The runs share no blocks, so each figure's ratio is that of two medians, from the intervals of both
-- (stats/unpaired.lua). A difference needs three things: an interval that excludes 1; a rank test of the cell
-- alone (p_rank, Mann and Whitney) at 5 %; and Yuen's test of the trimmed means, corrected jointly over all
-- cells of a figure (p_family, Holm), which unlike a rank test has no smallest p.
-- The ratio must also be above 1 + noise or below 1 / (1 + noise), which one run with its interleaved trials
-- doesn't ask for: two runs of the same program on the same machine differ by more than their repeats show,
-- because the machine changes between them. The noise is the experiment's margin of `same`, unless it is
-- given, and the rule for `same` is that of one run, but for differences that are shown, too: the verdict is
-- `same` if the whole interval lies within the noise and the test of "the two differ by more"
-- (p_same, corrected jointly as well) excludes it, and `maybe_noise` if a difference is shown that may exceed
-- the noise.

local bracket = require "bakeoff.model.bracket"
local cell_type = require "bakeoff.model.cell"
local equivalence = require "bakeoff.stats.equivalence"
local holm = require "bakeoff.stats.holm"
local mann_whitney = require "bakeoff.stats.mann_whitney"
local stats = require "bakeoff.stats"
local trimmed = require "bakeoff.stats.trimmed"
local unpaired = require "bakeoff.stats.unpaired"
local verdict = require "bakeoff.model.verdict"

local two_runs = { NOISE = verdict.MARGIN }

local ERROR = 1 - stats.LEVEL

-- The direction in which the ratio exceeds the noise: "less", "more", or nil.
local function direction(ratio, noise)
   return ratio > 1 + noise and "more" or ratio < 1 / (1 + noise) and "less" or nil
end

local function is_shown(ratio)
   return (ratio.low > 1 or ratio.high < 1) and ratio.p_rank <= ERROR and ratio.p_family <= ERROR
end

--- verdict, change ("better", "worse" or nil) of a ratio B / A with its interval, p_rank, p_family, p_same.
function two_runs.verdict(metric, ratio, noise)
   if not ratio.low then
      return "too_few_repeats"
   end
   local shown, way = is_shown(ratio), direction(ratio.ratio, noise)
   if not (shown and way) then
      local is_same = verdict.is_within(ratio, noise) and ratio.p_same <= ERROR
      return is_same and "same" or shown and "maybe_noise" or "no_difference"
   end
   local change = metric.better and (way == metric.better and "better" or "worse")
   return metric.words[way == "less" and 1 or 2], change
end

local function logarithms(values)
   local list = {}
   for index, value in ipairs(values) do
      if value <= 0 then
         return nil
      end
      list[index] = math.log(value)
   end
   return list
end

-- Ratios are compared by their logarithms. If any value of the two sets has none, both are compared directly:
-- logarithms of one set beside values of the other would test nothing.
local function on_one_scale(a, b)
   local logs_a, logs_b = logarithms(a), logarithms(b)
   if logs_a and logs_b then
      return logs_a, logs_b
   end
   return a, b
end

-- There are values enough, but a median may be zero.
local function reaches_zero(figure, a, b)
   return not figure.low and #a >= stats.FEWEST and #b >= stats.FEWEST
end

-- p and p_same are those of this figure alone.
local function add_tests(figure, a, b, noise)
   local scaled_a, scaled_b = on_one_scale(a, b)
   figure.p_rank = mann_whitney.test(a, b).p
   figure.p = trimmed.test_two(scaled_a, scaled_b, figure.widened_a, figure.widened_b).p
   figure.p_same = equivalence.p_two(a, b, noise, figure.widened_a, figure.widened_b)
end

--- One figure of a cell in run A and in run B: { ratio = median of B / median of A, low, high, a, b (the
-- medians), mean_a, mean_b, trials_a, trials_b … }; without its verdict if that depends on the other cells,
-- too (two_runs.judge); nil if neither cell has the figure. metric: from metrics.check; noise: a share.
function two_runs.figure(metric, a, b, noise)
   local values_a, values_b = cell_type.values(a, metric.read), cell_type.values(b, metric.read)
   if #values_a + #values_b == 0 then
      return nil
   end
   local figure = unpaired.ratio(values_a, values_b)
   if #values_a == 0 or #values_b == 0 then
      figure.verdict = #values_b == 0 and "missing_in_b" or "missing_in_a"
   elseif not figure.ratio or reaches_zero(figure, values_a, values_b) then
      figure.ratio, figure.verdict = nil, "no_ratio"
   elseif figure.low and bracket.overlap(a, b, metric.name, 1 + noise) then
      figure.verdict = "undecided"
   elseif figure.low then
      add_tests(figure, values_a, values_b, noise)
   end
   figure.a, figure.b = stats.median(values_a), stats.median(values_b)
   figure.mean_a, figure.mean_b = stats.mean(values_a), stats.mean(values_b)
   figure.trials_a, figure.trials_b = #values_a, #values_b
   return figure
end

--- Adds the verdicts of one metric to all its figures of a pair of runs: they are read together, and so
-- corrected jointly.
function two_runs.judge(figures, metric, noise)
   local tests = holm.correct(figures, "p", function(figure, p) figure.p_family = p end)
   holm.correct(figures, "p_same", function(figure, p) figure.p_same = p end)
   for _, figure in ipairs(figures) do
      figure.family = figure.p and tests
      if not figure.verdict then
         figure.verdict, figure.change = two_runs.verdict(metric, figure, noise)
         figure.margin = noise
      end
   end
end

--- The cell of other results with the same label and worker count; nil if there is none.
function two_runs.counterpart(results, cell)
   for _, other in ipairs(results.cells) do
      if other.label == cell.label and other.workers == cell.workers then
         return other
      end
   end
end

--- A metric of all cells that results b share with the baseline a: cell of b → its figure, with verdicts.
function two_runs.figures(a, b, metric, noise)
   local of, list = {}, {}
   for _, cell in ipairs(b.cells) do
      local baseline = two_runs.counterpart(a, cell)
      of[cell] = baseline and two_runs.figure(metric, baseline, cell, noise)
      list[#list + 1] = of[cell] or nil
   end
   two_runs.judge(list, metric, noise)
   return of
end

return two_runs
