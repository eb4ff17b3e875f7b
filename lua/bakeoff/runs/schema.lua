--- What a run folder may hold: the fields that this program reads, with their types, ranges and lengths. A
-- run folder may come from anyone, so everything that reads one checks it here first. Fields that are listed
-- nowhere are kept as they are, if they obey LIMITS.
--
-- Folders of earlier versions stay readable: a new field must not be needed, and a range only grows.

local checks = require "bakeoff.base.checks"
local shape = require "bakeoff.runs.shape"

local schema = {}

--- Sizes. bytes: of a file; line: bytes of a line; depth: tables inside tables; text: bytes; key: bytes of a
-- field's name; trials, cells: how many in a run.
schema.LIMITS = { manifest = 16 << 20, trials_file = 1 << 30, line = 8 << 20, depth = 16, text = 256 << 10,
   key = 4096, trials = 50000, cells = 10000 }

local LIMITS = schema.LIMITS
local MOST = 2 ^ 53 -- whole numbers up to here are exact in JSON
local MOST_WORKERS, MOST_WORDS, MOST_FIELDS = 65535, 100000, 100000

local text, name = shape.text(LIMITS.text), shape.name(255)
local label = shape.name(checks.LONGEST_LABEL)
local count, repeats = shape.whole(0, MOST), shape.whole(1, 1e9)
local workers = shape.whole(1, MOST_WORKERS)
local amount = shape.number(0, 1e18) -- bytes, rates, shares
local duration = shape.number(0, 1e9) -- seconds
local instant = shape.number(-1e9, 1e9) -- seconds from a start that may have been later
local figure = shape.number(-1e18, 1e18)
local words = shape.list(text, MOST_WORDS)
local texts = shape.map(text, MOST_FIELDS)

local function anything() end

local anything_named = shape.map(anything, MOST_FIELDS)

-- The suffix of a name tells its unit.
local UNITS = { { "_per_s$", amount }, { "_s$", instant }, { "_bytes$", amount } }

local cell_options = shape.record {
   argv = words, empty = words, prepare = words, model = text,
   parameters = shape.list(shape.list(text, 2, 2), 1000), env = anything_named,
}

local cell = shape.record({ contender = name, label = label, workers = workers, untold = shape.flag,
   fixed = shape.flag, reference = shape.flag, options = cell_options }, { "contender", "workers" })

local key = { digest = text, unknown = shape.list(shape.record({ what = text, kind = text },
   { "what", "kind" }), MOST_FIELDS) }
for _, group in ipairs { "versions", "machine", "spec", "options", "code", "data", "modules", "programs",
   "installed" } do
   key[group] = texts
end

local cores = shape.whole(1, 1 << 20)
local environment = shape.record({
   cpu = shape.record { model = text, name = text, cores_online = cores, cores_allowed = cores,
      cores = cores, count = cores, governor = text },
   cpu_model = text, cores = cores, cpus = cores, versions = anything_named, memory = anything_named,
   kernel = text, machine = text, distribution = text, clock = anything_named,
   counters = shape.list(shape.record({ name = name, available = shape.flag, reason = text },
      { "name", "available" }), 100),
}, nil, UNITS)

schema.manifest = shape.record({
   schema = shape.whole(0, 1e6), bakeoff = name, experiment = name, status = name, form = name, job = text,
   conditions = text, script = text, command = words, options = anything_named, started = text,
   finished = text, seed = shape.number(0, 2 ^ 64), repeats = shape.whole(0, 1e9),
   warmup = shape.whole(0, 1e9), items = count, margin = shape.number(0, 1), job_rows = count,
   pid = shape.whole(1, 1 << 31), cells = shape.list(cell, LIMITS.cells),
   not_run = shape.list(shape.record({ label = label, reason = text, package = text },
      { "label", "reason" }), LIMITS.cells),
   auto = shape.record({ width = amount, least = count, most = count, stopped = text, stopped_by = text },
      nil, UNITS),
   server = shape.record({ distribution = text, rate = amount, errors = amount }, nil, UNITS),
   revision = shape.record { commit = text, dirty = shape.flag }, script_sha256 = text,
   urls_sha256 = text, session = text, key = shape.record(key), environment = environment,
   together = label, cgroup = text, request = anything_named, redacted = shape.list(text, 1000),
   untrusted = shape.flag, recorded = anything_named, random = texts,
}, nil, UNITS)

