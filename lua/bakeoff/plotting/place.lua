--- Chooses a spot for every label so that none covers a line, a marker or another label. Of a few labels, a
-- local search finds the best: all start in the order of their points, as near as they can; then each in turn
-- takes its cheapest spot, until none moves. The best of several starts is then shaken (two labels move
-- elsewhere, the others follow) several times, and improvements are kept. Many labels, and a few for which
-- this finds no place, are left to crowd.lua. The result is deterministic.

local core = require "bakeoff.core"
local crowd = require "bakeoff.plotting.crowd"
local heights = require "bakeoff.plotting.heights"
local spots = require "bakeoff.plotting.spots"

local place = {}

local FEW = 12 -- labels, at most, for which a search pays
local SPOTS = 5000 -- of all labels together, the cheapest

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
   local chosen, cost = core.search_spots(labels, bounds.line, bounds.margin)
   for index, label in ipairs(labels) do
      chosen[index] = label.spots[chosen[index]]
   end
   return chosen, cost
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
-- of one line, margin = left edge of labels in the right margin, obstacles = a grid (core.label_grid),
-- rest(count) → the form of a text that tells how many labels are left out }.
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
