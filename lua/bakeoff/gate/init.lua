--- Gates: short conditions on the results, for scripts that must fail when a figure gets worse.
--
--    "errors == 0"                                failed and lost jobs, and failed trials, of all cells
--    "footprint_peak(eventloop) < 40MiB"          every worker count of that contender
--    "total(eventloop) < 0.8 * total(threads)"    at every worker count that both ran
--    "ratio(eventloop, threads) < 1"              the median of ratios paired by block; see gate/parser.lua
--    'work("threads (one interpreter)", 16) < 2s' one cell
-- A figure is the median over the cell's repeats. A condition without a contender must hold for every cell.

local evaluate = require "bakeoff.gate.evaluate"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local parser = require "bakeoff.gate.parser"

local gate = {}

local OPERATORS = {
   ["<"] = function(a, b) return a < b end,
   ["<="] = function(a, b) return a <= b end,
   [">"] = function(a, b) return a > b end,
   [">="] = function(a, b) return a >= b end,
   ["=="] = function(a, b) return a == b end,
   ["~="] = function(a, b) return a ~= b end,
}

gate.parse = parser.parse

local function show(value, kind)
   if kind == "rate" then
      return numbers.plain(value) .. "/s"
   elseif kind == "time" or kind == "size" then
      return numbers.format(value, kind)
   end
   return (kind == "count" and "%.9g" or "%.4g"):format(value)
end

local function is_figure(node) return node.op == "figure" or node.op == "ratio" end

-- The values of both sides; and of the figures, unless a side is just one figure.
local function values_text(condition, found, one, two)
   local kind = condition.kind
   if condition.two.op == "number" and is_figure(condition.one) then
      return show(one, kind)
   end
   local parts = {}
   for index, figure in ipairs(found) do
      parts[index] = ("%s = %s"):format(figure.text, show(figure.value, figure.kind))
   end
   return ("%s against %s; %s"):format(show(one, kind), show(two, kind), table.concat(parts, ", "))
end

-- A sentence for a place where the condition doesn't hold, or nil.
local function failing(results, condition, place)
   local found = {}
   local one, missing = evaluate.value(results, condition.one, place, found)
   local two, missing_too = evaluate.value(results, condition.two, place, found)
   if not one or not two then
      return ("%s: %s has no figure (%s)"):format(place.who, (missing or missing_too).text,
         (missing or missing_too).reason)
   elseif not OPERATORS[condition.operator](one, two) then
      return ("%s: %s"):format(place.who, values_text(condition, found, one, two))
   end
end

--- Checks a list of conditions: returns true, or raises (trial) with one line that names all that failed.
function gate.check(results, gates)
   local conditions, failed = {}, {}
   for index, text in ipairs(gates) do
      conditions[index] = gate.parse(text)
   end
   for _, condition in ipairs(conditions) do
      local parts = {}
      for _, place in ipairs(evaluate.places(results, condition)) do
         parts[#parts + 1] = failing(results, condition, place)
      end
      if #parts > 0 then
         failed[#failed + 1] = ("%s (%s)"):format(condition.text, table.concat(parts, ", "))
      end
   end
   if #failed > 0 then
      local start = #failed == 1 and "gate failed: " or "gates failed: "
      failure.trial("%s", start .. table.concat(failed, "; "))
   end
   return true
end

return gate
