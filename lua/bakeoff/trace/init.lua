--- Writes trials in Chrome's trace format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: a
-- process per contender, a thread per worker or slot, an event per job with its waits and work nested inside,
-- counters of jobs in flight, memory and cores. All trials begin at time zero.
--
-- The format: "Trace Event Format", Google, 2016. The trace consists of complete events (X), counters (C) and
-- metadata (M) in the JSON object form. Timestamps are microseconds.

local activity = require "bakeoff.runs.activity"
local cell_type = require "bakeoff.model.cell"
local cores_in_use = require "bakeoff.analysis.cores_in_use"
local events = require "bakeoff.trace.events"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local lanes = require "bakeoff.runs.lanes"
local numbers = require "bakeoff.base.numbers"
local segments = require "bakeoff.runs.segments"
local select = require "bakeoff.model.select"
local typical = require "bakeoff.analysis.typical"

local trace = {}

local function microseconds(ns) return ("%d.%03d"):format(ns // 1000, ns % 1000) end

-- --- one event as a line ---------------------------------------------------------------------------

local function number(value) return ("%.9g"):format(value) end

local JOB_NUMBERS = { { "number", "job" }, { "http_status", "http_status" }, { "bytes", "bytes" } }

local function job_args(job)
   local parts = {}
   for _, pair in ipairs(JOB_NUMBERS) do
      if job[pair[1]] then
         parts[#parts + 1] = ('"%s":%s'):format(pair[2], number(job[pair[1]]))
      end
   end
   if job.queued and job.started then
      parts[#parts + 1] = ('"queued_us":%s'):format(number((job.started - job.queued) * 1e6))
   end
   for _, name in ipairs { "status", "error" } do
      if job[name] and job[name] ~= "" then
         parts[#parts + 1] = ('"%s":%s'):format(name, json.encode(job[name]))
      end
   end
   return table.concat(parts, ",")
end

local WRITE = {}

local COMPLETE = '{"ph":"X","name":"%s","cat":"%s","ts":%s,"dur":%s,"pid":%d,"tid":%d,"args":{%s}}'
local COUNTER = '{"ph":"C","name":"%s","ts":%s,"pid":%d,"args":{%s}}'

function WRITE.X(event, pid)
   local name = event.job and ("%s %d"):format(event.name, event.job.number) or event.name
   return COMPLETE:format(name, event.lane == 0 and "phase" or "job", microseconds(event.at),
      microseconds(event.length), pid, event.lane, event.job and job_args(event.job) or "")
end

local function counter(name, event, pid, values)
   return COUNTER:format(name, microseconds(event.at), pid, values)
end

function WRITE.memory(event, pid)
   local parts = {}
   for _, name in ipairs { "footprint", "rss" } do
      parts[#parts + 1] = event[name] and ('"%s":%d'):format(name, event[name]) or nil
   end
   return #parts > 0 and counter("memory (bytes)", event, pid, table.concat(parts, ",")) or nil
end

function WRITE.cores(event, pid) return counter("cores", event, pid, '"cores":' .. number(event.cores)) end

-- --- a trial ---------------------------------------------------------------------------------------

local function metadata(kind, pid, tid, name, value)
   return ('{"ph":"M","name":"%s","pid":%d,"tid":%d,"args":{"%s":%s}}'):format(kind, pid, tid, name,
      type(value) == "number" and ("%d"):format(value) or json.encode(value))
end

local LANE_NAMES = { worker = "worker %d", slot = "slot %d", pool = "pool worker %d" }

local function name_all(entry, pid, list, write)
   local one, trial = entry.activity, entry.trial
   write(metadata("process_name", pid, 0, "name", ("%s, %s, repeat %d"):format(entry.cell.name,
      numbers.plural(trial.workers, lanes.noun(trial.contender)), trial["repeat"])))
   write(metadata("process_sort_index", pid, 0, "sort_index", pid))
   local missing = activity.unrecorded(one)
   if missing > 0 then
      write(metadata("process_labels", pid, 0, "labels", ("%d of %d jobs on record"):format(#one.jobs,
         #one.jobs + missing)))
   end
   write(metadata("thread_name", pid, 0, "name", "phases"))
   for tid, lane in ipairs(list) do
      write(metadata("thread_name", pid, tid, "name", LANE_NAMES[lane.kind]:format(lane.number)))
      write(metadata("thread_sort_index", pid, tid, "sort_index", tid))
   end
end

-- cores: how many the trial could use, or nil.
local function write_trial(entry, pid, form, cores, write)
   local list, following = events.of(entry.activity, form, activity.unrecorded(entry.activity) > 0, cores)
   local in_flight = 0
   name_all(entry, pid, list, write)
   for event in following do
      if event.phase == "in flight" then
         in_flight = in_flight + event.change
         write(counter("jobs in flight", event, pid, ('"jobs":%d'):format(in_flight)))
      else
         write(WRITE[event.phase](event, pid))
      end
   end
end

-- --- the file --------------------------------------------------------------------------------------

-- The cell's trial of the wanted repeat; the typical trial if none is wanted.
local function trial_of(results, cell, wanted)
   if not wanted then
      return typical.trial(results, cell)
   end
   for _, trial in ipairs(cell_type.good(cell)) do
      if trial["repeat"] == wanted then
         return trial
      end
   end
end

--- The trials in a trace: list of { cell, trial }. options: workers (default: as in charts), repeat (default:
-- each contender's trial nearest its median total). Raises a usage failure if there is none.
function trace.trials(results, options)
   local list = {}
   for _, cell in ipairs((select.at_one_count(results, options.workers))) do
      local trial = trial_of(results, cell, options["repeat"])
      list[#list + 1] = trial and { cell = cell, trial = trial } or nil
   end
   if #list == 0 then
      failure.usage("%s: no successful trial%s to trace", results.dir,
         options["repeat"] and (" of repeat %d"):format(options["repeat"]) or "")
   end
   return list
end

local function head(results)
   local manifest = results.manifest
   return ('{"displayTimeUnit":"ms","otherData":%s,"traceEvents":['):format(json.encode(json.ordered(
      { "experiment", "bakeoff", "job", "started" }, { experiment = manifest.experiment,
         bakeoff = manifest.bakeoff, job = manifest.job, started = manifest.started })))
end

-- Holds only one trial in memory at a time.
local function write_all(results, entries, file)
   local separator = "\n"
   local function write(line)
      if line then
         file:write(separator, line)
         separator = ",\n"
      end
   end
   file:write(head(results))
   for pid, entry in ipairs(entries) do
      entry.activity = activity.load(results.dir, { entry.trial })[1]
      write_trial(entry, pid, segments.form(results, entry.trial), cores_in_use.available(results), write)
      entry.activity = nil
   end
   file:write("\n]}\n")
end

--- Writes the trace of trace.trials to a file, or to standard output if path is "-". → true, or nil, message
function trace.write(results, path, options)
   local entries = trace.trials(results, options)
   if path == "-" then
      write_all(results, entries, io.stdout)
      return io.stdout:flush()
   end
   local file <close>, message = files.writer(path)
   if not file then
      return nil, message
   end
   write_all(results, entries, file)
   return file:commit()
end

return trace
