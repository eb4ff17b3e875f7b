--- The cost of many waiting transfers: time beyond the latency, memory per transfer, and sampling.

local measure = require "measure"

local waiting = {}

local function sides_of(cells)
   local sides = {}
   for i, cell in ipairs(cells) do
      sides[i] = {
         name = cell.contender,
         run = function()
            local seen = measure.product(cell.contender, cell.jobs, cell.workers)
            return cell.read(seen, seen.row)
         end,
      }
   end
   return sides
end

local function line_of(seen, what, unit, detail)
   return { what = what, unit = unit, value = seen.value, low = seen.low, high = seen.high,
      blocks = seen.blocks,
      detail = detail, a = seen.a }
end

--- 100 URLs, all in flight at once: the work should take little longer than one answer.
function waiting.latency(settings, keep)
   local site <close> = measure.server { latency = "100ms" }
   local jobs = measure.jobs(site:url "/", 100)
   local function read(seen, row)
      return { stretch = seen.work_s / 0.1, work_s = seen.work_s, in_flight_peak = row.in_flight_peak }
   end
   local names = { "eventloop", "coroutines" }
   local results = measure.blocks(settings.blocks, sides_of {
      { contender = names[1], jobs = jobs, workers = 100, read = read },
      { contender = names[2], jobs = jobs, workers = 100, read = read },
   }, keep)
   local lines = {}
   for i, name in ipairs(names) do
      local seen = measure.median(results[name], "stretch")
      lines[i] = line_of(seen, name .. " ×100, 100 URLs of 100 ms: work time / latency", "×",
         ("work %.1f ms, worst %.1f ms"):format(seen.value * 100, seen.a.max * 100))
      lines[i].at_most = 1.25
   end
   return lines
end

local function memory_side(contender, jobs, in_flight)
   return { name = ("%s ×%d"):format(contender, in_flight), run = function()
      local row = measure.product(contender, jobs, in_flight).row
      if row.in_flight_peak ~= in_flight then
         error(("only %d of %d were in flight at once"):format(row.in_flight_peak, in_flight), 0)
      end
      local grown = row.memory.footprint_peak_bytes - row.memory.footprint_baseline_bytes
      return { grown_kib = grown / 1024, footprint_peak_bytes = row.memory.footprint_peak_bytes,
         kib = grown / in_flight / 1024, in_flight_peak = row.in_flight_peak }
   end }
end

--- Footprint per transfer with 1,000 in flight on one loop: the growth of the trial divided by 1,000.
-- Coroutines have no target: their Lua stacks come on top of the transfers.
function waiting.memory(settings, keep)
   local many = 1000
   local site <close> = measure.server { latency = "500ms" }
   local names, sides, lines = { "eventloop", "coroutines" }, {}, {}
   for _, name in ipairs(names) do
      sides[#sides + 1] = memory_side(name, measure.jobs(site:url "/", 3 * many), many)
      sides[#sides + 1] = memory_side(name, measure.jobs(site:url "/", 1), 1)
   end
   local results = measure.blocks(math.min(settings.blocks, 9), sides, keep)
   for i, name in ipairs(names) do
      local seen = measure.median(results[name .. " ×1000"], "kib")
      local one = measure.median(results[name .. " ×1"], "grown_kib")
      lines[i] = line_of(seen, name .. " ×1000, 500 ms: footprint per transfer", " KiB",
         ("1,000 in flight at once; %.2f MiB of it with one in flight, %.1f KiB for each further one"):format(
            one.value / 1024, (seen.value * many - one.value) / (many - 1)))
      lines[i].at_most = name == "eventloop" and 16 or nil
   end
   return lines
end

--- CPU time spent on reading memory, in percent of the trial's elapsed time.
function waiting.sampling(settings, keep)
   local workers = 100
   local site <close> = measure.server { latency = "20ms" }
   local jobs = measure.jobs(site:url "/", 150 * workers)
   local function read(seen, row)
      local elapsed = row.total_s + row.harness_s
      return {
         watcher_percent = 100 * seen.watcher_cpu, percent = 100 * row.memory.probe_cpu_s / elapsed,
         samples = row.memory.samples, full_samples = row.memory.full_samples, skipped = row.memory.skipped,
         elapsed_s = elapsed, processes = row.memory.processes_peak,
      }
   end
   local names, cells, lines = { "eventloop", "threads", "processes" }, {}, {}
   for i, name in ipairs(names) do
      cells[i] = { contender = name, jobs = jobs, workers = workers, read = read }
   end
   local results = measure.blocks(math.min(settings.blocks, 9), sides_of(cells), keep)
   for i, name in ipairs(names) do
      local rows = results[name]
      local function typical(field) return measure.median(rows, field).value end
      lines[i] = line_of(measure.median(rows, "percent"),
         ("sampling %s ×%d every 10 ms: CPU"):format(name, workers),
         " %", ("%.2f %% with wake-ups, fork and wait; %.0f samples in %.1f s, %.0f of them complete"):format(
            typical "watcher_percent", typical "samples", typical "elapsed_s", typical "full_samples"))
      lines[i].at_most = 1
   end
   return lines
end

return waiting
