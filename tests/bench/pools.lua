--- Targets of pools: comparison with Python's executors and multiprocessing, workers on two cores, start-up.

local json = require "bakeoff.base.json"
local measure = require "measure"

local PYTHON = "/usr/bin/python3"
local WORKERS = 2
local QUICK = 1000 -- below so many requests the bench itself is tested: everything small

local here = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

local pools = {}

local function decoded(argv) return json.decode(measure.output(argv)) end

-- A run of peers/<script>.py.
local function peer(script, ...)
   local argv = { PYTHON, "-B", here .. "/peers/" .. script .. ".py" }
   for _, word in ipairs { ... } do
      argv[#argv + 1] = tostring(word)
   end
   return { name = "python", run = function() return decoded(argv) end }
end

-- A run of pool_run.lua.
local function product(name, ...)
   local argv = { measure.program "bin/lua_runner", here .. "/pool_run.lua" }
   for _, word in ipairs { ... } do
      argv[#argv + 1] = tostring(word)
   end
   return { name = name, run = function() return decoded(argv) end }
end

local function rate(summary)
   local value = summary.median
   return value < 1e6 and ("%.0f/s"):format(value) or ("%.2f million/s"):format(value / 1e6)
end

local function cpu_per_task(rows)
   local sum, tasks = 0, 0
   for _, row in ipairs(rows) do
      sum, tasks = sum + row.user_s + row.system_s, tasks + row.tasks
   end
   return ("%.2f µs"):format(sum / tasks * 1e6)
end

-- Both sides add up their results; every batch has the same sum.
local function check_sums(seen)
   local share
   for name, rows in pairs(seen) do
      for _, row in ipairs(rows) do
         share = share or row.total / row.tasks
         if row.total / row.tasks ~= share then
            error(("%s: a sum of %s over %d tasks, where another run had %s a task"):format(name, row.total,
               row.tasks, share), 0)
         end
      end
   end
end

local function against_python(settings, keep, what, at_least, ours, theirs)
   local seen = measure.blocks(settings.blocks, { ours, theirs }, keep)
   check_sums(seen)
   local ratio = measure.ratio(seen.bakeoff, seen.python, "tasks_per_s")
   return {
      what = what, value = ratio.value, low = ratio.low, high = ratio.high, blocks = ratio.blocks, unit = "×",
      at_least = at_least, a = ratio.a, b = ratio.b,
      detail = ("bakeoff %s, python %s; CPU per task %s, %s"):format(rate(ratio.a), rate(ratio.b),
         cpu_per_task(seen.bakeoff), cpu_per_task(seen.python)),
   }
end

--- submit compared with ThreadPoolExecutor and ProcessPoolExecutor. Both sides run batches of one size;
-- bakeoff runs more of them, so that both take about equally long.
function pools.submit(settings, keep)
   local lines = {}
   local quick = settings.requests < QUICK
   for _, pair in ipairs { { "threads", "threads", 20 }, { "fork", "processes", 20 } } do
      local kind, word, rounds = table.unpack(pair)
      lines[#lines + 1] = against_python(settings, keep,
         ("%s ×%d: submit / Python's executor: tasks/s"):format(word, WORKERS), 10,
         product("bakeoff", "submit", kind, settings.requests, quick and 1 or rounds, WORKERS),
         peer(word .. "_submit", settings.requests, 1, WORKERS))
   end
   return lines
end

--- map in chunks compared with multiprocessing.Pool.map.
function pools.map(settings, keep)
   local lines = {}
   local tasks, rounds = settings.requests * 25, settings.requests < QUICK and 1 or 2
   for _, chunk in ipairs { 100, 1000 } do
      lines[#lines + 1] = against_python(settings, keep,
         ("processes ×%d: map, chunk %d / multiprocessing.Pool: tasks/s"):format(WORKERS, chunk), 1.5,
         product("bakeoff", "map", "fork", tasks, rounds, WORKERS, chunk),
         peer("pool_map", tasks, rounds, WORKERS, chunk))
   end
   return lines
end

-- The time of one worker divided by that of two.
local function speed_up(settings, keep, kind, label, work, limit)
   local tasks = settings.requests < QUICK and 2 or 8
   local seen = measure.blocks(settings.blocks, {
      product("one", "cpu", kind, work, tasks, 1), product("two", "cpu", kind, work, tasks, 2),
   }, keep)
   check_sums(seen)
   local ratio = measure.ratio(seen.one, seen.two, "wall_s")
   return {
      what = ("%s, CPU work in %s: two workers / one"):format(label, work == "lua" and "Lua" or "C"),
      value = ratio.value, low = ratio.low, high = ratio.high, blocks = ratio.blocks, unit = "×",
      at_least = limit.at_least, at_most = limit.at_most, a = ratio.a, b = ratio.b,
      detail = ("%d tasks: one worker %.0f ms, two %.0f ms"):format(tasks, ratio.a.median * 1e3,
         ratio.b.median * 1e3),
   }
end

--- Two CPU-bound workers on two cores compared with one: a tiny loop in Lua, and bake.work.sum.
function pools.cpu(settings, keep)
   local lines = {}
   for _, work in ipairs { "lua", "sum" } do
      lines[#lines + 1] = speed_up(settings, keep, "threads", "threads", work, { at_least = 1.8 })
      lines[#lines + 1] = speed_up(settings, keep, "fork", "processes", work, { at_least = 1.8 })
      lines[#lines + 1] = speed_up(settings, keep, "gil", "threads with gil", work, { at_most = 1.1 })
   end
   return lines
end

--- Starts a pool of two and waits for an answer from each worker. It has no limit and is only shown.
function pools.start(settings, keep)
   local lines, runs = {}, math.max(settings.requests // 1000, 2)
   for _, kind in ipairs { "threads", "fork", "spawn" } do
      local seen = measure.blocks(settings.blocks, {
         product("bakeoff", "start", kind, runs, WORKERS), peer("pool_start", kind, runs, WORKERS),
      }, keep)
      local ratio = measure.ratio(seen.bakeoff, seen.python, "median_s")
      lines[#lines + 1] = {
         what = ("start of a pool of %d, %s / Python's: time"):format(WORKERS, kind),
         value = ratio.value, low = ratio.low, high = ratio.high, blocks = ratio.blocks, unit = "×",
         a = ratio.a, b = ratio.b,
         detail = ("bakeoff %.2f ms, python %.2f ms, %d each per block"):format(ratio.a.median * 1e3,
            ratio.b.median * 1e3, runs),
      }
   end
   return lines
end

return pools
