--- Target `report`: how long it takes to draw and write the whole report of a large run from rows on disk.

local here = arg[0]:match "^(.*)/[^/]*$" or "."
package.path = package.path .. ";" .. here .. "/../lua/?.lua"

local core = require "bakeoff.core"
local measure = require "measure"
local random = require "bakeoff.base.random"
local runs = require "support_runs"
local stats = require "bakeoff.stats"

local bench = {}

local WORKERS, REPEATS, JOBS = { 1, 4, 16, 50, 100 }, 20, 100
local CONTENDERS = { "threads", "processes", "eventloop", "coroutines", "hybrid",
   { "command", label = "aiohttp (Python 3.11)" } }
local MOST = 7 -- runs of the command: it is always the same work
local LIMIT_S = 5

local HEADER = "contender,label,workers,repeat,job,worker,status,error,http_status,bytes,queued_s,started_s,"
   .. "connected_s,first_byte_s,done_s,processed_s,saved_s,ended_s,waited_s,cpu_s"

local LINE = '%s,"%s",%d,%d,%d,%d,done,,200,16384,%.9f,%.9f,%.9f,%.9f,%.9f,%.9f,,%.9f,,'

-- Invents the rows that the jobs of a trial would have written: each worker takes the next job.
local function job_lines(trial, generator, lines)
   local each = trial.work_s * math.min(trial.workers, JOBS) / JOBS
   local from = trial.phases.work_start_s
   for job = 1, JOBS do
      local worker = (job - 1) % trial.workers + 1
      local start = from + (job - 1) // trial.workers * each
      local done = start + each * (0.8 + 0.1 * (generator:bits() >> 11) / 2 ^ 53)
      lines[#lines + 1] = LINE:format(trial.contender, trial.label, trial.workers, trial["repeat"], job,
         worker, from, start, start + each * 0.1, done - each * 0.1, done, start + each, start + each)
   end
end

local function make_run(dir)
   local generator, lines = random.new(1), { HEADER }
   runs.make { dir = dir, contenders = CONTENDERS, workers = WORKERS, repeats = REPEATS, items = JOBS,
      change = function(trial)
         if trial.contender ~= "command" then
            job_lines(trial, generator, lines)
         end
      end }
   local file <close> = assert(io.open(dir .. "/jobs.csv", "wb"))
   file:write(table.concat(lines, "\n"), "\n")
   return #CONTENDERS * #WORKERS * REPEATS, #lines - 1
end

-- Seconds of a whole command, including its start.
local function timed(argv)
   local start = core.now()
   measure.output(argv)
   return core.now() - start
end

local function line_of(what, times, detail, limit)
   local summary = stats.summary(times, 1)
   return { what = what, value = summary.median, low = summary.low, high = summary.high, unit = " s",
      detail = detail, at_most = limit }
end

--- Times whole commands on a run of 6 contenders, 5 worker counts and 20 repeats.
function bench.report(settings, keep)
   local dir = runs.folder()
   local trials, jobs = make_run(dir)
   local bakeoff = measure.program "bakeoff"
   local count = math.min(settings.blocks, MOST)
   local detail = ("%d trials, %d jobs on record; %d runs of the command"):format(trials, jobs, count)
   local lines = {}
   for _, side in ipairs { { "report", { bakeoff, "report", dir }, LIMIT_S },
      { "plot", { bakeoff, "plot", dir } } } do
      local times = {}
      for block = 1, count do
         times[block] = timed(side[2])
         keep(side[1], block, { wall_s = times[block] })
      end
      lines[#lines + 1] = line_of(side[1] == "report" and "full report: charts, report.md, report.html"
         or "charts alone", times, detail, side[3])
   end
   runs.clear()
   return lines
end

return bench
