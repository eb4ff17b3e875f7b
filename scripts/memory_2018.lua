-- Reproduces the memory comparison of 2018: ticket prices of 100 days are downloaded and prepared one after
-- the other, in threads, in greenlets and on an event loop. Each runs as bakeoff's own contender and as the
-- Python program of the article, on the same server.
--
--    bakeoff run scripts/memory_2018.lua
--    bakeoff run scripts/memory_2018.lua --admit 0 --latency 100ms     (a site without a limit)
--    bakeoff run scripts/memory_2018.lua --admit 0 --connections 5     (one that serves five at once)
--
-- The article's site limited the gain to 40 %: 29 s one after the other, 17 s at once. The server here does
-- the same ten times as fast. An answer takes 29 ms, so a hundred take 2.9 s one after the other; at most 59
-- requests are admitted per second, so a hundred at once take 1.7 s.

local bake = require "bakeoff"
local cjson = require "cjson"
local published = require "published"

local opt = bake.options {
   days = { 100, "days of ticket prices to fetch" },
   latency = { "29ms", "time the server takes to answer" },
   admit = { "59/s", "requests that the server admits per second, others queue; 0: no limit" },
   connections = { 0, "requests that the server serves at once; 0: no limit" },
}

local site <close> = bake.server {
   latency = opt.latency, rate = opt.admit, connections = opt.connections, body = "tickets",
}

-- The same as the programs' tickets.py: parses a day, keeps its date, number of offers and lowest price.
local function prepare(response)
   local day = cjson.decode(response.body)
   local lowest = math.huge
   for _, offer in ipairs(day.prices) do
      lowest = math.min(lowest, offer.price)
   end
   return { day.date, #day.prices, lowest }
end

local NATIVE = { { "B1", "sequential" }, { "B2", "threads" }, { "B3", "coroutines" },
   { "B4", "eventloop" } }
local REAL = { "b1_requests", "b2_thread_pool", "b3_gevent", "b4_aiohttp", "b4_uvloop" }

-- The article has no processes; its readers asked for them.
local contenders = { "sequential", "threads", "processes", "coroutines", "eventloop" }
local programs = published.programs(REAL)
table.move(programs, 1, #programs, #contenders + 1, contenders)

local results = bake.experiment {
   name = "memory_2018",
   job = ("fetch and parse tickets of %d days"):format(opt.days),
   urls = site:urls("/tickets?day=%d", opt.days),
   process = prepare,
   contenders = contenders,
   workers = { 100 },
   repeats = 10,
   session = "shared",
}:run()
results:report()

local sheet = published.new("B", results)
sheet:both_sides(results, NATIVE, REAL, programs)

-- --- questions of the article's readers --------------------------------------------------------------

-- Peak of the summed RSS, median over trials. The sum counts shared pages once per process.
local function rss_sum(cell)
   return results:median(cell, function(trial) return trial.memory.rss_peak_bytes end)
end

local function on_processes()
   local cell = results:cell "processes"
   local summary = cell and results:summary_of(cell).footprint_peak_bytes
   if not summary then
      return "Multiprocessing: not in this run."
   end
   return ("Multiprocessing, and how to measure it: %s had a peak footprint of %s (shared "
      .. "memory counts once), while the sum of their RSS was %s."):format(
      bake.format.plural(cell.workers, "forked worker"), bake.format.size(summary.median),
      bake.format.size(rss_sum(cell)))
end

local function cores_in_use()
   local parts = {}
   for i, cell in ipairs(results.cells) do
      local cores = results:summary_of(cell).cores_used
      parts[i] = ("%s %s"):format(cell.name, cores and bake.format.number(cores.median) or "–")
   end
   return table.concat(parts, ", ")
end

sheet:remark("Time is scaled by ten (" .. site:describe() .. "), start-up isn't: it is part of a program's "
   .. "total and shown beside it. Memory isn't scaled.")
sheet:remark("One session or one per request? Everything here reuses its connections. "
   .. "scripts/sessions.lua shows what a session per request costs.")
sheet:remark("A hundred is also the default limit of connections of a client library (aiohttp). Here every "
   .. "program is told how many to use, so no default limits it; with --days 300 some requests wait.")
sheet:remark("A server that admits few connections hides all concurrency: --admit 0 --connections 5 shows "
   .. "it.")
sheet:remark("For files instead of a site see scripts/files.lua.")
sheet:remark(on_processes())
sheet:remark("Another runtime: PyPy was not run. Debian has it, but not the modules that the programs need "
   .. "(its python3-requests, -gevent and -aiohttp are for CPython). If you install them for PyPy, "
   .. "BAKEOFF_PYTHON=pypy3 runs the programs with it.")
sheet:remark("Concurrency is not parallelism: cores kept busy, of all there are, by each contender: "
   .. cores_in_use() .. ".")
sheet:finish()
