--- The manifest of a run: what was planned, by whom it was started and on what machine.

local core = require "bakeoff.core"
local environment = require "bakeoff.probe.environment"
local fields = require "bakeoff.experiment.fields"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"

local manifest = {}

--- Now, as manifests write it.
function manifest.timestamp() return os.date("!%Y-%m-%dT%H:%M:%SZ") end

--- A table for run_folder:write_manifest. experiment: checked, with its cells and settings.
function manifest.new(experiment)
   local settings = experiment.settings
   local self = {
      schema = rows.SCHEMA, bakeoff = core.version, status = "running",
      not_run = json.array(experiment.not_run), command = json.array(settings.command or {}),
      script = settings.script, options = settings.options, started = manifest.timestamp(),
      environment = environment.read { gnuplot = not settings.no_charts },
   }
   for _, field in ipairs(fields.RECORDED) do
      self[field.manifest] = fields.record(field, experiment)
   end
   return self
end

return manifest
