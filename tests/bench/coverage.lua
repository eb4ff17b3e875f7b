--- Target: how often the intervals that are printed contain the truth, over sizes and shapes; and how often
-- equal contenders get a verdict of a difference where many verdicts are read together, or where repeats are
-- automatic. Everything is simulated, with a known truth.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = package.path .. ";" .. here .. "/../lua/?.lua"

local auto_repeats = require "bakeoff.experiment.auto_repeats"
local binomial = require "binomial"
local noise = require "support_noise"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"
local unpaired = require "bakeoff.stats.unpaired"
local verdicts = require "bakeoff.analysis.verdicts"

local bench = {}

local SIZES = { 6, 7, 8, 10, 13, 15, 20, 30, 50 }
local PER_EXPERIMENT = 20 -- samples for each of the experiments that the command line asks for
local SIGMA = 0.05

-- Shapes, as draws of the logarithm of a time in units of SIGMA, with their medians.
local SHAPES = {
   { "normal", function(source) return source:normal() end, 0.0 },
   { "log-normal", function(source) return math.exp(source:normal()) end, 1.0 },
   { "heavy tails", function(source) -- Student's t with two degrees of freedom
      local u = 2 * source:uniform() - 1
      return u * math.sqrt(2 / (1 - u * u))
   end, 0.0 },
   { "two humps", function(source) -- three in ten trials 6 units slower; the median is that of 5/7
      return (source:uniform() < 0.3 and 6 or 0) + source:normal()
   end, 0.56594882 },
}

local function time(source, shape) return math.exp(SIGMA * shape[2](source)) end

local function draw(source, shape, count)
   local values = {}
   for place = 1, count do
      values[place] = time(source, shape)
   end
   return values
end

-- What is printed, as function(source, shape, count) → low, high, truth.
local FIGURES = {
   { "a median", function(source, shape, count)
      local low, high = stats.interval(draw(source, shape, count))
      return low, high, math.exp(SIGMA * shape[3])
   end },
   { "a ratio within blocks", function(source, shape, count)
      local seen = stats.compare(draw(source, shape, count), draw(source, shape, count))
      return seen.low, seen.high, 1.0
   end },
   { "a ratio of two runs", function(source, shape, count)
      local low, high = unpaired.interval(draw(source, shape, count), draw(source, shape, count))
      return low, high, 1.0
   end },
}

local function covered(source, figure, shape, size, samples)
   local hits = 0
   for _ = 1, samples do
      local low, high, truth = figure[2](source, shape, size)
      hits = hits + (low <= truth and truth <= high and 1 or 0)
   end
   return hits / samples * 100
end

-- The size at which the coverage is furthest from 95 %: a line, with all sizes in its detail.
local function coverage_line(figure, shape, samples)
   local source, worst, parts = noise.new(31, { sigma = 1 }), 0.0, {}
   for index, size in ipairs(SIZES) do
      local share = covered(source, figure, shape, size, samples)
      parts[index] = ("%d: %.1f"):format(size, share)
      worst = math.abs(share - 95) > math.abs(worst) and share - 95 or worst
   end
   return { what = ("interval of %s, %s: coverage furthest from 95 %%"):format(figure[1], shape[1]),
      value = worst, unit = " %", within = 1, detail = ("%d samples of each size; %s"):format(samples,
      table.concat(parts, ", ")) }
end

local function share_line(what, found, count, limits, detail)
   local low, high = binomial.interval(found, count)
   return { what = what, value = found / count * 100, low = low * 100, high = high * 100, unit = " %",
      at_most = limits.at_most, at_least = limits.at_least,
      detail = ("%d experiments; %s"):format(count, detail) }
end

-- --- automatic repeats ------------------------------------------------------------------------------

local CELLS = { { contender = "threads", label = "a", workers = 4 },
   { contender = "eventloop", label = "b", workers = 4 } }

