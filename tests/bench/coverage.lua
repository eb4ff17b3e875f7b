--- Target: how often the intervals that are printed contain the truth, over sizes and shapes; and how often
-- equal contenders get a verdict of a difference where many verdicts are read together, or where repeats are
-- automatic. Everything is simulated, with a known truth.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = package.path .. ";" .. here .. "/../lua/?.lua"

local auto_repeats = require "bakeoff.experiment.auto_repeats"
local binomial = require "binomial"
local dependent = require "coverage_dependent"
local noise = require "support_noise"
local quadrant = require "bakeoff.analysis.quadrant"
local scaling_fit = require "bakeoff.stats.scaling_fit"
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

-- Two equal cells and four that are far slower and larger: does the quadrant's title name a fastest or a
-- smallest one?
local function quadrant_line(count)
   local source, memory, wrong = noise.new(35, { sigma = 0.02 }), noise.new(36, { sigma = 0.02 }), 0
   local results = { compare = function(_, ...) return compare(...) end }
   results.verdict = results.compare
   for _ = 1, count do
      local entries = {}
      for index, cell in ipairs(source:cells({ 1, 1, 2, 2, 2, 2 }, 10)) do
         for _, trial in ipairs(cell.trials) do
            trial.memory = { footprint_peak_bytes = memory:trial(index <= 2 and 1e6 or 2e6) }
         end
         local summary = summaries.cell(cell)
         entries[index] = { cell = cell, time = summary.total_s.median,
            size = summary.footprint_peak_bytes.median }
      end
      local found = quadrant.find(results, entries)
      wrong = wrong + ((found.time.shown or found.size.shown) and 1 or 0)
   end
   return share_line("quadrant, 2 of 6 contenders equal, 10 blocks: one called fastest or smallest", wrong,
      count, { at_most = 6 }, "log-normal, σ 2 %")
end

-- The truth is just outside what `same` claims.
local function same_line(count)
   local source, wrong = noise.new(37, { sigma = 0.01 }), 0
   for _ = 1, count do
      local cells = source:cells({ 1.03, 1 }, 20)
      local seen = summaries.compare(cells[1], cells[2], "total_s", 0.03)
      wrong = wrong + (verdicts.correct { seen } and seen.verdict == "same" and 1 or 0)
   end
   return share_line("3 % slower, 20 blocks: called the same within 3 %", wrong, count, { at_most = 6 },
      "log-normal, σ 1 %")
end

-- --- scaling laws -----------------------------------------------------------------------------------

local COUNTS = { 1, 2, 4, 8, 16, 32 }

-- One run whose times follow the law: are σ and κ inside their intervals?
local function law_hits(source, sigma, kappa, blocks)
   local columns, medians = {}, {}
   for index, n in ipairs(COUNTS) do
      columns[index] = {}
      for block = 1, blocks do
         columns[index][block] = source:trial(1 / n + sigma * (n - 1) / n + kappa * (n - 1))
      end
      medians[index] = stats.median(columns[index])
   end
   local fit = scaling_fit.usl(COUNTS, medians, columns)
   return fit.sigma_low <= sigma and sigma <= fit.sigma_high,
      fit.kappa_low <= kappa and kappa <= fit.kappa_high
end

local function law_lines(blocks, count)
   local source, sigmas, kappas = noise.new(39, { sigma = 0.03 }), 0, 0
   for _ = 1, count do
      local is_sigma, is_kappa = law_hits(source, 0.05, 0.001, blocks)
      sigmas, kappas = sigmas + (is_sigma and 1 or 0), kappas + (is_kappa and 1 or 0)
   end
   local what = "universal scalability law, %d blocks: coverage of %s"
   return share_line(what:format(blocks, "σ"), sigmas, count, { at_least = 94 }, "log-normal, σ 3 %"),
      share_line(what:format(blocks, "κ"), kappas, count, { at_least = 94 }, "log-normal, σ 3 %")
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
   for _, one in ipairs(dependent.lines(count, share_line)) do
      lines[#lines + 1] = one
   end
   for _, blocks in ipairs { 6, 10, 20 } do
      lines[#lines + 1], lines[#lines + 2] = law_lines(blocks, count)
   end
   lines[#lines + 1], lines[#lines + 2] = quadrant_line(count // 2), same_line(count // 2)
   lines[#lines + 1] = all_pairs_line(count // 2)
   lines[#lines + 1], lines[#lines + 2] = power_line(0, count // 2, 95), power_line(9, count // 2, 80)
   for index, one in ipairs(lines) do
      keep(one.what, index, { value = one.value, detail = one.detail })
   end
   return lines
end

return bench
