--- Peak footprint of each contender's process tree at one worker count; the lighter part was there
-- before the pool started (baseline).

local bars = require "bakeoff.charts.bars"
local finding = require "bakeoff.finding"
local numbers = require "bakeoff.numbers"
local page = require "bakeoff.charts.page"
local select = require "bakeoff.charts.select"
local speed = require "bakeoff.charts.speed"

local footprint = { name = "footprint", about = "peak memory" }

function footprint.title(results, options)
   local cells = select.at_one_count(results, options and options.workers)
   return finding.compare(results, cells, "footprint_peak_bytes")
end

local function has_footprint(results, cells)
   for _, cell in ipairs(cells) do
      if results:summary_of(cell).footprint_peak_bytes then
         return true
      end
   end
   return false
end

function footprint.build(results, options)
   local cells, workers = select.at_one_count(results, options.workers)
   if not has_footprint(results, cells) then
      return nil, "no trial has a footprint (smaps_rollup was not readable?)"
   end
   local function base(row, divisor)
      local baseline = results:summary_of(row.cell).footprint_baseline_bytes
      return baseline and baseline.median / divisor
   end
   local function note(row, ruler)
      local above = results:summary_of(row.cell).footprint_above_bytes
      local value = above and numbers.format_in(above.median, ruler.divisor, ruler.unit)
      return value and "+" .. value or ""
   end
   return bars.build(results, {
      name = footprint.name, metric = "footprint_peak_bytes", kind = "size", cells = cells,
      axis = "peak footprint of the process tree", title = footprint.title(results, options),
      base = base, note = note,
      subtitle = {
         page.job(results), speed.workers_text(cells, workers), page.repeats(results, cells),
         "faint: baseline before the pool starts, +: above it", page.warning(results) or false,
      },
   }, options)
end

return footprint
