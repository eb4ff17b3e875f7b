--- A server in a process of its own that ends connections in every way a server can, as the first part of the
-- path says:
--
--    keep         answers and keeps the connection open
--    polite       answers with "Connection: close", then closes
--    old          answers in HTTP/1.0 without a length, then closes
--    silent       answers as if it kept the connection, then closes it
--    silent_reset the same, but resets it
--    third        closes in the same way after every third answer
--    half         answers, then closes its sending side only
--    drop         closes a connection without an answer at its second request
--    hangup       the same, but resets it
--    nothing      closes every connection without an answer
--    reset        resets every connection without an answer
--    head         closes within the headers
--    length       closes within a body of known length
--    length_reset the same, but resets it
--    chunk        closes within a chunked body
--    chunk_end    closes after the last chunk, before the end of the body
--    late         answers 408 with "Connection: close" at the second request of a connection, then closes
--    early        answers 413 before the body, reads the body all the same, then closes
--    status       answers 503 and keeps the connection open
--    gate         keeps the connection open and answers once eight requests wait
--
-- A second port closes every connection as soon as it is made.

local endings = {}

local SCRIPT = [[
local uv = require "luv"

local OK = "HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Blank:  a b \t\r\nContent-Length: 5\r\n\r\nfresh"
local CUT = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nnot all of it"
local CHUNKS = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfresh\r\n"
local HEAD = "HTTP/1.1 200 OK\r\nContent-Len"
local POLITE = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfresh"
local OLD = "HTTP/1.0 200 OK\r\n\r\nfresh"
local LATE = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
local EARLY = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
local STATUS = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"

local function close(client) if not client:is_closing() then client:close() end end
local function reset(client) if not client:is_closing() then client:close_reset() end end
local function half(client) client:shutdown() end
local function keep() end

local function always(text, after) return function() return text, after end end
local function first(after)
   return function(served) return served == 0 and OK or nil, served == 0 and keep or after end
end

local waiting = {}

local function gate(client)
   waiting[#waiting + 1] = client
   if #waiting == 8 then
      for _, one in ipairs(waiting) do
         one:write(OK)
      end
      waiting = {}
   end
end

local ACTS = {
   keep = always(OK, keep), polite = always(POLITE, close), old = always(OLD, close),
   silent = always(OK, close), silent_reset = always(OK, reset), half = always(OK, half),
   third = function(served) return OK, served % 3 == 2 and close or keep end,
   drop = first(close), hangup = first(reset), nothing = always(nil, close), reset = always(nil, reset),
   head = always(HEAD, close), length = always(CUT, close), length_reset = always(CUT, reset),
   chunk = always(CHUNKS .. "5\r\nfr", close), chunk_end = always(CHUNKS, close),
   late = function(served) return served == 0 and OK or LATE, served == 0 and keep or close end,
   early = always(EARLY, keep), status = always(STATUS, keep),
   gate = always(nil, gate),
}

local function answer(client, state, path)
   local text, after = ACTS[path:match("^/([%w_]+)")](state.served)
   state.served = state.served + 1
   if text then
      client:write(text, function() after(client) end)
   else
      after(client)
   end
end

-- Answers every request of which head and body have arrived; `early` doesn't wait for the body.
local function hear(client, state)
   while not client:is_closing() do
      local path, stop = state.text:match("^%u+ (%S+) .-\r\n\r\n()")
      if not path then
         return
      end
      local size = tonumber(state.text:sub(1, stop):match("\r\n[Cc]ontent%-[Ll]ength: *(%d+)")) or 0
      local is_there = #state.text - stop + 1 >= size
      if (is_there or path:find("^/early")) and not state.answered then
         state.answered = true
         answer(client, state, path)
      end
      if not is_there then
         return
      end
      if path:find("^/early") then
         close(client)
      end
      state.text, state.answered = state.text:sub(stop + size), nil
   end
end

local function serve(server, accepted)
   server:bind("127.0.0.1", 0)
   server:listen(1024, function()
      local client = uv.new_tcp()
      server:accept(client)
      accepted(client)
   end)
   return server:getsockname().port
end

local port = serve(uv.new_tcp(), function(client)
   local state = { served = 0, text = "" }
   client:nodelay(true)
   client:read_start(function(_, data)
      if not data then
         close(client)
      else
         state.text = state.text .. data
         hear(client, state)
      end
   end)
end)
local closing = serve(uv.new_tcp(), close)

local owner = uv.new_pipe()
owner:open(0)
owner:read_start(function(_, data)
   if not data then
      os.exit(0)
   end
end)
print(port, closing)
io.stdout:flush()
uv.run()
]]

--- Starts the server → { url(path), closing_url(), stop() }, or nil where lua-luv is not installed
function endings.start()
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
   local port, closing = said:read("n", "n")
   os.remove(script)
   os.remove(told)
   return {
      url = function(path) return ("http://127.0.0.1:%d%s"):format(port, path) end,
      closing_url = function() return ("http://127.0.0.1:%d/"):format(closing) end,
      stop = function() process:close() end, -- it ends with its input
   }
end

return endings
