--- What more workers bring, per contender: speed-up and efficiency, the knee, fits of two scaling laws,
-- memory per worker, and the cost of starting workers. Needs at least FEWEST_COUNTS worker counts.
--
-- The speed-up is that of the work phase (work_s), with the pool already started; start-up is reported
-- separately. It is relative to the contender's own smallest worker count.

local bracket = require "bakeoff.model.bracket"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local order = require "bakeoff.stats.order"
local scaling_fit = require "bakeoff.stats.scaling_fit"
local select_cells = require "bakeoff.model.select"
local stats = require "bakeoff.stats"
local summaries = require "bakeoff.model.summary"

local scaling = { FEWEST_COUNTS = 3, KNEE_WITHIN = 0.05, RESAMPLES = 10000 }

local SEEN, POSSIBLE = "footprint_peak_bytes", "footprint_peak_high_bytes"
local METRIC = "work_s"

local ENTRY_KEYS = { "label", "contender", "base_workers", "points", "knee", "amdahl", "usl",
   "memory_per_worker", "setup" }
local POINT_KEYS = { "workers", "work_s", "speedup", "efficiency", "setup_s" }
local NUMBER_KEYS = { "value", "low", "high" }
local FIT_KEYS = { "refused", "sigma", "sigma_low", "sigma_high", "kappa", "kappa_low", "kappa_high",
   "peak_workers", "peak_low", "peak_high", "first_time_s", "worst_miss" }

local function number(value, low, high)
   return value and json.ordered(NUMBER_KEYS, { value = value, low = low, high = high }) or nil
end

local function median_of(cell, metric) return order.median(summaries.values(cell, metric)) end

local function point_of(cell, base)
   -- base / cell: above 1 if more workers are faster
   local gain = stats.compare(summaries.by_block(base, METRIC), summaries.by_block(cell, METRIC))
   local share = base.workers / cell.workers
   return json.ordered(POINT_KEYS, {
      workers = cell.workers, work_s = median_of(cell, METRIC), setup_s = median_of(cell, "setup_s"),
      speedup = number(gain.ratio, gain.low, gain.high),
      efficiency = number(gain.ratio and gain.ratio * share, gain.low and gain.low * share,
         gain.high and gain.high * share),
   })
end

