-- Work for a CPU as scripts see it: known answers, misuse, the way to a worker.
local lu = require "luaunit"
local core = require "bakeoff.core"
local bake = require "bakeoff"
local work = require "bakeoff.api.work"

TestWork = {}

function TestWork.test_it_is_a_field_of_the_module()
   lu.assertIs(bake.work, work)
end

function TestWork.test_sum()
   lu.assertEquals(work.sum(0), 0)
   lu.assertEquals(work.sum(100), 5050)
   lu.assertEquals(work.sum(1000000), 500000500000)
end

function TestWork.test_sha256()
   lu.assertEquals(work.sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
   local raw = work.sha256("abc"):gsub("..", function(hex) return string.char(tonumber(hex, 16)) end)
   lu.assertEquals(work.sha256("abc", 2), work.sha256(raw))
end

function TestWork.test_mandelbrot()
   local tile = work.mandelbrot { x = -0.5, y = 0, size = 3, width = 60, height = 40, limit = 50 }
   lu.assertEquals(#tile, 60 * 40)
   lu.assertEquals(tile:byte(20 * 60 + 31), 0)
   lu.assertNotEquals(tile:byte(1), 0)
   lu.assertEquals(#work.mandelbrot { x = 0, y = 0, size = 1, width = 2, height = 3 }, 6)
end

function TestWork.test_blur()
   local dot = ("\0"):rep(12) .. "\255" .. ("\0"):rep(12)
   local blurred = work.blur { pixels = dot, width = 5, height = 5, radius = 1, passes = 1 }
   lu.assertEquals({ blurred:byte(1, -1) }, { 0, 0, 0, 0, 0, 0, 28, 28, 28, 0, 0, 28, 28, 28, 0,
      0, 28, 28, 28, 0, 0, 0, 0, 0, 0 })
   lu.assertEquals(work.blur { pixels = dot, width = 5, height = 5, radius = 0 }, dot)
end

function TestWork.test_misuse_names_the_field()
   local function refused(message, fn, ...)
      lu.assertErrorMsgContains(message, fn, ...)
   end
   refused("below 0", work.sum, -1)
   refused("number expected", work.sum)
   refused("at least 1 round", work.sha256, "a", 0)
   refused("'x' must be a number, not nil", work.mandelbrot, {})
   local tile = { x = 0, y = 0, size = 1, width = 2, height = 2 }
   local function with(name, value)
      local copy = {}
      for key, old in pairs(tile) do copy[key] = old end
      copy[name] = value
      return copy
   end
   refused("'width' must be from 1 to 32768, not 0", work.mandelbrot, with("width", 0))
   refused("'height' must be a whole number, not 1.5", work.mandelbrot, with("height", 1.5))
   refused("'size' must be above 0", work.mandelbrot, with("size", 0 / 0))
   refused("must be finite", work.mandelbrot, with("x", math.huge))
   refused("'radius' must be a whole number, not nil", work.blur, with("pixels", "abcd"))
   tile.radius = 1
   refused("'pixels' has 3 bytes, 'width' times 'height' are 4", work.blur, with("pixels", "abc"))
   refused("'pixels' must be a string of bytes, not nil", work.blur, tile)
end

function TestWork.test_functions_travel_by_name()
   for name, fn in pairs(work) do
      local message = assert(core.wire_encode(fn, name))
      lu.assertTrue(#message < 100, name)
      lu.assertIs(core.wire_decode(message), fn)
   end
end

function TestWork.test_a_task_takes_its_work_along()
   local function task(n) return work.sum(n) + bake.work.sum(1) end
   local arrived = assert(core.wire_decode(assert(core.wire_encode(task, "task"))))
   lu.assertEquals(arrived(10), 56)
end

os.exit(lu.LuaUnit.run(), true)
