--- The script of both runs: fetch 60 days of prices, and with --extra hash each of them.
--
--    bakeoff run prices.lua --out before
--    bakeoff run prices.lua --out after --extra 100
--    bakeoff compare before/prices after/prices

local bake = require "bakeoff"

local opt = bake.options { extra = { 0, "rounds of SHA-256 over each answer" } }
local rounds = opt.extra

local site <close> = bake.server { latency = "5ms", body = "tickets" }

bake.experiment {
   name       = "prices",
   urls       = site:urls("/tickets?day=%d", 60),
   process    = function(response)
      return rounds == 0 or #require("bakeoff").work.sha256(response.body, rounds)
   end,
   contenders = { "threads", "eventloop" },
   workers    = { 4, 16 },
}:run()
