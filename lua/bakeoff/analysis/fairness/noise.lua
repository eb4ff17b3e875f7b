--- Trials that ran while other programs used the processors (probe/noise.lua). They are named, and they stay
-- in every figure: dropping them would mean choosing the result.

local cell_type = require "bakeoff.model.cell"
local noise = require "bakeoff.probe.noise"
local numbers = require "bakeoff.base.numbers"

local noise_audit = {}

local MOST_NAMED = 4

local function percent(share) return numbers.percent(share, 3) end

local function record_of(trial) return type(trial.noise) == "table" and trial.noise or {} end

local function has(trial, reason)
   for _, one in ipairs(record_of(trial).noisy or {}) do
      if one == reason then
         return true
      end
   end
   return false
end

-- "threads with 4 workers, repeats 3 and 7 (up to 41 %)"
local function cell_text(cell, trials, share)
   local repeats, most = {}, 0
   for index, trial in ipairs(trials) do
      repeats[index] = ("%d"):format(trial["repeat"])
      most = math.max(most, record_of(trial)[share] or 0)
   end
   local which = #repeats > MOST_NAMED and ("%d repeats"):format(#repeats)
      or (#repeats == 1 and "repeat " or "repeats ") .. numbers.list(repeats)
   return ("%s, %s (up to %s)"):format(cell_type.described(cell), which, percent(most)), most
end

-- One sentence about all trials with this reason, the most affected first; nil if there are none.
local function sentence(cells, reason, share, words)
   local parts, noisy, all = {}, 0, 0
   for _, cell in ipairs(cells) do
      local list = {}
      for _, trial in ipairs(cell.trials) do
         all = all + 1
         list[#list + 1] = has(trial, reason) and trial or nil
      end
      if #list > 0 then
         local text, most = cell_text(cell, list, share)
         parts[#parts + 1], noisy = { text = text, most = most }, noisy + #list
      end
   end
   if noisy == 0 then
      return nil
   end
   table.sort(parts, function(a, b) return a.most > b.most end)
   local named = {}
   for index = 1, math.min(#parts, MOST_NAMED) do
      named[index] = parts[index].text
   end
   if #parts > MOST_NAMED then
      named[#named + 1] = "and " .. numbers.plural(#parts - MOST_NAMED, "more cell")
   end
   return ("%d of %s %s: %s."):format(noisy, numbers.plural(all, "trial"), words, table.concat(named, "; "))
end

--- List of sentences, empty if every trial was quiet.
function noise_audit.sentences(cells)
   local rule, found = noise.RULE, {}
   found[1] = sentence(cells, "others", "others_share",
      ("ran while other programs used more than %s of the processors' time"):format(
         percent(rule.others_share)))
   found[#found + 1] = sentence(cells, "steal", "steal_share",
      ("lost more than %s of the processors' time to the hypervisor"):format(percent(rule.steal_share)))
   return found
end

return noise_audit
