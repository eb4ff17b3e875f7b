--- The watching server's sockets, on libuv's loop (luv): loopback only, a limited number of connections, one
-- request on each. http.lua decides what is answered.

local failure = require "bakeoff.base.failure"
local http = require "bakeoff.notebook.watch.http"

local server = {}

local methods = {}
local meta = { __index = methods }

local MOST_CONNECTIONS, LIMIT_MS, BACKLOG = 64, 10000, 16

local function forget(self, client)
   local connection = self.open[client]
   if connection then
      self.open[client] = nil
      self.count = self.count - 1
      connection.timer:close()
      client:close()
   end
end

-- Sends the answer and closes the connection, unless it begins a stream of events.
local function send(self, client, text, is_stream)
   local connection = self.open[client]
   connection.is_answered = true
   connection.is_stream = is_stream
   connection.timer:stop()
   client:write(is_stream and text .. http.event(table.unpack(self.last)) or text, function(problem)
      if problem or not is_stream then
         forget(self, client)
      end
   end)
end

local function received(self, client, bytes)
   local connection = self.open[client]
   if connection.is_answered then
      return
   end
   connection.head = connection.head .. bytes
   local _, last = connection.head:find("\r\n\r\n", 1, true)
   if last and last <= http.MOST then
      send(self, client, http.answer(connection.head:sub(1, last), self.site))
   elseif #connection.head > http.MOST then
      send(self, client, http.too_long())
   end
end

local function accept(self)
   local client = self.uv.new_tcp()
   self.listener:accept(client)
   if self.count >= MOST_CONNECTIONS then
      client:close()
      return
   end
   self.count = self.count + 1
   self.open[client] = { head = "", timer = self.uv.new_timer() }
   self.open[client].timer:start(LIMIT_MS, 0, function() forget(self, client) end)
   client:read_start(function(problem, bytes)
      if problem or not bytes then
         forget(self, client)
      elseif self.open[client] then
         received(self, client, bytes)
      end
   end)
end

local function listen(self, port)
   local ok, message, code = self.listener:bind("127.0.0.1", port)
   if ok then
      ok, message, code = self.listener:listen(BACKLOG, function(problem)
         if not problem then
            accept(self)
         end
      end)
   end
   if not ok then
      self.listener:close()
      if code == "EADDRINUSE" then
         failure.usage("--port: %d is in use; choose another", port)
      end
      failure.usage("--port: %d: %s", port, message)
   end
   self.site.port = self.listener:getsockname().port
end

--- Starts it. uv: luv; port: 0 picks a free one; site: see http.answer, without its port. Raises (usage) if
-- the port can't be used.
function server.start(uv, port, site)
   local self = setmetatable({ uv = uv, site = site, listener = uv.new_tcp(), open = {}, count = 0,
      last = { "weaving", "" } }, meta)
   listen(self, port)
   return self
end

function methods:port() return self.site.port end

--- Tells all browsers, and those that come later.
function methods:tell(name, text)
   self.last = { name, text }
   for client, connection in pairs(self.open) do
      if connection.is_stream then
         client:write(http.event(name, text))
      end
   end
end

--- Closes everything; harmless when repeated.
function methods:stop()
   local clients = {}
   for client in pairs(self.open) do
      clients[#clients + 1] = client
   end
   for _, client in ipairs(clients) do
      forget(self, client)
   end
   if not self.listener:is_closing() then
      self.listener:close()
   end
end

return server
