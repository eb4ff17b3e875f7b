-- Fetches and parses the bus ticket prices of the next 100 days in five ways.
--
--    bakeoff run scripts/tickets.lua
--    bakeoff run scripts/tickets.lua --days 30 --latency 120ms --workers 1,8

local bake = require "bakeoff"
local cjson = require "cjson"

local opt = bake.options {
   days = { 100, "days of ticket prices to fetch" },
   latency = { "30ms", "time the server takes to answer" },
   jitter = { "10ms", "how much that time varies, up or down" },
}

local site <close> = bake.server { latency = opt.latency, jitter = opt.jitter, body = "tickets" }

-- The CPU part of the job; runs in the worker.
local function cheapest(response)
   local day = cjson.decode(response.body)
   local lowest = math.huge
   for _, ticket in ipairs(day.prices) do
      lowest = math.min(lowest, ticket.price)
   end
   return { tickets = #day.prices, cheapest = lowest }
end

bake.experiment {
   name = "tickets",
   urls = site:urls("/tickets?day=%d", opt.days),
   process = cheapest,
   contenders = { "sequential", "threads", "processes", "eventloop", "coroutines" },
   workers = { 1, 4, 16, 100 },
   repeats = 10,
}:run()
