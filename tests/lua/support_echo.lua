--- A server in a process of its own that answers each request with what it heard of it, head and body as
-- text, and sets the cookie "seen" to one more than the client sent. HTTP/1.1; bodies with a length or in
-- chunks.

local echo = {}

local SCRIPT = [[
local uv = require "luv"

-- The first request in a text: → its end, or nil if it isn't whole
local function stop_of(text)
   local head_end = select(2, text:find("\r\n\r\n", 1, true))
   if not head_end then
      return nil
   end
   local head = text:sub(1, head_end):lower()
   local size = tonumber(head:match "\r\ncontent%-length: *(%d+)")
   if head:find("\r\ntransfer-encoding: chunked", 1, true) then
      return select(2, text:find("\r\n0\r\n\r\n", head_end - 1, true))
   end
   local stop = head_end + (size or 0)
   return stop <= #text and stop or nil
end

local function answer(client, request)
   local seen = tonumber(request:match "\r\n[Cc]ookie: seen=(%d+)") or 0
   client:write(("HTTP/1.1 200 OK\r\nSet-Cookie: seen=%d\r\nContent-Length: %d\r\n\r\n%s"):format(seen + 1,
      #request, request))
end

local server = uv.new_tcp()
server:bind("127.0.0.1", 0)
server:listen(1024, function()
   local client, heard = uv.new_tcp(), ""
   server:accept(client)
   client:nodelay(true)
   client:read_start(function(_, data)
      if not data then
         return client:close()
      end
      heard = heard .. data
      local stop = stop_of(heard)
      while stop do
         answer(client, heard:sub(1, stop))
         heard = heard:sub(stop + 1)
         stop = stop_of(heard)
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
function echo.start()
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

return echo
