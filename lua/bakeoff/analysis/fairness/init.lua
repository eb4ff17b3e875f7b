--- Was it the same work under the same conditions? Reads the rows and reports every doubt in a plain
-- sentence. Runs after every experiment; its sentences appear on the terminal, in report.md and in
-- summary.json.

local blocks = require "bakeoff.analysis.fairness.blocks"
local checks = require "bakeoff.model.checks"
local jobs = require "bakeoff.analysis.fairness.jobs"
local memory = require "bakeoff.analysis.fairness.memory"
local noise_audit = require "bakeoff.analysis.fairness.noise"
local requests = require "bakeoff.analysis.fairness.requests"
local same = require "bakeoff.analysis.fairness.results"
local text = require "bakeoff.base.text"

local fairness = {}

local function jobs_done(trial) return trial.jobs and trial.jobs.done end

-- The kinds of errors, without their numbers: those of failed jobs differ already.
local function kinds_of_errors(trial)
   local failed = (trial.jobs or {}).failed
   if failed == 0 then
      return "none"
   end
   return trial.errors and table.concat(text.sorted_keys(trial.errors), " and ")
end

local function bytes(trial) return trial.bytes end

local function server_errors(trial) return trial.server and trial.server.errors end

--- List of plain sentences, empty if nothing was found. cells: { {label, name, workers, trials}, … };
-- items: the number of items; form: "task" if a job is whatever the script says, so that the number of
-- requests it makes is unknown.
function fairness.audit(cells, items, form)
   local found, is_task = {}, form == "task"
   local under, over = jobs.in_flight(cells, items or 0, is_task)
   local findings = {
      jobs.failed_trials(cells) or false,
      jobs.failed(cells) or false,
      jobs.dropped(cells) or false,
      jobs.not_held(cells) or false,
      blocks.unequal(cells, jobs_done, "Jobs done per trial differ", "jobs") or false,
      blocks.unlike(cells, kinds_of_errors, "Kinds of failure differ") or false,
      blocks.unequal(cells, bytes, "Bytes per trial differ", "bytes") or false,
      blocks.unequal(cells, checks.failed, "Failed checks per trial differ", "checks") or false,
      not is_task and blocks.unequal(cells, server_errors, "Error responses of the server per trial differ",
         "answers") or false,
      under or false, over or false,
      not is_task and requests.hidden(cells) or false,
      not is_task and requests.missing(cells) or false,
      requests.sent_again(cells) or false, requests.asked(cells) or false,
      requests.unverified(cells) or false,
      jobs.left_behind(cells) or false, jobs.not_reaped(cells) or false,
      requests.connections(cells, is_task and "job" or "request") or false,
      memory.open(cells) or false,
      memory.unreadable(cells) or false,
      memory.outside(cells) or false,
   }
   for _, finding in ipairs(findings) do
      if finding then
         found[#found + 1] = finding .. "."
      end
   end
   return found
end

--- That a run is not complete, in one sentence; nil if it is.
function fairness.unfinished(manifest, trials)
   if not manifest.status or manifest.status == "complete" then
      return nil
   end
   return ("The experiment is %s: %d trials are on record."):format(
      manifest.status == "running" and "not finished" or manifest.status, #trials)
end

--- Did all contenders' jobs return the same? → "same", "different" or "not shown", and sentences; nil, {} if
-- the experiment didn't ask (see results.lua).
function fairness.same_results(results) return same.of(results.cells, results.manifest) end

--- All warnings: an unfinished run, what jobs returned, the audit, noise, and problems found while the files
-- were read.
-- results: { cells, trials, manifest, warnings }.
function fairness.of(results)
   local manifest = results.manifest
   local found = fairness.audit(results.cells, manifest.items, manifest.form)
   local _, unequal = same.of(results.cells, manifest)
   for index = #unequal, 1, -1 do
      table.insert(found, 1, unequal[index] .. ".")
   end
   local noisy = noise_audit.sentences(results.cells)
   table.move(noisy, 1, #noisy, #found + 1, found)
   for _, warning in ipairs(results.warnings) do
      found[#found + 1] = warning .. "."
   end
   local unfinished = fairness.unfinished(manifest, results.trials)
   if unfinished then
      table.insert(found, 1, unfinished)
   end
   return found
end

return fairness
