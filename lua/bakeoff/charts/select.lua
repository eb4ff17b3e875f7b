--- Which cells a chart shows.

local select = {}

-- Its one cell stands for every worker count: that of a contender, or of a program, that does one thing
-- after the other.
local function is_fixed(cell)
   return cell.untold or cell.contender == "sequential" or (cell.model == "sequential" and cell.workers == 1)
end

-- worker count → how many contenders ran it; and how many contenders there are. Without sequential.
local function counts(results)
   local by_count, labels, total = {}, {}, 0
   for _, cell in ipairs(results.cells) do
      if not is_fixed(cell) then
         by_count[cell.workers] = (by_count[cell.workers] or 0) + 1
         if not labels[cell.label] then
            labels[cell.label], total = true, total + 1
         end
      end
   end
   return by_count, total
end

--- The worker counts that were run (sequential's aside), sorted.
function select.worker_counts(results)
   local list = {}
   for workers in pairs((counts(results))) do
      list[#list + 1] = workers
   end
   table.sort(list)
   return list
end

--- The largest worker count that all contenders ran; when there is none, the one that most ran. nil when
-- only sequential ran.
function select.usual_count(results)
   local by_count = counts(results)
   local best
   for workers, ran in pairs(by_count) do
      if not best or ran > by_count[best] or (ran == by_count[best] and workers > best) then
         best = workers
      end
   end
   return best
end

--- Cells at one worker count (default: usual_count), sequential's own cell among them; and the count.
function select.at_one_count(results, workers)
   workers = workers or select.usual_count(results)
   local cells = {}
   for _, cell in ipairs(results.cells) do
      if cell.workers == workers or is_fixed(cell) then
         cells[#cells + 1] = cell
      end
   end
   return cells, workers
end

--- Per label, in plan order: { label, cells = { smallest worker count first } }.
function select.by_label(results)
   local list, found = {}, {}
   for _, cell in ipairs(results.cells) do
      if not found[cell.label] then
         found[cell.label] = { label = cell.label, contender = cell.contender, cells = {} }
         list[#list + 1] = found[cell.label]
      end
      table.insert(found[cell.label].cells, cell)
   end
   for _, entry in ipairs(list) do
      table.sort(entry.cells, function(a, b) return a.workers < b.workers end)
   end
   return list
end

return select
