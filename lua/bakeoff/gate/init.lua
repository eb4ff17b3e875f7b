--- Gates: short conditions on the results, for scripts that must fail when a figure gets worse.
--
--    "errors == 0"                                failed and lost jobs, and failed trials, of all cells
--    "footprint_peak(eventloop) < 40MiB"          every worker count of that contender
--    "total(eventloop) < 0.8 * total(threads)"    at every worker count that both ran
--    "ratio(eventloop, threads) < 1"              the median of ratios paired by block; see gate/parser.lua
--    'work("threads (one interpreter)", 16) < 2s' one cell
-- A figure is the median over the cell's repeats; a count of trouble (jobs_dropped), or any count that must
-- be zero, is the largest of its trials. A condition without a contender must hold for every cell.
--
-- A condition that holds for the medians is shown if it also holds everywhere in their 95 % intervals.

local checks = require "bakeoff.base.checks"
local evaluate = require "bakeoff.gate.evaluate"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local parser = require "bakeoff.gate.parser"
local places = require "bakeoff.gate.places"
local range = require "bakeoff.gate.range"
local text = require "bakeoff.base.text"

local gate = {}

local EXAMPLE = 'write for example { "errors == 0" }'
local CROSSES = { [false] = "the 95 % intervals allow the opposite",
   [true] = "the 95 % intervals and the brackets of peaks allow the opposite" }

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

-- Why a condition that holds is not shown.
local function doubt(one, two, found)
   if range.is_open(one) or range.is_open(two) then
      return evaluate.TOO_FEW
   end
   local has_bracket = false
   for _, figure in ipairs(found) do
      has_bracket = has_bracket or figure.has_bracket
   end
   return CROSSES[has_bracket]
end

-- A condition at a place → "fails", "open" or "shown" (range.compare), and a text for the first two.
local function at_place(results, condition, place)
   local found = {}
   local one, missing = evaluate.value(results, condition.one, place, found)
   local two, missing_too = evaluate.value(results, condition.two, place, found)
   if not one or not two then
      return "fails", ("%s: %s has no figure (%s)"):format(place.who, (missing or missing_too).text,
         (missing or missing_too).reason)
   end
   local answer = range.compare(condition.operator, one, two)
   local values = ("%s: %s"):format(place.who, values_text(condition, found, one.value, two.value))
   if answer == "open" then
      values = ("%s, %s"):format(values, doubt(one, two, found))
   end
   return answer, values
end

-- Adds the condition with its places to the lists of conditions that fail, and that hold without being shown.
local function sort_in(results, condition, lists)
   local parts = { fails = {}, open = {}, shown = {} }
   for _, place in ipairs(places.of(results, condition)) do
      local answer, words = at_place(results, condition, place)
      table.insert(parts[answer], words)
   end
   for answer, list in pairs(lists) do
      if #parts[answer] > 0 then
         list[#list + 1] = ("%s (%s)"):format(condition.text, table.concat(parts[answer], ", "))
      end
   end
end

-- Raises (usage) unless it is a list of conditions, one or more, without gaps.
local function check_list(gates)
   if type(gates) ~= "table" then
      failure.usage("gate: expected a list of conditions, not %s; %s", text.kind(gates), EXAMPLE)
   end
   local count = 0
   for key in pairs(gates) do
      if math.type(key) ~= "integer" then
         failure.usage("gate: '%s' names a field, but a condition is a string in a list; %s",
            text.shown(key), EXAMPLE)
      end
      count = count + 1
   end
   if count == 0 then
      failure.usage("gate: the list has no condition, so nothing would be checked; %s", EXAMPLE)
   elseif count ~= #gates then
      failure.usage("gate: the list has a gap (nil) before its last condition; remove it")
   end
end

local function check_options(options)
   if type(options) ~= "table" then
      failure.usage("gate: options: expected a table such as { fail_undecided = true }, not %s",
         text.kind(options))
   end
   checks.refuse_unknown(options, { "fail_undecided" }, "gate: options")
   checks.flag(options.fail_undecided, "gate: fail_undecided")
end

local function sentence(what, list)
   return ("%s %s: %s"):format(#list == 1 and "gate" or "gates", what, table.concat(list, "; "))
end

--- Checks a list of conditions. Returns true, and one line about those that hold for the medians but are not
-- shown (nil if there are none). Raises (trial) with one line that names all that failed. options:
-- fail_undecided = true raises (undecided) that line instead of returning it.
function gate.check(results, gates, options)
   check_list(gates)
   check_options(options or {})
   local conditions, lists = {}, { fails = {}, open = {} }
   for index, condition in ipairs(gates) do
      conditions[index] = gate.parse(condition)
   end
   for _, condition in ipairs(conditions) do
      sort_in(results, condition, lists)
   end
   if #lists.fails > 0 then
      failure.trial("%s", sentence("failed", lists.fails))
   end
   local open = #lists.open > 0 and sentence("not shown", lists.open) or nil
   if open and (options or {}).fail_undecided then
      failure.undecided("%s", open)
   end
   return true, open
end

return gate
