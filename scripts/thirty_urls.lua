-- Downloads thirty pages and saves them as files: one after the other, with 3 and with 6 workers.
--
--    bakeoff run scripts/thirty_urls.lua                    (30 pages from the built-in server)
--    bakeoff run scripts/thirty_urls.lua --list urls.txt    (your own list: one URL per line)

local bake = require "bakeoff"

local opt = bake.options {
   list = { "", "text file of URLs, one per line, instead of the built-in server's pages" },
   save = { "downloads", "folder in which pages are saved" },
   latency = { "100ms", "time the built-in server takes to answer" },
}

local site <close> = opt.list == "" and bake.server { latency = opt.latency, body = "page" }

bake.experiment {
   name = "thirty_urls",
   urls = site and site:urls("/page?number=%d", 30) or bake.urls_from(opt.list, "--list"),
   contenders = { "sequential", "threads", "processes", "eventloop", "coroutines" },
   workers = { 3, 6 },
   repeats = 10,
   session = "shared", -- connections are reused; "per-request" opens one for each URL
   save = opt.save,
}:run()
