--- The test server for scripts: an HTTP server in its own process. The experiment chooses its latency, size,
-- limits and faults; its counts verify what clients report.
--
--    local site <close> = bake.server { latency = "30ms", jitter = "10ms", body = "tickets" }
--
-- Options (all may be left out):
--    latency, jitter     durations; counted from when a request is admitted
--    distribution        "fixed", "uniform" (latency ± jitter; the default when there is jitter),
--                        "normal" or "lognormal" (mean latency, standard deviation jitter)
--    body                "plain" (default), "tickets" (JSON of one day, ?day=N) or "page" (HTML)
--    size                of the plain body; default 2048 bytes
--    rate                requests admitted per second; the others queue
--    stall, stall_after  once per trial, admit no request for this time, after this number of requests
--    connections         requests served at the same time; the others queue
--    errors              share of requests answered with status 500
--    faults              shares of requests answered with a fault: { reset_mid = 0.01, stall_body = "1%" };
--                        include/bakeoff/faults.h has the table of all. /fault/NAME always gets that fault.
--    seed                of all random values; default 1
--    port                default 0: any free one

local checks = require "bakeoff.base.checks"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local server = {}

local DISTRIBUTIONS = { "fixed", "uniform", "normal", "lognormal" }
local BODIES = { "plain", "tickets", "page" }
local LONGEST, LARGEST, FASTEST = 3600, 1024 ^ 3, 1e6
local ROUNDING = 1e-9

-- Messages name an option as the user wrote it: `latency` in a script, --latency in a shell.
local function quantity(convert, lowest, highest, limits)
   return function(value, name)
      local number = convert(value, name)
      if number < lowest or number > highest then
         failure.usage("%s: '%s' is out of range; write %s", name, tostring(value), limits)
      end
      return number
   end
end

local function whole(lowest, highest, limits)
   return function(value, name)
      local number = math.tointeger(tonumber(value))
      if not number or number < lowest or number > highest then
         failure.usage("%s: '%s' is not accepted; write a whole number %s", name, tostring(value), limits)
      end
      return number
   end
end

local function choice(names)
   return function(value, name) return checks.one_of(value, names, name) end
end

-- Names of faults, sorted.
local function fault_names()
   local names = {}
   for index, fault in ipairs(server.faults()) do
      names[index] = fault.name
   end
   table.sort(names)
   return names
end

-- Messages name a fault as the user wrote it: `faults.drip` in a script, `--fault drip` in a shell.
local function faults(value, name)
   local where = name:find "^%-" and "--fault" or name
   local named = name:find "^%-" and "--fault %s" or name .. ".%s"
   if type(value) ~= "table" then
      failure.usage("%s: expected a table of shares, such as { reset_mid = 0.01 }", where)
   end
   local shares, sum, names = {}, 0, fault_names()
   for fault, share in pairs(value) do
      checks.one_of(fault, names, where)
      shares[fault] = units.share(share, named:format(fault))
      sum = sum + shares[fault]
   end
   if sum > 1 + ROUNDING then
      failure.usage("%s: the shares add up to %s; together they must be at most 1", where,
         numbers.significant(sum, 3))
   end
   return next(shares) and shares or nil
end

-- option → how to read it, and its name in base units
local OPTIONS = {
   latency = { quantity(units.seconds, 0, LONGEST, 'a duration up to "1h"'), "latency_s" },
   jitter = { quantity(units.seconds, 0, LONGEST, 'a duration up to "1h"'), "jitter_s" },
   distribution = { choice(DISTRIBUTIONS), "distribution" },
   body = { choice(BODIES), "body" },
   size = { quantity(units.bytes, 1, LARGEST, 'a size from 1 byte to "1GiB"'), "size_bytes" },
   rate = { quantity(units.per_second, 0, FASTEST, "0 (no limit) to 1000000/s"), "rate" },
   stall = { quantity(units.seconds, 0, LONGEST, 'a duration up to "1h"'), "stall_s" },
   stall_after = { whole(0, math.maxinteger, "from 0 to 2^63 - 1"), "stall_after" },
   connections = { whole(0, 2 ^ 32 - 1, "from 1 to 4294967295; 0 means no limit"), "connections" },
   errors = { units.share, "errors" },
   faults = { faults, "faults" },
   seed = { whole(0, math.maxinteger, "from 0 to 2^63 - 1"), "seed" },
   port = { whole(0, 65535, "from 0 (any free one) to 65535"), "port" },
}

-- "--stall-after" on a command line, "stall_after" in a script.
local function option_name(prefix, name) return prefix == "" and name or prefix .. name:gsub("_", "-") end

local function check_together(o, prefix)
   if o.size_bytes and o.body and o.body ~= "plain" then
      failure.usage("%ssize: only %sbody plain has one; '%s' has a fixed size", prefix, prefix, o.body)
   elseif o.distribution == "fixed" and (o.jitter_s or 0) > 0 then
      failure.usage("%sjitter: a fixed latency has none; choose another %sdistribution", prefix, prefix)
   elseif o.distribution and o.distribution ~= "fixed" and (o.jitter_s or 0) == 0 then
      failure.usage("%sdistribution: '%s' needs %sjitter above 0", prefix, o.distribution, prefix)
   elseif o.stall_after and (o.stall_s or 0) == 0 then
      failure.usage("%s: needs %sstall above 0", option_name(prefix, "stall_after"), prefix)
   elseif o.distribution == "lognormal" and (o.latency_s or 0) == 0 then
      failure.usage("%sdistribution: 'lognormal' needs %slatency above 0", prefix, prefix)
   end
end

