--- Do the published claims (figures.lua) hold in a run? Decided like claims of a script, all of a sheet
-- together.

local bake = require "bakeoff"

local claims = {}

-- The first measured side of each system that the claim names: id → side; and what is missing, or nil.
local function sides_of(claim, sides)
   local found, missing = {}, nil
   for _, condition in ipairs(claim.holds) do
      for id in condition:gmatch "%f[%w]%u%d%f[%W]" do
         local side = (sides[id] or {})[1]
         if not (side and side.cell) then
            missing = missing or "not measured: " .. (side and side.name or id)
         end
         found[id] = side
      end
   end
   for _, side in pairs(missing and {} or found) do
      missing = missing or side.results ~= found[claim.of].results and "not measured in one run" or nil
   end
   return found, missing
end

-- The arguments that mean a side's cell in a condition.
local function arguments_of(side)
   local quote = side.cell.label:find('"', 1, true) and "'" or '"'
   return ("%s%s%s, %d"):format(quote, side.cell.label, quote, side.cell.workers)
end

-- A figure of the cell that the tables show for a label; nil without such a cell.
local function figure_of(results, label, name)
   local cell = label and results:cell(label)
   return cell and ("%s(%s)"):format(name, arguments_of { cell = cell })
end

--- The condition of a sheet's own claim (see Sheet:claim in init.lua); nil if a contender is missing.
function claims.condition(one)
   local a = figure_of(one.results, one.a, one.figure or "total")
   local b = not one.figure and figure_of(one.results, one.b, "total")
   return a and (b or one.figure) and ("%s%s %s"):format(a, b and " / " .. b or "", one.holds) or nil
end

-- The conditions with the contenders that stand for the systems.
local function conditions_of(claim, found)
   local list = {}
   for index, condition in ipairs(claim.holds) do
      list[index] = condition:gsub("%f[%w]%u%d%f[%W]", function(id) return arguments_of(found[id]) end)
   end
   return list
end

-- A text of an outcome with the systems again instead of their contenders; if two systems have the same one,
-- with the first.
local function with_ids(words, found)
   local ids = {}
   for id in pairs(found) do
      ids[#ids + 1] = id
   end
   table.sort(ids)
   for _, id in ipairs(ids) do
      words = words:gsub((arguments_of(found[id]):gsub("%p", "%%%0")), id)
   end
   return words
end

--- The outcomes of published claims (figures.lua), as scripts give them, still undecided; and what to ask
-- the runs about them, for claims.decide. measured: side ("native", "real") → id → list of measured sides.
function claims.of_figure(list, measured)
   local outcomes, asked = {}, {}
   for _, claim in ipairs(list) do
      for _, side in ipairs { "native", "real" } do
         local found, missing = sides_of(claim, measured[side])
         local outcome = { of = claim.of, side = side, says = claim.says, why = (claim.why or {})[side],
            found = missing }
         outcomes[#outcomes + 1] = outcome
         asked[#asked + 1] = not missing and { outcome = outcome, results = found[claim.of].results,
            says = claim.says, conditions = conditions_of(claim, found), sides = found } or nil
      end
   end
   return outcomes, asked
end

local AGREES = { held = true, refuted = false }

-- What was found, why that decides nothing, and what else was found.
local function found_text(decided, also)
   local parts = { decided.found }
   parts[#parts + 1] = decided.reason
   parts[#parts + 1] = also
   return table.concat(parts, "; ")
end

--- Decides claims together: list of { outcome, results, says, conditions, also = what else was found, or nil,
-- sides = id → side, or nil }. Fills in their outcomes; what can't be decided keeps agrees = nil.
function claims.decide(asked)
   for index, decided in ipairs(bake.decide(asked)) do
      local one = asked[index]
      one.outcome.agrees = AGREES[decided.verdict]
      one.outcome.found = with_ids(found_text(decided, one.also), one.sides or {})
   end
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
