--- Chooses a spot for every label so that none covers a line, a marker or another label. Of a few labels, a
-- local search finds the best: all start in the order of their points, as near as they can; then each in turn
-- takes its cheapest spot, until none moves. The best of several starts is then shaken (two labels move
-- elsewhere, the others follow) several times, and improvements are kept. Many labels, and a few for which
-- this finds no place, are left to crowd.lua. The result is deterministic.

local crossings = require "bakeoff.plotting.crossings"
local crowd = require "bakeoff.plotting.crowd"
local heights = require "bakeoff.plotting.heights"
local random = require "bakeoff.base.random"
local spots = require "bakeoff.plotting.spots"

local place = {}

local COST = { swapped = 60, through_label = spots.CROSSED, leaders_cross = 60, trifle = 2 }
local FEW = 12 -- labels, at most, for which a search pays
local STARTS, ROUNDS, SHAKES = 3, 12, 60 -- at most; a round moves each label once
local SPOTS = 5000 -- of all labels together, the cheapest
local PATIENCE = 20 -- shakes in a row without improvement
local MOST_PAIRS = 3e5 -- of labels that shakes compare

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
   if la and la.left <= spot_b.right and la.right >= spot_b.x and crossings.through(la, spot_b) then
      sum = sum + COST.through_label
   end
   if lb and lb.left <= spot_a.right and lb.right >= spot_a.x and crossings.through(lb, spot_a) then
      sum = sum + COST.through_label
   end
   if la and lb and la.left < lb.right and lb.left < la.right and crossings.leaders(la, lb) then
      sum = sum + COST.leaders_cross
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

local function descend(labels, chosen, work)
   for _ = 1, ROUNDS do
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

-- Sets the heights that the labels of a column should have, in the order of their points.
local function in_order(column, top, bottom)
   table.sort(column, function(a, b)
      return a.anchor[2] < b.anchor[2] or (a.anchor[2] == b.anchor[2] and a.number < b.number)
   end)
   local list = {}
   for index, label in ipairs(column) do
      list[index] = { wanted = label.anchor[2], height = label.forms[1].height }
   end
   for index, height in ipairs(heights.solve(list, top, bottom)) do
      column[index].wanted = height
   end
end

-- A function that returns the spot nearest to the label's wanted height plus an offset, in the column at x.
-- What doesn't depend on the offset is computed once.
local function nearest_in(label, x)
   local list, aside, forms = label.spots, {}, {}
   for index, spot in ipairs(list) do
      aside[index], forms[index] = math.abs(spot.x - x), spot.form * 3
   end
   return function(offset)
      local best, distance, wanted = nil, math.huge, label.wanted
      for index, spot in ipairs(list) do
         local away = spot.y - wanted - offset
         away = (away < 0 and -away or away) + aside[index] + forms[index]
         if away < distance then
            best, distance = spot, away
         end
      end
      return best
   end
end

-- The starts: each label at its own best spot; whole columns shifted a little, which may free them from a
-- line; all labels in the margin.
local function starts(labels, line, margin)
   local list, all_in_margin, nearest = { { chosen = {} } }, {}, {}
   for index, label in ipairs(labels) do
      list[1].chosen[index], all_in_margin[index] = label.spots[1], nearest_in(label, margin)(0)
      nearest[index] = nearest_in(label, label.end_x)
   end
   for step = -12, 12 do
      local chosen = {}
      for index in ipairs(labels) do
         chosen[index] = nearest[index](step * line / 4)
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

local function improved(labels, best, least)
   local generator, good_enough = random.new(1), enough(labels)
   local in_vain, work = 0, { pairs = 0 }
   for _ = 1, #labels > 1 and SHAKES or 0 do
      if least <= good_enough or in_vain >= PATIENCE or work.pairs >= MOST_PAIRS then
         break
      end
      local other = shaken(labels, best, generator)
      local sum = descend(labels, other, work)
      in_vain = in_vain + 1
      if sum < least - 1e-9 then
         best, least, in_vain = other, sum, 0
      end
   end
   return best, least
end

local function search(labels, bounds)
   for number, label in ipairs(labels) do
      label.number = number
   end
   for _, column in ipairs(columns(labels)) do
      in_order(column, bounds.top, bounds.bottom)
   end
   for _, label in ipairs(labels) do
      label.spots = spots.of(label, bounds, SPOTS // #labels)
   end
   local best, least
   for index, start in ipairs(starts(labels, bounds.line, bounds.margin)) do
      if index <= STARTS or start.is_margin then
         local sum = descend(labels, start.chosen, { pairs = 0 })
         if not least or sum < least - 1e-9 then
            best, least = start.chosen, sum
         end
      end
   end
   return improved(labels, best, least)
end

local function within(value, low, high)
   return value ~= value and low or math.min(math.max(value, low), high)
end

-- A point that no axis has, such as zero on a logarithmic one, is named at the edge.
local function keep_on_page(label, bounds)
   local x, y = label.anchor[1], label.anchor[2]
   if x - x ~= 0 or y - y ~= 0 or label.end_x - label.end_x ~= 0 then -- infinite, or not a number
      label.anchor = { within(x, bounds.left, bounds.right), within(y, bounds.top, bounds.bottom) }
      label.end_x, label.peak = within(label.end_x, bounds.left, bounds.right), nil
   end
end

--- Places labels. Pixels, y down. label: { forms = { { width, height }, … } in order of preference,
-- anchor = { x, y } (the point it names), end_x = where its line ends, peak = { x, y } or nil }.
-- bounds: { left, right, top, bottom = where labels may be, gap = between point and label, line = height
-- of one line, margin = left edge of labels in the right margin, obstacles = an obstacles grid, rest(count) →
-- the form of a text that tells how many labels are left out }.
-- Returns the chosen spots (see spots.lua) in the order of the labels, and their cost: from spots.CROSSED on,
-- a label covers something. Labels never cover each other: if there is no room, `false` stands for the last
-- ones, and chosen.rest is the spot of the text on them.
function place.labels(labels, bounds)
   for _, label in ipairs(labels) do
      keep_on_page(label, bounds)
   end
   if #labels == 0 then
      return {}, 0
   elseif #labels > FEW then
      return crowd.place(labels, bounds)
   end
   local chosen, cost_of_few = search(labels, bounds)
   if cost_of_few < spots.CROSSED then
      return chosen, cost_of_few
   end
   return crowd.place(labels, bounds)
end

return place
