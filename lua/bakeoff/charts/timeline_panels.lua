--- The panels of the timeline chart: for each contender a typical trial, its lanes, and the share of its
-- jobs' time that was waiting. And the sentences about them.

local contender_type = require "bakeoff.model.contender"
local lanes = require "bakeoff.runs.lanes"
local lateness = require "bakeoff.analysis.lateness"
local numbers = require "bakeoff.base.numbers"
local segments = require "bakeoff.runs.segments"
local shared = require "bakeoff.plotting.panels"
local wording = require "bakeoff.analysis.wording.single_trials"

local panels = {}

local LANES_IN_ALL, FEWEST, MOST = 96, 6, 24 -- lanes drawn: in all panels, and in one
local BUSY = 0.7 -- share of a core: a loop's thread above it is the finding
local WORTH = 0.05 -- of a job's time, of a trial: less work, a shorter start-up is not mentioned

-- As many lanes as allowed, spread evenly over all, because the first slots are often the busiest.
local function spread(list, most)
   if #list <= most then
      return list
   end
   local chosen = {}
   for index = 1, most do
      chosen[index] = list[math.floor((index - 1) * (#list - 1) / (most - 1) + 0.5) + 1]
   end
   return chosen
end

local function split(all)
   local own, pool = {}, {}
   for _, lane in ipairs(all) do
      table.insert(lane.kind == "pool" and pool or own, lane)
   end
   return own, pool
end

-- In a pool, CPU time is measured for each worker as a whole, not for each task.
local function share_of_pool(one)
   local busy, cpu = 0.0, 0.0
   for _, run in ipairs(one.runs) do
      busy = busy + run.to - run.from
   end
   for index, seconds in ipairs((one.trial.cpu or {}).workers_s or {}) do
      cpu = cpu + (index > 1 and seconds or 0)
   end
   return busy > 0 and cpu > 0 and math.min(cpu / busy, 1) or 1
end

local function panel_of(results, entry, most)
   local one, form = entry.activity, segments.form(results, entry.trial)
   local lag = results:summary_of(entry.cell).loop_lag_p99_s
   local own, pool = split(lanes.of(one, entry.unrecorded > 0))
   return {
      cell = entry.cell, trial = entry.trial, activity = one, phases = entry.phases, ends = entry.ends,
      stall = entry.stall,
      form = form, own = #own, pool = #pool, shown = spread(own, most),
      shown_pool = spread(pool, MOST // 3), pool_share = share_of_pool(one),
      totals = segments.totals(one, form, shared.weight(entry)), unrecorded = entry.unrecorded,
      lag = lag and lag.median,
   }
end

--- Panels for the entries (plotting/panels.lua: trials) whose jobs are on record.
function panels.of(results, entries)
   local list = {}
   local most = math.max(FEWEST, math.min(MOST, LANES_IN_ALL // math.max(#entries, 1)))
   for _, entry in ipairs(entries) do
      if #entry.activity.jobs > 0 then
         list[#list + 1] = panel_of(results, entry, most)
      end
   end
   return list
end

--- One sentence about all panels: about late loops from all their trials, as the report tells it elsewhere;
-- about waiting for the trials that are shown.
function panels.finding(list)
   local late, waiting = {}, {}
   for index, panel in ipairs(list) do
      waiting[index] = { cell = panel.cell, waiting = panel.totals.waiting }
      local found = contender_type.of(panel.cell.contender).on_loop and lateness.of(panel.cell)
      late[#late + 1] = found and (found.busy or 0) > BUSY
         and { cell = panel.cell, busy = found.busy, lag = found.p99 } or nil
   end
   return #late > 0 and wording.late_loops(late) or wording.waiting(waiting)
end

local function lanes_words(panel)
   local kind = lanes.noun(panel.cell.contender)
   local words = numbers.plural(panel.own, kind)
   if #panel.shown < panel.own then
      words = ("%d of %s"):format(#panel.shown, words)
   end
   if panel.pool > 0 then
      local some = #panel.shown_pool < panel.pool and ("%d of "):format(#panel.shown_pool) or ""
      words = words .. (", %spool of\u{a0}%d"):format(some, panel.pool)
   end
   return words
end

--- Remarks about a panel, in short sentences; those that even a small page needs come first. last: the end of
-- the axis.
function panels.remarks(panel, last)
   local sums = panel.totals
   local remarks = { shared.sample(panel) }
   remarks[#remarks + 1] = shared.ending(panel, last)
   remarks[#remarks + 1] = ("jobs wait %s"):format(numbers.percent(panel.totals.waiting))
   if panel.lag then
      remarks[#remarks + 1] = ("loop lag p99 %s"):format(numbers.format(panel.lag, "time"))
   end
   if sums.ready > WORTH * sums.all and sums.work < 0.9 * sums.ready then
      remarks[#remarks + 1] = ("work: %s on a core"):format(numbers.percent(sums.work / sums.ready))
   end
   remarks[#remarks + 1] = lanes_words(panel)
   if (panel.phases.work_start_s or 0) > WORTH * panel.ends then
      remarks[#remarks + 1] = ("start-up %s"):format(numbers.format(panel.phases.work_start_s, "time"))
   end
   return remarks
end

--- Words for the subtitle if lanes are left out, or false.
function panels.left_out(list)
   local most = 0
   for _, panel in ipairs(list) do
      most = #panel.shown < panel.own and math.max(most, #panel.shown) or most
   end
   return most > 0 and ("at most %d lanes each, evenly chosen"):format(most)
end

--- Were some jobs not recorded?
function panels.is_sample(list)
   for _, panel in ipairs(list) do
      if panel.unrecorded > 0 then
         return true
      end
   end
   return false
end

return panels
