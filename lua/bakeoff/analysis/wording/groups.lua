--- Several experiments side by side: title of the chart `groups`.

local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local verdict = require "bakeoff.model.verdict"

local groups = {}

-- "1.3 times", "1.3 to 2 times"; factors, the smaller first.
local function factors(least, most)
   local high = (numbers.times(most))
   return numbers.times(least) == high and high or ("%s to %s"):format(numbers.factor(least), high)
end

-- All differ in the same direction. near, far: ratios of the smallest and of the largest difference.
local function one_way(near, far, as, than)
   local small, small_is_factor = phrases.distance(near)
   local large, large_is_factor = phrases.distance(far)
   if small_is_factor then
      return ("%s as %s"):format(factors(math.max(near, 1 / near), math.max(far, 1 / far)), as)
   elseif large_is_factor then
      return ("up to %s as %s"):format(large, as)
   end
   return (small == large and "%s %s" or "up to %s %s"):format(large, than)
end

-- The verdicts are mixed: says how far the group and the reference are apart at most.
local function mixed(name, least, most)
   local _, least_is_factor = phrases.distance(least)
   local size, most_is_factor = phrases.distance(most)
   local is_quicker, is_slower = least_is_factor and least < 1, most_is_factor and most > 1
   if is_quicker and is_slower then
      return ("%s takes %s as long"):format(name, factors(least, most))
   elseif is_slower then
      return ("%s takes up to %s as long"):format(name, size)
   elseif is_quicker then
      return ("%s is up to %s as fast"):format(name, (phrases.distance(least)))
   end
   return ("%s changes times by at most %s"):format(name,
      numbers.percent(math.max(most, 1 / least) - 1, 2))
end

-- Shows no cell a difference? The words; nil if one does.
local function nothing_shown(found)
   local name, of, count = found.name, found.verdicts, found.count
   if of.same == count then
      return ("%s takes the same time %s"):format(name, verdict.within(found.margin))
   elseif of.too_few_repeats == count then
      return ("%s has %s"):format(name, phrases.TOO_FEW)
   elseif not (of.faster or of.slower) then
      return of.maybe_noise and name .. " shows no difference beyond the noise between runs"
         or name .. " shows no difference"
   end
end

local function finding(found)
   local name, of, count = found.name, found.verdicts, found.count
   if of.slower == count then
      return ("%s takes %s"):format(name, one_way(found.least, found.most, "long", "longer"))
   elseif of.faster == count then
      return ("%s is %s"):format(name, one_way(found.most, found.least, "fast", "faster"))
   end
   return nothing_shown(found) or mixed(name, found.least, found.most)
end

--- One sentence. reference: a group's name; list: { { name, least, most (ratios to the reference, of the
-- differences that are shown), verdicts = code → how many cells, count = how many in all, margin = of the
-- verdict same } … } of the other groups.
function groups.sentence(reference, list)
   local parts = {}
   for index, found in ipairs(list) do
      parts[index] = finding(found)
   end
   return #parts > 0 and ("Compared with %s: %s"):format(reference, numbers.list(parts))
      or "Only one experiment was run"
end

return groups
