-- Thirty pages, downloaded and saved as files: one after the other, by 3 and by 6 workers.
--
--    bakeoff run scripts/thirty_urls.lua                    (30 pages of the built-in server)
--    bakeoff run scripts/thirty_urls.lua --list urls.txt    (your own: one URL per line)

local bake = require "bakeoff"

local opt = bake.options {
   list = { "", "text file of URLs, one per line, instead of the built-in server's pages" },
   save = { "downloads", "folder that the pages are saved to" },
   latency = { "100ms", "time the built-in server takes to answer" },
}

local site <close> = opt.list == "" and bake.server { latency = opt.latency, body = "page" }

bake.experiment {
   name = "thirty_urls",
   urls = site and site:urls("/page?number=%d", 30) or bake.urls_from(opt.list, "--list"),
   contenders = { "sequential", "threads", "processes", "eventloop", "coroutines" },
   workers = { 3, 6 },
   repeats = 10,
   session = "shared", -- connections are kept and used again; "per-request" opens one for each URL
   save = opt.save,
}:run()
