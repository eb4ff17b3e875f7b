--- Words for one verdict: how a cell compares with another, in time.

local phrases = require "bakeoff.analysis.wording.phrases"
local verdict = require "bakeoff.model.verdict"

local comparison = {}

-- For a difference that is shown: "14 times as fast", "6 % more time"; and the word before the other's name.
local function difference(versus)
   local size, is_factor = phrases.distance(versus.ratio)
   local is_less = versus.ratio < 1
   if is_factor then
      return ("%s as %s"):format(size, is_less and "fast" or "long"), "as"
   end
   return ("%s %s time"):format(size, is_less and "less" or "more"), "than"
end

local NOTES = { too_few_repeats = "", no_ratio = "",
   maybe_noise = verdict.text "maybe_noise", missing_in_a = "", missing_in_b = "" }

-- Beside a bar there is little room.
local NOT_SHOWN = { corrected = "not shown after correction", tested = "not shown by the t test" }

--- The note beside a bar: "14 times as fast", "6 % more time", "same within 3 %", "no difference shown"; ""
-- without a verdict.
function comparison.note(versus)
   if versus.verdict == "same" then
      return phrases.same(versus.margin)
   elseif versus.verdict == "no_difference" then
      return NOT_SHOWN[verdict.why_not_shown(versus)] or phrases.NO_DIFFERENCE
   end
   return NOTES[versus.verdict] or (difference(versus))
end

local OF_P99 = { faster = "lower p99", slower = "higher p99" }

--- The verdict of a row: "faster", "same within 3 %"; of p99: "higher p99". has_interval: is the interval of
-- the ratio printed? It isn't if it has no width, because most of the ratios are equal; if others are far
-- from them, that is said.
function comparison.verdict(versus, has_interval, of_p99)
   local words = of_p99 and OF_P99[versus.verdict]
      or verdict.text(versus.verdict, versus.margin) .. (of_p99 and " at p99" or "") .. verdict.reason(versus)
   local is_equal = versus.low and not has_interval and versus.verdict == "no_difference"
   return is_equal and words .. " (most ratios are equal)" or words
end

--- A note with the cell's errors after it: "14 times as fast, but 31 % of jobs failed". errors: from
-- model/errors.lua, or nil.
function comparison.with_errors(note, errors)
   if not (errors and errors.jobs) then
      return note
   end
   local failed = phrases.failed_jobs(errors)
   return note == "" and failed or ("%s, but %s"):format(note, failed)
end

--- The end of a sentence about a cell: "14 times as fast as sequential". name: the other's.
function comparison.with(versus, name)
   if versus.verdict == "same" then
      return ("the same as %s %s"):format(name, verdict.within(versus.margin))
   elseif versus.verdict == "no_difference" then
      return phrases.NO_DIFFERENCE .. " to " .. name .. verdict.reason(versus)
   elseif versus.verdict == "too_few_repeats" then
      return phrases.TOO_FEW
   elseif versus.verdict == "no_ratio" then
      return phrases.NO_RATIO
   end
   local words, joint = difference(versus)
   return ("%s %s %s"):format(words, joint, name)
end

return comparison
