--- The value of a gate's condition at a place (places.lua), with the range in which the data leave it.

local cell_type = require "bakeoff.model.cell"
local places = require "bakeoff.gate.places"
local range = require "bakeoff.gate.range"
local stats = require "bakeoff.stats"

local evaluate = {}

--- Why a median has no interval.
evaluate.TOO_FEW = "too few repeats for an interval"

-- Failed and lost jobs of a trial, where a job whose end nobody recorded is lost; nil if it isn't known.
local function errors_of_trial(trial)
   local jobs = trial.jobs
   if not jobs then
      return trial.status ~= "ok" and 0 or nil
   end
   local failed, lost = jobs.failed or 0, jobs.lost or 0
   local unaccounted = (jobs.submitted or 0) - (jobs.done or 0) - failed - (jobs.dropped or 0)
   return failed + math.max(lost, unaccounted)
end

local function errors_of(cell)
   local errors = 0
   for _, trial in ipairs(cell.trials) do
      local of_trial = errors_of_trial(trial)
      if not of_trial then
         return nil
      end
      errors = errors + of_trial + (trial.status == "ok" and 0 or 1)
   end
   return errors
end

-- The largest value over all trials, failed ones included.
local function largest(cell, read)
   local most
   for _, trial in ipairs(cell.trials) do
      local value = read(trial)
      most = value and math.max(most or value, value) or most
   end
   return most
end

local function exact(value) return value and range.exact(value) or nil end

-- A quantile that the condition names is a fact about these trials; a median estimates further ones.
local function estimate(cell, node, read)
   local values = cell_type.values(cell, read)
   if node.quantile and node.quantile ~= 0.5 then
      return exact(stats.quantile(values, node.quantile))
   end
   local median = stats.median(values)
   return median and range.new(median, stats.interval(values))
end

-- What a figure with a bracket can be at most; a row without one is exact.
local function high_or_exact(metric)
   return function(trial) return metric.high(trial) or metric.read(trial) end
end

-- Errors are facts about these trials. The range of a memory peak reaches as far as its bracket.
local function figure_value(results, node, place)
   local cell = places.cell_at(results, node, place)
   if node.metric.name == "errors" then
      return exact(errors_of(cell))
   elseif node.in_every_trial then
      return exact(largest(cell, node.metric.read))
   end
   local value = estimate(cell, node, node.metric.read)
   local most = value and node.metric.high and estimate(cell, node, high_or_exact(node.metric))
   return most and range.up_to(value, most) or value
end

-- The ratio of two peaks, with the range that their brackets leave it.
local function bracketed_ratio(found, a, b, metric)
   local high = high_or_exact(metric)
   local least = stats.compare(cell_type.by_block(a, metric.read), cell_type.by_block(b, high))
   local most = stats.compare(cell_type.by_block(a, high), cell_type.by_block(b, metric.read))
   return range.new(found.ratio, least.low, most.high)
end

local function ratio_value(results, node, place)
   local a = places.cell_at(results, { label = node.a, workers = node.workers }, place)
   local b = places.cell_at(results, { label = node.b, workers = node.workers }, place)
   local read = node.metric.read
   local found = stats.compare(cell_type.by_block(a, read), cell_type.by_block(b, read))
   if node.bound == "ratio" then
      return found.ratio and (node.metric.high and bracketed_ratio(found, a, b, node.metric)
         or range.new(found.ratio, found.low, found.high))
   end
   return exact(found[node.bound]), found.ratio and evaluate.TOO_FEW
end

--- The value of a node at a place (see range.lua); or nil, { text, reason } of the missing figure. Figures
-- are added to `found` as { text, value, kind }.
function evaluate.value(results, node, place, found)
   if node.op == "number" then
      return range.exact(node.value)
   elseif node.op == "figure" or node.op == "ratio" then
      local value, reason = (node.op == "ratio" and ratio_value or figure_value)(results, node, place)
      if value then
         found[#found + 1] = { text = node.text, value = value.value, kind = node.kind }
         return value
      end
      return nil, { text = node.text, reason = reason or "no trial succeeded, or the figure is not recorded" }
   end
   local one, missing = evaluate.value(results, node.one, place, found)
   if not one or node.op == "-u" then
      return one and range.negative(one), missing
   end
   local two
   two, missing = evaluate.value(results, node.two, place, found)
   if not two then
      return nil, missing
   end
   local value = range.combine(node.op, one, two)
   return value, not value and { text = "the quotient", reason = "division by zero" } or nil
end

return evaluate
