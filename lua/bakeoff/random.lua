--- A small seeded generator (splitmix64): the same numbers on every machine, and no touch of the
-- script's own math.random.

local random = {}
random.__index = random

--- A generator; equal seeds give equal numbers.
function random.new(seed) return setmetatable({ state = seed }, random) end

--- A whole number from 1 to n.
function random:below(n)
   self.state = self.state + 0x9e3779b97f4a7c15
   local z = self.state
   z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
   z = (z ~ (z >> 27)) * 0x94d049bb133111eb
   return ((z ~ (z >> 31)) >> 1) % n + 1
end

--- Shuffles a list in place (Fisher–Yates); returns it.
function random:shuffle(list)
   for i = #list, 2, -1 do
      local j = self:below(i)
      list[i], list[j] = list[j], list[i]
   end
   return list
end

return random
