--- Coordinated omission: a server that stands still once, measured in a closed and in an open loop.
--
-- In the closed loop a contender waits for the stalled answers before it asks again, so the requests that
-- would have met the stall are never made and its percentiles hardly show it. In the open loop requests
-- start at a fixed rate, whatever became of the others, and latency counts from when they should have
-- started. Same contenders, same server, same stall; see the chart `latency`.
--
--    bakeoff run scripts/open_loop.lua [--at 500/s] [--jobs 2000] [--stall 400ms]

local bake = require "bakeoff"

local opt = bake.options {
   jobs = { 2000, "requests per trial" },
   at = { "500/s", "rate of the open loop" },
   stall = { "400ms", "how long the server stands still, once in every trial" },
   latency = { "2ms", "of each answer" },
}

local site <close> = bake.server { latency = opt.latency, stall = opt.stall, stall_after = opt.jobs // 4 }

bake.experiment {
   name = "open_loop",
   urls = site:urls("/%d", opt.jobs),
   contenders = {
      "threads", { "threads", rate = opt.at },
      "eventloop", { "eventloop", rate = opt.at },
   },
   workers = 8,
   repeats = 6, -- fewer give no intervals, and so no verdict
}:run():report()
