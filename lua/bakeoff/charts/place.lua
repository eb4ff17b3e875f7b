--- Puts labels beside points so that they cover neither each other nor a line. Small numbers of labels,
-- so they start in the order of their points, as near as they can; then every label in turn tries all
-- heights near its point and takes the cheapest, until none moves.

local place = {}

local COST = { label = 1000, outside = 5000, line = 40, swapped = 400, away = 1.5, left = 4 }
local ROUNDS = 12

local function overlap(a, b)
   local x = math.min(a.x + a.width, b.x + b.width) - math.max(a.x, b.x)
   local y = (a.height + b.height) / 2 - math.abs(a.y - b.y) - 1e-6
   return x > 0 and y > 0 and 0.2 + y / a.height or 0
end

-- How much of the label's width a line covers, 0 to 1. line: { {x, y}, … } with x rising.
local function covered(label, line)
   local left, right = label.x, label.x + label.width
   local low, high = label.y - label.height / 2, label.y + label.height / 2
   local width = 0
   for index = 2, #line do
      local a, b = line[index - 1], line[index]
      local from, to = math.max(a[1], left), math.min(b[1], right)
      if to > from then
         local slope = (b[2] - a[2]) / (b[1] - a[1])
         local y1, y2 = a[2] + slope * (from - a[1]), a[2] + slope * (to - a[1])
         if math.max(y1, y2) > low and math.min(y1, y2) < high then
            width = width + to - from
         end
      end
   end
   return width / label.width
end

local function cost(label, labels, lines, top, bottom)
   local sum = COST.away * math.abs(label.y - label.anchor) / label.height
   sum = sum + (label.x ~= label.right_x and COST.left or 0)
   if label.y - label.height / 2 < top or label.y + label.height / 2 > bottom then
      sum = sum + COST.outside
   end
   for _, other in ipairs(labels) do
      if other ~= label then
         sum = sum + COST.label * overlap(label, other)
         local near = math.min(label.x + label.width, other.x + other.width) > math.max(label.x, other.x)
         if near and (label.anchor - other.anchor) * (label.y - other.y) < 0 then
            sum = sum + COST.swapped
         end
      end
   end
   for _, line in ipairs(lines) do
      local share = covered(label, line)
      sum = sum + (share > 0 and COST.line * (0.2 + share) or 0)
   end
   return sum
end

-- Tries the label on both sides of its point (left only where left_x is given) at all heights near it.
local function settle(label, labels, lines, top, bottom)
   local best, best_x, best_y = cost(label, labels, lines, top, bottom), label.x, label.y
   for _, x in ipairs { label.right_x, label.left_x } do
      label.x = x
      for step = -60, 60 do
         label.y = label.anchor + step * label.height / 5
         local sum = cost(label, labels, lines, top, bottom)
         if sum < best - 1e-9 then
            best, best_x, best_y = sum, label.x, label.y
         end
      end
   end
   label.x, label.y = best_x, best_y
end

-- Labels that share some width form a column; columns are independent of each other.
local function columns(labels)
   local sorted = table.move(labels, 1, #labels, 1, {})
   table.sort(sorted, function(a, b) return a.x < b.x end)
   local list, right = {}, -math.huge
   for _, label in ipairs(sorted) do
      if label.x >= right then
         list[#list + 1] = {}
      end
      table.insert(list[#list], label)
      right = math.max(right, label.x + label.width)
   end
   return list
end

-- Heights nearest the anchors (least squares) that keep the order and one label's height between two:
-- neighbours that want to overlap are pooled into a block around their mean.
local function in_order(column, top, bottom)
   table.sort(column, function(a, b) return a.anchor < b.anchor end)
   local blocks = {}
   for index, label in ipairs(column) do
      local block = { sum = label.anchor - (index - 1) * label.height, count = 1 }
      while blocks[#blocks] and blocks[#blocks].sum / blocks[#blocks].count >= block.sum / block.count do
         local before = table.remove(blocks)
         block = { sum = before.sum + block.sum, count = before.count + block.count }
      end
      blocks[#blocks + 1] = block
   end
   local index = 0
   for _, block in ipairs(blocks) do
      for _ = 1, block.count do
         index = index + 1
         column[index].y = block.sum / block.count + (index - 1) * column[index].height
      end
   end
   local last = column[#column]
   local shift = math.min(0, bottom - last.y - last.height / 2)
   shift = shift + math.max(0, top - column[1].y - shift + column[1].height / 2)
   for _, label in ipairs(column) do
      label.y = label.y + shift
   end
end

-- Moves a whole column by the little that frees it from a line.
local function shift_column(column, labels, lines, top, bottom)
   local function total(offset)
      local sum = 0
      for _, label in ipairs(column) do
         label.y = label.y + offset
      end
      for _, label in ipairs(column) do
         sum = sum + cost(label, labels, lines, top, bottom)
      end
      for _, label in ipairs(column) do
         label.y = label.y - offset
      end
      return sum
   end
   local best, best_offset = total(0), 0
   for step = -30, 30 do
      local offset = step * column[1].height / 10
      local sum = total(offset)
      if sum < best - 1e-9 then
         best, best_offset = sum, offset
      end
   end
   for _, label in ipairs(column) do
      label.y = label.y + best_offset
   end
end

--- Moves labels: each { x = left edge, y = wanted middle, width, height, left_x = left edge on the other
-- side of its point, or nil } gets `x` and `y` set, `on_left`, and `moved` = whether it stands so far
-- from its point that a thin line should lead there. Pixels, y down.
-- lines: lists of {x, y} that must stay readable.
function place.spread(labels, lines, top, bottom)
   for _, label in ipairs(labels) do
      label.anchor, label.right_x = label.y, label.x
   end
   local separate = columns(labels)
   for _, column in ipairs(separate) do
      in_order(column, top, bottom)
   end
   for _, column in ipairs(separate) do
      shift_column(column, labels, lines, top, bottom)
   end
   for _ = 1, ROUNDS do
      local changed = false
      for _, label in ipairs(labels) do
         local x, y = label.x, label.y
         settle(label, labels, lines, top, bottom)
         changed = changed or label.x ~= x or label.y ~= y
      end
      if not changed then
         break
      end
   end
   for _, label in ipairs(labels) do
      label.on_left = label.x ~= label.right_x
      label.moved = math.abs(label.y - label.anchor) > label.height * 0.45
   end
   return labels
end

return place
