--- Run folders as an experiment would leave them, with invented but plausible numbers, for tests of
-- results, charts and reports. The same seed gives the same folder.

local json = require "bakeoff.base.json"
local random = require "bakeoff.base.random"

local runs = {}

local MIB = 1024 * 1024

-- Invented numbers: seconds per job besides the latency, start-up in seconds, MiB at the start and per
-- worker, relative noise.
local MODELS = {
   sequential = { job = 0.004, setup = 0.001, base = 9.4, per_worker = 0.4, noise = 0.015 },
   threads = { job = 0.0012, setup = 0.004, base = 9.4, per_worker = 0.62, noise = 0.03 },
   processes = { job = 0.0016, setup = 0.012, base = 9.4, per_worker = 2.6, noise = 0.04 },
   eventloop = { job = 0.0008, setup = 0.001, base = 9.4, per_worker = 0.16, noise = 0.02 },
   coroutines = { job = 0.00085, setup = 0.001, base = 9.4, per_worker = 0.22, noise = 0.02 },
   hybrid = { job = 0.0009, setup = 0.008, base = 9.4, per_worker = 0.5, noise = 0.03 },
   command = { job = 0.002, setup = 0.15, base = 24, per_worker = 0.3, noise = 0.03 },
}

runs.FIVE = { "sequential", "threads", "processes", "eventloop", "coroutines" }
runs.SEVEN = {
   "sequential", "threads", "processes", "eventloop", "coroutines",
   { "threads", label = "threads (one interpreter)" }, { "command", label = "aiohttp (Python 3.11)" },
}

local function normal(generator)
   local sum = 0
   for _ = 1, 12 do
      sum = sum + (generator:bits() >> 11) / 2 ^ 53
   end
   return sum - 6
end

local function entry_of(contender)
   if type(contender) == "string" then
      return { contender = contender, label = contender, model = MODELS[contender] }
   end
   return { contender = contender[1], label = contender.label or contender[1],
      model = MODELS[contender[1]], options = contender.gil and { gil = true } or nil }
end

local function cells_of(spec)
   local cells = {}
   for _, contender in ipairs(spec.contenders) do
      local entry = entry_of(contender)
      for _, workers in ipairs(entry.contender == "sequential" and { 1 } or spec.workers) do
         cells[#cells + 1] = {
            contender = entry.contender, label = entry.label, workers = workers, model = entry.model,
            options = entry.options,
         }
      end
   end
   return cells
end

local function work_time(spec, cell, generator)
   local rounds = math.ceil(spec.items / cell.workers)
   local ideal = rounds * spec.latency + spec.items * cell.model.job * (spec.tie and 0 or 1)
   return ideal * (1 + cell.model.noise * normal(generator))
end

local function trial_of(spec, cell, number, generator)
   local work = work_time(spec, cell, generator)
   local setup = cell.model.setup * (1 + 0.1 * normal(generator)) * (spec.tie and 0 or 1)
   local total = setup + work + 0.001
   local m = cell.model
   local peak = (m.base + m.per_worker * math.min(cell.workers, spec.items)) * (1 + 0.004 * normal(generator))
   return {
      experiment = spec.name, contender = cell.contender, label = cell.label, workers = cell.workers,
      ["repeat"] = number, block = number, status = "ok", reason = json.null, total_s = total,
      setup_s = setup, work_s = work, teardown_s = 0.001,
      phases = { work_start_s = setup + 0.02, work_end_s = setup + 0.02 + work, end_s = total + 0.02 },
      jobs = { submitted = spec.items, done = spec.items, failed = 0, lost = 0 }, bytes = spec.items * 16384,
      requests_per_s = spec.items / work,
      latency_s = { p50 = spec.latency * 1.01, p90 = spec.latency * 1.1, p99 = spec.latency * 1.3,
         max = spec.latency * 1.5 },
      queue_s = { p50 = 0.01, p90 = 0.1, p99 = 0.2, max = 0.3 },
      in_flight_peak = math.min(cell.workers, spec.items), connections = math.min(cell.workers, spec.items),
      cpu = { user_s = 0.2 + spec.items * m.job, system_s = 0.05,
         cores_used = (0.25 + spec.items * m.job) / total },
      switches = { voluntary = 200, involuntary = 12 },
      memory = { footprint_peak_bytes = math.floor(peak * MIB),
         footprint_baseline_bytes = math.floor(m.base * MIB),
         pss_peak_bytes = math.floor(peak * MIB), uss_peak_bytes = math.floor(peak * 0.8 * MIB),
         rss_peak_bytes = math.floor(peak * 1.4 * MIB), samples = 100, probe_s = 0.002 },
      ipc_bytes = 0, server = { requests = spec.items, connections = math.min(cell.workers, spec.items) },
   }
