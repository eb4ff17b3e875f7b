--- Do the published claims (figures.lua) hold in a run? Decided from the run's verdicts.

local bake = require "bakeoff"

local claims = {}

--- "About the same" and "about 17 s" allow this factor in either direction.
claims.ALIKE = 1.25

local NOUNS = { total_s = "time", footprint_peak_bytes = "memory" }

local function is_about(ratio, wanted)
   return ratio <= wanted * claims.ALIKE and ratio >= wanted / claims.ALIKE
end

-- verdict → does it hold? nil: the run can't tell
local TESTS = {
   more = function(versus) return versus.verdict == "slower" end, -- for memory, too: "slower" is greater
   less = function(versus) return versus.verdict == "faster" end,
   about = function(versus)
      local near = is_about(versus.ratio, 1)
      if versus.verdict == "no_difference" and not near then
         return nil -- too noisy to show either answer
      end
      return near
   end,
   ratio = function(versus, claim) return is_about(versus.ratio, claim.ratio) end,
}

local function compare(mine, other, metric)
   if not (mine and other and mine.cell and other.cell) or mine.results ~= other.results then
      return nil
   end
   local versus = mine.results:compare(mine.cell, other.cell, metric)
   return versus.ratio and versus or nil
end

local function versus_text(versus, metric, name)
   local interval = versus.low
      and (" [%s, %s]"):format(bake.format.number(versus.low), bake.format.number(versus.high)) or ""
   return ("%s × %s%s that of %s"):format(NOUNS[metric], bake.format.number(versus.ratio), interval, name)
end

-- One comparison of a claim. → holds (true, false, nil), what was found
local function decide_one(claim, versus, name)
   local found = versus_text(versus, claim.metric, name)
   if versus.verdict == "too_few_repeats" then
      return nil, found .. ", too few repeats for a verdict"
   end
   return TESTS[claim.is](versus, claim), found
end

-- Lists each of the others once: two systems may have the same contender.
local function others_of(claim, sides)
   local list, has = {}, {}
   for _, id in ipairs(claim.than) do
      local other = (sides[id] or {})[1] or { name = id }
      if not has[other.name] then
         list[#list + 1], has[other.name] = other, true
      end
   end
   return list
end

--- Checks a claim against one side of a run. It holds if it holds for all systems it compares with, and fails
-- if it fails for one. sides: id → list of measured sides. Returns an outcome as scripts give it
function claims.decide(claim, side, sides)
   local mine = (sides[claim.of] or {})[1]
   local agrees, found = true, {}
   for i, other in ipairs(others_of(claim, sides)) do
      local versus = compare(mine, other, claim.metric)
      local holds
      if versus then
         holds, found[i] = decide_one(claim, versus, other.name)
      else
         found[i] = "not measured against " .. other.name
      end
      if agrees ~= false and not holds then
         agrees = holds
      end
   end
   return { of = claim.of, side = side, says = claim.says, agrees = agrees, why = (claim.why or {})[side],
      found = table.concat(found, "; ") }
end

--- true → "yes"; nil → "undecided"
function claims.word(agrees)
   if agrees == nil then
      return "undecided"
   end
   return agrees and "yes" or "no"
end

-- The outcomes of a side (and system) by answer (yes, no, undecided), and their number.
local function sorted(outcomes, side, id)
   local lists, count = { yes = {}, no = {}, undecided = {} }, 0
   for _, one in ipairs(outcomes) do
      if one.side == side and (not id or one.of == id) then
         table.insert(lists[claims.word(one.agrees)], one)
         count = count + 1
      end
   end
   return lists, count
end

--- The summary of all claims of a system on one side: "yes", "no", "partly", "undecided"; nil without claims.
function claims.answer(outcomes, id, side)
   local lists, count = sorted(outcomes, side, id)
   if count == 0 then
      return nil
   elseif #lists.undecided == count then
      return "undecided"
   elseif #lists.no == 0 and #lists.undecided == 0 then
      return "yes"
   end
   return #lists.yes > 0 and "partly" or #lists.no > 0 and "no" or "undecided"
end

local function listed(outcomes, with_found)
   local parts = {}
   for i, one in ipairs(outcomes) do
      local found = with_found and (" (%s)"):format(one.found) or ""
      if one.agrees == false and one.why then
         found = ("%s, probably because %s"):format(found, one.why)
      end
      parts[i] = ("%s: %s%s"):format(one.of, one.says, found)
   end
   return table.concat(parts, "; ")
end

--- "The real programs agree with the talk in 3 of 4 points (A1: …). They don't in: A3: … (time × 1.6 …)."
function claims.sentence(outcomes, side, noun, published_by)
   local lists, count = sorted(outcomes, side)
   if count == 0 then
      return ("%ss: nothing to compare with %s."):format(noun, published_by)
   end
   local parts = { ("The %ss agree with %s in %d of %d points"):format(noun, published_by, #lists.yes, count)
      .. (#lists.yes > 0 and " (" .. listed(lists.yes) .. ")." or ".") }
   if #lists.no > 0 then
      parts[#parts + 1] = ("They don't agree in: %s."):format(listed(lists.no, true))
   end
   if #lists.undecided > 0 then
      parts[#parts + 1] = ("Undecided: %s."):format(listed(lists.undecided, true))
   end
   return table.concat(parts, " ")
end

return claims
