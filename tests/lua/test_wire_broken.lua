--- Wire messages that are cut short, corrupted or invented: they are refused and never crash.
-- luacheck: allow defined top
local lu = require "luaunit"

local core = require "bakeoff.core"

TestWireBroken = {}

local function sample()
   local shared = { "shared", 1.25 }
   local value = { 1, -2, 3.5, true, false, "text", shared, again = shared, [shared] = "key" }
   value.list = { {}, { {} } }
   value.self, value.print, value.string = value, print, string
   return value
end

-- Broken bytes may decode to another value but must not crash; a failure has one of these codes.
local function must_survive(message)
   local _, err, code = core.wire_decode(message)
   if err then lu.assertTrue(code == "protocol" or code == "task", code) end
   return code
end

function TestWireBroken.test_cut_short_at_every_byte()
   local up = 5
   for _, value in ipairs { sample(), { function() return up, print end } } do
      local message = assert(core.wire_encode(value))
      for size = 0, #message - 1 do
         lu.assertEquals(must_survive(message:sub(1, size)), "protocol")
      end
   end
end

function TestWireBroken.test_bytes_left_over()
   local message = assert(core.wire_encode("x"))
   local _, err, code = core.wire_decode(message .. "y")
   lu.assertEquals(code, "protocol")
   lu.assertStrContains(err, ("byte %d of %d"):format(#message, #message + 1))
end

function TestWireBroken.test_every_single_bit_flipped()
   local message = assert(core.wire_encode(sample()))
   for at = 1, #message do
      for bit = 0, 7 do
         local flipped = string.char(message:byte(at) ~ (1 << bit))
         must_survive(message:sub(1, at - 1) .. flipped .. message:sub(at + 1))
      end
   end
end

-- The thread sanitizer does not see Lua's longjmp and leaks a stack frame with every error, so few rounds
-- fit.
local function rounds()
   local build = os.getenv("BAKEOFF_BUILD") or ""
   return build:match("tsan$") and 1000 or 20000
end

function TestWireBroken.test_random_bytes()
   math.randomseed(20)
   local message = assert(core.wire_encode(sample()))
   for _ = 1, rounds() do
      local bytes = { message:byte(1, -1) }
      for _ = 1, math.random(1, 6) do
         local byte = math.random(0, 255)
         bytes[math.random(1, #bytes)] = byte == 7 and 8 or byte -- 7 opens bytecode
      end
      must_survive(string.char(table.unpack(bytes)))
   end
end

function TestWireBroken.test_nothing_but_opening_tables()
   local open = "\6\1\0\0\0\0\0\0\0"
   lu.assertEquals(must_survive("\xB1" .. open:rep(100000)), "protocol")
end

function TestWireBroken.test_claims_of_huge_sizes()
   local most = ("\xFF"):rep(9)
   for _, claim in ipairs { "\5" .. most .. "\1", "\5" .. most .. "\xFF\1",
      "\6\xFF\xFF\xFF\xFF\0\0\0\0",
      "\6\0\0\0\0\xFF\xFF\xFF\xFF", "\8\0", "\8\xFF\1", "\7\xFF\xFF\xFF\xFF" } do
      lu.assertEquals(must_survive("\xB1" .. claim), "protocol")
   end
end

function TestWireBroken.test_other_versions()
   lu.assertEquals(must_survive("\xB0\0"), "protocol")
   lu.assertEquals(must_survive(""), "protocol")
end

os.exit(lu.LuaUnit.run(), true)
