--- Heights for labels that stand in a column: in their order, each as near as possible to where it wants to
-- be, none over another. Neighbours that want the same place form a block whose mean is right ("pool adjacent
-- violators": the least sum of squares, in linear time).

local heights = {}

-- How far the middle of each label lies below that of the first one if they touch.
local function offsets(labels)
   local list, at = {}, 0
   for index, label in ipairs(labels) do
      local before = labels[index - 1]
      at = before and at + (before.height + label.height) / 2 or 0
      list[index] = at
   end
   return list
end

-- Blocks of labels that touch: list of { sum of wanted heights of the first label, count }.
local function blocks_of(labels, below)
   local blocks = {}
   for index, label in ipairs(labels) do
      local block = { sum = label.wanted - below[index], count = 1 }
      while blocks[#blocks] and blocks[#blocks].sum / blocks[#blocks].count >= block.sum / block.count do
         local before = table.remove(blocks)
         block = { sum = before.sum + block.sum, count = before.count + block.count }
      end
      blocks[#blocks + 1] = block
   end
   return blocks
end

--- labels: list of { wanted = height of its middle, height }, from top to bottom. → list of the middles.
-- top, bottom: they stay within these if there is room for all of them.
function heights.solve(labels, top, bottom)
   local list, below = {}, offsets(labels)
   local least = #labels > 0 and top + labels[1].height / 2
   local most = #labels > 0 and bottom - labels[#labels].height / 2 - below[#labels]
   for _, block in ipairs(blocks_of(labels, below)) do
      for _ = 1, block.count do
         local index = #list + 1
         list[index] = math.min(math.max(block.sum / block.count, least), most) + below[index]
      end
   end
   return list
end

return heights
