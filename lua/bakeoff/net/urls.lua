--- URL lists: read from a text file, or checked if a script made them. Only http and https are accepted.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local urls = {}

local HOST = "^%[[%x:%.]+%]$"
local ZONED = "^%[[%x:%.]+%%25[%w%.%-_~]+%]$" -- of a link-local address: [fe80::1%25eth0]
local NAME = "^[%w%.%-_~%%\128-\255]+$"

-- As net/url.c says it.
local CHARACTER_FAULTS = { [" "] = "contains a space; write %20", ["\t"] = "contains a tab; write %09",
   ["\r"] = "contains a line break", ["\n"] = "contains a line break" }

-- Messages must not show a password or a token: hidden first, and cut then, or a cut could hide what tells a
-- secret from other text.
local function shown(url) return text.shown(core.url_redact(url)) end

local function is_port(port)
   local number = math.tointeger(tonumber(port))
   return port == "" or (port:match("^%d+$") and number and number >= 1 and number <= 65535)
end

local function is_authority(authority)
   local place = authority:gsub("^.*@", "")
   local host, port = place:match("^(.-):(%d*)$")
   if place:match("^%[") then
      host, port = place:match("^(%[.*%]):?(%d*)$")
   end
   host, port = host or place, port or ""
   return (host:match(HOST) or host:match(ZONED) or host:match(NAME)) and is_port(port)
end

--- Why `url` cannot be fetched (a few words), or nil if it can.
function urls.fault(url)
   if type(url) ~= "string" then
      return ("is a %s, not a URL"):format(type(url))
   end
   local character = url:match "[%c ]"
   if character then
      return ("'%s' %s"):format(shown(url), CHARACTER_FAULTS[character] or "contains a control character")
   end
   local scheme, authority = url:match("^(%a[%w+.-]*)://([^/?#]*)")
   scheme = scheme and scheme:lower()
   if not scheme and url:match("^%a[%w+.-]*:") and not url:match("^[%w.-]+:%d") then
      scheme = url:match("^%a[%w+.-]*")
   end
   if scheme ~= "http" and scheme ~= "https" then
      return ("'%s' is not an http or https URL"):format(shown(url))
   elseif not authority or not is_authority(authority) then
      return ("'%s' has no valid host and port"):format(shown(url))
   end
end

--- Returns `list` if each entry is an http(s) URL; otherwise raises a usage failure that names
-- `argument` (default "urls") and the entry: urls[3]: 'file:///etc/passwd' is not an http or https URL.
function urls.check(list, argument)
   argument = argument or "urls"
   if type(list) ~= "table" then
      failure.usage("%s: expected a list of URLs, got a %s", argument, type(list))
   end
   for index = 1, #list do
      local fault = urls.fault(list[index])
      if fault then
         failure.usage("%s[%d]: %s", argument, index, fault)
      end
   end
   return list
end

local function read_file(path)
   local file <close>, message = io.open(path, "rb")
   if not file then
      return nil, message:gsub("^.*: ", "")
   end
   local content, why = file:read("a")
   return content, why and why:gsub("^.*: ", "")
end

local function lines_of(content)
   return (content:gsub("^\xEF\xBB\xBF", "") .. "\n"):gmatch("(.-)\r?\n")
end

--- Reads a URL list: one URL per line; blank lines and lines that begin with # are skipped.
-- An unreadable file, one without URLs, and a line that is not an http(s) URL raise a usage failure that
-- names the file (and `argument`, such as "--list", if given) and the line.
function urls.read(path, argument)
   local prefix = argument and argument .. ": " or ""
   if type(path) ~= "string" or path == "" then
      failure.usage("%sthe name of the URL list is empty; name a text file", prefix)
   end
   local content, why = read_file(path)
   if not content then
      failure.usage("%scannot read the URL list '%s': %s", prefix, path, why)
   end
   local list, number = {}, 0
   for line in lines_of(content) do
      number = number + 1
      local url = text.trimmed(line)
      if url ~= "" and url:sub(1, 1) ~= "#" then
         local fault = urls.fault(url)
         if fault then
            failure.usage("%s%s:%d: %s", prefix, path, number, fault)
         end
         list[#list + 1] = url
      end
   end
   if #list == 0 then
      failure.usage("%s'%s' contains no URL; write one http or https URL per line", prefix, path)
   end
   return list
end

return urls
