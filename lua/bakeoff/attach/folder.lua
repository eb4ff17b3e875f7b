--- The run folder of a watched process tree: one trial of one cell, so that everything that reads run
-- folders can read it.

local core = require "bakeoff.core"
local environment = require "bakeoff.probe.environment"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"
local secrets = require "bakeoff.base.secrets"

local attach_folder = {}

local ENDS = { ended = "until it ended", duration = "until --duration was over" }
local SIGINT = 2

--- Why watching ended, in words, such as "until it ended".
function attach_folder.why(watched)
   return ENDS[watched.why] or watched.signal == SIGINT and "until Ctrl-C" or "until a signal stopped it"
end

local function cell_of(target)
   return { contender = "command", label = target.label, workers = 1, untold = true,
      options = { argv = target.argv } }
end

local function manifest_of(name, target, watched, settings)
   local finished = os.time()
   return {
      schema = rows.SCHEMA, bakeoff = core.version, experiment = name, status = "complete", form = "attach",
      job = ("watch process %d %s"):format(target.pid, attach_folder.why(watched)), pid = target.pid,
      ended = watched.why, seed = 1, repeats = 1, warmup = 0, items = 1,
      cells = json.array { cell_of(target) }, memory_samples_every_s = settings.every,
      command = json.array(secrets.words(settings.command)),
      started = os.date("!%Y-%m-%dT%H:%M:%SZ", finished - math.floor(watched.ended - watched.began + 0.5)),
      finished = os.date("!%Y-%m-%dT%H:%M:%SZ", finished),
      environment = environment.read { gnuplot = true },
   }
end

local function row_of(name, target, watched)
   local total = watched.ended - watched.began
   local row = { experiment = name, contender = "command", label = target.label, workers = 1, block = 1,
      status = "ok", total_s = total, work_s = total, phases = { end_s = total }, memory = watched.peaks,
      jobs = { submitted = 1, done = 1, failed = 0, lost = 0 },
      cpu = { user_s = watched.user_s, system_s = watched.system_s, at_least = watched.peaks.cpu_at_least,
         cores_used = total > 0 and (watched.user_s + watched.system_s) / total or nil } }
   row["repeat"] = 1
   return row
end

--- Writes the result of attach.watch into `folder` (run_folder.create), and ends its sampler.
-- settings: name, every, command.
function attach_folder.write(folder, target, watched, settings)
   local sampler <close> = watched.sampler
   local result = {
      write_jobs = function() end,
      write_spans = function() end,
      write_memory = function(_, file, cell) sampler:write_memory(file, cell, watched.began) end,
      write_processes = function(_, file, cell) sampler:write_processes(file, cell, watched.began) end,
   }
   folder:append(result, row_of(settings.name, target, watched))
   folder:write_manifest(manifest_of(settings.name, target, watched, settings))
end

return attach_folder
