--- The obstacles for labels: lines and markers, as marked cells of a grid over the page. Steep lines, flat
-- lines, logarithmic axes and whiskers need no special cases, because all of them are given in pixels. A cell
-- is a bit, and 64 of a row are one integer: whether a rectangle is free takes a few operations per row.

local obstacles = {}
obstacles.__index = obstacles

local BITS = 64

--- An empty grid over a page (pixels); cell: the side of its cells.
function obstacles.new(width, height, cell)
   local columns, rows = math.ceil(width / cell) + 1, math.ceil(height / cell) + 1
   local self = setmetatable({ cell = cell, columns = columns, rows = rows,
      words = (columns + BITS - 1) // BITS, taken = {} }, obstacles)
   for index = 0, rows * self.words - 1 do
      self.taken[index] = 0
   end
   return self
end

-- The nearest row or column that the grid has; 0 for what is no number.
local function within(value, most)
   return value >= 0 and (value < most and math.tointeger(value) or most - 1) or 0
end

-- Marks the cell of a point.
local function mark(self, x, y)
   local column = within(x // self.cell, self.columns)
   local at = within(y // self.cell, self.rows) * self.words + column // BITS
   self.taken[at] = self.taken[at] | 1 << column % BITS
end

--- Marks a polyline; points: list of { x, y }.
function obstacles:line(points)
   for n = 2, #points do
      local a, b = points[n - 1], points[n]
      local dx, dy = b[1] - a[1], b[2] - a[2]
      local steps = math.ceil(math.max(math.abs(dx), math.abs(dy), 1) / (self.cell * 0.5))
      for step = 0, steps do
         mark(self, a[1] + dx * step / steps, a[2] + dy * step / steps)
      end
   end
end

--- Marks a marker: a square around x, y.
function obstacles:marker(x, y, half) self:fill(x - half, y - half, x + half, y + half) end

-- The cells of a rectangle: first and last row, first and last column.
local function cells_of(self, left, top, right, bottom)
   local cell, rows, columns = self.cell, self.rows, self.columns
   return within(top // cell, rows), within(bottom // cell, rows), within(left // cell, columns),
      within(right // cell, columns)
end

-- The bits of the columns first to last that lie in a word.
local function mask(word, first, last)
   local from, to = first - word * BITS, last - word * BITS
   return (from > 0 and -1 << from or -1) & (to < BITS - 1 and -1 >> BITS - 1 - to or -1)
end

--- Marks a whole rectangle.
function obstacles:fill(left, top, right, bottom)
   local r1, r2, c1, c2 = cells_of(self, left, top, right, bottom)
   for word = c1 // BITS, c2 // BITS do
      local bits = mask(word, c1, c2)
      for at = r1 * self.words + word, r2 * self.words + word, self.words do
         self.taken[at] = self.taken[at] | bits
      end
   end
end

-- Is no cell of these rows and columns marked?
local function is_empty(self, r1, r2, c1, c2)
   local taken, words = self.taken, self.words
   for word = c1 // BITS, c2 // BITS do
      local bits = mask(word, c1, c2)
      for at = r1 * words + word, r2 * words + word, words do
         if taken[at] & bits ~= 0 then
            return false
         end
      end
   end
   return true
end

--- Is no cell of a rectangle marked?
function obstacles:is_free(left, top, right, bottom)
   return is_empty(self, cells_of(self, left, top, right, bottom))
end

-- The number of bits that are set.
local function count_bits(bits)
   local count = 0
   while bits ~= 0 do
      bits, count = bits & bits - 1, count + 1
   end
   return count
end

--- The share of a rectangle's cells that are marked, 0 to 1.
function obstacles:covered(left, top, right, bottom)
   local r1, r2, c1, c2 = cells_of(self, left, top, right, bottom)
   local marked = 0
   for word = c1 // BITS, c2 // BITS do
      local bits = mask(word, c1, c2)
      for at = r1 * self.words + word, r2 * self.words + word, self.words do
         local there = self.taken[at] & bits
         marked = there == 0 and marked or marked + count_bits(there)
      end
   end
   return marked / ((c2 - c1 + 1) * (r2 - r1 + 1))
end

-- The cells of the points n and m of a line (`met`) are the corners of a rectangle; is no cell in it marked?
local function is_clear(self, line, n, m)
   local columns, rows = self.columns, self.rows
   local r1, r2 = (line.y + line.dy * n) // 1, (line.y + line.dy * m) // 1
   local c1, c2 = (line.x + line.dx * n) // 1, (line.x + line.dx * m) // 1
   if r1 > r2 then
      r1, r2 = r2, r1
   end
   if c1 > c2 then
      c1, c2 = c2, c1
   end
   return is_empty(self, within(r1, rows), within(r2, rows), within(c1, columns), within(c2, columns))
end

local AT_ONCE = 16 -- points of a line

--- The number of marked cells that a straight line from { x, y } to { x, y } meets after its first `skip`
-- pixels. Two points per cell are looked at; where the page is empty, many at once.
function obstacles:met(a, b, skip)
   local cell, rows, columns, words, taken = self.cell, self.rows, self.columns, self.words, self.taken
   local dx, dy = b[1] - a[1], b[2] - a[2]
   local length = math.max(math.sqrt(dx * dx + dy * dy), 1e-9)
   local half = 0.5 / length -- from point to point
   local line = { x = (a[1] + dx * skip / length) / cell, y = (a[2] + dy * skip / length) / cell,
      dx = dx * half, dy = dy * half }
   local count, last_row, last_column = 0, nil, nil
   local last = (length - skip) // (cell * 0.5)
   for first = 0, last, AT_ONCE do
      local behind = math.min(first + AT_ONCE - 1, last)
      if not is_clear(self, line, first, behind) then
         local x, y, step_x, step_y = line.x, line.y, line.dx, line.dy
         for n = first, behind do -- `mark` without its calls: it runs very often
            local row, column = (y + step_y * n) // 1, (x + step_x * n) // 1
            row = row >= 0 and (row < rows and row or rows - 1) or 0
            column = column >= 0 and (column < columns and column or columns - 1) or 0
            if row ~= last_row or column ~= last_column then
               count = count + (taken[row * words + column // 64] >> column % 64 & 1)
               last_row, last_column = row, column
            end
         end
      end
   end
   return count
end

return obstacles
