--- Late loops: a model's single thread computes so much that events wait for it.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local stats = require "bakeoff.stats"
local text = require "bakeoff.base.text"

local lateness = {}

local SHARE, LEAST_S = 0.1, 0.001 -- of a job's median latency; a smaller lag doesn't matter

local function read(trial, group, name)
   local value = type(trial[group]) == "table" and trial[group][name]
   return type(value) == "number" and value or nil
end

local function median_of(cell, value)
   local values = cell_type.values(cell, value)
   return #values > 0 and stats.median(values) or nil
end

--- Is a loop's lag (its p99) worth reporting, given the jobs' median `latency`? Seconds, or nil.
function lateness.matters(p99, latency)
   return p99 and latency and p99 >= LEAST_S and p99 > SHARE * latency or false
end

--- The share of a core that the loop's thread used while it worked; nil if unknown.
function lateness.share_of_thread(trial)
   local workers = (trial.cpu or {}).workers_s
   local seconds = type(workers) == "table" and workers[1] -- the first worker is the loop's thread
   return seconds and (trial.work_s or 0) > 0 and math.min(seconds / trial.work_s, 1) or nil
end

--- How late a cell's loop was: { p99 (seconds), busy (share of a core, or nil) }, medians of its successful
-- trials; nil if it has no loop, or the loop was on time.
function lateness.of(cell)
   local p99 = median_of(cell, function(trial) return read(trial, "loop_lag_s", "p99") end)
   local latency = median_of(cell, function(trial) return read(trial, "latency_s", "p50") end)
   if not lateness.matters(p99, latency) then
      return nil
   end
   return { p99 = p99, busy = median_of(cell, lateness.share_of_thread) }
end

local SENTENCE = "%s %s late: one in a hundred events waited at least %s for the loop's thread%s"

local function sentence(cell, late)
   local subject, is_many = cell_type.subject(cell)
   local who = cell_type.with_workers(cell, text.capital(subject))
   local busy = late.busy and (", busy %s of the time"):format(numbers.percent(late.busy)) or ""
   return SENTENCE:format(who, is_many and "are" or "is", numbers.format(late.p99, "time"), busy)
end

--- A sentence per late contender, at the worker count where its lag was largest.
function lateness.sentences(results)
   local worst, order = {}, {}
   for _, cell in ipairs(results.cells) do
      local late = lateness.of(cell)
      local known = worst[cell.label]
      if late and not known then
         order[#order + 1] = cell.label
      end
      if late and (not known or late.p99 > known.late.p99) then
         worst[cell.label] = { cell = cell, late = late }
      end
   end
   local list = {}
   for index, label in ipairs(order) do
      list[index] = sentence(worst[label].cell, worst[label].late)
   end
   return list
end

return lateness
