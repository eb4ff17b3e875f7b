--- Charts in the order of a report, under headings. A chart that nobody put into a group stands at the end.

local chart_groups = {}

local GROUPS = {
   { "Time", { "speed", "ratio", "distribution", "quadrant" } },
   { "Latency", { "latency", "spectrum", "open_loop" } },
   { "One trial from within", { "timeline", "inflight", "cpu" } },
   { "Memory", { "memory", "footprint", "memory_workers" } },
   { "More workers", { "scaling", "speedup", "efficiency", "workers", "cores" } },
}

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
   local blocks, left = {}, by_name(drawn)
   for _, group in ipairs(GROUPS) do
      local charts = {}
      for _, name in ipairs(group[2]) do
         charts[#charts + 1], left[name] = left[name], nil
      end
      add_group(blocks, group[1], charts)
   end
   local others = {}
   for _, chart in ipairs(drawn) do
      others[#others + 1] = left[chart.name]
   end
   add_group(blocks, "Further charts", others)
   return blocks
end

return chart_groups
