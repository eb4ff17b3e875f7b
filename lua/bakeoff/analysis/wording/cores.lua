--- Cores in use, with the span that a figure covers: titles of the charts `cores` (which contenders compute
-- on more than one core) and `cpu`.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local cores = {
   START_TO_END = "cores in use by the process tree, from start to end", -- an axis
   MEANS = "means: from start to end, median of all trials", -- for a subtitle
}

local MOST_NAMED = 3

local function range(group)
   local least, most = numbers.plain(group.least), numbers.plain(group.most)
   return least == most and most or least .. " to " .. most
end

local function names_of(group, all)
   if #group.cells > MOST_NAMED then
      return ("%d of %d"):format(#group.cells, all)
   end
   local names = {}
   for index, cell in ipairs(group.cells) do
      names[index] = cell_type.name_of(cell)
   end
   return numbers.list(names)
end

-- Do these take a singular verb?
local function is_single(group)
   if #group.cells ~= 1 then
      return false
   end
   local _, many = cell_type.subject(group.cells[1])
   return not many
end

local function parallel_phrase(group, all)
   return ("%s %s %s cores busy"):format(names_of(group, all), is_single(group) and "keeps" or "keep",
      range(group))
end

local A_CORE = 0.9 -- cores: less is told as what it is

-- rest: others use more.
local function one_phrase(group, all, rest)
   if #group.cells == all and all > 1 then
      return group.most >= A_CORE and ("all %d use no more than one core"):format(all)
         or ("all %d use less than one core: %s at most"):format(all, numbers.plain(group.most))
   end
   local who = (rest and #group.cells > 1 and "the others") or names_of(group, all)
   return ("%s %s no more than one core"):format(who, is_single(group) and "uses" or "use")
end

--- One sentence. groups: { parallel, one, unsure = { cells, least, most } }: cells that surely used more than
-- one core, cells that surely didn't, cells whose interval leaves it open; known: how many have an interval.
function cores.sentence(groups, known)
   local parallel, one, unsure = groups.parallel, groups.one, groups.unsure
   local all = #parallel.cells + #one.cells + #unsure.cells
   if all == 0 then
      return "No trial recorded the cores in use"
   elseif known == 0 then
      local in_use = range(unsure) == "1.00" and "1.00 core" or range(unsure) .. " cores"
      return phrases.capital(("%s: %s in use"):format(phrases.TOO_FEW, in_use))
   end
   local parts = {}
   if #parallel.cells > 0 then
      parts[1] = parallel_phrase(parallel, all)
   end
   if #one.cells > 0 then
      parts[#parts + 1] = one_phrase(one, all, #parallel.cells > 0 and #unsure.cells == 0)
   end
   if #unsure.cells > 0 then
      parts[#parts + 1] = ("not clear for %s (%s)"):format(names_of(unsure, all), range(unsure))
   end
   return phrases.capital(table.concat(parts, "; "))
end

-- "processes keep 1.53 of 2 cores busy"; rest: what follows.
local function keeps(entry, available, rest)
   local subject, many = cell_type.subject(entry.cell)
   return ("%s %s %s %scores busy%s"):format(subject, many and "keep" or "keeps", numbers.plain(entry.cores),
      available and ("of %d "):format(available) or "", rest)
end

--- One sentence, about the one that uses most first. list: { { cell, cores = from start to end } … };
-- available: how many cores there are, or nil.
function cores.on_average(list, available)
   local least, most = list[1], list[1]
   for _, entry in ipairs(list) do
      least = entry.cores < least.cores and entry or least
      most = entry.cores > most.cores and entry or most
   end
   if not least then
      return "No trial recorded the cores in use"
   end
   local low, high = numbers.plain(least.cores), numbers.plain(most.cores)
   if #list == 1 then
      return phrases.capital(keeps(least, available, " from start to end"), { least.cell })
   elseif low == high then
      return ("Each contender keeps %s cores busy from start to end"):format(low)
   end
   return phrases.capital(("%s, %s %s"):format(keeps(most, available, " from start to end"),
      cell_type.subject(least.cell), low), { most.cell })
end

--- Beside a contender's curve.
function cores.mean(value) return ("mean %s cores"):format(numbers.plain(value)) end

--- Of a contender's workers, beside their shares.
function cores.together(value)
   local text = numbers.plain(value)
   return ("together %s core%s"):format(text, text == "1.00" and "" or "s")
end

return cores
