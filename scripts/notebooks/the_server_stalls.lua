-- Does a load test show that the server stalled? A closed loop against an open one, beside wrk and hey.
--
--    bakeoff notebook run scripts/notebooks/the_server_stalls.lua     # the page
--    bakeoff run scripts/notebooks/the_server_stalls.lua              # as a plain script

-- %% [markdown]
-- # The server stalls
--
-- A server answers in two milliseconds. Once, it stops for a moment, as servers do: it collects garbage,
-- waits for a disk, or fails over. Every user who arrives in that moment waits. *Does your load test show
-- it?*

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local answers = require "answers"

local JOBS, RATE, WORKERS = 2000, 500, 8
local LATENCY, STALL = "2ms", "400ms"
local SECONDS = JOBS / RATE

local site <close> = bake.server { latency = LATENCY, stall = STALL, stall_after = JOBS // 4 }

local OPEN = { threads = ("threads at %d/s"):format(RATE), eventloop = ("eventloop at %d/s"):format(RATE) }

-- The same requests in a closed and in an open loop.
local loops = bake.experiment {
   name = "stall",
   urls = site:urls("/%d", JOBS),
   contenders = {
      "threads", { "threads", rate = RATE, label = OPEN.threads },
      "eventloop", { "eventloop", rate = RATE, label = OPEN.eventloop },
   },
   workers = { WORKERS },
   repeats = 8,
   job_rows = 100, -- the percentiles cover all jobs
}:run()

-- The same closed loop with fewer and with more connections.
local widths = bake.experiment {
   name = "stall_connections",
   urls = site:urls("/%d", JOBS),
   contenders = { "eventloop" },
   workers = { 2, WORKERS, 32, 128 },
   repeats = 8,
   job_rows = 100,
}:run()

-- Load generators as people call them: for as long as the open loop takes.
local told = answers.new "stall_tools"
local tools = bake.experiment {
   name = "stall_tools",
   server = site,
   contenders = {
      told:keep({ "command", label = "wrk", model = "eventloop", package = "wrk",
         argv = { "wrk", "-t", "1", "-c", "{workers}", "-d", ("%ds"):format(SECONDS), "--latency",
            site:url "/1" },
         check = { "sh", "-c", "command -v wrk" } }, "wrk"),
      told:keep({ "command", label = "hey with a rate limit", model = "threads", package = "hey",
         argv = { "hey", "-z", ("%ds"):format(SECONDS), "-c", "{workers}",
            "-q", ("%g"):format(RATE / WORKERS), site:url "/1" },
         check = { "sh", "-c", "command -v hey" } }, "hey"),
      { "command", label = "neither", argv = { "true" } }, -- is installed everywhere
   },
   workers = { WORKERS },
   repeats = 6,
}:run()
told:collect(tools)

-- %% What arithmetic expects tags=["hide-input"]
-- Requests are due at a fixed rate, so this share of them is due during the stall. They wait between the
-- whole stall and nothing, evenly; the slowest hundredth of all requests is the slowest part of them.
local stall_s = bake.units.seconds(STALL)
local met = RATE * stall_s / JOBS
local expected_s = stall_s * (1 - 0.01 / met)

local function repeats_of(results) return math.tointeger(results.manifest.repeats) end
local function spaced(duration) return (duration:gsub("(%d)(%a)", "%1 %2")) end
local function percent(part) return ("%.3g %%"):format(100 * part) end

-- %% [markdown]
-- It depends on how the test asks. In an **open loop**, requests start at a fixed rate, as users do, and
-- latency counts from the moment when a request was due. There, the slowest hundredth of the requests
-- waited {{ loops:value(OPEN.eventloop, WORKERS, "latency_p99") }}. In a **closed loop**, each connection
-- asks again when it has its answer. Against the same server with the same stall, its p99 was
-- {{ loops:value("eventloop", WORKERS, "latency_p99") }}: as if nothing had happened.

-- %%
loops:chart "latency"

-- %% [markdown]
-- The open loop is right. At {{ RATE }} requests per second, {{ percent(met) }} of {{ JOBS }} requests are
-- due while the server stands still for {{ spaced(STALL) }}; arithmetic puts p99 at
-- {{ bake.format.time(expected_s) }}. In the closed loop, {{ WORKERS }} requests meet the stall, one for
-- each connection: {{ percent(WORKERS / JOBS) }} of all, too few for p99. The others, who would have come
-- in the meantime, were never sent. Gil Tene calls that *coordinated omission*: the load generator
-- coordinates with the server to leave out the bad moments.

-- %% tags=["hide-input"]
for _, model in ipairs { "threads", "eventloop" } do
   local name = loops:cell(model).name
   loops:claim(name .. ": the open loop's p99 is at least 20 times that of the closed loop",
      ('latency_p99("%s", %d) > 20 * latency_p99(%s, %d)'):format(OPEN[model], WORKERS, model, WORKERS))
   loops:claim(name .. ": the open loop's p99 is what arithmetic expects, within 10 %",
      { ('latency_p99("%s", %d) > %gms'):format(OPEN[model], WORKERS, 900 * expected_s),
         ('latency_p99("%s", %d) < %gms'):format(OPEN[model], WORKERS, 1100 * expected_s) })
end

-- %% [markdown]
-- ## A closed loop measures your client
--
-- How much of a stall a closed loop shows depends on the number of its connections. Each of them meets the
-- stall once. As soon as they are more than a hundredth of the requests, the stall appears in p99, as a
-- whole:

-- %%
widths:table { figures = { "latency_p50", "latency_p99", "latency_max" } }

-- %% [markdown]
-- Server and stall were the same in all lines. A p99 that changes from
-- {{ widths:value("eventloop", 2, "latency_p99") }} to {{ widths:value("eventloop", 128, "latency_p99") }}
-- with the number of connections says nothing about users. Only the maximum shows the stall in all of them,
-- and says nothing about how many were hit.

-- %% tags=["hide-input"]
widths:claim("with 32 connections, a closed loop's p99 is at least 20 times that with 8",
   ("latency_p99(eventloop, 32) > 20 * latency_p99(eventloop, %d)"):format(WORKERS))
widths:claim("with 2 connections, the closed loop's p99 is at most twice that with 8",
   ("latency_p99(eventloop, 2) < 2 * latency_p99(eventloop, %d)"):format(WORKERS))

-- %% [markdown]
-- ## What load generators report
--
-- wrk is a closed loop, and knows of the problem. When it has ended, it takes the mean time between two
-- requests of a connection, and for each longer latency it adds the requests that would have fit into it.
-- So its percentiles are partly requests that were never made. Here the guess is good, because the rest of
-- the test was even. hey can limit its rate, but a limit isn't a schedule: what a connection misses while
-- it waits is not made up for, and latency counts from when a request was sent.

-- %% tags=["hide-input"]
local READERS = {
   wrk = function(text)
      local number, unit = text:match("99%%%s+([%d.]+)(%a+)")
      return number and bake.units.seconds(number .. (unit == "us" and "µs" or unit))
   end,
   hey = function(text) return tonumber(text:match("99%%+ in ([%d.]+) secs")) end,
}

local function reported(name, label)
   local p99 = told:median(tools, name, READERS[name])
   return p99 and bake.format.time(p99)
      or tools:cell(label) and "–" or ("not installed (package %s)"):format(name)
end

local function ours(label)
   return bake.format.time(loops:median(loops:cell(label, WORKERS), "latency_p99"))
end

bake.show {
   { generator = "wrk", loop = "closed, corrected", p99 = reported("wrk", "wrk") },
   { generator = "hey -q", loop = "closed, rate limited", p99 = reported("hey", "hey with a rate limit") },
   { generator = "bakeoff", loop = "closed", p99 = ours "eventloop" },
   { generator = "bakeoff", loop = "open", p99 = ours(OPEN.eventloop) },
   { generator = "(arithmetic)", loop = "open", p99 = bake.format.time(expected_s) },
}

-- %% [markdown]
-- vegeta, oha and wrk2 have open loops; Debian 12 has none of them. If you use such a tool, check one
-- thing: stop your server for a moment during a test (`kill -STOP`, then `kill -CONT`) and look whether p99
-- moves by as much as arithmetic says.
--
-- ## How to decide
--
-- - **Users arrive on their own** (a web site, an API): use an open loop at the rate you expect, and read
--   p99 and p99.9.
-- - **A fixed number of clients takes turns** (batch workers, a connection pool): the closed loop is your
--   system. Read throughput; a percentile of its latencies describes its own requests, not those of users.
-- - **You have only a closed loop's numbers:** read the maximum, and ask how many requests would have been
--   due meanwhile. A percentile that was corrected afterwards rests on guessed requests.
--
-- ## Method
--
-- bakeoff's server, a process of its own, answers after {{ spaced(LATENCY) }} and stalls once in every
-- trial, after {{ JOBS // 4 }} requests, for {{ spaced(STALL) }}. {{ WORKERS }} connections, {{ JOBS }}
-- requests in each trial; the open loops send {{ RATE }} per second. Each contender ran
-- {{ repeats_of(loops) }} times in random order, each time in a fresh process; values are medians with 95 %
-- intervals, and the claims are tested jointly. wrk and hey ran for as long
-- ({{ ("%g s"):format(SECONDS) }}) on as many connections; their p99 is what they print, in the median of
-- {{ repeats_of(tools) }} trials. Everything ran on one machine over loopback, so the network adds nothing.
