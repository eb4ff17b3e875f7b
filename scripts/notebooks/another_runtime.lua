-- Would another runtime help more than another model? The same programs, on standard libraries alone, under
-- CPython, PyPy, node, Lua and LuaJIT.
--
--    bakeoff notebook run scripts/notebooks/another_runtime.lua     # the page
--    bakeoff run scripts/notebooks/another_runtime.lua              # as a plain script

-- %% [markdown]
-- # Another runtime
--
-- "What about PyPy?" Under every comparison of Python's threads and event loops, somebody asks. The
-- libraries that such comparisons use rarely install there, so nobody answers. Here, all programs use
-- nothing but the standard library of their language: the same file runs under CPython and under PyPy.

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local peers = require "peers"
local values = require "values"

local DAYS, WORKERS, LATENCY = 100, 16, "30ms"
local site <close> = bake.server { latency = LATENCY, body = "tickets" }

local function decode(response) return #require("cjson").decode(response.body).prices end

-- Waiting, with a little parsing: fetch days of ticket prices.
local fetching = bake.experiment {
   name = "runtime_fetching",
   urls = site:urls("/tickets?day=%d", DAYS),
   process = decode,
   contenders = {
      peers.get "std_sequential", peers.get "std_threads", peers.get "std_asyncio",
      peers.get "std_sequential_pypy", peers.get "std_threads_pypy", peers.get "std_asyncio_pypy",
      peers.get "node_tickets", { "eventloop", label = "Lua event loop" },
   },
   workers = { WORKERS },
   repeats = 8,
}:run()

-- Computing: a plain loop, once short and once long.
local function computing(name, sums, size)
   local items = {}
   for index = 1, sums do
      items[index] = size + index
   end
   return bake.experiment {
      name = name,
      job = ("add up %d times the numbers up to %d"):format(sums, size),
      items = items,
      contenders = {
         peers.get "sums_sequential", peers.get "sums_threads", peers.get "sums_processes",
         peers.get "sums_sequential_pypy", peers.get "sums_threads_pypy",
         peers.get "node_sums", peers.get "lua5.4_sums", peers.get "luajit_sums",
      },
      workers = { 2 },
      repeats = 12,
   }:run()
end

local SUMS, SHORT, LONG = 6, 10000, 10000000
local short = computing("runtime_short", SUMS, SHORT)
local long = computing("runtime_long", SUMS, LONG)

-- %% tags=["hide-input"]
local time = values.value
local function size(label) return values.value(fetching, label, nil, "footprint_peak") end

local function spaced(duration) return (duration:gsub("(%d)(%a)", "%1 %2")) end
local function repeats_of(results) return math.tointeger(results.manifest.repeats) end
local function thousands(number) return (bake.format.number(number)) end

-- %% [markdown]
-- It depends on what the program does. A long loop that **computes** takes CPython
-- {{ values.ratio(long, "Python sum", "PyPy sum") }} the time of PyPy, whose compiler turns it into
-- machine code: no arrangement of threads or processes comes near that on two cores. A program that
-- **waits** gains from another model, and nothing from another runtime:
-- {{ time(fetching, "Python sequential") }} one after the other in CPython and
-- {{ time(fetching, "PyPy sequential") }} in PyPy, but {{ time(fetching, "Python asyncio") }} with asyncio.

-- %%
long:chart "speed"

-- %%
fetching:chart "speed"

-- %% tags=["hide-input"]
values.claim(long, { "PyPy sum" },
   "a long loop takes CPython at least three times as long as PyPy",
   'total("Python sum") > 3 * total("PyPy sum")')
values.claim(long, { "PyPy sum" },
   "PyPy in one thread is faster than CPython in two processes",
   'total("PyPy sum") < total("Python sum in processes", 2)')
values.claim(fetching, { "PyPy sequential" },
   "asyncio in CPython is at least three times as fast as one after the other in PyPy",
   ('3 * total("Python asyncio", %d) < total("PyPy sequential")'):format(WORKERS))

