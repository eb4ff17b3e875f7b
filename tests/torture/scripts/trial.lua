--- One small trial of a contender: bakeoff run trial.lua --contender threads --form task

local bake = require "bakeoff"

local opt = bake.options {
   contender = { "threads", "the contender" }, offload = { "", "the pool of a hybrid" },
   form = { "urls", "urls or task" },
}

local site <close> = bake.server { body = "tickets" }

local function name_of(url) return (url:gsub("%W", "_")) end

local function task(ctx, url)
   local response = assert(ctx:fetch(url))
   ctx:sleep(0.001)
   local length = assert(ctx:offload(string.len, response.body))
   local own = assert(ctx:read "/proc/self/comm")
   assert(ctx:save(name_of(url), response.body))
   return length + #own
end

local fields = opt.form == "task" and { items = site:urls("/tickets?day=%d", 4), task = task, save = "saved" }
   or { urls = site:urls("/tickets?day=%d", 4), process = function(response) return #response.body end }
fields.name, fields.workers, fields.repeats, fields.warmup, fields.timeout = "torture", 2, 1, 0, "5s"
fields.contenders = { { opt.contender, offload = opt.offload ~= "" and opt.offload or nil } }

bake.experiment(fields):run():report { charts = false, md = false, html = false, quiet = true }
