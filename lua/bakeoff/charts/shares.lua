--- Shares of a core: what each worker of a contender had while all worked, and what that says.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local stats = require "bakeoff.stats"
local verdicts = require "bakeoff.analysis.verdicts"

local shares = {}

local METRIC = "worker_cores"

-- Contenders each of whose workers is one of these.
local NOUNS = { threads = "threads", processes = "processes" }

-- The shares of one trial's workers, largest first: which worker is which means nothing.
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

--- What a cell's workers had: { cell, trials = { { share of each worker, largest first } … }, share = their
-- medians, cores = median of the sum }; nil when no good trial tells.
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
   return { cell = cell, trials = trials, share = share, cores = results:summary_of(cell)[METRIC].median }
end

--- Of very many workers a trial tells only the first ones' CPU.
function shares.is_partial(row)
   return NOUNS[row.cell.contender] ~= nil and #row.share < row.cell.workers
end

--- Do this contender's workers share one interpreter lock?
function shares.is_locked(cell)
   local label = cell.label:lower()
   return cell.gil == true or label:find("%f[%a]gil%f[%A]") ~= nil
      or label:find("one interpreter", 1, true) ~= nil or label:find("interpreter lock", 1, true) ~= nil
end

local function each(row)
   local noun = NOUNS[row.cell.contender] or "workers (" .. cell_type.name_of(row.cell) .. ")"
   local count = shares.is_partial(row) and row.cell.workers or #row.share
   return ("each of %d %s"):format(count, noun)
end

local function percent(row) return ("%.0f %%"):format(row.cores / #row.share * 100) end

local function capital(words) return (words:gsub("^%l", string.upper)) end

local SAME = { ["no difference shown"] = ": no difference shown", ["as good as equal"] = "" }

-- A difference that doesn't show in whole percents is none worth a sentence, however sure it is.
local function told(verdict, a, b)
   local settled = verdict == "faster" or verdict == "slower"
   return settled and percent(a) == percent(b) and "as good as equal" or verdict
end

-- The same contender with and without an interpreter lock, each with several workers.
local function with_and_without(rows)
   for _, locked in ipairs(rows) do
      for _, free in ipairs(rows) do
         if #locked.share > 1 and #free.share == #locked.share and shares.is_locked(locked.cell)
            and free.cell.contender == locked.cell.contender and not shares.is_locked(free.cell) then
            return locked, free
         end
      end
   end
end

local function lock_finding(results, locked, free)
   local verdict = told(results:compare(locked.cell, free.cell, METRIC).verdict, locked, free)
   if SAME[verdict] then
      if percent(locked) ~= percent(free) then
         return ("With one interpreter lock %s gets %s of a core, without %s%s"):format(each(locked),
            percent(locked), percent(free), SAME[verdict])
      end
      return ("With and without one interpreter lock %s gets %s of a core%s"):format(each(free),
         percent(free), SAME[verdict])
   elseif verdict == "too few repeats" then
      return ("Too few repeats for a verdict: %s of a core for %s with one interpreter lock, %s without")
         :format(percent(locked), each(locked), percent(free))
   end
   return ("With one interpreter lock %s gets %s of a core; without, %s"):format(each(locked),
      percent(locked), percent(free))
end

-- Those with several workers; what keeps the most cores busy first.
local function with_several(rows)
   local several = {}
   for _, row in ipairs(rows) do
      several[#several + 1] = #row.share > 1 and row or nil
   end
   table.sort(several, function(a, b) return a.cores > b.cores end)
   return several
end

-- The last against the first: chosen after looking, so held together with all other pairs.
local function verdict_of_extremes(results, several)
   local cells = {}
   for index, row in ipairs(several) do
      cells[index] = row.cell
   end
   local pairs_of = verdicts.of_pairs(cells, METRIC, function(...) return results:compare(...) end)
   return told(pairs_of[1][#cells].verdict, several[#several], several[1])
end

--- One sentence, from the verdict on what the workers together kept busy.
function shares.finding(results, rows, count)
   local locked, free = with_and_without(rows)
   if locked then
      return lock_finding(results, locked, free)
   end
   local several = with_several(rows)
   local most, least = several[1], several[#several]
   if #several == 0 then
      return "No contender ran with several workers"
   elseif #several == 1 then
      return capital(("%s gets %s of a core"):format(each(most), percent(most)))
   end
   local verdict = verdict_of_extremes(results, several)
   if SAME[verdict] then
      local both = percent(least) == percent(most) and percent(most)
         or ("%s to %s"):format(percent(least):gsub(" %%", ""), percent(most))
      return ("However they are run, each of %s gets %s of a core%s"):format(numbers.plural(count, "worker"),
         both, SAME[verdict])
   end
   local sentence = capital(("%s gets %s of a core, %s %s"):format(each(most), percent(most), each(least),
      percent(least)))
   return verdict == "too few repeats" and "Too few repeats for a verdict: " .. sentence or sentence
end

return shares
