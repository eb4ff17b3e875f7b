-- Gates over the invented runs: which hold, and what is said of the others.
local bake = require "bakeoff"

local GATES = {
   crawl = { "errors == 0", "errors(threads, 4) == 81", "errors(processes, 16) <= 2",
      "total(eventloop) < 0.3s", "ratio(eventloop, coroutines) < 1",
      "footprint_peak(eventloop) < 0.5 * footprint_peak(threads)",
      "total(gevent) < 1s" },
   rates = { "rate_achieved >= 195/s", "jobs_dropped == 0", "latency_p99(threads at 200/s) < 100ms" },
}

for _, name in ipairs { "crawl", "rates" } do
   local results = bake.load(name)
   for _, gate in ipairs(GATES[name]) do
      local ok, why = pcall(results.gate, results, { gate })
      print(("%s: %s: %s"):format(name, gate, ok and "holds" or tostring(why.message or why)))
   end
end
