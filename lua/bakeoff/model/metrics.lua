--- The registry of figures: everything that is measured in a trial and summarized for a cell. A new figure is
-- one entry of LIST; summary.json, the CSV, gates, comparisons, `results:median` and the reference pick it
-- up.
--
--    name      its name in summary.json and the CSV; the suffix gives the unit
--    about     one sentence for the reference
--    read      reads it from a row of trials.jsonl: a number, or nil
--    title     its name in sentences and in tables of comparisons; without a title, gates and comparisons
--              don't know the figure
--    nature    with a title only: kind (the unit, see numbers.lua; "rate" is per second), words (the verdicts
--              where it is smaller, and where it is larger), better (which of these is better; nil: neither)
--    aliases   other names for it in gates and comparisons
--    high      reads what the figure can be at most, if it is known only from below
--    at_least  of a trial: is the figure a lower bound, without an upper one that is worth showing?
--    on_demand true: not in summaries or the CSV, only on request

local checks = require "bakeoff.model.checks"
local failure = require "bakeoff.base.failure"
local readings = require "bakeoff.model.readings"
local text = require "bakeoff.base.text"

local metrics = {}

local field = readings.field

local TIME = { kind = "time", words = { "faster", "slower" }, better = "less" }
local USE = { kind = "time", words = { "less", "more" }, better = "less" }
local SIZE = { kind = "size", words = { "less", "more" }, better = "less" }
local AMOUNT = { kind = "size", words = { "less", "more" } }
local RATE = { kind = "rate", words = { "slower", "faster" }, better = "more" }
local COUNT = { kind = "count", words = { "fewer", "more" } }
local EVENTS = { kind = "count", words = { "fewer", "more" }, better = "less" }
local TROUBLE = { kind = "count", words = { "fewer", "more" }, better = "less" }

