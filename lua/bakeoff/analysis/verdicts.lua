--- Which verdicts are read together, and so held together (stats.hold_together): those of the table, each
-- cell against its reference; and all pairs of the cells that one sentence ranks.

local stats = require "bakeoff.stats"

local verdicts = {}

-- Open loops are compared among themselves, those of one rate; and so are closed ones (no rate).
local function of_rate(cells, rate)
   local list = {}
   for _, cell in ipairs(cells) do
      list[#list + 1] = cell.rate == rate and cell or nil
   end
   return list
end

local function first_rate(cells)
   local closed = of_rate(cells, nil)
   return #closed == 0 and cells[1] and cells[1].rate or nil
end

--- The cell that others of a worker count are compared with: sequential when it ran, else the first of the
-- plan at the same worker count; where it has none, the first that has. nil for none. Of open loops only
-- those with this rate (jobs per second); default: closed loops, where there are any.
function verdicts.reference(all, workers, rate)
   local cells = of_rate(all, rate or first_rate(all))
   for _, cell in ipairs(cells) do
      if cell.contender == "sequential" then
         return cell
      end
   end
   local first, same = cells[1], nil
   if first and first.untold then
      return first
   end
   for _, cell in ipairs(cells) do
      if cell.workers == workers and (not same or cell.label == first.label) then
         same = same and same.label == first.label and same or cell
      end
   end
   return same
end

--- The reference of one cell; nil where it is itself the reference. cells: all that ran.
function verdicts.reference_of(cells, cell)
   local usual = cell.untold and require("bakeoff.model.select").usual_count { cells = cells }
   local alike = of_rate(cells, cell.rate)
   local reference = verdicts.reference(alike, usual or cell.workers)
   return reference ~= cell and reference or nil
end

--- What cells are compared in: total time; open loops, where the rate says how long they take, in p99.
function verdicts.metric_of(cell) return cell.rate and "latency_p99_s" or "total_s" end

--- cell → its comparison with its reference, in its metric; and how many of them are tests.
-- compare(a, b, metric): as results:compare.
function verdicts.of_table(cells, compare)
   local versus, list = {}, {}
   for _, cell in ipairs(cells) do
      local reference = verdicts.reference_of(cells, cell)
      if reference then
         versus[cell] = compare(cell, reference, verdicts.metric_of(cell))
         list[#list + 1] = versus[cell]
      end
   end
   return versus, stats.hold_together(list)
end

--- How cell number j of a list compares with number i, i < j: pairs[i][j].
function verdicts.of_pairs(cells, metric, compare)
   local pairs_of, list = {}, {}
   for i = 1, #cells do
      pairs_of[i] = {}
      for j = i + 1, #cells do
         pairs_of[i][j] = compare(cells[j], cells[i], metric)
         list[#list + 1] = pairs_of[i][j]
      end
   end
   stats.hold_together(list)
   return pairs_of
end

return verdicts
