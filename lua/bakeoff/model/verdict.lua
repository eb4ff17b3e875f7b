--- Verdicts as codes. The field `verdict` of a comparison is one of these. Decisions use codes only;
-- analysis/wording turns codes into sentences.
--
--    faster, slower      a difference is shown; for memory, faster means less
--    less, more, fewer   the same in comparisons of two runs, for figures that are neither times nor rates
--    same                no difference is shown, and it is shown that the two differ by less than the margin
--    no_difference       no difference is shown
--    undecided           memory peaks (or CPU time that is a lower bound) whose brackets overlap: what was
--                        seen differs, but what is possible doesn't
--    too_few_repeats     fewer pairs than an interval needs (stats.FEWEST)
--    maybe_noise         a difference between two runs is shown, but not whether it exceeds the noise
--                        expected between runs
--    no_ratio            the divisor of the ratio is zero
--    missing_in_a, missing_in_b
--                        one of the two runs lacks the figure
--
-- The margin is a share: at 3 %, `same` means that the ratio lies between 1 / 1.03 and 1.03.

local json = require "bakeoff.base.json"
local numbers = require "bakeoff.base.numbers"

local verdict = {}

--- The margin of `same` if the experiment names none, and of runs whose manifest lacks it.
verdict.MARGIN = 0.03

-- The texts in files and tables. The field `verdict` in files keeps these texts; `verdict_code` has the code.
local TEXTS = {
   faster = "faster", slower = "slower", less = "less", more = "more", fewer = "fewer",
   no_difference = "no difference shown", same = "same", too_few_repeats = "too few repeats",
   undecided = "undecided",
   maybe_noise = "maybe noise", missing_in_a = "no figure in A", missing_in_b = "no figure in B",
   no_ratio = "no ratio",
}

local TONES = { faster = "better", slower = "worse" }

--- The text of a code; raises for an unknown one. margin: for "same within 3 %"; nil: "same".
function verdict.text(code, margin)
   if code == "same" and margin then
      return "same " .. verdict.within(margin)
   end
   return TEXTS[code] or error(("'%s' is not a verdict"):format(tostring(code)), 2)
end

--- "within 3 %"
function verdict.within(margin) return "within " .. numbers.percent(margin, 3) end

--- Why a comparison shows no difference although its interval excludes 1: "corrected" if only the correction
-- for all comparisons that are read together says so, "tested" if the t test does; nil if the interval
-- includes 1, and for other verdicts.
function verdict.why_not_shown(comparison)
   local stats = require "bakeoff.stats" -- trials, which know verdicts, carry no statistics
   if comparison.verdict ~= "no_difference" or not comparison.low
      or not stats.excludes_one(comparison.low, comparison.high) then
      return nil
   end
   local is_significant = comparison.p and comparison.p <= 1 - stats.LEVEL
      and (comparison.p_rank or 0) <= 1 - stats.LEVEL
   return is_significant and (comparison.family or 1) > 1 and "corrected" or "tested"
end

local REASONS = { corrected = " after correcting for %s", tested = " by the t test" }

--- The same in words that follow "no difference shown": " after correcting for 45 comparisons", " by the
-- t test"; "" without a reason.
function verdict.reason(comparison)
   local words = REASONS[verdict.why_not_shown(comparison)]
   return words and words:format(numbers.plural(comparison.family or 1, "comparison")) or ""
end

--- The text of a comparison's verdict, with that reason.
function verdict.of(comparison)
   return verdict.text(comparison.verdict, comparison.margin) .. verdict.reason(comparison)
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

--- Does the interval of a ratio lie within the margin?
function verdict.is_within(ratio, margin)
   return ratio.low ~= nil and ratio.low >= 1 / (1 + margin) and ratio.high <= 1 + margin
end

--- Decides whether a comparison without a difference is `same` within its margin: needs an interval within
-- it, and a p (equivalence.p, corrected or not) of at most `level`.
function verdict.settle(comparison, p, level)
   if comparison.verdict == "no_difference" and comparison.margin
      and verdict.is_within(comparison, comparison.margin) and p <= level then
      comparison.verdict = "same"
   end
end

local OPPOSITE = { faster = "slower", slower = "faster" }

--- The same comparison seen from the other side.
function verdict.reversed(comparison)
   local function inverse(value) return value and value > 0 and 1 / value or nil end
   local copy = {}
   for key, value in pairs(comparison) do
      copy[key] = value
   end
   copy.ratio, copy.low, copy.high = inverse(comparison.ratio), inverse(comparison.high),
      inverse(comparison.low)
   copy.verdict = OPPOSITE[comparison.verdict] or comparison.verdict
   return copy
end

--- Groups entries by verdict: { faster, slower, same, no_difference, undecided, too_few_repeats, no_ratio =
-- lists }.
-- code_of(entry): the verdict of an entry.
function verdict.groups(entries, code_of)
   local groups = { faster = {}, slower = {}, same = {}, no_difference = {}, undecided = {},
      too_few_repeats = {}, no_ratio = {} }
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
   copy.verdict = verdict.of(comparison)
   copy.verdict_code = comparison.verdict
   return json.ordered(keys, copy)
end

return verdict