-- In the order of summary.json.
local LIST = {
   { name = "total_s", title = "total time", nature = TIME, aliases = { "total", "time" },
      read = readings.of_closed_loops(field "total_s"),
      about = "Closed loops: time from the start of the pool to its end." },
   { name = "setup_s", title = "set-up time", nature = TIME, aliases = { "setup" }, read = field "setup_s",
      about = "Time from the start of the pool until all workers are ready." },
   { name = "startup_s", title = "start-up time", nature = TIME, aliases = { "startup" },
      read = field "startup_s",
      about = "Time of a command's empty run." },
   { name = "work_s", title = "time of the work", nature = TIME, aliases = { "work" }, read = field "work_s",
      about = "Time from the moment all workers are ready to the end of the last job." },
   { name = "requests_per_s", title = "requests/s", nature = RATE, aliases = { "requests", "jobs_per_s" },
      read = field "requests_per_s",
      about = "Jobs that ended per second of the work phase." },
   { name = "latency_p50_s", title = "latency of a job, p50", nature = TIME, aliases = { "latency_p50" },
      read = field("latency_s", "p50"),
      about = "Median latency of a job: from its start, in open loops its intended start, to its end." },
   { name = "latency_p99_s", title = "latency of a job, p99", nature = TIME, aliases = { "latency_p99" },
      read = field("latency_s", "p99"),
      about = "99th percentile of the same latency." },
   { name = "loop_lag_p99_s", title = "loop lag, p99", nature = TIME,
      aliases = { "loop_lag", "loop_lag_p99" }, read = field("loop_lag_s", "p99"),
      about = "Loop lag, 99th percentile: how late the event loop handles events that are due." },
   { name = "loop_lag_max_s", title = "largest loop lag", nature = TIME, aliases = { "loop_lag_max" },
      read = field("loop_lag_s", "max"),
      about = "The largest loop lag." },
   { name = "cpu_s", title = "CPU time", nature = USE, aliases = { "cpu" }, read = readings.cpu_seconds,
      high = readings.cpu_seconds_high, at_least = readings.is_cpu_least,
      about = "CPU time of the whole process tree, in user mode and in the kernel." },
   { name = "user_s", title = "user CPU time", nature = USE, aliases = { "user" },
      read = readings.part_of_cpu "user_s", at_least = readings.is_cpu_least,
      about = "The part of it in user mode." },
   { name = "system_s", title = "system CPU time", nature = USE, aliases = { "system" },
      read = readings.part_of_cpu "system_s", at_least = readings.is_cpu_least,
      about = "The part of it in the kernel." },
   { name = "cores_used", title = "cores in use", nature = COUNT, read = field("cpu", "cores_used"),
      high = readings.cores_high, at_least = readings.is_cpu_least,
      about = "Average number of cores in use from start to end: CPU time divided by the whole time." },
   { name = "worker_share", read = field("cpu", "worker_share_median"),
      about = "Share of a core that a worker had while it worked: the median over the workers." },
   { name = "worker_cores", read = readings.worker_cores,
      about = "Average number of cores that all workers together kept busy while they worked." },
   { name = "footprint_peak_bytes", title = "peak footprint", nature = SIZE,
      aliases = { "footprint_peak", "memory", "footprint" }, read = readings.footprint_peak,
      high = readings.footprint_peak_high, at_least = readings.is_peak_open,
      about = "Largest footprint: private memory of all processes plus the largest shared part." },
   { name = "footprint_peak_high_bytes", title = "possible peak footprint", nature = SIZE,
      aliases = { "footprint_peak_high" }, read = readings.footprint_peak_high,
      about = "What the largest footprint can have been at most, between two readings." },
   { name = "footprint_baseline_bytes", title = "footprint before the start", nature = SIZE,
      aliases = { "footprint_baseline" }, read = field("memory", "footprint_baseline_bytes"),
      about = "Footprint before the trial began." },
   { name = "footprint_above_bytes", title = "peak footprint above baseline", nature = SIZE,
      aliases = { "footprint_above" }, read = readings.footprint_above,
      high = readings.footprint_above_high, at_least = readings.is_peak_open,
      about = "Peak footprint minus baseline." },
   { name = "processes_peak", title = "processes at once", nature = COUNT, read = readings.processes_peak,
      about = "Largest number of processes at the same time." },
   { name = "rss_peak_bytes", title = "peak sum of RSS", nature = SIZE, aliases = { "rss_peak" },
      read = field("memory", "rss_peak_bytes"), on_demand = true,
      about = "Largest sum of RSS: pages that processes share count in each of them." },
   { name = "pss_peak_bytes", title = "peak sum of PSS", nature = SIZE, aliases = { "pss_peak" },
      read = field("memory", "pss_peak_bytes"), on_demand = true,
      about = "Largest sum of PSS: shared pages are divided among all processes that have them." },
   { name = "uss_peak_bytes", title = "peak sum of USS", nature = SIZE, aliases = { "uss_peak" },
      read = field("memory", "uss_peak_bytes"), on_demand = true,
      about = "Largest sum of USS: private pages only." },
   { name = "sampling_share", read = readings.sampling_share,
      about = "CPU time of the sampler as a share of the trial's time." },
   { name = "connections", title = "connections", nature = COUNT, read = field "connections",
      about = "Connections opened." },
   { name = "retries", title = "requests sent again", nature = COUNT, read = field "retries",
      on_demand = true,
      about = "Requests that libcurl sent again, because a kept connection was dead." },
   { name = "asked_retries", title = "retries", nature = COUNT, read = field "asked_retries",
      on_demand = true,
      about = "Requests repeated because the experiment asks for `retries`." },
   { name = "checks_failed", title = "failed checks", nature = TROUBLE, read = checks.failed,
      on_demand = true,
      about = "Checks that answers did not pass, if the experiment has `check`." },
   { name = "in_flight_peak", title = "peak jobs in flight", nature = COUNT,
      read = field "in_flight_peak",
      about = "Largest number of jobs in flight at the same time." },
   { name = "jobs_failed", read = field("jobs", "failed"), about = "Jobs that failed." },
   { name = "jobs_lost", read = field("jobs", "lost"), about = "Jobs whose worker died." },
   { name = "jobs_dropped", title = "jobs dropped", nature = TROUBLE, read = field("jobs", "dropped"),
      about = "Open loops: jobs that were dropped, never started." },
   { name = "rate_per_s", read = field "rate_per_s", about = "Open loops: the requested rate." },
   { name = "rate_achieved_per_s", title = "achieved rate", nature = RATE, aliases = { "rate_achieved" },
      read = field "rate_achieved_per_s",
      about = "Open loops: the rate at which jobs started." },
   { name = "instructions", title = "instructions", nature = EVENTS,
      read = field("counters", "instructions"),
      about = "Instructions in user mode, if the experiment asks for `counters` and the machine has them." },
   { name = "cycles", title = "cycles", nature = EVENTS, read = field("counters", "cycles"),
      about = "Processor cycles in user mode, likewise." },
   { name = "branch_misses", title = "branch misses", nature = EVENTS,
      read = field("counters", "branch_misses"),
      about = "Branches in user mode that the processor predicted wrong, likewise." },
   { name = "cache_misses", title = "cache misses", nature = EVENTS,
      read = field("counters", "cache_misses"),
      about = "Accesses in user mode that the processor counts as cache misses, likewise." },
   { name = "page_faults", title = "page faults", nature = EVENTS, read = field("counters", "page_faults"),
      about = "Page faults in user mode, likewise." },
   { name = "bytes", title = "bytes received", nature = AMOUNT, read = field "bytes", on_demand = true,
      about = "Bytes that the jobs received." },
}

