-- How many workers? Scaling and its knee, sites that admit few connections, sessions, files: what readers of
-- a comparison of 2018 asked, measured.
--
--    bakeoff notebook run scripts/notebooks/how_many_workers.lua     # the page
--    bakeoff run scripts/notebooks/how_many_workers.lua              # as a plain script

-- %% [markdown]
-- # How many workers?
--
-- A comparison of threads, greenlets and asyncio fetched 100 pages with 100 workers. Its readers had
-- objections: a hundred is a limit of the client library; the site may admit only five; sharing a session
-- is what makes it fast; files would be a cleaner test; processes are missing. They are all about one
-- thing. *What limits you, and how many workers are enough?*

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local DAYS, LATENCY, MOST = 100, "20ms", 100
local COUNTS = { 2, 4, 8, 16, 32, MOST }

local function decode(response) return #require("cjson").decode(response.body).prices end

-- More and more workers, at a server without limits.
local open_site <close> = bake.server { latency = LATENCY, jitter = "5ms", body = "tickets" }
local scaling = bake.experiment {
   name = "workers",
   job = ("fetch and parse tickets of %d days"):format(DAYS),
   urls = open_site:urls("/tickets?day=%d", DAYS),
   process = decode,
   contenders = { "sequential", "threads", "processes", "eventloop" },
   workers = COUNTS,
   repeats = 10,
}:run()

-- A hundred workers at servers that serve 5, 100 or any number of connections at once.
local REQUESTS, FEW = 200, 5
local EACH = { threads = "threads (a session each)", eventloop = "event loop (a session each)" }

local function capped(name, connections)
   local site <close> = bake.server { latency = "10ms", connections = connections }
   return bake.experiment {
      name = name,
      urls = site:urls("/page?number=%d", REQUESTS),
      contenders = { "threads", "eventloop",
         { "threads", session = "per-request", label = EACH.threads },
         { "eventloop", session = "per-request", label = EACH.eventloop } },
      workers = { MOST },
      repeats = 20,
   }:run()
end

local cap_5, cap_100, no_cap = capped("cap_5", FEW), capped("cap_100", MOST), capped("no_cap", 0)

-- Three hundred requests, which a client may send a hundred at a time or all at once.
local ALL = 300
local slow_site <close> = bake.server { latency = "100ms" }
local limit = bake.experiment {
   name = "client_limit",
   urls = slow_site:urls("/page?number=%d", ALL),
   contenders = { "eventloop" },
   workers = { MOST, ALL },
   repeats = 10,
}:run()

