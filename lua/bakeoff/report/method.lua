--- The report's section on what was measured, and how to read its numbers.

local cell_type = require "bakeoff.model.cell"
local command_report = require "bakeoff.report.programs"
local inline = require "bakeoff.report.inline"
local numbers = require "bakeoff.base.numbers"
local page_words = require "bakeoff.analysis.wording.page"
local report_notes = require "bakeoff.report.notes"
local tail = require "bakeoff.analysis.tail"
local text = require "bakeoff.base.text"

local method = {}

local PROGRAMS = "Programs (`command`): the total is from process start to end, start-up is an empty run"
   .. " beside each trial; CPU and footprint are those of the program's own tree. Nothing is known about"
   .. " single jobs except what the server counted."

local SHAKEN = "The size of a program's environment varies at random between trials by up to 4 KiB"
   .. " (`shake_bytes`), so that its place in memory favours no program."

-- "{key} (1..1000)"
local function drawn(given)
   local parts = {}
   for _, name in ipairs(text.sorted_keys(type(given) == "table" and given or {})) do
      parts[#parts + 1] = ("{%s} (%s)"):format(name, text.shown(given[name]))
   end
   return #parts > 0 and { "Drawn at random for each block, from the seed, and the same for all its trials: ",
      table.concat(parts, ", "), ". The rows have what was drawn (", inline.ours "`random`", ")." } or nil
end

local function has_programs(results)
   for _, cell in ipairs(results.cells) do
      if cell_type.is_program(cell) then
         return true
      end
   end
   return false
end

local OPEN_LOOPS = "Open loops (a contender at a rate): a schedule says when each job is due, and"
   .. " latencies count from then, including the wait for a free worker. The rate decides how"
   .. " long a trial takes, so open loops are compared with each other, by p99. Closed loops start a job when"
   .. " another ends: their latencies miss the jobs that would have started in the meantime."

local function open_loops(results)
   for _, cell in ipairs(results.cells) do
      if cell.rate then
         return true
      end
   end
   return false
end

-- How many jobs of a trial jobs.csv has, if it doesn't have all.
local function sampled(results)
   local least, of
   for _, trial in ipairs(results:rows()) do
      local jobs = trial.jobs or {}
      if jobs.recorded and jobs.submitted and jobs.recorded < jobs.submitted then
         least, of = math.min(least or jobs.recorded, jobs.recorded), math.max(of or 0, jobs.submitted)
      end
   end
   return least and ("`jobs.csv` has rows of a sample of the jobs: %s of %s in a trial, one from each"
      .. " stretch of equal length. Counts, percentiles and the peak in flight include all jobs."):format(
      numbers.whole(least), numbers.plural(of, "job"))
end

local function worker_counts(results)
   local counts, list = {}, {}
   for _, cell in ipairs(results.cells) do
      if not cell.untold and not counts[cell.workers] then
         counts[cell.workers], list[#list + 1] = true, cell.workers
      end
   end
   table.sort(list)
   return #list > 0 and table.concat(list, ", ") or "–"
end

local function of_jobs(results)
   local manifest = results.manifest
   local items = {
      { "Job: ", page_words.job(results), (", %s."):format(numbers.plural(manifest.items or 0, "item")) },
      ("Workers: %s; %s of every cell in interleaved blocks (seed %d), after %s."):format(
         worker_counts(results), numbers.plural(manifest.repeats or 0, "repeat"), results.seed,
         numbers.plural(manifest.warmup or 0, "warm-up trial")),
      inline.ours("Times are medians; brackets are 95 % intervals from order statistics; ratios are"
         .. " paired within blocks. Below six repeats there is no interval and no verdict; an interval"
         .. " without width is left out. "
         .. (manifest.form == "task" and "Jobs/s" or "Req/s") .. " cover the work phase; p50"
         .. " and p99 are latencies of a job; CPU is user and system time, with the cores in use from start"
         .. " to end."),
      inline.ours("Footprint: memory that the process tree would need alone (private pages plus the"
         .. " largest shared part); (+) the part above the baseline from before the pool started."
         .. " A peak followed by *at most* may have been that much higher between two readings of several"
         .. " processes. Sampling:"
         .. " CPU time of reading memory from outside the trial, as a share of the"
         .. " time."),
   }
   local slowest = tail.sentence(results)
   for _, more in ipairs { slowest and slowest .. "." or false, open_loops(results) and OPEN_LOOPS or false,
      sampled(results) or false, has_programs(results) and PROGRAMS or false } do
      items[#items + 1] = more and inline.ours(more) or nil
   end
   return items
end

--- Items of the section's list.
function method.items(results)
   local items
   if command_report.is_for(results) then
      items = command_report.measured(results)
      table.insert(items, 1, { "Job: ", page_words.job(results), "." })
   else
      items = of_jobs(results)
   end
   items[#items + 1] = results.manifest.shake and inline.ours(SHAKEN) or nil
   items[#items + 1] = drawn(results.manifest.random)
   items[#items + 1] = report_notes.stopped(results)
   items[#items + 1] = report_notes.verdicts(results)
   return items
end

return method
