--- The invented run folders of the golden tests. Each shows readers something else; README.md says what.

local run_folder = require "run_folder"
local trials = require "trials"
local writer = require "writer"

local folders = {}

local array = writer.array

local cells_of, write_run = run_folder.cells, run_folder.write

-- --- crawl: every kind of contender, several worker counts, and all that can go wrong -----------------

local CRAWL = cells_of {
   { "sequential", 1 },
   { "threads", 1 }, { "threads", 4 }, { "threads", 16 },
   { "threads", 16, label = "threads | one «lock» é", model = "gil", options = { gil = true } },
   { "processes", 4 }, { "processes", 16 },
   { "eventloop", 1 }, { "eventloop", 4 }, { "eventloop", 16 }, { "coroutines", 16 }, { "hybrid", 16 },
   { "command", 16, label = "aiohttp <Python>", options = { argv = { "python3", "peer.py", "{urls}" },
      model = "eventloop" } },
}

local function fail(row, status, reason)
   row.status, row.reason = status, reason
   row.requests_per_s, row.latency_s, row.latency_spectrum = nil, nil, nil
   row.jobs.done, row.jobs.failed, row.jobs.lost = 40, 3, 77
end

-- Faults at places of their own, so that each can be found in the report.
local CRAWL_FAULTS = {
   ["threads 4 3"] = function(row) fail(row, "timeout", "the trial did not end within 30 s") end,
   ["threads 16 6"] = function(row) fail(row, "failed", 'crawl.lua:3: attempt to index nil ("x | y")') end,
   ["processes 16 2"] = function(row) row.jobs.done, row.jobs.failed, row.jobs.lost = 117, 2, 1 end,
   ["eventloop 16 7"] = function(row) row.bytes = row.bytes - 8192 end,
   ["hybrid 16 1"] = function(row)
      row.server.requests, row.connections, row.jobs.recorded = 131, 40, 8
   end,
   ["coroutines 16 5"] = function(row)
      row.noise.others_cpu_s, row.noise.others_share, row.noise.noisy = 0.4, 0.31, array { "others" }
   end,
   ["processes 4 1"] = function(row)
      row.noise.steal_s, row.noise.steal_share, row.noise.noisy = 0.1, 0.05, array { "steal" }
   end,
   ["aiohttp <Python> 16 6"] = function(row) row.exit, row.left_behind = { code = 0 }, 2 end,
}

local function crawl(out)
   write_run(out, { name = "crawl", job = "fetch & parse 120 pages", conditions = "30 ms latency ± 5 ms",
      items = 120, latency = 0.03, repeats = 7, seed = 11, recorded = 10, cells = CRAWL,
      details = function(row)
         return trials.TOLD_APART[row["repeat"]] and (row.workers == 16 or row.contender == "sequential")
      end,
      change = function(row)
         local fault = CRAWL_FAULTS[("%s %d %d"):format(row.label, row.workers, row["repeat"])]
         if fault then
            fault(row)
         end
         if row.contender == "eventloop" and row.workers == 16 then
            row.loop_lag_s = { p50 = 0.001, p90 = 0.004, p99 = 0.0061, max = 0.0123 }
         end
      end,
      manifest = { not_run = array { { label = "gevent (Python)", package = "python3-gevent",
         reason = "the module gevent is not installed" } },
         auto = { width = 0.05, least = 6, most = 30, budget_s = 120, spent_s = 100,
            stopped_by = "width",
            stopped = "stopped after 7 blocks: every interval is at most 5 % wide" } } })
end

-- --- earlier: the same experiment as an earlier bakeoff wrote it ---------------------------------------

local LATER_FIELDS = { "noise", "service_s", "latency_spectrum", "harness_s", "loop_lag_s", "recorder_bytes",
   "left_behind", "requests_per_s" }

local function without_later_fields(row)
   for _, name in ipairs(LATER_FIELDS) do
      row[name] = nil
   end
   row.cpu.workers_s, row.cpu.worker_share_median, row.memory.probe_cpu_s = nil, nil, nil
   row.memory.probe_paused_cpu_s, row.jobs.recorded = nil, nil
   local slower = row.contender == "threads" and 0.8 or row.contender == "eventloop" and 1.1 or 1
   row.total_s, row.work_s = row.total_s * slower, row.work_s * slower
