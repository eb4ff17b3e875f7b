--- Shared by tests of pools: the kinds of pools, cases that run for each kind, gates that tasks wait at.
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

-- The kinds and how to open each. Threads come last, because only a process without them can fork.
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

--- Makes a test class Test<Kind><Name> for every kind. cases: name → function (open, kind), where
-- open { workers = … } starts a pool of that kind (default: two workers). only(kind) selects kinds.
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
                  lu.skip "the thread sanitizer runs a thread of its own, so no process can fork"
               end
               run(open, kind)
            end
         end
         _G["Test" .. kind.name .. name] = class
      end
   end
end

--- For support.cases: selects the kinds whose workers are processes.
function support.is_processes(kind) return not kind.threads end

--- Gates ----------------------------------------------------------------------------------------------------

local gate = {}
gate.__index = gate

--- For tasks: creates the file `started`, if given, and returns `value` as soon as the file `path` exists.
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
         error("the gate never opened: " .. path)
      end
      sleep "1ms"
   end
end

local gates = 0

--- Returns a closed gate, at which tasks wait with support.wait_at(gate.path). Declare it after the pool
-- as `local gate <close>`: then it opens before the pool closes, even when the test fails. For cases only.
function support.gate()
   gates = gates + 1
   return setmetatable({ path = support.folder .. "/gate" .. gates }, gate)
end

function gate:open() assert(io.open(self.path, "w")):close() end

--- Waits until it is open.
function gate:wait() support.wait_at(self.path) end

gate.__close = gate.open

--- Makes every worker wait at the gate; returns once all of them do. → their futures
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

--- Three ended futures of the pool: one with the result 42, one that failed "on purpose", one cancelled.
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

--- The result of every future, one value each; fails the test when a future has none.
function support.results(futures)
   local values = {}
   for i, future in ipairs(futures) do
      local value, message = future:result(60)
      lu.assertNotNil(value, ("future %d: %s"):format(i, tostring(message)))
      values[i] = value
   end
   return values
end

--- For tasks: the pid of the worker's process. Threads share one.
function support.pid() return require("bakeoff").tree()[1] end

--- Asserts that counts() adds up: every submitted task ended in one of five ways.
function support.assert_reconciled(pool)
   local counts = pool:counts()
   lu.assertEquals(counts.done + counts.failed + counts.lost + counts.cancelled + counts.broken,
      counts.submitted)
   return counts
end

return support
