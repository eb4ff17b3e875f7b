--- The section of a report that tells what was measured, and how its numbers are to be read.

local command_report = require "bakeoff.report.programs"
local inline = require "bakeoff.report.inline"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local report_notes = require "bakeoff.report.notes"

local method = {}

local PROGRAMS = "Programs (`command`): total is from process start to end, start-up an empty run beside"
   .. " each trial; CPU and footprint are those of the program's own tree. They tell nothing about single"
   .. " jobs: what they did is what the server counted."

local function has_programs(results)
   for _, cell in ipairs(results.cells) do
      if cell.contender == "command" then
         return true
      end
   end
   return false
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
   return {
      { "Job: ", page.job(results), (", %s."):format(numbers.plural(manifest.items or 0, "item")) },
      ("Workers: %s; %s of every cell in interleaved blocks (seed %d), after %s."):format(
         worker_counts(results), numbers.plural(manifest.repeats or 0, "repeat"), results.seed,
         numbers.plural(manifest.warmup or 0, "warm-up trial")),
      inline.ours("Times are medians; brackets are 95 % bootstrap intervals (10,000 resamples); ratios are"
         .. " paired within blocks. Below six repeats there is no interval and no verdict. "
         .. (manifest.form == "task" and "Jobs/s" or "Req/s") .. " count the work phase; p50"
         .. " and p99 are latencies of a job; CPU is user and system time, with the cores in use."),
      inline.ours("Footprint: memory of the whole process tree as if it were alone (private pages plus the"
         .. " largest shared part); (+) what came on top of the baseline before the pool started. Sampling:"
         .. " CPU time of reading it beside the running phases, from outside the trial, as a share of their"
         .. " time."),
      has_programs(results) and inline.ours(PROGRAMS) or nil,
   }
end

--- Items of the section's list.
function method.items(results)
   local items
   if command_report.is_for(results) then
      items = command_report.measured(results)
      table.insert(items, 1, { "Job: ", page.job(results), "." })
   else
      items = of_jobs(results)
   end
   items[#items + 1] = report_notes.stopped(results)
   items[#items + 1] = report_notes.verdicts(results)
   return items
end

return method
