--- Verdicts as codes. A comparison's field `verdict` is one of these; nothing decides by sentences, which are
-- made from codes in analysis/wording.
--
--    faster, slower      the difference is shown; of memory, faster is less
--    less, more, fewer   the same in comparisons of two runs, of figures that are no times and no rates
--    no_difference       no difference is shown
--    same                shown, but too small for the digits that are printed: to be told as a tie
--    too_few_repeats     fewer pairs than an interval takes (stats.FEWEST)
--    within_noise        shown between two runs, but within the noise that is to be expected between runs
--    missing_in_a, missing_in_b, no_ratio
--                        one of two runs has no such figure, or it can't be divided by

local json = require "bakeoff.base.json"

local verdict = {}

-- What files and tables write. Fields `verdict` of files keep these texts; `verdict_code` has the code.
local TEXTS = {
   faster = "faster", slower = "slower", less = "less", more = "more", fewer = "fewer",
   no_difference = "no difference shown", same = "same", too_few_repeats = "too few repeats",
   within_noise = "within noise", missing_in_a = "no figure in A", missing_in_b = "no figure in B",
   no_ratio = "no ratio",
}

local TONES = { faster = "better", slower = "worse" }

--- Its words; raises for what is no code.
function verdict.text(code) return TEXTS[code] or error(("'%s' is no verdict"):format(tostring(code)), 2) end

--- All codes, sorted.
function verdict.codes()
   local codes = {}
   for code in pairs(TEXTS) do
      codes[#codes + 1] = code
   end
   table.sort(codes)
   return codes
end

--- "better" or "worse" of a cell against its reference; nil where no difference is shown.
function verdict.tone(code) return TONES[code] end

--- Does it say that two cells differ?
function verdict.is_difference(code) return TONES[code] ~= nil end

--- Entries by their verdict: { faster, slower, no_difference, too_few_repeats = lists }. code_of(entry): the
-- verdict of an entry.
function verdict.groups(entries, code_of)
   local groups = { faster = {}, slower = {}, no_difference = {}, too_few_repeats = {} }
   for _, entry in ipairs(entries) do
      table.insert(groups[code_of(entry)], entry)
   end
   return groups
end

--- A comparison as files have it: a copy whose `verdict` is the text and `verdict_code` the code. keys: its
-- fields in order. nil for nil.
function verdict.written(comparison, keys)
   if not comparison then
      return nil
   end
   local copy = {}
   for key, value in pairs(comparison) do
      copy[key] = value
   end
   copy.verdict, copy.verdict_code = verdict.text(comparison.verdict), comparison.verdict
   return json.ordered(keys, copy)
end

return verdict
