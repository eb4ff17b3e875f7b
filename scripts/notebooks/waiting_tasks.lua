-- What does a waiting task cost? Memory and start-up of 1 to 100,000 of them, in every model.
--
--    bakeoff notebook run scripts/notebooks/waiting_tasks.lua     # the page
--    bakeoff run scripts/notebooks/waiting_tasks.lua              # as a plain script

-- %% [markdown]
-- # Waiting tasks
--
-- Most tasks of a server wait: for a client, for a database, for a timer. A waiting task uses no processor.
-- It uses memory, and it had to be started. *How much does one more cost, and how many are too many?*

-- %% The experiment tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local peers = require "peers"
local values = require "values"

local HOLD = "500ms" -- how long all tasks wait together, in every program

local COUNTS, CROWD = { 1, 1000, 10000 }, 100000
local PROGRAMS = {
   { peer = "wait_coroutines_bakeoff", label = "Lua coroutines", counts = COUNTS, crowd = true },
   { peer = "wait_asyncio", label = "asyncio tasks", counts = COUNTS, crowd = true },
   { peer = "wait_node", label = "node promises", counts = COUNTS, crowd = true },
   { peer = "wait_gevent", label = "greenlets", counts = COUNTS },
   { peer = "wait_threads", label = "Python threads", counts = COUNTS },
   { peer = "wait_threads_bakeoff", label = "Lua threads", counts = { 1, 1000, 4000 } },
   { peer = "wait_processes_bakeoff", label = "Lua processes", counts = { 1, 200, 1000 } },
}

local contenders = {}
for index, program in ipairs(PROGRAMS) do
   contenders[index] = peers.get(program.peer, { label = program.label, workers = program.counts })
end

local waiting = bake.experiment {
   name = "waiting_tasks",
   job = "keep as many tasks waiting as there are workers",
   contenders = contenders,
   repeats = 6,
   warmup = 0,
}:run()

