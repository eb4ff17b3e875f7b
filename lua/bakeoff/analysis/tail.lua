--- Is there a tail to estimate? Of fewer than 100 jobs, the 99th percentile is the slowest job: a single one,
-- which no other trial need reproduce.

local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"

local tail = {}

local FEWEST = 100 -- jobs: of so many, one is slower than the 99th percentile

local function read(trial, part, name)
   return type(trial[part]) == "table" and trial[part][name] or nil
end

-- The most jobs of a trial that has a p99; nil if no trial has one.
local function most_jobs(cell)
   local most
   for _, trial in ipairs(cell_type.good(cell)) do
      local done = read(trial, "latency_s", "p99") and read(trial, "jobs", "done")
      most = done and math.max(most or done, done) or most
   end
   return most
end

--- What p99 is if trials have fewer than 100 jobs: a sentence without a full stop; nil if all have more.
-- are_ranked: only for open loops, which are ranked by p99.
function tail.sentence(results, are_ranked)
   local most
   for _, cell in ipairs(results.cells) do
      local jobs = (cell.rate or not are_ranked) and most_jobs(cell)
      most = jobs and jobs < FEWEST and math.max(most or jobs, jobs) or most
   end
   return most and ("With %s in a trial, p99 is the slowest job; a tail needs %d jobs or more"):format(
      numbers.plural(most, "job"), FEWEST) or nil
end

return tail
