--- Was it the same work under the same conditions? Reads the rows and says in plain sentences where not.
-- Run after every experiment; its sentences stand in the terminal's output, report.md and summary.json.

local blocks = require "bakeoff.analysis.fairness.blocks"
local jobs = require "bakeoff.analysis.fairness.jobs"
local noise_audit = require "bakeoff.analysis.fairness.noise"
local requests = require "bakeoff.analysis.fairness.requests"

local fairness = {}

local function jobs_done(trial) return trial.jobs and trial.jobs.done end

local function bytes(trial) return trial.bytes end

local function server_errors(trial) return trial.server and trial.server.errors end

--- List of plain sentences, empty when nothing was found. cells: { {label, name, workers, trials}, … };
-- items: how many there were; form: "task" where a job is whatever the script says, so that how many
-- requests it makes isn't known.
function fairness.audit(cells, items, form)
   local found, is_task = {}, form == "task"
   local under, over = jobs.in_flight(cells, items or 0, is_task)
   local checks = {
      jobs.failed_trials(cells) or false,
      jobs.failed(cells) or false,
      jobs.dropped(cells) or false,
      jobs.not_held(cells) or false,
      blocks.unequal(cells, jobs_done, "Jobs done per trial differ", "jobs") or false,
      blocks.unequal(cells, bytes, "Bytes per trial differ", "bytes") or false,
      not is_task and blocks.unequal(cells, server_errors, "Error answers of the server per trial differ",
         "answers") or false,
      under or false, over or false,
      not is_task and requests.hidden(cells) or false,
      not is_task and requests.missing(cells) or false,
      jobs.left_behind(cells) or false,
      requests.connections(cells, is_task and "job" or "request") or false,
   }
   for _, text in ipairs(checks) do
      if text then
         found[#found + 1] = text .. "."
      end
   end
   return found
end

local function unfinished(manifest, trials)
   return ("The experiment is %s: %d trials are on record."):format(
      manifest.status == "running" and "not finished" or manifest.status, #trials)
end

--- All there is to warn of: an unfinished run, the audit, noise, and what the reading of the files found.
-- results: { cells, trials, manifest, warnings }.
function fairness.of(results)
   local manifest = results.manifest
   local found = fairness.audit(results.cells, manifest.items, manifest.form)
   local noisy = noise_audit.sentences(results.cells)
   table.move(noisy, 1, #noisy, #found + 1, found)
   for _, warning in ipairs(results.warnings) do
      found[#found + 1] = warning .. "."
   end
   if manifest.status and manifest.status ~= "complete" then
      table.insert(found, 1, unfinished(manifest, results.trials))
   end
   return found
end

return fairness
