--- Compares the event loop with whole programs of another ecosystem: aiohttp on asyncio's loop and on
-- uvloop's. Runs an experiment with `command` contenders as users do (against_aiohttp.lua), and reads its
-- rows.

local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local measure = require "measure"

local programs = {}

local IN_FLIGHT, MANY, MOST_BLOCKS = 50, 1000, 9
local HERE = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."
local LABELS = { "aiohttp", "aiohttp + uvloop" }

-- With a handful of requests an empty run may take longer than the whole one.
local SHORTEST_S = 1e-3

-- Takes a trial's row, returns the compared values. Start-up is an empty run of the program, measured with
-- the trial.
local function values_of(row, requests)
   local startup = row.startup_s or row.total_s - row.work_s
   return {
      requests_per_s = requests / math.max(row.total_s - startup, SHORTEST_S),
      with_start_per_s = requests / row.total_s,
      startup_s = startup, bytes = row.bytes, footprint_peak_bytes = row.memory.footprint_peak_bytes,
      row = row,
   }
end

local function check(row, bytes)
   if row.status ~= "ok" or row.jobs.failed > 0 then
      error(("%s: %d jobs failed: %s"):format(row.label, row.jobs.failed, row.reason or row.status), 0)
   elseif bytes and row.bytes ~= bytes then
      error(("%s: %d bytes where another run had %d"):format(row.label, row.bytes, bytes), 0)
   end
   return row.bytes
end

local function read_rows(path, requests, keep)
   local results, bytes = { eventloop = {} }, nil
   for _, label in ipairs(LABELS) do
      results[label] = {}
   end
   for line in io.lines(path) do
      local row = json.decode(line)
      bytes = check(row, bytes)
      local block, values = math.tointeger(row.block), values_of(row, requests)
      results[row.label][block] = values
      keep(("%s ×%d"):format(row.label, row.workers), block, values)
   end
   for _, label in ipairs(LABELS) do
      if not results[label][1] then
         error(label .. " can't run here; scripts/setup --peers installs it", 0)
      end
   end
   return results
end

local function run(blocks, requests, workers, latency, keep)
   local out = os.tmpname()
   os.remove(out)
   local ok, results = pcall(function()
      measure.output { measure.program "bakeoff", "run", HERE .. "/against_aiohttp.lua", "--requests",
         tostring(requests), "--workers", tostring(workers), "--latency", latency, "--repeats",
         tostring(blocks), "--out", out }
      return read_rows(out .. "/against_aiohttp/trials.jsonl", requests, keep)
   end)
   core.remove_tree(out)
   return ok and results or error(results, 0)
end

local function line_of(seen, what, detail, limits)
   return { what = what, unit = "×", value = seen.value, low = seen.low, high = seen.high,
      blocks = seen.blocks, at_least = limits.at_least, at_most = limits.at_most, detail = detail,
      a = seen.a, b = seen.b }
end

local AT_LEAST = { aiohttp = 6, ["aiohttp + uvloop"] = 4 }

local function speed_line(results, label)
   local seen = measure.ratio(results.eventloop, results[label], "requests_per_s")
   local whole = measure.ratio(results.eventloop, results[label], "with_start_per_s")
   local startup = measure.median(results[label], "startup_s").value * 1e3
   return line_of(seen, ("eventloop / %s, ×%d, 2 KB: requests/s"):format(label, IN_FLIGHT),
      ("eventloop %.0f/s, %s %.0f/s, without its start-up (%.0f ms); with both starts %.2f times"):format(
         seen.a.median, label, seen.b.median, startup, whole.value), { at_least = AT_LEAST[label] })
end

local function mebibytes(summary) return ("%.1f MiB"):format(summary.median / 1024 ^ 2) end

local function memory_line(results, label)
   local seen = measure.ratio(results.eventloop, results[label], "footprint_peak_bytes")
   return line_of(seen, ("eventloop / %s, ×%d: peak footprint"):format(label, MANY),
      ("eventloop %s, %s %s: all of each, interpreter and libraries included"):format(mebibytes(seen.a),
         label, mebibytes(seen.b)), { at_most = label == "aiohttp" and 1 / 3 or nil })
end

--- Requests/s with 50 in flight, by the work time of the trial, and by the program's time from start to end
-- minus an empty run. Peak footprint with 1,000 in flight, answers after 500 ms.
function programs.peers(settings, keep)
   local lines, blocks = {}, math.min(settings.blocks, MOST_BLOCKS)
   local results = run(blocks, settings.requests, IN_FLIGHT, "0ms", keep)
   for i, label in ipairs(LABELS) do
      lines[i] = speed_line(results, label)
   end
   results = run(blocks, 2 * MANY, MANY, "500ms", keep)
   for _, label in ipairs(LABELS) do
      lines[#lines + 1] = memory_line(results, label)
   end
   return lines
end

return programs
