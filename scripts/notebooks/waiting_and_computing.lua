-- Waiting and computing at the same time: in which order results arrive, and what an event loop with a pool
-- behind it gains. The systems of an article of 2023, in Lua and in Python.
--
--    bakeoff notebook run scripts/notebooks/waiting_and_computing.lua     # the page
--    bakeoff run scripts/notebooks/waiting_and_computing.lua              # as a plain script

-- %% [markdown]
-- # Waiting and computing at once
--
-- An event loop waits for hundreds of things and computes on one core. A pool of processes computes on
-- all cores and is a clumsy way to wait. Real programs do both. *How do you combine the two, and what do
-- you gain?*

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local answers = require "answers"
local programs = require "completion.programs"
local published = require "published"
local systems = require "completion.systems"

-- Pages, each of which is hashed for a while.
local PAGES, AT_ONCE, ROUNDS, LATENCY = 40, 16, 40000, "50ms"
local pages <close> = bake.server { latency = LATENCY, size = "16KiB" }
local hash = bake.work.sha256

local function hybrid(offload)
   return { "hybrid", offload = offload, offload_workers = 2, label = ("hybrid (%s)"):format(offload) }
end

local both = bake.experiment {
   name = "both",
   job = ("fetch %d pages and hash each for a while"):format(PAGES),
   urls = pages:urls("/page?number=%d", PAGES),
   process = function(response) return hash(response.body, ROUNDS) end,
   contenders = { "sequential", "threads", { "threads", gil = true, label = "threads (one interpreter)" },
      "processes", "eventloop", "coroutines", hybrid "threads", hybrid "processes" },
   workers = { AT_ONCE },
   repeats = 10,
}:run()

-- The article's systems: sums for two processes, the largest first, and a few fetches.
local SIZES, UNIT, PROCESSES, FETCHES = { 8, 1, 3, 2 }, 1500000, 2, 3
local site <close> = bake.server { latency = "100ms" }
local items = {}
for index, size in ipairs(SIZES) do
   items[index] = size * UNIT + index -- differs, so that a printed line tells which sum it is
