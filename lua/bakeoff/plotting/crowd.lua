--- Places many labels, so that none covers another, in a time that hardly grows with their number: each in
-- turn takes the cheapest free spot near its point; those that find none, and those whose lines end there,
-- stand in one column in the right margin, moved apart, with hairlines to their points. If not even the
-- column has room for all, the last labels are left out and a line says how many.

local core = require "bakeoff.core"
local heights = require "bakeoff.plotting.heights"
local spots = require "bakeoff.plotting.spots"

local crowd = {}

local LEFT_OUT = spots.CROSSED / 100
local STRAGGLERS = 0.25 -- if fewer than this share of the labels stand beside their points, none does
local PASSES = 5 -- over all pairs of hairlines, to uncross them

local function overlap(a, b)
   return a.x < b.right and b.x < a.right and a.top < b.bottom - 1e-6 and b.top < a.bottom - 1e-6
end

-- Does one lie on the other, or a hairline of one run through the other?
local function disturb(a, b)
   return overlap(a, b) or a.leader and core.hairline_through(a.leader, b)
      or b.leader and core.hairline_through(b.leader, a)
end

-- The form of a label for the column: of those that fit, the first, or if `flat` the lowest one.
-- → its number; and whether it fits
local function form_for(label, room, flat)
   local best, narrowest
   for number, form in ipairs(label.forms) do
      if form.width <= room + 0.01 and (not best or flat and form.height < label.forms[best].height) then
         best = number
      end
      if not narrowest or form.width < label.forms[narrowest].width then
         narrowest = number
      end
   end
   return best or narrowest, best ~= nil
end

local function rows_of(column, bounds, flat)
   local rows, sum = {}, 0
   for index, label in ipairs(column) do
      local form, fits = form_for(label, bounds.right - bounds.margin, flat)
      rows[index] = { label = label, form = form, fits = fits, height = label.forms[form].height,
         wanted = label.anchor[2], from = label.anchor }
      sum = sum + rows[index].height
   end
   return rows, sum
end

-- The rows for which there is room, and the row that tells of the others, if any.
local function chosen_rows(column, bounds)
   local room = bounds.bottom - bounds.top
   local rows, sum = rows_of(column, bounds)
   if sum > room then
      rows, sum = rows_of(column, bounds, true)
   end
   local rest
   local all = #rows
   while sum + (rest and rest.height or 0) > room and #rows > 1 do
      sum = sum - table.remove(rows).height
      local form = bounds.rest(all - #rows)
      rest = { label = { forms = { form } }, form = 1, fits = true, height = form.height,
         wanted = bounds.bottom, is_rest = true }
   end
   return rows, rest
end

-- Gives the rows their heights, in their order.
local function solve(rows, rest, bounds)
   local bottom = rest and bounds.bottom - rest.height or bounds.bottom
   for index, y in ipairs(heights.solve(rows, bounds.top, bottom)) do
      rows[index].y = y
   end
end

local function cross(a, b, x)
   return core.hairlines_cross({ a.from[1], a.from[2], x, a.y }, { b.from[1], b.from[2], x, b.y })
end

-- Swaps the places of rows whose hairlines cross. → the number of pairs
local function swap_crossed(rows, x)
   local count = 0
   for i = 1, #rows do
      for j = i + 1, #rows do
         if cross(rows[i], rows[j], x) then
            rows[i], rows[j], rows[i].y, rows[j].y = rows[j], rows[i], rows[j].y, rows[i].y
            count = count + 1
         end
      end
   end
   return count
end

local function uncross(rows, rest, bounds)
   for _ = 1, PASSES do
      local count = swap_crossed(rows, bounds.margin)
      solve(rows, rest, bounds)
      if count == 0 then
         break
      end
   end
end

local function spot_of(row, bounds)
   local width = row.label.forms[row.form].width
   local x = row.fits and bounds.margin or bounds.right - width
   local spot = spots.at(row.label, bounds, row.form, x, row.y)
   spot.cost = row.fits and 0 or spots.CROSSED
   return spot
end

-- → label → its spot in the column; the spot of the line on those left out, or nil
local function column_of(column, bounds)
   local rows, rest = chosen_rows(column, bounds)
   table.sort(rows, function(a, b)
      return a.wanted < b.wanted or (a.wanted == b.wanted and a.label.number < b.label.number)
   end)
   solve(rows, rest, bounds)
   uncross(rows, rest, bounds)
   local there = {}
   for _, row in ipairs(rows) do
      there[row.label] = spot_of(row, bounds)
   end
   if rest then
      local form = rest.label.forms[1]
      return there, { form = 1, x = bounds.margin, y = bounds.bottom - form.height / 2, width = form.width,
         height = form.height, texts = form.texts }
   end
   return there
end

local function is_clear(spot, taken)
   for _, other in pairs(taken) do
      if disturb(spot, other) then
         return false
      end
   end
   return true
end

-- Marks a taken spot, so that the next labels keep clear of it.
local function take(spot, grid)
   grid:fill(spot.x, spot.top, spot.right, spot.bottom)
   if spot.leader then
      grid:line { { spot.leader[1], spot.leader[2] }, { spot.leader[3], spot.leader[4] } }
   end
end

local function near_spot(label, bounds, taken)
   local spot = spots.near(label, bounds, function(one) return is_clear(one, taken) end)
   if spot then
      take(spot, bounds.obstacles)
   end
   return spot
end

-- → label → its spot beside its point, for those that find one
local function spots_beside(labels, bounds)
   local beside, count = {}, 0
   for number, label in ipairs(labels) do
      label.number, label.wanted = number, nil
      local ends_there = label.end_x + bounds.gap >= bounds.margin - 1
      beside[label] = not ends_there and near_spot(label, bounds, beside) or nil
      count = count + (beside[label] and 1 or 0)
   end
   return count < #labels * STRAGGLERS and {} or beside
end

-- A label beside its point that the column disturbs, or nil.
local function disturbed(labels, beside, column)
   for _, label in ipairs(labels) do
      if beside[label] and not is_clear(beside[label], column) then
         return label
      end
   end
end

local function in_order(labels, beside)
   local column = {}
   for _, label in ipairs(labels) do
      column[#column + 1] = not beside[label] and label or nil
   end
   return column
end

--- The same as place.labels. Marks the labels in bounds.obstacles.
function crowd.place(labels, bounds)
   local beside, chosen, sum = spots_beside(labels, bounds), {}, 0
   local there, rest, victim
   repeat
      there, rest = column_of(in_order(labels, beside), bounds)
      victim = disturbed(labels, beside, there)
      beside[victim or false] = nil
   until not victim
   for index, label in ipairs(labels) do
      local spot = beside[label] or there[label]
      chosen[index] = spot or false
      sum = sum + (spot and spot.cost or LEFT_OUT)
   end
   chosen.rest = rest
   return chosen, sum
end

return crowd
