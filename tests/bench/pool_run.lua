--- Bakeoff's side of the comparisons with Python: does the same as peers/*.py, in a fresh process.
--
-- usage: lua_runner pool_run.lua submit KIND TASKS ROUNDS WORKERS
--        lua_runner pool_run.lua map KIND TASKS ROUNDS WORKERS CHUNK
--        lua_runner pool_run.lua start KIND RUNS WORKERS
--        lua_runner pool_run.lua cpu KIND WORK TASKS WORKERS
-- KIND is threads, gil (threads that share one interpreter lock), fork or spawn; WORK is lua or sum.
-- Prints one line of JSON.

local bake = require "bakeoff"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local KINDS = {
   threads = function(workers) return bake.threads { workers = workers } end,
   gil = function(workers) return bake.threads { workers = workers, gil = true } end,
   fork = function(workers) return bake.processes { workers = workers, start = "fork" } end,
   spawn = function(workers) return bake.processes { workers = workers, start = "spawn" } end,
}

local function add(a, b) return a + b end

local function double(a) return a + a end

-- User and system time of this process and its children.
local function cpu()
   local user, system = 0, 0
   for _, pid in ipairs(core.tree()) do
      local seen = core.cpu(pid)
      user, system = user + seen.user_s, system + seen.system_s
   end
   return user, system
end

--- Calls run() once to warm up, then `rounds` times with timing; run returns the sum of its results.
local function batches(run, tasks, rounds)
   run()
   local user, system = cpu()
   local begin, total = core.now(), 0
   for _ = 1, rounds do
      total = total + run()
   end
   local wall = core.now() - begin
   local user_after, system_after = cpu()
   return { tasks = tasks * rounds, total = total, wall_s = wall, tasks_per_s = tasks * rounds / wall,
      user_s = user_after - user, system_s = system_after - system }
end

local modes = {}

--- Submits tasks one by one, then waits for their results.
function modes.submit(kind, tasks, rounds, workers)
   local pool <close> = KINDS[kind](workers)
   return batches(function()
      local futures, total = {}, 0
      for i = 1, tasks do
         futures[i] = pool:submit(add, i - 1, 1)
      end
      for i = 1, tasks do
         total = total + futures[i]:result()
      end
      return total
   end, tasks, rounds)
end

--- Maps a function of one argument over a list, in chunks.
function modes.map(kind, tasks, rounds, workers, chunk)
   local pool <close> = KINDS[kind](workers)
   local items = {}
   for i = 1, tasks do
      items[i] = i - 1
   end
   return batches(function()
      local total = 0
      for _, value in ipairs(assert(pool:map(double, items, { chunk = chunk }))) do
         total = total + value
      end
      return total
   end, tasks, rounds)
end

-- The time until every worker has got a task and all have answered; ending the pool is not timed.
local function start_once(kind, workers)
   local begin = core.now()
   local pool <close> = KINDS[kind](workers)
   local futures = {}
   for i = 1, workers do
      futures[i] = pool:submit(add, i, 1)
   end
   for i = 1, workers do
      assert(futures[i]:result())
   end
   return core.now() - begin
end

--- Starting a pool: the median of `runs`.
function modes.start(kind, runs, workers)
   local times = {}
   for i = 1, runs do
      times[i] = start_once(kind, workers)
   end
   table.sort(times)
   return { runs = runs, median_s = times[(runs + 1) // 2] }
end

local WORK = {
   lua = function()
      local sum = 0
      for i = 1, 5000000 do
         sum = sum + i % 7
      end
      return sum
   end,
   sum = function() return require("bakeoff").work.sum(30000000) end,
}

--- `tasks` pieces of CPU work.
function modes.cpu(kind, work, tasks, workers)
   local pool <close> = KINDS[kind](workers)
   local run = assert(WORK[work], "no such work")
   return batches(function()
      local futures, total = {}, 0
      for i = 1, tasks do
         futures[i] = pool:submit(run)
      end
      for i = 1, tasks do
         total = total + futures[i]:result()
      end
      return total
   end, tasks, 1)
end

local function numbers(words)
   for i, word in ipairs(words) do
      words[i] = tonumber(word) or word
   end
   return table.unpack(words)
end

local run = modes[arg[1] or ""] or error("which of submit, map, start, cpu?", 0)
print(json.encode(run(numbers(table.move(arg, 2, #arg, 1, {})))))
