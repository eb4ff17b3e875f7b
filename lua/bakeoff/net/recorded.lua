--- Recorded traffic: the requests of a HAR file or of an access log (common or combined format) as a list of
-- URLs with the times at which they were made. Files come from anyone, and may be long: every pass takes time
-- in proportion to the length, and anything unreadable is refused in one line that names the place.
--
-- The list has, besides the URLs:
--    times      seconds from the first request, one for each URL, in order
--    recorded   { format = "HAR" or "log", requests =, left_out = how many could not be repeated }

local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local json = require "bakeoff.base.json"
local moments = require "bakeoff.net.moments"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local urls = require "bakeoff.net.urls"

local recorded = {}

local FIELDS = { "base", "skip" }
local LARGEST = 256 << 20 -- bytes of a file; decoded, it takes several times as much
local MOST = 1000000 -- requests

local function refuse(path, format, ...) failure.usage("recorded: '%s'" .. format, path, ...) end

-- --- HAR files ------------------------------------------------------------------------------------

local function har_entries(path, content)
   local ok, har = pcall(json.decode, content)
   if not ok then
      refuse(path, " is not valid JSON: %s", (text.brief(tostring(har):gsub("^.-%.lua:%d+: ", ""), 120)))
   end
   local log = type(har) == "table" and har.log
   local entries = type(log) == "table" and log.entries
   if type(entries) ~= "table" then
      refuse(path, " is not a HAR file: it has no log.entries")
   end
   return entries
end

-- → { at =, method =, url = } of an entry
local function har_request(path, number, entry)
   local request = type(entry) == "table" and entry.request
   if type(request) ~= "table" or type(request.url) ~= "string" or type(request.method) ~= "string" then
      refuse(path, ": entry %d has no request with a method and a URL", number)
   end
   local at = type(entry.startedDateTime) == "string" and moments.of_iso(entry.startedDateTime)
   if not at then
      refuse(path, ": entry %d: startedDateTime '%s' is not a time such as 2026-11-29T10:15:00.123Z", number,
         text.shown(entry.startedDateTime))
   end
   return { at = at, method = request.method, url = request.url, place = ("entry %d"):format(number) }
end

local function read_har(path, content)
   local list = {}
   for number, entry in ipairs(har_entries(path, content)) do
      list[number] = har_request(path, number, entry)
   end
   return list
end

-- --- access logs ----------------------------------------------------------------------------------

-- The text in quotes that begins at `at`, with its escapes; nil if there is none.
local function quoted(line, at)
   if line:byte(at) ~= 0x22 then
      return nil
   end
   local stop = line:find('"', at + 1, true)
   while stop and line:byte(stop - 1) == 0x5c do
      stop = line:find('"', stop + 1, true)
   end
   return stop and line:sub(at + 1, stop - 1)
end

local COMMON = '127.0.0.1 - - [29/Nov/2026:10:15:00 +0100] "GET /page HTTP/1.1" 200 512'

-- → { at =, method =, url = } of a line; a line without a request has the method "?"
local function log_request(path, number, line)
   local when, after = line:match("^%S+ %S+ [^%[]*%[([^%]]*)%] ()")
   local request = after and quoted(line, after)
   if not request then
      refuse(path, ":%d: '%s' is not a line of an access log in common or combined format, such as %s",
         number,
         text.shown(line), COMMON)
   end
   local at = moments.of_log(when)
   if not at then
      refuse(path, ":%d: '%s' is not a time such as 29/Nov/2026:10:15:00 +0100", number, text.shown(when))
   end
   local method, target = request:match("^(%u+) (%S+)")
   return { at = at, method = method or "?", url = target or request, place = ("line %d"):format(number) }
end

