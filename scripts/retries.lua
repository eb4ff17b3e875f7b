-- What do retries cost each model when 1 % of the answers stall? The same pages twice: from a server that
-- always answers, and from one that stops halfway through some answers. A time limit ends these, and a retry
-- fetches the page again. Until then a pool's worker waits, and so does a slot of a loop.
--
--    bakeoff run scripts/retries.lua
--    bakeoff run scripts/retries.lua --stalls 5% --limit 1s --workers 4,100

local bake = require "bakeoff"

local opt = bake.options {
   pages = { 400, "pages to fetch" },
   latency = { "10ms", "time the server takes to answer" },
   stalls = { "1%", "share of the answers that stop halfway" },
   limit = { "200ms", "time limit of each request" },
   backoff = { "20ms", "pause before the first retry; it doubles with each further one" },
   retries = { 5, "retries of one request at most" },
}

local function experiment(name, share)
   local site <close> = bake.server { latency = opt.latency, faults = share and { stall_body = share } }
   return bake.experiment {
      name = name,
      urls = site:urls("/page?number=%d", opt.pages),
      request = { timeout = opt.limit },
      retries = { times = opt.retries, on = "timeout", backoff = opt.backoff },
      contenders = { "threads", "processes", "eventloop", "coroutines" },
      workers = { 16 },
      repeats = 8,
   }:run()
end

local plain, stalling = experiment("retries_no_stalls"), experiment("retries_stalls", opt.stalls)
plain:report()
print()
stalling:report()
print()

bake.chart { kind = "groups", name = "retries", groups = {
   { name = "every answer arrives", results = plain },
   { name = opt.stalls .. " of them stall", results = stalling },
}, job = ("fetch %s, %s latency"):format(bake.format.plural(opt.pages, "page"),
   bake.format.time(bake.units.seconds(opt.latency, "--latency"))) }

local function median(results, cell, field)
   return results:median(cell, function(trial) return trial[field] end)
end

for _, cell in ipairs(stalling.cells) do
   local before = plain:cell(cell.label, cell.workers)
   local usual = before and median(plain, before, "total_s")
   print(("%s, %s: %s when every answer arrives, %s with stalls and %s retries."):format(cell.label,
      bake.format.plural(cell.workers, "worker"), bake.format.time(usual),
      bake.format.time(median(stalling, cell, "total_s")),
      bake.format.number(median(stalling, cell, "asked_retries"))))
end
