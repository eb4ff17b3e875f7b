--- Both sides of a condition within each block, and what the blocks show of them together. Trials of one
-- block run right after each other, so whatever disturbs the machine for longer cancels out, as in verdicts.
--
-- Figures that estimate something (medians, ratios) take the block's value; facts (errors, quantiles that the
-- condition names, bounds of ratios) are the same in every block. A peak with a bracket gives a range per
-- block; the interval reaches from what was seen to what is possible.

local cell_type = require "bakeoff.model.cell"
local evaluate = require "bakeoff.gate.evaluate"
local places = require "bakeoff.gate.places"
local range = require "bakeoff.gate.range"
local stats = require "bakeoff.stats"
local trimmed = require "bakeoff.stats.trimmed"

local blocks = {}

local TINY = 1e-12 -- relative: what rounding of the arithmetic adds

-- block → range of a metric in a cell.
local function of_cell(metric, cell)
   return cell_type.by_block(cell, function(trial)
      local seen = metric.read(trial)
      local high = seen and metric.high and metric.high(trial) or seen
      return seen and range.new(seen, seen, math.max(high, seen))
   end)
end

-- block → the quotient of a metric in two cells, for a node "ratio".
local function quotients(results, node, place)
   local function side(label)
      return of_cell(node.metric, places.cell_at(results, { label = label, workers = node.workers }, place))
   end
   local a, b, found = side(node.a), side(node.b), {}
   for block, one in pairs(a) do
      found[block] = b[block] and b[block].value > 0 and range.combine("/", one, b[block]) or nil
   end
   return found
end

-- Fills in node → its values: of facts one range, of estimates functions of a block. Returns whether there
-- is an estimate.
local function gather(results, node, place, values)
   if node.op == "number" then
      values[node] = range.exact(node.value)
   elseif evaluate.is_fact(node) then
      values[node] = evaluate.value(results, node, place, {})
   elseif node.op == "figure" or node.op == "ratio" then
      local found = node.op == "ratio" and quotients(results, node, place)
         or of_cell(node.metric, places.cell_at(results, node, place))
      values[node] = function(block) return found[block] end
      return true
   else
      local one = gather(results, node.one, place, values)
      local two = node.two and gather(results, node.two, place, values)
      return one or two
   end
   return false
end

-- The range of a node in a block; nil if the block lacks a figure.
local function value_in(node, values, block)
   local known = values[node]
   if known then
      return type(known) == "function" and known(block) or type(known) == "table" and known or nil
   end
   local one = value_in(node.one, values, block)
   local two = node.two and value_in(node.two, values, block)
   if not one or node.op == "-u" then
      return one and range.negative(one)
   end
   return two and range.combine(node.op, one, two)
end

local function numbers_of(results)
   local list, seen = {}, {}
   for _, cell in ipairs(results.cells) do
      for _, trial in ipairs(cell.trials) do
         local block = math.tointeger(trial.block or trial["repeat"])
         list[#list + 1] = not seen[block] and block or nil
         seen[block] = true
      end
   end
   table.sort(list)
   return list
end

-- The sides of all blocks that have both, and whether all of them are positive.
local function sides_of(results, condition, values)
   local list, positive = {}, true
   for _, block in ipairs(numbers_of(results)) do
      local one, two = value_in(condition.one, values, block), value_in(condition.two, values, block)
      if one and two then
         list[#list + 1] = { one, two }
         positive = positive and one.low > 0 and two.low > 0
      end
   end
   return list, positive
end

-- Rounding makes no difference of sides that are equal.
local function snapped(one, centre, size) return math.abs(one - centre) <= TINY * size and centre or one end

-- The sides of blocks as quotients (centre 1), or as differences (centre 0) if a side is not positive.
local function joined(list, positive)
   local op, centre = positive and "/" or "-", positive and 1 or 0
   local found = { centre = centre, value = {}, low = {}, high = {} }
   for index, sides in ipairs(list) do
      local one = range.combine(op, sides[1], sides[2])
      local size = positive and 1 or math.max(math.abs(sides[1].value), math.abs(sides[2].value))
      for _, field in ipairs { "value", "low", "high" } do
         found[field][index] = snapped(one[field], centre, size)
      end
   end
   return found
end

-- p of the test that the values lie around the centre, in logarithms for quotients, as in verdicts.
local function p_of(values, centre)
   local distances = {}
   for index, value in ipairs(values) do
      distances[index] = centre == 1 and math.log(value) or value
   end
   local widened = select(4, stats.interval(values))
   return trimmed.test(distances, widened).p
end

--- What the blocks say of a condition's sides at a place: { centre, range, p, count }. The range is that of
-- the median of one side divided by the other (centre 1), or minus the other (centre 0) if one of them isn't
-- positive; its bounds are infinite, and p is nil, if there are too few blocks for an interval. nil if no
-- figure of the condition is an estimate.
function blocks.compare(results, condition, place)
   local values = {}
   local one = gather(results, condition.one, place, values)
   local two = gather(results, condition.two, place, values)
   if not (one or two) then
      return nil
   end
   local found = joined(sides_of(results, condition, values))
   local middle = stats.median(found.value)
   local low, high = (stats.interval(found.low)), select(2, stats.interval(found.high))
   return { centre = found.centre, count = #found.value, range = range.new(middle or found.centre, low, high),
      p = low and math.max(p_of(found.low, found.centre), p_of(found.high, found.centre)) or nil }
end

return blocks
