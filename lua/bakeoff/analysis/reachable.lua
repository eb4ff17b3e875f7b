--- How many times as fast as one worker any number of workers could be at most, from what the manifest says
-- of jobs and server: more workers than jobs bring nothing, the last round of jobs may be a short one, and no
-- run is shorter than its longest job. What jobs compute is left out: it can only lower this.

local reachable = {}

local function number(value) return type(value) == "number" and value or nil end

-- The server's mean latency, and the longest it can be; nil if there is no bound.
local function latencies(results)
   local server = type(results.manifest.server) == "table" and results.manifest.server or {}
   local mean, jitter = number(server.latency_s), number(server.jitter_s) or 0
   local is_bounded = jitter == 0 or server.distribution == "uniform"
   if not (mean and mean > 0 and is_bounded) or (number(server.rate) or 0) > 0
      or (number(server.stall_s) or 0) > 0 then
      return nil
   end
   return mean, mean + jitter
end

--- The bound as a function: workers → factor; and the worker count from which on it stays the same. nil if
-- the manifest doesn't say enough.
function reachable.of(results)
   local mean, longest = latencies(results)
   local jobs = number(results.manifest.items)
   if not (mean and jobs and jobs > 0) then
      return nil
   end
   if longest == mean then
      return function(workers) return jobs / math.ceil(jobs / workers) end, jobs
   end
   local most = jobs * mean / longest
   return function(workers) return math.min(workers, most) end, most
end

return reachable
