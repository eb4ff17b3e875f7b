--- Who ran how many times as fast as whom: the last lines of `bakeoff exec`. found: from finding.ranking.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local race = {}

-- So many decimals that neither the ratio nor its half-width loses its first digit.
local function decimals_of(ratio, half)
   local wanted = half > 0 and math.ceil(-math.log(half, 10)) or 0
   return math.min(math.max(wanted, ratio < 9.995 and 2 or ratio < 99.95 and 1 or 0), 4)
end

local LARGE = 1000 -- ratios that only a few digits and a word can be read of

-- "2.01 ± 0.05 times as fast", "(95 % interval 1.96 to 2.07)" or nil
local function times(versus)
   local is_large = versus.ratio >= LARGE
   if is_large or not versus.low then
      return (is_large and numbers.factor or numbers.plain)(versus.ratio) .. " times as fast", versus.low
         and ("(95 %% interval %s to %s)"):format(numbers.factor(versus.low), numbers.factor(versus.high))
         or nil
   end
   local half = math.max(versus.high - versus.ratio, versus.ratio - versus.low)
   local shape = ("%%.%df"):format(decimals_of(versus.ratio, half))
   local function shown(value) return shape:format(value) end
   return ("%s ± %s times as fast"):format(shown(versus.ratio), shown(half)),
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

local function line_of(entry)
   local words, interval = times(entry.comparison)
   local doubts = doubt(entry.comparison)
   return ("%s as %s%s%s"):format(words, cell_type.name_of(entry.cell), interval and " " .. interval or "",
      doubts and ": " .. doubts or "")
end

-- The others, the nearest to the leader first.
local function others_of(found)
   local others = {}
   for _, entry in ipairs(found.entries) do
      local versus = entry ~= found.leader and entry.comparison
      others[#others + 1] = versus and versus.ratio and entry or nil
   end
   return others
end

--- One sentence for two programs; for more, "a ran" and a line for each of the others; empty if nothing can
-- be compared.
function race.lines(found)
   local others = found.leader and others_of(found) or {}
   if #others == 0 then
      return {}
   end
   local name, failed = cell_type.name_of(found.leader.cell), phrases.but_errors(found.entries)
   if #others == 1 then
      return { ("%s ran %s%s."):format(name, line_of(others[1]), failed) }
   end
   local lines = { name .. " ran" }
   for index, entry in ipairs(others) do
      lines[index + 1] = line_of(entry)
   end
   lines[#lines] = lines[#lines] .. failed
   return lines
end

return race
