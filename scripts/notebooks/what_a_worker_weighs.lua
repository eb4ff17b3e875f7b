-- What does a worker weigh, and which tool tells? Footprint against RSS, PSS, ru_maxrss, mprof and psrecord,
-- on process trees whose memory is known.
--
--    bakeoff notebook run scripts/notebooks/what_a_worker_weighs.lua     # the page
--    bakeoff run scripts/notebooks/what_a_worker_weighs.lua              # as a plain script

-- %% [markdown]
-- # What does a worker weigh?
--
-- "But how do you measure memory there?", a reader asked under an article that compared threads and event
-- loops and left processes out. It is a good question. Forked processes share pages, and each tool has its
-- own idea of whose they are. *Which number is right?*

-- %% The experiments tags=["hide-input"]
local bake = require "bakeoff"

local here = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
package.path = ("%s?.lua;%s../?.lua;%s../?/init.lua;%s"):format(here, here, here, package.path)
local answers = require "answers"
local peers = require "peers"

local MIB = 2 ^ 20
local DATA, OWN, WORKERS = 64 * MIB, 8 * MIB, 4 -- what weigh.py holds: in the parent; in each worker; workers

-- label → what the tree must hold at least, whatever the interpreters take
local KNOWN = {
   ["fork-read"] = DATA + WORKERS * OWN,
   ["fork-write"] = (1 + WORKERS) * DATA + WORKERS * OWN,
   ["spawn"] = (1 + WORKERS) * DATA + WORKERS * OWN,
}

