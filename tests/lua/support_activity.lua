--- Jobs, spans, CPU time and processes for the run folders of support_runs.lua: what trials would write, with
-- invented times.

local json = require "bakeoff.base.json"

local activity = {}

local JOBS = "contender,label,workers,repeat,job,worker,status,error,http_status,bytes,queued_s,started_s," ..
   "connected_s,first_byte_s,done_s,processed_s,saved_s,ended_s,waited_s,cpu_s"
local SPANS = "contender,label,workers,repeat,job,kind,worker,task,start_s,end_s"

local function write(path, lines)
   local file = assert(io.open(path, "wb"))
   file:write(table.concat(lines, "\n"), "\n")
   file:close()
end

local function cell_of(trial)
   return ('%s,"%s",%d,%d'):format(trial.contender, trial.label, trial.workers, trial["repeat"])
end

local LINE = "%s,%d,%d,done,,200,1000,%.9f,%.9f,,%.9f,%.9f,%.9f,,%.9f,,%.9f"

-- Jobs come in rounds, one job per worker. Each waits for 80 % of its time, then works on half a core.
local function jobs_of(trial, count, lines)
   local workers, phases = math.min(trial.workers, count), trial.phases
   local start, rounds = phases.work_start_s, math.ceil(count / workers)
   local length = (phases.work_end_s - start) / rounds
   for job = 1, count do
      local from = start + (job - 1) // workers * length
      local done = from + 0.8 * length
      local ended = from + 0.99 * length
      lines[#lines + 1] = LINE:format(cell_of(trial), job, (job - 1) % workers + 1, start, from,
         from + 0.5 * length, done, ended, ended, 0.095 * length)
   end
end

-- Each job waits twice, between pieces of work.
local function waits_of(trial, jobs, lines)
   for _, line in ipairs(jobs) do
      local number, started, ended =
         line:match ",(%d+),%d+,done,,200,1000,[%d.]+,([%d.]+),.*,([%d.]+),,[%d.]+$"
      local length = ended - started
      for _, part in ipairs { 0.1, 0.5 } do
         lines[#lines + 1] = ("%s,%s,sleep,,,%.9f,%.9f"):format(cell_of(trial), number,
            started + part * length, started + (part + 0.3) * length)
      end
   end
end

local function with_cpu(dir)
   local lines = {}
   for line in io.lines(dir .. "/memory.csv") do
      local time = tonumber(line:match ",%d+,%d+,([%d.]+)") -- labels may have commas
      lines[#lines + 1] = line .. (time and (",%.6f"):format(time * 0.75) or ",cpu_s")
   end
   write(dir .. "/memory.csv", lines)
end

local PROCESSES = "contender,label,workers,repeat,time_s,process,pid,name,processes,footprint_bytes"

--- What a pool's parent and its workers, which share the rest, hold of so many bytes: { { process, name,
-- bytes } … }; nil for other contenders. start: of a line of CSV.
function activity.pool(start, workers, bytes)
   if not start:find "^processes" then
      return nil
   end
   local parent = bytes // 10
   local each = (bytes - parent) // workers
   local list = { { 1, "trial", parent } }
   for number = 1, workers do
      list[number + 1] = { number + 1, ("worker %d"):format(number), each }
   end
   list[2][3] = list[2][3] + (bytes - parent) % workers
   return list
end

--- Adds memory_processes.csv to a folder that has memory.csv. of(start of a line, time, bytes): what the
-- processes hold then, { { process, name, bytes, number of processes (default: 1) } … } or nil. Returns the
-- folder.
function activity.hold(dir, of)
   local lines = { PROCESSES }
   for line in io.lines(dir .. "/memory.csv") do
      local start, time, bytes = line:match '^(.-,%d+,%d+),([%d.]+),.*,(%d+)$'
      for _, one in ipairs(start and of(start, tonumber(time), tonumber(bytes)) or {}) do
         lines[#lines + 1] = ("%s,%.6f,%s,%s,%s,%d,%d"):format(start, tonumber(time), one[1] or "",
            one[1] and 100 + one[1] or "", one[2], one[4] or 1, one[3])
      end
   end
   write(dir .. "/memory_processes.csv", lines)
   return dir
end

-- Every pool of processes shares its memory evenly.
local function with_processes(dir)
   return activity.hold(dir, function(start, _, bytes)
      return activity.pool(start, tonumber(start:match ",(%d+),%d+$"), bytes)
   end)
end

--- Adds `count` jobs per trial to the folder, with every `stride`-th (default: each) on record, and CPU
-- time of three quarters of a core. waits: true if the jobs' waits are on record, as those of tasks are.
-- Returns the folder.
function activity.add(dir, count, stride, waits)
   local jobs, spans = { JOBS }, { SPANS }
   for line in io.lines(dir .. "/trials.jsonl") do
      local trial, lines = json.decode(line), {}
      if trial.contender ~= "command" then
         jobs_of(trial, count, lines)
      end
      if waits then
         waits_of(trial, lines, spans)
      end
      for index = 1, #lines, stride or 1 do
         jobs[#jobs + 1] = lines[index]
      end
   end
   write(dir .. "/jobs.csv", jobs)
   write(dir .. "/spans.csv", spans)
   with_processes(dir)
   with_cpu(dir)
   return dir
end

--- Writes jobs.csv and spans.csv from lines that the test makes (without the header lines).
function activity.write(dir, jobs, spans)
   write(dir .. "/jobs.csv", table.move(jobs, 1, #jobs, 2, { JOBS }))
   write(dir .. "/spans.csv", table.move(spans, 1, #spans, 2, { SPANS }))
end

return activity
