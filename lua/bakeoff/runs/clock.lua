--- A contender's own time: the time of a trial without what the bench does before the set-up and between
-- phases, when it reads the memory while the trial waits. The phases have the lengths of the row's set-up,
-- work and teardown, so what is shown in this time ends at the row's total.

local clock = {}

local BORDERS = { "work_start_s", "work_end_s", "end_s" }

local function length_of(trial, name) return type(trial[name]) == "number" and trial[name] or 0 end

--- Set-up, work and teardown of a trial, in its time: { { from, to } … }, or an empty list if the row lacks
-- them. In rows from before all starts were recorded, set-up and teardown touch the work.
function clock.phases_of(trial)
   local phases = trial.phases or {}
   local work, done = phases.work_start_s, phases.work_end_s
   if not (work and done) then
      return {}
   end
   local setup = phases.setup_start_s or math.max(work - length_of(trial, "setup_s"), 0)
   local teardown = phases.teardown_start_s
      or math.max((phases.end_s or done) - length_of(trial, "teardown_s"), done)
   return {
      { setup, math.min(setup + length_of(trial, "setup_s"), work) },
      { work, done },
      { teardown, math.max(phases.end_s or done, teardown) },
   }
end

--- The clock of a trial (a row of trials.jsonl):
--    at(time)   seconds of the contender's own time at a moment of the trial's time
--    total      the contender's time in all
--    phases     work_start_s, work_end_s and end_s in the contender's time; what the row lacks is nil
function clock.of(trial)
   local borders = trial.phases or {}
   local spans, own = clock.phases_of(trial), { phases = {} }
   spans[1] = spans[1] or { 0.0, borders.end_s or trial.total_s or 0.0 }
   function own.at(time)
      local sum = 0.0
      for _, span in ipairs(spans) do
         sum = sum + math.max(math.min(time, span[2]) - span[1], 0)
      end
      return sum
   end
   own.total = own.at(math.huge)
   for _, name in ipairs(BORDERS) do
      own.phases[name] = borders[name] and own.at(borders[name])
   end
   return own
end

return clock
