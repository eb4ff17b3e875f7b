--- All others against the reference: title of the chart `ratio`.

local comparison = require "bakeoff.analysis.wording.comparison"
local phrases = require "bakeoff.analysis.wording.phrases"
local sorted_keys = require("bakeoff.base.text").sorted_keys
local verdict = require "bakeoff.model.verdict"

local ratio = {}

local MOST_NAMED = 3

local function names(entries) return phrases.some_names(entries, MOST_NAMED) end

local function groups_of(entries)
   local groups = verdict.groups(entries, function(entry) return entry.versus.verdict end)
   for _, list in pairs(groups) do
      table.sort(list, function(a, b) return (a.versus.ratio or 0) < (b.versus.ratio or 0) end)
   end
   return groups
end

-- "12" of "12 times as fast", if the other note ends with the same words.
local function without_unit(note, other)
   local unit = other:match(" times as %a+$")
   return unit and note:sub(-#unit) == unit and note:sub(1, -#unit - 1) or note
end

-- "processes 12 times as fast", "12 (processes) to 14 times as fast (event loop)", from the entry nearest to
-- the reference to the furthest. list: in the order of ratios.
local function ends(list)
   local near, far = list[1], list[#list]
   if near.versus.verdict == "faster" then
      near, far = far, near
   end
   local first, last = comparison.note(near.versus), comparison.note(far.versus)
   if first == last then
      return names(list) .. " " .. first
   end
   return ("%s (%s) to %s (%s)"):format(without_unit(first, last), near.name, last, far.name)
end

-- Entries without a difference, those with the same reason together: lists, first that without a reason.
local function by_reason(entries)
   local of_reason, lists = {}, {}
   for _, entry in ipairs(entries) do
      local reason = verdict.reason(entry.versus)
      of_reason[reason] = of_reason[reason] or {}
      table.insert(of_reason[reason], entry)
   end
   for index, reason in ipairs(sorted_keys(of_reason)) do
      lists[index] = of_reason[reason]
   end
   return lists
end

--- The title of the axis. reference: its name.
function ratio.axis(reference, is_log)
   return ("times as fast as %s%s"):format(reference, is_log and " (log)" or "")
end

--- entries: { { name, versus = comparison with the reference (see results:compare), errors } }; reference:
-- its name, not used if there are no entries.
function ratio.sentence(reference, entries)
   if #entries == 0 then
      return phrases.NOTHING
   end
   local groups = groups_of(entries)
   local none, few = groups.no_difference, groups.too_few_repeats
   if #few == #entries then
      return phrases.capital(("%s against %s"):format(phrases.TOO_FEW, reference))
   end
   local parts = {}
   for _, list in ipairs { groups.faster, groups.slower } do
      parts[#parts + 1] = #list > 0 and ends(list) or nil
   end
   if #groups.same > 0 then
      parts[#parts + 1] = ("%s for %s"):format(phrases.same(groups.same[1].versus.margin), names(groups.same))
   end
   for _, list in ipairs(by_reason(none)) do
      parts[#parts + 1] = ("%s for %s%s"):format(phrases.NO_DIFFERENCE, names(list),
         verdict.reason(list[1].versus))
   end
   if #few > 0 then
      parts[#parts + 1] = "too few repeats for " .. names(few)
   end
   if #groups.no_ratio > 0 then
      parts[#parts + 1] = ("%s: %s"):format(phrases.NO_RATIO, names(groups.no_ratio))
   end
   return ("Against %s: %s%s"):format(reference, table.concat(parts, "; "),
      phrases.but_errors(groups.faster))
end

return ratio
