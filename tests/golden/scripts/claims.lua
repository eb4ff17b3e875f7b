-- Claims about the invented runs: held, refuted, and not shown for each reason.
local bake = require "bakeoff"

local crawl, rates = bake.load "crawl", bake.load "rates"

crawl:claim("an event loop needs less memory than processes", {
   "footprint_peak(eventloop) < footprint_peak(processes)" })
crawl:claim("an event loop is faster than one by one", "total(eventloop, 16) < 0.5 * total(sequential)")
crawl:claim("an event loop takes less than 50 ms", "total(eventloop) < 50ms")
crawl:claim("threads are faster than one after the other", "total(threads) < total(sequential)")
crawl:claim("nothing failed", "errors == 0")
rates:claim("the rate is reached", "rate_achieved >= 195/s")
rates:claim("none is an outlier", "max(latency_p99(threads at 200/s)) < 2 * latency_p99(threads at 200/s)")
