--- Did something change from the first trial to the last? The machine, one contender alone, or the ratio of
-- two; and do trials resemble the ones before them?
--
-- What all contenders share cancels out in ratios within blocks. What one contender has alone doesn't, so the
-- ratios are tested, too.

local cell_type = require "bakeoff.model.cell"
local dependence = require "bakeoff.stats.dependence"
local model_reference = require "bakeoff.model.reference"
local numbers = require "bakeoff.base.numbers"
local order = require "bakeoff.stats.order"
local series = require "bakeoff.analysis.series"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local trend = require "bakeoff.stats.trend"

local drift = {}

local P, LEAST = 0.01, 0.02 -- significance level of a family of tests, and smallest change from first to last
local RATIO_P, DEPENDENCE_P = 0.005, 0.005
local MOST_POINTS = 100 -- at most this many enter the pairwise slopes

-- { place, level }; a long series is reduced to the medians of equally long pieces.
local function points_of(levels)
   local points, piece = {}, math.ceil(#levels / MOST_POINTS)
   for from = 1, #levels, piece do
      local to = math.min(from + piece - 1, #levels)
      points[#points + 1] = { (from + to) / 2, order.median(table.move(levels, from, to, 1, {})) }
   end
   return points
end

-- How much a series of logarithms changed from first to last, if the change is significant.
local function change_of(levels, p)
   if #levels < series.FEWEST or trend.mann_kendall(levels).p > p then
      return nil
   end
   local change = math.exp(trend.theil_sen(points_of(levels)) * (#levels - 1)) - 1
   return math.abs(change) >= LEAST and change or nil
end

local function logarithms(values)
   local levels = {}
   for index, value in ipairs(values) do
      levels[index] = math.log(value)
   end
   return levels
end

local function change_text(change, up, down)
   return ("%s by %s"):format(change > 0 and up or down, numbers.percent(math.abs(change), 2))
end

-- For each block, the median over its cells of log(value / the cell's median).
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

local OF_BLOCKS, OF_EACH = "block", "measurement"

-- Did the machine drift? A sentence, or nil.
local function common(list)
   local change = #list > 1 and change_of(block_levels(list), P)
   return change and ("From the first block to the last, trials got %s: the machine drifted. Ratios within"
      .. " blocks are free of what all contenders share, times are not."):format(
      change_text(change, "slower", "faster")) or nil
end

-- Tests each cell on its own, corrected for their number (Bonferroni). span: OF_BLOCKS or OF_EACH. → a
-- sentence or nil, cell → true
local function alone(list, span)
   local parts, named = {}, {}
   for _, one in ipairs(list) do
      local change = change_of(logarithms(one.values), P / #list)
      if change then
         parts[#parts + 1] = ("%s got %s"):format(cell_type.short(one.cell),
            change_text(change, "slower", "faster"))
         named[one.cell] = true
      end
   end
   local ratios = span == OF_BLOCKS and #list > 1 and (#parts == 1 and ": its ratios to others drift with it"
      or ": their ratios to others drift with them") or ""
   return #parts > 0 and ("From the first %s to the last, %s%s."):format(span, numbers.list(parts), ratios)
      or nil, named
end

-- The ratios of cells to their references, in the order of blocks: { cell, reference, values }.
local function ratios_of(cells)
   local list, reference_of = {}, model_reference.finder(cells)
   for _, cell in ipairs(cells) do
      local reference = reference_of(cell)
      local metric = model_reference.metric(cell)
      local values = reference and stats.ratios_in_order(summaries.by_block(cell, metric),
         summaries.by_block(reference, metric)) or {}
      if #values >= series.FEWEST and order.sorted(values)[1] > 0 then
         list[#list + 1] = { cell = cell, reference = reference, values = values }
      end
   end
   return list
end

local function ratio_name(one)
   return ("%s to %s"):format(cell_type.short(one.cell), cell_type.short(one.reference))
end

-- Did one contender drift alone? named: cells of which that is already said; all_drift: all drifted together.
local function in_ratios(list, named, all_drift)
   local parts = {}
   for _, one in ipairs(list) do
      if not (named[one.cell] or named[one.reference]) then
         local change = change_of(logarithms(one.values), RATIO_P / #list)
         parts[#parts + 1] = change and ("the ratio of %s %s"):format(ratio_name(one),
            change_text(change, "rose", "fell")) or nil
      end
   end
   return #parts > 0 and ("%s, %s: one of the two drifted %s, and pairing by block does not remove that.")
      :format(all_drift and "Beyond this common drift" or "From the first block to the last",
      numbers.list(parts), all_drift and "more than the other" or "alone") or nil
end

local function dependent(values, p)
   local found = dependence.lag1(values)
   return found and found.p <= p and found.r or nil
end

-- Do trials, or ratios, resemble the ones before them?
local function resembling(list, ratios)
   local parts, p = {}, DEPENDENCE_P / math.max(#list + #ratios, 1)
   for _, one in ipairs(list) do
      local r = dependent(one.values, p)
      parts[#parts + 1] = r and ("%s (lag-1 correlation %.2f)"):format(cell_type.short(one.cell), r) or nil
   end
   for _, one in ipairs(ratios) do
      local r = dependent(one.values, p)
      parts[#parts + 1] = r and ("ratios of %s (%.2f)"):format(ratio_name(one), r) or nil
   end
   return #parts > 0 and ("Trials resemble the ones before them: %s. Their intervals are widened for it, and"
      .. " may still be too narrow: more time between trials helps."):format(numbers.list(parts)) or nil
end

--- Sentences about changes; empty if nothing was found. cells: those of results; list: series.long(cells).
function drift.warnings(cells, list)
   local found, named, ratios = { common(list) }, {}, ratios_of(cells)
   local all_drift = #found > 0
   if not all_drift then
      found[1], named = alone(list, OF_BLOCKS)
   end
   found[#found + 1] = in_ratios(ratios, named, all_drift)
   if #found == 0 then
      found[1] = resembling(list, ratios)
   end
   return found
end

--- The same of cells that were measured one after the other, as other programs do: they have no block in
-- common, so that each is looked at alone.
function drift.of_each(list)
   local found = { (alone(list, OF_EACH)) }
   found[1] = found[1] or resembling(list, {})
   return found
end

return drift
