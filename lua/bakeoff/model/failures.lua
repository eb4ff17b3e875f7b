--- Why jobs failed: counts by kind and status over all trials, errors of tasks and failed checks also by
-- their text, with one example each. However many different texts there are, the kinds are few: the recorder
-- keeps at most 20 per trial (src/record/failures.c).
--
--    kind      "http", "timeout", "task" and so on (bakeoff.Code); "lost": the worker died, or the trial was
--              ended; "exit", "signal", "stopped": how a program ended; "unknown": nothing is on record;
--              "trial": a whole trial failed without a failed job
--    status    the HTTP status, the exit code or the signal; nil: none
--    text      tells texts apart, whatever their numbers and quoted parts; nil: not told apart
--    is_rest   true: the rarer texts of a kind whose other texts are told apart
--    jobs      how many jobs
--    trials    how many trials, of the kind "trial"; otherwise nil
--    example   the first such job, one short line without control characters; nil: none is on record
--    details   the lines after it, such as a traceback; nil: none
--    cells     { { cell =, jobs = } … }, in the plan's order

local cell_type = require "bakeoff.model.cell"
local text = require "bakeoff.base.text"

local failures = {}

local LONGEST, LONGEST_DETAILS = 160, 2000 -- bytes of an example and of what follows it

-- A trial's reason tells how many jobs failed before it gives the first one's.
local function first_reason(trial)
   local reason = type(trial.reason) == "string" and trial.reason or nil
   return reason and (reason:match("jobs failed, the first: (.*)$") or reason)
end

local function count_of(value) return type(value) == "number" and value or 0 end

-- What a row of trials.jsonl counts by kind. Rows of earlier versions have `errors` without statuses and
-- examples.
local function kinds_of(trial)
   local list = {}
   for _, one in ipairs(type(trial.failures) == "table" and trial.failures or {}) do
      if type(one) == "table" and type(one.kind) == "string" then
         list[#list + 1] = { kind = one.kind, status = math.tointeger(one.status), jobs = count_of(one.count),
            text = type(one.text) == "string" and one.text or nil,
            example = type(one.example) == "string" and one.example or nil }
      end
   end
   local errors = type(trial.errors) == "table" and trial.errors or {}
   for _, kind in ipairs(#list == 0 and text.sorted_keys(errors) or {}) do
      list[#list + 1] = { kind = kind, jobs = count_of(errors[kind]) }
   end
   return list
end

-- The jobs that the list counts as lost, or those that it counts as failed.
local function counted(list, as_lost)
   local sum = 0
   for _, one in ipairs(list) do
      sum = sum + ((one.kind == "lost") == as_lost and one.jobs or 0)
   end
   return sum
end

-- How a program ended, or that nothing is known.
local function unknown_kind(trial)
   local exit = type(trial.exit) == "table" and trial.exit or {}
   if trial.status == "timeout" and cell_type.is_program(trial) then
      return "timeout"
   elseif exit.stopped then
      return "stopped", math.tointeger(exit.stopped)
   elseif exit.signal then
      return "signal", math.tointeger(exit.signal)
   elseif exit.code and exit.code ~= 0 then
      return "exit", math.tointeger(exit.code)
   end
   return "unknown"
end

-- The kinds of a trial's failed jobs, so that their numbers add up to its counts.
local function of_trial(trial)
   local jobs = type(trial.jobs) == "table" and trial.jobs or {}
   local list = kinds_of(trial)
   local failed = count_of(jobs.failed) - counted(list, false)
   local lost = count_of(jobs.lost) - counted(list, true)
   if failed > 0 then
      local kind, status = unknown_kind(trial)
      list[#list + 1] = { kind = kind, status = status, jobs = failed }
   end
   if lost > 0 then
      list[#list + 1] = { kind = "lost", jobs = lost }
   end
   if #list == 0 and trial.status ~= "ok" then
      list[1] = { kind = "trial", jobs = 0, trials = 1 }
   end
   -- What ended a trial explains its lost jobs, which are the last; else the reason is that of the first job.
   local explained = list[trial.status == "ok" and 1 or #list]
   if explained and not explained.example then
      explained.example = first_reason(trial)
   end
   return list
end

local function entry_of(found, one)
   local key = ("%s %s %s"):format(one.kind, one.status, one.text)
   local entry = found.by_key[key]
   if not entry then
      entry = { kind = one.kind, status = one.status, text = one.text, jobs = 0, cells = {} }
      found.by_key[key], found[#found + 1] = entry, entry
   end
   return entry
end

local function add(entry, cell, one)
   entry.jobs = entry.jobs + one.jobs
   entry.trials = one.trials and (entry.trials or 0) + one.trials
   local last = entry.cells[#entry.cells]
   if not last or last.cell ~= cell then
      last = { cell = cell, jobs = 0 }
      entry.cells[#entry.cells + 1] = last
   end
   last.jobs = last.jobs + one.jobs
   if one.example and not entry.example then
      local details
      entry.example, details = text.brief(one.example, LONGEST)
      entry.details = details and text.cut(text.printable(details), LONGEST_DETAILS)
   end
end

-- Marks those whose texts are not told apart, where those of others of the kind are.
local function mark_rests(found)
   local has_texts = {}
   for _, entry in ipairs(found) do
      has_texts[entry.kind] = has_texts[entry.kind] or entry.text ~= nil
   end
   for index, entry in ipairs(found) do
      entry.order, entry.is_rest = index, not entry.text and has_texts[entry.kind] or nil
   end
end

--- The kinds of failed and lost jobs of cells, the most frequent first; empty if none failed.
function failures.of(cells)
   local found = { by_key = {} }
   for _, cell in ipairs(cells) do
      for _, trial in ipairs(cell.trials) do
         for _, one in ipairs(of_trial(trial)) do
            if one.jobs > 0 or one.trials then
               add(entry_of(found, one), cell, one)
            end
         end
      end
   end
   mark_rests(found)
   found.by_key = nil
   table.sort(found, function(a, b)
      return a.jobs > b.jobs or a.jobs == b.jobs and a.order < b.order
   end)
   return found
end

--- Failed and lost jobs, and all jobs that were submitted, over all trials.
function failures.counts(cells)
   local failed, all = 0, 0
   for _, cell in ipairs(cells) do
      for _, trial in ipairs(cell.trials) do
         local jobs = type(trial.jobs) == "table" and trial.jobs or {}
         failed = failed + count_of(jobs.failed) + count_of(jobs.lost)
         all = all + count_of(jobs.submitted)
      end
   end
   return failed, all
end

return failures
