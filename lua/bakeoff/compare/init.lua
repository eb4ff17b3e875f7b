--- Two runs of an experiment, cell by cell: B against the baseline A.
--
-- The runs share no blocks, so each figure's ratio is that of two medians, from the intervals of both
-- (stats/unpaired.lua). A difference needs three things: an interval that excludes 1; a
-- rank test of the cell alone (p_rank, Mann and Whitney) at 5 %; and Yuen's test of the trimmed means,
-- corrected jointly over all cells of a figure (p_family, Holm), which unlike a rank test has no smallest p.
-- The ratio must also be above 1 + noise or below 1 / (1 + noise): two runs of the same program on the same
-- machine differ by more than their repeats show, because the machine changes between them. Otherwise the
-- verdict is `same` if the whole interval lies within the noise and the test of "the two differ by more"
-- (p_same, corrected jointly as well) excludes it, and `maybe_noise` if a difference is shown that may exceed
-- the noise.

local bracket = require "bakeoff.model.bracket"
local cell_type = require "bakeoff.model.cell"
local drift = require "bakeoff.analysis.drift"
local errors = require "bakeoff.model.errors"
local differences = require "bakeoff.compare.differences"
local equivalence = require "bakeoff.stats.equivalence"
local hidden = require "bakeoff.compare.hidden"
local holm = require "bakeoff.stats.holm"
local json = require "bakeoff.base.json"
local mann_whitney = require "bakeoff.stats.mann_whitney"
local metrics = require "bakeoff.model.metrics"
local series = require "bakeoff.analysis.series"
local outcome = require "bakeoff.compare.outcome"
local stats = require "bakeoff.stats"
local trimmed = require "bakeoff.stats.trimmed"
local unpaired = require "bakeoff.stats.unpaired"
local verdict = require "bakeoff.model.verdict"

local compare = {
   NOISE = 0.03,
   METRICS = { "total_s", "cpu_s", "footprint_peak_bytes", "requests_per_s" },
}

local FIGURE_KEYS = { "a", "b", "mean_a", "mean_b", "ratio", "low", "high", "widened_a", "widened_b",
   "p_rank", "p_family", "p_same", "verdict", "verdict_code", "margin", "change", "trials_a", "trials_b" }
local ERROR = 1 - stats.LEVEL
local ROW_KEYS = { "contender", "label", "workers", "failed_a", "failed_b", "errors_a", "errors_b",
   "hidden", "by_means", "metrics" }
local KEYS = { "experiment", "a", "b", "noise", "metrics", "warnings", "steadiness", "only_a", "only_b",
   "rows", "regressions", "undecided" }

-- The direction in which the ratio exceeds the noise: "less", "more", or nil.
local function direction(ratio, noise)
   return ratio > 1 + noise and "more" or ratio < 1 / (1 + noise) and "less" or nil
end

local function is_shown(ratio)
   return (ratio.low > 1 or ratio.high < 1) and ratio.p_rank <= ERROR and ratio.p_family <= ERROR
end

--- verdict, change ("better", "worse" or nil) of a ratio B / A with its interval, p_rank, p_family, p_same.
function compare.verdict(metric, ratio, noise)
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

-- One figure of a pair of cells, without its verdict if that depends on the other cells, too; nil if neither
-- cell has the figure.
local function figure_of(metric, a, b, options)
   local values_a, values_b = cell_type.values(a, metric.read), cell_type.values(b, metric.read)
   if #values_a + #values_b == 0 then
      return nil
   end
   local figure = unpaired.ratio(values_a, values_b)
   if #values_a == 0 or #values_b == 0 then
      figure.verdict = #values_b == 0 and "missing_in_b" or "missing_in_a"
   elseif not figure.ratio or reaches_zero(figure, values_a, values_b) then
      figure.ratio, figure.verdict = nil, "no_ratio"
   elseif figure.low and bracket.overlap(a, b, metric.name, 1 + options.noise) then
      figure.verdict = "undecided"
   elseif figure.low then
      add_tests(figure, values_a, values_b, options.noise)
   end
   figure.a, figure.b = stats.median(values_a), stats.median(values_b)
   figure.mean_a, figure.mean_b = stats.mean(values_a), stats.mean(values_b)
   figure.trials_a, figure.trials_b = #values_a, #values_b
   return figure
end

