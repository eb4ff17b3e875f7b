--- The obstacles for labels: lines and markers, as marked cells of a grid over the page. Checking whether a
-- rectangle is free costs the same however many points the lines have. Steep lines, flat lines, logarithmic
-- axes and whiskers need no special cases, because all of them are given in pixels.

local obstacles = {}
obstacles.__index = obstacles

--- An empty grid over a page (pixels); cell: the side of its cells.
function obstacles.new(width, height, cell)
   return setmetatable({
      cell = cell, columns = math.ceil(width / cell) + 1, rows = math.ceil(height / cell) + 1, taken = {},
   }, obstacles)
end

local function within(value, most) return math.max(0, math.min(most - 1, value)) end

function obstacles:index(x, y)
   return within(y // self.cell, self.rows) * self.columns + within(x // self.cell, self.columns)
end

--- Marks a polyline; points: list of { x, y }.
function obstacles:line(points)
   self.sums = nil
   for n = 2, #points do
      local a, b = points[n - 1], points[n]
      local dx, dy = b[1] - a[1], b[2] - a[2]
      local steps = math.ceil(math.max(math.abs(dx), math.abs(dy), 1) / (self.cell * 0.5))
      for step = 0, steps do
         self.taken[self:index(a[1] + dx * step / steps, a[2] + dy * step / steps)] = true
      end
   end
end

--- Marks a marker: a square around x, y.
function obstacles:marker(x, y, half)
   for step = -half, half, self.cell * 0.5 do
      self:line { { x - half, y + step }, { x + half, y + step } }
   end
end

--- Marks a whole rectangle.
function obstacles:fill(left, top, right, bottom)
   self.sums = nil
   for y = top, bottom, self.cell * 0.5 do
      for x = left, right, self.cell * 0.5 do
         self.taken[self:index(x, y)] = true
      end
   end
end

--- The number of marked cells in a small rectangle; for grids that still change (see covered).
function obstacles:count(left, top, right, bottom)
   local marked = 0
   for row = within(top // self.cell, self.rows), within(bottom // self.cell, self.rows) do
      for column = within(left // self.cell, self.columns), within(right // self.cell, self.columns) do
         marked = marked + (self.taken[row * self.columns + column] and 1 or 0)
      end
   end
   return marked
end

-- sums[i]: marked cells to the left of and above cell i, including cell i.
local function summed(self)
   local sums, columns = {}, self.columns
   for row = 0, self.rows - 1 do
      local in_row = 0
      for column = 0, columns - 1 do
         local at = row * columns + column
         in_row = in_row + (self.taken[at] and 1 or 0)
         sums[at] = in_row + (row > 0 and sums[at - columns] or 0)
      end
   end
   return sums
end

--- The share of a rectangle's cells that are marked, 0 to 1.
function obstacles:covered(left, top, right, bottom)
   self.sums = self.sums or summed(self)
   local c1, c2 = within(left // self.cell, self.columns), within(right // self.cell, self.columns)
   local r1, r2 = within(top // self.cell, self.rows), within(bottom // self.cell, self.rows)
   local function sum(row, column)
      return row >= 0 and column >= 0 and self.sums[row * self.columns + column] or 0
   end
   local marked = sum(r2, c2) - sum(r1 - 1, c2) - sum(r2, c1 - 1) + sum(r1 - 1, c1 - 1)
   return marked / ((c2 - c1 + 1) * (r2 - r1 + 1))
end

--- The number of marked cells that a straight line from { x, y } to { x, y } meets after its first `skip`
-- pixels. is_rough: counts only about half of them, in half of the time.
function obstacles:met(a, b, skip, is_rough)
   local dx, dy = b[1] - a[1], b[2] - a[2]
   local length = math.sqrt(dx * dx + dy * dy)
   local count, last = 0, nil
   local cell, rows, columns, taken = self.cell, self.rows, self.columns, self.taken
   for away = skip, length, cell * (is_rough and 1 or 0.5) do -- self:index inlined: it runs very often
      local row, column = (a[2] + dy * away / length) // cell, (a[1] + dx * away / length) // cell
      row = row < 0 and 0 or row >= rows and rows - 1 or row
      column = column < 0 and 0 or column >= columns and columns - 1 or column
      local at = row * columns + column
      if at ~= last then
         count = count + (taken[at] and 1 or 0)
         last = at
      end
   end
   return count
end

return obstacles
