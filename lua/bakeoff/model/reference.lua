--- The cell that another is compared with, and in what: one rule for the table, the charts, the sentences and
-- automatic repeats. Works on cells of results and on planned ones.

local select_cells = require "bakeoff.model.select"

local reference = {}

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
function reference.at(all, workers, rate)
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
function reference.of(cells, cell)
   local usual = cell.untold and select_cells.usual_count { cells = cells }
   local alike = of_rate(cells, cell.rate)
   local found = reference.at(alike, usual or cell.workers)
   return found ~= cell and found or nil
end

--- What cells are compared in: total time; open loops, where the rate says how long they take, in p99.
function reference.metric(cell) return cell.rate and "latency_p99_s" or "total_s" end

return reference