-- %% [markdown]
-- ## Short programs
--
-- A compiler has to start, to watch, and to compile. When the same loop is short ({{ SUMS }} sums up to
-- {{ thousands(SHORT) }}), the whole program is mostly start-up, and the order changes:
-- {{ time(short, "Python sum") }} in CPython, {{ time(short, "PyPy sum") }} in PyPy,
-- {{ time(short, "node sum") }} in node, {{ time(short, "Lua sum") }} in Lua.

-- %%
short:chart "speed"

-- %% tags=["hide-input"]
values.claim(short, { "PyPy sum" },
   "for a short loop, CPython is faster than PyPy", 'total("Python sum") < total("PyPy sum")')
values.claim(short, { "PyPy sum" },
   "for a short loop, Lua is at least twice as fast as either", {
   '2 * total("Lua sum") < total("Python sum")', '2 * total("Lua sum") < total("PyPy sum")' })

-- %% [markdown]
-- ## One lock there, too
--
-- PyPy has the same global interpreter lock as CPython. Two threads that compute are no faster than one:
-- {{ time(long, "PyPy sum in threads") }} against {{ time(long, "PyPy sum") }}. Processes do help CPython
-- ({{ time(long, "Python sum in processes") }} against {{ time(long, "Python sum") }}), and cost a start of
-- the interpreter each.

-- %% tags=["hide-input"]
values.claim(long, { "PyPy sum in threads", "PyPy sum" },
   "in PyPy, two threads that compute are not faster than one loop by more than 10 %",
   'total("PyPy sum in threads", 2) > 0.9 * total("PyPy sum")')
long:claim("in CPython, two threads that compute are not faster by more than 10 %, either",
   'total("Python sum in threads", 2) > 0.9 * total("Python sum")')
long:claim("in CPython, two processes are faster than one loop",
   'total("Python sum in processes", 2) < total("Python sum")')

-- %% [markdown]
-- ## Memory
--
-- The compiler's price is memory. While it waits for the same downloads, asyncio holds
-- {{ size "Python asyncio" }} in CPython and {{ size "PyPy asyncio" }} in PyPy; node
-- holds {{ size "node" }}, and the event loop in Lua and C
-- {{ size "Lua event loop" }}.

-- %%
fetching:chart "quadrant"

-- %% tags=["hide-input"]
values.claim(fetching, { "PyPy asyncio" },
   "PyPy needs at least twice the memory of CPython for the same downloads",
   ('footprint_peak("PyPy asyncio", %d) > 2 * footprint_peak("Python asyncio", %d)'):format(WORKERS, WORKERS))

-- %% [markdown]
-- ## How to decide
--
-- - **Waiting:** change the model first (threads or asyncio), and stay with the runtime you have.
-- - **Computing in plain Python loops for more than a second or so:** try PyPy. It is the only change that
--   needs no change of the program.
-- - **Computing in C already** (NumPy, JSON, hashes): PyPy has little to compile.
-- - **Short programs started often:** start-up decides. CPython before PyPy and node; Lua before all.
-- - **Little memory:** no compiler.
--
-- ## Method
--
-- `scripts/peers/std_tickets.py` fetches {{ DAYS }} days of ticket prices from bakeoff's server, which
-- answers after {{ spaced(LATENCY) }}, with {{ WORKERS }} requests in flight at most, and parses them: with
-- `http.client` and threads, or with asyncio's streams. The sums are the programs of the note about
-- `concurrent.futures`, under both interpreters, and the same loop in JavaScript and Lua. Times are those
-- of whole programs, with the start of the interpreter. {{ repeats_of(fetching) }} trials of each download
-- and {{ repeats_of(long) }} of each sum in random order; medians, 95 % intervals, claims tested jointly.
-- The Lua event loop runs inside bakeoff and starts from a process that exists already, so its time lacks
-- the start of an interpreter; lua5.4 and LuaJIT are programs like the others. Programs that aren't
-- installed are left out: `scripts/setup --peers` installs PyPy (package pypy3), node, Lua and LuaJIT.
