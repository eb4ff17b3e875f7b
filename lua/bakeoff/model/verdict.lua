--- Verdicts as codes. The field `verdict` of a comparison is one of these. Decisions use codes only;
-- analysis/wording turns codes into sentences.
--
--    faster, slower      a difference is shown; for memory, faster means less
--    less, more, fewer   the same in comparisons of two runs, for figures that are neither times nor rates
--    no_difference       no difference is shown
--    same                a difference is shown, but the printed digits don't show it: reported as a tie
--    undecided           memory peaks whose brackets overlap: what was seen differs, but what is possible
--                        doesn't
--    too_few_repeats     fewer pairs than an interval needs (stats.FEWEST)
--    within_noise        a difference between two runs is shown, but within the noise expected between runs
--    missing_in_a, missing_in_b, no_ratio
--                        one of the two runs lacks the figure, or it can't be the divisor of a ratio

local json = require "bakeoff.base.json"

local verdict = {}

-- The texts in files and tables. The field `verdict` in files keeps these texts; `verdict_code` has the code.
local TEXTS = {
   faster = "faster", slower = "slower", less = "less", more = "more", fewer = "fewer",
   no_difference = "no difference shown", same = "same", too_few_repeats = "too few repeats",
   undecided = "undecided",
   within_noise = "within noise", missing_in_a = "no figure in A", missing_in_b = "no figure in B",
   no_ratio = "no ratio",
}

local TONES = { faster = "better", slower = "worse" }

--- The text of a code; raises for an unknown one.
function verdict.text(code)
   return TEXTS[code] or error(("'%s' is not a verdict"):format(tostring(code)), 2)
end

--- All codes, sorted.
function verdict.codes()
   local codes = {}
   for code in pairs(TEXTS) do
      codes[#codes + 1] = code
   end
   table.sort(codes)
   return codes
end

--- "better" or "worse", for a cell against its reference; nil if no difference is shown.
function verdict.tone(code) return TONES[code] end

--- Does it say that two cells differ?
function verdict.is_difference(code) return TONES[code] ~= nil end

--- Groups entries by verdict: { faster, slower, no_difference, undecided, too_few_repeats = lists }.
-- code_of(entry): the verdict of an entry.
function verdict.groups(entries, code_of)
   local groups = { faster = {}, slower = {}, no_difference = {}, undecided = {}, too_few_repeats = {} }
   for _, entry in ipairs(entries) do
      table.insert(groups[code_of(entry)], entry)
   end
   return groups
end

--- A comparison in the form of files: a copy whose `verdict` is the text and `verdict_code` the code. keys:
-- its fields in order. nil for nil.
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
