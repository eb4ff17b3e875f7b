--- The grid of what labels must avoid: what is marked, what is free, what a hairline meets.
local lu = require "luaunit"
local core = require "bakeoff.core"
local random = require "bakeoff.base.random"

TestObstacles = {}

function TestObstacles.test_lines_of_any_slope_and_markers()
   local grid = core.label_grid(200, 100, 2)
   grid:line { { 10, 50 }, { 90, 50 }, { 91, 10 } }
   lu.assertTrue(grid:covered(20, 40, 30, 60) > 0)
   lu.assertEquals(grid:covered(20, 20, 80, 40), 0)
   lu.assertTrue(grid:covered(85, 20, 110, 25) > 0) -- the steep one
   lu.assertEquals(grid:covered(100, 0, 190, 90), 0)
   grid:marker(150, 50, 4)
   lu.assertTrue(grid:covered(148, 48, 152, 52) > 0.9)
   lu.assertTrue(grid:met({ 120, 50 }, { 180, 50 }, 0) >= 4)
   lu.assertEquals(grid:met({ 120, 80 }, { 180, 80 }, 0), 0)
end

function TestObstacles.test_each_cell_of_a_wide_grid()
   for _, column in ipairs { 0, 1, 62, 63, 64, 65, 127, 128, 199 } do
      local grid = core.label_grid(200, 4, 1)
      grid:fill(column, 2, column, 2)
      for other = 0, 199 do
         lu.assertEquals(grid:is_free(other, 0, other, 3), other ~= column)
         lu.assertEquals(grid:is_free(other, 0, 199, 3), other > column)
         lu.assertEquals(grid:is_free(0, 0, other, 3), other < column)
      end
      lu.assertEquals(grid:covered(0, 2, 199, 2), 1 / 200)
   end
end

function TestObstacles.test_what_lies_beyond_the_page_counts_at_its_edge()
   local grid = core.label_grid(100, 100, 2)
   grid:line { { -50, 10 }, { -40, 10 } }
   grid:line { { 0 / 0, 10 }, { 50, 10 } } -- no place
   lu.assertFalse(grid:is_free(0, 10, 1, 11))
   lu.assertEquals(grid:met({ 50, 50 }, { 50, 50 }, 0), 0)
   lu.assertEquals(grid:met({ 50, 0 / 0 }, { 50, 50 }, 0), 0)
   lu.assertEquals(grid:met({ 50, 1e300 }, { 50, 1e300 }, 0), 0)
   lu.assertEquals(grid:met({ 0, 10 }, { 0 / 0, 10 }, 0), 0)
end

local CELL = 2

-- The cells of a line, looked at one by one: at two points per cell.
local function met_one_by_one(grid, a, b, skip)
   local length = math.sqrt((b[1] - a[1]) ^ 2 + (b[2] - a[2]) ^ 2)
   local count, seen = 0, {}
   for n = 0, (length - skip) // (CELL / 2) do
      local part = (skip + n * CELL / 2) / length
      local x = (a[1] + (b[1] - a[1]) * part) // CELL * CELL + CELL / 2
      local y = (a[2] + (b[2] - a[2]) * part) // CELL * CELL + CELL / 2
      local key = x .. " " .. y
      count = count + (not seen[key] and not grid:is_free(x, y, x, y) and 1 or 0)
      seen[key] = true
   end
   return count
end

function TestObstacles.test_a_line_meets_each_marked_cell_on_its_way()
   local generator, grid = random.new(5), core.label_grid(400, 300, CELL)
   for _ = 1, 40 do -- full in some places, empty in others
      local x, y = generator:below(390), generator:below(290)
      grid:fill(x, y, x + generator:below(9), y + generator:below(9))
   end
   local met = 0
   for _ = 1, 400 do
      local a = { 3 + generator:below(390) + 0.1, 3 + generator:below(290) + 0.1 }
      local b = { 3 + generator:below(390) + 0.3, 3 + generator:below(290) + 0.3 }
      local skip = generator:below(9)
      if math.abs(a[1] - b[1]) + math.abs(a[2] - b[2]) > 30 then
         local found = grid:met(a, b, skip)
         lu.assertEquals(found, met_one_by_one(grid, a, b, skip))
         met = met + found
      end
   end
   lu.assertTrue(met > 500)
end

os.exit(lu.LuaUnit.run(), true)
