--- Sentences about one cell: its figures and its comparison with the reference, for the report's verdicts.

local comparison = require "bakeoff.analysis.wording.comparison"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local verdict = require "bakeoff.model.verdict"
local brief = require("bakeoff.base.text").brief

local cells = {}

local LONGEST_REASON = 160 -- bytes

local function failed(who, summary)
   return ("%s: no trial succeeded%s."):format(who,
      summary.reasons[1] and (" (%s)"):format((brief(summary.reasons[1], LONGEST_REASON))) or "")
end

-- "; but 31 % of jobs failed"; "" without errors of its own.
local function errors_text(errors)
   return errors and errors.jobs and "; but " .. phrases.failed_jobs(errors) or ""
end

--- "threads at 500/s with 8 workers: p50 2.11 ms, p99 366 ms, higher p99 (1.35× [1.30, 1.41])." versus: nil
-- for the reference of its rate; ratio: the text of the ratio, or nil if there is none; errors: from
-- results:errors_apart, or nil.
function cells.open_loop(who, summary, versus, ratio, errors)
   if not summary.latency_p99_s then
      return failed(who, summary)
   end
   local text = ("%s: p50 %s, p99 %s"):format(who, numbers.format(summary.latency_p50_s.median, "time"),
      numbers.format(summary.latency_p99_s.median, "time"))
   if not ratio then
      return text .. (versus and "" or ", the reference of its rate") .. errors_text(errors) .. "."
   end
   return ("%s, %s (%s)%s."):format(text, comparison.verdict(versus, true, true), ratio, errors_text(errors))
end

-- " [13.3, 13.9]" after a sentence that has the ratio, else " (1.06× [1.05, 1.08])", " (speed 1.01×)".
local function figure_text(versus, ratio)
   local _, is_factor = phrases.distance(versus.ratio)
   if not verdict.is_difference(versus.verdict) then
      return (" (speed %s)"):format(ratio.text)
   elseif is_factor then
      return ratio.interval and " " .. ratio.interval or ""
   end
   return (" (%s)"):format(ratio.text)
end

--- "event loop with 16 workers: 89.7 ms, 14 times as fast as sequential [13.3, 13.9]."
-- versus: the comparison with the reference; ratio: { text, interval (or nil) }, or nil if there is none;
-- is_reference: is the cell itself the reference? errors: as above.
function cells.closed_loop(who, summary, versus, reference, ratio, is_reference, errors)
   if not summary.total_s then
      return failed(who, summary)
   end
   local time = numbers.format(summary.total_s.median, "time")
   if not ratio then
      return ("%s: %s%s%s."):format(who, time, is_reference and ", the reference" or "", errors_text(errors))
   end
   return ("%s: %s, %s%s%s."):format(who, time, comparison.with(versus, reference.name),
      figure_text(versus, ratio), errors_text(errors))
end

return cells
