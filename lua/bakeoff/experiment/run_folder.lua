--- The folder of one run of an experiment: DIR/<experiment>/. Rows are appended as trials end. If the bench
-- crashes, at most the running trial is lost; if the machine crashes, also the trials that ended within the
-- last tenth of a second: forcing each row of very short trials to disk would take longer than the trials.
--
-- Order of writing per trial: jobs.csv, spans.csv, memory.csv and (if it had several processes)
-- memory_processes.csv, then the line of trials.jsonl, which makes the trial count. On resume, CSV rows of a
-- trial without that line are dropped.
--
-- Rows and manifest hold what programs and servers have said, and command lines: only their owner may read
-- them. The other files hold numbers.
--
-- Only one process at a time runs in a folder. It holds the folder's lock from the first row to the report:
-- as long as the object of the run, or its results, are referenced. If the folder is moved or removed in the
-- meantime, the run ends: what is at its place then may be another run's.

local cell_type = require "bakeoff.model.cell"
local contender_type = require "bakeoff.model.contender"
local core = require "bakeoff.core"
local csv = require "bakeoff.base.csv"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"
local text = require "bakeoff.base.text"

local run_folder = {}
run_folder.__index = run_folder

local JOBS_HEADER = "contender,label,workers,repeat,job,worker,status,error,http_status,bytes," ..
   "queued_s,started_s,connected_s,first_byte_s,done_s,processed_s,saved_s,ended_s,waited_s,cpu_s," ..
   "curl_code,retries,asked_retries\n"
local MEMORY_HEADER = "contender,label,workers,repeat,time_s,phase,processes,rss_bytes,pss_bytes," ..
   "uss_bytes,footprint_bytes,cpu_s\n"
local PROCESSES_HEADER = "contender,label,workers,repeat,time_s,process,pid,name,processes," ..
   "footprint_bytes\n"
local SPANS_HEADER = "contender,label,workers,repeat,job,kind,worker,task,start_s,end_s\n"

local TRIAL_KEYS = {
   "experiment", "contender", "label", "workers", "repeat", "block", "status", "reason", "total_s", "setup_s",
   "work_s", "teardown_s", "harness_s", "phases", "jobs", "errors", "failures", "checks", "bytes",
   "requests_per_s", "arrivals", "rate_per_s", "rate_offered_per_s", "rate_achieved_per_s", "latency_s",
   "queue_s", "service_s", "latency_spectrum", "loop_lag_s", "spans_dropped", "in_flight_peak",
   "recorder_bytes", "connections", "retries", "asked_retries", "unverified", "cpu", "switches", "counters",
   "noise", "memory", "ipc_bytes", "server", "left_behind", "startup_s", "shake_bytes", "random", "exit",
   "stderr_tail",
}

local MANIFEST_KEYS = { "schema", "bakeoff", "experiment", "status", "job", "conditions", "seed", "repeats",
   "auto", "warmup", "items" }

local SYNC_EVERY_S = 0.1
local ROOM = 256 << 10 -- bytes: the least that a run with its report needs

local function check(ok, message)
   if not ok then
      failure.usage("--out: cannot write to the folder (%s); choose another", message)
   end
   return ok
end

local function path_of(out, name) return out:gsub("/+$", "") .. "/" .. name end

-- path → its lock, kept alive by its holders. A process has one lock per folder: closing a second one would
-- release the first.
local locks = setmetatable({}, { __mode = "v" })

-- Locks a folder for this process, until the lock is closed or collected, or the process ends. → lock; with a
-- message if the file system has no locks; nil if it is no folder. Raises if another process holds the lock.
local function lock(path)
   local held, message, code, process = core.lock_folder(path)
   if code == "busy" then
      failure.usage("%s is in use: %s writes to it; wait until it ends, or choose another folder with --out",
         path, process and ("process %d"):format(process) or "another process")
   end
   return held, held and message
end

-- This process's lock on the folder at the path; nil if it has none.
local function own_lock(path)
   local held = locks[path]
   return held and held:is_at(path) and held or nil
end

