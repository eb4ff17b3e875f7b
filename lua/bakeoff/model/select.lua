--- Which cells a chart shows, and which cells a name means.

local contender_type = require "bakeoff.model.contender"

local select = {}

--- Does its one cell stand for every worker count?
function select.is_fixed(cell)
   return cell.untold or cell.fixed or contender_type.of(cell.contender).fixed_workers ~= nil
end

--- The cells that a script calls by this name. A label has precedence over a contender's name, which has
-- precedence over a name in the tables.
function select.called(results, name)
   for _, field in ipairs { "label", "contender", "name" } do
      local list = {}
      for _, cell in ipairs(results.cells) do
         list[#list + 1] = cell[field] == name and cell or nil
      end
      if #list > 0 then
         return list
      end
   end
   return {}
end

local function has_count(cell) return not select.is_fixed(cell) end

local function has_own_count(cell) return cell.fixed and not cell.untold end

-- worker count → how many contenders ran it; and the number of contenders. Fixed contenders don't count,
-- unless there are no others.
local function counts(results, counted)
   local by_count, labels, total = {}, {}, 0
   for _, cell in ipairs(results.cells) do
      if counted(cell) then
         by_count[cell.workers] = (by_count[cell.workers] or 0) + 1
         if not labels[cell.label] then
            labels[cell.label], total = true, total + 1
         end
      end
   end
   if total == 0 and counted == has_count then
      return counts(results, has_own_count)
   end
   return by_count, total
end

--- The worker counts that were run, sorted. Those of fixed contenders are left out.
function select.worker_counts(results)
   local list = {}
   for workers in pairs((counts(results, has_count))) do
      list[#list + 1] = workers
   end
   table.sort(list)
   return list
end

--- The largest worker count that all contenders ran; if there is none, the one that most contenders ran. nil
-- if only sequential and programs without worker counts ran.
function select.usual_count(results)
   local by_count = counts(results, has_count)
   local best
   for workers, ran in pairs(by_count) do
      if not best or ran > by_count[best] or (ran == by_count[best] and workers > best) then
         best = workers
      end
   end
   return best
end

--- The cells at one worker count (default: usual_count), including those of fixed contenders; and the count.
function select.at_one_count(results, workers)
   workers = workers or select.usual_count(results)
   local cells = {}
   for _, cell in ipairs(results.cells) do
      if cell.workers == workers or select.is_fixed(cell) then
         cells[#cells + 1] = cell
      end
   end
   return cells, workers
end

--- Does it start jobs at a rate, so that latency is the measure, and not total time?
function select.is_open(cell) return cell.rate ~= nil end

--- The cells at one worker count that a finding ranks: closed loops, by total time; if there are none, open
-- loops, by p99. → cells, the count, the metric
function select.ranked(results, workers)
   local cells, count = select.at_one_count(results, workers)
   local closed = {}
   for _, cell in ipairs(cells) do
      closed[#closed + 1] = not select.is_open(cell) and cell or nil
   end
   if #closed == 0 and #cells > 0 then
      return cells, count, "latency_p99_s"
   end
   return closed, count, "total_s"
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
