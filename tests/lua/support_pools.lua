--- Pools for tests: all three kinds, and tasks that wait until the test lets them go on.
local lu = require "luaunit"

local bake = require "bakeoff"

local support = { KINDS = { "threads", "fork", "spawn" } }

--- The tests' interpreter, for scripts that a test runs apart.
function support.runner()
   return assert(os.getenv "BAKEOFF_BUILD", "BAKEOFF_BUILD is not set: use ctest or lua_runner")
      .. "/bin/lua_runner"
end

-- The thread sanitizer's own thread makes every process one with threads, which are not forked.
if (os.getenv("BAKEOFF_BUILD") or ""):match("tsan$") then
   support.KINDS = { "threads", "spawn" }
end

--- A pool of this kind.
function support.pool(kind, options)
   options = options or {}
   options.workers = options.workers or 2
   if kind == "threads" then
      return bake.threads(options)
   end
   options.start = kind
   return bake.processes(options)
end

--- Makes a test class per kind: define(tests, open), where open(options) makes a pool of that kind that
-- is closed after the test.
function support.for_each_kind(name, define)
   for _, kind in ipairs(support.KINDS) do
      local tests, opened = {}, {}
      local function open(options)
         opened[#opened + 1] = support.pool(kind, options)
         return opened[#opened]
      end
      define(tests, open, kind)
      local after = tests.tearDown
      function tests.tearDown()
         if after then
            after()
         end
         for _, pool in ipairs(opened) do
            pool:shutdown { cancel = true }
         end
         opened = {}
      end
      _G["Test" .. name .. kind:gsub("^%l", string.upper)] = tests
   end
end

--- A gate for one task: gate.wait is a function for it that returns once the test has called gate:open()
-- (with a word, which it returns). It waits in a blocking read, without using the processor. gate:remove()
-- takes it away, as does the end of a `local gate <close>`.
function support.gate()
   local path = os.tmpname()
   os.remove(path)
   assert(os.execute("mkfifo " .. path))
   local gate = { path = path }
   function gate.wait(place)
      local file = assert(io.open(place))
      local word = file:read "l"
      file:close()
      return word
   end
   -- Blocks until a task waits.
   function gate.open(self, word)
      local file = assert(io.open(self.path, "w"))
      file:write(word or "go", "\n")
      file:close()
   end
   -- For a task that may have been cancelled instead: open until the value returned is closed.
   function gate.stand_open(self)
      local file = assert(io.open(self.path, "r+")) -- as its own reader it does not block
      file:write "go\n"
      file:flush()
      return file
   end
   function gate.remove(self) os.remove(self.path) end
   return setmetatable(gate, { __close = gate.remove })
end

--- Calls `condition` until it holds; fails after a minute.
function support.eventually(condition, what)
   local core = require "bakeoff.core"
   local limit = core.now() + 60
   while not condition() do
      lu.assertTrue(core.now() < limit, what .. " did not happen within a minute")
   end
end

--- The message of an error that fn raises.
function support.raises(fn, ...)
   local ok, message = pcall(fn, ...)
   lu.assertFalse(ok)
   return tostring(message)
end

return support
