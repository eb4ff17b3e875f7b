--- What the watching server answers: decisions only, no sockets. It shows one notebook to browsers on this
-- machine: GET of the frame, the page, its files and the events; nothing else.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local frame = require "bakeoff.notebook.watch.frame"

local http = {}

--- Bytes of a request's head at most.
http.MOST = 8192

local REASONS = { [200] = "OK", [400] = "Bad Request", [403] = "Forbidden", [404] = "Not Found",
   [405] = "Method Not Allowed", [431] = "Request Header Fields Too Large" }

local HEAD = table.concat({ "HTTP/1.1 %d %s", "Content-Type: %s", "Cache-Control: no-store",
   "X-Content-Type-Options: nosniff", "Cross-Origin-Resource-Policy: same-origin",
   "Referrer-Policy: no-referrer", "Connection: close", "%s\r\n" }, "\r\n")

-- A complete answer as text. headers: lines that end with \r\n
local function answer(status, kind, body, headers)
   local length = ("Content-Length: %d\r\n"):format(#body)
   return HEAD:format(status, REASONS[status], kind, (headers or "") .. length) .. body
end

local function problem(status, sentence, headers)
   return answer(status, "text/plain; charset=utf-8", sentence .. "\n", headers)
end

--- The head with which a stream of events begins.
function http.events_head() return HEAD:format(200, REASONS[200], "text/event-stream", "") end

--- One event of the stream. text: one line
function http.event(name, text) return ("event: %s\ndata: %s\n\n"):format(name, text) end

--- → { method, target, hosts = list of the Host fields }, or nil if the head is malformed
function http.parse(head)
   local method, target, fields = head:match "^(%u+) (%S+) HTTP/1%.[01]\r\n(.*)$"
   if not method then
      return nil
   end
   local hosts = {}
   for line in fields:gmatch "([^\r\n]+)\r\n" do
      local name, value = line:match "^([%w-]+):%s*(.-)%s*$"
      if name and name:lower() == "host" then
         hosts[#hosts + 1] = value
      end
   end
   return { method = method, target = target, hosts = hosts }
end

-- Another site can make its name point here (DNS rebinding), but its pages then ask with that name.
local function is_ours(request, port)
   local host = #request.hosts == 1 and request.hosts[1]
   return host == ("127.0.0.1:%d"):format(port) or host == ("localhost:%d"):format(port)
end

local TYPES = { svg = "image/svg+xml", png = "image/png", json = "application/json" }

-- The files beside the page are found by comparing names, so no path in an address reaches another folder.
local function beside(target, site)
   local folder = site.files:match "[^/]*$"
   for _, name in ipairs(core.list(site.files) or {}) do
      local kind = TYPES[name:match "%.(%w+)$" or ""]
      if kind and target == ("/%s/%s"):format(folder, name) then
         local content = files.read(site.files .. "/" .. name)
         return content and answer(200, kind, content, "Content-Security-Policy: sandbox\r\n")
      end
   end
end

local HTML = "text/html; charset=utf-8"

local ROUTES = {
   ["/"] = function(site)
      local text, policy = frame.of(site.title)
      return answer(200, HTML, text, ("Content-Security-Policy: %s\r\n"):format(policy))
   end,
   ["/page"] = function(site)
      return answer(200, HTML, files.read(site.page) or frame.nothing_yet(),
         "Content-Security-Policy: frame-ancestors 'self'\r\n")
   end,
   ["/events"] = function() return http.events_head(), true end,
}

--- The answer to a request's head. site: { port, title, page = file, files = folder beside it }. → text; and
-- true if it begins a stream of events, so that the connection stays open
function http.answer(head, site)
   local request = http.parse(head)
   if not request then
      return problem(400, "This is not an HTTP request.")
   elseif not is_ours(request, site.port) then
      return problem(403, "This server answers to 127.0.0.1 and localhost only.")
   elseif request.method ~= "GET" then
      return problem(405, "Only GET is possible here.", "Allow: GET\r\n")
   end
   local route = ROUTES[request.target]
   if route then
      return route(site)
   end
   return beside(request.target, site) or problem(404, "There is no such page here.")
end

--- The answer to a head that is too long.
function http.too_long() return problem(431, "The request's head is too long.") end

return http
