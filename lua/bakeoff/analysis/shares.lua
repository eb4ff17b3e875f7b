--- Shares of a core: how much of a core each worker of a contender had while all worked, and what that shows.

local cell_type = require "bakeoff.model.cell"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local contender_type = require "bakeoff.model.contender"
local stats = require "bakeoff.stats"
local verdict = require "bakeoff.model.verdict"
local wording = require "bakeoff.analysis.wording.shares"

local shares = {}

local METRIC = "worker_cores"

-- The shares of one trial's workers, largest first; the workers' identities don't matter.
local function of_trial(trial)
   local list, shared = (trial.cpu or {}).workers_s, {}
   if type(list) ~= "table" or not (trial.work_s and trial.work_s > 0) then
      return nil
   end
   for index, seconds in ipairs(list) do
      shared[index] = seconds / trial.work_s
   end
   table.sort(shared, function(a, b) return a > b end)
   return #shared > 0 and shared or nil
end

--- If a trial has very many workers, only the CPU times of the first ones are recorded.
function shares.is_partial(row)
   return contender_type.of(row.cell.contender).worker_noun ~= nil and #row.share < row.cell.workers
end

--- The shares of a cell's workers: { cell, trials = { { share of each worker, largest first } … }, share =
-- their medians, cores = median of the sum, count = number of workers, median = of the shares, busiest = the
-- largest share as a multiple of that, nil for one worker }; nil if no successful trial has them.
function shares.of(results, cell)
   local trials, most = {}, 0
   for _, trial in ipairs(cell_type.good(cell)) do
      trials[#trials + 1] = of_trial(trial)
      most = math.max(most, trials[#trials] and #trials[#trials] or 0)
   end
   if #trials == 0 then
      return nil
   end
   local share = {}
   for rank = 1, most do
      local values = {}
      for _, trial in ipairs(trials) do
         values[#values + 1] = trial[rank]
      end
      share[rank] = stats.median(values)
   end
   local row = { cell = cell, trials = trials, share = share,
      cores = cores_in_use.while_working(results, cell).median }
   row.count = shares.is_partial(row) and cell.workers or #share
   row.median = stats.median(share)
   row.busiest = #share > 1 and row.median > 0 and share[1] / row.median or nil
   return row
end

-- The same contender with and without one interpreter lock, each with several workers.
local function with_and_without(rows)
   for _, locked in ipairs(rows) do
      for _, free in ipairs(rows) do
         if #locked.share > 1 and #free.share == #locked.share and locked.cell.gil
            and free.cell.contender == locked.cell.contender and not free.cell.gil then
            return locked, free
         end
      end
   end
end

-- Contenders with several workers; the one that keeps the most cores busy comes first.
local function with_several(rows)
   local several = {}
   for _, row in ipairs(rows) do
      several[#several + 1] = #row.share > 1 and row or nil
   end
   table.sort(several, function(a, b) return a.cores > b.cores end)
   return several
end

-- A difference that whole percents don't show isn't worth a sentence, however certain it is.
local function told(code, a, b)
   return verdict.is_difference(code) and wording.look_alike(a, b) and "look_alike" or code
end

-- The last against the first: this pair is chosen after looking, so it is corrected jointly with all others.
local function verdict_of_extremes(results, several)
   local least, most = several[#several], several[1]
   return told(results:verdict(least.cell, most.cell, METRIC).verdict, least, most)
end

-- How evenly the workers divided the work, if one contender has several; else its row says so.
local function evenness(rows)
   local one, count = nil, 0
   for _, row in ipairs(rows) do
      one, count = row.busiest and row or one, count + (row.busiest and 1 or 0)
   end
   return count == 1 and wording.evenness(one) or ""
end

-- The sentence without its second half.
local function compared(results, rows, count)
   local locked, free = with_and_without(rows)
   if locked then
      local code = told(results:verdict(locked.cell, free.cell, METRIC).verdict, locked, free)
      return wording.of_lock(code, locked, free, results.margin)
   end
   local several = with_several(rows)
   local most, least = several[1], several[#several]
   if #several == 0 then
      return wording.of_none()
   elseif #several == 1 then
      return wording.of_one(most)
   end
   return wording.of_extremes(verdict_of_extremes(results, several), most, least, count, results.margin)
end

--- One sentence, from the verdict on the cores that the workers kept busy together; and how evenly they
-- divided the work. rows: from shares.of; count: workers of each contender.
function shares.finding(results, rows, count)
   return compared(results, rows, count) .. evenness(rows)
end

return shares
