--- A server in a process of its own. It answers the first request of each connection and resets the
-- connection without warning at the second, as can happen to a kept connection at any time.

local hangup = {}

local SCRIPT = [[
local uv = require "luv"
local server = uv.new_tcp()
server:bind("127.0.0.1", 0)
server:listen(128, function()
   local client, served = uv.new_tcp(), 0
   server:accept(client)
   client:read_start(function(_, data)
      if client:is_closing() then
         return
      elseif not data then
         client:close()
      elseif served > 0 then
         client:close_reset()
      else
         served = 1
         client:write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh")
      end
   end)
end)
local owner = uv.new_pipe()
owner:open(0)
owner:read_start(function(_, data)
   if not data then
      os.exit(0)
   end
end)
print(server:getsockname().port)
io.stdout:flush()
uv.run()
]]

--- Starts the server → { url(path), stop() }, or nil where lua-luv is not installed
function hangup.start()
   if not pcall(require, "luv") then
      return nil
   end
   local script, told = os.tmpname(), os.tmpname()
   local file = assert(io.open(script, "w"))
   file:write(SCRIPT)
   file:close()
   os.remove(told)
   assert(os.execute("mkfifo " .. told))
   local runner = os.getenv "BAKEOFF_BUILD" .. "/bin/lua_runner"
   local process = assert(io.popen(("exec %s %s > %s"):format(runner, script, told), "w"))
   local said <close> = assert(io.open(told))
   local port = said:read "n"
   os.remove(script)
   os.remove(told)
   return {
      url = function(path) return ("http://127.0.0.1:%d%s"):format(port, path) end,
      stop = function() process:close() end, -- it ends with its input
   }
end

return hangup
