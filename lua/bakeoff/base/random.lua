--- A small seeded generator: it gives the same numbers on every machine and leaves the script's math.random
-- alone. It is splitmix64: Steele, Lea and Flood, "Fast splittable pseudorandom number
-- generators", OOPSLA 2014.

local random = {}
random.__index = random

--- A generator; equal seeds (whole numbers) give equal numbers.
function random.new(seed) return setmetatable({ state = math.tointeger(seed) or 0 }, random) end

--- The next 64 random bits.
function random:bits()
   self.state = self.state + 0x9e3779b97f4a7c15
   local z = self.state
   z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
   z = (z ~ (z >> 27)) * 0x94d049bb133111eb
   return z ~ (z >> 31)
end

--- A whole number from 1 to n.
function random:below(n) return (self:bits() >> 1) % n + 1 end

--- Shuffles a list in place (Fisher–Yates); returns it.
function random:shuffle(list)
   for i = #list, 2, -1 do
      local j = self:below(i)
      list[i], list[j] = list[j], list[i]
   end
   return list
end

return random