-- Columns of the blocks in which every cell has a time; nil if there are too few for an interval.
local function whole_blocks(cells)
   local columns, by_block, blocks = {}, {}, {}
   for index, cell in ipairs(cells) do
      columns[index], by_block[index] = {}, summaries.by_block(cell, METRIC)
   end
   for block in pairs(by_block[1]) do
      local is_whole = true
      for index = 2, #cells do
         is_whole = is_whole and by_block[index][block] ~= nil
      end
      blocks[#blocks + 1] = is_whole and block or nil
   end
   table.sort(blocks)
   for place, block in ipairs(blocks) do
      for index = 1, #cells do
         columns[index][place] = by_block[index][block]
      end
   end
   return #blocks >= stats.FEWEST and columns or nil
end

-- Index of the smallest worker count within a share of the best of `count` times, which start at `first`.
local function knee_place(times, within, first, count)
   local best = math.huge
   for index = first, first + count - 1 do
      best = math.min(best, times[index])
   end
   for index = first, first + count - 1 do
      if times[index] <= best * (1 + within) then
         return index - first + 1
      end
   end
end

-- How certain it is, is the share of 10,000 resamples of whole blocks whose medians have the same knee.
local function knee_of(counts, times, columns, seed, within)
   local place = knee_place(times, within, 1, #counts)
   local resampled = columns and core.resample_blocks(columns, seed, scaling.RESAMPLES)
   local same, drawn = 0, 0
   for first = 1, resampled and #resampled or 0, #counts do
      same = same + (knee_place(resampled, within, first, #counts) == place and 1 or 0)
      drawn = drawn + 1
   end
   return { workers = counts[place], within = within, is_last = place == #counts,
      certainty = drawn > 0 and same / drawn or nil }
end

local function fit_entry(fit, reason)
   if not fit then
      return { refused = reason }
   end
   return json.ordered(FIT_KEYS, {
      sigma = fit.sigma, sigma_low = fit.sigma_low, sigma_high = fit.sigma_high, kappa = fit.kappa,
      kappa_low = fit.kappa_low, kappa_high = fit.kappa_high, peak_workers = fit.peak,
      peak_low = fit.peak_low, peak_high = fit.peak_high, first_time_s = fit.one, worst_miss = fit.worst,
   })
end

local function amdahl_entry(...)
   local entry = fit_entry(scaling_fit.amdahl(...))
   entry.kappa, entry.kappa_low, entry.kappa_high = nil, nil, nil -- Amdahl's law has no kappa
   return entry
end

-- The average slope of a block's points: from the fewest workers to the most. A line through all points would
-- say how a bent curve begins, since worker counts usually lie close together there.
local function slope_between_ends(points)
   local first, last = points[1], points[1]
   for _, point in ipairs(points) do
      first, last = point[1] < first[1] and point or first, point[1] > last[1] and point or last
   end
   return last[1] > first[1] and (last[2] - first[2]) / (last[1] - first[1]) or nil
end

-- What each additional worker adds to a metric: the slope within each block, and the median of these with its
-- interval. Slopes over all trials of all blocks would take for independent what a block's trials share.
local function slope_of(cells, metric)
   local by_block, blocks, slopes = {}, {}, {}
   for _, cell in ipairs(cells) do
      for block, value in pairs(summaries.by_block(cell, metric)) do
         if not by_block[block] then
            by_block[block], blocks[#blocks + 1] = {}, block
         end
         table.insert(by_block[block], { cell.workers, value })
      end
   end
   table.sort(blocks)
   for _, block in ipairs(blocks) do
      slopes[#slopes + 1] = slope_between_ends(by_block[block])
   end
   return #slopes > 0 and number(order.median(slopes), stats.interval(slopes)) or nil
end

-- What was seen of a cell's peak, and what is possible.
local function peak_of(cell)
   local seen = median_of(cell, SEEN)
   return seen, seen and math.max(median_of(cell, POSSIBLE) or seen, seen)
end

-- The same for peaks, of which only brackets are known: where these are wide, so is the slope's interval.
local function memory_slope(cells)
   local slope, first, last = slope_of(cells, SEEN), cells[1], cells[#cells]
   local seen_first, most_first = peak_of(first)
   local seen_last, most_last = peak_of(last)
   local more = last.workers - first.workers
   if not (slope and slope.low and seen_first and seen_last) or more <= 0
      or not (bracket.words(seen_first, most_first) or bracket.words(seen_last, most_last)) then
      return slope
   end
   slope.low = math.min(slope.low, (seen_last - most_first) / more)
   slope.high = math.max(slope.high, (most_last - seen_first) / more)
   return slope
end

local function setup_entry(cells, points)
   local last = points[#points]
   local total = median_of(cells[#cells], "total_s")
   return last.setup_s and { per_worker_s = slope_of(cells, "setup_s"), workers = last.workers,
      median_s = last.setup_s, share = total and total > 0 and last.setup_s / total or nil } or nil
end

-- Cells whose time is known and above zero.
local function timed(cells)
   local list = {}
   for _, cell in ipairs(cells) do
      local time = median_of(cell, METRIC)
      list[#list + 1] = time and time > 0 and cell or nil
   end
   return list
end

local function entry_of(group, cells, seed, within)
   local counts, times, points = {}, {}, json.array {}
   for index, cell in ipairs(cells) do
      points[index] = point_of(cell, cells[1])
      counts[index], times[index] = cell.workers, points[index].work_s
   end
   local columns = whole_blocks(cells)
   return json.ordered(ENTRY_KEYS, {
      label = group.label, contender = group.contender, base_workers = counts[1], points = points,
      knee = knee_of(counts, times, columns, seed, within),
      amdahl = amdahl_entry(counts, times, columns),
      usl = fit_entry(scaling_fit.usl(counts, times, columns)),
      memory_per_worker = memory_slope(cells), setup = setup_entry(cells, points),
   })
end

--- Per contender with enough worker counts, in the plan's order: { label, contender, base_workers,
-- points = { { workers, work_s, speedup, efficiency, setup_s } },
-- knee = { workers, within, is_last, certainty (share of resamples that agree) },
-- amdahl and usl (see stats/scaling_fit.lua; or refused = reason), memory_per_worker (bytes),
-- setup = { per_worker_s, workers, median_s, share (of total) } }.
-- Speed-ups and slopes are { value, low, high }. within: tolerance of the knee, default 5 %. Empty if no
-- contender has enough counts.
function scaling.analyse(results, within)
   local list = json.array {}
   for _, group in ipairs(select_cells.by_label(results)) do
      local cells = timed(group.cells)
      if #cells >= scaling.FEWEST_COUNTS and not cells[1].untold then
         list[#list + 1] = entry_of(group, cells, results.seed, within or scaling.KNEE_WITHIN)
      end
   end
   return list
end

return scaling
