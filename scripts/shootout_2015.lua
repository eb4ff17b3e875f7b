-- The shootout of 2015 again: threads, processes and an event loop download thirty pages, each as bakeoff's
-- own contender and as the Python program that the talk showed, on the same server.
--
--    bakeoff run scripts/shootout_2015.lua
--    bakeoff run scripts/shootout_2015.lua --workers 30 --latency 300ms --jitter 0ms
--
-- All have the same number of downloads in flight: 6, the most of the talk's pictures. Its asyncio started a
-- coroutine per URL, and so does the program here; they share 6 connections, because a loop with 30 beside 6
-- threads would compare 30 with 6. With --workers 30 everybody has one per URL.

local bake = require "bakeoff"
local published = require "published"

local opt = bake.options {
   urls = { 30, "pages to download" },
   latency = { "100ms", "time the server takes to answer" },
   jitter = { "50ms", "how much that time varies, up or down" },
   save = { "downloads", "folder that the native contenders save the pages to; programs have one each" },
}

local site <close> = bake.server { latency = opt.latency, jitter = opt.jitter, body = "page" }

-- system → native contenders. There is one kind of process pool: its workers take a URL when they are
-- free, which is what a shared queue does, and what a pool's map does with pieces of one URL.
local NATIVE = {
   { "A1", "sequential" }, { "A2", "threads" }, { "A3", "processes" },
   { "A4", "processes", "the pool of A3" }, { "A5", "eventloop" }, { "A5", "coroutines" },
}
local REAL = { "a1_requests", "a2_threads_queue", "a3_processes_queue", "a4_pool_map", "a5_aiohttp",
   "a5_uvloop" }

local contenders = { "sequential", "threads", "processes", "eventloop", "coroutines" }
local programs = published.programs(REAL)
table.move(programs, 1, #programs, #contenders + 1, contenders)

local results = bake.experiment {
   name = "shootout_2015",
   job = ("download and save %d pages"):format(opt.urls),
   urls = site:urls("/page?number=%d", opt.urls),
   contenders = contenders,
   workers = { 6 },
   repeats = 10,
   save = opt.save,
}:run()
results:report()

local sheet = published.new("A", results)
sheet:both_sides(results, NATIVE, REAL, programs)
sheet:remark("The talk's pages came from the web; here they come from a server on this machine ("
   .. site:describe() .. "), which answers any number of requests at once.")
sheet:remark("All have the same number of downloads in flight. The talk's asyncio had a connection per page; "
   .. "with as many workers as pages (--workers " .. opt.urls .. ") so have all.")
sheet:remark("A3 and A4 have one native contender: its pool hands the next URL to the process that is free, "
   .. "which is what a queue does, and what map does in pieces of one.")
sheet:remark("A program's total is from process start to end. Start-up is an empty run that imports what the "
   .. "program imports: a talk about seconds could ignore it, a run of tenths of a second can't.")
sheet:finish()