end
table.move(site:urls("/page?number=%d", FETCHES), 1, FETCHES, #items + 1, items)

local REAL = { "c1_processes", "c2_apply", "c3_apply_async", "c4_executor_map", "c4b_executor_completed",
   "c5_run_in_executor" }
local told = answers.new "arrivals"
local entries, ways = {}, {} -- ways: { name of the answers, label } of each program

local function add(entry, name)
   entries[#entries + 1], ways[#ways + 1] = told:keep(entry, name), { name, entry.label }
end

for number in ipairs(systems.WAYS) do
   add(programs.native(number), ("c%d_native"):format(number))
end
for index, entry in ipairs(published.programs(REAL)) do
   if index == 1 then
      entry.workers = { #SIZES } -- as in the article: a process per sum
   end
   add(entry, REAL[index])
end

local arrivals = bake.experiment {
   name = "arrivals",
   job = ("sums of size %s and %d fetches"):format(table.concat(SIZES, ", "), FETCHES),
   items = items,
   task = function(_, item) return item end, -- not used: all contenders are programs
   server = site,
   contenders = entries,
   workers = { PROCESSES },
   repeats = 10,
}:run()
told:collect(arrivals)

-- %% tags=["hide-input"]
local function cores(label) return both:value(label, AT_ONCE, "cores_used") end
local function repeats_of(results) return math.tointeger(results.manifest.repeats) end

-- %% [markdown]
-- **Let the loop wait and give the computing to a pool.** To fetch {{ PAGES }} pages and hash each of
-- them takes an event loop {{ both:value("eventloop", AT_ONCE) }}: it waits for all of them at once, but
-- uses {{ cores("eventloop") }} cores. With two threads for the hashing it takes
-- {{ both:value("hybrid (threads)", AT_ONCE) }}, with two processes
-- {{ both:value("hybrid (processes)", AT_ONCE) }}.

-- %%
both:chart "speed"

-- %% tags=["hide-input"]
both:claim("a loop with two threads for the computing is faster than the loop alone",
   'total("hybrid (threads)") < total(eventloop)')
both:claim("a loop with two processes for the computing is faster than the loop alone",
   'total("hybrid (processes)") < total(eventloop)')
both:claim("a loop that gives its computing to threads lags less than one that computes itself",
   'loop_lag_max("hybrid (threads)") < loop_lag_max(eventloop)')

-- %% [markdown]
-- Look inside a trial: the loop alone stops answering while it computes. Pages that have arrived lie
-- there until it is done, and so does everything else that this loop serves. Its longest lag is
-- {{ both:value("eventloop", AT_ONCE, "loop_lag_max") }}; with the pool,
-- {{ both:value("hybrid (threads)", AT_ONCE, "loop_lag_max") }}.

-- %%
both:chart "timeline"

-- %% [markdown]
-- A plain pool does it, too: {{ AT_ONCE }} threads without a common lock take
-- {{ both:value("threads", AT_ONCE) }}, and as many processes {{ both:value("processes", AT_ONCE) }}. The
-- hybrid does it with one thread for each core, instead of one for each page in flight, so it needs less
-- memory:

-- %%
both:table { figures = { "total", "cores_used", "footprint_peak" } }

-- %% tags=["hide-input"]
both:claim("the hybrid with threads needs less memory than as many threads as downloads",
   'footprint_peak("hybrid (threads)") < footprint_peak(threads)')

-- %% [markdown]
-- ## In which order do results arrive?
--
-- Four sums and {{ FETCHES }} fetches, for {{ PROCESSES }} processes, the largest sum first. All programs
-- do the same work. They differ in when you get to see it. Tasks are numbered as they were submitted; 1
-- to {{ #SIZES }} are the sums. What each program printed most often:

-- %% tags=["hide-input"]
local function trials(order, field)
   return order and ("%d of %d trials"):format(order[field], order.trials) or ""
end

local rows = {}
for index, way in ipairs(ways) do
   local order = programs.orders(arrivals.dir .. "/answers", way[1], items, #SIZES, repeats_of(arrivals))
   rows[index] = { way[2], ["printed most often"] = order and order.usual or "not run",
      ["as submitted"] = trials(order, "by_submission"),
      ["fetch before the last sum"] = trials(order, "meanwhile") }
end
bake.show(rows)

-- %% [markdown]
-- - **Start and join** (bare processes) returns nothing. Each process has to print its own sum, and the
--   parent learns only that it has ended, in the order of its joins.
-- - **apply** is a function call elsewhere: one after the other.
-- - **apply_async and get** and **map** compute at once and hand over in the order of submission. The
--   small sums are ready, and wait behind the large one.
-- - **as_completed** hands over what is ready. With an event loop in front of it, the fetches also come
--   in between; in all others they come last, because the program waits for one thing at a time.
--
-- The order costs no time in itself. What costs time is waiting for the sums *before* fetching:

-- %%
arrivals:chart "speed"

-- %% tags=["hide-input"]
local function quoted(number) return ('"%s"'):format(programs.label(number)) end

arrivals:claim("apply_async is faster than apply", ("total(%s) < total(%s)"):format(quoted(3), quoted(2)))
arrivals:claim("a loop in front of the pool is faster than the pool's map, followed by the fetches",
   ("total(%s) < total(%s)"):format(quoted(5), quoted(4)))
local asyncio, map = "asyncio + run_in_executor (Python)", "ProcessPoolExecutor.map (Python)"
if arrivals:cell(asyncio) and arrivals:cell(map) then
   arrivals:claim("in Python, a loop in front of the executor is faster than its map and then the fetches",
      ('total("%s") < total("%s")'):format(asyncio, map))
end

-- %% [markdown]
-- ## How to decide
--
-- - **Only waiting:** an event loop alone. A pool behind it has nothing to do.
-- - **Only computing:** a pool alone. A loop in front of it is a detour.
-- - **Both:** a loop, and a pool with one worker per core (`run_in_executor` in Python, `ctx:offload`
--   here). Even if the total were the same, the loop keeps answering while the pool computes.
-- - **You show results as they come, or feed them into the next step:** take them as they complete. `map`
--   and `get` make the first result wait for the slowest task before it.
-- - **You need them in order:** `map`, and put the long tasks first, so that they don't end last.
--
-- ## Method
--
-- The first experiment fetches {{ PAGES }} pages from a server that is a process of its own
-- ({{ pages:describe() }}) and hashes each page in {{ (bake.format.number(ROUNDS)) }} rounds of SHA-256;
-- {{ AT_ONCE }} requests at once, two workers in the pool of each hybrid. The second runs the systems of
-- "Combining Multiprocessing and Asyncio in Python for Performance Boosts" (2023), once on bakeoff's
-- pools and loop and once in Python. Each is a program that prints a line for each result as it arrives;
-- these lines, from all trials, are the table above. Sums are added up in a plain loop, in Lua or in
-- Python, so compare ways within a language. Asyncio's `as_completed` starts its tasks in no particular
-- order, so which sum comes first is left to chance there.
--
-- {{ repeats_of(both) }} trials of each contender, in random order, each in a fresh process. Values are
-- medians with 95 % intervals; the claims are tested jointly. A program's total includes its start.
-- Missing programs are left out: `scripts/setup --peers` installs them. The scripts `hybrid.lua`,
-- `completion_order.lua` and `processes_2023.lua` run the same with options.
