--- What more workers bring: titles of the charts scaling and speedup.

local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"
local verdict = require "bakeoff.model.verdict"

local scaling = {}

-- "14 times as fast", "5 % faster"
local function gain(entry)
   local size, is_factor = phrases.distance(entry.ratio)
   return is_factor and size .. " as fast" or size .. " faster"
end

-- faster: one entry or more.
local function gain_text(faster)
   table.sort(faster, function(a, b) return a.ratio < b.ratio end)
   local best, least = faster[1], faster[#faster]
   local names = phrases.names(faster)
   if gain(best) == gain(least) then
      return ("%s %s"):format(numbers.list(names), gain(best))
   end
   local _, best_is_factor = phrases.distance(best.ratio)
   local size, least_is_factor = phrases.distance(least.ratio)
   return ("%s %s, %s %s"):format(names[1], gain(best), names[#names],
      best_is_factor and least_is_factor and size or gain(least))
end

--- One sentence. gains: { {cell, ratio, verdict} … }, each comparing a contender's largest worker count with
-- its smallest; least and most are these counts. lead: the words before them (default "from").
function scaling.sentence(gains, least, most, lead)
   if #gains == 0 then
      return "Only one worker count was run"
   end
   local groups = verdict.groups(gains, function(one) return one.verdict end)
   local counts = ("%d to %s"):format(least, numbers.plural(most, "worker"))
   if #groups.too_few_repeats == #gains then
      return phrases.capital(("%s on %s"):format(phrases.TOO_FEW, counts))
   end
   local parts = {}
   if #groups.faster > 0 then
      parts[1] = gain_text(groups.faster)
   end
   if #groups.same > 0 then
      parts[#parts + 1] = ("%s for %s"):format(phrases.same(groups.same[1].margin),
         numbers.list(phrases.names(groups.same)))
   end
   if #groups.no_difference > 0 then
      parts[#parts + 1] = "no gain shown for " .. numbers.list(phrases.names(groups.no_difference))
   end
   if #groups.slower > 0 then
      parts[#parts + 1] = numbers.list(phrases.names(groups.slower)) .. " slower"
   end
   if #groups.too_few_repeats > 0 then
      parts[#parts + 1] = "too few repeats for " .. numbers.list(phrases.names(groups.too_few_repeats))
   end
   if #groups.no_ratio > 0 then
      parts[#parts + 1] = ("%s: %s"):format(phrases.NO_RATIO,
         numbers.list(phrases.names(groups.no_ratio)))
   end
   return phrases.capital(("%s %s: %s%s"):format(lead or "from", counts, table.concat(parts, "; "),
      phrases.but_errors(groups.faster)))
end

--- The same for the work phase.
function scaling.of_work(gains, least, most)
   return scaling.sentence(gains, least, most, "without pool start-up, from")
end

--- At the line of what the jobs and the server allow.
function scaling.reachable(factor) return ("reachable %s×"):format(numbers.significant(factor, 2)) end

return scaling
