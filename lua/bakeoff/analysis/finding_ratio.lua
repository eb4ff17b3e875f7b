--- The sentence about all others against the reference: title of the chart `ratio`. Only verdicts speak.

local numbers = require "bakeoff.base.numbers"

local finding_ratio = {}

local MOST_NAMED = 3

local function names(entries)
   local list = {}
   for index, entry in ipairs(entries) do
      list[index] = entry.name
   end
   return #list <= MOST_NAMED and numbers.list(list) or ("%d others"):format(#list)
end

local function groups_of(entries)
   local groups = { faster = {}, slower = {}, ["no difference shown"] = {}, ["too few repeats"] = {} }
   for _, entry in ipairs(entries) do
      table.insert(groups[entry.versus.verdict], entry)
   end
   for _, list in pairs(groups) do
      table.sort(list, function(a, b) return (a.versus.ratio or 0) < (b.versus.ratio or 0) end)
   end
   return groups
end

-- "processes 12 times as fast", "12 times as fast (processes) to 14 times as fast (event loop)": the ends of
-- a list that goes from small ratios to large ones.
local function ends(list, text)
   local first, last = text(list[1].versus), text(list[#list].versus)
   if first == last then
      return names(list) .. " " .. first
   end
   local near, far = list[#list], list[1] -- the faster ones: the largest ratio is nearest to 1
   if far.versus.verdict == "slower" then
      near, far, first, last = far, near, last, first
   end
   return ("%s (%s) to %s (%s)"):format(last, near.name, first, far.name)
end

--- entries: { { name, versus = comparison with the reference (see results:compare) } }; text(versus): its
-- size in words ("14 times as fast").
function finding_ratio.sentence(reference, entries, text)
   local groups = groups_of(entries)
   local none, few = groups["no difference shown"], groups["too few repeats"]
   if #few == #entries then
      return "Too few repeats for a verdict against " .. reference
   elseif #none == #entries then
      return ("Against %s: no difference shown for %s"):format(reference, names(none))
   end
   local parts = {}
   for _, list in ipairs { groups.faster, groups.slower } do
      parts[#parts + 1] = #list > 0 and ends(list, text) or nil
   end
   if #none > 0 then
      parts[#parts + 1] = "no difference shown for " .. names(none)
   end
   if #few > 0 then
      parts[#parts + 1] = "too few repeats of " .. names(few)
   end
   return ("Against %s: %s"):format(reference, table.concat(parts, "; "))
end

return finding_ratio
