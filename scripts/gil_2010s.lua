-- Reproduces "Python's concurrent.futures module" (a note of the 2010s) with the systems it describes: four
-- threads under the global interpreter lock (D1), a process executor (D2) and asyncio (D3) on CPU work. Each
-- runs as a native contender and as the real Python program, on the same sums.
--
--    bakeoff run scripts/gil_2010s.lua
--    bakeoff run scripts/gil_2010s.lua --n 2000000 --jobs 16 --workers 8
--
-- Native jobs add up in a Lua loop, not in C, so that both sides are interpreted; a factor between the sides
-- is that of the interpreters. Charts: total times, cores in use, and the share of a core that each native
-- worker got. published.md compares the note's claims with this run.

local bake = require "bakeoff"
local published = require "published"
local systems = require "completion.systems"

local opt = bake.options {
   jobs = { 8, "sums to add up" },
   n = { 5000000, "each sum adds up the numbers from 0 to n" },
   payload = { "1MiB", "size of each argument and result, to measure the cost of moving them; 0: skip" },
}
local payload = bake.units.bytes(opt.payload, "--payload")

local ALIKE = published.ALIKE
local REAL = published.programs { "d0_sequential", "d1_threads", "d2_processes", "d3_asyncio" }
local ALONE, THREADS, PROCESSES, LOOP = REAL[1], REAL[2], REAL[3], REAL[4]
ALONE.label = "sequential (Python)"

local LOCKED = "threads (one interpreter)"
local add_up = systems.add_up

-- --- measuring ------------------------------------------------------------------------------------

local job = ("%s of 0 to %s"):format(bake.format.plural(opt.jobs, "sum"), bake.format.number(opt.n))

local function repeated(value)
   local list = {}
   for index = 1, opt.jobs do
      list[index] = value
   end
   return list
end

local results = bake.experiment {
   name = "gil_2010s",
   job = job .. ", in Lua and in Python",
   items = repeated(opt.n),
   task = function(_, n) return add_up(n) end,
   contenders = {
      "sequential", "threads", { "threads", gil = true, label = LOCKED }, "processes", "coroutines",
      table.unpack(REAL),
   },
   workers = { 4 },
   repeats = 8,
}:run()
results:report { also = { "workers", "cores" } }

-- Skipped when the user chose contenders: they are those of the first experiment.
local loaded
if payload > 0 and not bake.settings().contenders then
   loaded = bake.experiment {
      name = "gil_2010s_payload",
      job = ("%s, %s to each and back"):format(job, bake.format.size(payload)),
      items = repeated { n = opt.n, data = ("x"):rep(payload) },
      task = function(_, item) return { total = add_up(item.n), data = item.data } end,
      contenders = { "sequential", "processes" },
      workers = { 4 },
      repeats = 8,
   }:run()
   loaded:report()
end

-- --- the claims and the findings --------------------------------------------------------------------

local sheet = published.new("D", results)
sheet:native("D1", results, LOCKED)
sheet:native("D1", results, "threads", "no such lock")
sheet:native("D2", results, "processes")
sheet:native("D3", results, "coroutines")
sheet:real("D1", results, THREADS.label)
sheet:real("D2", results, PROCESSES.label)
sheet:real("D3", results, LOOP.label)

local function outcome(of, side, says, agrees, found)
   sheet:outcome { of = of, side = side, says = says, agrees = agrees, found = found }
end

-- holds: what the quotient of the times of two contenders must be
local function claim_speed(of, says, holds, pairs_of)
   for _, side in ipairs { "native", "real" } do
      sheet:claim { of = of, side = side, says = says, results = results, a = pairs_of[side][1],
         b = pairs_of[side][2], holds = holds }
   end
end

local function percent(share) return ("%.0f %%"):format(share * 100) end

local function range(low, high)
   low, high = percent(low), percent(high)
   return low == high and low or low .. " to " .. high
end