-- Adds the verdicts of one metric's table, corrected jointly.
local function judge(rows, metric, noise)
   local figures = {}
   for _, row in ipairs(rows) do
      figures[#figures + 1] = row.metrics[metric.name]
   end
   holm.correct(figures, "p", function(figure, p) figure.p_family, figure.p = p, nil end)
   holm.correct(figures, "p_same", function(figure, p) figure.p_same = p end)
   for _, figure in ipairs(figures) do
      if not figure.verdict then
         figure.verdict, figure.change = compare.verdict(metric, figure, noise)
         figure.margin = noise
      end
   end
end

local function row_of(a, b, options)
   local row = { contender = b.contender, label = b.label, workers = b.workers, metrics = {},
      failed_a = cell_type.failed(a), failed_b = cell_type.failed(b),
      errors_a = errors.share(a), errors_b = errors.share(b) }
   for _, metric in ipairs(options.metrics) do
      row.metrics[metric.name] = figure_of(metric, a, b, options)
   end
   row.hidden, row.by_means = hidden.of(a, b)
   return row
end

local function exact_cell(results, cell)
   for _, other in ipairs(results.cells) do
      if other.label == cell.label and other.workers == cell.workers then
         return other
      end
   end
end

-- Cells of `from` that `to` lacks, as { label, workers }.
local function unmatched(from, to)
   local list = json.array {}
   for _, cell in ipairs(from.cells) do
      if not exact_cell(to, cell) then
         list[#list + 1] = { label = cell.label, workers = cell.workers }
      end
   end
   return list
end

local function facts_of(results)
   local manifest = results.manifest
   return json.ordered({ "dir", "experiment", "started", "bakeoff", "schema", "repeats" }, {
      dir = results.dir, experiment = manifest.experiment, started = manifest.started,
      bakeoff = manifest.bakeoff, schema = manifest.schema or 1, repeats = manifest.repeats,
   })
end

local function chosen_metrics(names)
   local list = {}
   for index, name in ipairs(names or compare.METRICS) do
      list[index] = metrics.check(name, "metric")
   end
   return list
end

-- Sentences about drift in both runs, and about trials that resemble the ones before them: unlike ratios
-- within blocks, ratios of two runs are not free of it.
local function steadiness_of(a, b)
   local list = json.array {}
   for _, side in ipairs { { "A", a.cells }, { "B", b.cells } } do
      for _, sentence in ipairs(drift.warnings(side[2], series.long(side[2]))) do
         list[#list + 1] = ("%s: %s"):format(side[1], sentence)
      end
   end
   return list
end

--- Compares results b with the baseline a. options: noise (a fraction), metrics (list of names).
-- → { experiment, a, b, noise, metrics, warnings, steadiness, only_a, only_b, rows, regressions, undecided
-- (both: see outcome.lua) }; a row is { contender, label, workers, failed_a, failed_b, errors_a, errors_b
-- (shares of their jobs), metrics = { [name] = { a, b, ratio, low, high, verdict, change } }, hidden
-- (sentences about what medians hide), by_means (the ratio of mean total times where it is far from that of
-- the medians) }.
function compare.results(a, b, options)
   options = { noise = options.noise or compare.NOISE, metrics = chosen_metrics(options.metrics),
      chosen = options.metrics ~= nil }
   local rows, names = json.array {}, {}
   for _, cell in ipairs(b.cells) do
      local baseline = exact_cell(a, cell)
      rows[#rows + 1] = baseline and row_of(baseline, cell, options)
   end
   for index, metric in ipairs(options.metrics) do
      names[index] = metric.name
      judge(rows, metric, options.noise)
   end
   local only_a = unmatched(a, b)
   return {
      experiment = b.manifest.experiment, a = facts_of(a), b = facts_of(b), noise = options.noise,
      metrics = names, warnings = json.array(differences.find(a, b)), steadiness = steadiness_of(a, b),
      only_a = only_a, only_b = unmatched(b, a), rows = rows,
      regressions = outcome.regressions(rows, options),
      undecided = outcome.undecided(rows, only_a, options),
   }
end

local function copy_of(fields, keys)
   local copy = {}
   for key, value in pairs(fields) do
      copy[key] = value
   end
   return json.ordered(keys, copy)
end

--- A comparison in the form of files: verdicts as texts, with their codes (model/verdict.lua).
function compare.written(comparison)
   local written, rows = copy_of(comparison, KEYS), json.array {}
   for index, row in ipairs(comparison.rows) do
      rows[index] = copy_of(row, ROW_KEYS)
      rows[index].metrics = {}
      for name, figure in pairs(row.metrics) do
         rows[index].metrics[name] = verdict.written(figure, FIGURE_KEYS)
      end
   end
   written.rows = rows
   return written
end

return compare
