--- Speed: the median total time of each contender at one worker count; sequential is included as reference.

local bars = require "bakeoff.plotting.bars"
local comparison = require "bakeoff.analysis.wording.comparison"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"

local speed = { name = "speed" }

--- The finding, as the chart's title.
function speed.title(results, options)
   local cells = select.ranked(results, options and options.workers)
   return finding.compare_shown(results, cells, "total_s", "open")
end

--- How a cell compares with the reference of a worker count.
function speed.versus(results, cell, workers)
   return results:verdict(cell, results:reference(workers), "total_s")
end

local function note(results, workers)
   local reference = results:reference(workers)
   return function(row)
      local errors = results:errors_apart(row.cell)
      if not reference or row.cell == reference then
         return comparison.with_errors(reference and "the reference" or "", errors)
      end
      return comparison.with_errors(comparison.note(speed.versus(results, row.cell, workers)), errors)
   end
end

--- Data and variables of the chart, or nil, reason.
function speed.build(results, options)
   local cells, workers, metric = select.ranked(results, options.workers)
   if #cells == 0 then
      return nil, "there are no trials to show"
   elseif metric ~= "total_s" then
      return nil, "in an open loop the rate decides how long a trial takes", "aside"
   end
   local shown, chosen = few.cells(results, cells, options)
   return bars.build(results, {
      name = speed.name, metric = "total_s", kind = "time", cells = shown, axis = "total time",
      title = speed.title(results, options), note = note(results, workers),
      enlarge = true, subtitle = {
         page_words.job(results), page_words.workers(cells, workers),
         page_words.repeats(results, cells, nil, nil, "total_s"),
         chosen,
         page_words.open_loops(select.at_one_count(results, workers), cells),
      },
   }, options)
end

return speed