-- "25 % of a core for each of 4 threads": for native contenders measured by each thread's clock, for programs
-- the whole tree's; nil if it wasn't measured.
local function native_shares()
   local locked = results:cell(LOCKED)
   local row = locked and results:worker_shares(locked)
   return row and ("%s of a core for each of %d threads (measured in each)"):format(
      range(row.share[#row.share], row.share[1]), #row.share)
end

local function real_shares()
   local real = results:cell(THREADS.label)
   local used = real and results:summary_of(real).cores_used
   return used and ("%s of a core for each of %d threads if they share evenly"):format(
      percent(used.median / real.workers), real.workers)
end

local function claim_shares(side, label, shares)
   sheet:claim { of = "D1", side = side, says = "each of the threads gets its part of one core",
      results = results, figure = "cores_used", a = label, holds = ("<= %.4g"):format(ALIKE), also = shares }
end

-- The median amount of data that went through the pipes, as text.
local function moved(run)
   local cell = run:cell "processes"
   local bytes = cell and run:median(cell, function(trial) return trial.ipc_bytes end)
   return bytes and bake.format.size(bytes) .. " moved" or "not measured"
end

-- Is the speed-up smaller with the payload than without? Only Python knows how much its pickle wrote.
local function claim_moved()
   local says = "moving data has a cost, so arguments and results should be small"
   local agrees, found = nil, moved(results)
   if loaded then
      local light, plain_words = published.versus(results, "processes", "sequential")
      local heavy, loaded_words = published.versus(loaded, "processes", "sequential")
      found = ("%s: %s; %s: %s"):format(found, plain_words, moved(loaded), loaded_words)
      if light and heavy then
         agrees = heavy.low > light.high
      end
   end
   outcome("D2", "native", says, agrees, found)
   outcome("D2", "real", says, nil, "what Python's processes moved is not measured")
end

local LOCAL_FUNCTION = [[
import pickle
def outer():
    def inner(): return 1
    return inner
try: pickle.dumps(outer())
except Exception as error: print(error); raise SystemExit(3)]]

-- Runs a Python program for at most a minute → its output, its exit code (124: it took too long)
local function run_python(source)
   local line = ("timeout 60 '%s' -c '%s' </dev/null 2>/dev/null"):format(PROCESSES.argv[1], source)
   local pipe = assert(io.popen(line))
   local said = pipe:read "a"
   return said, (select(3, pipe:close()))
end

-- Tries once to send a process a function that another function created and that captured a value.
local function claim_local_functions()
   local says = "functions travel to the processes by name: a local one can't"
   local pool <close> = bake.processes { workers = 1 }
   local one = 1
   local natively, why = pool:submit(function() return one end):result()
   outcome("D2", "native", says, natively ~= 1,
      natively == 1 and "a local function with a captured value travels" or tostring(why))
   local said, code = run_python(LOCAL_FUNCTION)
   if code == 3 or code == 0 then -- otherwise Python is missing or took too long
      outcome("D2", "real", says, code == 3, code == 3 and said:match "[^\n]+" or "it can be pickled")
   end
end

-- A second core would halve the time; a few percent can have other causes.
local NOT_FASTER = (">= %.4g"):format(1 / ALIKE)

claim_shares("native", LOCKED, native_shares())
claim_shares("real", THREADS.label, real_shares())
claim_speed("D1", "no speed-up", NOT_FASTER,
   { native = { LOCKED, "sequential" }, real = { THREADS.label, ALONE.label } })
claim_speed("D2", "speed-up", "< 1",
   { native = { "processes", "sequential" }, real = { PROCESSES.label, ALONE.label } })
claim_moved()
claim_local_functions()
claim_speed("D3", "no second core: no speed-up", NOT_FASTER,
   { native = { "coroutines", "sequential" }, real = { LOOP.label, ALONE.label } })

sheet:remark(("Native contenders add up in %s, the real programs in CPython: a factor between the two is " ..
   "that of the interpreters, not of the models. The note is about ratios within a side."):format(_VERSION))
sheet:remark "Threads without a lock exist only as native contenders: each has its own Lua state."
sheet:remark "For the real programs only the CPU time of the process tree is known, not that of each thread."
sheet:finish()
