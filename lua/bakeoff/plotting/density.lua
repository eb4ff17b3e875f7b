--- The shape of a list of values: a kernel density, and positions for the dots, so that many equal values
-- look like many. Nothing is random: the same values give the same picture.
--
-- Gaussian kernel with half of Silverman's bandwidth (Silverman, "Density estimation", 1986, 3.4.2): his rule
-- assumes one mode and would merge two. Offsets fill the shape in van der Corput's sequence, in the order of
-- the values, as in quasirandom plots (Sherrill-Mix and Clarke, R package ggbeeswarm).

local order = require "bakeoff.stats.order"
local stats = require "bakeoff.stats"

local density = { STEPS = 80 }

local NARROWER = 0.5
local REACH = 3 -- bandwidths beyond the smallest and largest value

local function bandwidth(sorted)
   local quartiles = order.quantile_of_sorted(sorted, 0.75) - order.quantile_of_sorted(sorted, 0.25)
   local spread = math.min(stats.deviation(sorted) or 0, quartiles > 0 and quartiles / 1.34 or math.huge)
   return 0.9 * NARROWER * spread * (#sorted) ^ -0.2
end

--- The density of values: { at(x) → 0 to 1 (the highest peak), from, to }; nil for fewer than `least` values
-- or if all are equal.
function density.of(values, least)
   local sorted = order.sorted(values)
   local width = #sorted >= least and bandwidth(sorted) or 0
   if width <= 0 then
      return nil
   end
   local function raw(x)
      local sum = 0.0
      for _, value in ipairs(sorted) do
         sum = sum + math.exp(-0.5 * ((x - value) / width) ^ 2)
      end
      return sum
   end
   local from, to = sorted[1] - REACH * width, sorted[#sorted] + REACH * width
   local highest = 0
   for step = 0, density.STEPS do
      highest = math.max(highest, raw(from + (to - from) * step / density.STEPS))
   end
   return { from = from, to = to, at = function(x) return math.min(raw(x) / highest, 1) end }
end

--- Points of its outline: { { x, height (0 to 1) }, … }.
function density.outline(shape)
   local points = {}
   for step = 0, density.STEPS do
      local x = shape.from + (shape.to - shape.from) * step / density.STEPS
      points[step + 1] = { x, shape.at(x) }
   end
   return points
end

-- The n-th number of van der Corput's sequence in base 2: the bits of n, reversed, after the binary point.
local function van_der_corput(n)
   local value, share = 0.0, 0.5
   while n > 0 do
      value, n, share = value + (n & 1) * share, n >> 1, share / 2
   end
   return value
end

--- The values and the offsets of their dots from the middle: { { value, offset (-1 to 1) }, … }. shape:
-- density.of the values; nil spreads them evenly.
function density.dots(values, shape)
   local points = {}
   for index, value in ipairs(order.sorted(values)) do
      local room = shape and shape.at(value) or 1
      points[index] = { value, #values > 1 and (2 * van_der_corput(index) - 1) * room or 0.0 }
   end
   return points
end

return density
