--- Where nothing is known of a footprint between two readings: charts draw no line there.
--
-- A footprint takes long to read, RSS doesn't. So between two footprints lie more readings of RSS; if these
-- show that memory stayed as it was, the footprint is known to have done so too.

local gaps = {}

local SKIPPED, SHORTEST_S = 5, 0.01 -- as many usual readings (of at least this distance) may be missing
local USUAL, LONGEST_S = 2.5, 0.5 -- or so many usual footprints, but not for longer than this
local PART = 0.25 -- of the trial's time: a gap if less than this is, too
local STEADY = 0.03 -- how much RSS may move, as a part of it
local PAUSE = 0.3 -- of the trial's time: how long RSS may be unread, too, if it was the same before and after

-- The median time between two of them, in seconds; nil for fewer than two.
local function spacing_of(list)
   local steps = {}
   for index = 2, #list do
      steps[index - 1] = list[index].time - list[index - 1].time
   end
   table.sort(steps)
   return steps[(#steps + 1) // 2]
end

-- The longest time, in seconds, through which a line is drawn: whatever was read; where RSS stayed the same.
local function longest_of(points, readings)
   local every = math.max(spacing_of(readings) or 0, SHORTEST_S)
   local span = #points > 1 and points[#points].time - points[1].time or 0
   local usual = math.min(USUAL * (spacing_of(points) or 0), LONGEST_S, PART * span)
   local longest = math.max(SKIPPED * every, usual)
   return longest, math.max(longest, math.min(LONGEST_S, PAUSE * span))
end

-- A function that tells whether RSS was read often and stayed the same between two times, given in order.
-- longest: for how long it may not have been read.
local function steadiness(readings, longest)
   local at = 1
   return function(from, to)
      while at < #readings and readings[at].time < from do
         at = at + 1
      end
      local least, most, before, index = math.huge, 0, from, at
      while readings[index] and readings[index].time <= to do
         local one = readings[index]
         if not one.rss or one.time - before > longest then
            return false
         end
         least, most, before, index = math.min(least, one.rss), math.max(most, one.rss), one.time, index + 1
      end
      return to - before <= longest and most <= least * (1 + STEADY)
   end
end

--- Sets `after_gap` of points before which nothing is known. points: footprints { time, … }; readings: all of
-- the trial { time, rss = bytes or nil }; both in order of time.
function gaps.mark(points, readings)
   local longest, pause = longest_of(points, readings)
   local is_steady = steadiness(readings, pause)
   for index = 2, #points do
      local from, to = points[index - 1].time, points[index].time
      points[index].after_gap = to - from > longest and not is_steady(from, to)
   end
end

return gaps
