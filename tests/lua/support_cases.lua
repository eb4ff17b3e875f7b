--- What tests of pools share: the kinds of pools, cases that hold for each of them, gates that tasks wait at.
-- local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")

local bake = require "bakeoff"
local lu = require "luaunit"

local support = {}

local build = assert(os.getenv "BAKEOFF_BUILD", "BAKEOFF_BUILD is not set: use ctest or lua_runner")

--- "address", "thread" or nil.
function support.sanitizer()
   local cache <close> = assert(io.open(build .. "/CMakeCache.txt"))
   return cache:read "a":match "BAKEOFF_SANITIZE:STRING=(%a+)"
end

-- The kinds, each with how to open it. Threads come last: a fork needs a process without them.
support.kinds = {
   { name = "Fork", open = function(options)
      options.start = "fork"
      return bake.processes(options)
   end },
   { name = "Spawn", open = function(options)
      options.start = "spawn"
      return bake.processes(options)
   end },
   { name = "Threads", open = bake.threads, threads = true },
}

local function set_up()
   local pipe <close> = assert(io.popen "mktemp -d")
   support.folder = assert(pipe:read "l")
end

local function tear_down() os.execute(("rm -rf '%s'"):format(support.folder)) end

--- Makes a class Test<Kind><Name> of every kind: its cases are functions (open, kind), where
-- open { workers = … } starts a pool of that kind (two workers unless told).
function support.cases(name, cases, only)
   for _, kind in ipairs(support.kinds) do
      if not only or only(kind) then
         local class = { setUp = set_up, tearDown = tear_down }
         local function open(options)
            options = options or {}
            options.workers = options.workers or 2
            return kind.open(options)
         end
         for case, run in pairs(cases) do
            class[case] = function()
               if kind.name == "Fork" and support.sanitizer() == "thread" then
                  lu.skip "the thread sanitizer's own thread makes every process multi-threaded: no fork"
               end
               run(open, kind)
            end
         end
         _G["Test" .. kind.name .. name] = class
      end
   end
end

--- For support.cases: kinds whose workers are processes.
function support.is_processes(kind) return not kind.threads end

--- Gates ----------------------------------------------------------------------------------------------------

local gate = {}
gate.__index = gate

--- For tasks: makes the file `started`, if given, and returns `value` as soon as the file `path` exists.
function support.wait_at(path, value, started)
   local sleep = require("bakeoff").sleep
   local limit = os.time() + 120
   if started then
      assert(io.open(started, "w")):close()
   end
   while true do
      local file = io.open(path)
      if file then
         file:close()
         return value
      elseif os.time() > limit then
         error("waited in vain at the gate " .. path)
      end
      sleep "1ms"
   end
end

local gates = 0

--- A closed gate: tasks wait at it with support.wait_at(gate.path). Declared after the pool as
-- `local gate <close>`, it opens before the pool is closed, also when the test fails. Cases only.
function support.gate()
   gates = gates + 1
   return setmetatable({ path = support.folder .. "/gate" .. gates }, gate)
end

function gate:open() assert(io.open(self.path, "w")):close() end

--- Waits until somebody has opened it.
function gate:wait() support.wait_at(self.path) end

gate.__close = gate.open

--- Lets every worker wait at the gate; returns once all do. → their futures
function support.hold(pool, at)
   local held = {}
   for i = 1, #pool do
      local started = support.gate()
      held[i] = pool:submit(support.wait_at, at.path, i, started.path)
      started:wait()
   end
   return held
end

local function add(a, b) return a + b end

local function fail(message) error(message, 0) end

--- Three futures of the pool: one that ended with the result 42, one that failed "on purpose", one cancelled.
function support.three_ended(pool)
   local at <close> = support.gate()
   local held = support.hold(pool, at)
   local cancelled = pool:submit(add, 1, 2)
   lu.assertTrue(cancelled:cancel())
   at:open()
   support.results(held)
   local done, failed = pool:submit(add, 40, 2), pool:submit(fail, "on purpose")
   bake.wait { done, failed }
   return done, failed, cancelled
end

--- Every future's result, one value each; fails the test where there is none.
function support.results(futures)
   local values = {}
   for i, future in ipairs(futures) do
      local value, message = future:result(60)
      lu.assertNotNil(value, ("future %d: %s"):format(i, tostring(message)))
      values[i] = value
   end
   return values
end

--- The id of the worker's process, for tasks. One number even where threads share a process.
function support.pid() return require("bakeoff").tree()[1] end

--- What counts() must come to: all that was submitted ended in one of five ways.
function support.assert_reconciled(pool)
   local counts = pool:counts()
   lu.assertEquals(counts.done + counts.failed + counts.lost + counts.cancelled + counts.broken,
      counts.submitted)
   return counts
end

return support
