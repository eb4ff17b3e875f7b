--- Scaling: total time against the number of workers, both logarithmic; sequential as a horizontal line.

local axis = require "bakeoff.plotting.axis"
local gains = require "bakeoff.analysis.gains"
local numbers = require "bakeoff.base.numbers"
local over_workers = require "bakeoff.plotting.over_workers"
local page_words = require "bakeoff.analysis.wording.page"
local scaling_words = require "bakeoff.analysis.wording.scaling"
local select = require "bakeoff.model.select"

local scaling = { name = "scaling" }

local METRIC = "total_s"

function scaling.title(results)
   return scaling_words.sentence(gains.of(results, over_workers.contenders(results), METRIC))
end

function scaling.build(results, options)
   local series, level = over_workers.medians(results, METRIC)
   if #select.worker_counts(results) < 2 or #series == 0 then
      return nil, "only one worker count was run", "aside"
   end
   for _, one in ipairs(series) do
      one.value = numbers.format(one.points[#one.points][2], "time")
   end
   local low, high = over_workers.range(series, level)
   local ruler = axis.logarithmic(low * 0.7, high * 1.3, "time")
   return over_workers.build(results, {
      name = scaling.name, title = scaling.title(results), series = series, level = level, y = ruler,
      y_title = axis.title("total time", ruler),
      subtitle = { page_words.job(results), page_words.repeats(results, over_workers.cells(series)),
         #series > 1 and "points of one count side by side" },
   }, options)
end

return scaling
