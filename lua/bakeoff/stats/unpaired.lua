--- Compares two sets of values that share no blocks: the ratio of their medians with a bootstrap interval.
--
-- The sets are resampled independently, and the ratio of the resamples' medians is the replicate (the
-- two-sample problem of Efron and Tibshirani, "An introduction to the bootstrap", 1993, section 8.3, here
-- with a ratio of medians; percentile interval as in chapter 13). Within one run, ratios paired by block
-- (stats.compare) are narrower: use them there.

local core = require "bakeoff.core"
local random = require "bakeoff.base.random"
local stats = require "bakeoff.stats"

local unpaired = {}

-- For a size and a seed: the two ranks of each resample whose mean is its median. The order is random, so
-- that two sets of the same size get different resamples.
local cache = {}

local function resampled_ranks(n, seed)
   local key = n .. ":" .. seed
   if not cache[key] then
      local list = {}
      for _, entry in ipairs(core.resample_medians(n, seed, stats.RESAMPLES)) do
         for _ = 1, entry.count do
            list[#list + 1] = entry
         end
      end
      cache[key] = random.new(seed):shuffle(list)
   end
   return cache[key]
end

local function sorted_copy(values)
   local sorted = table.move(values, 1, #values, 1, {})
   table.sort(sorted)
   return sorted
end

--- 95 % interval of median(b) / median(a): low, high; nil if either has fewer than stats.FEWEST values,
-- or if a's median can be zero.
function unpaired.interval(a, b, seed)
   if #a < stats.FEWEST or #b < stats.FEWEST then
      return nil
   end
   seed = math.tointeger(seed or 1) or 1
   local sorted_a, sorted_b = sorted_copy(a), sorted_copy(b)
   local ranks_a, ranks_b = resampled_ranks(#a, seed), resampled_ranks(#b, seed + 1)
   local ratios = {}
   for index, of_a in ipairs(ranks_a) do
      local of_b = ranks_b[index]
      local below = sorted_a[of_a.low] + sorted_a[of_a.high]
      if below <= 0 then
         return nil
      end
      ratios[index] = (sorted_b[of_b.low] + sorted_b[of_b.high]) / below
   end
   local tail = (1 - stats.LEVEL) / 2
   table.sort(ratios)
   return stats.quantile_of_sorted(ratios, tail), stats.quantile_of_sorted(ratios, 1 - tail)
end

--- { ratio = median(b) / median(a), low, high }: low and high are nil if there is no interval; ratio is nil
-- if a or b is empty or a's median is zero. The same seed and values give the same result.
function unpaired.ratio(a, b, seed)
   local below, above = stats.median(a), stats.median(b)
   local low, high = unpaired.interval(a, b, seed)
   local ratio = below and above and below > 0 and above / below or nil
   return { ratio = ratio, low = low, high = high }
end

return unpaired
