--- The bracket of a figure that is known only from below: what was seen, and what is possible at most.
-- Between two readings of several processes nobody knows how many pages they share (src/probe/README.md), and
-- nobody knows all CPU time of children that the kernel reaps itself.

local cell_type = require "bakeoff.model.cell"
local metrics = require "bakeoff.model.metrics"
local numbers = require "bakeoff.base.numbers"
local stats = require "bakeoff.stats"

local bracket = {}

-- A bracket as narrow as this is not worth words.
local NARROW = 1.02

--- "seen, at most 514 MiB"; nil if the peak is known well enough. low, high: bytes, high may be nil.
-- is_open: nothing is known of what is possible.
function bracket.words(low, high, is_open)
   if low and is_open then
      return "seen, at most unknown"
   end
   return low and high and high > NARROW * low and "seen, at most " .. numbers.format(high, "size") or nil
end

--- The same for the medians of a cell's summary.
function bracket.words_of(summary)
   local low, high = summary.footprint_peak_bytes, summary.footprint_peak_high_bytes
   return low and high and bracket.words(low.median, high.median, low.at_least) or nil
end

-- Medians of what was seen and what is possible; a row without a bracket is exact.
local function medians(cell, metric, cache)
   local known = cache and cache[cell] and cache[cell][metric]
   if known then
      return known.low, known.high
   end
   local function high(trial) return metric.high(trial) or metric.read(trial) end
   local seen = stats.median(cell_type.values(cell, metric.read))
   local possible = stats.median(cell_type.values(cell, high))
   if cache then
      cache[cell] = cache[cell] or {}
      cache[cell][metric] = { low = seen, high = possible }
   end
   return seen, possible
end

--- Do the brackets of two cells overlap, so that no verdict on the metric is possible? Only memory peaks, and
-- CPU time that is a lower bound, have brackets. Brackets that are narrower than a factor (default: 1) don't
-- count. cache: see summary.compare.
function bracket.overlap(a, b, metric_name, factor, cache)
   local metric = metrics.get(metric_name)
   if not (metric and metric.high) then
      return false
   end
   local low_a, high_a = medians(a, metric, cache)
   local low_b, high_b = medians(b, metric, cache)
   factor = factor or 1
   if not (low_a and low_b) or (high_a <= low_a * factor and high_b <= low_b * factor) then
      return false
   end
   return high_a >= low_b and high_b >= low_a
end

--- A comparison of cells a and b, which is undecided if their brackets overlap. Such a comparison is no test:
-- it has no p. cache: see summary.compare.
function bracket.judged(comparison, a, b, metric_name, cache)
   if comparison.low and bracket.overlap(a, b, metric_name, 1, cache) then
      comparison.verdict, comparison.p = "undecided", nil
   end
   return comparison
end

return bracket
