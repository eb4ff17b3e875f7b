-- Many tasks that wait at the same time, in one of bakeoff's models: until the last one waits, and half a
-- second more. The other programs `wait_*` do the same.
--
--    bakeoff run scripts/peers/wait_bakeoff.lua --model coroutines --tasks 1000
--
-- coroutines: tasks of a loop at a semaphore; threads, processes: workers of a pool that wait for work.

local bake = require "bakeoff"

local HOLD, LOOK = "500ms", "10ms"

local opt = bake.options {
   model = { "coroutines", "coroutines, threads or processes" },
   tasks = { 1, "number of tasks" },
}

local MODELS = {}

function MODELS.coroutines()
   local loop <close> = bake.loop {}
   local gate, begun = bake.semaphore(0), 0
   for _ = 1, opt.tasks do
      loop:go(function()
         begun = begun + 1
         gate:acquire()
      end)
   end
   assert(loop:run(function()
      while begun < opt.tasks do
         bake.sleep(LOOK)
      end
      bake.sleep(HOLD)
      for _ = 1, opt.tasks do
         gate:release()
      end
      return true
   end))
   assert(loop:run())
end

-- A pool exists as soon as all of its workers wait.
function MODELS.threads()
   local pool <close> = bake.threads { workers = opt.tasks } -- luacheck: ignore pool
   bake.sleep(HOLD)
end

function MODELS.processes()
   local pool <close> = bake.processes { workers = opt.tasks } -- luacheck: ignore pool
   bake.sleep(HOLD)
end

local run = MODELS[opt.model]
   or bake.fail("--model: '%s' is not a model; write coroutines, threads or processes", opt.model)
run()
