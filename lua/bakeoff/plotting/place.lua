--- Chooses a spot for every label so that none covers a line, a marker or another label. There are few
-- labels, so a local search does: all start in the order of their points, as near as they can; then each in
-- turn takes its cheapest spot, until none moves. The best of several starts is then shaken (two labels
-- move elsewhere, the others follow) several times, and improvements are kept. For more than a few labels,
-- fewer spots and starts are tried, so that the time hardly grows with their number. The result is
-- deterministic.

local random = require "bakeoff.base.random"
local spots = require "bakeoff.plotting.spots"

local place = {}

local COST = { swapped = 60, through_label = spots.CROSSED, leaders_cross = 60, trifle = 2 }
local FEW = 8 -- labels for which the search is thorough
-- starts; rounds until none moves; shakes at most; the spots of all labels, cheapest first; stride: from one
-- height to the next (spots.of); shift: from one shifted start to the next.
local THOROUGH = { starts = 3, rounds = 12, shakes = 60, spots = 5000, stride = 1, shift = 1 }
local SHORT = { starts = 1, rounds = 5, shakes = 0, spots = 3000, stride = 5, shift = 4 }
local PATIENCE = 20 -- shakes in a row without improvement
local MOST_PAIRS = 3e5 -- of labels that shakes compare

-- This runs a million times, so it calls little.
local function cross(ax, ay, bx, by, cx, cy, dx, dy)
   local x, y = bx - ax, by - ay
   local c, d = x * (cy - ay) - y * (cx - ax), x * (dy - ay) - y * (dx - ax)
   if c * d >= 0 then
      return false
   end
   x, y = dx - cx, dy - cy
   return (x * (ay - cy) - y * (ax - cx)) * (x * (by - cy) - y * (bx - cx)) < 0
end

local function through(line, spot)
   local x1, y1, x2, y2 = line[1], line[2], line[3], line[4]
   local left, right, top, bottom = spot.x, spot.right, spot.top, spot.bottom
   if (x1 < left and x2 < left) or (x1 > right and x2 > right) or (y1 < top and y2 < top)
      or (y1 > bottom and y2 > bottom) then
      return false
   end
   return cross(x1, y1, x2, y2, left, top, right, bottom) or cross(x1, y1, x2, y2, left, bottom, right, top)
end

local function leaders_cross(a, b)
   return cross(a[1], a[2], a[3], a[4], b[1], b[2], b[3], b[4])
end

-- The cost of two labels at two spots to each other.
local function pair_cost(a, spot_a, b, spot_b)
   local sum = 0
   if spot_a.x < spot_b.right and spot_b.x < spot_a.right then -- one above the other
      local away = spot_a.y - spot_b.y
      local y = (spot_a.height + spot_b.height) / 2 - (away < 0 and -away or away) - 1e-6
      sum = y > 0 and spots.CROSSED * (1 + y / spot_a.height) or 0
      if (a.anchor[2] - b.anchor[2]) * away < 0 then
         sum = sum + COST.swapped
      end
   end
   local la, lb = spot_a.leader, spot_b.leader
   if la and through(la, spot_b) then
      sum = sum + COST.through_label
   end
   if lb then
      sum = sum + (through(lb, spot_a) and COST.through_label or 0)
      sum = sum + (la and leaders_cross(la, lb) and COST.leaders_cross or 0)
   end
   return sum
end

-- work: counts the pairs that were compared.
local function cost(labels, chosen, index, spot, limit, work)
   local sum = spot.cost
   for other, there in ipairs(chosen) do
      if other ~= index then
         sum = sum + pair_cost(labels[index], spot, labels[other], there)
         if sum >= limit then
            work.pairs = work.pairs + other
            return sum
         end
      end
   end
   work.pairs = work.pairs + #chosen
   return sum
end

local function total(labels, chosen, work)
   local sum = 0
   for index, spot in ipairs(chosen) do
      sum = sum + (spot.cost + cost(labels, chosen, index, spot, math.huge, work)) / 2
   end
   return sum
end

-- The cheapest spot for one label while the others stay. Spots are sorted, cheapest first.
local function settle(labels, chosen, index, work)
   local best = cost(labels, chosen, index, chosen[index], math.huge, work) - 1e-9
   local found
   for _, spot in ipairs(labels[index].spots) do
      if spot.cost >= best then
         break
      end
      local sum = cost(labels, chosen, index, spot, best, work)
      if sum < best then
         best, found = sum, spot
      end
   end
   chosen[index] = found or chosen[index]
   return found ~= nil
end

local function descend(labels, chosen, work, rounds)
   for _ = 1, rounds do
      local changed = false
      for index = 1, #labels do
         changed = settle(labels, chosen, index, work) or changed
      end
      if not changed then
         break
      end
   end
   return total(labels, chosen, work)
end

