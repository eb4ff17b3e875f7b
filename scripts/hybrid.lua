-- Waiting and computing together: fetches pages and hashes each for a while. An event loop waits for all of
-- them at once but computes on one core; a hybrid gives the computing to a pool.
--
--    bakeoff run scripts/hybrid.lua
--    bakeoff run scripts/hybrid.lua --rounds 200000 --latency 100ms --workers 4,16

local bake = require "bakeoff"

local opt = bake.options {
   pages = { 40, "pages to fetch" },
   latency = { "25ms", "time the server takes to answer" },
   size = { "16KiB", "size of a page" },
   rounds = { 80000, "rounds of SHA-256 over each page" },
   offload_workers = { 2, "workers in the pool of each hybrid" },
}

local site <close> = bake.server { latency = opt.latency, size = opt.size }

local sha256, rounds = bake.work.sha256, opt.rounds

-- The CPU part of the job; runs in the worker, or in the pool of a hybrid.
local function digest(response) return sha256(response.body, rounds) end

local function hybrid(offload)
   return { "hybrid", offload = offload, offload_workers = opt.offload_workers,
      label = ("hybrid (%s)"):format(offload) }
end

local results = bake.experiment {
   name = "hybrid",
   job = ("fetch %d pages and hash each %s times"):format(opt.pages, bake.format.number(rounds)),
   urls = site:urls("/page?number=%d", opt.pages),
   process = digest,
   contenders = {
      "sequential", "threads", { "threads", gil = true, label = "threads (one interpreter)" }, "processes",
      "eventloop", "coroutines",
      hybrid "threads", hybrid "processes",
   },
   workers = { 16 },
   repeats = 8,
}:run()

results:report()

local function cores(label)
   local cell = results:cell(label, results.cells[#results.cells].workers)
   local found = cell and results:summary_of(cell).cores_used
   return found and ("%.1f"):format(found.median) or "?"
end

print()
print(("Cores in use: %s by the event loop, %s by the hybrid with threads."):format(cores "eventloop",
   cores "hybrid (threads)"))
