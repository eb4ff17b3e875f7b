-- Published claims held against the invented runs: some agree, some don't, some stay undecided.
local scripts = os.getenv "BAKEOFF_SOURCE" .. "/scripts"
package.path = ("%s/?.lua;%s/?/init.lua;%s"):format(scripts, scripts, package.path)
local bake = require "bakeoff"
local published = require "published"

local crawl = bake.load "crawl"
local sheet = published.new("A", crawl)
sheet:native("A1", crawl, "sequential")
sheet:native("A2", crawl, "coroutines")
sheet:native("A3", crawl, "hybrid", "with a pool of threads")
sheet:native("A4", crawl, "threads | one «lock» é")
sheet:real("A2", crawl, "gevent (Python)")
sheet:real("A5", crawl, "aiohttp <Python>")
sheet:claim { of = "A3", side = "native", says = "one core", results = crawl, a = "hybrid",
   figure = "cores_used", holds = "<= 1.25", also = "as the script saw it" }
sheet:claim { of = "A5", side = "real", says = "slower", results = crawl, a = "aiohttp <Python>",
   b = "hybrid", holds = "> 1" }
sheet:claim { of = "A5", side = "real", says = "faster", results = crawl, a = "aiohttp <Python>",
   b = "curl", holds = "< 1" }
sheet:outcome { of = "A1", side = "native", says = "in order", agrees = true, found = "8 of 8 | in order" }
sheet:remark "Invented figures."
sheet:finish()
