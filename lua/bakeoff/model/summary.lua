--- Summaries of cells: medians with intervals, and the verdict against the reference.
-- Only successful trials give times; failed ones are counted, with their reasons.

local bracket = require "bakeoff.model.bracket"
local cell_type = require "bakeoff.model.cell"
local equivalence = require "bakeoff.stats.equivalence"
local json = require "bakeoff.base.json"
local metrics = require "bakeoff.model.metrics"
local stats = require "bakeoff.stats"
local verdict = require "bakeoff.model.verdict"

local summary = {}

-- The figures in their order; the comparison of a cell's total time follows them.
local CELL_KEYS = { "contender", "label", "workers", "trials", "failed_trials", "reasons", "total_s",
   "vs_reference", "outliers" }
for _, metric in ipairs(metrics.IN_SUMMARY) do
   CELL_KEYS[#CELL_KEYS + 1] = metric ~= "total_s" and metric or nil
end
local NUMBER_KEYS = { "n", "median", "at_least", "low", "high", "method", "widened", "mean", "mad", "min",
   "max" }
local RATIO_KEYS = { "verdict", "verdict_code", "ratio", "low", "high", "method", "widened", "pairs", "p",
   "p_family", "family", "margin", "p_same" }

--- The numbers of the repeats whose values summary.values has, in the same order.
function summary.numbers(cell, metric)
   local read = metrics.reader(metric)
   return cell_type.values(cell, function(trial)
      return read(trial) ~= nil and math.tointeger(trial["repeat"]) or nil
   end)
end

--- Values of a metric over a cell's successful trials, in the order they ran.
function summary.values(cell, metric) return cell_type.values(cell, metrics.reader(metric)) end

--- block → value, for pairing.
function summary.by_block(cell, metric) return cell_type.by_block(cell, metrics.reader(metric)) end

local function reasons(cell)
   local counts, list = {}, json.array {}
   for _, trial in ipairs(cell.trials) do
      if trial.status ~= "ok" then
         local reason = trial.reason or trial.status
         if not counts[reason] then
            list[#list + 1] = reason
         end
         counts[reason] = (counts[reason] or 0) + 1
      end
   end
   return list
end

-- true if one of the cell's values is only a lower bound; else nil.
local function is_least(cell, metric)
   for _, trial in ipairs(cell_type.good(cell)) do
      if metrics.is_least(metric, trial) then
         return true
      end
   end
   return nil
end

--- Summary of one cell, without the comparison: every metric that was recorded. A figure has at_least = true
-- if it is a lower bound in some trials, and nobody knows how much is missing.
function summary.cell(cell)
   local result = json.ordered(CELL_KEYS, {
      contender = cell.contender, label = cell.label, workers = cell.workers,
      trials = #cell.trials, failed_trials = cell_type.failed(cell), reasons = reasons(cell),
   })
   for _, metric in ipairs(metrics.IN_SUMMARY) do
      local numbers = stats.summary(summary.values(cell, metric))
      if numbers then
         numbers.at_least = is_least(cell, metric)
      end
      result[metric] = numbers and json.ordered(NUMBER_KEYS, numbers)
   end
   return result
end

-- block → value; read once per cell and metric if there is a cache.
local function cached_by_block(cell, metric, cache)
   if not cache then
      return summary.by_block(cell, metric)
   end
   local of_cell = cache[cell] or {}
   cache[cell] = of_cell
   of_cell[metric] = of_cell[metric] or summary.by_block(cell, metric)
   return of_cell[metric]
end

--- How cell a compares with cell b in a metric (less is better), paired by block: see stats.compare. margin:
-- that of the verdict `same`, a share; nil: there is no such verdict. Undecided if the figures are peaks with
-- overlapping brackets. cache: a table for what is read of cells that are compared many times and don't
-- change; nil: read them again. widening: as for stats.compare.
function summary.compare(a, b, metric, margin, cache, widening)
   local of_a, of_b = cached_by_block(a, metric, cache), cached_by_block(b, metric, cache)
   local comparison = stats.compare(of_a, of_b, widening)
   comparison.margin = margin
   comparison.p_same = margin and comparison.low and equivalence.p(stats.ratios(of_a, of_b), margin,
      comparison.widened) or nil
   verdict.settle(comparison, comparison.p_same or 1, 1 - stats.LEVEL)
   return bracket.judged(comparison, a, b, metric, cache)
end

--- A comparison in the form of summary.json; nil for nil.
function summary.written(comparison) return verdict.written(comparison, RATIO_KEYS) end

return summary
