--- Did the jobs run and succeed, and were as many in flight as there were workers?

local cell_type = require "bakeoff.model.cell"
local contender_type = require "bakeoff.model.contender"
local numbers = require "bakeoff.base.numbers"
local readings = require "bakeoff.model.readings"
local text = require "bakeoff.base.text"
local words = require "bakeoff.analysis.fairness.words"

local jobs = {}

local name_of, sentence, count = cell_type.described, words.sentence, words.count
local range, range_text = words.range, words.range_text

local LONGEST_REASON = 160 -- bytes; the report's section on failures has the whole

--- Trials that failed.
function jobs.failed_trials(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local bad, reason = 0, nil
      for _, trial in ipairs(cell.trials) do
         if trial.status ~= "ok" then
            bad, reason = bad + 1, reason or trial.reason or trial.status
         end
      end
      if bad > 0 then
         table.insert(parts, ("%s, %d of %d (%s)"):format(name_of(cell), bad, #cell.trials,
            (text.brief(reason, LONGEST_REASON))))
      end
   end
   return sentence(parts, "Trials that failed or ran out of time; they count in no median")
end

--- Jobs that failed.
function jobs.failed(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local failed, lost, submitted = 0, 0, 0
      for _, trial in ipairs(cell.trials) do
         local j = trial.jobs or {}
         failed, lost = failed + (j.failed or 0), lost + (j.lost or 0)
         submitted = submitted + (j.submitted or 0)
      end
      if failed + lost > 0 then
         table.insert(parts, ("%s, %s failed and %s lost of %s"):format(name_of(cell), count(failed),
            count(lost), count(submitted)))
      end
   end
   return sentence(parts, "Jobs that failed or were lost")
end

--- Jobs of open loops that were never started.
function jobs.dropped(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local dropped, submitted = 0, 0
      for _, trial in ipairs(cell.trials) do
         local j = trial.jobs or {}
         dropped, submitted = dropped + (j.dropped or 0), submitted + (j.submitted or 0)
      end
      if dropped > 0 then
         table.insert(parts, ("%s, %s of %s"):format(name_of(cell), count(dropped), count(submitted)))
      end
   end
   return sentence(parts, "Jobs were dropped, never started")
end

local HELD = 0.95 -- of the requested rate

--- Open loops that could not start jobs at the requested rate.
function jobs.not_held(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local least = range(cell, function(trial)
         return trial.rate_offered_per_s and trial.rate_achieved_per_s / trial.rate_offered_per_s
      end)
      if least and least < HELD then
         local low = range(cell, function(trial) return trial.rate_achieved_per_s end)
         table.insert(parts, ("%s, %s of %s"):format(name_of(cell), words.rate(low),
            words.rate((range(cell, function(trial) return trial.rate_per_s end)))))
      end
   end
   return sentence(parts, "The requested rate was not held")
end

-- Jobs on a loop overlap only while they wait: jobs that only compute are never in flight together.
local function only_computes(cell, high, is_task)
   return is_task and high == 1 and contender_type.of(cell.contender).on_loop
end

--- Compares jobs in flight with workers → a sentence on too few, a sentence on too many.
function jobs.in_flight(cells, items, is_task)
   local under, over = {}, {}
   for _, cell in ipairs(cells) do
      local low, high = range(cell, function(trial) return trial.in_flight_peak end)
      if low and high > cell.workers then
         table.insert(over, ("%s, up to %s"):format(name_of(cell), count(high)))
      elseif low and items >= cell.workers and low < cell.workers and not cell.rate
         and not only_computes(cell, high, is_task) then
         table.insert(under, ("%s, %s"):format(name_of(cell), range_text(low, high)))
      end
   end
   return sentence(under, "Fewer jobs in flight at the peak than workers"),
      sentence(over, "More jobs in flight than workers")
end

--- Processes that programs left behind.
function jobs.left_behind(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local most = 0
      for _, trial in ipairs(cell.trials) do
         local ended = cell_type.is_program(cell) and trial.status ~= "timeout"
         most = math.max(most, ended and trial.left_behind or 0)
      end
      if most > 0 then
         table.insert(parts, ("%s, at most %d in one trial"):format(name_of(cell), most))
      end
   end
   return sentence(parts, "Programs left processes behind, which were killed")
end

--- CPU time of children that the kernel reaps itself: known only as far as samples saw it.
function jobs.not_reaped(cells)
   local parts = {}
   for _, cell in ipairs(cells) do
      local _, most = range(cell, function(trial) return (trial.cpu or {}).unreaped_s end)
      local _, is_least = range(cell, function(trial) return readings.is_cpu_least(trial) and 1 or nil end)
      if is_least then
         local from_samples = most and numbers.format(most, "time")
         table.insert(parts, name_of(cell) .. (from_samples
            and (", with up to %s in a trial from samples"):format(from_samples) or ""))
      end
   end
   return sentence(parts, "CPU time is a lower bound, because SIGCHLD is ignored and the kernel keeps no"
      .. " account of children")
end

return jobs
