--- Sequences: the order in which results came, compared with submission and completion, and what it shows.
-- Systems and tasks as in charts/order.lua.

local wording = require "bakeoff.analysis.wording.sequence"

local sequence = {}

local TOGETHER = 0.2 -- of a task's run
local SAME = 0.02 -- of a system's time: events closer together than this count as simultaneous

-- Indexes of the tasks whose completion the caller learned of, in that order.
local function received(system)
   local list = {}
   for index, task in ipairs(system.tasks) do
      list[#list + 1] = task.received and index or nil
   end
   table.sort(list, function(a, b)
      local x, y = system.tasks[a].received, system.tasks[b].received
      return x < y or (x == y and a < b)
   end)
   return list
end

local function slack(system)
   local last = 0
   for _, task in ipairs(system.tasks) do
      last = math.max(last, task.received or task.ended)
   end
   return last * SAME
end

--- The position of each task's result in the caller's order: list[task] = 1, 2, …; nil for missing results.
function sequence.ranks(system)
   local ranks = {}
   for rank, index in ipairs(received(system)) do
      ranks[index] = rank
   end
   return ranks
end

local function is_in_order(system, of)
   local list, most = received(system), -math.huge
   for _, index in ipairs(list) do
      local value = of(index, system.tasks[index])
      if value < most then
         return false
      end
      most = value
   end
   return true
end

--- Did results come in the order of submission?
function sequence.by_submission(system)
   return is_in_order(system, function(index) return index end)
end

--- Did each result come before those of later completions? Simultaneous completions may come in any order.
function sequence.by_completion(system)
   local near, ended_before = slack(system), -math.huge
   return is_in_order(system, function(_, task)
      ended_before = math.max(ended_before, task.ended)
      return ended_before - task.ended <= near and ended_before or task.ended
   end)
end

--- Finished results that waited until the caller asked for them: how many, and the longest wait in seconds.
function sequence.held(system)
   local count, longest, near = 0, 0.0, slack(system)
   for _, task in ipairs(system.tasks) do
      local wait = task.received and task.received - task.ended or 0
      if wait > near then
         count, longest = count + 1, math.max(longest, wait)
      end
   end
   return count, longest
end

-- Do two tasks, one of kind a and one of kind b, overlap for a good part of the shorter one?
local function overlap(system, a, b)
   for i, one in ipairs(system.tasks) do
      for j, other in ipairs(system.tasks) do
         local shorter = math.min(one.ended - one.started, other.ended - other.started)
         local both = math.min(one.ended, other.ended) - math.max(one.started, other.started)
         local wanted = i ~= j and (not a or one.kind == a) and (not b or other.kind == b)
         if wanted and both > 0 and both > shorter * TOGETHER then
            return true
         end
      end
   end
   return false
end

local function has_both_kinds(system)
   local seen = {}
   for _, task in ipairs(system.tasks) do
      seen[task.kind or "cpu"] = true
   end
   return seen.cpu and seen.io
end

--- The facts about a system:
--    by_submission, by_completion   did results come in this order?
--    held, longest_wait_s           finished results that waited for the caller to ask: how many, how long
--    one_at_a_time                  no two tasks overlapped
--    io_overlaps                    I/O overlapped with CPU work; nil if one of the two is missing
function sequence.facts(system)
   local count, longest = sequence.held(system)
   local io_overlaps = nil
   if has_both_kinds(system) then
      io_overlaps = overlap(system, "cpu", "io")
   end
   return { by_submission = sequence.by_submission(system), by_completion = sequence.by_completion(system),
      held = count, longest_wait_s = longest, one_at_a_time = not overlap(system), io_overlaps = io_overlaps }
end

--- Remarks about a system, in short sentences: the order of its results first.
function sequence.remarks(system)
   return wording.remarks(sequence.facts(system), #received(system) > 0, system.results == false)
end

-- Does the caller get each result as soon as it is ready, regardless of the order of submission?
local function is_prompt(system)
   return overlap(system) and sequence.by_completion(system) and not sequence.by_submission(system)
end

--- One sentence about all systems.
function sequence.finding(systems)
   local prompt, longest = {}, nil
   for _, system in ipairs(systems) do
      local count, wait = sequence.held(system)
      if is_prompt(system) then
         prompt[#prompt + 1] = system
      elseif count > 0 then
         longest = math.max(longest or 0, wait)
      end
   end
   return wording.sentence(prompt, #systems, longest)
end

return sequence
