--- Targets of tasks on a loop: the memory of a waiting task, and the time of a turn.

local json = require "bakeoff.base.json"
local measure = require "measure"

local tasks = {}

local SLEEPERS, SWITCHES = 10000, 1000000
local here = arg[0]:match "^(.*)/[^/]*$" or "."

local function line(rows, field, values)
   local seen = measure.median(rows, field)
   values.value, values.low, values.high = seen.value, seen.low, seen.high
   values.blocks, values.a = seen.blocks, seen.a
   return values
end

--- 10,000 sleeping tasks, and turns of tasks that sleep(0), in a fresh process for each block.
function tasks.sleepers(settings, keep)
   local argv = { measure.program "bin/lua_runner", here .. "/tasks_alone.lua", tostring(SLEEPERS),
      tostring(SWITCHES) }
   local rows = measure.blocks(math.min(settings.blocks, 9), { {
      name = "tasks", run = function() return json.decode(measure.output(argv)) end,
   } }, keep).tasks
   local function typical(field) return measure.median(rows, field).value end
   return {
      line(rows, "kib_each", {
         what = "10,000 sleeping tasks: footprint each", unit = " KiB", at_most = 2,
         detail = "coroutine, handle, function and timer",
      }),
      line(rows, "switches_per_s", {
         what = "1,000 tasks that sleep(0): turns", unit = "/s", at_least = 1e6,
         detail = ("one task alone %.2g/s; %.2g tasks/s from start to end"):format(
            typical "one_switches_per_s", typical "tasks_per_s"),
      }),
   }
end

return tasks
