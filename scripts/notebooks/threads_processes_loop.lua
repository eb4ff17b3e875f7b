-- Threads, processes or an event loop for downloads? Speed and memory of the systems of two talks, each as
-- bakeoff's own contender and as the Python program.
--
--    bakeoff notebook run scripts/notebooks/threads_processes_loop.lua     # the page
--    bakeoff run scripts/notebooks/threads_processes_loop.lua              # as a plain script

-- %% [markdown]
-- # Threads, processes or a loop?
--
-- You have pages to download. Each of them is mostly waiting. Threads, processes and an event loop can
-- all wait for many pages at once; *which one do you take?*

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local published = require "published"
local values = require "values"

local function with_programs(contenders, names)
   local programs = published.programs(names)
   return table.move(programs, 1, #programs, #contenders + 1, contenders)
end

-- The talk of 2015: pages are downloaded and saved, six at a time.
local PAGES, AT_ONCE = 30, 6
local pages <close> = bake.server { latency = "50ms", jitter = "25ms", body = "page" }
local saved = bake.settings().out .. "/saved_pages"
local downloads = bake.experiment {
   name = "downloads",
   job = ("download and save %d pages"):format(PAGES),
   urls = pages:urls("/page?number=%d", PAGES),
   contenders = with_programs({ "sequential", "threads", "processes", "eventloop", "coroutines" },
      { "a1_requests", "a2_threads_queue", "a3_processes_queue", "a4_pool_map", "a5_aiohttp", "a5_uvloop" }),
   workers = { AT_ONCE },
   repeats = 10,
   save = saved,
}:run()
bake.files.remove(saved)

-- The article of 2018: ticket prices are downloaded and parsed, all days at once. The site admits only so
-- many requests per second. Times are a tenth of the article's.
local DAYS = 100
local site <close> = bake.server { latency = "29ms", rate = "59/s", body = "tickets" }

-- The same as the programs' tickets.py: a day's date, number of offers and lowest price.
local function prepare(response)
   local day, lowest = require("cjson").decode(response.body), math.huge
   for _, offer in ipairs(day.prices) do
      lowest = math.min(lowest, offer.price)
   end
   return { day.date, #day.prices, lowest }
end

local tickets = bake.experiment {
   name = "tickets",
   job = ("fetch and parse tickets of %d days"):format(DAYS),
   urls = site:urls("/tickets?day=%d", DAYS),
   process = prepare,
   contenders = with_programs({ "sequential", "threads", "processes", "eventloop", "coroutines" },
      { "b1_requests", "b2_thread_pool", "b3_gevent", "b4_aiohttp", "b4_uvloop" }),
   workers = { DAYS },
   repeats = 10,
   session = "shared",
}:run()

-- %% tags=["hide-input"]
local function time(label) return values.value(downloads, label, AT_ONCE) end
local function gain(label) return values.share(downloads, label, "sequential", AT_ONCE) end
local function peak(label) return values.value(tickets, label, DAYS, "footprint_peak") end
local function lean(a, b) return values.ratio(tickets, a, b, DAYS, "footprint_peak") end

local function repeats_of(results) return math.tointeger(results.manifest.repeats) end

-- %% [markdown]
-- **For a few at a time, take any of them.** One page after the other takes {{ time "sequential" }}. With
-- {{ AT_ONCE }} downloads at once, threads need {{ gain "threads" }} of that time, processes
-- {{ gain "processes" }}, and an event loop {{ gain "eventloop" }}. What matters is that you wait for
-- several pages at once, and how many.
--
-- **They differ in memory.** With {{ DAYS }} downloads in flight, threads peak at {{ peak "threads" }},
-- processes at {{ peak "processes" }}, and an event loop at {{ peak "eventloop" }}.

-- %%
downloads:chart "speed"

-- %%
tickets:chart "footprint"

-- %% tags=["hide-input"]
downloads:claim("six at once, any model takes less than a third of the time of one after the other", {
   "3 * total(threads) < total(sequential)", "3 * total(processes) < total(sequential)",
   "3 * total(eventloop) < total(sequential)", "3 * total(coroutines) < total(sequential)" })
downloads:claim("threads are as fast as an event loop, within 10 %", {
   "total(threads) < 1.1 * total(eventloop)", "total(threads) > 0.9 * total(eventloop)" })
tickets:claim("with 100 downloads in flight, an event loop needs less than 60 % of the threads' memory",
   "footprint_peak(eventloop) < 0.6 * footprint_peak(threads)")
tickets:claim("with 100 downloads in flight, threads need less memory than processes",
   "footprint_peak(threads) < footprint_peak(processes)")

-- %% [markdown]
-- ## The same in Python
--
-- The programs of the talk, on the same server, tell the same story with a longer start. Loading an
-- interpreter and its libraries is part of a program's total, and decides the order among those that wait
-- for several pages at once: {{ time "threading + Queue (Python)" }} with threads,
-- {{ time "Pool.map (Python)" }} with a pool of processes, {{ time "asyncio + aiohttp (Python)" }} with
-- asyncio, and {{ time "requests (Python)" }} one after the other. Over hours, start-up is nothing. In a
-- command that runs for a second, it is most of the choice.

-- %%
downloads:table { figures = { "total", "startup", "cpu", "footprint_peak" } }

-- %% tags=["hide-input"]
for _, label in ipairs { "threading + Queue (Python)", "asyncio + aiohttp (Python)" } do
   values.claim(downloads, { label, "requests (Python)" }, label .. " is faster than one after the other",
      ('total("%s") < total("requests (Python)")'):format(label))
end

-- %% [markdown]
-- ## What a site lets you gain
--
-- The article of 2018 gained about 40 %: 29 s one after the other, 17 s at once, in threads as in an
-- event loop. That is not a property of threads. Its site admitted only so many requests per second, and
-- then no model waits faster. On a server with such a limit, threads take
-- {{ values.share(tickets, "threads", "sequential", DAYS) }} of the time of one after the other, and the
-- event loop {{ values.share(tickets, "eventloop", "sequential", DAYS) }}.

-- %%
tickets:chart "quadrant"

-- %% tags=["hide-input"]
tickets:claim("at a limited site, threads gain between 30 % and 50 %",
   { "total(threads) < 0.7 * total(sequential)", "total(threads) > 0.5 * total(sequential)" })
tickets:claim("at a limited site, an event loop gains between 30 % and 50 %",
   { "total(eventloop) < 0.7 * total(sequential)", "total(eventloop) > 0.5 * total(sequential)" })

-- %% [markdown]
-- Its other finding, that threads need significantly more memory than one request after the other, holds
-- for the native contenders ({{ lean("threads", "sequential") }}) and for the Python programs
-- ({{ lean("ThreadPoolExecutor (Python)", "requests (Python)") }}). That asyncio needs as little as one
-- after the other depends on the libraries: aiohttp holds {{ peak "asyncio + aiohttp (Python)" }},
-- requests {{ peak "requests (Python)" }}, and gevent {{ peak "gevent (Python)" }}.

-- %%
tickets:table { figures = { "total", "cpu", "footprint_peak" } }

-- %% tags=["hide-input"]
tickets:claim("threads need more memory than one request after the other",
   "footprint_peak(threads) > footprint_peak(sequential)")
values.claim(tickets, { "ThreadPoolExecutor (Python)", "requests (Python)" },
   "Python's threads need more memory than one request after the other",
   'footprint_peak("ThreadPoolExecutor (Python)") > footprint_peak("requests (Python)")')

-- %% [markdown]
-- ## How to decide
--
-- - **A handful at once:** threads, if your client library blocks. They are as fast, and the code stays
--   as it is.
-- - **Hundreds at once:** an event loop or coroutines. A download in flight costs them a connection and a
--   buffer; it costs a thread its stack, too, and here an interpreter.
-- - **Processes** last: a hundred of them cost more to start than they gain here. Take them if what you
--   do with the pages needs the CPU: see the notebooks `one_lock` and `waiting_and_computing`.
-- - **A short command:** look at start-up first. Imports can cost more than all that waiting.
-- - **Ask what the site admits** before you choose. Behind a limit, a faster client only waits elsewhere.
--
-- ## Method
--
-- Two published comparisons, run again: "Parallelism Shootout: threads vs. multiple processes vs.
-- asyncio" (talk, EuroPython 2015) and "Memory efficiency of parallel I/O operations in Python" (2018).
-- Each of their systems runs as bakeoff's own contender, in Lua and C, and as the Python program on the
-- libraries that it used; compare models within a language, not across. The server is a process of its
-- own on the same machine. For the downloads it answers as follows: {{ pages:describe() }}; for the
-- tickets: {{ site:describe() }}. All contenders have the same number of requests in flight and reuse
-- their connections. The talk's asyncio program opened a connection per page, which would compare
-- {{ PAGES }} connections with {{ AT_ONCE }} threads.
--
-- Each contender ran {{ repeats_of(downloads) }} times (tickets: {{ repeats_of(tickets) }}), in random
-- order and in a fresh process; values are medians with 95 % intervals, and the claims are tested
-- jointly. Memory is the peak footprint of the whole process tree: private pages, and the largest shared
-- part once. A program's total includes the start of its interpreter. A native contender's doesn't: it
-- starts from a running process. Programs that aren't installed are left out; `scripts/setup --peers`
-- installs them. The scripts `shootout_2015.lua` and `memory_2018.lua` run the same with options, and
-- compare claim by claim.
