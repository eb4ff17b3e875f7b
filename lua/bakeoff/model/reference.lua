--- The cell that another is compared with, and the metric they are compared in: one rule for the table, the
-- charts, the sentences and automatic repeats. Works on cells of results and on planned cells.

local contender_type = require "bakeoff.model.contender"
local select_cells = require "bakeoff.model.select"

local reference = {}

-- Open loops are compared only with open loops of the same rate, and closed loops (no rate) with closed
-- loops.
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

-- The cells of the contender that the script names as the reference.
local function named(cells)
   local list = {}
   for _, cell in ipairs(cells) do
      list[#list + 1] = cell.reference and cell or nil
   end
   return list
end

-- The cell of a contender that is a reference by nature.
local function by_nature(cells)
   for _, cell in ipairs(cells) do
      if contender_type.of(cell.contender).is_reference then
         return cell
      end
   end
end

--- The cell that others at a worker count are compared with: sequential if it ran, else the first cell of the
-- plan at the same worker count, else the first of the plan; only of the contender that the script names as
-- the reference, if it does. nil if there is none. rate (jobs per second): only open loops with this rate;
-- default: closed loops, if there are any.
function reference.at(all, workers, rate)
   local cells = of_rate(all, rate or first_rate(all))
   local chosen = named(cells)
   if #chosen == 0 and by_nature(cells) then
      return by_nature(cells)
   end
   cells = #chosen > 0 and chosen or cells
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

--- A function: cell → its reference; nil if the cell is itself the reference. cells: all that ran. It looks
-- through them once per rate and worker count.
function reference.finder(cells)
   local known, usual = {}, nil
   return function(cell)
      if cell.untold and not usual then
         usual = { count = select_cells.usual_count { cells = cells } }
      end
      local count = cell.untold and usual.count or cell.workers
      local key = ("%s\0%s"):format(cell.rate, count)
      known[key] = known[key] or { cell = reference.at(of_rate(cells, cell.rate), count) }
      local found = known[key].cell
      return found ~= cell and found or nil
   end
end

--- The reference of one cell; nil if the cell is itself the reference. cells: all that ran.
function reference.of(cells, cell) return reference.finder(cells)(cell) end

local OF_JOBS = "^latency_"

--- Can two cells be ranked in a metric? Times of closed loops can, since a rate decides how long an open loop
-- takes; latencies only at the same rate, or both in closed loops, which miss the jobs that would have
-- started in the meantime; everything else always.
function reference.is_comparable(a, b, metric)
   local group = reference.group(a, metric)
   return group ~= nil and group == reference.group(b, metric)
end

--- The cells that can be ranked in a metric have the same group; nil: not even with itself.
function reference.group(cell, metric)
   if metric:find(OF_JOBS) then
      return cell.rate or "closed"
   end
   return (metric ~= "total_s" or not cell.rate) and "all" or nil
end

--- The metric in which cells are compared: total time, or p99 in open loops, where the rate fixes the time.
function reference.metric(cell) return cell.rate and "latency_p99_s" or "total_s" end

return reference
