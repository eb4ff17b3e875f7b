--- Five ways to start and await the same work: sums in worker processes, and fetches. They are the systems
-- of "Combining Multiprocessing and Asyncio in Python for Performance Boosts" (2023), built on bakeoff's
-- pools and loop. completion_order.lua draws them; processes_2023.lua compares them with the Python programs.
--
--    local systems = require "completion.systems"
--    for _, system in ipairs(systems.run(work)) do … end
--
-- work: { numbers = list (a sum adds up 0 to each), urls = list, processes = count, add = function(n) → total
-- (is copied to the workers), tell = function(index, value) (optional; called as results arrive) }.
-- A system is what bake.chart { kind = "order" } draws: name, model, results, and tasks with their times in
-- seconds since the system's start. Tasks are in the order of submission: first the sums, then the fetches.

local bake = require "bakeoff"

local now = bake.now

local systems = {}

-- --- notes of one run -----------------------------------------------------------------------------

local Run = {}
Run.__index = Run

local function new_run(work, way)
   local run = setmetatable({ zero = now(), work = work, tell = work.tell or function() end,
      system = { name = way.name, model = way.model, results = way.results, tasks = {} } }, Run)
   for index = 1, #work.numbers + #work.urls do
      run.system.tasks[index] = { kind = index <= #work.numbers and "cpu" or "io" }
   end
   return run
end

function Run:note(index, field, time) self.system.tasks[index][field] = (time or now()) - self.zero end

-- started, ended: as reported by the task; nil, message: the task failed. Returns what the task computed.
function Run:ran(index, started, ended, value)
   self:note(index, "started", assert(started, ended))
   self:note(index, "ended", ended)
   return value
end

function Run:received(index, value)
   self:note(index, "received")
   self.tell(index, value)
end

-- The task of the workers. Returns when it began, when it ended, and the sum.
function Run:task()
   local add = self.work.add
   return function(n)
      local started = now()
      local total = add(n)
      return started, now(), total
   end
end

function Run:submit(pool, index)
   self:note(index, "submitted")
   return pool:submit(self:task(), self.work.numbers[index])
end

-- The fetches of a program that waits for one thing at a time.
function Run:fetch_one_by_one()
   for number, url in ipairs(self.work.urls) do
      local index = #self.work.numbers + number
      self:note(index, "submitted")
      local started = now()
      local response = assert(bake.fetch { url = url, proxy = "" })
      self:received(index, self:ran(index, started, now(), #response.body))
   end
end

-- --- the ways -------------------------------------------------------------------------------------

-- A process for each sum, joined in the order of starting. Nothing is returned: the caller learns only that
-- the sums have ended. (For the chart, the times are read from the results afterwards.) To show its sum, a
-- process has to print it.
local function bare_processes(run)
   local task, tell, pools, futures = run:task(), run.work.tell, {}, {}
   local function sum_and_tell(index, n)
      local started, ended, total = task(n)
      if tell then
         tell(index, total)
      end
      return started, ended
   end
   for index, n in ipairs(run.work.numbers) do
      run:note(index, "submitted")
      pools[index] = bake.processes { workers = 1 }
      futures[index] = pools[index]:submit(sum_and_tell, index, n)
   end
   for index, pool in ipairs(pools) do
      pool:shutdown { wait = true }
      run:note(index, "received")
   end
   for index, future in ipairs(futures) do
      run:ran(index, future:result())
   end
   run:fetch_one_by_one()
end

-- Submit one, wait for its result, submit the next.
local function apply(run, pool)
   for index = 1, #run.work.numbers do
      run:received(index, run:ran(index, run:submit(pool, index):result()))
   end
   run:fetch_one_by_one()
end

-- Submit all, then ask for the results in the order of submission.
local function apply_async(run, pool)
   local futures = {}
   for index = 1, #run.work.numbers do
      futures[index] = run:submit(pool, index)
   end
   for index, future in ipairs(futures) do
      run:received(index, run:ran(index, future:result()))
   end
   run:fetch_one_by_one()
end

-- An ordered map: results arrive one by one, in the order of submission.
local function map(run, pool)
   local task = run:task()
   local function task_in_table(n) return { task(n) } end
   for index = 1, #run.work.numbers do
      run:note(index, "submitted")
   end
   for index, result, message in pool:imap(task_in_table, run.work.numbers) do
      run:received(index, run:ran(index, table.unpack(assert(result, message))))
   end
   run:fetch_one_by_one()
end

-- A loop that gives the sums to the pool and fetches at the same time; results arrive as they complete.
local function loop_as_completed(run, pool)
   local loop <close> = assert(bake.loop { proxy = "" })
   local task, numbers, urls = run:task(), run.work.numbers, run.work.urls
   local function fetch(index, url)
      local started = now()
      local response = assert(loop:fetch(url))
      return index, started, now(), #response.body
   end
   local function offload(index) return index, loop:offload(pool, task, numbers[index]) end
   assert(loop:run(function()
      local tasks = {}
      for index = 1, #numbers + #urls do
         run:note(index, "submitted")
         local url = urls[index - #numbers]
         tasks[index] = url and loop:go(fetch, index, url) or loop:go(offload, index)
      end
      for done in bake.as_completed(tasks) do
         local index, started, ended, value = done:result()
         run:received(index, run:ran(assert(index, started), started, ended, value))
      end
      return true
   end))
end

-- --- running them ---------------------------------------------------------------------------------

--- The Lua counterpart of a Python program's loop: the interpreter executes each addition. For `add`.
function systems.add_up(n)
   local total = 0
   for i = 0, n do
      total = total + i
   end
   return total
end

--- In the order of the article: C1 to C5.
systems.WAYS = {
   { name = "processes: start, join", model = "processes", results = false, go = bare_processes },
   { name = "pool: apply", model = "processes", go = apply, pool = true },
   { name = "pool: apply_async, get", model = "processes", go = apply_async, pool = true },
   { name = "executor: map", model = "processes", go = map, pool = true },
   { name = "loop: as_completed", model = "coroutines", go = loop_as_completed, pool = true },
}

local function run_way(work, way, pool)
   local run = new_run(work, way)
   way.go(run, pool)
   if pool then
      pool:shutdown()
   end
   return run.system
end

local function pool_of(work, way) return way.pool and bake.processes { workers = work.processes } or nil end

--- Runs one way, given by its index in WAYS, and returns its system. As in a separate program, the clock
-- starts before the workers do.
function systems.run_one(work, number)
   local way = systems.WAYS[number]
   return run_way(work, way, pool_of(work, way))
end

--- Runs all ways, one after the other, and returns the list of systems. Call it once per process: workers
-- must be forked before anything here starts a loop.
function systems.run(work)
   local pools, list = {}, {}
   for number, way in ipairs(systems.WAYS) do
      pools[number] = pool_of(work, way) or false
   end
   for number, way in ipairs(systems.WAYS) do
      list[number] = run_way(work, way, pools[number] or nil)
   end
   return list
end

-- --- what came out --------------------------------------------------------------------------------

--- The numbers of a system's tasks, sorted by one of their times, as text: "2 3 4 1".
function systems.order_by(system, field)
   local list = {}
   for index in ipairs(system.tasks) do
      list[index] = index
   end
   table.sort(list, function(a, b) return system.tasks[a][field] < system.tasks[b][field] end)
   return table.concat(list, " ")
end

--- When the caller got the last result.
function systems.last_end(system)
   local last = 0
   for _, task in ipairs(system.tasks) do
      last = math.max(last, task.received)
   end
   return last
end

--- Rows of a table of systems: name; orders of submission, completion and receipt; longest wait; end. Also
-- returns its columns.
function systems.table(list)
   local rows, columns, time = {}, {}, bake.format.time
   for index, system in ipairs(list) do
      rows[index] = {
         system.name, systems.order_by(system, "submitted"), systems.order_by(system, "ended"),
         systems.order_by(system, "received"), time(bake.order(system).longest_wait_s),
         time(systems.last_end(system)),
      }
   end
   local titles = { "system", "submitted", "completed", "received", "longest wait", "all done" }
   for index, title in ipairs(titles) do
      columns[index] = { title = title, right = index >= 5 }
   end
   return columns, rows
end

return systems
