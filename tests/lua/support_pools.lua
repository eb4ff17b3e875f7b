--- Pools for tests, of all three kinds, and gates that keep tasks waiting until the test opens them.
local lu = require "luaunit"

local bake = require "bakeoff"

local support = { KINDS = { "threads", "fork", "spawn" } }

--- The tests' interpreter, for scripts that a test runs separately.
function support.runner()
   return assert(os.getenv "BAKEOFF_BUILD", "BAKEOFF_BUILD is not set: use ctest or lua_runner")
      .. "/bin/lua_runner"
end

-- The thread sanitizer runs a thread of its own in every process, and a process with threads can't fork.
if (os.getenv("BAKEOFF_BUILD") or ""):match("tsan$") then
   support.KINDS = { "threads", "spawn" }
end

--- Starts a pool of this kind.
function support.pool(kind, options)
   options = options or {}
   options.workers = options.workers or 2
   if kind == "threads" then
      return bake.threads(options)
   end
   options.start = kind
   return bake.processes(options)
end

--- Makes a test class per kind with define(tests, open), where open(options) starts a pool of that kind,
-- which is closed after the test.
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

--- A gate for one task. The task calls gate.wait(gate.path), which returns once the test has called
-- gate:open(word), with that word. It waits in a blocking read and uses no CPU. gate:remove() removes the
-- gate, as does the end of a `local gate <close>`.
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
   -- Blocks until a task waits at the gate.
   function gate.open(self, word)
      local file = assert(io.open(self.path, "w"))
      file:write(word or "go", "\n")
      file:close()
   end
   -- For a task that may have been cancelled: the gate stays open until the returned value is closed.
   function gate.stand_open(self)
      local file = assert(io.open(self.path, "r+")) -- it reads too, so that it does not block
      file:write "go\n"
      file:flush()
      return file
   end
   function gate.remove(self) os.remove(self.path) end
   return setmetatable(gate, { __close = gate.remove })
end

--- Calls `condition` until it holds; fails the test after a minute.
function support.eventually(condition, what)
   local core = require "bakeoff.core"
   local limit = core.now() + 60
   while not condition() do
      lu.assertTrue(core.now() < limit, what .. " did not happen within a minute")
   end
end

--- The message of the error that fn raises.
function support.raises(fn, ...)
   local ok, message = pcall(fn, ...)
   lu.assertFalse(ok)
   return tostring(message)
end

return support
