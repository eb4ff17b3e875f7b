-- CPU work as scripts see it: known answers, misuse, sending it to a worker.
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
   refused("expected 0 or more", work.sum, -1)
   refused("number expected", work.sum)
   refused("at least 1 round", work.sha256, "a", 0)
   refused("x: expected a finite number, got nil", work.mandelbrot, {})
   local tile = { x = 0, y = 0, size = 1, width = 2, height = 2 }
   local function with(name, value)
      local copy = {}
      for key, old in pairs(tile) do copy[key] = old end
      copy[name] = value
      return copy
   end
   refused("width: expected a whole number from 1 to 32768, got '0'", work.mandelbrot, with("width", 0))
   refused("height: expected a whole number from 1 to 32768, got '1.5'", work.mandelbrot, with("height", 1.5))
   refused("size: expected a number above 0", work.mandelbrot, with("size", 0 / 0))
   refused("x: expected a finite number, got 'inf'", work.mandelbrot, with("x", math.huge))
   refused("radius: expected a whole number from 0 to 32768, got nil", work.blur, with("pixels", "abcd"))
   tile.radius = 1
   refused("pixels: expected width * height = 4 bytes, got 3", work.blur, with("pixels", "abc"))
   refused("pixels: expected a string of bytes, got nil", work.blur, tile)
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
