--- The spots for a label: right or left of its line's end, above or below it, or in the right margin at the
-- height of its peak with a hairline from there; in each of its forms (on one line, on two, …).

local spots = {}

-- Costs, roughly in line heights of distance: near and on one line is best. A hairline may cross marks on its
-- way (other points, teardown) rather than lead far.
local COST = { form = 2, left = 4, beside = 3, margin = 8, away = 1.5, leader = 2, far = 0.02, met = 0.4 }
local CROSSED = 1e5 -- more than all other costs of a page together

--- At this cost or more, a label lies on a line or on another label.
spots.CROSSED = CROSSED

-- Heights tried above and below a point, as multiples of a fifth of a line.
local ALL = { steps = 30, stride = 1 }
local NEAR = { steps = 9, stride = 3 }
local AT_POINT, BESIDE = 0.45, 8 -- of a label's height and of the gap: what is nearer needs no hairline

-- The ends of a hairline: the point's edge, and the label's nearest side; and how far it reaches sideways.
local function leader(from, x, y, form, gap)
   local right, left = x + form.width, x
   local side = left > from[1] and -0.3 or right < from[1] and 0.3 or 0
   local to_x = side < 0 and left or side > 0 and right or math.max(left, math.min(right, from[1]))
   local to_y = side ~= 0 and y or y + (y < from[2] and 0.5 or -0.5) * form.height
   local dx, dy = to_x - from[1], to_y - from[2]
   local length = math.max(math.sqrt(dx * dx + dy * dy), 1)
   local skip = math.min(gap * 0.45, length / 2) / length
   local x1, x2 = from[1] + dx * skip, to_x + side * gap
   return { x1, from[2] + dy * skip, x2, to_y, left = math.min(x1, x2), right = math.max(x1, x2) }
end

-- Adds a spot, unless it lies outside. What its hairline meets is looked for later, and only if that could
-- matter (`finish`): of some thousand spots, few are ever tried. `least` is what it costs at least.
local function add(list, label, bounds, number, x, y, cost, from)
   local form = label.forms[number]
   local width, height = form.width, form.height
   local right, top, bottom = x + width, y - height / 2, y + height / 2
   if x < bounds.left or right > bounds.right + 0.01 or top < bounds.top or bottom > bounds.bottom then
      return
   end
   local is_free = bounds.obstacles:is_free(x, top, right, bottom)
   if is_free or not bounds.only_free then
      cost = cost + COST.form * (number - 1)
      list[#list + 1] = { form = number, x = x, y = y, width = width, height = height, right = right,
         top = top, bottom = bottom, cost = cost, from = from, is_free = is_free, order = #list + 1,
         least = cost + (from and COST.leader or 0) + (is_free and 0 or CROSSED), leader = nil }
   end
end

-- Gives a spot its hairline and its whole cost.
local function finish(spot, label, bounds)
   local grid, from, gap = bounds.obstacles, spot.from, bounds.gap
   if not spot.is_free then
      spot.cost = spot.cost + CROSSED * (1 + grid:covered(spot.x, spot.top, spot.right, spot.bottom))
   end
   if from then
      local line = leader(from, spot.x, spot.y, label.forms[spot.form], gap)
      local length = math.abs(line[3] - line[1]) + math.abs(line[4] - line[2])
      local met = not spot.is_free and 0 -- it is never taken, whatever its hairline meets
         or grid:met({ line[1], line[2] }, { line[3], line[4] }, gap * 0.5)
      spot.leader = line
      spot.cost = spot.cost + COST.leader + COST.far * length / gap + COST.met * met
   end
end

-- Spots in one column: at all heights near spot.around, and near the height `also` (or nil).
local function column(list, label, bounds, spot, also)
   local height = label.forms[spot.form].height
   local around, x = spot.around, spot.x
   local is_at_point = math.abs(x - around[1]) < bounds.gap * BESIDE and not spot.always
   local function at(y)
      local away = math.abs(y - around[2])
      local is_near = is_at_point and away <= height * AT_POINT
      add(list, label, bounds, spot.form, x, y, spot.cost + COST.away * away / bounds.line,
         not is_near and around or nil)
   end
   for step = -spot.reach.steps, spot.reach.steps, spot.reach.stride do
      at(around[2] + step * bounds.line / 5)
      if also then
         at(also + step * bounds.line / 10)
      end
   end
