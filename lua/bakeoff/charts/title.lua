--- A chart's title without drawing it: what a script may want to say.

local draw = require "bakeoff.plotting.draw"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local chart_title = {}

--- The title of the chart called `name`, as results:report would write it. nil, reason where the rows have
-- nothing for it. Raises (usage) where there is no such chart.
function chart_title.of(name, results)
   for _, known in ipairs(draw.NAMES) do
      if known == name then
         local built, reason = require("bakeoff.charts." .. name).build(results, {}, true)
         return built and built.title, reason
      end
   end
   failure.usage("finding: '%s' is no chart%s", text.shown(name), text.suggestion(tostring(name), draw.NAMES))
end

return chart_title
