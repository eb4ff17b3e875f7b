--- Were the conditions the same from the first trial to the last? Outliers of each cell, slow first trials,
-- drift. Nothing is dropped for it: these are words for the reader, and the rows are all there.
--
-- How seldom it speaks without a reason is tested by simulation (tests/lua/test_steadiness.lua): drift and
-- slow first trials are told in about 2 of 100 experiments that have neither. One cell alone can't show a
-- slow first trial: one of its ten trials is the slowest, always.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local distributions = require "bakeoff.stats.distributions"
local order = require "bakeoff.stats.order"
local outliers = require "bakeoff.stats.outliers"
local metrics = require "bakeoff.model.metrics"
local trend = require "bakeoff.stats.trend"

local steadiness = { FEWEST = 8 } -- trials of a cell, for words about their order

local METRIC = "total_s"
local DRIFT_P, DRIFT_LEAST = 0.01, 0.02 -- how sure, and by how much from first to last
local FIRST_P, FIRST_LEAST = 0.01, 0.02

-- Good trials with a time, in the order of their blocks: { block, value, number (repeat) }.
local function series_of(cell)
   local series = {}
   for _, trial in ipairs(cell_type.good(cell)) do
      local value = metrics.reader(METRIC)(trial)
      local number = math.tointeger(trial["repeat"] or trial.block)
      if value and value > 0 then
         local block = math.tointeger(trial.block) or number
         series[#series + 1] = { block = block, number = number, value = value }
      end
   end
   table.sort(series, function(a, b) return a.block < b.block end)
   return series
end

local function values_of(series)
   local values = {}
   for index, one in ipairs(series) do
      values[index] = one.value
   end
   return values
end

local function numbers_at(series, places)
   local list = {}
   for index, place in ipairs(places) do
      list[index] = series[place].number
   end
   return list
end

--- Which repeats of a cell are outliers in total time: { tukey = { repeats }, mad = { repeats } }; nil when
-- there are too few to say.
function steadiness.outliers(cell)
   local series = series_of(cell)
   if #series < outliers.FEWEST then
      return nil
   end
   local values = values_of(series)
   local tukey, mad = outliers.tukey(values), outliers.mad(values)
   return { tukey = numbers_at(series, tukey), mad = numbers_at(series, mad) }
end

-- Cells that have enough trials, each { cell, series, values, median }.
local function long_cells(cells)
   local list = {}
   for _, cell in ipairs(cells) do
      local series = series_of(cell)
      if #series >= steadiness.FEWEST then
         local values = values_of(series)
         list[#list + 1] = { cell = cell, series = series, values = values, median = order.median(values) }
      end
   end
   return list
end

local function is_slow(value, median, mad)
   return value > median * (1 + FIRST_LEAST) and outliers.modified_z(value, median, mad) > outliers.MODIFIED_Z
end

-- Were first trials slow more often than others? Fisher's exact test: of all trials those that are slow
-- outliers are marked, and the first ones drawn.
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

-- Per block the middle of its cells, as logarithms of value / the cell's median.
local function block_levels(list)
   local by_block, blocks, levels = {}, {}, {}
   for _, one in ipairs(list) do
      for _, trial in ipairs(one.series) do
         if not by_block[trial.block] then
            by_block[trial.block] = {}
            blocks[#blocks + 1] = trial.block
         end
         table.insert(by_block[trial.block], math.log(trial.value / one.median))
      end
   end
   table.sort(blocks)
   for index, block in ipairs(blocks) do
      levels[index] = order.median(by_block[block])
   end
   return levels
end

local MOST_POINTS = 100 -- of whose pairs the slope is made

-- { place, level }; of a long series the middles of equally long pieces.
local function points_of(levels)
   local points, piece = {}, math.ceil(#levels / MOST_POINTS)
   for from = 1, #levels, piece do
      local to = math.min(from + piece - 1, #levels)
      points[#points + 1] = { (from + to) / 2, order.median(table.move(levels, from, to, 1, {})) }
   end
   return points
end

-- By how much a series of logarithms changed from first to last, where it did for sure.
local function drift_of(levels, p)
   if #levels < steadiness.FEWEST or trend.mann_kendall(levels).p > p then
      return nil
   end
   local change = math.exp(trend.theil_sen(points_of(levels), 0.025).slope * (#levels - 1)) - 1
   return math.abs(change) >= DRIFT_LEAST and change or nil
end

local function change_text(change)
   return ("%s by %s"):format(change > 0 and "slower" or "faster", numbers.percent(math.abs(change), 2))
end

-- Each cell for itself, all of them held together (Bonferroni).
local function drifting_cells(list)
   local parts = {}
   for _, one in ipairs(list) do
      local levels = {}
      for index, value in ipairs(one.values) do
         levels[index] = math.log(value / one.median)
      end
      local change = drift_of(levels, DRIFT_P / #list)
      parts[#parts + 1] = change and ("%s got %s"):format(cell_type.short(one.cell), change_text(change))
         or nil
   end
   return #parts > 0 and ("From the first block to the last, %s."):format(numbers.list(parts)) or nil
end

local function drift(list)
   local change = #list > 1 and drift_of(block_levels(list), DRIFT_P)
   if change then
      return ("From the first block to the last, trials got %s: the machine drifted. Ratios within blocks are"
         .. " free of that, times are not."):format(change_text(change))
   end
   return drifting_cells(list)
end

--- Sentences on slow first trials and on drift; empty when nothing was found.
function steadiness.warnings(cells)
   local list, found = long_cells(cells), {}
   if #list > 0 then
      found[1] = slow_first(list)
      found[#found + 1] = drift(list)
   end
   return found
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
