--- The line that says what takes long.
local lu = require "luaunit"
local waiting = require "bakeoff.base.waiting"

TestWaiting = {}

local function written(live, steps)
   local time, said = 0, {}
   local line = waiting.new(function() return time end, function(text) said[#said + 1] = text end, live)
   for _, step in ipairs(steps) do
      time = step
      line:show(("at %d s"):format(step))
   end
   line:clear()
   line:clear()
   return table.concat(said)
end

function TestWaiting.test_it_appears_after_two_seconds_and_goes()
   lu.assertEquals(written(true, { 0, 1, 2, 5 }), "\r\27[Kat 2 s\r\27[Kat 5 s\r\27[K")
   lu.assertEquals(written(true, { 0, 1 }), "")
end

function TestWaiting.test_it_is_silent_elsewhere() lu.assertEquals(written(false, { 0, 3 }), "") end

os.exit(lu.LuaUnit.run(), true)
