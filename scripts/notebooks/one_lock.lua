-- What does a global interpreter lock cost, and when does it cost nothing? Threads with one lock and without,
-- beside Python's, on work that computes, waits, or does both.
--
--    bakeoff notebook run scripts/notebooks/one_lock.lua     # the page
--    bakeoff run scripts/notebooks/one_lock.lua              # as a plain script

-- %% [markdown]
-- # One lock
--
-- CPython's threads share one lock: only the thread that holds it executes Python code. Everybody knows
-- that such threads don't help. Everybody also uses them to download things, and there they do help.
-- *What does the lock cost, and when?*

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local published = require "published"
local systems = require "completion.systems"
local values = require "values"

local LOCKED = "threads (one interpreter)"
local add_up = systems.add_up -- a loop in Lua: the interpreter executes each addition

local function locked_threads() return { "threads", gil = true, label = LOCKED } end

local function repeated(count, value)
   local list = {}
   for index = 1, count do
      list[index] = value
   end
   return list
end

-- Computing: sums, in Lua and in Python.
local SUMS, SIZE, THREADS = 16, 5000000, 4
local computing = bake.experiment {
   name = "lock_computing",
   job = ("%d sums of 0 to %s"):format(SUMS, bake.format.number(SIZE)),
   items = repeated(SUMS, SIZE),
   task = function(_, n) return add_up(n) end,
   contenders = { "sequential", "threads", locked_threads(), "processes", "coroutines",
      table.unpack(published.programs { "d0_sequential", "d1_threads", "d2_processes", "d3_asyncio" }) },
   workers = { THREADS },
   repeats = 12,
}:run()

-- Waiting: pages that are hardly looked at.
local PAGES, AT_ONCE, LATENCY = 40, 8, "25ms"
local site <close> = bake.server { latency = LATENCY, body = "tickets" }
local waiting = bake.experiment {
   name = "lock_waiting",
   urls = site:urls("/tickets?day=%d", PAGES),
   process = function(response) return #require("cjson").decode(response.body).prices end,
   contenders = { "sequential", "threads", locked_threads(),
      table.unpack(published.programs { "b1_requests", "b2_thread_pool" }) },
   workers = { AT_ONCE },
   repeats = 10,
}:run()

-- Both: each page is followed by a sum, small or large.
local function mixed(name, size)
   return bake.experiment {
      name = name,
      job = ("fetch %d pages and add up 0 to %s for each"):format(PAGES, bake.format.number(size)),
      urls = site:urls("/tickets?day=%d", PAGES),
      process = function() return add_up(size) end,
      contenders = { "sequential", "threads", locked_threads() },
      workers = { AT_ONCE },
      repeats = 10,
   }:run()
end

local SMALL, LARGE = 20000, 2000000
local little = mixed("lock_little_work", SMALL)
local much = mixed("lock_much_work", LARGE)

