--- Coordinated omission: a server that stalls once, measured in a closed and in an open loop.
--
-- In the closed loop a contender waits for the stalled answers before it asks again, so the requests that
-- would have met the stall are never made and its percentiles hardly show it. In the open loop requests
-- start at a fixed rate, no matter how the others fare, and latency counts from when they should have
-- started. Contenders, server and stall are the same; see the chart `latency`.
--
--    bakeoff run scripts/open_loop.lua [--at 500/s] [--jobs 2000] [--stall 400ms]

local bake = require "bakeoff"

local opt = bake.options {
   jobs = { 2000, "requests per trial" },
   at = { "500/s", "rate of the open loop" },
   stall = { "400ms", "how long the server stalls, once in every trial" },
   latency = { "2ms", "time the server takes to answer" },
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
   repeats = 6, -- with fewer there are no intervals and no verdicts
}:run():report()