local latencies = shape.map(instant, 100)
local counts = shape.map(count, 10000)

schema.trial = shape.record({
   experiment = name, contender = name, label = label, workers = workers, ["repeat"] = repeats,
   block = repeats, status = name, reason = text, stderr_tail = text, arrivals = text,
   total_s = duration, setup_s = duration, work_s = duration, teardown_s = duration, startup_s = duration,
   phases = shape.record({}, nil, UNITS), jobs = counts, errors = counts,
   failures = shape.list(shape.record({ kind = name, status = shape.whole(-MOST, MOST), count = count,
      text = name, example = text }, { "kind", "count" }), 1000),
   checks = shape.list(shape.record({ name = text, passed = count, failed = count },
      { "name", "passed", "failed" }), 1000),
   bytes = amount, latency_s = latencies, queue_s = latencies, service_s = latencies, loop_lag_s = latencies,
   latency_spectrum = shape.list(shape.list(instant, 2, 2), 10000), spans_dropped = count,
   in_flight_peak = count, connections = count, left_behind = count,
   cpu = shape.record({ user_s = duration, system_s = duration, unreaped_s = duration, high_s = duration,
      cores_used = amount, worker_share_median = amount, at_least = shape.flag,
      workers_s = shape.list(duration, MOST_WORKERS) }, nil, UNITS),
   switches = counts, counters = shape.map(amount, 100), random = anything_named,
   exit = shape.record { code = shape.whole(-MOST, MOST), signal = count, stopped = count },
   memory = shape.record({ samples = count, full_samples = count, skipped = count, processes_peak = count,
      unreadable_peak = count, footprint_peak_high_unknown = shape.flag, cpu_at_least = shape.flag },
      nil, UNITS),
   noise = shape.record({ noisy = shape.list(name, 10), governor = text, others_share = amount,
      steal_share = amount, psi_cpu_share = amount, load_1min = amount }, nil, UNITS),
   server = shape.map(figure, 100),
   results = shape.record { jobs = count, known = count, digest = text },
}, nil, UNITS)

local task = shape.record({ kind = name, submitted = duration, started = duration, ended = duration,
   received = duration }, { "submitted", "started", "ended" })

--- order.json and groups.json: the rows of a chart that a script drew.
schema.chart = shape.record({
   chart = name, job = text, title = text, bakeoff = name, drawn = text, script = text, command = words,
   options = anything_named, environment = environment, reference = count, workers = workers,
   systems = shape.list(shape.record({ name = text, model = text, results = shape.flag,
      tasks = shape.list(task, 10000) }, { "name", "tasks" }), 1000),
   groups = shape.list(shape.record({ name = text, run_folder = text, experiment = name },
      { "name", "run_folder" }), 1000),
}, { "chart" })

--- The numbers in the columns of jobs.csv, spans.csv, memory.csv and memory_processes.csv; an empty field
-- is no number.
schema.columns = {
   workers = workers, ["repeat"] = repeats, job = shape.whole(1, MOST), worker = workers,
   task = shape.whole(1, MOST), http_status = shape.whole(0, 1e6), bytes = amount, processes = count,
   process = shape.whole(1, MOST),
   pid = shape.whole(1, 1 << 31), rss_bytes = amount, pss_bytes = amount, uss_bytes = amount,
   footprint_bytes = amount,
}
for _, column in ipairs { "queued", "started", "connected", "first_byte", "done", "processed", "saved",
   "ended", "waited", "cpu", "time", "start", "end" } do
   schema.columns[column .. "_s"] = instant
end

--- The texts whose length is limited: the kernel's names of processes.
schema.texts = { name = shape.text(64) }

return schema
