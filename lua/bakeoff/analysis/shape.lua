--- What a median hides: a cell whose trials form two groups, or whose slow trials make the mean much longer
-- than the median. The reader is told, with the means beside the medians.

local cell_type = require "bakeoff.model.cell"
local model_reference = require "bakeoff.model.reference"
local numbers = require "bakeoff.base.numbers"
local order = require "bakeoff.stats.order"
local humps = require "bakeoff.stats.humps"
local series = require "bakeoff.analysis.series"
local stats = require "bakeoff.stats"
local text = require "bakeoff.base.text"

local shape = {}

local APART = 1.1 -- by this factor mean and median, or the ratios of both, must differ to be mentioned
local SLOW, FEWEST_SLOW = 1.5, 2 -- a slow trial: as a factor of the median; one alone is an outlier
local FAR = 10 -- this factor of the median is told of one trial alone, too: something stood still
local HUMPS_APART = 1.02 -- two groups that lie closer together than this don't matter

local function times_of(cell)
   local values = series.values(series.of(cell))
   return #values >= stats.FEWEST and order.sorted(values) or nil
end

local function is_apart(a, b) return math.max(a / b, b / a) >= APART end

--- The two groups that sorted values form: { low, high = { count, median } }; nil if they form none, or two
-- too near each other to matter.
function shape.groups(sorted)
   local found = humps.of_sorted(sorted)
   local low = found and order.median(table.move(sorted, 1, found.low, 1, {}))
   local high = found and order.median(table.move(sorted, found.low + 1, #sorted, 1, {}))
   return found and high / low >= HUMPS_APART and { low = { count = found.low, median = low },
      high = { count = found.high, median = high } } or nil
end

-- "trials of a form two groups: 15 around 1.00 s, 5 around 3.01 s"; nil if they don't
local function groups_text(name, sorted)
   local found = shape.groups(sorted)
   return found and ("trials of %s form two groups: %d around %s, %d around %s"):format(name,
      found.low.count, numbers.format(found.low.median, "time"),
      found.high.count, numbers.format(found.high.median, "time")) or nil
end

-- How many took more than so many times as long as the median.
local function count_beyond(sorted, factor)
   local median, count = order.quantile_of_sorted(sorted, 0.5), 0
   for _, value in ipairs(sorted) do
      count = count + (value > factor * median and 1 or 0)
   end
   return count
end

-- "5 of 20 trials of a took more than 1.5 times as long as the median"; nil if there are too few, or if they
-- don't make the mean much longer
local function slow_text(name, sorted)
   local slow, factor = count_beyond(sorted, SLOW), SLOW
   if slow < FEWEST_SLOW then
      slow, factor = count_beyond(sorted, FAR), FAR
   end
   return slow > 0 and is_apart(stats.mean(sorted), order.quantile_of_sorted(sorted, 0.5))
      and ("%d of %d trials of %s took more than %s as long as the median"):format(slow, #sorted, name,
      numbers.times(factor)) or nil
end

--- What the median of a cell's total times hides, without a capital or a full stop; nil if it hides nothing.
-- name: what to call the cell.
function shape.of(cell, name)
   local sorted = times_of(cell)
   return sorted and (groups_text(name, sorted) or slow_text(name, sorted))
end

--- The ratio of a cell's mean total time to another's, and that of the medians, if the two are far apart; nil
-- otherwise.
function shape.ratios(cell, other)
   local sorted, others = times_of(cell), times_of(other)
   if not (sorted and others) then
      return nil
   end
   local by_means = stats.mean(sorted) / stats.mean(others)
   local by_medians = order.quantile_of_sorted(sorted, 0.5) / order.quantile_of_sorted(others, 0.5)
   if is_apart(by_means, by_medians) then
      return by_means, by_medians
   end
end

-- "; by means, the ratio of a to b is 1.50×, by medians 1.00×", if these differ, or "; the mean is 1.52 s,
-- the median 1.01 s".
local function means_text(cell, reference)
   local by_means, by_medians
   if reference then
      by_means, by_medians = shape.ratios(cell, reference)
   end
   if by_means then
      return ("; by means, the ratio of %s to %s is %s×, by medians %s×"):format(cell_type.described(cell),
         cell_type.described(reference), numbers.plain(by_means), numbers.plain(by_medians))
   end
   local sorted = times_of(cell)
   local mean, median = stats.mean(sorted), order.quantile_of_sorted(sorted, 0.5)
   return is_apart(mean, median) and ("; the mean is %s, the median %s"):format(numbers.format(mean, "time"),
      numbers.format(median, "time")) or ""
end

--- Sentences about the cells whose medians hide something; empty if there are none.
function shape.warnings(cells)
   local found = {}
   for _, cell in ipairs(cells) do
      local what = shape.of(cell, cell_type.described(cell))
      if what then
         found[#found + 1] = ("%s%s."):format(text.capital(what),
            means_text(cell, model_reference.of(cells, cell)))
      end
   end
   return found
end

return shape
