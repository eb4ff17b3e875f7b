--- Small texts beside points (worker counts): each at the nearest free place around its point.

local text = require "bakeoff.plotting.text"

local tags = {}

-- Directions, best first: right below, right above …; and those to use if the left is reserved.
local AROUND = { { 1, 1 }, { 1, -1 }, { -1, 1 }, { -1, -1 }, { 0, 1 }, { 0, -1 }, { 1, 0 }, { -1, 0 } }
local NOT_LEFT = { { 1, -1 }, { 1, 0 }, { 1, 1 }, { 0, -1 }, { 0, 1 }, { -1, 1 }, { -1, -1 }, { -1, 0 } }
local PADDING = 0.2 -- left and right of a tag, in font sizes
local DISTANCES = { 1, 1.6, 2.4 }

local function box(point, way, distance, width, height, gap)
   local away = gap * distance
   local x = point.x + way[1] * (away + width / 2)
   local y = point.y + way[2] * (way[1] ~= 0 and away * 0.5 + height * 0.35 or away + height / 2)
   return x - width / 2, y - height / 2, x + width / 2, y + height / 2
end

-- The first free box, nearest and best direction first; nil if there is none.
local function free_box(point, area, grid, width, height, gap)
   for _, distance in ipairs(DISTANCES) do
      for _, way in ipairs(point.not_left and NOT_LEFT or AROUND) do
         local left, top, right, bottom = box(point, way, distance, width, height, gap)
         if left >= area.left and right <= area.right and top >= area.top and bottom <= area.bottom
            and grid:is_free(left, top, right, bottom) then
            return left, top, right, bottom
         end
      end
   end
end

--- Places tags. points: { { x, y (pixels), text, of, not_left = true } }; area: { left, top, right, bottom };
-- grid: obstacles, in which the tags are marked as they are placed. gap: from a point to its tag. Returns
-- { { x = left edge, y = middle, text, of } }; tags without a free place are left out.
function tags.place(points, area, grid, size, gap)
   local placed = {}
   for _, point in ipairs(points) do
      local width, height = text.width(point.text, size) + 2 * PADDING * size, size * 1.05
      local left, top, right, bottom = free_box(point, area, grid, width, height, gap)
      if left then
         placed[#placed + 1] = { x = left + PADDING * size, y = (top + bottom) / 2, text = point.text,
            of = point.of }
         grid:fill(left, top, right, bottom)
      end
   end
   return placed
end

return tags
