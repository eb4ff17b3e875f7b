--- For tests of loops: run a body as a task, log what happens in order, catch warnings.

local bake = require "bakeoff"
local core = require "bakeoff.core"

local support = {}

--- Runs body(loop) as a task of a new loop → what the body returns. An error in it fails the test with
-- its traceback.
function support.run(body, options)
   local loop <close> = assert(bake.loop(options or {}))
   local main = loop:go(body, loop)
   local ok, message = loop:run_tasks(main)
   if not ok then
      error(message, 0)
   elseif main:error() then
      error(main:error().traceback or tostring(main:error()), 0)
   end
   return main:outcome()
end

--- A log: log(text) adds to it, tostring(log) gives "a b c".
function support.log()
   return setmetatable({}, {
      __call = function(self, text) self[#self + 1] = tostring(text) end,
      __tostring = function(self) return table.concat(self, " ") end,
   })
end

--- A value that writes `name` to `log` when it is closed.
function support.closing(log, name)
   return setmetatable({}, { __close = function() log(name) end })
end

--- A body that sleeps for a minute and writes `name` to `log` when it ends for whatever reason.
function support.sleeper(log, name)
   return function()
      local _ <close> = support.closing(log, name)
      bake.sleep(60)
   end
end

--- Runs a script in an interpreter of its own, with warnings on. → { code, stdout, stderr }
function support.script(text)
   local path = os.tmpname()
   local file = assert(io.open(path, "w"))
   file:write("warn '@on'\nlocal bake = require 'bakeoff'\n", text)
   file:close()
   local runner = assert(os.getenv "BAKEOFF_BUILD", "BAKEOFF_BUILD is not set: use ctest or lua_runner")
      .. "/bin/lua_runner"
   local ended = assert(core.command { argv = { runner, path }, timeout = 60 })
   os.remove(path)
   return ended
end

return support