end

-- RSS at every tick of 10 ms, the footprint at every fourth tick.
local function memory_lines(trial, generator, lines)
   local memory, phases = trial.memory, trial.phases
   if not memory then
      return
   end
   local base, peak = memory.footprint_baseline_bytes, memory.footprint_peak_bytes
   local ticks = math.max(8, math.min(400, math.floor(phases.end_s / 0.01)))
   for tick = 0, ticks do
      local time = phases.end_s * tick / ticks
      local phase = time < 0.02 and "baseline" or time < phases.work_start_s and "setup"
         or time < phases.work_end_s and "work" or "teardown"
      local grown = 1 - math.exp(-4 * math.max(time - 0.02, 0) / phases.end_s)
      local footprint = base + (peak - base) * math.min(grown * 1.02 + 0.004 * normal(generator), 1)
      local whole = math.floor(math.max(footprint, 0))
      local read = tick % 4 == 0 and ("%d,%d,%d"):format(whole, whole * 4 // 5, whole) or ",,"
      lines[#lines + 1] = ('%s,"%s",%d,%d,%.9f,%s,%d,%d,%s'):format(trial.contender, trial.label,
         trial.workers, trial["repeat"], time, phase, 1, whole * 7 // 5, read)
   end
end

local function write(path, lines)
   local file = assert(io.open(path, "wb"))
   file:write(table.concat(lines, "\n"), "\n")
   file:close()
end

local function environment()
   return { cpu = { model = "Intel(R) Xeon(R) CPU @ 2.20GHz", cores = 2 }, kernel = "6.1.0-28-amd64",
      versions = { lua = "Lua 5.4.4", libcurl = "7.88.1", libuv = "1.44.2" } }
end

local function manifest_of(spec, cells)
   local planned = {}
   for index, cell in ipairs(cells) do
      planned[index] = { contender = cell.contender, label = cell.label, workers = cell.workers,
         options = cell.options }
   end
   return {
      schema = 1, bakeoff = "0.1.0", experiment = spec.name, status = "complete", seed = 1,
      repeats = spec.repeats, warmup = 1, items = spec.items, form = spec.form, cells = planned,
      job = spec.job or ("fetch and parse %d days of ticket prices"):format(spec.items),
      conditions = ("%.0f ms latency ± 40 ms"):format(spec.latency * 1000),
      command = { "bakeoff", "run", "tickets.lua", "--days", tostring(spec.items) }, script = "tickets.lua",
      options = { days = spec.items }, started = "2026-11-21T10:00:00Z", finished = "2026-11-21T10:06:00Z",
      environment = environment(), server = { latency_s = spec.latency }, memory_samples_every_s = 0.01,
   }
end

local function remove(path) os.execute("rm -rf -- '" .. path .. "'") end

--- Makes a folder for one test; runs.clear() removes it.
function runs.folder()
   local path = os.tmpname()
   os.remove(path)
   runs.made = runs.made or {}
   table.insert(runs.made, path)
   return path
end

function runs.clear()
   for _, path in ipairs(runs.made or {}) do
      remove(path)
   end
   runs.made = {}
end

--- Writes a run folder and returns its path. spec (all optional): dir, name, contenders, workers,
-- repeats, items, latency (s), tie = true (all models differ only by noise), seed, job, form,
-- change(trial) changes a trial, or returns false to omit it; manifest(m) changes the manifest.
function runs.make(spec)
   spec = setmetatable(spec or {}, { __index = {
      name = "tickets", contenders = runs.FIVE, workers = { 1, 4, 16, 100 }, repeats = 10, items = 100,
      latency = 0.12, seed = 1,
   } })
   local dir = spec.dir or runs.folder()
   os.execute("mkdir -p -- '" .. dir .. "'")
   local generator, cells = random.new(spec.seed), cells_of(spec)
   local trials = {}
   local memory = { "contender,label,workers,repeat,time_s,phase,processes,rss_bytes,pss_bytes,uss_bytes,"
      .. "footprint_bytes" }
   for number = 1, spec.repeats do
      for _, cell in ipairs(cells) do
         local trial = trial_of(spec, cell, number, generator)
         if not spec.change or spec.change(trial) ~= false then
            trials[#trials + 1] = json.encode(trial)
            memory_lines(trial, generator, memory)
         end
      end
   end
   local manifest = manifest_of(spec, cells)
   if spec.manifest then
      spec.manifest(manifest)
   end
   write(dir .. "/manifest.json", { json.encode(manifest, { pretty = true }) })
   write(dir .. "/trials.jsonl", trials)
   write(dir .. "/memory.csv", memory)
   return dir
end

return runs
