--- Efficiency of the work phase against workers: the speed-up divided by the workers, 100 % when each worker
-- does as much as it did alone.

local axis = require "bakeoff.plotting.axis"
local workers_words = require "bakeoff.analysis.wording.workers"
local numbers = require "bakeoff.base.numbers"
local over_workers = require "bakeoff.plotting.over_workers"
local page_words = require "bakeoff.analysis.wording.page"
local speedup = require "bakeoff.charts.speedup"

local efficiency = { name = "efficiency" }

local PERCENT = 0.01

local function percent(value) return numbers.percent(value, 2) end

local function series_of(results) return speedup.series(results, "efficiency", percent) end

local function title_of(series)
   local most, entries = 0, {}
   for _, one in ipairs(series) do
      most = math.max(most, one.points[#one.points].workers or one.points[#one.points][1])
   end
   for _, one in ipairs(series) do
      local last = one.points[#one.points]
      if (last.workers or last[1]) == most then
         entries[#entries + 1] = { name = one.name, value = last[2], low = last[3], high = last[4],
            workers = most, base = one.base }
      end
   end
   return workers_words.efficiency(entries)
end

--- What the workers of the largest count contribute.
function efficiency.title(results) return title_of(series_of(results)) end

function efficiency.build(results, options)
   local series = series_of(results)
   if #series == 0 then
      return nil, "it needs times at three worker counts", "aside"
   end
   local _, high = over_workers.range(series)
   local ruler = axis.linear(math.max(high, 1) * 1.05 / PERCENT, "count", 6)
   local most = 0
   for _, one in ipairs(series) do
      most = math.max(most, one.points[#one.points][1])
   end
   ruler.unit = "%"
   ruler.divisor, ruler.at = PERCENT, function(value) return value / PERCENT / ruler.max end
   return over_workers.build(results, {
      name = efficiency.name, title = title_of(series), series = series, y = ruler,
      y_title = "efficiency (% of ideal)",
      guides = { { name = "ideal", points = { { 1, 1.0 }, { most, 1.0 } } } },
      subtitle = { page_words.job(results), page_words.repeats(results, over_workers.cells(series)),
         "work phase", speedup.base_text(series) },
   }, options)
end

return efficiency