-- Only tasks of loops come in such numbers.
local many = {}
for _, program in ipairs(PROGRAMS) do
   if program.crowd then
      local entry = peers.get(program.peer, { label = program.label })
      for index, word in ipairs(entry.argv) do
         entry.argv[index] = word == "{workers}" and tostring(CROWD) or word
      end
      many[#many + 1] = entry
   end
end

local crowd = bake.experiment {
   name = "waiting_crowd",
   job = ("keep %d tasks waiting"):format(CROWD),
   contenders = many,
   repeats = 6,
   warmup = 0,
}:run()

-- Of hundreds of processes, only what was seen of their memory is known. A few can be read completely.
local FEW = 32
local forked = bake.experiment {
   name = "waiting_processes",
   job = "keep a few forked processes waiting",
   contenders = { peers.get("wait_processes_bakeoff", { label = "Lua processes", workers = { 1, FEW } }) },
   repeats = 6,
   warmup = 0,
}:run()

local TRANSFERS = 1000
local site <close> = bake.server { latency = "1s" }

-- The same question with a connection for each task.
local transfers = bake.experiment {
   name = "waiting_transfers",
   urls = site:urls("/page?number=%d", TRANSFERS),
   contenders = { "threads", "eventloop", "coroutines", peers.get "a5_aiohttp", peers.get "node_fetch" },
   workers = { TRANSFERS },
   repeats = 6,
   job_rows = 100,
}:run()

-- %% What one more costs tags=["hide-input"]
local function counts_of(label)
   for _, program in ipairs(PROGRAMS) do
      if program.label == label then
         return program.counts[#program.counts]
      end
   end
end

-- "1.50 KiB": the peak with the most tasks, less that with one, for each task.
local function each(label)
   local most = counts_of(label)
   local one, all = waiting:cell(label, 1), waiting:cell(label, most)
   local low = one and waiting:median(one, "footprint_peak")
   local high = all and waiting:median(all, "footprint_peak")
   return low and high and bake.format.size((high - low) / (most - 1)) or "(not run)"
end

-- What a condition writes for that.
local function each_of(label)
   local most = counts_of(label)
   return ('(footprint_peak("%s", %d) - footprint_peak("%s", 1)) / %d'):format(label, most, label, most - 1)
end

-- "88.0 KiB to 364 KiB": what was seen of one more process, and what may have been missed.
local function each_forked()
   local function median(count, figure) return forked:median(forked:cell("Lua processes", count), figure) end
   local least = median(FEW, "footprint_peak") - median(1, "footprint_peak_high")
   local most = median(FEW, "footprint_peak_high") - median(1, "footprint_peak")
   local function size(bytes) return bake.format.size(math.max(bytes, 0) / (FEW - 1)) end
   return ("%s to %s"):format(size(least), size(most))
end

local function spaced(duration) return (duration:gsub("(%d)(%a)", "%1 %2")) end
local function repeats_of(results) return math.tointeger(results.manifest.repeats) end

-- %% [markdown]
-- A task of an event loop costs about as much as a short text: {{ each "node promises" }} in node,
-- {{ each "asyncio tasks" }} in Python's asyncio, {{ each "Lua coroutines" }} as a coroutine in Lua. A
-- greenlet, which has a C stack to save, takes {{ each "greenlets" }}, and a thread
-- {{ each "Python threads" }} in Python and {{ each "Lua threads" }} in bakeoff, where each has a Lua state
-- of its own. A forked process that only waits takes {{ each_forked() }}: it still shares the rest with its
-- parent. Nothing here comes near the eight megabytes of address space that a thread's stack reserves:
-- reserved isn't used.

-- %%
waiting:chart "memory_workers"

-- %% The table tags=["hide-input"]
local NAMES = { [1] = "1", [1000] = "1,000", [10000] = "10,000", [CROWD] = "100,000" } -- the columns

local function text_of(results, cell, figure, text)
   if not cell then
      return "not run"
   end
   local is_there = results:median(cell, figure) ~= nil
   return is_there and text(results:value(cell.label, cell.workers, figure)) or "failed"
end

-- A row for each kind of task, with a figure at each count in words.
local function by_count(figure, text)
   local rows = {}
   for index, program in ipairs(PROGRAMS) do
      local row = { [" tasks"] = program.label } -- columns stand in the order of their names
      for _, count in ipairs(program.counts) do
         if NAMES[count] then
            row[NAMES[count]] = text_of(waiting, waiting:cell(program.label, count), figure, text)
         end
      end
      if program.crowd then
         row[NAMES[CROWD]] = text_of(crowd, crowd:cell(program.label), figure, text)
      end
      rows[index] = row
   end
   return rows
end

bake.show(by_count("footprint_peak", function(peak)
   return bake.format.size(peak.median) .. (peak.note and " " .. peak.note or "")
end))

-- %% [markdown]
-- That is the peak footprint of the whole program, with its interpreter and libraries. With one task it is
-- nothing but the interpreter. A thousand processes can't be read completely while they wait, so only what
-- was seen of them is known.

-- %% tags=["hide-input"]
values.claim(waiting, { "node promises" },
   "a task of a loop takes less than 4 KiB: in Lua, in asyncio and in node", {
   each_of "Lua coroutines" .. " < 4KiB", each_of "asyncio tasks" .. " < 4KiB",
   each_of "node promises" .. " < 4KiB" })
waiting:claim("a thread takes at least five times as much as a task of asyncio (both in Python)",
   ("%s > 5 * %s"):format(each_of "Python threads", each_of "asyncio tasks"))
values.claim(waiting, { "greenlets" }, "a greenlet takes at least twice as much as a task of asyncio",
   ("%s > 2 * %s"):format(each_of "greenlets", each_of "asyncio tasks"))
waiting:claim("a thread takes less than 200 KiB, not the megabytes that its stack reserves",
   { each_of "Python threads" .. " < 200KiB", each_of "Lua threads" .. " < 200KiB" })
forked:claim("a forked process that only waits takes more than 4 KiB, which is more than a task of any loop",
   ('(footprint_peak("Lua processes", %d) - footprint_peak("Lua processes", 1)) / %d > 4KiB'):format(FEW,
      FEW - 1))

-- %% [markdown]
-- ## Starting them
--
-- All tasks wait until the last one does, and {{ spaced(HOLD) }} more. What a program takes beyond that is
-- its start, the start of its tasks, and their end:

-- %% tags=["hide-input"]
local hold_s = bake.units.seconds(HOLD)

bake.show(by_count("total", function(total) return bake.format.time(total.median - hold_s) end))

local function start_of(label, count) return ('(total("%s", %d) - %s)'):format(label, count, HOLD) end

waiting:claim("10,000 threads take at least twice as long to start and end as 10,000 tasks of asyncio",
   ("%s > 2 * %s"):format(start_of("Python threads", 10000), start_of("asyncio tasks", 10000)))

-- %% [markdown]
-- ## When a task holds a connection
--
-- A task that waits for a server also holds a socket, buffers and the state of a transfer. Here
-- {{ TRANSFERS }} transfers wait for a server that answers after a second:

-- %%
transfers:table { figures = { "footprint_peak", "total", "cpu" } }

-- %% tags=["hide-input"]
transfers:claim("with 1,000 transfers in flight, an event loop takes less memory than threads",
   ("footprint_peak(eventloop, %d) < footprint_peak(threads, %d)"):format(TRANSFERS, TRANSFERS))

-- %% [markdown]
-- A transfer costs several times what a bare task does, in every model. What bare tasks cost is a lower
-- bound for an application, not an estimate.
--
-- ## How to decide
--
-- - **Up to a few hundred waiting tasks:** any model. The interpreter weighs more than the tasks; choose
--   what is easiest to read.
-- - **Thousands:** threads still work; the table says what they cost. Look at your limits first:
--   `ulimit -u`, `pids.max` of the container, `vm.max_map_count`.
-- - **Tens of thousands and more:** tasks of a loop. What limits you then is descriptors, buffers and your
--   own data for each task.
-- - **Processes** are for work, not for waiting.
--
-- ## Method
--
-- Every program is a process of its own that starts all tasks, checks that all of them wait at the same
-- moment, keeps them waiting for {{ spaced(HOLD) }}, lets them go and exits. Tasks of loops and Python's
-- threads wait for one event; bakeoff's threads and processes are workers of a pool that wait for work.
-- bakeoff reads the footprint from outside: the private memory of all processes plus the largest shared
-- part, so forked processes count their common pages once. Each program ran {{ repeats_of(waiting) }} times
-- with each number of tasks, in random order. "Each" is the difference between the most tasks and one,
-- divided by their number. The programs are in `scripts/peers/` (`wait_*`); one that isn't installed is
-- left out. bakeoff's pools have at most 4,096 threads, Linux at most `pid_max` threads and processes, and
-- 100,000 greenlets took too long to start. The transfers run in bakeoff's own contenders, where one with a
-- worker for each transfer can be compared with a loop.
