--- Invented trials: rows of trials.jsonl, and the jobs, spans and memory samples that belong to them.
--
-- Every cell's total times follow a fixed pattern over the repeats, so that what readers see can be checked
-- by eye: repeat 2 is the median, and one known repeat lies far outside. Times are in seconds.

local writer = require "writer"

local trials = {}

local KIB, MIB = 1024, 1024 * 1024

-- How far each repeat is from the median, in units of the model's noise. Two patterns with the same values
-- in another order, so that cells with the same median tie.
local PATTERNS = {
   { 0.6, 0.0, -0.9, 3.0, -0.4, 0.8, -0.5 },
   { -0.5, 0.0, 0.8, -0.9, 3.0, -0.4, 0.6 },
}

--- The median repeat and the outliers of both patterns, which charts of single trials must tell apart.
trials.TOLD_APART = { [2] = true, [4] = true, [5] = true }

-- Seconds of CPU per job and of start-up, memory (MiB) before the start and per worker, and the noise as a
-- share of the time.
local MODELS = {
   sequential = { cpu = 0.0040, setup = 0.0005, base = 4, per_worker = 1.5, noise = 0.01, pattern = 1 },
   threads = { cpu = 0.0050, setup = 0.0020, base = 4, per_worker = 0.60, noise = 0.02, pattern = 1 },
   gil = { cpu = 0.0100, setup = 0.0022, base = 4, per_worker = 0.64, noise = 0.03, pattern = 2 },
   processes = { cpu = 0.0060, setup = 0.0180, base = 4, per_worker = 2.50, noise = 0.02, pattern = 1 },
   eventloop = { cpu = 0.0030, setup = 0.0006, base = 4, per_worker = 0.15, noise = 0.03, pattern = 1 },
   coroutines = { cpu = 0.0030, setup = 0.0006, base = 4, per_worker = 0.17, noise = 0.03, pattern = 2 },
   hybrid = { cpu = 0.0035, setup = 0.0120, base = 4, per_worker = 0.50, noise = 0.02, pattern = 2 },
   command = { cpu = 0.0090, setup = 0.0000, base = 0, per_worker = 2.00, noise = 0.02, pattern = 1 },
}

local ON_A_LOOP = { eventloop = true, coroutines = true, hybrid = true }

function trials.model(cell) return MODELS[cell.model or cell.contender] end

-- With more workers there is more of it, so that ratios between worker counts have intervals.
local function noise_of_cell(cell) return trials.model(cell).noise * (1 + cell.workers / 32) end

local function times_of(spec, cell, number, random)
   local model = trials.model(cell)
   local pattern = PATTERNS[model.pattern][(number - 1) % 7 + 1] * noise_of_cell(cell) + 0.0002 * random()
   local rounds = math.ceil(spec.items / cell.workers)
   local computing = spec.items * model.cpu / (cell.contender == "processes" and 2 or 1)
   local work = (rounds * spec.latency + (ON_A_LOOP[cell.contender] and 0 or computing)) * (1 + pattern)
   return { setup = model.setup, work = work, teardown = 0.0004, total = model.setup + work + 0.0004 }
end

local function quantiles(middle, factor)
   return { p50 = middle, p90 = middle * (1 + 0.1 * factor), p99 = middle * (1 + 0.5 * factor),
      p999 = middle * (1 + 0.7 * factor), max = middle * (1 + factor) }
end

local SPECTRUM = { 0, 0.5, 0.75, 0.9, 0.99, 1 }

local function spectrum(of)
   local points = {}
   for index, q in ipairs(SPECTRUM) do
      local stretch = q < 0.5 and (q - 0.5) * 0.2 or (of.max / of.p50 - 1) * ((q - 0.5) * 2) ^ 3
      points[index] = { q, of.p50 * (1 + stretch) }
   end
   return points
end

