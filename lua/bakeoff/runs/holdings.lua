--- Who held what of a trial's footprint, at each reading that knew it: memory_processes.csv. Only trials of
-- several processes are in it, and folders of earlier versions don't have the file.

local kept = require "bakeoff.runs.kept"
local rows = require "bakeoff.runs.rows"
local trial_lines = require "bakeoff.runs.trial_lines"

local holdings = {}

--- The process number of those that are summed up in one row.
holdings.OTHERS = 0

--- The process number of the root of the tree: a trial's own process, or the program.
holdings.ROOT = 1

-- The sample at this time; rows of one sample follow each other.
local function sample_at(one, time)
   local last = one.samples[#one.samples]
   if not last or last.time ~= time then
      last = { time = time, sum = 0, held = {} }
      table.insert(one.samples, last)
   end
   return last
end

local function process_of(one, number, fields, c)
   local process = one.processes[number]
   if not process then
      process = { number = number, pid = tonumber(fields[c.pid]), peak = 0 }
      one.processes[number] = process
   end
   process.name = fields[c.name] or "" -- the last one counts: calling exec changes it
   return process
end

local function add(one, fields, c)
   local time, bytes = tonumber(fields[c.time_s]), tonumber(fields[c.footprint_bytes])
   if time and bytes then
      local number = tonumber(fields[c.process]) or holdings.OTHERS
      local sample, process = sample_at(one, time), process_of(one, number, fields, c)
      sample.held[number] = (sample.held[number] or 0) + bytes
      sample.sum = sample.sum + bytes
      if number == holdings.OTHERS then
         sample.others = tonumber(fields[c.processes]) or 1
      end
      process.peak = math.max(process.peak, sample.held[number])
   end
end

-- Each sample is also a footprint of memory.csv, which tells whether anything is known of the time before.
local function mark_gaps(one, footprints)
   local after_gap = {}
   for _, point in ipairs(footprints) do
      after_gap[("%.6f"):format(point.time)] = point.after_gap or nil
   end
   for _, sample in ipairs(one.samples) do
      sample.after_gap = after_gap[("%.6f"):format(sample.time)] or false
   end
end

local function load(results, wanted)
   local found = {}
   trial_lines.each(results.dir .. "/memory_processes.csv", wanted, function(key, fields, c)
      found[key] = found[key] or { samples = {}, processes = {} }
      add(found[key], fields, c)
   end)
   local footprints = next(found) and kept.of(results, "footprints", wanted, rows.footprints) or {}
   for key, one in pairs(found) do
      table.sort(one.samples, function(a, b) return a.time < b.time end)
      mark_gaps(one, footprints[key] or {})
   end
   return found
end

--- The trials of results whose keys (cell.key_of_trial) are in `wanted` (key → true): { [key] = { samples,
-- processes } }. Kept with the results: don't change it.
--    samples    in order of time: { time (s), sum, held = { [number] = bytes }, others = how many OTHERS
--               are, or nil, after_gap = nothing is known of the time before it }
--    processes  [number] = { number, pid, name, peak }
function holdings.of(results, wanted)
   return kept.of(results, "holdings", wanted, function() return load(results, wanted) end)
end

return holdings
