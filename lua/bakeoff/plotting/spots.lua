--- The spots for a label: right or left of its line's end, above or below it, or in the right margin at the
-- height of its peak with a hairline from there; in each of its forms (on one line, on two, …).

local spots = {}

-- Costs, roughly in line heights of distance: near and on one line is best.
-- A hairline may cross marks to the right of the point (other points, teardown) rather than another line.
local COST = { form = 2, left = 4, beside = 3, margin = 8, away = 1.5, leader = 2, far = 0.02,
   met = 6, met_beside = 0.4 }
local CROSSED = 1e5 -- more than all other costs of a page together

--- At this cost or more, a label lies on a line or on another label.
spots.CROSSED = CROSSED

-- Heights tried above and below a point, as multiples of a fifth of a line.
local ALL = { steps = 30, stride = 1 }
local NEAR = { steps = 9, stride = 3 }
local AT_POINT, BESIDE = 0.45, 8 -- of a label's height and of the gap: what is nearer needs no hairline

-- The ends of a hairline: the point's edge, and the label's nearest side.
local function leader(from, x, y, form, gap)
   local right, left = x + form.width, x
   local side = left > from[1] and -0.3 or right < from[1] and 0.3 or 0
   local to_x = side < 0 and left or side > 0 and right or math.max(left, math.min(right, from[1]))
   local to_y = side ~= 0 and y or y + (y < from[2] and 0.5 or -0.5) * form.height
   local dx, dy = to_x - from[1], to_y - from[2]
   local length = math.max(math.sqrt(dx * dx + dy * dy), 1)
   local skip = math.min(gap * 0.45, length / 2) / length
   return { from[1] + dx * skip, from[2] + dy * skip, to_x + side * gap, to_y }
end

local function add(list, label, bounds, spot)
   local form = label.forms[spot.form]
   local top, bottom = spot.y - form.height / 2, spot.y + form.height / 2
   if spot.x < bounds.left or spot.x + form.width > bounds.right + 0.01 or top < bounds.top
      or bottom > bounds.bottom then
      return
   end
   spot.width, spot.height = form.width, form.height
   spot.right, spot.top, spot.bottom = spot.x + form.width, top, bottom
   spot.cost = spot.cost + COST.form * (spot.form - 1)
   local is_free = bounds.obstacles:is_free(spot.x, top, spot.right, bottom)
   if not is_free and bounds.only_free then
      return
   end
   local share = is_free and 0 or bounds.obstacles:covered(spot.x, top, spot.right, bottom)
   spot.cost = spot.cost + (share > 0 and CROSSED * (1 + share) or 0)
   if spot.from then
      local line = leader(spot.from, spot.x, spot.y, form, bounds.gap)
      local length = math.abs(line[3] - line[1]) + math.abs(line[4] - line[2])
      local met = share > 0 and 0 -- a covered spot is never taken, whatever its hairline meets
         or bounds.obstacles:met({ line[1], line[2] }, { line[3], line[4] }, bounds.gap * 0.5)
      spot.leader = line
      spot.cost = spot.cost + COST.leader + COST.far * length / bounds.gap
         + (spot.right and COST.met_beside or COST.met) * met
   end
   list[#list + 1] = spot
end

-- Spots in one column: at all heights near spot.around, and near the height `also` (or nil).
local function column(list, label, bounds, spot, also)
   local height = label.forms[spot.form].height
   local function at(y)
      local away = math.abs(y - spot.around[2])
      local is_near = away <= height * AT_POINT and math.abs(spot.x - spot.around[1]) < bounds.gap * BESIDE
      add(list, label, bounds, {
         form = spot.form, x = spot.x, y = y, right = spot.right,
         from = (spot.always or not is_near) and spot.around or nil,
         cost = spot.cost + COST.away * away / bounds.line,
      })
   end
   for step = -spot.reach.steps, spot.reach.steps, spot.reach.stride do
      at(spot.around[2] + step * bounds.line / 5)
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
            add(list, label, bounds, {
               form = form, x = point[1] - width * share, y = point[2] + way * gap,
               from = near > 2 and point or nil, cost = COST.beside + near * 0.5 + math.abs(share - 0.5),
            })
         end
      end
   end
end

local function add_form(list, label, bounds, form, reach)
   local width, gap = label.forms[form].width, bounds.gap
   local anchor, peak = label.anchor, label.peak or label.anchor
   local function try(x, around, cost, right, also, always)
      local spot = { form = form, x = x, around = around, cost = cost, right = right, always = always,
         reach = reach }
      column(list, label, bounds, spot, also)
   end
   try(label.end_x + gap, anchor, 0, true, label.wanted)
   if label.end_x - anchor[1] > gap then
      try(anchor[1] + gap, anchor, 1)
   end
   try(anchor[1] - gap - width, anchor, COST.left)
   above_and_below(list, label, bounds, form, peak)
   if reach == ALL and bounds.margin > label.end_x + gap + 1 then
      try(bounds.margin, peak, COST.margin, true, nil, bounds.margin - peak[1] > gap * 3)
   end
end

local function sorted(list)
   for order, spot in ipairs(list) do
      spot.order = order
   end
   table.sort(list, function(a, b) return a.cost < b.cost or (a.cost == b.cost and a.order < b.order) end)
   return list
end

--- Every spot of a label, cheapest first: { form, x = left edge, y = middle, width, height, cost,
-- leader = { x1, y1, x2, y2 } or nil }. label and bounds: see place.lua. Never empty.
function spots.of(label, bounds)
   local list = {}
   for form = 1, #label.forms do
      add_form(list, label, bounds, form, ALL)
   end
   if #list == 0 then
      local form, y = label.forms[#label.forms], label.anchor[2]
      list[1] = { form = #label.forms, x = bounds.right - form.width, y = y, width = form.width,
         height = form.height, right = bounds.right, top = y - form.height / 2, bottom = y + form.height / 2,
         cost = CROSSED }
   end
   return sorted(list)
end

--- The free spots near a label's point, cheapest first.
function spots.near(label, bounds)
   local list, free = {}, setmetatable({ only_free = true }, { __index = bounds })
   for form = 1, #label.forms do
      add_form(list, label, free, form, NEAR)
   end
   return sorted(list)
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
