--- Seeded benchmark noise: log-normal, with a few disturbed trials. Used by tests of statements about
-- noise, and by tests/bench.

local random = require "bakeoff.base.random"

local noise = {}
noise.__index = noise

--- options: sigma (per trial, of the logarithm), outliers (share of trials that take 5 to 50 % longer),
-- block (sigma of the noise that a block's trials share).
function noise.new(seed, options)
   return setmetatable({ generator = random.new(seed), sigma = options.sigma, block = options.block or 0,
      outliers = options.outliers or 0 }, noise)
end

function noise:uniform() return ((self.generator:bits() >> 11) + 0.5) / 2 ^ 53 end

--- Box and Muller, "A note on the generation of random normal deviates", 1958.
function noise:normal()
   return math.sqrt(-2 * math.log(self:uniform())) * math.cos(2 * math.pi * self:uniform())
end

--- One trial that would take `time` without noise.
function noise:trial(time)
   local value = time * math.exp(self.sigma * self:normal())
   return self:uniform() < self.outliers and value * (1.05 + 0.45 * self:uniform()) or value
end

--- An autoregressive series of first order: each value is `carried` times the one before it plus a normal
-- one. Mean 0, the same spread from the first value on.
function noise:series(carried, count)
   local values, value = {}, self:normal() / math.sqrt(1 - carried ^ 2)
   for place = 1, count do
      values[place] = value
      value = carried * value + self:normal()
   end
   return values
end

--- Cells as in results, each with a trial per block. times: each cell's time without noise. change(block,
-- time), if given, returns a trial's time before noise.
function noise:cells(times, blocks, change)
   local cells = {}
   for index in ipairs(times) do
      cells[index] = { label = "cell " .. index, contender = "threads", workers = 4, trials = {} }
   end
   for block = 1, blocks do
      local common = math.exp(self.block * self:normal())
      for index, time in ipairs(times) do
         local value = self:trial(common * (change and change(block, time) or time))
         cells[index].trials[block] = { status = "ok", block = block, ["repeat"] = block, total_s = value }
      end
   end
   return cells
end

return noise
