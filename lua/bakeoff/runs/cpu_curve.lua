--- The CPU time that a trial had used at each reading of the sampler, bounded by what the machine can give.
--
-- A reading can come late: the sampler finds a new process only at its next look at the whole tree, and with
-- it all CPU time that the process has used so far. Divided by the time since the reading before, that would
-- be more cores than there are. So what the cores could not have given since the reading before was used
-- earlier.

local cpu_curve = {}

-- { time, cpu } of the samples that have both, in order, one per moment (of several the last).
local function readings_of(samples, at)
   local list, most = {}, 0.0
   for _, sample in ipairs(samples) do
      if sample.cpu and sample.time >= 0 then
         local time = at and at(sample.time) or sample.time
         most = math.max(most, sample.cpu) -- a sum over processes never falls
         local index = #list > 0 and list[#list].time >= time and #list or #list + 1
         list[index] = { time = time, cpu = most }
      end
   end
   return list
end

--- Readings { time, cpu } (seconds) from an activity's samples (activity.lua); the CPU time grows by no more
-- than `cores` per second (nil: unknown, no bound). at(time), if given, converts times.
function cpu_curve.of(samples, cores, at)
   local list = readings_of(samples, at)
   for index = #list - 1, 1, -1 do
      local now, later = list[index], list[index + 1]
      if cores and later.cpu - now.cpu > cores * (later.time - now.time) then
         now.cpu = later.cpu - cores * (later.time - now.time)
      end
   end
   return list
end

return cpu_curve
