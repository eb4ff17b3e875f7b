--- The results of one script's experiments, its claims, and the exit code of the command.
-- Owned by the bench's Lua state. Outside the command it only collects results.

local confined = require "bakeoff.base.confined"
local look = require "bakeoff.base.look"
local options = require "bakeoff.script.options"

local session = {}

local added, claims, exit_code = {}, {}, 0
local runner

local function show_line(outcome)
   for _, line in ipairs(require("bakeoff.gate.claim_text").lines(outcome, look.of {})) do
      print(line)
   end
end

local show = show_line

--- Forgets everything; the command calls it before each script.
function session.reset()
   added, claims, exit_code, show, runner = {}, {}, 0, show_line, nil
end

--- The results of the script's experiments, in the order they ran.
function session.runs() return added end

--- Adds the outcome of a claim (gate/claim.lua), corrects all claims of the script together, and shows it.
function session.add_claim(outcome)
   claims[#claims + 1] = outcome
   require("bakeoff.gate.claim").settle(claims)
   outcome.shown = outcome.verdict
   show(outcome)
end

--- The claims of the script, corrected together.
function session.claims() return claims end

--- Has claims shown by a function of their outcome, instead of being printed, until the next reset.
function session.show_claims(func) show = func end

--- Lets a function run the experiments of the script: run_experiment(experiment, measure) → results.
-- measure() measures the experiment as usual and returns its run folder.
function session.run_by(run_experiment) runner = run_experiment end

--- The function that runs experiments instead of api/experiment.lua; or nil.
function session.runner() return runner end

--- Adds the results of an experiment. These fields are read when the script ends: `status` ("complete" or
-- "interrupted"), `reported`, `drawn` (false: a chart could not be drawn), `trials` (rows with a
-- `status`, "ok" or not), and the methods `same_results()` (optional: "same"; nil if that isn't asked) and,
-- if not yet reported, `report()` → all drawn?
function session.add(results)
   added[#added + 1] = results
   return results
end

--- Raises the exit code: to 1 (a job, a trial or a gate failed, jobs returned something else, a chart is
-- missing) or 130.
function session.mark(code)
   exit_code = math.max(exit_code, code)
end

local function has_failed_trial(results)
   for _, trial in ipairs(rawget(results, "trials") or {}) do
      if trial.status ~= "ok" then
         return true
      end
   end
   return false
end

-- Jobs whose HTTP status is expected have not failed.
local function has_failed_job(results)
   for _, trial in ipairs(rawget(results, "trials") or {}) do
      local jobs = type(trial.jobs) == "table" and trial.jobs or {}
      if (jobs.failed or 0) + (jobs.lost or 0) > 0 then
         return true
      end
   end
   return false
end

-- An experiment that asks for the same results is only passed if they were shown to be the same.
local function has_other_results(results)
   local verdict = results.same_results and results:same_results()
   return verdict ~= nil and verdict ~= "same"
end

local function finish_one(results)
   if results.status == "interrupted" then
      return session.mark(130)
   end
   local drawn = results.drawn
   if not results.reported then
      drawn = results:report()
   end
   local has_failure = has_failed_trial(results) or has_failed_job(results)
   if drawn == false or has_failure or has_other_results(results) then
      session.mark(1)
   end
end

local function write_index(parent, runs)
   local say = options.run_settings().quiet and function() end or nil
   return require("bakeoff.report.html.index").write(parent, runs, say)
end

-- Several experiments in one folder get an index page of their reports.
local function write_indexes()
   local by_parent, parents = {}, {}
   for _, results in ipairs(added) do
      local parent = results.reported and (results.dir or ""):match("^(.+)/[^/]+$")
      if parent and not by_parent[parent] then
         by_parent[parent], parents[#parents + 1] = {}, parent
      end
      table.insert(by_parent[parent] or {}, results)
   end
   for _, parent in ipairs(parents) do
      local runs = by_parent[parent]
      if #runs > 1 and not write_index(parent, runs) then
         session.mark(1)
      end
   end
end

-- The claims in one line, and again those that later claims changed.
local function sum_up_claims()
   if #claims > 0 then
      print("\n" .. require("bakeoff.gate.claim_text").counts(claims))
   end
   for _, outcome in ipairs(claims) do
      if outcome.verdict ~= outcome.shown then
         show_line(outcome)
      end
   end
end

-- Claims may have been made after the report, and later ones change the verdicts of earlier ones.
local function keep_claims()
   for _, results in ipairs(added) do
      if results.reported and results.claims then
         local ok, message = results:summary()
         if not ok then
            io.stderr:write("bakeoff: the claims were not kept (", message, ")\n")
            session.mark(1)
         end
      end
   end
end

--- Reports every experiment that the script did not report, and sums up the claims; returns the command's
-- exit code.
function session.finish()
   for _, results in ipairs(added) do
      finish_one(results)
   end
   if not confined.leaves_reports() then
      write_indexes()
   end
   keep_claims()
   sum_up_claims()
   return exit_code
end

return session
