--- bakeoff.random: the generator behind the order of trials.
local lu = require "luaunit"

local random = require "bakeoff.base.random"

TestRandom = {}

-- The reference output of splitmix64 for seed 1234567, as published by its authors; we use 63 bits.
function TestRandom.test_is_splitmix64()
   local generator = random.new(1234567)
   for _, bits in ipairs { 0x599ed017fb08fc85, 0x2c73f08458540fa5, 0x883ebce5a3f27c77, 0x3fbef740e9177b3f } do
      lu.assertEquals(generator:below(1 << 62), (bits >> 1) % (1 << 62) + 1)
   end
end

function TestRandom.test_equal_seeds_are_equal_series()
   local one, two, other = random.new(5), random.new(5), random.new(6)
   local differs = false
   for _ = 1, 100 do
      local a = one:below(1000000)
      lu.assertEquals(two:below(1000000), a)
      differs = differs or other:below(1000000) ~= a
   end
   lu.assertTrue(differs)
end

function TestRandom.test_below_stays_within_and_reaches_all()
   local generator, seen = random.new(1), {}
   for _ = 1, 1000 do
      local number = generator:below(6)
      lu.assertTrue(number >= 1 and number <= 6)
      seen[number] = true
   end
   lu.assertEquals(#seen, 6)
   lu.assertEquals(generator:below(1), 1)
end

function TestRandom.test_shuffle_keeps_the_elements_and_reaches_all_orders()
   local generator, orders, count = random.new(1), {}, 0
   for _ = 1, 200 do
      local list = generator:shuffle { "a", "b", "c" }
      local order = table.concat(list)
      if not orders[order] then
         orders[order], count = true, count + 1
      end
      table.sort(list)
      lu.assertEquals(list, { "a", "b", "c" })
   end
   lu.assertEquals(count, 6)
   lu.assertEquals(generator:shuffle {}, {})
end

os.exit(lu.LuaUnit.run(), true)
