--- Run by the benchmark in a separate process, `lua_runner tasks_alone.lua SLEEPERS SWITCHES`: the cost of
-- tasks that only wait. Prints one line of JSON:
--    kib_each     growth of the footprint by SLEEPERS sleeping tasks, divided by their number: coroutine,
--                 handle (kept here), function and timer of each
--    switches_per_s, one_switches_per_s   turns of tasks that sleep(0), a thousand and one of them
--    tasks_per_s  empty tasks started, run and ended

local bake = require "bakeoff"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"

local sleepers, switches = math.tointeger(arg[1]), math.tointeger(arg[2])

local function grown_by_sleepers()
   local loop <close> = bake.loop {}
   loop:run(function() bake.sleep "1ms" end)
   collectgarbage()
   collectgarbage()
   local before = bake.memory().rss_bytes
   local handles, during = {}, nil
   for i = 1, sleepers do
      handles[i] = loop:go(function() bake.sleep(i < sleepers and 3600 or 3601) end)
   end
   loop:run(function()
      bake.sleep(0)
      during = bake.memory().rss_bytes
   end)
   if #loop ~= #handles then
      error("not all of them sleep")
   end
   return (during - before) / sleepers / 1024
end

local function rate(tasks)
   local loop <close> = bake.loop {}
   local sleep, each = bake.sleep, switches // tasks
   for _ = 1, tasks do
      loop:go(function()
         for _ = 1, each do
            sleep(0)
         end
      end)
   end
   local start = core.now()
   assert(loop:run())
   return tasks * each / (core.now() - start)
end

local function nothing() end

local function start_rate()
   local loop <close> = bake.loop {}
   local start = core.now()
   for _ = 1, 100 do
      for _ = 1, 1000 do
         loop:go(nothing)
      end
      loop:run()
   end
   return 1e5 / (core.now() - start)
end

local kib_each = grown_by_sleepers() -- first: later the process has memory to give again
print(json.encode { kib_each = kib_each, switches_per_s = rate(1000), one_switches_per_s = rate(1),
   tasks_per_s = start_rate() })
