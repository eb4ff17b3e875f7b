--- A million jobs in one trial: the size of the recorder, and the error of its percentiles. The jobs are
-- tasks of widely different lengths on two threads. In the first trial of a block every job has a row, from
-- which the exact percentiles are computed; the second has the usual number of rows.

local contenders = require "bakeoff.contenders"
local core = require "bakeoff.core"
local numbers = require "bakeoff.base.numbers"
local trial = require "bakeoff.experiment.trial"

local million = {}

local WORKERS, JOBS_PER_REQUEST = 2, 50 -- a million for the usual 20,000 requests

-- Most jobs take a microsecond, some a thousand times as long.
local function task(_, n)
   local rounds = n % 1000 == 0 and 20000 or n % 100 == 0 and 1000 or n % 7
   local sum = 0
   for i = 1, rounds do
      sum = sum + i
   end
   return sum
end

local function jobs_of(count, rows)
   local items = {}
   for i = 1, count do
      items[i] = i
   end
   local jobs = core.jobs { items = items, task = task, fetch = {}, rows_max = rows }
   assert(jobs:encode(true))
   return jobs
end

-- cell, job, worker, status, error, http_status, bytes, queued, started, connected, first_byte, done,
-- processed, saved, ended
local STARTED_ENDED = "^,%d+,%d+,done,,0,0,[^,]*,([^,]*),[^,]*,[^,]*,[^,]*,[^,]*,[^,]*,([^,]*)"

-- Seconds of each job, sorted, read from the rows of jobs.csv.
local function exact_latencies(result, jobs)
   local file <close> = assert(io.tmpfile())
   result:write_jobs(file, "", jobs)
   file:seek("set")
   local list = {}
   for line in file:lines() do
      local started, ended = line:match(STARTED_ENDED)
      list[#list + 1] = tonumber(ended) - tonumber(started)
   end
   table.sort(list)
   return list
end

-- Nearest rank, as in the histogram.
local function exact_quantile(sorted, q) return sorted[math.max(1, math.ceil(q * #sorted - 1e-9))] end

local function worst_error(row, sorted)
   local worst, at = 0.0, 0
   local points = { { 0.5, row.latency_s.p50 }, { 0.9, row.latency_s.p90 }, { 0.99, row.latency_s.p99 },
      { 0.999, row.latency_s.p999 } }
   table.move(row.latency_spectrum, 1, #row.latency_spectrum, #points + 1, points)
   for _, point in ipairs(points) do
      local exact = exact_quantile(sorted, point[1])
      local off = math.abs(point[2] - exact) / exact
      if off > worst then
         worst, at = off, point[1]
      end
   end
   return worst, at, #points
end

local function run(jobs, number)
   local cell = { contender = "threads", label = "threads", workers = WORKERS }
   cell.entry = { contender = contenders.get "threads" }
   local experiment = { name = "bench", form = "task", timeout = 300, sample_every = 0.01 }
   local result, row = trial.run(experiment, jobs, { cell = cell, block = number, ["repeat"] = number })
   assert(row.status == "ok" and row.jobs.done == #jobs, row.reason)
   return result, row
end

--- One block is enough, because sizes and errors are measured, not times.
function million.million(settings, keep)
   local count = settings.requests * JOBS_PER_REQUEST
   local whole, usual = jobs_of(count, count), jobs_of(count)
   local result <close>, all = run(whole, 1)
   local error_share, at, points = worst_error(all, exact_latencies(result, whole))
   local sampled <close>, row = run(usual, 1)
   keep("all rows", 1, { row = all, worst_error = error_share })
   keep("usual rows", 1, { row = row, trial = sampled and nil })
   local what = ("%s jobs in one trial: "):format(numbers.whole(count))
   return {
      { what = what .. "recorder", value = row.recorder_bytes / 1e6, blocks = 1, unit = " MB", at_most = 16,
         detail = ("rows of %s, histograms of all; %.2f s for the jobs, %.2f s with rows of all"):format(
            numbers.whole(row.jobs.recorded), row.work_s, all.work_s) },
      { what = what .. "worst percentile against exact", value = error_share * 100, blocks = 1, unit = " %",
         at_most = 1, detail = ("of %d, from the least to the most; the worst is p%.6g"):format(points,
            at * 100) },
   }
end

return million
