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
-- A condition that holds for the medians is shown if it also holds everywhere in its 95 % interval, and no
-- job of the cells failed (decide.lua).

local checks = require "bakeoff.base.checks"
local decide = require "bakeoff.gate.decide"
local failure = require "bakeoff.base.failure"
local parser = require "bakeoff.gate.parser"
local places = require "bakeoff.gate.places"
local range = require "bakeoff.gate.range"
local text = require "bakeoff.base.text"
local words = require "bakeoff.gate.words"

local gate = {}

local EXAMPLE = 'write for example { "errors == 0" }'

function gate.parse(condition) return parser.parse(condition) end

local function is_figure(node) return node.op == "figure" or node.op == "ratio" end

-- The values of both sides; and of the figures, unless a side is just one figure.
local function values_text(condition, found)
   local kind, one, two = condition.kind, found.one.value, found.two.value
   if condition.two.op == "number" and is_figure(condition.one) then
      return words.value(one, kind)
   end
   local parts = {}
   for index, figure in ipairs(found.figures) do
      parts[index] = ("%s = %s"):format(figure.text, words.value(figure.value, figure.kind))
   end
   return ("%s against %s; %s"):format(words.value(one, kind), words.value(two, kind),
      table.concat(parts, ", "))
end

-- A condition at a place → "fails", "open" or "shown", and a text for the first two.
local function at_place(results, condition, place)
   local found = decide.at(results, condition, place)
   if not found.one then
      return "fails", ("%s: %s"):format(place.who, found.reason)
   end
   local values = ("%s: %s"):format(place.who, values_text(condition, found))
   if not range.holds(condition.operator, found.one, found.two) then
      return "fails", values
   elseif found.verdict == "held" then
      return "shown"
   end
   return "open", ("%s, %s"):format(values, found.reason)
end

-- Adds the condition with its places to the lists of conditions that fail, and that hold without being shown.
local function sort_in(results, condition, lists)
   local parts = { fails = {}, open = {}, shown = {} }
   for _, place in ipairs(places.of(results, condition)) do
      local answer, line = at_place(results, condition, place)
      table.insert(parts[answer], line)
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