-- An earlier run is never overwritten: it is renamed to <name>~1, ~2, … A run in progress is left in place.
local function move_aside(path)
   if not core.file_kind(path) then
      return
   end
   local held = own_lock(path) or lock(path)
   local number = 1
   while core.file_kind(path .. "~" .. number) do
      number = number + 1
   end
   local ok, message = files.move(path, path .. "~" .. number)
   if held then
      held:close()
   end
   locks[path] = nil
   check(ok, message)
end

local function open_at(path) return setmetatable({ path = path }, run_folder) end

-- The lock is held as long as the folder's `lock` field refers to it.
local function locked(self)
   local message
   self.lock = own_lock(self.path)
   if not self.lock then
      self.lock, message = lock(self.path)
   end
   if message then
      io.stderr:write(("bakeoff: %s can't be locked (%s): make sure that no other run writes to it\n")
         :format(self.path, (message:gsub("^.*: ", ""))))
   end
   locks[self.path] = self.lock
   return self
end

--- Raises a failure if the path no longer leads to the folder of this lock: what is there now may belong to
-- another run.
function run_folder.check_place(path, held)
   if held and held:is_at(path) == false then
      failure.trial("%s or its file .lock was moved or removed during the run, which ends here; move it " ..
         "back and continue with --resume", path)
   end
end

--- Makes an empty folder out/name; an existing one is moved aside. Returns its path; raises a usage failure
-- if it can't be made, or if another process works in the existing one.
function run_folder.fresh(out, name)
   local path = path_of(out, name)
   check(core.mkdirs(out))
   if not core.is_writable(out) then
      check(nil, out .. ": not writable")
   end
   if core.file_kind(path) then
      check(files.check_room(out, ROOM)) -- a full disk: it would be moved for nothing
   end
   move_aside(path)
   check(core.mkdirs(path))
   return path
end

--- Makes an empty folder for a new run, locked. Raises a usage failure if it can't be written.
function run_folder.create(out, name)
   local self = locked(open_at(run_folder.fresh(out, name)))
   check(files.write(self:file("jobs.csv"), JOBS_HEADER, "own"))
   check(files.write(self:file("spans.csv"), SPANS_HEADER, "own"))
   check(files.write(self:file("memory.csv"), MEMORY_HEADER, "own"))
   check(files.write(self:file("trials.jsonl"), "", "private"))
   return self
end

function run_folder:file(name) return self.path .. "/" .. name end

local function has_failed(row)
   local jobs = row.jobs or {}
   return row.status ~= "ok" or (jobs.failed or 0) ~= 0 or (jobs.lost or 0) ~= 0
end