local function with_defaults(o)
   o.latency_s, o.jitter_s = o.latency_s or 0, o.jitter_s or 0
   o.distribution = o.distribution or (o.jitter_s > 0 and "uniform" or "fixed")
   o.body = o.body or "plain"
   o.size_bytes = o.body == "plain" and (o.size_bytes or 2048) or nil
   o.rate, o.connections, o.errors = o.rate or 0, o.connections or 0, o.errors or 0
   o.stall_s, o.stall_after = o.stall_s or 0, o.stall_after or 0
   o.seed, o.port = o.seed or 1, o.port or 0
   return o
end

--- Options as people write them → complete options in base units (latency_s, size_bytes, …).
-- `prefix` is put before option names in messages ("" in scripts, "--" for a command line).
function server.parse(options, prefix)
   prefix = prefix or ""
   local parsed = {}
   if type(options) ~= "table" then
      failure.usage("server: expected a table of options, such as { latency = \"30ms\" }")
   end
   for name, value in pairs(options) do
      local known = OPTIONS[name]
      if not known then
         failure.usage("server: unknown option '%s%s'%s", prefix, tostring(name),
            text.suggestion(tostring(name), text.sorted_keys(OPTIONS)))
      end
      parsed[known[2]] = known[1](value, option_name(prefix, name))
   end
   check_together(parsed, prefix)
   return with_defaults(parsed)
end

--- The faults that the server knows: { { name =, about = a sentence, class =, curl_code = how they end } … }.
function server.faults() return require("bakeoff.core").server_faults() end

local site = {}
site.__index = site

--- "http://127.0.0.1:PORT" .. path
function site:url(path)
   path = path or "/"
   return ("http://127.0.0.1:%d%s%s"):format(self.port, path:sub(1, 1) == "/" and "" or "/", path)
end

--- A list of n URLs; `pattern` is formatted with 1 … n. The list remembers its server: list.server.
function site:urls(pattern, n)
   local list = { server = self }
   for i = 1, n do
      list[i] = self:url(pattern:format(i))
   end
   return list
end

--- { requests, connections, bytes, errors, faults, served_peak, stalls } since the start, and stall_start_s
-- and stall_end_s of the latest stall (seconds of the monotonic clock; the end may be a planned one); also
-- after stop.
function site:stats() return self.handle:stats() end

--- Starts a new series of random values: from now on (seed, number, URL, n) decides the latency and fault of
-- the n-th request for a URL, whichever client sends it.
function site:epoch(number) self.handle:epoch(number) end

--- Does its process still run?
function site:is_running() return self.handle:is_running() end

--- Waits for a signal or the server's end; see src/lua/server.c.
function site:wait(watching) return self.handle:wait(watching) end

--- Ends the server. May be called again, and in a forked child, without effect.
function site:stop() self.handle:stop() end

site.__close = site.stop

-- What counts of a server that a script's function uses (base/digest.lua); its port may differ in each run.
function site.__key(self)
   local options = {}
   for name, value in pairs(self.options) do
      options[name] = name ~= "port" and value or nil
   end
   return options
end

-- 0.03 → "30 ms": the shortest exact form
local function short(seconds)
   if seconds >= 1 then
      return ("%.4g s"):format(seconds)
   elseif seconds >= 1e-3 then
      return ("%.4g ms"):format(seconds * 1e3)
   end
   return ("%.4g µs"):format(seconds * 1e6)
end

local function latency_in_words(o)
   if o.latency_s == 0 and o.jitter_s == 0 then
      return "no latency"
   elseif o.jitter_s == 0 then
      return short(o.latency_s) .. " latency"
   elseif o.distribution == "uniform" then
      return ("%s latency ± %s"):format(short(o.latency_s), short(o.jitter_s))
   end
   return ("%s latency (%s, sd %s)"):format(short(o.latency_s), o.distribution, short(o.jitter_s))
end

-- "2 % faults (drip, reset_mid)"
local function faults_in_words(shares)
   local sum = 0
   for _, share in pairs(shares) do
      sum = sum + share
   end
   local names = text.sorted_keys(shares)
   local named = #names <= 3 and table.concat(names, ", ") or ("%d kinds"):format(#names)
   return ("%.4g %% faults (%s)"):format(sum * 100, named)
end

--- A short description for subtitles: "30 ms latency ± 10 ms, 5 served at once".
function site:describe()
   local o = self.options
   local words = { latency_in_words(o) }
   if o.connections > 0 then
      words[#words + 1] = ("%d served at once"):format(o.connections)
   end
   if o.rate > 0 then
      words[#words + 1] = ("%.4g requests/s"):format(o.rate)
   end
   if o.stall_s > 0 then
      words[#words + 1] = ("a stall of %s after %s"):format(short(o.stall_s),
         numbers.plural(o.stall_after, "request"))
   end
   if o.errors > 0 then
      words[#words + 1] = ("%.4g %% errors"):format(o.errors * 100)
   end
   if o.faults then
      words[#words + 1] = faults_in_words(o.faults)
   end
   return table.concat(words, ", ")
end

local function cannot_start(options, prefix, message, code)
   if code == "busy" then
      failure.usage("%sport: %d is in use; choose another, or 0 for any free one", prefix, options.port)
   end
   failure.trial("%s", message)
end

--- Starts a server. → site: port, options (base units), url, urls, stats, epoch, describe, wait, stop;
-- to-be-closed. Raises a failure: usage for wrong options, trial if it does not start.
function server.start(options, prefix)
   local core = require "bakeoff.core"
   prefix = prefix or ""
   local parsed = server.parse(options or {}, prefix)
   local handle, message, code = core.server(parsed)
   if not handle then
      cannot_start(parsed, prefix, message, code)
   end
   return setmetatable({ handle = handle, port = handle:port(), options = parsed }, site)
end

return server
