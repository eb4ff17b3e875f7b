--- The folder of one run of an experiment: DIR/<experiment>/. Rows are appended as trials end and are on
-- disk before the next trial starts; a crash can cost at most the trial that was running.
--
-- Order of writing per trial: jobs.csv and memory.csv, then the line of trials.jsonl, which is what
-- makes the trial count. On resume, CSV rows of a trial without that line are dropped.

local core = require "bakeoff.core"
local failure = require "bakeoff.failure"
local json = require "bakeoff.json"
local plan = require "bakeoff.plan"

local run_folder = {}
run_folder.__index = run_folder

local JOBS_HEADER = "contender,label,workers,repeat,job,worker,status,error,http_status,bytes," ..
   "queued_s,started_s,connected_s,first_byte_s,done_s,processed_s,saved_s,ended_s\n"
local MEMORY_HEADER = "contender,label,workers,repeat,time_s,phase,processes,rss_bytes,pss_bytes," ..
   "uss_bytes,footprint_bytes\n"

local TRIAL_KEYS = {
   "experiment", "contender", "label", "workers", "repeat", "block", "status", "reason", "total_s", "setup_s",
   "work_s", "teardown_s", "harness_s", "phases", "jobs", "bytes", "requests_per_s", "latency_s", "queue_s",
   "in_flight_peak", "connections", "cpu", "switches", "memory", "ipc_bytes", "server", "left_behind",
}

local MANIFEST_KEYS = {
   "schema", "bakeoff", "experiment", "status", "job", "conditions", "seed", "repeats", "warmup", "items",
}

local function check(ok, message)
   if not ok then
      failure.usage("--out: cannot write there (%s); choose another folder", message)
   end
   return ok
end

local function path_of(out, name) return out:gsub("/+$", "") .. "/" .. name end

-- An earlier run is never overwritten: it becomes <name>~1, ~2, …
local function move_aside(path)
   if not core.file_kind(path) then
      return
   end
   local number = 1
   while core.file_kind(path .. "~" .. number) do
      number = number + 1
   end
   check(os.rename(path, path .. "~" .. number))
end

local function open_at(path) return setmetatable({ path = path }, run_folder) end

--- An empty folder for a new run. Raises a usage failure when it can't be written.
function run_folder.create(out, name)
   local path = path_of(out, name)
   check(core.mkdirs(out))
   if not core.is_writable(out) then
      check(nil, out .. ": not writable")
   end
   move_aside(path)
   check(core.mkdirs(path))
   local self = open_at(path)
   check(core.store(self:file("jobs.csv"), JOBS_HEADER))
   check(core.store(self:file("memory.csv"), MEMORY_HEADER))
   check(core.store(self:file("trials.jsonl"), ""))
   return self
end

function run_folder:file(name) return self.path .. "/" .. name end

local function read_all(path)
   local file = io.open(path, "rb")
   if not file then
      return nil
   end
   local content <const> = file:read("a")
   file:close()
   return content
end

-- Whole lines only: a crash may have cut the last one.
local function read_done(self)
   local done, lines, count = {}, {}, 0
   for line in (read_all(self:file("trials.jsonl")) or ""):gmatch("([^\n]*)\n") do
      local ok, row = pcall(json.decode, line)
      if ok then
         done[plan.key(row.label, row.workers, row["repeat"])] = true
         lines[#lines + 1] = line
         count = count + 1
      end
   end
   return done, lines, count
end

local function keep_rows(path, header, done)
   local temporary = path .. "~"
   local from, to = io.open(path, "rb"), assert(io.open(temporary, "wb"))
   to:write(header)
   local first = true
   for line in from and from:lines("L") or function() end do
      local label, workers, number = line:match("^[^,]*,([^,]*),(%d+),(%d+),")
      if not first and line:sub(-1) == "\n" and label
         and done[plan.key(label, math.tointeger(workers), math.tointeger(number))] then
         to:write(line)
      end
      first = false
   end
   if from then
      from:close()
   end
   to:close()
   check(os.rename(temporary, path))
end

--- The folder of an interrupted run, made consistent. → folder, done (set of plan.key), manifest, count;
-- nil where there is nothing to resume.
function run_folder.resume(out, name)
   local self = open_at(path_of(out, name))
   local manifest = read_all(self:file("manifest.json"))
   if not manifest then
      return nil
   end
   local ok, decoded = pcall(json.decode, manifest)
   if not ok then
      failure.usage("--resume: %s is damaged; start anew without --resume", self:file("manifest.json"))
   end
   local done, lines, count = read_done(self)
   lines[#lines + 1] = ""
   check(core.store(self:file("trials.jsonl"), table.concat(lines, "\n")))
   keep_rows(self:file("jobs.csv"), JOBS_HEADER, done)
   keep_rows(self:file("memory.csv"), MEMORY_HEADER, done)
   return self, done, decoded, count
end

--- Replaces manifest.json.
function run_folder:write_manifest(manifest)
   local name = self:file("manifest.json")
   local text = json.encode(manifest, { pretty = true, keys = MANIFEST_KEYS })
   local ok, message = core.store(name .. "~", text)
   if not (ok and os.rename(name .. "~", name)) then
      failure.trial("%s could not be written (%s)", name, message or "rename failed")
   end
end

local function append_csv(path, write)
   local file, message = io.open(path, "ab")
   if not file then
      failure.trial("%s", message)
   end
   write(file)
   if not file:close() then
      failure.trial("%s could not be written: is the disk full?", path)
   end
end

--- Keeps a trial: its jobs, its samples, then its row. On disk when this returns.
function run_folder:append(result, row, jobs)
   local cell = ("%s,%s,%d,%d"):format(row.contender, row.label, row.workers, row["repeat"])
   append_csv(self:file("jobs.csv"), function(file) result:write_jobs(file, cell, jobs) end)
   append_csv(self:file("memory.csv"), function(file) result:write_memory(file, cell) end)
   local line = json.encode(json.ordered(TRIAL_KEYS, row)) .. "\n"
   local ok, message = core.append(self:file("trials.jsonl"), line)
   if not ok then
      failure.trial("%s", message)
   end
end

return run_folder
