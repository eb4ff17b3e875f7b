--- Does a series grow? Its slope with a 95 % interval.
--
-- Neighbouring values depend on each other: a value is taken at some moment of some trial. So the series is
-- cut into batches whose means hardly do, and a line is fitted to these (batch means: Law, "Simulation
-- modeling and analysis", 2015, chapter 9; the interval is that of least squares).

local distributions = require "bakeoff.stats.distributions"

local slope = { BATCHES = 20 }

-- The t that a Student variable exceeds, in absolute value, in one of 20 cases.
local function critical(freedom)
   local low, high = 0, 100
   for _ = 1, 60 do
      local middle = (low + high) / 2
      if distributions.student_two_sided(middle, freedom) > 0.05 then
         low = middle
      else
         high = middle
      end
   end
   return high
end

local function mean_of(points, index, from, to)
   local sum = 0
   for i = from, to do
      sum = sum + points[i][index]
   end
   return sum / (to - from + 1)
end

--- The means { x, y } of successive stretches of equally many points.
function slope.batches(points)
   local means = {}
   for n = 1, slope.BATCHES do
      local from = (n - 1) * #points // slope.BATCHES + 1
      local to = n * #points // slope.BATCHES
      means[n] = { mean_of(points, 1, from, to), mean_of(points, 2, from, to) }
   end
   return means
end

--- points: list of { x, y } in order of x, at least slope.BATCHES. → { slope, low, high } in y per x
function slope.of(points)
   local means = slope.batches(points)
   local n = #means
   local mean_x, mean_y = mean_of(means, 1, 1, n), mean_of(means, 2, 1, n)
   local sxx, sxy = 0, 0
   for _, point in ipairs(means) do
      sxx = sxx + (point[1] - mean_x) ^ 2
      sxy = sxy + (point[1] - mean_x) * (point[2] - mean_y)
   end
   local steepness, rest = sxy / sxx, 0
   for _, point in ipairs(means) do
      rest = rest + (point[2] - mean_y - steepness * (point[1] - mean_x)) ^ 2
   end
   local half = critical(n - 2) * math.sqrt(rest / (n - 2) / sxx)
   return { slope = steepness, low = steepness - half, high = steepness + half }
end

return slope