local function memory_of(cell, workers, total, random)
   local model = trials.model(cell)
   local peak = (model.base + 2 + model.per_worker * workers) * (1 + 0.002 * random())
   local function bytes(mib) return math.floor(mib * MIB / 4096) * 4096 end
   return { footprint_peak_bytes = bytes(peak), pss_peak_bytes = bytes(peak * 0.9),
      footprint_baseline_bytes = model.base > 0 and bytes(model.base) or nil,
      uss_peak_bytes = bytes(peak * 0.7), rss_peak_bytes = bytes(peak * 1.5), full_samples = 12, samples = 40,
      skipped = 1, processes_peak = cell.contender == "processes" and workers + 1 or 1,
      probe_cpu_s = total * 0.02, probe_paused_cpu_s = total * 0.008, probe_s = total * 0.021 }
end

local function noise_of(total, number, random)
   return { wall_s = total + 0.003, others_cpu_s = 0.01 * number, others_share = 0.004 * number,
      steal_s = 0.0, steal_share = 0.0, psi_cpu_s = 0.02 * total, psi_cpu_share = 0.02 + 0.001 * random(),
      load_1min = 0.5 + 0.1 * number, governor = "performance" }
end

local function workers_cpu(cell, cpu)
   local list, count = {}, ON_A_LOOP[cell.contender] and 1 or cell.workers
   for index = 1, count do
      list[index] = cpu / count * (index == 1 and 1 or 0.9)
   end
   return list
end

-- What a contender inside the bench has and a program has not.
local function add_inside(row, spec, cell, cpu)
   local lag = spec.latency * 0.05
   row.latency_s, row.queue_s = quantiles(spec.latency, 0.6), quantiles(row.work_s / 2, 1)
   row.service_s, row.latency_spectrum = quantiles(spec.latency * 0.98, 0.5), spectrum(row.latency_s)
   row.in_flight_peak, row.harness_s, row.recorder_bytes = cell.workers, 0.002, 90 * KIB
   row.cpu.workers_s, row.cpu.worker_share_median = workers_cpu(cell, cpu), cpu / cell.workers / row.work_s
   row.loop_lag_s = ON_A_LOOP[cell.contender] and quantiles(lag, 2) or nil
   row.jobs.recorded = spec.recorded
end

--- A row of trials.jsonl. spec: { name, items, latency, recorded (jobs on record) }; cell: { contender,
-- label, workers, model (default: that of the contender) }.
function trials.row(spec, cell, number, random)
   local model, times = trials.model(cell), times_of(spec, cell, number, random)
   local cpu = spec.items * model.cpu
   local row = { experiment = spec.name, contender = cell.contender, label = cell.label,
      workers = cell.workers, block = number, status = "ok",
      total_s = times.total, setup_s = times.setup, work_s = times.work,
      teardown_s = times.teardown, bytes = spec.items * 8 * KIB, requests_per_s = spec.items / times.work,
      phases = { work_start_s = times.setup + 0.001, work_end_s = times.setup + 0.001 + times.work,
         end_s = times.total + 0.001 },
      jobs = { submitted = spec.items, done = spec.items, failed = 0, lost = 0 }, connections = cell.workers,
      cpu = { user_s = cpu * 0.8, system_s = cpu * 0.2, cores_used = cpu / times.total },
      switches = { voluntary = 200, involuntary = 10 + number },
      noise = noise_of(times.total, number, random), ipc_bytes = 0, left_behind = 0,
      memory = memory_of(cell, cell.workers, times.total, random),
      server = { requests = spec.items, connections = cell.workers, bytes = spec.items * 8 * KIB,
         errors = 0 } }
   row["repeat"] = number
   if cell.contender == "command" then
      row.startup_s, row.exit = 0.120 + 0.002 * number, { code = 0 }
   else
      add_inside(row, spec, cell, cpu)
   end
   return row
end

-- --- jobs and spans --------------------------------------------------------------------------------

trials.JOBS_HEADER = "contender,label,workers,repeat,job,worker,status,error,http_status,bytes,queued_s," ..
   "started_s,connected_s,first_byte_s,done_s,processed_s,saved_s,ended_s,waited_s,cpu_s"
