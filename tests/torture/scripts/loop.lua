--- What a loop does: fetches, files, pools, time limits, groups. Prints "whole" if everything came back once.

local bake = require "bakeoff"

local site <close> = bake.server { body = "tickets" }
local pool <close> = assert(bake.processes { workers = 1 })
local loop <close> = assert(bake.loop { in_flight = 2 })

local called, asked = 0, 0

local function ask(url)
   asked = asked + 1
   loop:fetch(url, function(response, message)
      called = called + 1
      assert(response or message, "a failure without a message")
   end)
end

for day = 1, 4 do
   ask(site:url("/tickets?day=" .. day))
end
local tasks = {}
for n = 1, 3 do
   tasks[n] = loop:go(function()
      bake.sleep(0.001)
      local found = bake.gather {
         function() return (assert(loop:fetch(site:url("/n" .. n)))).status end,
         function() return #assert(loop:read "/proc/self/status") end,
         function() return assert(loop:offload(pool, math.abs, -n)) end,
      }
      return found
   end)
end
tasks[4] = loop:go(function() bake.timeout(0.001, bake.sleep, 5) end)
assert(loop:run())
assert(called == asked, ("%d requests, %d callbacks"):format(asked, called))
for _, task in ipairs(tasks) do
   assert(task:done(), "a task that never ended")
   task:error()
end
print "whole"
