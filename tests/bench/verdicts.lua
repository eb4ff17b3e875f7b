--- Target of the statistics: how often equal contenders get a verdict of a difference, and how small a
-- slowdown is detected. Nothing is run: experiments are simulated with the noise in the rows of real runs.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = package.path .. ";" .. here .. "/../lua/?.lua"

local binomial = require "binomial"
local noise = require "support_noise"
local order = require "bakeoff.stats.order"
local rows = require "bakeoff.runs.rows"
local summaries = require "bakeoff.model.summary"
local verdicts = require "bakeoff.analysis.verdicts"

local bench = {}

local GALLERY = here .. "/../../plots/gallery/tickets"
local SHORTEST_S = 0.1 -- trials below are as long as the machine's own hiccups
local SHARE_OF_OUTLIERS, BLOCK_SIGMA = 0.05, 0.02
local EXPERIMENTS, POWER_EXPERIMENTS = 200, 50

local function compare(a, b, metric) return summaries.compare(a, b, metric) end

-- label, workers → block → logarithm of the time
local function logarithms()
   local cells = {}
   for _, trial in ipairs(rows.trials(GALLERY, {})) do
      if trial.status == "ok" then
         local key = trial.label .. " " .. trial.workers
         cells[key] = cells[key] or { workers = trial.workers, blocks = {}, times = {} }
         cells[key].blocks[trial.block] = math.log(trial.total_s)
         table.insert(cells[key].times, trial.total_s)
      end
   end
   return cells
end

local function noise_of_pair(a, b)
   local differences = {}
   for block, value in pairs(a.blocks) do
      differences[#differences + 1] = b.blocks[block] and value - b.blocks[block]
   end
   return #differences >= 6 and order.mad(differences) * 1.4826 / math.sqrt(2) or nil
end

-- Noise of one trial within its block: among pairs of cells with the same number of workers, the largest
-- spread of the logarithms of their ratios (as a standard deviation, from the MAD), divided by √2.
local function measured_noise()
   local cells, largest, keys = logarithms(), 0, {}
   for key, cell in pairs(cells) do
      keys[#keys + 1] = order.median(cell.times) >= SHORTEST_S and key or nil
   end
   table.sort(keys)
   for i = 1, #keys do
      for j = i + 1, #keys do
         local a, b = cells[keys[i]], cells[keys[j]]
         largest = math.max(largest, a.workers == b.workers and noise_of_pair(a, b) or 0)
      end
   end
   return largest
end

-- Percentage of experiments with a verdict of any difference, with its binomial interval.
local function share_different(sigma, experiments, blocks, times, seed)
   local source = noise.new(seed, { sigma = sigma, outliers = SHARE_OF_OUTLIERS, block = BLOCK_SIGMA })
   local different = 0
   for _ = 1, experiments do
      local versus, any = verdicts.of_table(source:cells(times, blocks), compare), 0
      for _, comparison in pairs(versus) do
         any = (comparison.verdict == "faster" or comparison.verdict == "slower") and 1 or any
      end
      different = different + any
   end
   local low, high = binomial.interval(different, experiments)
   return different / experiments * 100, low * 100, high * 100
end

local function same(count)
   local times = {}
   for index = 1, count do
      times[index] = 1
   end
   return times
end

local function line(what, value, blocks, detail, limits)
   return { what = what, value = value, blocks = blocks, unit = " %", detail = detail,
      at_most = limits.at_most, at_least = limits.at_least }
end

-- The share among `experiments` simulated experiments.
local function share_line(what, sigma, drawn, limits)
   local value, low, high = share_different(sigma, drawn.experiments, drawn.blocks, drawn.times, drawn.seed)
   local one = line(what, value, drawn.blocks, ("%d experiments; %s"):format(drawn.experiments, drawn.noise),
      limits)
   one.low, one.high = low, high
   return one
end

-- The smallest slowdown in percent that is detected in nine of ten experiments: in steps of a quarter, and
-- above 20 %, which only much noise needs, of a tenth of the value.
local function smallest_found(sigma)
   local percent, seed = 0.25, 101
   while share_different(sigma, EXPERIMENTS, 20, { 1, 1 + percent / 100 }, seed) < 90 do
      percent, seed = percent < 20 and percent + 0.25 or percent * 1.1, seed + 1
   end
   return percent
end

local function noise_text(sigma)
   return ("log-normal, σ %.2f %% a trial, %.0f %% of them 5 to 50 %% longer"):format(sigma * 100,
      SHARE_OF_OUTLIERS * 100)
end

-- All shares at one amount of noise. `wanted`: whether it is that of an idle machine, which has limits.
local function lines_of(sigma, seed, wanted)
   local lines, detail = {}, noise_text(sigma)
   local function share(what, limits, drawn)
      drawn.noise, drawn.seed = detail, seed + (drawn.offset or 0)
      lines[#lines + 1] = share_line(what, sigma, drawn, limits)
   end
   for _, blocks in ipairs { 6, 10, 20 } do
      share(("A/A, 2 contenders, %d blocks: called different"):format(blocks), { at_most = 7 },
         { times = same(2), blocks = blocks, experiments = EXPERIMENTS, offset = blocks })
   end
   share("A/A, 12 contenders, 10 blocks: any called different", { at_most = 7 },
      { times = same(12), blocks = 10, experiments = EXPERIMENTS })
   share("5 % slower, 20 blocks: found", { at_least = wanted and 90 or nil },
      { times = { 1, 1.05 }, blocks = 20, experiments = POWER_EXPERIMENTS })
   lines[#lines + 1] = line("smallest slowdown found in 90 %, 20 blocks", smallest_found(sigma), 20,
      ("%d experiments of each; %s"):format(EXPERIMENTS, detail), { at_most = wanted and 5 or nil })
   return lines
end

--- A/A, power and the smallest slowdown.
function bench.verdicts(_, keep)
   local measured = measured_noise()
   local lines = { line("noise of one trial within its block, plots/gallery", measured * 100, 10,
      "the noisiest pair of cells with trials of 0.1 s and more", {}) }
   for round, factor in ipairs { 1, 2, 4 } do -- four times the noise is no idle machine
      local more = lines_of(factor * measured, 1000 * round, factor <= 2)
      table.move(more, 1, #more, #lines + 1, lines)
   end
   for index, one in ipairs(lines) do
      keep(one.what, index, { value = one.value, detail = one.detail })
   end
   return lines
end

return bench
