--- Were the conditions the same from the first trial to the last? Outliers of each cell, slow first trials,
-- drift. No trial is dropped because of them: the reader is told, and all rows are kept.
--
-- A simulation tests the rate of false alarms (tests/lua/test_steadiness.lua): about 2 in 100 experiments
-- without drift or slow first trials get a warning. A single cell can't show a slow first trial: one of its
-- ten trials is always the slowest.

local cell_type = require "bakeoff.model.cell"
local distributions = require "bakeoff.stats.distributions"
local drift = require "bakeoff.analysis.drift"
local numbers = require "bakeoff.base.numbers"
local order = require "bakeoff.stats.order"
local outliers = require "bakeoff.stats.outliers"
local series = require "bakeoff.analysis.series"
local shape = require "bakeoff.analysis.shape"

local steadiness = {}

local FIRST_P, FIRST_LEAST = 0.01, 0.02

local function numbers_at(trials, places)
   local list = {}
   for index, place in ipairs(places) do
      list[index] = trials[place].number
   end
   return list
end

--- The repeats of a cell that are outliers in total time: { tukey = { repeats }, mad = { repeats } }; nil if
-- there are too few trials to tell.
function steadiness.outliers(cell)
   local list = series.of(cell)
   if #list < outliers.FEWEST then
      return nil
   end
   local values = series.values(list)
   local tukey, mad = outliers.tukey(values), outliers.mad(values)
   return { tukey = numbers_at(list, tukey), mad = numbers_at(list, mad) }
end

local function is_slow(value, median, mad)
   return value > median * (1 + FIRST_LEAST) and outliers.modified_z(value, median, mad) > outliers.MODIFIED_Z
end

-- Were first trials slow more often than others? Fisher's exact test: among all trials, the slow outliers
-- are the marked ones and the first trials are the sample drawn.
local function slow_first(list)
   local total, marked, firsts, excess = 0, 0, {}, {}
   for _, one in ipairs(list) do
      local mad = order.mad(one.values)
      for place, value in ipairs(one.values) do
         if is_slow(value, one.median, mad) then
            marked = marked + 1
            if place == 1 then
               firsts[#firsts + 1], excess[#excess + 1] = one.cell, value / one.median - 1
            end
         end
      end
      total = total + #one.values
   end
   if #firsts > 0 and distributions.hypergeometric_tail(#firsts, #list, marked, total) <= FIRST_P then
      return ("The first trial was slow in %d of %d cells (median excess %s): more warm-up may help,"
         .. " or something was cached."):format(#firsts, #list, numbers.percent(order.median(excess), 2))
   end
end

local function append(found, more) table.move(more, 1, #more, #found + 1, found) end

--- Sentences on slow first trials, on drift and dependence, and on what medians hide; empty if nothing was
-- found.
function steadiness.warnings(cells)
   local list, found = series.long(cells), {}
   if #list > 0 then
      found[1] = slow_first(list)
      append(found, drift.warnings(cells, list))
   end
   append(found, shape.warnings(cells))
   return found
end

--- Which intervals of the table were widened, because trials resemble the ones before them: a sentence; nil
-- if none was.
function steadiness.widened_line(results)
   local parts = {}
   local function add(what, cell, figure)
      parts[#parts + 1] = figure and figure.widened and ("%s of %s (%.1f times)"):format(what,
         cell_type.short(cell), figure.widened) or nil
   end
   for _, cell in ipairs(results.cells) do
      add("total", cell, results:summary_of(cell).total_s)
      add("ratio", cell, results:versus_reference(cell))
   end
   return #parts > 0 and ("Intervals widened, because trials resemble the ones before them: %s."):format(
      numbers.list(parts)) or nil
end

local function listed(places)
   local words = {}
   for index, number in ipairs(places) do
      words[index] = ("%d"):format(number)
   end
   return #words == 0 and "none" or ("%d (repeat %s)"):format(#words, table.concat(words, ", "))
end

--- One sentence per cell that has outliers.
function steadiness.outlier_lines(cells)
   local lines = {}
   for _, cell in ipairs(cells) do
      local found = steadiness.outliers(cell)
      if found and #found.tukey + #found.mad > 0 then
         lines[#lines + 1] = ("%s, %s: beyond Tukey's fences %s; by modified z score %s"):format(
            cell_type.short(cell), numbers.plural(#cell_type.good(cell), "trial"),
            listed(found.tukey), listed(found.mad))
      end
   end
   return lines
end

return steadiness
