--- All others against the reference: title of the chart `ratio`.

local cell_type = require "bakeoff.model.cell"
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

-- The subject of a sentence and "are" and "take", or "is" and "takes". entry: perhaps without a cell.
local function subject(entry)
   local name, many = entry.name, false
   if entry.cell then
      name, many = cell_type.subject(entry.cell)
   end
   return name, many and "are" or "is", many and "take" or "takes"
end

-- "processes are 12 times as fast", "requests takes 8 % more time". who: of several, instead of the name.
local function phrase(entry, who)
   local name, is, takes = subject(entry)
   if who then
      name, is, takes = who, "are", "take"
   end
   local note = comparison.note(entry.versus)
   return ("%s %s %s"):format(name, note:find "as fast$" and is or takes, note)
end

-- ", gevent 1.45 times": the entry nearest to the reference, after the one that is furthest from it.
local function also(furthest, nearest)
   local first, note = comparison.note(furthest.versus), comparison.note(nearest.versus)
   local unit = note:match " as %a+$"
   return unit and first:sub(-#unit) == unit and (", %s %s"):format(nearest.name, note:sub(1, -#unit - 1))
      or ", " .. phrase(nearest)
end

-- A group that differs from the reference, the furthest first. reference: its name, for the first group;
-- is_alone: without other groups, there is room for the nearest, too.
local function group_text(list, reference, is_alone)
   local furthest, nearest = list[1], list[#list]
   local is_same = comparison.note(furthest.versus) == comparison.note(nearest.versus)
   local words = phrase(furthest, is_same and #list > 1 and names(list) or nil)
   if reference then
      words = ("%s %s %s"):format(words, words:find " as %a+$" and "as" or "than", reference)
   end
   return words .. (is_alone and not is_same and also(furthest, nearest) or "")
end

--- Above the line of the reference: which side is which.
function ratio.sides(reference) return ("← slower   %s   faster →"):format(reference) end

--- The title of the axis. reference: its name.
function ratio.axis(reference, is_log)
   return ("times as fast as %s%s"):format(reference, is_log and " (log)" or "")
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

local function reversed(list)
   local other = {}
   for index, one in ipairs(list) do
      other[#list + 1 - index] = one
   end
   return other
end

local function cells_of(entries)
   local cells = {}
   for _, entry in ipairs(entries) do
      cells[#cells + 1] = entry.cell
   end
   return cells
end

-- Those that aren't shown to differ: lists, of which each has the same to be said. is_short: without reasons.
local function alike_of(groups, is_short)
   local none = groups.no_difference
   local lists = is_short and { #none > 0 and none or nil } or by_reason(none)
   if #groups.same > 0 then
      table.insert(lists, 1, groups.same)
   end
   return lists
end

-- Adds what is said of those without a verdict.
local function add_unjudged(parts, groups)
   if #groups.too_few_repeats > 0 then
      parts[#parts + 1] = "too few repeats for " .. names(groups.too_few_repeats)
   end
   if #groups.no_ratio > 0 then
      parts[#parts + 1] = ("%s: %s"):format(phrases.NO_RATIO, names(groups.no_ratio))
   end
end

--- entries: { { name, cell, versus = comparison with the reference (see results:compare), errors } };
-- reference: its name, not used if there are no entries.
function ratio.sentence(reference, entries)
   if #entries == 0 then
      return phrases.NOTHING
   end
   local groups, cells = groups_of(entries), cells_of(entries)
   if #groups.too_few_repeats == #entries then
      return phrases.capital(("%s against %s"):format(phrases.TOO_FEW, reference))
   end
   local parts, is_alone = {}, #groups.faster == #entries or #groups.slower == #entries
   for _, list in ipairs { groups.faster, reversed(groups.slower) } do
      parts[#parts + 1] = #list > 0 and group_text(list, #parts == 0 and reference, is_alone) or nil
   end
   local lead = #parts > 0 and "" or ("Against %s: "):format(reference)
   for _, list in ipairs(alike_of(groups, lead == "")) do
      local versus = list[1].versus
      if #list == #entries then
         local said = ("%s against %s: %s"):format(names(list), reference, verdict.of(versus))
         return phrases.capital(said, cells)
      end
      parts[#parts + 1] = ("%s for %s%s"):format(verdict.text(versus.verdict, versus.margin), names(list),
         lead == "" and "" or verdict.reason(versus)) -- beside larger news, rows say why
   end
   add_unjudged(parts, groups)
   return phrases.capital(lead .. table.concat(parts, "; ") .. phrases.but_errors(groups.faster), cells)
end

return ratio
