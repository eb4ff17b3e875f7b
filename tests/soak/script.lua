--- What the bench does while it is watched: short trials of every model, until Ctrl-C ends them.

local bake = require "bakeoff"

local opt = bake.options { trials = { 1000, "how many trials there may be at most" } }

-- Most of a trial is waiting, so that the bench needs little of the machine.
local site <close> = bake.server { latency = "100ms", body = "tickets" }

local contenders = { "sequential", "threads", "processes", "eventloop", "coroutines",
   { "hybrid", offload = "processes" }, { "command", argv = { "sleep", "0.2" }, label = "sleep" } }

bake.experiment {
   name = "soak", urls = site:urls("/tickets?day=%d", 6), contenders = contenders, workers = { 3 },
   warmup = 0, process = function(response) return #response.body end,
   repeats = opt.trials // #contenders + 1,
}:run()