local function read_log(path, content)
   local list, number = {}, 0
   for line in content:gmatch("[^\n]*") do
      number = number + 1
      line = line:sub(-1) == "\r" and line:sub(1, -2) or line
      if line:find "%S" then
         list[#list + 1] = log_request(path, number, line)
      end
   end
   return list
end

-- --- both -----------------------------------------------------------------------------------------

local ORIGIN = "^%a[%w+.-]*://[^/?#]*"

-- The URL with another host; of a path, with a host.
local function with_base(url, base)
   local rest = url:match(ORIGIN .. "()")
   return base .. (rest and url:sub(rest) or url)
end

-- Why a request can't be repeated; nil if it can.
local function obstacle(request)
   if request.method == "?" then
      return ("'%s' is not a request"):format(text.shown(request.url))
   elseif request.method ~= "GET" then
      return ("is a %s request, and only GET requests are repeated"):format(text.shown(request.method))
   end
   return urls.fault(request.url)
end

local function check_base(base)
   local fault = base ~= nil and urls.fault(base)
   if fault then
      failure.usage("recorded: base: %s; write for example \"http://127.0.0.1:8080\"", fault)
   end
   return base and base:match(ORIGIN .. "[^?#]*"):gsub("/+$", "")
end

-- Requests that can be repeated, in the order of the file. Without `skip`, all must be.
local function usable(path, list, options, base)
   local kept, first, why = {}, nil, nil
   for _, request in ipairs(list) do
      if request.url:find "^/" and not base then
         refuse(path, ": a log names no hosts; say where to send its requests, such as base = "
            .. "\"http://127.0.0.1:8080\"")
      end
      request.url = base and request.method ~= "?" and with_base(request.url, base) or request.url
      local fault = obstacle(request)
      if not fault then
         kept[#kept + 1] = request
      elseif not first then
         first, why = request, fault
      end
   end
   if first and not options.skip then
      refuse(path,
         ": %s %s; add skip = true to leave out what can't be repeated (%s of %s)", first.place, why,
         numbers.whole(#list - #kept), numbers.plural(#list, "request"))
   elseif #kept == 0 then
      refuse(path, " has no request that can be repeated")
   end
   return kept
end

-- By time; those of the same time in the order of the file.
local function sorted(list)
   for index, request in ipairs(list) do
      request.order = index
   end
   table.sort(list, function(a, b) return a.at < b.at or a.at == b.at and a.order < b.order end)
   return list
end

-- Logs have whole seconds: the requests of one are spread evenly over it, since nobody knows when they were.
local function spread(list)
   local first = 1
   while first <= #list do
      local last = first
      while last < #list and list[last + 1].at == list[first].at do
         last = last + 1
      end
      local second, count = list[first].at, last - first + 1
      for index = first, last do
         list[index].at = second + (index - first) / count
      end
      first = last + 1
   end
end

local function read_file(path)
   local file <close>, message = io.open(path, "rb")
   if not file then
      refuse(path, " cannot be read: %s", message:gsub("^.*: ", ""))
   end
   local content, why = file:read(LARGEST + 1)
   if not content then
      refuse(path, why and " cannot be read: %s" or " is empty", why and why:gsub("^.*: ", ""))
   elseif #content > LARGEST then
      refuse(path, " is larger than %s; cut it into pieces", numbers.format(LARGEST, "size"))
   end
   return content:gsub("^\xEF\xBB\xBF", "")
end

--- path: of a HAR file or an access log; options: { base = the server to which all requests go, skip = leave
-- out requests that can't be repeated }. → a list; see above
function recorded.read(path, options)
   options = options or {}
   if type(path) ~= "string" or path == "" then
      failure.usage("recorded: expected the name of a HAR file or an access log, got '%s'", text.shown(path))
   elseif type(options) ~= "table" then
      failure.usage('recorded: expected a table such as { base = "http://127.0.0.1:8080" }')
   end
   checks.refuse_unknown(options, FIELDS, "recorded")
   checks.flag(options.skip, "recorded: skip")
   local base, content = check_base(options.base), read_file(path)
   local is_har = content:find "^%s*[{%[]" ~= nil
   local all = (is_har and read_har or read_log)(path, content)
   if #all > MOST then
      refuse(path, " has %s; a list holds %s", numbers.plural(#all, "request"), numbers.whole(MOST))
   end
   local kept = sorted(usable(path, all, options, base))
   if not is_har then
      spread(kept)
   end
   local list = { times = {},
      recorded = { format = is_har and "HAR" or "log", requests = #kept, left_out = #all - #kept } }
   for index, request in ipairs(kept) do
      list[index], list.times[index] = request.url, request.at - kept[1].at
   end
   return list
end

return recorded