trials.SPANS_HEADER = "contender,label,workers,repeat,job,kind,worker,task,start_s,end_s"

local function cell_fields(row) return { row.contender, row.label, row.workers, row["repeat"] } end

local function add_line(lines, row, fields, count)
   lines[#lines + 1] = writer.csv(table.move(fields, 1, count, 5, cell_fields(row)), count + 4)
end

local POOL_WORKERS = 2

-- A pool runs the last part of the job: the job waits (offload) while the pool works (run).
local function add_spans(lines, row, index, number, done, ended)
   add_line(lines, row, { number, "offload", nil, index, done, ended }, 6)
   add_line(lines, row, { nil, "run", (index - 1) % POOL_WORKERS + 1, index, done + 0.001, ended - 0.001 }, 6)
end

-- Whether and when an URL's job connected, got its first byte, its last one and was processed.
local function transfer_times(row, number, from, length)
   local connected = number <= row.workers and from + 0.2 * length or nil
   return connected, from + 0.6 * length, from + 0.8 * length, from + 0.98 * length
end

-- Rounds of jobs, as many at once as there are workers: of its time a job fetches four fifths and works the
-- rest.
local function add_job(spec, row, number, is_bad, jobs)
   local length = row.work_s / math.ceil(spec.items / row.workers)
   local from = row.phases.work_start_s + (number - 1) // row.workers * length
   local ended, is_task = from + 0.98 * length, spec.form == "task"
   local fields = { number, (number - 1) % row.workers + 1, is_bad and "failed" or "done",
      is_bad and "http" or "", is_task and 0 or is_bad and 503 or 200, 8192, row.phases.work_start_s, from }
   if not is_task then
      fields[9], fields[10], fields[11], fields[12] = transfer_times(row, number, from, length)
   end
   fields[14], fields[15], fields[16] = ended, is_task and 0.7 * length or nil, 0.09 * length
   add_line(jobs, row, fields, 16)
   return from + 0.8 * length, ended
end

--- Appends the jobs on record of a row to `jobs`, and a hybrid's spans to `spans`.
function trials.add_jobs(spec, row, jobs, spans)
   local stride = spec.items // spec.recorded
   for index = 1, spec.recorded do
      local number = (index - 1) * stride + 1
      local done, ended = add_job(spec, row, number, row.jobs.failed > 0 and index == 2, jobs)
      if row.contender == "hybrid" then
         add_spans(spans, row, index, number, done, ended)
      end
   end
end

-- --- memory ----------------------------------------------------------------------------------------

trials.MEMORY_HEADER = "contender,label,workers,repeat,time_s,phase,processes,rss_bytes,pss_bytes," ..
   "uss_bytes,footprint_bytes,cpu_s"

local SAMPLES = 12

-- A watched process has been at work all the time.
local function phase_at(time, phases)
   if not phases.work_start_s then
      return "work"
   end
   return time < 0.001 and "baseline" or time < phases.work_start_s and "setup"
      or time < phases.work_end_s and "work" or "teardown"
end

--- Appends samples of a row's memory and CPU time: RSS each time, the footprint every second time.
function trials.add_memory(row, lines)
   local memory, phases = row.memory, row.phases
   local base, cpu = memory.footprint_baseline_bytes or 0, row.cpu.user_s + row.cpu.system_s
   for index = 0, SAMPLES do
      local time = phases.end_s * index / SAMPLES
      local share = math.min(index / 4, 1)
      local footprint = math.floor(base + (memory.footprint_peak_bytes - base) * share)
      local is_read = index % 2 == 0
      add_line(lines, row, { time, phase_at(time, phases), index == 0 and 1 or memory.processes_peak,
         footprint * 3 // 2, is_read and footprint * 9 // 10 or nil, is_read and footprint * 7 // 10 or nil,
         is_read and footprint or nil, cpu * index / SAMPLES }, 8)
   end
end

return trials
