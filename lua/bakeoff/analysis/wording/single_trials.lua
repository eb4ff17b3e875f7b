--- What one trial of each contender shows, and how far trials spread: titles of timeline, inflight and
-- distribution. They describe; they claim no difference.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local phrases = require "bakeoff.analysis.wording.phrases"

local single_trials = {}

-- The entries with the least and the most of value(entry).
local function extremes(list, value)
   local least, most = list[1], list[1]
   for _, entry in ipairs(list) do
      least = value(entry) < value(least) and entry or least
      most = value(entry) > value(most) and entry or most
   end
   return least, most
end

local function name_of(entry) return entry.name or entry.cell.name end

-- "12 %", or "2 % (threads) to 12 % (event loop)".
local function range(list, value, show)
   local least, most = extremes(list, value)
   local low, high = show(value(least)), show(value(most))
   return low == high and high
      or ("%s (%s) to %s (%s)"):format(low, name_of(least), high, name_of(most))
end

local MOST_NAMED = 2

-- "; trials of threads form two groups"
local function groups_text(list)
   local names = {}
   for _, entry in ipairs(list) do
      names[#names + 1] = entry.groups and name_of(entry) or nil
   end
   return #names == 0 and "" or ("; trials of %s form two groups"):format(#names <= MOST_NAMED
      and numbers.list(names) or numbers.plural(#names, "contender"))
end

-- Its name in a sentence, and whether it takes a plural verb. entry: { name, cell or nil }
local function subject_of(entry) return entry.cell and (cell_type.subject(entry.cell)) or entry.name end

local function is_plural(entry) return entry.cell and select(2, cell_type.subject(entry.cell)) end

local function cells_of(list)
   local cells = {}
   for _, entry in ipairs(list) do
      cells[#cells + 1] = entry.cell
   end
   return cells
end

--- list: { { name, cell, spread, groups } … }: the distance between the quartiles, as a share of the median;
-- groups is not nil if the trials form two.
function single_trials.spread(list)
   if #list == 0 then
      return "No contender has two trials"
   end
   local function of(entry) return entry.spread end
   local _, most = extremes(list, of)
   if most.spread == 0 then
      return "The middle half of each contender’s trials took the same time" .. groups_text(list)
   end
   local least = extremes(list, of)
   local low, high = numbers.percent(least.spread, 2), numbers.percent(most.spread, 2)
   if low == high then
      return ("The middle half of the trials varies by %s%s"):format(high, groups_text(list))
   end
   return phrases.capital(("%s %s least from trial to trial (%s), %s most (%s)%s"):format(
      subject_of(least), is_plural(least) and "vary" or "varies", low, subject_of(most), high,
      groups_text(list)), cells_of(list))
end

--- How far a contender's trials spread, or its two groups (shape.groups, in shares of the median), shown
-- beside its name.
function single_trials.spread_note(share, groups)
   if groups then
      return ("%d near %s, %d near %s"):format(groups.low.count, numbers.percent(groups.low.median),
         groups.high.count, numbers.percent(groups.high.median))
   end
   return "middle half " .. numbers.percent(share, 2)
end

local FULL = 0.9 -- average share of the slots in use

-- A single slot is always in use, so it is no finding, unless there is nothing else.
local function with_several_slots(list)
   local several = {}
   for _, entry in ipairs(list) do
      several[#several + 1] = (entry.slots or 2) > 1 and entry or nil
   end
   return #several > 0 and several or list
end

--- list: { { cell, filled = the share of its slots in use, slots = how many they are, or nil } … }.
function single_trials.in_flight(list)
   local function of(entry) return math.min(entry.filled, 1) end
   list = with_several_slots(list)
   local least, most = extremes(list, of)
   local low, high = numbers.percent(of(least)), numbers.percent(of(most))
   if #list > 1 and of(least) >= FULL then
      return low == numbers.percent(1) and "All contenders keep all of their slots busy"
         or ("All contenders keep at least %s of their slots busy"):format(low)
   end
   local subject, many = cell_type.subject(least.cell)
   if #list == 1 then
      return phrases.capital(("%s %s %s of %s slots on average"):format(subject, many and "use" or "uses",
         low, many and "their" or "its"), { least.cell })
   elseif low == high then
      return ("On average %s of the slots are in use"):format(low)
   end
   return phrases.capital(("%s %s %s of %s slots on average, %s %s"):format(subject, many and "use" or "uses",
      low, many and "their" or "its", cell_type.subject(most.cell), high), { least.cell })
end

--- list: { { cell, waiting = the share of their time in which jobs wait } … }.
function single_trials.waiting(list)
   return ("Jobs wait %s of their time"):format(range(list, function(entry) return entry.waiting end,
      numbers.percent))
end

--- Loops whose single thread is so busy that events wait for it. list: { { cell, busy = share of a core,
-- lag = p99 in seconds } … }, medians of all trials.
function single_trials.late_loops(list)
   local names, busy, least, most = {}, math.huge, math.huge, 0
   for index, entry in ipairs(list) do
      names[index] = cell_type.subject(entry.cell)
      busy, least, most = math.min(busy, entry.busy), math.min(least, entry.lag), math.max(most, entry.lag)
   end
   return ("The one thread of %s is busy %s%s of the time; events wait for the loop: p99 %s"):format(
      numbers.list(names), #list > 1 and "at least " or "", numbers.percent(math.min(busy, 1)),
      numbers.range(least, most, "time"))
end

return single_trials
