--- `bake.claim`, `results:claim` and `bake.decide`: claims of a script or notebook (gate/claim.lua).

local claim = require "bakeoff.gate.claim"
local failure = require "bakeoff.base.failure"
local places = require "bakeoff.gate.places"
local script = require "bakeoff.script.run"
local session = require "bakeoff.script.session"
local text = require "bakeoff.base.text"

local claims = {}

local function has_all(results, conditions)
   for _, condition in ipairs(conditions) do
      if not places.has_contenders(results, condition) then
         return false
      end
   end
   return true
end

local function names_of(runs)
   local names = {}
   for index, results in ipairs(runs) do
      names[index] = results.manifest.experiment
   end
   return table.concat(names, ", ")
end

-- The run that a claim is about: the last one if it has the contenders, else the only one that has them.
local function run_of(conditions)
   local runs = session.runs()
   if #runs == 0 then
      failure.usage("claim: no experiment of this script has run yet; for results that were loaded, write "
         .. "results:claim(sentence, condition)")
   end
   local last, having = runs[#runs], {}
   for _, results in ipairs(runs) do
      having[#having + 1] = has_all(results, conditions) and results or nil
   end
   if #having > 1 and having[#having] ~= last then
      failure.usage("claim '%s': several experiments have these contenders (%s); write results:claim(…) with "
         .. "the results of one of them", text.shown(conditions[1].text), names_of(having))
   end
   return having[#having] or last
end

local function add(results, says, conditions)
   local outcome = claim.new(results, says, conditions)
   outcome.line = script.calling_line()
   results.claims = results.claims or {}
   table.insert(results.claims, outcome)
   session.add_claim(outcome)
   return outcome
end

--- Makes a claim about the last run of the script; if that lacks a contender of the conditions, about the
-- only run that has them all. Returns the outcome (gate/claim.lua), and shows it. Its verdict is corrected
-- for all claims made so far, and again when later ones are made. Raises (usage) if it can't tell which run
-- is meant, or as claim.new does.
function claims.about_last(says, conditions)
   local parsed = claim.parse(conditions)
   return add(run_of(parsed), says, parsed)
end

--- The same about one run.
function claims.about(results, says, conditions) return add(results, says, claim.parse(conditions)) end

--- Decides several claims that are read together, without showing them: list of { results, says,
-- conditions }. Returns the list of their outcomes.
function claims.decide(list)
   local outcomes = {}
   for index, one in ipairs(list) do
      outcomes[index] = claim.new(one.results, one.says, claim.parse(one.conditions))
   end
   claim.settle(outcomes)
   return outcomes
end

return claims
