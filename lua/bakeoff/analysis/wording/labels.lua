--- Words on charts besides titles and subtitles: at marks and axes, and what report.html shows at a pointer.

local numbers = require "bakeoff.base.numbers"

local labels = {
   TIME = "time", WORKERS = "workers", -- titles of axes
   FAILED = "failed", NONE_SUCCEEDED = "no trial succeeded",
}

--- Beside a bar some of whose trials failed; "" where none did.
function labels.some_failed(failed, trials)
   return failed > 0 and ("%d of %d failed"):format(failed, trials) or ""
end

--- Where there is room for the reason only.
function labels.failed_because(reason) return "failed: " .. reason end

--- Of a trial that goes on behind the end of the axis.
function labels.ends_at(seconds) return "ends at " .. numbers.format(seconds, "time") end

--- Of a trial of whose jobs only a sample was recorded.
function labels.on_record(count, all)
   return ("%s of %s on record"):format(numbers.whole(count), numbers.plural(all, "job"))
end

--- At the pointer: a bar, one of its trials. value: with its unit; interval: " [a, b]" or "".
function labels.bar(name, value, interval, trials)
   return ("%s: %s%s, %s"):format(name, value, interval, numbers.plural(trials, "trial"))
end

function labels.trial(name, value) return ("%s, one trial: %s"):format(name, value) end

function labels.workers(count) return numbers.plural(count, "worker") end

return labels
