--- How to fetch: checks the fields that bake.fetch and an experiment's `request` share, and converts them to
-- the form that the C side takes (seconds, bytes, header lines).

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local form = require "bakeoff.net.form"
local retries = require "bakeoff.net.retries"
local statuses = require "bakeoff.net.statuses"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local request = {}

request.FIELDS = {
   "method", "body", "headers", "timeout", "max_bytes", "http_version", "ca_file", "insecure", "proxy",
   "follow", "compressed", "buffer_size", "headers_wanted", "retries", "expect", "unix",
   "cert", "key", "key_password", "multipart", "upload",
}

local PARSERS = { timeout = units.seconds, max_bytes = units.bytes, buffer_size = units.bytes }

local HEADER = "^[%w!#$%%&'*+.^_`|~-]+:[^%c]*$" -- the name is a token of RFC 9110

-- { Accept = "text/html" } or { "Accept: text/html" } → lines
local function header_lines(headers, argument)
   if type(headers) ~= "table" then
      failure.usage('%s: expected a table such as { Accept = "text/html" }', argument)
   end
   local lines = {}
   for key, value in pairs(headers) do
      local line = math.type(key) == "integer" and value or ("%s: %s"):format(key, tostring(value))
      local has_colon = type(key) == "string" and key:find(":", 1, true) -- it would end the name
      if type(line) ~= "string" or has_colon or not line:match(HEADER) then
         failure.usage("%s: '%s' is not a header; write Name = \"value\"", argument, text.shown(line))
      end
      lines[#lines + 1] = line
   end
   table.sort(lines)
   return lines
end

local LONGEST_SOCKET = 107 -- bytes: bakeoff/fetch.h

local function check_unix(name, checked, argument)
   if type(name) ~= "string" or name == "" or name == "@" then
      failure.usage('%s: expected the path of a Unix socket, or "@name" of an abstract one, got \'%s\'',
         argument, text.shown(name))
   elseif #name:gsub("^@", "") > LONGEST_SOCKET then
      failure.usage("%s: '%s' has %d bytes, and a socket's address holds %d; use a shorter path, such as one "
         .. "from here", argument, text.shown(name), #name, LONGEST_SOCKET)
   elseif (checked.proxy or "") ~= "" then
      failure.usage("%s: a Unix socket is not reached through a proxy; leave one of them out", argument)
   end
end

local BODIES = { "body", "multipart", "upload" }

-- The three forms of a body, of which a request has one.
local function check_bodies(checked, argument)
   local first
   for _, field in ipairs(BODIES) do
      if checked[field] ~= nil and first then
         failure.usage("%s.%s: a request has one body, and there is %s already; leave one of them out",
            argument,
            field, first)
      end
      first = checked[field] ~= nil and field or first
   end
   if checked.multipart ~= nil then
      checked.multipart = form.check(checked.multipart, argument .. ".multipart")
      checked.form = core.form(checked.multipart)
   end
   if checked.upload ~= nil then
      form.check_file(checked.upload, argument .. ".upload")
   end
end

local function check_certificate(checked, argument)
   for _, field in ipairs { "cert", "key" } do
      if checked[field] ~= nil then
         form.check_file(checked[field], ("%s.%s"):format(argument, field))
      end
   end
   for _, field in ipairs { "key", "key_password" } do
      if checked[field] ~= nil and checked.cert == nil then
         failure.usage("%s.%s: it belongs to a certificate; add cert = \"client.pem\"", argument, field)
      end
   end
end

local function check_version(checked, argument)
   if checked.http_version == "3" and not core.has_http3() then
      failure.usage('%s.http_version: this libcurl was built without HTTP/3; write "2", "1.1" or "any"',
         argument)
   end
end

local OF_BODY = { form = true } -- multipart, ready for the C side
for _, field in ipairs(BODIES) do
   OF_BODY[field] = true
end

--- Adds the fields of a checked request that another one lacks; of bodies only if it has none.
function request.complete(checked, usual)
   local has_body = checked.body ~= nil or checked.multipart ~= nil or checked.upload ~= nil
   for field, value in pairs(usual) do
      if checked[field] == nil and not (has_body and OF_BODY[field]) then
         checked[field] = value
      end
   end
   return checked
end

--- The method of a checked request.
function request.method_of(checked)
   return checked.method or checked.upload and "PUT" or (checked.body or checked.multipart) and "POST"
      or "GET"
end

-- Types and ranges are checked by the C side.
local function check_types(checked, argument)
   local ok, message = pcall(core.jobs, { urls = {}, fetch = checked })
   if not ok then
      failure.usage("%s.%s", argument, message)
   end
end

--- A copy of `given` for core.fetch, core.jobs or a loop. Messages begin with `argument` ("request"); the
-- other fields named here are not checked.
function request.check(given, argument, ...)
   if type(given) ~= "table" then
      failure.usage('%s: expected a table such as { timeout = "10s" }, got a %s', argument, type(given))
   end
   local known = table.move(request.FIELDS, 1, #request.FIELDS, 1, {})
   checks.refuse_unknown(given, table.move({ ... }, 1, select("#", ...), #known + 1, known), argument)
   local checked = {}
   for field, value in pairs(given) do
      local parse = PARSERS[field]
      checked[field] = parse and parse(value, argument .. "." .. field) or value
   end
   if given.headers ~= nil then
      checked.headers = header_lines(given.headers, argument .. ".headers")
   end
   if given.retries ~= nil then
      checked.retries = retries.check(given.retries, argument .. ".retries")
      retries.check_method(checked.retries, request.method_of(checked), argument .. ".retries")
   end
   if given.expect ~= nil then
      checked.expect = statuses.bounds(statuses.check(given.expect, argument .. ".expect"))
   end
   if given.unix ~= nil then
      check_unix(given.unix, checked, argument .. ".unix")
   end
   check_bodies(checked, argument)
   check_certificate(checked, argument)
   check_version(checked, argument)
   check_types(checked, argument)
   return checked
end

--- One blocking transfer: bake.fetch "http://…" or bake.fetch { url = …, timeout = "10s", … } →
-- response { status, url, body, bytes, time_s, headers }, or nil, message, code, response.
function request.fetch(given, ...)
   if select("#", ...) > 0 then
      failure.usage('fetch: takes one argument; write bake.fetch { url = "http://…", timeout = "10s" }')
   elseif type(given) == "string" then
      given = { url = given }
   elseif type(given) ~= "table" or type(given.url) ~= "string" then
      failure.usage('fetch: expected a URL, or a table such as { url = "http://…", timeout = "10s" }')
   end
   return core.fetch(request.check(given, "fetch", "url"))
end

return request
