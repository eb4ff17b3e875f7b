--- Intervals presume trials that don't depend on the ones before them. Where trials show that they do,
-- intervals are widened (stats/dependence.lua); but few trials hide even a strong correlation. This module
-- computes how strong, and which differences in the table would no longer be shown if it were there.

local dependence = require "bakeoff.stats.dependence"
local json = require "bakeoff.base.json"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local verdict = require "bakeoff.model.verdict"
local verdicts = require "bakeoff.analysis.verdicts"
local wording = require "bakeoff.analysis.wording.hidden_dependence"

local hidden_dependence = {}

-- The fewest successful trials of a cell whose figures have intervals; nil if there is none.
local function fewest_trials(results)
   local fewest
   for _, cell in ipairs(results.cells) do
      local summary = results:summary_of(cell)
      local trials = summary.trials - summary.failed_trials
      fewest = trials >= stats.FEWEST and math.min(fewest or trials, trials) or fewest
   end
   return fewest
end

-- The differences that the table shows: { { cell, comparison } … }.
local function differences(results)
   local list = {}
   for _, cell in ipairs(results.cells) do
      local versus = results:versus_reference(cell)
      if versus and verdict.is_difference(versus.verdict) then
         list[#list + 1] = { cell = cell, comparison = versus }
      end
   end
   return list
end

-- The verdicts of the table, with intervals wide enough for what their pairs may hide: cell → comparison.
local function widened_table(results)
   return (verdicts.of_table(results.cells, function(a, b, metric)
      return summaries.compare(a, b, metric, results.margin, results.read, dependence.factor_of_hidden)
   end))
end

--- nil if no cell has trials enough for an interval; else { trials = in the cell that has the fewest of those
-- with intervals, correlation = the lag-1 correlation that so many trials hide more often than they show it
-- (nil: they never show one), factor = how much wider intervals would have to be for it, differences = number
-- of those that the table shows, doubtful = the cells whose difference from their reference would not be
-- shown with such intervals, text }.
function hidden_dependence.of(results)
   local trials = fewest_trials(results)
   if not trials then
      return nil
   end
   local shown, doubtful = differences(results), {}
   local again = #shown > 0 and widened_table(results)
   for _, one in ipairs(shown) do
      doubtful[#doubtful + 1] = not verdict.is_difference(again[one.cell].verdict) and one.cell or nil
   end
   local found = { trials = trials, correlation = dependence.hidden(trials),
      factor = dependence.factor_of_hidden(trials), differences = #shown, doubtful = doubtful }
   found.text = wording.text(found)
   return found
end

local KEYS = { "trials", "correlation", "factor", "differences", "doubtful", "text" }

--- The entry of summary.json; nil for nil. found: from hidden_dependence.of.
function hidden_dependence.written(found)
   if not found then
      return nil
   end
   local doubtful = json.array {}
   for index, cell in ipairs(found.doubtful) do
      doubtful[index] = json.ordered({ "label", "workers" }, { label = cell.label, workers = cell.workers })
   end
   return json.ordered(KEYS, { trials = found.trials, correlation = found.correlation, factor = found.factor,
      differences = found.differences, doubtful = doubtful, text = found.text })
end

return hidden_dependence
