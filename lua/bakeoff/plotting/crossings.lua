--- What two labels of a chart do to each other: whether hairlines cross, or run through a label. These run a
-- million times, so they call little.

local crossings = {}

local function cross(ax, ay, bx, by, cx, cy, dx, dy)
   local x, y = bx - ax, by - ay
   local c, d = x * (cy - ay) - y * (cx - ax), x * (dy - ay) - y * (dx - ax)
   if c * d >= 0 then
      return false
   end
   x, y = dx - cx, dy - cy
   return (x * (ay - cy) - y * (ax - cx)) * (x * (by - cy) - y * (bx - cx)) < 0
end

--- Does a hairline { x1, y1, x2, y2 } run through the label at a spot (see spots.lua)?
function crossings.through(line, spot)
   local x1, y1, x2, y2 = line[1], line[2], line[3], line[4]
   local left, right, top, bottom = spot.x, spot.right, spot.top, spot.bottom
   if (x1 < left and x2 < left) or (x1 > right and x2 > right) or (y1 < top and y2 < top)
      or (y1 > bottom and y2 > bottom) then
      return false
   end
   return cross(x1, y1, x2, y2, left, top, right, bottom) or cross(x1, y1, x2, y2, left, bottom, right, top)
end

--- Do two hairlines cross?
function crossings.leaders(a, b)
   return cross(a[1], a[2], a[3], a[4], b[1], b[2], b[3], b[4])
end

return crossings