-- Reads whole lines only: a crash may have cut the last one. Raises (usage) for a line that doesn't fit the
-- schema.
local function read_done(self)
   local done, lines, number, path = {}, {}, 0, self:file("trials.jsonl")
   for line in (files.read(path) or ""):gmatch("([^\n]*)\n") do
      number = number + 1
      local row = rows.trial(line, path, number)
      local counts = row and not (self.repeats_failed and has_failed(row))
      local key = counts and cell_type.key_of_trial(row)
      if key and not done[key] then
         done[key] = true
         lines[#lines + 1] = line
      end
   end
   return done, lines
end

-- Does this CSV line belong to a trial that is done? An incomplete line does not.
local function belongs(line, done)
   local _, label, workers, number = table.unpack(line:find("\n$") and csv.fields(line, 4) or {})
   workers, number = math.tointeger(tonumber(workers)), math.tointeger(tonumber(number))
   return workers and number and done[cell_type.trial_key(label, workers, number)]
end

local function keep_rows(path, header, done)
   local to <close> = check(files.writer(path, "own"))
   local from <close> = io.open(path, "rb")
   to:write(header)
   for line in from and from:lines("L") or function() end do
      if belongs(line, done) then
         to:write(line)
      end
   end
   check(to:commit())
end

-- Reads the manifest of a run to be continued. Raises (usage) if it is damaged.
local function read_manifest(path)
   local content = files.read(path) or ""
   local fault, manifest = rows.manifest_fault(content, path)
   if not fault and not (manifest.cells and manifest.repeats) then
      fault = "cells or repeats are missing"
   end
   return not fault and manifest
      or failure.usage("--resume: %s is damaged (%s); start anew without --resume", path, text.shown(fault))
end

--- The folder of an interrupted run, locked and otherwise unchanged. → folder, done (set of cell.trial_key),
-- manifest, number of trials done; nil if there is nothing to resume. repeats_failed: a trial that failed, or
-- in which a job failed, isn't done. Raises if another process works in it.
function run_folder.resume(out, name, repeats_failed)
   local self = open_at(path_of(out, name))
   if not core.file_kind(self:file("manifest.json")) then
      return nil
   end
   self.repeats_failed = repeats_failed
   locked(self) -- before anything is read: another process may be writing it
   local manifest = read_manifest(self:file("manifest.json"))
   local done, lines = read_done(self)
   return self, done, manifest, #lines
end

--- Makes the files of a resumed folder consistent: keeps only whole rows of trials that ended.
function run_folder:keep()
   local done, lines = read_done(self)
   lines[#lines + 1] = ""
   check(files.write(self:file("trials.jsonl"), table.concat(lines, "\n"), "private"))
   keep_rows(self:file("jobs.csv"), JOBS_HEADER, done)
   keep_rows(self:file("spans.csv"), SPANS_HEADER, done)
   keep_rows(self:file("memory.csv"), MEMORY_HEADER, done)
   local processes = self:file("memory_processes.csv")
   if core.file_kind(processes) then
      keep_rows(processes, PROCESSES_HEADER, done)
   end
end

-- Syncs rows to disk at once, unless the last sync was a moment ago; the next row or the next manifest then
-- syncs them.
local function append_row(self, line)
   local now = core.now()
   local later = self.synced and now - self.synced < SYNC_EVERY_S
   local ok, message = files.append(self:file("trials.jsonl"), line, later)
   if not ok then
      failure.trial("%s", message)
   end
   self.owes_sync, self.synced = later, later and self.synced or now
end

--- Replaces manifest.json, after all rows are on disk.
function run_folder:write_manifest(manifest)
   run_folder.check_place(self.path, self.lock)
   if self.owes_sync then
      self.synced = nil
      append_row(self, "")
   end
   local content = json.encode(manifest, { pretty = true, keys = MANIFEST_KEYS })
   local ok, message = files.write(self:file("manifest.json"), content, "private")
   if not ok then
      failure.trial("%s", message)
   end
end

local function append_csv(path, write)
   local file, message = files.appending(path)
   local ok = file ~= nil
   if file then
      write(file)
      ok, message = file:close()
   end
   if not ok then
      failure.trial("%s", message)
   end
end

-- Who held what: only of trials with more than one process. The first of them begins the file.
local function append_processes(self, result, row, cell)
   local path = self:file("memory_processes.csv")
   if ((row.memory or {}).processes_peak or 1) < 2 then
      return
   end
   local is_there = core.file_kind(path)
   append_csv(path, function(file)
      file:write(is_there and "" or PROCESSES_HEADER)
      result:write_processes(file, cell, not contender_type.of(row.contender).is_program and "trial" or nil)
   end)
end

--- Stores a trial: its jobs, its samples, then its row.
function run_folder:append(result, row, jobs)
   run_folder.check_place(self.path, self.lock)
   local cell = ("%s,%s,%d,%d"):format(row.contender, csv.field(row.label), row.workers, row["repeat"])
   append_csv(self:file("jobs.csv"), function(file) result:write_jobs(file, cell, jobs) end)
   if result:has_spans(jobs) then
      append_csv(self:file("spans.csv"), function(file) result:write_spans(file, cell, jobs) end)
   end
   append_csv(self:file("memory.csv"), function(file) result:write_memory(file, cell) end)
   append_processes(self, result, row, cell)
   append_row(self, json.encode(json.ordered(TRIAL_KEYS, row)) .. "\n")
end

return run_folder
