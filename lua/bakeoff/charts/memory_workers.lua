--- Peak footprint against workers, both axes from zero: the slope is the cost of each additional worker,
-- and is written beside the name.

local axis = require "bakeoff.plotting.axis"
local bracket = require "bakeoff.model.bracket"
local cell_type = require "bakeoff.model.cell"
local workers_words = require "bakeoff.analysis.wording.workers"
local over_workers = require "bakeoff.plotting.over_workers"
local page_words = require "bakeoff.analysis.wording.page"

local memory_workers = { name = "memory_workers" }

local METRIC = "footprint_peak_bytes"

-- label → bytes per additional worker, with the interval
local function slopes(results)
   local found = {}
   for _, entry in ipairs(results:scaling()) do
      found[entry.label] = entry.memory_per_worker
   end
   return found
end

-- Peaks that may have been missed: then only a range of the slope is known.
local function are_bracketed(results, cells)
   for _, cell in ipairs(cells) do
      if bracket.words_of(results:summary_of(cell)) then
         return true
      end
   end
   return false
end

-- Contenders for which the analysis gives a slope; and the level of sequential.
local function series_of(results)
   local all, level = over_workers.medians(results, METRIC)
   local known, series = slopes(results), {}
   for _, one in ipairs(all) do
      if known[one.label] then
         local slope = known[one.label]
         one.slope = { name = one.name, who = cell_type.subject(one.cells[1]), value = slope.value,
            low = slope.low, high = slope.high,
            is_range = slope.low and are_bracketed(results, one.cells) or false }
         one.value = workers_words.slope(one.slope)
         series[#series + 1] = one
      end
   end
   return series, level
end

local function title_of(series)
   local entries = {}
   for index, one in ipairs(series) do
      entries[index] = one.slope
   end
   return workers_words.memory(entries)
end

--- What each additional worker costs.
function memory_workers.title(results) return title_of((series_of(results))) end

function memory_workers.build(results, options)
   local series, level = series_of(results)
   if #series == 0 then
      return nil, "it needs footprints at three worker counts", "aside"
   end
   local _, high = over_workers.range(series, level)
   return over_workers.build(results, {
      name = memory_workers.name, title = title_of(series), series = series, level = level, linear = true,
      y = axis.linear(high * 1.04, "size", 6, true), y_title = "peak footprint of the process tree (MiB)",
      subtitle = { page_words.job(results), page_words.repeats(results, over_workers.cells(series)),
         "slopes: from the fewest to the most workers, median of blocks" },
   }, options)
end

return memory_workers