-- Moving data: processes have no common lock, and no common memory.
local PAYLOAD, MOVED, MOVED_SIZE = 2 ^ 20, 24, 3000000
local function moving(name, data)
   return bake.experiment {
      name = name,
      job = ("%d sums of 0 to %s, %s to each and back"):format(MOVED, bake.format.number(MOVED_SIZE),
         bake.format.size(#data)),
      items = repeated(MOVED, { n = MOVED_SIZE, data = data }),
      task = function(_, item) return { total = add_up(item.n), data = item.data } end,
      contenders = { "sequential", "processes" },
      workers = { 2 },
      repeats = 10,
   }:run()
end

local light, heavy = moving("lock_small_items", ""), moving("lock_large_items", ("x"):rep(PAYLOAD))

-- %% tags=["hide-input"]
local function repeats_of(results) return math.tointeger(results.manifest.repeats) end
local ALONE = "one loop (Python)"
local function python(name) return values.share(computing, name .. " (Python)", ALONE, THREADS) end
local function share(results, a, b, workers) return results:ratio(a, b, workers).percent end

-- %% [markdown]
-- **Computing: all of it.** {{ THREADS }} threads under one lock take
-- {{ share(computing, LOCKED, "sequential", THREADS) }} of the time of one after the other. Without a
-- common lock they take {{ share(computing, "threads", "sequential", THREADS) }} on two cores.
--
-- **Waiting: nothing.** A thread gives the lock away while it waits. With {{ AT_ONCE }} downloads at
-- once, threads with one lock take {{ share(waiting, LOCKED, "threads", AT_ONCE) }} of the time of threads
-- without, and {{ share(waiting, LOCKED, "sequential", AT_ONCE) }} of one after the other.

-- %%
computing:chart "speed"

-- %%
waiting:chart "speed"

-- %% tags=["hide-input"]
computing:claim("threads under one lock compute no faster than one thread, within 10 %",
   ('total("%s") > 0.9 * total(sequential)'):format(LOCKED))
computing:claim("without a common lock, they compute at least 1.4 times as fast",
   "1.4 * total(threads) < total(sequential)")
waiting:claim("waiting under one lock, threads are at least four times as fast as one after the other",
   ('4 * total("%s") < total(sequential)'):format(LOCKED))
waiting:claim("the lock costs threads that wait less than 10 %",
   ('total("%s") < 1.1 * total(threads)'):format(LOCKED))

-- %% [markdown]
-- ## In Python
--
-- The same in CPython: four threads take {{ python "ThreadPoolExecutor" }} of the time of
-- one loop, asyncio {{ python "asyncio" }}, and a pool of processes
-- {{ python "ProcessPoolExecutor" }}. Asyncio interleaves tasks on one thread. That is
-- concurrency, and no second core.

-- %%
computing:table { figures = { "total", "cpu", "cores_used", "footprint_peak" } }

-- %% tags=["hide-input"]
local function claim_python(label, says, condition)
   values.claim(computing, { label, ALONE }, says, condition:format(label, ALONE))
end

claim_python("ThreadPoolExecutor (Python)", "CPython's threads compute no faster than one loop, within 10 %",
   'total("%s") > 0.9 * total("%s")')
claim_python("asyncio (Python)", "asyncio computes no faster than one loop, within 10 %",
   'total("%s") > 0.9 * total("%s")')
claim_python("ProcessPoolExecutor (Python)", "CPython's processes compute at least 1.3 times as fast",
   '1.3 * total("%s") < total("%s")')

-- %% [markdown]
-- ## Between the two
--
-- Most programs wait and compute. Then the lock is a queue: computing is done by one thread at a time,
-- while the others can only wait. It costs little as long as all the computing together takes less time
-- than the waiting takes with that many threads. With a small sum for each page, threads with one lock
-- take {{ share(little, LOCKED, "threads", AT_ONCE) }} of the time of threads without; with a sum a
-- hundred times as large, {{ share(much, LOCKED, "threads", AT_ONCE) }}.

-- %%
much:chart "speed"

-- %% tags=["hide-input"]
little:claim("with little computing, the lock costs less than 20 %",
   ('total("%s") < 1.2 * total(threads)'):format(LOCKED))
much:claim("with much computing, it costs at least 20 %",
   ('total("%s") > 1.2 * total(threads)'):format(LOCKED))

-- %% [markdown]
-- ## The price of the way out
--
-- Processes have a lock each, but nothing in common: arguments and results are copied through a pipe.
-- With small items, two processes take {{ share(light, "processes", "sequential") }} of the time of one
-- after the other. With {{ bake.format.size(PAYLOAD) }} to each and back, it is
-- {{ share(heavy, "processes", "sequential") }}.

-- %% tags=["hide-input"]
light:claim("with small items, two processes compute faster than one",
   "total(processes) < total(sequential)")
heavy:claim("moving a mebibyte to each and back makes them slower than one",
   "total(processes) > total(sequential)")

-- %% [markdown]
-- ## How to decide
--
-- - **Your threads wait** (network, disk, a database): keep them, and forget the lock.
-- - **They compute in the interpreter:** use processes, and keep what you send to them small: names of
--   files rather than their contents.
-- - **They compute in a library that releases the lock** (NumPy, hashing, compression): threads can use
--   all cores. Measure; not every function releases it.
-- - **Both:** measure how long one item computes. Multiply it by the number of items: no thread pool
--   under one lock ends before that.
--
-- ## Method
--
-- {{ SUMS }} sums of 0 to {{ (bake.format.number(SIZE)) }}, added up in a plain loop, by {{ THREADS }}
-- workers; the Python programs are those of a note about `concurrent.futures`. {{ PAGES }} pages, each
-- answered after {{ LATENCY }} by a server in a process of its own, {{ AT_ONCE }} at once. "Threads" are
-- bakeoff's own: each has a Lua state for itself. "{{ LOCKED }}" are the same threads with one lock as
-- CPython has it: held while Lua runs, given away while a thread waits, and handed over on request.
-- Compare within a language; the factor between Lua and Python is that of their interpreters.
-- {{ repeats_of(computing) }} trials of each contender, in random order, each in a fresh process. Values
-- are medians with 95 % intervals; the claims are tested jointly. A Python program's total includes the
-- start of the interpreter. Missing programs are left out: `scripts/setup --peers` installs them. The
-- scripts `cpu_gil.lua` and `gil_2010s.lua` run the same kinds of work with options.
