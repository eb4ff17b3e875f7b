--- Words on charts besides titles and subtitles: at marks and axes, and in the tooltips of report.html.

local numbers = require "bakeoff.base.numbers"

local labels = {
   TIME = "time", WORKERS = "workers", CONTENDERS = "contender", GROUPS = "group", -- titles of axes
   TOTAL = "total time", VALUES = "values",
   BLANK = "blank: no reading", DOTTED = "dotted: no reading",
   DOTTED_AT_MOST = "bar: seen; dotted: at most; whisker: interval of the trials",
   BANDS = "band: pool starts, ends", STARTS = "pool starts", ENDS = "pool ends",
   WAITING = "waiting", WORKING = "on a core (height: its share)", QUEUED = "a job is queued",
   POOL = "pool starts, ends", -- in keys
   HAS_JOB = "has a job (height: share of the time)", ON_CORE = "on a core",
   FAILED = "failed", NONE_SUCCEEDED = "no trial succeeded",
}

--- On lines of memory over time. has_work: do trials have a work phase?
function labels.marks(has_work)
   return has_work and "marker: peak, ticks: work starts, ends" or "marker: largest reading"
end

--- Above the bars that are shown again on a larger scale. unit: of both scales.
function labels.enlarged(factor, unit)
   return ("enlarged %s times (%s)"):format(numbers.significant(factor, 2), unit)
end

--- Beside a bar some of whose trials failed; "" if none did.
function labels.some_failed(failed, trials)
   return failed > 0 and ("%d of %d failed"):format(failed, trials) or ""
end

--- Where there is room only for the reason.
function labels.failed_because(reason) return "failed: " .. reason end

--- For a trial that continues beyond the end of the axis.
function labels.ends_at(seconds) return "ends at " .. numbers.format(seconds, "time") end

--- For a trial of which only a sample of jobs was recorded.
function labels.on_record(count, all)
   return ("%s of %s on record"):format(numbers.whole(count), numbers.plural(all, "job"))
end

--- The tooltip of a bar, with one of its trials. value: with its unit; interval: " [a, b]" or "".
function labels.bar(name, value, interval, trials)
   return ("%s: %s%s, %s"):format(name, value, interval, numbers.plural(trials, "trial"))
end

--- The tooltip of a trial. number: of its repeat, or nil.
function labels.trial(name, number, value)
   return ("%s, %s: %s"):format(name, number and ("trial %d"):format(number) or "one trial", value)
end

--- "p99.9"
function labels.percentile(quantile) return ("p%.6g"):format(quantile * 100) end

--- The tooltip of a percentile of one trial.
function labels.trial_percentile(name, number, quantile, value)
   return labels.trial(name, number, ("%s %s"):format(labels.percentile(quantile), value))
end

--- The tooltip of a block's comparison with the reference.
function labels.block(name, number, value, reference)
   return ("%s, block %d: %s as fast as %s"):format(name, number, value, reference)
end

--- In tooltips: how many trials a median is of.
function labels.median_of(trials) return ", median of " .. numbers.plural(trials, "trial") end

local MOST_MISSING = 3

--- "without a reading: sleep 0.003"; false if all have one. names: of contenders.
function labels.without_reading(names)
   return #names > 0 and "without a reading: "
      .. (#names <= MOST_MISSING and numbers.list(names) or ("%d contenders"):format(#names))
end

--- For lines that have no name. least, most: of their figures.
function labels.others(count, least, most, kind)
   local noun = count == 1 and "other" or "others"
   return ("grey: %d %s, %s"):format(count, noun, numbers.range(least, most, kind))
end

--- For points that have no name.
function labels.unnamed(count) return "grey: " .. numbers.plural(count, "other") end

--- When the server stalled: above the mark.
function labels.stall(seconds) return "server stalls " .. numbers.format(seconds, "time") end

--- In the subtitle. least, most: lengths of the stalls of all panels.
function labels.stalls(least, most)
   return ("bracket, dotted: the server stalls for %s"):format(numbers.range(least, most, "time"))
end

function labels.workers(count) return numbers.plural(count, "worker") end

return labels