-- Trees whose memory is known.
local trees = bake.experiment {
   name = "weigh_trees",
   job = ("hold %d MiB, and %d MiB in each worker"):format(DATA // MIB, OWN // MIB),
   contenders = { peers.get "weigh_fork_read", peers.get "weigh_fork_write", peers.get "weigh_spawn" },
   workers = { WORKERS },
   repeats = 6,
}:run()

-- A shell command that runs a program ("$@") and prints what a tool says about its memory.
local TOOLS = {
   { name = "time", label = "GNU time", package = "time", says = "ru_maxrss of the largest process",
      command = '/usr/bin/time -f %M "$@" 2>&1 >/dev/null', check = "test -x /usr/bin/time",
      read = function(text) return tonumber(text:match("(%d+)%s*$")) * 1024 end },
   { name = "mprof", label = "mprof", package = "python3-memory-profiler", says = "RSS of the parent",
      command = 'f=$(mktemp); python3-mprof run -T 0.02 --output "$f" "$@" >/dev/null; cat "$f"; rm "$f"',
      check = "command -v python3-mprof" },
   { name = "mprof_children", label = "mprof --include-children", package = "python3-memory-profiler",
      says = "sum of RSS",
      command = 'f=$(mktemp); python3-mprof run -T 0.02 --include-children --output "$f" "$@" >/dev/null; '
         .. 'cat "$f"; rm "$f"', check = "command -v python3-mprof" },
   { name = "psrecord", label = "psrecord --include-children", package = "psrecord (from PyPI)",
      says = "sum of RSS",
      command = 'f=$(mktemp); psrecord "$*" --interval 0.02 --include-children --log "$f" >/dev/null; '
         .. 'cat "$f"; rm "$f"', check = "command -v psrecord" },
}

-- The same tree under each tool.
local told, entries = answers.new "weigh_tools", {}
local weighed = peers.get "weigh_fork_read"
for index, tool in ipairs(TOOLS) do
   local argv = { "sh", "-c", tool.command, tool.name, table.unpack(weighed.argv) }
   entries[index] = told:keep({ "command", label = tool.label, model = "other", argv = argv,
      env = weighed.env, check = { "sh", "-c", tool.check }, package = tool.package }, tool.name)
end
entries[#entries + 1] = peers.get("weigh_fork_read", { label = "no tool" }) -- is installed everywhere
local tools = bake.experiment {
   name = "weigh_tools",
   contenders = entries,
   workers = { WORKERS },
   repeats = 6,
   warmup = 0,
}:run()
told:collect(tools)

-- One job under every model, with more and more workers.
local JOBS = 64
local site <close> = bake.server { latency = "50ms", body = "tickets" }
local models = bake.experiment {
   name = "weigh_models",
   urls = site:urls("/tickets?day=%d", JOBS),
   process = function(response) return #require("cjson").decode(response.body).prices end,
   contenders = { "threads", "processes", "eventloop", "coroutines" },
   workers = { 1, 16, 64 },
   repeats = 6,
}:run()

local ARENA_THREADS = 8
local arenas = bake.experiment {
   name = "weigh_arenas",
   job = ("%d threads allocate and free %d MiB in turn"):format(ARENA_THREADS, OWN // MIB),
   contenders = { peers.get "weigh_threads", peers.get "weigh_threads_one_arena" },
   workers = { ARENA_THREADS },
   repeats = 6,
}:run()

-- %% What each tool says tags=["hide-input"]
local function mib(bytes) return bytes and bake.format.size(bytes) or "–" end

-- mprof: lines "MEM 12.5 1700000000.1", in MiB, and "CHLD …" for children; psrecord: columns time, cpu, MB.
local function largest(text)
   local most
   for line in text:gmatch("[^\n]+") do
      local value = line:match("^MEM%s+([%d.]+)") or line:match("^%s*[%d.]+%s+[%d.]+%s+([%d.]+)%s")
      most = value and math.max(most or 0, tonumber(value) * MIB) or most
   end
   return most
end

local function said(tool)
   local bytes = told:median(tools, tool.name, tool.read or largest)
   return bytes and mib(bytes) or tools:cell(tool.label) and "–" or "not installed: " .. tool.package
end

local function of_tree(label, figure) return trees:median(trees:cell(label), figure) end

local function repeats_of(results) return math.tointeger(results.manifest.repeats) end

-- %% [markdown]
-- The tree: a Python process makes {{ mib(DATA) }} of data and forks {{ WORKERS }} workers. Each reads that
-- data and makes {{ mib(OWN) }} of its own. Together that is {{ mib(KNOWN["fork-read"]) }}, and the
-- interpreter. On the same tree, the tools say:

-- %% tags=["hide-input"]
local rows = {}
for index, tool in ipairs(TOOLS) do
   rows[index] = { tool = tool.label, ["what it is"] = tool.says, ["what it says"] = said(tool) }
end
for _, one in ipairs { { "rss_peak", "sum of RSS" }, { "pss_peak", "sum of PSS" },
   { "uss_peak", "sum of USS: private pages" },
   { "footprint_peak", "private pages, and the largest shared part once" } } do
   rows[#rows + 1] = { tool = "bakeoff: " .. one[1]:gsub("_peak", ""), ["what it is"] = one[2],
      ["what it says"] = mib(of_tree("fork-read", one[1])) }
end
rows[#rows + 1] = { tool = "(what the program holds)", ["what it is"] = "without the interpreter",
   ["what it says"] = mib(KNOWN["fork-read"]) }
bake.show(rows)

-- %% [markdown]
-- The **sum of RSS** counts the parent's data once for every process that looks at it, {{ WORKERS + 1 }}
-- times here. **ru_maxrss**, which GNU time and `resource.getrusage` report, is that of the *largest single
-- process*; the others don't count at all. **PSS** divides shared pages by the number of processes that
-- have them, so its sum is right as long as nobody else maps the same libraries. **USS** leaves shared
-- pages out. The **footprint** counts private pages, and shared ones once.

-- %%
trees:table { figures = { "footprint_peak", "pss_peak", "uss_peak", "rss_peak" } }

-- %% tags=["hide-input"]
for _, label in ipairs { "fork-read", "fork-write", "spawn" } do
   trees:claim(label .. ": the footprint is what the program holds, and at most 15 MiB per process more",
      { ('footprint_peak("%s") > %dB'):format(label, KNOWN[label]),
         ('footprint_peak("%s") < %dB'):format(label, KNOWN[label] + (1 + WORKERS) * 15 * MIB) })
end
trees:claim("the sum of RSS is more than twice what a forked tree that only reads needs",
   'rss_peak("fork-read") > 2 * footprint_peak("fork-read")')
trees:claim("where workers are spawned, the sum of RSS is right within 20 %",
   'rss_peak("spawn") < 1.2 * footprint_peak("spawn")')

-- %% [markdown]
-- ## Fork, spawn, and copy on write
--
-- `fork-write` runs the same code, but each worker writes a byte to every page of the data. The kernel
-- copies each of these pages, and the tree needs
-- {{ trees:value("fork-write", WORKERS, "footprint_peak") }}: as much as if every worker had been started
-- afresh and had made the data itself (`spawn`, {{ trees:value("spawn", WORKERS, "footprint_peak") }}). The
-- sum of RSS is the same before and after the copy. Python writes to objects that it only reads, since it
-- counts references in them; so a list of small objects behaves like `fork-write`, and one large array like
-- `fork-read`.

-- %%
trees:chart "footprint"

-- %% tags=["hide-input"]
trees:claim("a forked tree that writes to its data needs at least 2.5 times the memory of one that reads",
   'footprint_peak("fork-write") > 2.5 * footprint_peak("fork-read")')
trees:claim("the sum of RSS doesn't show it: it changes by less than 10 %", {
   'rss_peak("fork-write") < 1.1 * rss_peak("fork-read")',
   'rss_peak("fork-write") > 0.9 * rss_peak("fork-read")' })

-- %% [markdown]
-- ## So what does a worker weigh?
--
-- {{ JOBS }} downloads, parsed in Lua, with 1 to {{ JOBS }} workers in every model. The slope is the weight
-- of one more worker:

-- %%
models:chart "memory_workers"

-- %% tags=["hide-input"]
local weights = {}
for _, entry in ipairs(models:scaling()) do
   local one = entry.memory_per_worker
   local grows = one and one.value > 0
   weights[#weights + 1] = one and { model = models:cell(entry.label).name,
      ["one more worker"] = grows and mib(one.value) or "no growth shown",
      ["within (95 %)"] = grows and one.low and ("%s to %s"):format(mib(one.low), mib(one.high)) or "–" }
end
bake.show(weights)

models:claim("with 64 workers, processes take more than threads, and threads more than an event loop", {
   "footprint_peak(processes, 64) > footprint_peak(threads, 64)",
   "footprint_peak(threads, 64) > footprint_peak(eventloop, 64)" })

-- %% [markdown]
-- ## Memory that was freed, and is still there
--
-- glibc gives threads *arenas* of their own, up to eight for each core. In this program,
-- {{ ARENA_THREADS }} threads take turns: each allocates {{ mib(OWN) }} in small blocks, frees them, and
-- keeps one block of two kilobytes, which it made last. At no time is more than {{ mib(OWN) }} in use. But
-- the small block stands at the end of the thread's arena, so the arena can't shrink, and other threads
-- can't use what is free in it.

-- %%
arenas:table { figures = { "footprint_peak", "total" } }

-- %% [markdown]
-- `MALLOC_ARENA_MAX=1` makes all threads use one arena, and what one has freed serves the next. It also
-- makes them wait for one lock; measure before you set it.

-- %% tags=["hide-input"]
arenas:claim("with one arena, the threads' peak is less than two thirds",
   'footprint_peak("threads (one arena)") < 0.67 * footprint_peak("threads")')

-- %% [markdown]
-- ## How to decide
--
-- - **One process:** RSS is right, and so is `ru_maxrss` for its peak. Every tool agrees.
-- - **Forked workers:** never add up RSS. Use the footprint, or the sum of PSS if nothing else on the
--   machine shares the pages.
-- - **What would one more worker cost?** Measure with several numbers of workers and take the slope, not
--   one peak divided by the number.
-- - **Threads that grow without a leak:** try `MALLOC_ARENA_MAX=1` or 2 before you look for one.
-- - **Virtual size** says nothing: a thread reserves megabytes that it never touches.
--
-- ## Method
--
-- `scripts/peers/weigh.py` holds memory whose amount is known, for half a second after all workers have
-- reached a barrier. bakeoff samples the whole tree from outside and has a bracket for each peak: what it
-- has seen, and what it may have missed. The tools ran on the forked tree that reads; what they say is the
-- median of {{ repeats_of(tools) }} trials, in which they sampled every 20 ms. psrecord isn't in Debian; it
-- is included if it is installed. mprof and psrecord are Python programs, but don't count themselves. All
-- else is the median of {{ repeats_of(trees) }} trials with its 95 % interval, in random order, each in
-- fresh processes. Two further costs of memory stay out: page cache, and the kernel's own, such as page
-- tables and socket buffers.
