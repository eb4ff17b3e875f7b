-- Reproduces the shootout of 2015: threads, processes and an event loop download thirty pages, each as
-- bakeoff's own contender and as the Python program that the talk showed, on the same server.
--
--    bakeoff run scripts/shootout_2015.lua
--    bakeoff run scripts/shootout_2015.lua --workers 30 --latency 300ms --jitter 0ms
--
-- All have the same number of downloads in flight: 6, the largest number in the talk's charts. Its
-- asyncio program started a coroutine per URL, and so does the program here; the coroutines share 6
-- connections, because 30 connections against 6 threads would be unfair. With --workers 30 every contender
-- has one connection per URL.

local bake = require "bakeoff"
local published = require "published"

local opt = bake.options {
   urls = { 30, "pages to download" },
   latency = { "100ms", "time the server takes to answer" },
   jitter = { "50ms", "how much that time varies, up or down" },
   save = { "downloads", "folder in which the native contenders save pages; each program has its own" },
}

local site <close> = bake.server { latency = opt.latency, jitter = opt.jitter, body = "page" }

-- system → native contenders. There is only one kind of process pool: a worker takes a URL when it is free,
-- as with a shared queue, and as with a pool's map in pieces of one URL.
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
   .. "with as many workers as pages (--workers " .. opt.urls .. ") every contender has.")
sheet:remark("A3 and A4 have one native contender: its pool gives the next URL to a free process, "
   .. "like a queue, and like map in pieces of one.")
sheet:remark("A program's total is the time from process start to end. Start-up is the time of an empty run "
   .. "with the same imports. The talk's runs of seconds could ignore it; runs of tenths can't.")
sheet:finish()
