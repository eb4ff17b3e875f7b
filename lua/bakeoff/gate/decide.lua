--- Decides a condition at a place: the one mechanism of gates and claims.
--
-- Between figures that estimate something, the 95 % interval of both sides' quotient within blocks decides
-- (blocks.lua); facts about the trials are compared as they are. Failed jobs leave a condition undecided: a
-- contender that fails is fast. Conditions on the failures themselves are decided.

local blocks = require "bakeoff.gate.blocks"
local errors = require "bakeoff.model.errors"
local evaluate = require "bakeoff.gate.evaluate"
local phrases = require "bakeoff.analysis.wording.phrases"
local places = require "bakeoff.gate.places"
local range = require "bakeoff.gate.range"

local decide = {}

local CROSSES = "the 95 % intervals allow the opposite"
local WITH_BRACKETS = { size = "the 95 % intervals and the brackets of peaks allow the opposite" }
local WITH_LOWER_BOUNDS = "the 95 % intervals and CPU time that is only a lower bound allow the opposite"

local function is_about_failures(metric)
   return metric.name == "errors" or metric.kind == "count" and metric.better == "less"
end

-- "but 50 % of the jobs of threads failed", for all cells of the condition; nil if nothing failed.
local function failures(results, condition, place)
   local parts, seen = {}, {}
   for _, mention in ipairs(places.mentions(condition)) do
      local cell = places.cell_at(results, mention, place)
      local found = not seen[cell] and not is_about_failures(mention.metric) and errors.of_cell(cell)
      if found then
         seen[cell], parts[#parts + 1] = true, phrases.what_failed(found, cell.name or cell.label)
      end
   end
   return #parts > 0 and "but " .. table.concat(parts, ", and ") or nil
end

-- Why the ranges decide nothing.
local function doubt(compared, one, two, figures)
   if compared and range.is_open(compared.range) or range.is_open(one) or range.is_open(two) then
      return evaluate.TOO_FEW
   end
   for _, figure in ipairs(figures) do
      if figure.bracketed then
         return WITH_BRACKETS[figure.bracketed] or WITH_LOWER_BOUNDS
      end
   end
   return CROSSES
end

--- → { verdict = "held", "refuted" or "not_shown", reason = why it is not shown, p (nil: no test was needed,
-- or none is possible), one, two = ranges of both sides (nil if a figure is missing), figures = list of those
-- in the condition (evaluate.lua), compared = from blocks.lua, or nil }. Nothing is corrected for other
-- conditions.
function decide.at(results, condition, place)
   local figures = {}
   local one, missing = evaluate.value(results, condition.one, place, figures)
   local two, missing_too = evaluate.value(results, condition.two, place, figures)
   if not one or not two then
      missing = missing or missing_too
      return { verdict = "not_shown", figures = figures,
         reason = ("%s has no figure (%s)"):format(missing.text, missing.reason) }
   end
   local compared = blocks.compare(results, condition, place)
   local left, right = one, two
   if compared then
      left, right = compared.range, range.exact(compared.centre)
   end
   local found = { one = one, two = two, figures = figures, compared = compared,
      verdict = range.decide(condition.operator, left, right) }
   local failed = failures(results, condition, place)
   if failed then
      found.verdict, found.reason = "not_shown", failed
   elseif found.verdict == "not_shown" then
      found.reason = doubt(compared, one, two, figures)
   end
   -- Values that equal the bound in every block are exact: there is nothing to test.
   local is_exact = compared and left.low == right.low and left.high == right.high
   found.p = compared and not failed and not is_exact and compared.p or nil
   return found
end

return decide
