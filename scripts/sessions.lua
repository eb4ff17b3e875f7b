-- One shared session or one per request, at a server that serves 5, 100 or any number of connections at
-- once. The gain from a concurrency model depends on the server and on whether connections are reused.
--
--    bakeoff run scripts/sessions.lua
--    bakeoff run scripts/sessions.lua --caps 1,10,0 --requests 500 --latency 20ms

local bake = require "bakeoff"

local opt = bake.options {
   requests = { 300, "pages to fetch" },
   latency = { "10ms", "time the server takes to answer" },
   caps = { "5,100,0", "connections that the server serves at once, one experiment for each; 0: no limit" },
}

local function parse_caps(text)
   local caps = {}
   for word in text:gmatch("[^,%s]+") do
      local cap = math.tointeger(tonumber(word))
      if not cap or cap < 0 then
         bake.fail("--caps: '%s' is not a number of connections; write for example 5,100,0", word)
      end
      caps[#caps + 1] = cap
   end
   return #caps > 0 and caps or bake.fail("--caps: write for example 5,100,0")
end

-- Contenders that also run with a session per request: name → label of that entry.
local PER_REQUEST = { "threads", "eventloop" }
local LABELS = { threads = "threads (a session each)", eventloop = "event loop (a session each)" }

local function experiment(cap)
   local site <close> = bake.server { latency = opt.latency, connections = cap }
   local contenders = { "threads", "eventloop", "coroutines" }
   for _, name in ipairs(PER_REQUEST) do
      contenders[#contenders + 1] = { name, session = "per-request", label = LABELS[name] }
   end
   return bake.experiment {
      name = cap > 0 and ("sessions_cap_%d"):format(cap) or "sessions_no_cap",
      urls = site:urls("/page?number=%d", opt.requests),
      contenders = contenders,
      workers = { 100 },
      repeats = 8,
   }:run()
end

local caps, groups = parse_caps(opt.caps), {}
for index, cap in ipairs(caps) do
   groups[index] = {
      name = cap > 0 and ("a cap of %s"):format(bake.format.plural(cap, "connection")) or "no cap",
      results = experiment(cap),
   }
   groups[index].results:report()
   print()
end

bake.chart { kind = "groups", name = "sessions", groups = groups,
   job = ("fetch %s, %s latency"):format(bake.format.plural(opt.requests, "page"),
      bake.format.time(bake.units.seconds(opt.latency, "--latency"))) }

-- The cost of a separate session for each request, if nothing else limits it.
local last = groups[#groups].results
for _, name in ipairs(PER_REQUEST) do
   local workers = last.cells[1].workers
   local shared, own = last:cell(name, workers), last:cell(LABELS[name], workers)
   local versus = shared and own and last:compare(own, shared, "total_s")
   if versus and versus.ratio then
      print(("%s, %s: a session per request compared with a shared one: time × %.3g (%s)."):format(
         groups[#groups].name, name, versus.ratio, bake.format.verdict(versus.verdict)))
   end
end
