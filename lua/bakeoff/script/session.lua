--- The results of one script's experiments, and the exit code of the command.
-- Owned by the bench's Lua state. Outside the command it only collects results.

local session = {}

local added, exit_code = {}, 0
local runner

--- Forgets everything; the command calls it before each script.
function session.reset()
   added, exit_code, runner = {}, 0, nil
end

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

--- Raises the exit code: to 1 (a trial or a gate failed, jobs returned something else, a chart is missing) or
-- 130.
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
   if drawn == false or has_failed_trial(results) or has_other_results(results) then
      session.mark(1)
   end
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
      if #runs > 1 and not require("bakeoff.report.html.index").write(parent, runs) then
         session.mark(1)
      end
   end
end

--- Reports every experiment that the script did not report; returns the command's exit code.
function session.finish()
   for _, results in ipairs(added) do
      finish_one(results)
   end
   write_indexes()
   return exit_code
end

return session
