-- In which order do results come? The same sums and fetches, started and awaited in five ways.
--
--    bakeoff run scripts/completion_order.lua
--    bakeoff run scripts/completion_order.lua --sizes 9,1,1,1 --unit 100000000 --processes 2
--
-- Each way gets the same work: sums of different size for worker processes, and a few fetches. It notes
-- when each task ran, and when the caller had its result. One run each: this is about order, not speed.

local bake = require "bakeoff"
local numbers = require "bakeoff.numbers"
local sequence = require "bakeoff.charts.sequence"
local text_table = require "bakeoff.table"

local opt = bake.options {
   sizes = { "5,1,2,1", "sizes of the sums, in units, in the order of submission" },
   unit = { 400000000, "a sum of size 1 adds up 0 to this" },
   processes = { 2, "worker processes" },
   fetches = { 3, "fetches beside the sums" },
   latency = { "150ms", "time the server takes to answer" },
}

local sizes = {}
for size in opt.sizes:gmatch("[^,%s]+") do
   sizes[#sizes + 1] = assert(math.tointeger(tonumber(size)), "--sizes: write whole numbers, such as 5,1,2,1")
end

local site <close> = bake.server { latency = opt.latency }
local urls = site:urls("/page?number=%d", opt.fetches)

local work, now = bake.work, bake.now

-- The task of the workers: when it began, when it ended, the sum.
local function sum(n)
   local started = now()
   local total = work.sum(n)
   return started, now(), total
end

local Run = {}
Run.__index = Run

-- One way of doing it all: notes times from its own beginning. Sums come first, then the fetches.
local function new_run(name, model)
   local run = setmetatable({ zero = now(), system = { name = name, model = model, tasks = {} } }, Run)
   for index = 1, #sizes + #urls do
      run.system.tasks[index] = { kind = index <= #sizes and "cpu" or "io" }
   end
   return run
end

function Run:note(index, field, time) self.system.tasks[index][field] = (time or now()) - self.zero end

-- started, ended: as the task told them; nil, message: it failed.
function Run:ran(index, started, ended)
   self:note(index, "started", assert(started, ended))
   self:note(index, "ended", ended)
end

local function submit(run, pool, index)
   run:note(index, "submitted")
   return pool:submit(sum, sizes[index] * opt.unit)
end

-- What a program does that waits for one thing at a time.
local function fetch_one_by_one(run)
   for number, url in ipairs(urls) do
      local index = #sizes + number
      run:note(index, "submitted")
      local started = now()
      assert(bake.fetch { url = url, proxy = "" })
      run:ran(index, started, now())
      run:note(index, "received")
   end
end

-- A process for each sum, joined in the order of starting. Nothing comes back: of the sums, the caller
-- learns only that they have ended (the times are read from the results afterwards, for the chart).
local function bare_processes()
   local run = new_run("processes: start, join", "processes")
   run.system.results = false
   local pools, futures = {}, {}
   for index = 1, #sizes do
      run:note(index, "submitted")
      pools[index] = bake.processes { workers = 1 }
      futures[index] = pools[index]:submit(sum, sizes[index] * opt.unit)
   end
   for index, pool in ipairs(pools) do
      pool:shutdown { wait = true }
      run:note(index, "received")
   end
   for index, future in ipairs(futures) do
      run:ran(index, future:result())
   end
   return run
end

-- Submit one, wait for its result, submit the next.
local function apply(pool)
   local run = new_run("pool: apply", "processes")
   for index = 1, #sizes do
      run:ran(index, submit(run, pool, index):result())
      run:note(index, "received")
   end
   return run
end

-- Submit all, then ask for the results in the order of submission.
local function apply_async(pool)
   local run = new_run("pool: apply_async, get", "processes")
   local futures = {}
   for index = 1, #sizes do
      futures[index] = submit(run, pool, index)
   end
   for index, future in ipairs(futures) do
      run:ran(index, future:result())
      run:note(index, "received")
   end
   return run
end

local function sum_in_table(n) return { sum(n) } end

-- An ordered map: results one by one, in the order of submission.
local function map(pool)
   local run = new_run("executor: map", "processes")
   local items = {}
   for index, size in ipairs(sizes) do
      run:note(index, "submitted")
      items[index] = size * opt.unit
   end
   for index, result, message in pool:imap(sum_in_table, items) do
      run:ran(index, table.unpack(assert(result, message)))
      run:note(index, "received")
   end
   return run
end

-- A loop that hands the sums to the pool and fetches meanwhile; results as they complete.
local function loop_as_completed(pool)
   local loop <close> = assert(bake.loop { proxy = "" })
   local run = new_run("loop: as_completed", "coroutines")
   local function fetch(index, url)
      local started = now()
      assert(loop:fetch(url))
      return index, started, now()
   end
   local function offload(index) return index, loop:offload(pool, sum, sizes[index] * opt.unit) end
   local function collect()
      local tasks = {}
      for index = 1, #sizes + #urls do
         run:note(index, "submitted")
         local url = urls[index - #sizes]
         tasks[index] = url and loop:go(fetch, index, url) or loop:go(offload, index)
      end
      for task in bake.as_completed(tasks) do
         local index, started, ended = task:result()
         run:ran(assert(index, started), started, ended)
         run:note(index, "received")
      end
      return true
   end
   assert(loop:run(collect))
   return run
end

-- Workers are forked before anything here starts a thread or a loop.
local ways = { apply, apply_async, map, loop_as_completed }
local pools = {}
for index = 1, #ways do
   pools[index] = bake.processes { workers = opt.processes }
end

local runs = { bare_processes() }
fetch_one_by_one(runs[1])
for index, way in ipairs(ways) do
   local run = way(pools[index])
   if way ~= loop_as_completed then
      fetch_one_by_one(run)
   end
   pools[index]:shutdown()
   runs[#runs + 1] = run
end

-- Tasks by number, in the order of a time.
local function order_by(system, field)
   local list = {}
   for index in ipairs(system.tasks) do
      list[index] = index
   end
   table.sort(list, function(a, b) return system.tasks[a][field] < system.tasks[b][field] end)
   return table.concat(list, " ")
end

local function last_end(system)
   local last = 0
   for _, task in ipairs(system.tasks) do
      last = math.max(last, task.received)
   end
   return last
end

local systems, rows = {}, {}
for index, run in ipairs(runs) do
   local system = run.system
   local _, longest = sequence.held(system)
   systems[index] = system
   rows[index] = {
      system.name, order_by(system, "submitted"), order_by(system, "ended"), order_by(system, "received"),
      numbers.format(longest, "time"), numbers.format(last_end(system), "time"),
   }
end

local columns = {}
for index, title in ipairs { "system", "submitted", "completed", "received", "longest wait", "all done" } do
   columns[index] = { title = title, right = index >= 5 }
end
for _, line in ipairs(text_table.terminal(columns, rows, {})) do
   print(line)
end
print()

bake.chart { kind = "order", name = "completion_order", systems = systems,
   job = ("sums of size %s and %s, %s"):format(opt.sizes:gsub("%s*,%s*", ", "),
      #urls == 1 and "1 fetch" or #urls .. " fetches", numbers.plural(opt.processes, "worker")) }
