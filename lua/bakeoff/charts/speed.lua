--- Speed: the median total time of each contender at one worker count; sequential joins as reference.

local bars = require "bakeoff.plotting.bars"
local finding = require "bakeoff.analysis.finding"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local select = require "bakeoff.model.select"

local speed = { name = "speed" }

--- The finding, as the chart's title.
function speed.title(results, options)
   local cells = select.ranked(results, options and options.workers)
   return finding.compare(results, cells, "total_s")
end

--- How a cell's time compares with that of another: "2 times as fast", "6 % more time".
function speed.versus_text(versus)
   if versus.verdict == "too few repeats" then
      return ""
   elseif versus.verdict == "no difference shown" then
      return versus.verdict
   elseif versus.ratio < 1 / 1.095 then
      return (numbers.times(1 / versus.ratio)) .. " as fast"
   elseif versus.ratio < 1.095 then
      local way = versus.ratio < 1 and "less" or "more"
      return ("%.2g %% %s time"):format(math.abs(versus.ratio - 1) * 100, way)
   end
   return (numbers.times(versus.ratio)) .. " as long"
end

--- How a cell compares with the reference of a worker count: as in the table where that has it.
function speed.versus(results, cell, workers)
   local in_table = not cell.untold or workers == select.usual_count(results)
   return in_table and results:versus_reference(cell)
      or results:compare(cell, results:reference(workers), "total_s")
end

local function note(results, workers)
   local reference = results:reference(workers)
   return function(row)
      if not reference or row.cell == reference then
         return reference and "the reference" or ""
      end
      return speed.versus_text(speed.versus(results, row.cell, workers))
   end
end

--- Data and variables of the chart, or nil, reason.
function speed.build(results, options)
   local cells, workers, metric = select.ranked(results, options.workers)
   if #cells == 0 then
      return nil, "there are no trials to show"
   elseif metric ~= "total_s" then
      return nil, "in an open loop the rate says how long a trial takes", "aside"
   end
   return bars.build(results, {
      name = speed.name, metric = "total_s", kind = "time", cells = cells, axis = "total time",
      title = speed.title(results, options), note = note(results, workers),
      subtitle = {
         page.job(results), page.workers(cells, workers), page.repeats(results, cells),
         page.warning(results) or false,
      },
   }, options)
end

return speed