-- Files instead of a site. They have just been written, so no disk is read.
local FILES, SIZE = 200, 64 * 1024
local folder = bake.settings().out .. "/documents"
assert(bake.files.make_folder(folder))
local paths = {}
for number = 1, FILES do
   paths[number] = ("%s/%03d.txt"):format(folder, number)
   assert(bake.files.write(paths[number], ("%d,"):format(number):rep(SIZE // 4)))
end
local hash = bake.work.sha256
local files = bake.experiment {
   name = "from_files",
   job = ("read and hash %d files"):format(FILES),
   items = paths,
   task = function(ctx, path) return ctx:offload(hash, assert(ctx:read(path)), 1) end,
   contenders = { "sequential", "threads", "processes", "coroutines" },
   workers = { 2, 16 },
   repeats = 10,
}:run()
assert(bake.files.remove(folder));

-- %% tags=["hide-input"]
local function total(label, workers) return scaling:value(label, workers) end
local function repeats_of(results) return math.tointeger(results.manifest.repeats) end

local function median_of(results, label, workers) return results:value(label, workers).median end

-- The smallest number of workers with which a model's median is within a tenth of its best.
local function enough(label)
   local best = math.huge
   for _, workers in ipairs(COUNTS) do
      best = math.min(best, median_of(scaling, label, workers))
   end
   for _, workers in ipairs(COUNTS) do
      if median_of(scaling, label, workers) <= 1.1 * best then
         return workers
      end
   end
end

-- %% [markdown]
-- **As many as the narrowest part admits, and then no more.** One after the other, {{ DAYS }} requests
-- take {{ total "sequential" }}. Twice the workers take half the time, until something else is the limit:
-- here, parsing on two cores. Within a tenth of their best are {{ enough "threads" }} threads,
-- {{ enough "processes" }} processes, and an event loop with {{ enough "eventloop" }} requests in flight.
-- More of them only cost memory and start-up.

-- %%
scaling:chart "scaling"

-- %%
scaling:chart "memory_workers"

-- %% tags=["hide-input"]
scaling:claim("from 2 to 8 workers, threads gain at least a factor of 2",
   "2 * total(threads, 8) < total(threads, 2)")
scaling:claim("from 2 to 8 requests in flight, the event loop gains at least a factor of 2",
   "2 * total(eventloop, 8) < total(eventloop, 2)")
scaling:claim("from 32 to 100 workers, no model gains a factor of 1.5", {
   "1.5 * total(threads, 100) > total(threads, 32)", "1.5 * total(processes, 100) > total(processes, 32)",
   "1.5 * total(eventloop, 100) > total(eventloop, 32)" })
scaling:claim("a hundred threads need at least 1.5 times the memory of sixteen",
   "footprint_peak(threads, 100) > 1.5 * footprint_peak(threads, 16)")

-- %% [markdown]
-- ## "The site admits only five connections"
--
-- Then it hides all concurrency. Behind a cap of {{ FEW }}, a hundred workers are five workers with a
-- queue in front. {{ REQUESTS }} requests take the event loop {{ cap_5:value "eventloop" }}, and threads
-- {{ cap_5:value "threads" }}; without a cap, it is {{ no_cap:value "eventloop" }} and
-- {{ no_cap:value "threads" }}. No comparison of models at such a site says anything about models.

-- %%
cap_5:chart "speed"

-- %%
no_cap:chart "speed"

-- %% tags=["hide-input"]
cap_5:claim("behind a cap of five connections, threads and the event loop take the same time, within 25 %",
   { "total(threads) < 1.25 * total(eventloop)", "total(threads) > 0.8 * total(eventloop)" })
no_cap:claim("without a cap, a hundred threads take at least 10 % longer than the event loop",
   "total(threads) > 1.1 * total(eventloop)")

-- %% [markdown]
-- ## "A hundred is the client library's own limit"
--
-- It is (aiohttp's default), and it matters as soon as there are more requests than that. {{ ALL }}
-- requests take {{ limit:value("eventloop", MOST) }} with {{ MOST }} in flight, and
-- {{ limit:value("eventloop", ALL) }} with all at once. At a server that itself serves {{ MOST }} at
-- once, nobody would notice: {{ cap_100:value "eventloop" }} with that cap and
-- {{ no_cap:value "eventloop" }} without, for {{ REQUESTS }} requests by {{ MOST }} workers. If you
-- compare clients, give all the same limit and write it down.

-- %%
limit:table { figures = { "total", "in_flight_peak", "connections", "footprint_peak" } }

-- %% tags=["hide-input"]
limit:claim("300 requests at once are faster than 100 at a time",
   "total(eventloop, 300) < total(eventloop, 100)")

-- %% [markdown]
-- ## "Sharing a session is what makes it fast"
--
-- A session for each request opens a connection for each. Without a cap, that takes an event loop
-- {{ no_cap:ratio(EACH.eventloop, "eventloop").percent }} of the time with a shared session, and threads
-- {{ no_cap:ratio(EACH.threads, "threads").percent }}. On loopback a connection costs next to nothing; over a
-- real network add at least one round trip, with TLS two or three. Behind the cap of {{ FEW }} it is
-- {{ cap_5:ratio(EACH.eventloop, "eventloop").percent }}.

-- %%
no_cap:table { figures = { "total", "cpu", "connections" } }

-- %% tags=["hide-input"]
no_cap:claim("in an event loop, a session per request uses more CPU time than a shared one",
   ('cpu("%s") > cpu(eventloop)'):format(EACH.eventloop))

-- %% [markdown]
-- ## "Reading files would be a cleaner test"
--
-- It is a different test. Files that are in memory don't make anybody wait, so what remains is computing
-- and the model's own cost. {{ FILES }} files take {{ files:value "sequential" }} one after the other,
-- {{ files:value("threads", 2) }} with two threads, {{ files:value("coroutines", 2) }} with coroutines,
-- and {{ files:value("threads", 16) }} with sixteen threads on the same two cores.

-- %%
files:table { figures = { "total", "work", "cpu", "cores_used" } }

-- %% tags=["hide-input"]
files:claim("for files, sixteen threads save less than 20 % of the time that two need",
   "total(threads, 16) > 0.8 * total(threads, 2)")

-- %% [markdown]
-- ## "Multiprocessing is missing. But how do you measure memory there?"
--
-- It is in the charts above. With {{ MOST }} workers, processes peak at a footprint of
-- {{ scaling:value("processes", MOST, "footprint_peak") }}, where shared memory counts once. The sum of
-- their RSS, which many tools show, is {{ scaling:value("processes", MOST, "rss_peak") }}. The notebook
-- `what_a_worker_weighs` explains the difference.

-- %% tags=["hide-input"]
scaling:claim("for a hundred forked processes, the sum of RSS is more than twice the footprint",
   "rss_peak(processes, 100) > 2 * footprint_peak(processes, 100)")

-- %% [markdown]
-- ## "Concurrency is not parallelism"
--
-- Right: with {{ MOST }} requests in flight, the event loop uses
-- {{ scaling:value("eventloop", MOST, "cores_used") }} cores, all its parsing on one. Here that is
-- enough. If parsing takes longer than waiting, no number of requests in flight helps, and the notebook
-- `waiting_and_computing` shows what does.
--
-- ## "What about another runtime?"
--
-- That has a notebook of its own: `another_runtime` runs the same programs under CPython and PyPy.
--
-- ## How to decide
--
-- - **Find the narrowest part first:** the site's limit, the client's limit, your cores. Its number is
--   your number.
-- - **Start with 8 or 16 workers**, double until the gain is less than a tenth, and go one step back.
-- - **Share the session**, and set its connection limit to the number of workers.
-- - **Many processes** are the dearest way to wait: take one for each core, and only for computing.
-- - **Other people's servers:** the right number is what they allow.
--
-- ## Method
--
-- The objections are those of readers of "Memory efficiency of parallel I/O operations in Python" (2018).
-- Servers are processes of their own on the same machine; for the scaling: {{ open_site:describe() }}.
-- "Cap" means that the server serves that many connections at once, and lets others wait. The event loop
-- and the other contenders are bakeoff's own. The files have about {{ (bake.format.size(SIZE)) }} each,
-- have just been written, and are read from the kernel's cache.
--
-- {{ repeats_of(scaling) }} trials of each contender and number of workers, in random order, each in a
-- fresh process. Values are medians with 95 % intervals; the claims are tested jointly. "Enough" is the
-- smallest number measured whose median is at most a tenth above the best. The scripts `tickets.lua`,
-- `sessions.lua` and `files.lua` run the same with options.