end

local function earlier(out)
   write_run(out, { name = "earlier", job = "fetch & parse 120 pages", conditions = "30 ms latency",
      items = 120, latency = 0.03, repeats = 6, seed = 5, cut_off = true,
      cells = cells_of { { "sequential", 1 }, { "threads", 16 }, { "eventloop", 16 },
         { "processes", 16, label = 'pool, "spawned"' } },
      details = function() return false end, change = without_later_fields,
      manifest = { schema = false, warmup = false, form = false, not_run = false, session = false,
         timeout_s = false, job_rows = false, server = false, options = false, finished = false } })
end

-- --- open loops ------------------------------------------------------------------------------------

local function at_a_rate(row)
   row.rate_per_s, row.rate_offered_per_s, row.arrivals = 200.0, 199.5, "constant"
   row.rate_achieved_per_s = row.contender == "threads" and 180.5 + row["repeat"] or 199.25
   row.total_s, row.work_s = 2.005, 2.0
   row.requests_per_s, row.jobs.dropped = row.rate_achieved_per_s, 0
   if row.contender == "threads" then
      row.latency_s.p99, row.latency_s.max = 0.4 + 0.01 * row["repeat"], 0.9
      row.latency_spectrum[5][2], row.latency_spectrum[6][2] = row.latency_s.p99, 0.9
   end
   if row.contender == "eventloop" and row["repeat"] == 3 then
      row.jobs.done, row.jobs.dropped = row.jobs.done - 12, 12
   end
end

local function rated(contender)
   return { contender, 8, label = contender .. " at 200/s", options = { rate = 200, arrivals = "constant" } }
end

local function open_loops(out)
   local spec = { name = "open", job = "fetch 400 pages", conditions = "20 ms latency, a stall of 300 ms",
      items = 400, latency = 0.02, repeats = 6, seed = 3, recorded = 20,
      cells = cells_of { { "threads", 8 }, rated "threads", rated "eventloop" },
      details = function() return false end,
      change = function(row, cell)
         if cell.options then
            at_a_rate(row)
         end
      end }
   write_run(out, spec)
   spec.name, spec.cells, spec.seed = "rates", cells_of { rated "threads", rated "eventloop" }, 4
   spec.details = function(row) return row["repeat"] < 5 end
   write_run(out, spec)
end

-- --- programs, a watched process, tasks ---------------------------------------------------------------

local function program(argv, fixed)
   return { "command", 1, label = table.concat(argv, " "), untold = true, fixed = fixed,
      options = { argv = argv, empty = { "python3", "-c", "" } } }
end

local function programs(out)
   local cells = cells_of { program { "python3", "pool.py" }, program { "python3", "loop.py" },
      program { "sh", "-c", "exit $((RANDOM % 2))" } }
   write_run(out, { name = "programs", job = "run 3 commands", conditions = "", items = 1, latency = 0.1,
      repeats = 6, seed = 9, cells = cells, details = function() return true end,
      change = function(row)
         row.server, row.requests_per_s, row.connections, row.bytes = nil, nil, nil, nil
         if row.label:find("pool", 1, true) then
            row.memory.processes_peak, row.cpu.user_s = 5, 0.3
            row.memory.footprint_peak_bytes = 3 * row.memory.footprint_peak_bytes
         elseif row.label:find("loop", 1, true) then
            row.total_s, row.work_s = 1.2 * row.total_s, 1.2 * row.work_s
            row.phases.end_s, row.phases.work_end_s = row.total_s, row.total_s
         elseif row.label:find("^sh") then
            row.memory.samples = 1 -- over before it can be sampled
         end
         if row.label:find("^sh") and row["repeat"] > 3 then
            row.status, row.reason, row.exit = "failed", "exit code 1", { code = 1 }
         end
      end,
      manifest = { form = "command", server = false, session = false, script = false, options = false,
         command = array { "bakeoff", "exec", "--vs", "python3 loop.py", "--", "python3", "pool.py" } } })
end