-- One run of equal contenders until it stops: the comparison at its end.
local function run_auto(source, shape, rule)
   local watch, values, block = auto_repeats.new(rule, CELLS), { {}, {} }, 1
   while not watch:stop(block - 1) do
      for index, cell in ipairs(CELLS) do
         values[index][block] = time(source, shape)
         watch:add { label = cell.label, workers = cell.workers, block = block, status = "ok",
            total_s = values[index][block] }
      end
      block = block + 1
   end
   return stats.compare(values[2], values[1]), block - 1
end

local function auto_lines(shape, count)
   local source, hits, wrong, blocks = noise.new(32, { sigma = 1 }), 0, 0, 0
   local rule = auto_repeats.check { width = "10%", budget = "100h" }
   for _ = 1, count do
      local seen, run = run_auto(source, shape, rule)
      hits, blocks = hits + (seen.low <= 1 and seen.high >= 1 and 1 or 0), blocks + run
      wrong = wrong + (verdicts.correct { seen } and seen.verdict ~= "no_difference" and 1 or 0)
   end
   local detail = ("stopped after %.0f blocks on average"):format(blocks / count)
   return share_line(("automatic repeats, %s: coverage where they stop"):format(shape[1]), hits, count,
      { at_least = 94 }, detail),
      share_line(("automatic repeats, %s: called different"):format(shape[1]), wrong, count, { at_most = 6 },
      detail)
end

-- --- verdicts that are read together ----------------------------------------------------------------

local function compare(a, b, metric) return summaries.compare(a, b, metric) end

local function same(count, first)
   local times = { first or 1 }
   for index = 2, count do
      times[index] = 1
   end
   return times
end

local function any_difference(list)
   for _, one in ipairs(list) do
      if one.verdict == "faster" or one.verdict == "slower" then
         return 1
      end
   end
   return 0
end

-- Five equal cells: is any pair of them called different?
local function all_pairs_line(count)
   local source, wrong = noise.new(33, { sigma = 0.02, outliers = 0.05, block = 0.02 }), 0
   for _ = 1, count do
      wrong = wrong + any_difference(verdicts.of_metric(source:cells(same(5), 10), "total_s", compare).list)
   end
   return share_line("all pairs of 5 equal contenders, 10 blocks: any called different", wrong, count,
      { at_most = 6 }, "log-normal, σ 2 %, 5 % of trials 5 to 50 % longer")
end

-- The smallest of all promises: 5 % in ten blocks at 2 % of noise, alone, and beside ten verdicts on equals.
local function power_line(others, count, at_least)
   local source, found = noise.new(34, { sigma = 0.02 }), 0
   for _ = 1, count do
      local cells, list = source:cells(same(others + 2, 1.05), 10), {}
      for index = 2, #cells do
         list[index - 1] = compare(cells[1], cells[index], "total_s")
      end
      local first = list[1]
      verdicts.correct(list)
      found = found + (first.verdict == "slower" and 1 or 0)
   end
   return share_line(("5 %% slower, 10 blocks, %s: found"):format(others == 0 and "alone"
      or ("one of %d verdicts"):format(others + 1)), found, count, { at_least = at_least },
      "log-normal, σ 2 % a trial")
end

--- Coverage of every printed interval, false verdicts and power.
function bench.coverage(settings, keep)
   local is_short = settings.requests < 1000
   local samples = is_short and 20 or settings.experiments * PER_EXPERIMENT
   local count = is_short and 10 or settings.experiments * 10
   local lines = {}
   for _, figure in ipairs(FIGURES) do
      for _, shape in ipairs(SHAPES) do
         lines[#lines + 1] = coverage_line(figure, shape, samples)
      end
   end
   for _, shape in ipairs(SHAPES) do
      lines[#lines + 1], lines[#lines + 2] = auto_lines(shape, count // 2)
   end
   lines[#lines + 1] = all_pairs_line(count // 2)
   lines[#lines + 1], lines[#lines + 2] = power_line(0, count // 2, 95), power_line(9, count // 2, 80)
   for index, one in ipairs(lines) do
      keep(one.what, index, { value = one.value, detail = one.detail })
   end
   return lines
end

return bench
