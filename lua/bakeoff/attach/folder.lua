--- The run folder of a watched process tree: one trial of one cell, so that everything that reads run
-- folders can read it.

local core = require "bakeoff.core"
local environment = require "bakeoff.probe.environment"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"
local secrets = require "bakeoff.base.secrets"

local attach_folder = {}

local ENDS = { ended = "until it ended", all_ended = "until they ended",
   duration = "until --duration was over" }
local SIGINT = 2

--- Why watching ended, in words, such as "until it ended".
function attach_folder.why(watched)
   local why = watched.why == "ended" and watched.whole and "all_ended" or watched.why
   return ENDS[why] or watched.signal == SIGINT and "until Ctrl-C" or "until a signal stopped it"
end

local function cell_of(target)
   return { contender = "command", label = target.label, workers = 1, untold = true,
      options = target.argv and { argv = target.argv } or nil }
end

-- "watch process 42", "watch processes 42, 43", "watch cgroup web"
local function what_of(watched)
   local targets, pids = watched.parts, {}
   for index, part in ipairs(targets) do
      pids[index] = part.target.pid and ("%d"):format(part.target.pid)
   end
   return #targets == 1 and targets[1].target.what or "processes " .. table.concat(pids, ", ")
end

local function cells_of(watched)
   local cells = json.array {}
   for index, part in ipairs(watched.all) do
      cells[index] = cell_of(part.target)
   end
   return cells
end

local function manifest_of(name, watched, settings)
   local finished = os.time()
   return {
      schema = rows.SCHEMA, bakeoff = core.version, experiment = name, status = "complete", form = "attach",
      job = ("watch %s %s"):format(what_of(watched), attach_folder.why(watched)),
      pid = watched.parts[1].target.pid, cgroup = watched.parts[1].target.path,
      together = watched.whole and watched.whole.target.label,
      ended = watched.why, seed = 1, repeats = 1, warmup = 0, items = 1,
      cells = cells_of(watched), memory_samples_every_s = settings.every,
      command = json.array(secrets.words(settings.command)),
      started = os.date("!%Y-%m-%dT%H:%M:%SZ", finished - math.floor(watched.ended - watched.began + 0.5)),
      finished = os.date("!%Y-%m-%dT%H:%M:%SZ", finished),
      environment = environment.read { gnuplot = true },
   }
end

local function row_of(name, part)
   local total = part.ended - part.began
   local row = { experiment = name, contender = "command", label = part.target.label, workers = 1, block = 1,
      status = "ok", total_s = total, work_s = total, phases = { end_s = total }, memory = part.peaks,
      jobs = { submitted = 1, done = 1, failed = 0, lost = 0 },
      cpu = { user_s = part.user_s, system_s = part.system_s, at_least = part.peaks.cpu_at_least,
         cores_used = total > 0 and (part.user_s + part.system_s) / total or nil } }
   row.memory.cgroup_peak_bytes = part.group and part.group.memory_peak
   row["repeat"] = 1
   return row
end

-- Appends what was seen of one part. Times of all parts count from one moment.
local function append(folder, part, began, name)
   local sampler <close> = part.sampler
   local result = {
      write_jobs = function() end,
      has_spans = function() return false end,
      write_memory = function(_, file, cell) sampler:write_memory(file, cell, began) end,
      write_processes = function(_, file, cell) sampler:write_processes(file, cell, began) end,
   }
   folder:append(result, row_of(name, part))
end

--- Writes the result of attach.watch into `folder` (run_folder.create), and ends its samplers.
-- settings: name, every, command.
function attach_folder.write(folder, watched, settings)
   for _, part in ipairs(watched.all) do
      append(folder, part, watched.all[1].began, settings.name)
   end
   folder:write_manifest(manifest_of(settings.name, watched, settings))
end

return attach_folder