-- First trials that are slower than all others.
local function slow_first(out)
   write_run(out, { name = "slow_first", job = "run 2 commands", conditions = "", items = 1, latency = 0.1,
      repeats = 10, seed = 13, cells = cells_of { program { "python3", "pool.py" }, program { "true" } },
      details = function() return false end,
      change = function(row)
         row.server, row.requests_per_s, row.connections, row.bytes, row.noise = nil, nil, nil, nil, nil
         local number = row["repeat"]
         local factor = number == 1 and 1.3 or 1 + 0.01 * number
         row.total_s, row.work_s = row.total_s * factor, row.work_s * factor
      end,
      manifest = { form = "command", server = false, session = false, script = false, options = false,
         command = array { "bakeoff", "exec", "--vs", "true", "--", "python3", "pool.py" } } })
end

local function watched(out)
   write_run(out, { name = "watched", job = "watch process 4321 until it ended", items = 1, latency = 2,
      repeats = 1, seed = 1, cells = cells_of { program { "nginx" } }, details = function() return true end,
      change = function(row)
         row.setup_s, row.teardown_s, row.startup_s, row.exit = nil, nil, nil, nil
         row.server, row.noise = nil, nil
         row.phases = { end_s = row.total_s }
      end,
      manifest = { form = "attach", ended = "ended", pid = 4321, warmup = 0, conditions = false,
         server = false, session = false, script = false, options = false,
         command = array { "bakeoff", "attach", "4321" } } })
end

local function tasks(out)
   write_run(out, { name = "tasks", job = "hash 40 documents", conditions = "", items = 40, latency = 0.05,
      repeats = 5, seed = 7, recorded = 10, form = "task",
      cells = cells_of { { "threads", 4 }, { "coroutines", 4 },
         { "hybrid", 4, options = { offload = "threads" } } },
      details = function(row) return row["repeat"] == 2 end,
      change = function(row)
         row.server, row.connections = nil, nil
         if row["repeat"] == 2 and row.contender == "threads" then
            row.jobs.done, row.jobs.failed = 38, 2
            row.errors = { http = 1, task = 1 }
            row.failures = {
               { kind = "http", status = 503, count = 1, example = "http://h/: HTTP status 503" },
               { kind = "task", count = 1, example = "item 8: tasks.lua:4: no \27[1mday\nstack traceback:\n\t"
                  .. "tasks.lua:4: in upvalue 'parse'" } }
         end
         return row["repeat"] < 5 or row.contender == "threads"
      end,
      manifest = { form = "task", status = "interrupted", server = false, session = false } })
end

-- --- charts of a script's own -------------------------------------------------------------------------

local function task(kind, started, ended, received)
   return { kind = kind, submitted = 0.0, started = started, ended = ended, received = received }
end

local function own_charts(out)
   os.execute(("mkdir -p '%s/order' '%s/groups'"):format(out, out))
   local record = { schema = 1, bakeoff = "0.1.0", command = array { "bakeoff", "run", "own.lua" },
      script = "own.lua", drawn = "2026-01-02T03:04:05Z", environment = run_folder.ENVIRONMENT }
   record.chart, record.job = "order", "sums and fetches, 2 workers"
   record.systems = {
      { name = "bare processes", model = "processes", tasks = { task("cpu", 0.01, 0.4),
         task("cpu", 0.012, 0.1), task("io", 0.015, 0.2) } },
      { name = "Pool.map <ordered>", model = "processes", tasks = { task("cpu", 0.01, 0.4, 0.45),
         task("cpu", 0.02, 0.1, 0.46), task("io", 0.1, 0.3, 0.47) } },
      { name = "as completed", model = "eventloop", tasks = { task("cpu", 0.01, 0.4, 0.41),
         task("cpu", 0.02, 0.1, 0.11), task("io", 0.02, 0.2, 0.21) } },
   }
   writer.text(out .. "/order/order.json", writer.manifest(record))
   record.chart, record.job, record.systems = "groups", "fetch & parse 120 pages", nil
   record.groups = { { name = "before the change", run_folder = "earlier", experiment = "earlier" },
      { name = "after it", run_folder = "crawl", experiment = "crawl" } }
   record.reference, record.workers = 1, 16
   writer.text(out .. "/groups/groups.json", writer.manifest(record))
end

--- Writes all folders into `out`, which need not exist.
function folders.write(out)
   for _, write in ipairs { crawl, earlier, open_loops, programs, slow_first, watched, tasks, own_charts } do
      write(out)
   end
end

return folders
