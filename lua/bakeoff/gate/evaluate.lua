--- The value of a gate's condition at a place (places.lua), with the range in which the data leave it.

local cell_type = require "bakeoff.model.cell"
local errors = require "bakeoff.model.errors"
local places = require "bakeoff.gate.places"
local range = require "bakeoff.gate.range"
local stats = require "bakeoff.stats"

local evaluate = {}

--- Why a median has no interval.
evaluate.TOO_FEW = "too few repeats for an interval"

--- Does a node ("figure" or "ratio") say something about these trials, rather than estimate what further
-- trials would show? Errors, counts that must be zero, quantiles that the condition names, and bounds of
-- ratios do.
function evaluate.is_fact(node)
   if node.op == "ratio" then
      return node.bound ~= "ratio"
   end
   return node.op == "figure" and (node.metric.name == "errors" or node.in_every_trial
      or node.quantile ~= nil and node.quantile ~= 0.5)
end

local function errors_of(cell)
   local count = 0
   for _, trial in ipairs(cell.trials) do
      local of_trial = errors.of_trial(trial)
      if not of_trial then
         return nil
      end
      count = count + of_trial + (trial.status == "ok" and 0 or 1)
   end
   return count
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

-- The same figures as they may have been at most; nil for figures that have no bracket. A row without one is
-- exact.
local function highs(metric, cell)
   return metric.high and cell_type.values(cell, function(trial)
      return metric.high(trial) or metric.read(trial)
   end)
end

-- A quantile that the condition names: a fact about these trials, up to the bracket of a peak.
local function quantile_value(values, high_values, quantile)
   local value = stats.quantile(values, quantile)
   return value and range.new(value, value, high_values and stats.quantile(high_values, quantile) or value)
end

local function median_value(values, high_values)
   local median = stats.median(values)
   local low, high = stats.interval(values)
   if high and high_values then
      high = select(2, stats.interval(high_values))
   end
   return median and range.new(median, low, high)
end

-- Errors, and quantiles that the condition names, are facts about these trials; a median estimates what
-- further trials would show.
local function figure_value(results, node, place)
   local cell = places.cell_at(results, node, place)
   if node.metric.name == "errors" then
      return exact(errors_of(cell))
   elseif node.in_every_trial then
      return exact(largest(cell, node.metric.read))
   end
   local values, high_values = cell_type.values(cell, node.metric.read), highs(node.metric, cell)
   if node.quantile and node.quantile ~= 0.5 then
      return quantile_value(values, high_values, node.quantile)
   end
   return median_value(values, high_values)
end

-- How much higher a cell's peaks may have been than what was seen, as a factor.
local function beyond(metric, cell)
   local high, seen = highs(metric, cell), stats.median(cell_type.values(cell, metric.read))
   return high and seen and seen > 0 and stats.median(high) / seen or 1
end

local function ratio_value(results, node, place)
   local a = places.cell_at(results, { label = node.a, workers = node.workers }, place)
   local b = places.cell_at(results, { label = node.b, workers = node.workers }, place)
   local read = node.metric.read
   local found = stats.compare(cell_type.by_block(a, read), cell_type.by_block(b, read))
   local up, down = beyond(node.metric, a), 1 / beyond(node.metric, b)
   if node.bound == "ratio" then
      return found.ratio and range.new(found.ratio, found.low and found.low * down,
         found.high and found.high * up)
   end
   local value = found[node.bound]
   return value and range.new(value, value * down, value * up), found.ratio and evaluate.TOO_FEW
end

-- The kind of the figure if it is only bracketed in a cell that the node names; else nil.
local function bracketed(results, node, place)
   local metric = node.metric
   local sides = node.op == "ratio" and { { label = node.a, workers = node.workers },
      { label = node.b, workers = node.workers } } or { node }
   for _, side in ipairs(sides) do
      local cell = places.cell_at(results, side, place)
      for _, trial in ipairs(metric.high and cell_type.good(cell) or {}) do
         local seen, high = metric.read(trial), metric.high(trial)
         if seen and high and high > seen then
            return metric.kind
         end
      end
   end
   return nil
end

--- The value of a node at a place (see range.lua); or nil, { text, reason } of the missing figure. Figures
-- are added to `found` as { text, value, kind, bracketed }.
function evaluate.value(results, node, place, found)
   if node.op == "number" then
      return range.exact(node.value)
   elseif node.op == "figure" or node.op == "ratio" then
      local value, reason = (node.op == "ratio" and ratio_value or figure_value)(results, node, place)
      if value then
         found[#found + 1] = { text = node.text, value = value.value, kind = node.kind,
            bracketed = bracketed(results, node, place) }
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
   return value, not value and { text = "the quotient", reason = "its divisor is zero" } or nil
end

return evaluate
