--- Do the verdicts depend on the trials that ran while other programs used the processors (probe/noise.lua)?
-- They are computed again without these trials. The figures keep them: dropping trials after looking would
-- mean choosing the result.

local json = require "bakeoff.base.json"
local verdicts = require "bakeoff.analysis.verdicts"

local trust = {}

local function is_noisy(trial) return type(trial.noise) == "table" and trial.noise.noisy ~= nil end

-- Copies of the cells without their noisy trials; and the number of these trials.
local function quiet(cells)
   local copies, noisy = {}, 0
   for index, cell in ipairs(cells) do
      local copy = {}
      for key, value in pairs(cell) do
         copy[key] = value
      end
      copy.trials = {}
      for _, trial in ipairs(cell.trials) do
         noisy = noisy + (is_noisy(trial) and 1 or 0)
         copy.trials[#copy.trials + 1] = not is_noisy(trial) and trial or nil
      end
      copies[index] = copy
   end
   return copies, noisy
end

--- nil if no trial was noisy, or there is no verdict; else { noisy = number of such trials, verdicts = number
-- of verdicts in the family of speed, changed = { { a, b = cells, from, to = codes } … } }. compare(a, b,
-- metric): like results:compare.
function trust.of(cells, compare)
   local copies, noisy = quiet(cells)
   local before = noisy > 0 and verdicts.speed(cells, compare)
   if not before or before.tests == 0 then
      return nil
   end
   local after, changed = verdicts.speed(copies, compare), {}
   for index, one in ipairs(before.list) do
      local again = after.list[index]
      if one.p and again.verdict ~= one.verdict then
         changed[#changed + 1] = { a = before.pairs[index].a, b = before.pairs[index].b, from = one.verdict,
            to = again.verdict, margin = one.margin }
      end
   end
   return { noisy = noisy, verdicts = before.tests, changed = changed }
end

local KEYS = { "noisy", "verdicts", "changed", "text" }
local CHANGED_KEYS = { "label", "workers", "against", "against_workers", "from", "to" }

--- The entry of summary.json; nil for nil. found: from results:trust, which adds the text.
function trust.written(found)
   if not found then
      return nil
   end
   local changed = json.array {}
   for index, one in ipairs(found.changed) do
      changed[index] = json.ordered(CHANGED_KEYS, { label = one.a.label, workers = one.a.workers,
         against = one.b.label, against_workers = one.b.workers, from = one.from, to = one.to })
   end
   return json.ordered(KEYS, { noisy = found.noisy, verdicts = found.verdicts, changed = changed,
      text = found.text })
end

return trust
