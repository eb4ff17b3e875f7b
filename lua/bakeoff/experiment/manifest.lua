--- The manifest of a run: what was planned, its key, which command started it from which script, and on what
-- machine.

local confined = require "bakeoff.base.confined"
local core = require "bakeoff.core"
local environment = require "bakeoff.probe.environment"
local fields = require "bakeoff.experiment.fields"
local files = require "bakeoff.base.files"
local json = require "bakeoff.base.json"
local key = require "bakeoff.experiment.key"
local redact = require "bakeoff.experiment.redact"
local rows = require "bakeoff.runs.rows"

local secrets = require "bakeoff.base.secrets"
local text = require "bakeoff.base.text"

local manifest = {}

--- The current time in the format of manifests.
function manifest.timestamp() return os.date("!%Y-%m-%dT%H:%M:%SZ") end

local GIT_LIMIT_S = 10

-- The revision of the script's git repository: { commit =, dirty = do its tracked files differ from it? }.
-- Nil without git or a repository.
local function revision_of(folder)
   local git = folder and core.program_find("git", os.getenv "PATH")
   local result = git and core.command { argv = { git, "--no-optional-locks", "-C", folder, "describe",
      "--always", "--dirty", "--abbrev=40", "--exclude=*" }, timeout = GIT_LIMIT_S }
   if not result or result.code ~= 0 then
      return nil
   end
   local commit, dirty = result.stdout:match "^(%x+)(%-?d?i?r?t?y?)"
   return commit and { commit = commit, dirty = dirty == "-dirty" }
end

--- A table for run_folder:write_manifest. experiment: checked, with its cells and settings.
function manifest.new(experiment)
   local settings, hidden = experiment.settings, redact.hidden(experiment)
   local script = key.script_of(settings)
   local self = {
      schema = rows.SCHEMA, bakeoff = core.version, status = "running",
      not_run = json.array(experiment.not_run), command = json.array(secrets.words(settings.command or {})),
      script = settings.script, script_sha256 = script and files.digest(script),
      revision = revision_of(settings.script_folder), key = key.of(experiment),
      options = settings.options and secrets.fields(settings.options), started = manifest.timestamp(),
      environment = environment.read { counters = experiment.counters },
      untrusted = confined.here() or nil,
   }
   self.redacted = next(hidden.names) and json.array(text.sorted_keys(hidden.names)) or nil
   for _, field in ipairs(fields.RECORDED) do
      self[field.manifest] = fields.record(field, experiment)
   end
   return self
end

--- Completes a manifest after the last trial. Only now is gnuplot asked for its version, since one that hangs
-- must not cost the measurement.
function manifest.complete(self, settings)
   self.status, self.finished = "complete", manifest.timestamp()
   self.environment.versions.gnuplot = not settings.no_charts and environment.gnuplot_version() or nil
end

return manifest
