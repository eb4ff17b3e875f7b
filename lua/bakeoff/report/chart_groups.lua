--- Which charts a report begins with, and the others under the headings of their registry.

local registry = require "bakeoff.charts.registry"

local chart_groups = {}

local function by_name(drawn)
   local found = {}
   for _, chart in ipairs(drawn) do
      found[chart.name] = chart
   end
   return found
end

local function first_of(names, found)
   for _, name in ipairs(names) do
      if found[name] then
         return found[name]
      end
   end
end

local function figures(charts)
   local blocks = {}
   for index, chart in ipairs(charts) do
      blocks[index] = { kind = "figure", chart = chart }
   end
   return blocks
end

-- Of the charts that may be the first, the one whose title is the run's finding; nil if none is.
local function with_finding(names, found, finding)
   for _, name in ipairs(finding and names or {}) do
      if found[name] and found[name].title == finding then
         return found[name]
      end
   end
end

--- The charts in the order of a report: figures of those that it begins with; and a list of { heading, blocks
-- = figures } of the others, also for groups without charts. Each chart appears once. drawn: from
-- charts.draw; finding: the run's, which no chart without it goes before.
function chart_groups.of(drawn, finding)
   local found, first, groups = by_name(drawn), {}, {}
   for index, names in ipairs(registry.FIRST) do
      local chart = index == 1 and not found.scan and with_finding(names, found, finding)
         or first_of(names, found)
      first[#first + 1] = chart
      found[chart and chart.name or ""] = nil
   end
   for index, group in ipairs(registry.groups()) do
      local charts = {}
      for _, name in ipairs(group.names) do
         charts[#charts + 1] = found[name]
      end
      groups[index] = { heading = group.heading, blocks = figures(charts) }
   end
   return figures(first), groups
end

return chart_groups
