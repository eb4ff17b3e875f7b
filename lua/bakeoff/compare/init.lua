--- Two runs of an experiment, cell by cell: B against the baseline A. How figures are compared:
-- analysis/two_runs.lua.

local cell_type = require "bakeoff.model.cell"
local drift = require "bakeoff.analysis.drift"
local errors = require "bakeoff.model.errors"
local differences = require "bakeoff.compare.differences"
local hidden = require "bakeoff.compare.hidden"
local json = require "bakeoff.base.json"
local metrics = require "bakeoff.model.metrics"
local series = require "bakeoff.analysis.series"
local outcome = require "bakeoff.compare.outcome"
local two_runs = require "bakeoff.analysis.two_runs"
local verdict = require "bakeoff.model.verdict"

local compare = {
   METRICS = { "total_s", "cpu_s", "footprint_peak_bytes", "requests_per_s" },
}

local FIGURE_KEYS = { "a", "b", "mean_a", "mean_b", "ratio", "low", "high", "widened_a", "widened_b",
   "p", "p_rank", "p_family", "family", "p_same", "verdict", "verdict_code", "margin", "change", "trials_a",
   "trials_b" }
local ROW_KEYS = { "contender", "label", "workers", "failed_a", "failed_b", "errors_a", "errors_b",
   "hidden", "by_means", "metrics" }
local KEYS = { "experiment", "a", "b", "noise", "metrics", "warnings", "steadiness", "only_a", "only_b",
   "rows", "regressions", "undecided" }

-- Adds the verdicts of one metric's table.
local function judge(rows, metric, noise)
   local figures = {}
   for _, row in ipairs(rows) do
      figures[#figures + 1] = row.metrics[metric.name]
   end
   two_runs.judge(figures, metric, noise)
end

local function row_of(a, b, options)
   local row = { contender = b.contender, label = b.label, workers = b.workers, metrics = {},
      failed_a = cell_type.failed(a), failed_b = cell_type.failed(b),
      errors_a = errors.share(a), errors_b = errors.share(b) }
   for _, metric in ipairs(options.metrics) do
      row.metrics[metric.name] = two_runs.figure(metric, a, b, options.noise)
   end
   row.hidden, row.by_means = hidden.of(a, b)
   return row
end

-- Cells of `from` that `to` lacks, as { contender, label, workers }.
local function unmatched(from, to)
   local list = json.array {}
   for _, cell in ipairs(from.cells) do
      if not two_runs.counterpart(to, cell) then
         list[#list + 1] = { contender = cell.contender, label = cell.label, workers = cell.workers }
      end
   end
   return list
end

local function facts_of(results)
   local manifest = results.manifest
   return json.ordered({ "dir", "tool", "experiment", "started", "bakeoff", "schema", "repeats" }, {
      dir = results.dir, tool = manifest.tool, experiment = manifest.experiment, started = manifest.started,
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
   for _, side in ipairs { { "A", a }, { "B", b } } do
      local cells, is_foreign = side[2].cells, side[2].manifest.tool ~= nil
      local long = series.long(cells)
      for _, sentence in ipairs(is_foreign and drift.of_each(long) or drift.warnings(cells, long)) do
         list[#list + 1] = ("%s: %s"):format(side[1], sentence)
      end
   end
   return list
end

--- Compares results b with the baseline a. options: noise (a fraction; default: the runs' margin
-- of "same", the smaller one), metrics (list of names).
-- → { experiment, a, b, noise, metrics, warnings, steadiness, only_a, only_b, rows, regressions, undecided
-- (both: see outcome.lua) }; a row is { contender, label, workers, failed_a, failed_b, errors_a, errors_b
-- (shares of their jobs), metrics = { [name] = { a, b, ratio, low, high, verdict, change } }, hidden
-- (sentences about what medians hide), by_means (the ratio of mean total times where it is far from that of
-- the medians) }.
function compare.results(a, b, options)
   options = { noise = options.noise or math.min(a.margin, b.margin),
      metrics = chosen_metrics(options.metrics), chosen = options.metrics ~= nil }
   local rows, names = json.array {}, {}
   for _, cell in ipairs(b.cells) do
      local baseline = two_runs.counterpart(a, cell)
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
