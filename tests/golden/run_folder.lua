--- Writes one invented run folder: its manifest, trials, jobs, spans and samples.

local trials = require "trials"
local writer = require "writer"

local run_folder = {}

local array = writer.array

--- The machine that the runs were made on.
run_folder.ENVIRONMENT = {
   bakeoff = "0.1.0", kernel = "Linux 6.1.0", machine = "x86_64",
   distribution = "Debian GNU/Linux 12 (bookworm)",
   cpu = { model = "Example CPU @ 2.40GHz", cores_online = 4, cores_allowed = 2, smt = true,
      governor = "performance" },
   memory = { total_bytes = 8589934592, available_bytes = 6442450944, page_bytes = 4096, swap_bytes = 0 },
   clock = { source = "tsc", resolution_s = 1e-9 }, load = { 0.5, 0.75, 1 },
   versions = { lua = "5.4.4", libcurl = "7.88.1", libuv = "1.44.2", gnuplot = "5.4.4" },
}

local SERVER = { body = "plain", latency_s = 0.03, jitter_s = 0.005, size_bytes = 8192, port = 0 }

--- Cells: { contender, workers, label = (default: the contender), … } with named fields.
function run_folder.cells(list)
   local cells = {}
   for index, one in ipairs(list) do
      cells[index] = { contender = one[1], workers = one[2], label = one.label or one[1], model = one.model,
         options = one.options, untold = one.untold, fixed = one.fixed }
   end
   return cells
end

local function planned(cells)
   local list = array {}
   for index, cell in ipairs(cells) do
      list[index] = { contender = cell.contender, label = cell.label, workers = cell.workers,
         options = cell.options, untold = cell.untold, fixed = cell.fixed }
   end
   return list
end

local function manifest_of(spec)
   local manifest = { schema = 1, bakeoff = "0.1.0", experiment = spec.name, status = "complete",
      form = "urls", job = spec.job, conditions = spec.conditions, seed = spec.seed,
      repeats = spec.repeats, warmup = 2,
      items = spec.items, cells = planned(spec.cells), not_run = array {}, job_rows = spec.recorded,
      command = array { "bakeoff", "run", spec.name .. ".lua", "--list", "my urls.txt" },
      script = spec.name .. ".lua", options = { list = "my urls.txt" }, session = "shared", timeout_s = 30,
      memory_samples_every_s = 0.01, environment = run_folder.ENVIRONMENT, server = SERVER,
      started = "2026-01-02T03:04:05Z", finished = "2026-01-02T03:14:15Z" }
   for key, value in pairs(spec.manifest or {}) do
      manifest[key] = value or nil
   end
   return manifest
end

-- Jobs and samples of the cells that charts of single trials show.
local function add_details(spec, row, files)
   if not spec.details(row) then
      return
   end
   if row.contender ~= "command" and spec.recorded then
      trials.add_jobs(spec, row, files.jobs, files.spans)
   end
   trials.add_memory(row, files.memory)
end

local function rows_of(spec, files)
   local random = writer.random(spec.seed)
   for number = 1, spec.repeats do
      for _, cell in ipairs(spec.cells) do
         local row = trials.row(spec, cell, number, random)
         if not spec.change or spec.change(row, cell) ~= false then
            files.trials[#files.trials + 1] = writer.json(row)
            add_details(spec, row, files)
         end
      end
   end
end

--- Writes a run folder into `out`. spec: { name, job, conditions, items, latency, repeats, seed, recorded,
-- cells, details(row) → are its jobs and samples kept?, change(row, cell) (false: there is no such row),
-- manifest (fields; false: absent), cut_off = true (ends with half a row) }
function run_folder.write(out, spec)
   local path = out .. "/" .. spec.name
   os.execute("mkdir -p '" .. path .. "'")
   local files = { trials = {}, jobs = { trials.JOBS_HEADER }, spans = { trials.SPANS_HEADER },
      memory = { trials.MEMORY_HEADER } }
   rows_of(spec, files)
   if spec.cut_off then
      files.trials[#files.trials + 1] = '{"experiment":"' .. spec.name .. '","contender":"thr'
   end
   writer.text(path .. "/manifest.json", writer.manifest(manifest_of(spec)))
   writer.lines(path .. "/trials.jsonl", files.trials)
   for _, name in ipairs { "jobs", "spans", "memory" } do
      if #files[name] > 1 then
         writer.lines(("%s/%s.csv"):format(path, name), files[name])
      end
   end
end

return run_folder
