--- Claims: sentences that stand or fall with conditions on a run, in the language of gates.
--
--    claim.new(results, "threads need more memory", "footprint_peak(threads) > footprint_peak(eventloop)")
--
-- An outcome: { says, condition = text, verdict, found = text with values and intervals, p, p_family, alone,
-- reason, run = the experiment's name }.
--    verdict   "held": all conditions hold everywhere in their intervals, at every place (places.lua);
--              "refuted": one of them holds nowhere in its interval; otherwise "not_shown", never "held"
--    p         of the claim's tests: of all that must hold, or corrected for those of which one is enough to
--              refute; nil if there was nothing to test
--    p_family  p corrected for all claims that are read together (Holm); alone: the verdict without that
--    reason    why it is not shown
-- What the run shows never raises an error; contenders and figures that don't exist do (usage).

local claim_text = require "bakeoff.gate.claim_text"
local decide = require "bakeoff.gate.decide"
local evaluate = require "bakeoff.gate.evaluate"
local failure = require "bakeoff.base.failure"
local holm = require "bakeoff.stats.holm"
local json = require "bakeoff.base.json"
local parser = require "bakeoff.gate.parser"
local places = require "bakeoff.gate.places"
local stats = require "bakeoff.stats"
local text = require "bakeoff.base.text"

local claim = {}

local EXAMPLE = 'write for example claim("threads are faster", "total(threads) < total(sequential)")'
local OF_THESE_TRIALS = "a quantile or a sum of errors describes these trials alone; compare medians"

-- --- conditions -----------------------------------------------------------------------------------

local function nodes_of(node, list)
   list[#list + 1] = node
   for _, part in ipairs { node.one or false, node.two or false } do
      if part then
         nodes_of(part, list)
      end
   end
   return list
end

-- A claim is decided on the whole interval of a ratio in any case.
local function without_bounds(condition)
   for _, side in ipairs { condition.one, condition.two } do
      for _, node in ipairs(nodes_of(side, {})) do
         node.bound = node.op == "ratio" and "ratio" or nil
      end
   end
   return condition
end

--- Parses the conditions of a claim: a text, or a list of texts that must all hold. Raises (usage).
function claim.parse(conditions)
   local list = type(conditions) == "table" and conditions or { conditions }
   if #list == 0 then
      failure.usage("claim: a condition is missing; %s", EXAMPLE)
   end
   local parsed = {}
   for index, condition in ipairs(list) do
      parsed[index] = without_bounds(parser.parse(condition, "claim"))
   end
   return parsed
end

-- → has it facts about these trials (evaluate.lua)? and quantiles among them? and any figure at all?
local function nature(side)
   local found = {}
   for _, node in ipairs(nodes_of(side, {})) do
      found.figures = (found.figures or 0) + ((node.op == "figure" or node.op == "ratio") and 1 or 0)
      found.fact = found.fact or evaluate.is_fact(node)
      found.quantile = found.quantile or node.quantile ~= nil and evaluate.is_fact(node)
   end
   return found
end

-- Does it compare facts about these trials, which have no interval, with other figures?
local function compares_facts(condition)
   local one, two = nature(condition.one), nature(condition.two)
   local quantile = one.quantile or two.quantile
   return (one.fact or two.fact) and one.figures > 0 and two.figures > 0
      or quantile and one.figures + two.figures > 1
end

-- --- the verdict ----------------------------------------------------------------------------------

-- The decisions on all conditions at all their places, each with `text`.
local function parts_of(results, conditions)
   local parts = {}
   for _, condition in ipairs(conditions) do
      local of_condition, facts = places.of(results, condition), compares_facts(condition)
      for _, place in ipairs(of_condition) do
         local part = decide.at(results, condition, place)
         if facts and part.verdict ~= "not_shown" then
            part.verdict, part.reason, part.p = "not_shown", OF_THESE_TRIALS, nil
         end
         local who = #of_condition > 1 and place.who .. ": " or ""
         part.text = part.one and who .. claim_text.found(condition, part) or nil
         part.why = part.reason and who .. part.reason
         parts[#parts + 1] = part
      end
   end
   return parts
end

local function each(parts, verdict)
   local list = {}
   for _, part in ipairs(parts) do
      list[#list + 1] = part.verdict == verdict and part or nil
   end
   return list
end

-- The largest or smallest p (choose: math.max or math.min); nil without one.
local function p_of(parts, choose)
   local p
   for _, part in ipairs(parts) do
      p = part.p and choose(p or part.p, part.p) or p
   end
   return p
end

-- One part is enough to refute, so its p is corrected for having looked at all. A fact that refutes needs no
-- test.
local function refuted_p(refuting, count)
   for _, part in ipairs(refuting) do
      if not part.p then
         return nil
      end
   end
   return math.min(count * p_of(refuting, math.min), 1)
end

-- → verdict without correction for other claims, p
local function verdict_of(parts)
   local refuting = each(parts, "refuted")
   if #refuting > 0 then
      return "refuted", refuted_p(refuting, #parts)
   end
   return #each(parts, "held") == #parts and "held" or "not_shown", p_of(parts, math.max)
end

-- Texts of a field without repetition.
local function joined(parts, field)
   local list, seen = {}, {}
   for _, part in ipairs(parts) do
      local one = part[field]
      list[#list + 1] = one and not seen[one] and one or nil
      seen[one or ""] = true
   end
   return #list > 0 and table.concat(list, "; ") or nil
end

local function check_sentence(says)
   if type(says) ~= "string" or not says:find "%S" then
      failure.usage("claim: the sentence is %s; %s", type(says) == "string" and "empty" or text.kind(says)
         .. ", not a string", EXAMPLE)
   end
end

local function condition_text(conditions)
   local list = {}
   for index, condition in ipairs(conditions) do
      list[index] = condition.text
   end
   return table.concat(list, "; ")
end

--- Decides a claim on one run. conditions: a text, a list of texts that must all hold, or what claim.parse
-- returned. Returns its outcome, corrected for no other claim: see claim.settle. Raises (usage).
function claim.new(results, says, conditions)
   check_sentence(says)
   local parsed = type(conditions) == "table" and type(conditions[1]) == "table" and conditions
      or claim.parse(conditions)
   local parts = parts_of(results, parsed)
   local alone, p = verdict_of(parts)
   local outcome = { says = says, condition = condition_text(parsed), alone = alone, p = p,
      found = joined(parts, "text") or "nothing was measured", why = joined(each(parts, "not_shown"), "why"),
      run = results.manifest and results.manifest.experiment }
   claim.settle { outcome }
   return outcome
end

local function apply(outcome, adjusted, count)
   outcome.p_family = adjusted
   if outcome.alone ~= "not_shown" and adjusted > 1 - stats.LEVEL then
      outcome.verdict = "not_shown"
      outcome.reason = (count > 1 and "p = %.2g, corrected for %d claims" or "p = %.2g"):format(adjusted,
         count)
   end
end

--- Corrects the claims that are read together, so that any of them is falsely held or refuted in at most 5 of
-- 100 runs (Holm). Sets verdict, reason and p_family; may be called again when there are more claims.
function claim.settle(outcomes)
   local tested = 0
   for _, outcome in ipairs(outcomes) do
      outcome.verdict, outcome.p_family = outcome.alone, nil
      outcome.reason = outcome.alone == "not_shown" and outcome.why or nil
      tested = tested + (outcome.p and 1 or 0)
   end
   holm.correct(outcomes, "p", function(outcome, adjusted) apply(outcome, adjusted, tested) end)
end

local KEYS = { "says", "condition", "verdict", "found", "reason", "p", "p_family", "run", "cell", "line" }

--- The outcomes as a list for json.encode.
function claim.written(outcomes)
   local entries = json.array {}
   for index, outcome in ipairs(outcomes) do
      local entry = {}
      for _, key in ipairs(KEYS) do
         entry[key] = outcome[key]
      end
      entries[index] = json.ordered(KEYS, entry)
   end
   return entries
end

return claim
