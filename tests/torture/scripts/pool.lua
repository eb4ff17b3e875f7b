--- Every use of a pool: bakeoff run pool.lua --kind threads|fork|spawn. Prints "whole" if all sums are right.

local bake = require "bakeoff"

local opt = bake.options { kind = { "threads", "threads, fork or spawn" } }

local shared = { factor = 3 }

local function open()
   if opt.kind == "threads" then
      return bake.threads { workers = 2, shared = shared, recycle = 5 }
   end
   return bake.processes { workers = 2, start = opt.kind, shared = shared, recycle = 5 }
end

local function times(n) return n * require("bakeoff").shared.factor end

local pool <close> = assert(open())

-- A failed task has a message and a code, and is no surprise here: only what is wrong or missing is.
local futures, done, failed = {}, 0, 0
for n = 1, 8 do
   futures[n] = pool:submit(times, n)
end
futures[9] = pool:submit(function() error("by intent", 0) end)
futures[10] = pool:submit(times, ("x"):rep(100000))
futures[10]:cancel()
for n, future in ipairs(futures) do
   local value, message, code = future:result(10)
   if value ~= nil then
      assert(value == n * shared.factor, "a wrong result")
      done = done + 1
   else
      assert(message and code, "a failure without a message")
      assert(code ~= "timeout", "a task that never ended")
      failed = failed + 1
   end
end

local list, message, code = pool:map(times, { 1, 2, 3, 4, 5, 6 }, { chunk = 2, timeout = 10 })
if list then
   assert(#list == 6 and list[6] == 18, "a wrong result")
else
   assert(message and code and code ~= "timeout", message)
end

pool:shutdown()
local counts = pool:counts()
local ended = counts.done + counts.failed + counts.lost + counts.cancelled + counts.broken
assert(counts.submitted == ended, ("%d tasks were submitted, %d ended"):format(counts.submitted, ended))
assert(done + failed == #futures)
print "whole"