-- Labels to the right of their lines' ends form a column if they overlap horizontally.
local function columns(labels)
   local sorted = table.move(labels, 1, #labels, 1, {})
   table.sort(sorted, function(a, b) return a.end_x < b.end_x end)
   local list, right = {}, -math.huge
   for _, label in ipairs(sorted) do
      if label.end_x >= right then
         list[#list + 1] = {}
      end
      table.insert(list[#list], label)
      right = math.max(right, label.end_x + label.forms[1].width)
   end
   return list
end

-- How far the labels of a column lie below its first one if they touch.
local function offsets(column)
   local list, at = {}, 0
   for index, label in ipairs(column) do
      local before = column[index - 1]
      at = before and at + (before.forms[1].height + label.forms[1].height) / 2 or 0
      list[index] = at
   end
   return list
end

-- Moves what lies beyond the top or the bottom inside, and its neighbours out of the way.
local function keep_inside(column, below, top, bottom)
   local last = #column
   for index = 1, last do
      local least = top + column[1].forms[1].height / 2 + below[index]
      column[index].wanted = math.max(column[index].wanted, least)
   end
   for index = last, 1, -1 do
      local most = bottom - column[last].forms[1].height / 2 - (below[last] - below[index])
      column[index].wanted = math.min(column[index].wanted, most)
   end
end

-- The heights nearest the anchors (least squares) that keep the order and a distance of one label's height:
-- neighbours that would overlap are pooled into a block around their mean.
local function in_order(column, top, bottom)
   table.sort(column, function(a, b)
      return a.anchor[2] < b.anchor[2] or (a.anchor[2] == b.anchor[2] and a.number < b.number)
   end)
   local blocks, below = {}, offsets(column)
   for index, label in ipairs(column) do
      local block = { sum = label.anchor[2] - below[index], count = 1 }
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
         column[index].wanted = block.sum / block.count + below[index]
      end
   end
   keep_inside(column, below, top, bottom)
end

-- The spot nearest to the wanted height, in the column at x.
local function nearest(label, x, offset)
   local best, distance
   for _, spot in ipairs(label.spots) do
      local away = math.abs(spot.y - label.wanted - offset) + math.abs(spot.x - x) + spot.form * 3
      if not distance or away < distance then
         best, distance = spot, away
      end
   end
   return best
end

-- The starts: each label at its own best spot; whole columns shifted a little, which may free them from a
-- line; all labels in the margin.
local function starts(labels, line, margin, shift)
   local list, all_in_margin = { { chosen = {} } }, {}
   for index, label in ipairs(labels) do
      list[1].chosen[index] = label.spots[1]
   end
   for step = -12, 12, shift do
      local chosen = {}
      for index, label in ipairs(labels) do
         chosen[index] = nearest(label, label.end_x, step * line / 4)
         all_in_margin[index] = all_in_margin[index] or nearest(label, margin, 0)
      end
      list[#list + 1] = { chosen = chosen }
   end
   list[#list + 1] = { chosen = all_in_margin, is_margin = true }
   for order, start in ipairs(list) do
      start.cost, start.order = total(labels, start.chosen, { pairs = 0 }), order
   end
   table.sort(list, function(a, b) return a.cost < b.cost or (a.cost == b.cost and a.order < b.order) end)
   return list
end

local function shaken(labels, chosen, generator)
   local other = table.move(chosen, 1, #chosen, 1, {})
   for _ = 1, 2 do
      local index = generator:below(#labels)
      local list = labels[index].spots
      other[index] = list[generator:below(#list)]
   end
   return other
end

-- If every label has its own cheapest spot, or nearly so, shaking can't improve anything.
local function enough(labels)
   local sum = 0
   for _, label in ipairs(labels) do
      sum = sum + label.spots[1].cost + COST.trifle
   end
   return sum
end

local function improved(labels, best, least, effort)
   local generator, good_enough = random.new(1), enough(labels)
   local in_vain, work = 0, { pairs = 0 }
   for _ = 1, #labels > 1 and effort.shakes or 0 do
      if least <= good_enough or in_vain >= PATIENCE or work.pairs >= MOST_PAIRS then
         break
      end
      local other = shaken(labels, best, generator)
      local sum = descend(labels, other, work, effort.rounds)
      in_vain = in_vain + 1
      if sum < least - 1e-9 then
         best, least, in_vain = other, sum, 0
      end
   end
   return best, least
end

local function cheapest(list, count) return #list > count and table.move(list, 1, count, 1, {}) or list end

--- Places labels. Pixels, y down. label: { forms = { { width, height }, … } in order of preference,
-- anchor = { x, y } (the point it names), end_x = where its line ends, peak = { x, y } or nil }.
-- bounds: { left, right, top, bottom = where labels may be, gap = between point and label, line = height
-- of one line, margin = left edge of labels in the right margin, obstacles = an obstacles grid }.
-- Returns the chosen spots (see spots.lua) in the order of the labels, and their cost: from spots.CROSSED on,
-- a label covers something.
function place.labels(labels, bounds)
   for number, label in ipairs(labels) do
      label.number = number
   end
   for _, column in ipairs(columns(labels)) do
      in_order(column, bounds.top, bounds.bottom)
   end
   local effort = #labels <= FEW and THOROUGH or SHORT
   bounds.is_rough = effort == SHORT
   for _, label in ipairs(labels) do
      label.spots = cheapest(spots.of(label, bounds, effort.stride), effort.spots // #labels)
   end
   local best, least
   for index, start in ipairs(starts(labels, bounds.line, bounds.margin, effort.shift)) do
      if index <= effort.starts or start.is_margin then
         local sum = descend(labels, start.chosen, { pairs = 0 }, effort.rounds)
         if not least or sum < least - 1e-9 then
            best, least = start.chosen, sum
         end
      end
   end
   if not best then
      return {}, 0
   end
   return improved(labels, best, least, effort)
end

return place
