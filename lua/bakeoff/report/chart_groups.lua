--- Charts in the order of a report, under headings, as their registry has them.

local registry = require "bakeoff.charts.registry"

local chart_groups = {}

local function by_name(drawn)
   local found = {}
   for _, chart in ipairs(drawn) do
      found[chart.name] = chart
   end
   return found
end

local function add_group(blocks, heading, charts)
   if #charts > 0 then
      blocks[#blocks + 1] = { kind = "heading", text = heading }
   end
   for _, chart in ipairs(charts) do
      blocks[#blocks + 1] = { kind = "figure", chart = chart }
   end
end

--- Blocks: headings and figures. drawn: of charts.draw.
function chart_groups.blocks(drawn)
   local blocks, found = {}, by_name(drawn)
   for _, group in ipairs(registry.groups()) do
      local charts = {}
      for _, name in ipairs(group.names) do
         charts[#charts + 1] = found[name]
      end
      add_group(blocks, group.heading, charts)
   end
   return blocks
end

return chart_groups