-- Percentiles of a job's times that rows have but summaries don't: latency_p90_s, queue_p50_s,
-- service_max_s …
local function add_percentiles(part, percentiles)
   for _, percentile in ipairs(percentiles) do
      local name = ("%s_%s"):format(part, percentile)
      LIST[#LIST + 1] = { name = name .. "_s", title = ("%s of a job, %s"):format(part, percentile),
         nature = TIME, aliases = { name }, read = field(part .. "_s", percentile), on_demand = true }
   end
end

add_percentiles("latency", { "p90", "p999", "max" })
add_percentiles("queue", { "p50", "p90", "p99", "p999", "max" })
add_percentiles("service", { "p50", "p90", "p99", "p999", "max" })

--- The names that gates and comparisons know; the names in a summary, in its order.
metrics.NAMES, metrics.IN_SUMMARY = {}, {}

local entries, known = {}, {} -- by name; by name and alias

local function ask_for(entry)
   local metric = { name = entry.name, title = entry.title, kind = entry.nature.kind,
      words = entry.nature.words, better = entry.nature.better, read = entry.read,
      high = entry.high, at_least = entry.at_least }
   metrics.NAMES[#metrics.NAMES + 1], known[entry.name] = entry.name, metric
   for _, alias in ipairs(entry.aliases or {}) do
      known[alias] = metric
   end
end

for _, entry in ipairs(LIST) do
   entries[entry.name] = entry
   metrics.IN_SUMMARY[#metrics.IN_SUMMARY + 1] = not entry.on_demand and entry.name or nil
   if entry.title then
      ask_for(entry)
   end
end

--- The function that reads a figure from a row; raises (usage) for an unknown name. Aliases are not accepted.
function metrics.reader(name)
   local entry = entries[name]
   return entry and entry.read or failure.usage("'%s' is not a figure%s", text.shown(name),
      text.suggestion(tostring(name), text.sorted_keys(entries)))
end

--- The sentence that describes a figure of the summary.
function metrics.about(name) return entries[name].about end

--- Is the figure of a summary a lower bound in a trial?
function metrics.is_least(name, trial)
   local is_least = entries[name].at_least
   return is_least ~= nil and is_least(trial)
end

--- { name, title, kind, words, better, read(trial), high(trial) or nil, at_least(trial) or nil } by name or
-- alias; nil for an unknown name.
function metrics.get(name) return known[name] end

--- What to write instead of an unknown name: "; did you mean 'total_s'?", or the list of all names. `more`:
-- further names that are valid in that place.
function metrics.advice(name, more)
   local names, first = text.sorted_keys(known), more or {}
   local suggestion = text.suggestion(name, table.move(first, 1, #first, #names + 1, names))
   if suggestion ~= "" then
      return suggestion
   end
   local all = table.move(first, 1, #first, 1, {})
   table.move(metrics.NAMES, 1, #metrics.NAMES, #all + 1, all)
   return "; the figures are: " .. table.concat(all, ", ")
end

--- Like get, but raises (usage) for an unknown name; the message names `argument`.
function metrics.check(name, argument)
   return known[name] or failure.usage("%s: '%s' is not a figure%s", argument, text.shown(name),
      metrics.advice(name))
end

return metrics
