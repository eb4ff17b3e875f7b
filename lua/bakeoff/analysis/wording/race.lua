--- Who ran how many times as fast as whom: the last lines of `bakeoff exec`. found: from finding.ranking.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local verdict = require "bakeoff.model.verdict"

local race = {}

-- So many decimals that neither the ratio nor its half-width loses its first digit.
local function decimals_of(ratio, half)
   local wanted = half > 0 and math.ceil(-math.log(half, 10)) or 0
   return math.min(math.max(wanted, ratio < 9.995 and 2 or ratio < 99.95 and 1 or 0), 4)
end

local LARGE = 1000 -- ratios that only a few digits and a word can be read of
local LOPSIDED = 2 -- one side of an interval that is so many times as long as the other

-- Half the width of an interval, to follow "±"; nil where that would say what isn't so: the sides differ, or
-- the value minus it is below zero.
local function half_of(versus)
   local above, below = versus.high - versus.ratio, versus.ratio - versus.low
   local half = math.max(above, below)
   return half < versus.ratio and half <= LOPSIDED * math.min(above, below) and half or nil
end

-- "2.01 ± 0.05 times as fast", "(95 % interval 1.96 to 2.07)" or nil
local function times(versus)
   local is_large = versus.ratio >= LARGE
   if is_large or not versus.low then
      return (is_large and numbers.factor or numbers.plain)(versus.ratio) .. " times as fast", versus.low
         and ("(95 %% interval %s to %s)"):format(numbers.factor(versus.low), numbers.factor(versus.high))
         or nil
   end
   local half = half_of(versus)
   local shape = ("%%.%df"):format(decimals_of(versus.ratio, half or versus.high - versus.low))
   local function shown(value) return shape:format(value) end
   return ("%s%s times as fast"):format(shown(versus.ratio), half and " ± " .. shown(half) or ""),
      ("(95 %% interval %s to %s)"):format(shown(versus.low), shown(versus.high))
end

-- What a verdict that shows no difference adds.
local function doubt(versus)
   if versus.verdict == "same" then
      return phrases.same(versus.margin)
   elseif versus.verdict == "too_few_repeats" then
      return phrases.TOO_FEW
   end
   return versus.verdict ~= "slower" and phrases.no_difference { versus } or nil
end

-- name: of the one that isn't the subject
local function line_of(versus, name)
   local words, interval = times(versus)
   local doubts = doubt(versus)
   return ("%s as %s%s%s"):format(words, name, interval and " " .. interval or "",
      doubts and ": " .. doubts or "")
end

-- The others, the nearest to the leader first; and those that were quicker than it, though that isn't shown.
local function others_of(found)
   local behind, ahead = {}, {}
   for _, entry in ipairs(found.entries) do
      local versus = entry ~= found.leader and entry.comparison
      if versus and versus.ratio then
         table.insert(versus.ratio < 1 and ahead or behind, entry)
      end
   end
   return behind, ahead
end

-- The quicker one comes first, also where it doesn't lead.
local function add_ahead(lines, ahead, leader)
   for _, entry in ipairs(ahead) do
      lines[#lines + 1] = { ("%s ran %s"):format(cell_type.name_of(entry.cell),
         line_of(verdict.reversed(entry.comparison), leader)) }
   end
end

--- Lines { words, is it a part of the sentence before? }: one sentence for two programs; for more, "a ran"
-- and a line for each that the leader is faster than, then a sentence for each of the others; empty if
-- nothing can be compared.
function race.lines(found)
   local behind, ahead, lines = {}, {}, {}
   if found.leader then
      behind, ahead = others_of(found)
   end
   local leader = found.leader and cell_type.name_of(found.leader.cell)
   if #behind == 1 then
      lines[1] = { ("%s ran %s"):format(leader,
         line_of(behind[1].comparison, cell_type.name_of(behind[1].cell))) }
   elseif #behind > 1 then
      lines[1] = { leader .. " ran" }
      for _, entry in ipairs(behind) do
         lines[#lines + 1] = { line_of(entry.comparison, cell_type.name_of(entry.cell)), true }
      end
   end
   add_ahead(lines, ahead, leader)
   local last = lines[#lines]
   if last then
      last[1] = last[1] .. phrases.but_errors(found.entries) .. (#lines == 1 and "." or "")
   end
   return lines
end

return race