end

local function above_and_below(list, label, bounds, form, point)
   local width, height = label.forms[form].width, label.forms[form].height
   for _, share in ipairs { 0.5, 0.25, 0.75, 0, 1 } do
      for _, way in ipairs { -1, 1 } do
         for near = 1, 4 do
            local gap = height / 2 + bounds.gap * (0.3 + 0.35 * near)
            add(list, label, bounds, form, point[1] - width * share, point[2] + way * gap,
               COST.beside + near * 0.5 + math.abs(share - 0.5), near > 2 and point or nil)
         end
      end
   end
end

local function add_form(list, label, bounds, form, reach)
   local width, gap = label.forms[form].width, bounds.gap
   local anchor, peak = label.anchor, label.peak or label.anchor
   local function try(x, around, cost, also, always)
      column(list, label, bounds, { form = form, x = x, around = around, cost = cost, always = always,
         reach = reach }, also)
   end
   try(label.end_x + gap, anchor, 0, label.wanted)
   if label.end_x - anchor[1] > gap then
      try(anchor[1] + gap, anchor, 1)
   end
   try(anchor[1] - gap - width, anchor, COST.left)
   above_and_below(list, label, bounds, form, peak)
   if reach == ALL and bounds.margin > label.end_x + gap + 1 then
      try(bounds.margin, peak, COST.margin, nil, bounds.margin - peak[1] > gap * 3)
   end
end

local function by(cost)
   return function(a, b) return a[cost] < b[cost] or (a[cost] == b[cost] and a.order < b.order) end
end

local by_least, by_cost = by "least", by "cost"

-- The cheapest spots of a list, at most so many, cheapest first.
local function cheapest(list, most, label, bounds)
   table.sort(list, by_least)
   local found, limit = {}, math.huge
   for _, spot in ipairs(list) do
      if spot.least > limit then
         break
      end
      finish(spot, label, bounds)
      found[#found + 1] = spot
      if #found == most then
         table.sort(found, by_cost)
         limit = found[most].cost
      end
   end
   table.sort(found, by_cost)
   return table.move(found, 1, math.min(most, #found), 1, {})
end

--- The cheapest spots of a label, at most so many, cheapest first: { form, x = left edge, y = middle, width,
-- height, right, top, bottom, cost, leader = { x1, y1, x2, y2 } or nil }. label and bounds: see place.lua.
-- Never empty.
function spots.of(label, bounds, most)
   local list = {}
   for form = 1, #label.forms do
      add_form(list, label, bounds, form, ALL)
   end
   if #list == 0 then
      local form, y = label.forms[#label.forms], label.anchor[2]
      return { { form = #label.forms, x = bounds.right - form.width, y = y, width = form.width,
         height = form.height, right = bounds.right, top = y - form.height / 2, bottom = y + form.height / 2,
         cost = CROSSED } }
   end
   return cheapest(list, most, label, bounds)
end

--- The cheapest of the free spots near a label's point for which is_good(spot) holds, or nil.
function spots.near(label, bounds, is_good)
   local list, free, best = {}, setmetatable({ only_free = true }, { __index = bounds }), nil
   for form = 1, #label.forms do
      add_form(list, label, free, form, NEAR)
   end
   table.sort(list, by_least)
   for _, spot in ipairs(list) do
      if best and spot.least > best.cost then
         break
      end
      finish(spot, label, bounds)
      if (not best or by_cost(spot, best)) and is_good(spot) then
         best = spot
      end
   end
   return best
end

--- The spot whose left edge and middle are x, y, whatever lies there; with a hairline from the label's point
-- if that isn't right beside it.
function spots.at(label, bounds, form, x, y)
   local size, from = label.forms[form], label.anchor
   local is_beside = math.abs(y - from[2]) <= size.height * AT_POINT
      and x - math.max(from[1], label.end_x) < bounds.gap * 2 and x - from[1] < bounds.gap * BESIDE
   return { form = form, x = x, y = y, width = size.width, height = size.height, right = x + size.width,
      top = y - size.height / 2, bottom = y + size.height / 2, cost = 0,
      leader = not is_beside and leader(from, x, y, size, bounds.gap) or nil }
end

return spots
