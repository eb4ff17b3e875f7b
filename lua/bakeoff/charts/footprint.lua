--- Peak footprint of each contender's process tree at one worker count; the lighter part was in use before
-- the pool started (baseline).

local axis = require "bakeoff.plotting.axis"
local bars = require "bakeoff.plotting.bars"
local bracket = require "bakeoff.model.bracket"
local cell_type = require "bakeoff.model.cell"
local few = require "bakeoff.plotting.few"
local finding = require "bakeoff.analysis.finding"
local labels = require "bakeoff.analysis.wording.labels"
local page_words = require "bakeoff.analysis.wording.page"
local select = require "bakeoff.model.select"

local footprint = { name = "footprint" }

-- Cells with a footprint; a cell whose trials all failed stays and says so.
local function cells_of(results, workers)
   local cells, count = select.at_one_count(results, workers)
   local shown, any = {}, false
   for _, cell in ipairs(cells) do
      local summary = results:summary_of(cell)
      local known = summary.footprint_peak_bytes ~= nil
      shown[#shown + 1] = (known or summary.failed_trials == summary.trials) and cell or nil
      any = any or known
   end
   return shown, count, any
end

local FURTHEST = 2.5 -- a bound beyond the longest bar is drawn up to this multiple of it, with an arrow

-- Sets how large the peak can have been at most, where that is not known well (model/bracket.lua).
local function set_bounds(results, rows)
   local longest = 0
   for _, row in ipairs(rows) do
      longest = math.max(longest, row.summary and row.summary.max or 0)
   end
   for _, row in ipairs(rows) do
      local summary = results:summary_of(row.cell)
      row.at_most = row.summary and bracket.words_of(summary)
      local high = row.at_most and summary.footprint_peak_high_bytes.median
      row.is_open = high and (high > FURTHEST * longest or row.summary.at_least) or false
      row.bound = high and math.min(high, FURTHEST * longest)
   end
   return rows
end

local function any_bound(rows)
   for _, row in ipairs(rows) do
      if row.bound then
         return true
      end
   end
   return false
end

function footprint.title(results, options)
   return finding.compare(results, cells_of(results, options and options.workers), "footprint_peak_bytes")
end

function footprint.build(results, options)
   local cells, workers, any = cells_of(results, options.workers)
   if not any then
      return nil, "no trial has a footprint (it ended too soon, or smaps_rollup was not readable)"
   end
   local function of_pools(row, metric) -- a program has no baseline: it starts in a new process image
      return not cell_type.is_program(row.cell) and results:summary_of(row.cell)[metric]
   end
   local function base(row, divisor)
      local baseline = of_pools(row, "footprint_baseline_bytes")
      return baseline and baseline.median / divisor
   end
   local function note(row, ruler)
      local above = of_pools(row, "footprint_above_bytes")
      local value = above and "+" .. axis.show(ruler, above.median)
      return table.concat({ row.at_most or value or nil, row.at_most and value or nil }, ", ")
   end
   local shown, chosen = few.cells(results, cells, options)
   local rows = set_bounds(results, bars.rows(results, shown, "footprint_peak_bytes"))
   return bars.build(results, {
      name = footprint.name, metric = "footprint_peak_bytes", kind = "size", rows = rows, bounds = true,
      axis = "peak footprint of the process tree", title = footprint.title(results, options),
      base = base, note = note,
      subtitle = {
         page_words.job(results), page_words.workers(cells, workers), page_words.repeats(results, cells),
         results.manifest.form ~= "command" and "faint: baseline before the pool starts, +: above it",
         any_bound(rows) and labels.DOTTED_AT_MOST or false,
         chosen,
      },
   }, options)
end

return footprint
