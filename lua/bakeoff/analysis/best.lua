--- The best cell of each contender, and how fast it is compared with one of them: the rows of the terminal's
-- summary.

local contender_type = require "bakeoff.model.contender"
local errors = require "bakeoff.model.errors"
local finding = require "bakeoff.analysis.finding"
local model_reference = require "bakeoff.model.reference"
local select = require "bakeoff.model.select"

local best = {}

local function median_of(results, cell)
   local summary = results:summary_of(cell)[model_reference.metric(cell)]
   return summary and summary.median
end

-- Of a contender's cells the one with the least median; the first if none has any.
local function best_of(results, cells)
   local chosen, least = cells[1], nil
   for _, cell in ipairs(cells) do
      local median = median_of(results, cell)
      if median and (not least or median < least) then
         chosen, least = cell, median
      end
   end
   return chosen, least
end

-- Closed loops before open ones, which are measured otherwise; then the least first, and at the end those
-- without a figure.
local function is_before(a, b)
   if select.is_open(a.cell) ~= select.is_open(b.cell) then
      return not select.is_open(a.cell)
   elseif a.median and b.median and a.median ~= b.median then
      return a.median < b.median
   elseif (a.median == nil) ~= (b.median == nil) then
      return a.median ~= nil
   end
   return a.order < b.order
end

-- How well a row suits as the one that the others are compared with: that of the contender that the script
-- names, else of one that is a reference by nature, else of the first of the plan, as in the table.
local function rank_as_base(row)
   return row.cell.reference and 2 or contender_type.of(row.cell.contender).is_reference and 1 or 0
end

-- The row that the others are compared with; nil without a closed loop.
local function base_of(rows)
   local base
   for _, row in ipairs(rows) do
      if row.median and not select.is_open(row.cell) then
         local more = base and rank_as_base(row) - rank_as_base(base) or 1
         base = (more > 0 or more == 0 and row.order < base.order) and row or base
      end
   end
   return base
end

-- Are two cells compared in the family of verdicts (verdicts.lua)?
local function have_verdict(a, b)
   return a.workers == b.workers or select.is_fixed(a) or select.is_fixed(b)
end

-- How many times as fast a row is as the base, with a verdict where the table or a title has one.
local function compare(results, row, base)
   if row == base then
      row.speed = 1
      return
   end
   local has_verdict = have_verdict(row.cell, base.cell)
   local versus = has_verdict and results:verdict(row.cell, base.cell, "total_s")
      or results:compare(row.cell, base.cell, "total_s")
   row.speed = versus.ratio and versus.ratio > 0 and 1 / versus.ratio or nil
   row.code = has_verdict and versus.verdict or nil
end

-- The cells in front of the finding, if more than one is; and the finding's ranking.
local function tied_of(results)
   local cells, _, metric = select.ranked(results)
   local found = finding.ranking(results, cells, metric)
   local tied = {}
   for _, entry in ipairs(found.leader and #found.tied > 0 and found.tied or {}) do
      tied[entry.cell] = true
   end
   if next(tied) then
      tied[found.leader.cell] = true
   end
   return tied, found
end

-- Marks the rows of those in front, unless a contender among them was best at another worker count than the
-- finding is about: a mark that is missing there would say that it is behind.
local function mark(rows, tied)
   local of_rows, all = 0, 0
   for _ in pairs(tied) do
      all = all + 1
   end
   for _, row in ipairs(rows) do
      of_rows = of_rows + (tied[row.cell] and 1 or 0)
   end
   for _, row in ipairs(rows) do
      row.tied = of_rows == all and tied[row.cell] or nil
   end
end

--- The worker count that the run's finding is about, if a contender was best at another one, and the cells at
-- that count; else nil.
function best.count_of_finding(results)
   local cells, count = select.ranked(results)
   for _, entry in ipairs(count and select.by_label(results) or {}) do
      local cell = best_of(results, entry.cells)
      if cell.workers ~= count and not select.is_fixed(cell) then
         return count, cells
      end
   end
end

--- Rows { cell, median, speed, code, tied, errors }, the fastest first (order = "command": as in the plan);
-- and the ranking that the finding is made of. median: in the metric of the cell's kind, nil if no trial
-- succeeded; speed: how many times as fast as the reference (nil for open loops); code: the verdict on that,
-- where there is one; tied: no difference is shown to others in front; errors: what failed in the cell
-- (model/errors.lua), or nil.
function best.of(results, order)
   local tied, found = tied_of(results)
   local rows = {}
   for index, entry in ipairs(select.by_label(results)) do
      local cell, median = best_of(results, entry.cells)
      rows[index] = { cell = cell, median = median, order = index,
         errors = errors.of_cell(cell) }
   end
   mark(rows, tied)
   table.sort(rows, is_before)
   local base = base_of(rows)
   if order == "command" then
      table.sort(rows, function(a, b) return a.order < b.order end)
   end
   for _, row in ipairs(rows) do
      if base and row.median and not select.is_open(row.cell) then
         compare(results, row, base)
      end
   end
   return rows, found
end

return best
