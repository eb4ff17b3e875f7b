--- The order in which results came: title of the chart `order`, and remarks beside its panels.

local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local sequence = {}

local MOST_NAMED = 2

local function order_words(facts, has_results)
   if not has_results then
      return "no results"
   elseif facts.one_at_a_time then
      return "one task after the other"
   elseif facts.by_submission then
      return facts.by_completion and "in both orders" or "in order of submission"
   end
   return facts.by_completion and "as they complete" or "in no order"
end

--- Remarks about a system, in short sentences: the order of its results first. facts: from
-- analysis/sequence.lua; has_results: did the caller get any? ends_only: the caller asked for none.
function sequence.remarks(facts, has_results, ends_only)
   local remarks = { order_words(facts, has_results) }
   if facts.held > 0 then
      remarks[2] = ("%d ready, wait up to %s"):format(facts.held,
         numbers.format(facts.longest_wait_s, "time"))
   end
   if ends_only then
      remarks[#remarks + 1] = "ends only, no results"
   end
   if facts.io_overlaps ~= nil then
      remarks[#remarks + 1] = facts.io_overlaps and "I/O overlapped" or "I/O not overlapped"
   end
   return remarks
end

local function quoted(systems)
   local names = {}
   for index, name in ipairs(phrases.names(systems)) do
      names[index] = "“" .. name .. "”"
   end
   return numbers.list(names)
end

--- One sentence. prompt: systems ({ name } …) whose results come as they complete; count: of all systems;
-- longest: how long a finished result waits in the others (seconds), nil if none waits.
function sequence.sentence(prompt, count, longest)
   local wait = longest and numbers.format(longest, "time")
   if not longest then
      return "No finished result waits for its turn"
   elseif #prompt == 0 then
      return ("Finished results wait for their turn, up to %s"):format(wait)
   end
   local who = #prompt <= MOST_NAMED and quoted(prompt) or ("%d of %d systems"):format(#prompt, count)
   return ("Only %s %s results as they complete; elsewhere finished ones wait up to %s"):format(who,
      #prompt == 1 and "gives" or "give", wait)
end

return sequence
