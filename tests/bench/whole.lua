--- Targets of whole programs: starting the command, an empty trial, the test server under wrk.

local contenders = require "bakeoff.contenders"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local measure = require "measure"
local run_folder = require "bakeoff.experiment.run_folder"
local trial = require "bakeoff.experiment.trial"

local whole = {}

local function spawn_side(name, program, runs)
   local timer = measure.program "tests/bench/spawn_timer"
   return { name = name, run = function()
      return json.decode(measure.output { timer, tostring(runs), program, "--version" })
   end }
end

--- `bakeoff --version` compared with `curl --version`.
function whole.version(settings, keep)
   local runs = math.max(settings.requests // 1000, 2)
   local results = measure.blocks(settings.blocks, {
      spawn_side("bakeoff", measure.program "bakeoff", runs), spawn_side("curl", "curl", runs),
   }, keep)
   local seen = measure.ratio(results.bakeoff, results.curl, "median_s")
   return { {
      what = "bakeoff --version / curl --version: time", value = seen.value, low = seen.low, high = seen.high,
      blocks = seen.blocks, unit = "×", at_most = 1.5, a = seen.a, b = seen.b,
      detail = ("bakeoff %.2f ms, curl %.2f ms, %d starts each per block"):format(seen.a.median * 1e3,
         seen.b.median * 1e3, runs),
   } }
end

-- One trial without jobs, with its rows written: only what `bakeoff run` does between two trials.
local function empty_trial(jobs, folder, number)
   local cell = { contender = "eventloop", label = "eventloop", workers = 50 }
   cell.entry = { contender = contenders.get "eventloop" }
   local experiment = { name = "bench", timeout = 60, sample_every = 0.01, seed = 1 }
   local start = core.now()
   local planned = { cell = cell, block = number, ["repeat"] = number }
   local result <close>, row = trial.run(experiment, jobs, planned)
   folder:append(result, row, jobs)
   local wall = core.now() - start
   return wall - row.total_s, wall
end

--- The overhead of bakeoff per trial, in addition to set-up, work and tear-down.
function whole.empty(settings, keep)
   local jobs, out = core.jobs { urls = {}, fetch = {} }, os.tmpname()
   os.remove(out)
   local folder, number = run_folder.create(out, "empty"), 0
   local trials = math.max(settings.requests // 1000, 2)
   local results = measure.blocks(settings.blocks, { { name = "empty", run = function()
      local harness, wall = 0, 0
      for _ = 1, trials do
         number = number + 1
         local taken, all = empty_trial(jobs, folder, number)
         harness, wall = harness + taken / trials, wall + all / trials
      end
      return { harness_ms = harness * 1e3, wall_ms = wall * 1e3 }
   end } }, keep)
   measure.output { "rm", "-r", out }
   local seen, wall = measure.median(results.empty, "harness_ms"), measure.median(results.empty, "wall_ms")
   return { {
      what = "empty trial: time of the harness, rows written",
      value = seen.value, low = seen.low, high = seen.high,
      blocks = seen.blocks, unit = " ms", at_most = 10, a = seen.a,
      detail = ("%.2f ms with set-up and tear-down of eventloop ×50; %d trials per block"):format(
         wall.value, trials),
   } }
end

--- Requests per second of the test server, 2 KB, requested by wrk.
function whole.server(settings, keep)
   local site <close> = measure.server {}
   local seconds = settings.requests < 1000 and 1 or 2
   local results = measure.blocks(math.min(settings.blocks, 9), { { name = "wrk", run = function()
      local out = measure.output { "wrk", "-t1", "-c64", "-d" .. seconds .. "s", site:url "/" }
      local errors = out:match "Socket errors[^\n]*" or out:match "Non%-2xx[^\n]*"
      if errors then
         error("wrk: " .. errors, 0)
      end
      return { requests_per_s = tonumber(out:match "Requests/sec:%s*([%d.]+)") }
   end } }, keep)
   local seen = measure.median(results.wrk, "requests_per_s")
   return { {
      what = "fixture server under wrk, 2 KB: requests/s",
      value = seen.value, low = seen.low, high = seen.high,
      blocks = seen.blocks, unit = "/s", at_least = 100000, a = seen.a,
      detail = "wrk -t1 -c64, on the same cores as the server",
   } }
end

return whole
