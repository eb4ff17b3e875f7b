--- `bakeoff serve`: runs the test server alone, for any client, until Ctrl-C is pressed.

local arguments = require "bakeoff.cli.arguments"
local failure = require "bakeoff.base.failure"
local numbers = require "bakeoff.base.numbers"

local command = { name = "serve", summary = "run the built-in test server, for any client" }

local OPTIONS = {
   { "port", "PORT", "Port on 127.0.0.1; 0 picks a free one (default: 0)" },
   { "body", "NAME", "plain, tickets (a day's prices as JSON, ?day=N) or page (HTML) (default: plain)" },
   { "size", "SIZE", "Size of the plain body, such as 16KB (default: 2048 bytes)" },
   { "errors", "FRACTION", "Fraction of requests answered with status 500, such as 0.05 (default: 0)" },
   { "latency", "DURATION", "Latency of each response, such as 30ms (default: 0)" },
   { "jitter", "DURATION", "Spread of the latencies (default: 0)" },
   { "distribution", "NAME", "fixed, uniform (latency ± jitter), normal or lognormal (sd = jitter)" },
   { "seed", "N", "Seed of the random latencies, errors and faults (default: 1)" },
   { "rate", "RATE", "Requests admitted per second; the others queue (default: no limit)" },
   { "connections", "N", "Requests served at the same time; the others queue (default: no limit)" },
   { "stall", "DURATION", "Admit no request for this time, once, such as 300ms (default: 0)" },
   { "stall_after", "N", "Requests before the stall (default: 0)" },
}

local EPILOG = [[
The server prints its URL, serves until you press Ctrl-C, and then prints what it served.

Faults, each with the fraction of requests that get it (--fault reset_mid=0.01), or always, under its path
(/fault/reset_mid). Behind the name: the class of error that bakeoff calls it, and libcurl's exit code.
%s
Those of TLS redirect to https; /certificates has the certificates, for clients that want to trust them.

Examples:
   bakeoff serve --port 8080 --body tickets
      serves ticket prices at http://127.0.0.1:8080/?day=N
   bakeoff serve --latency 30ms --jitter 10ms --distribution lognormal
      responses take 30 ms, with a long tail
   bakeoff serve --rate 200/s --connections 8 --errors 0.05
      admits 200 requests per second and serves 8 at a time; 5 % get status 500
   bakeoff serve --fault stall_body=0.01 --fault status_429=0.05
      1 % of the answers stop halfway, 5 % ask the client to come back later

Exit codes:
   0   stopped with Ctrl-C
   1   the server failed
   2   usage error]]

-- "stall_after" → "--stall-after"
local function dashed(name) return "--" .. name:gsub("_", "-") end

-- "   reset_mid   transfer 56   Resets the connection after half of the body."
local function fault_lines()
   local lines = {}
   for index, fault in ipairs(require("bakeoff.net.server").faults()) do
      lines[index] = ("   %-15s %9s %2d   %s"):format(fault.name, fault.class, fault.curl_code, fault.about)
   end
   return table.concat(lines, "\n")
end

function command.define(parser)
   parser:usage("Usage: bakeoff serve [options]")
   for _, option in ipairs(OPTIONS) do
      parser:option(dashed(option[1]), option[3]):argname(option[2])
   end
   parser:option("--fault", "A fault and the fraction of requests that get it, such as drip=0.01; repeatable")
      :argname("NAME=FRACTION"):count("*")
   arguments.group(parser, "Responses", { "--body", "--size", "--errors", "--fault" })
   arguments.group(parser, "Latency", { "--latency", "--jitter", "--distribution", "--seed" })
   arguments.group(parser, "Limits and stalls", { "--rate", "--connections", "--stall", "--stall-after" })
   parser:epilog((EPILOG:gsub("%%s", fault_lines, 1)))
end

-- { "drip=0.01", … } → { drip = "0.01", … }; nil without any
local function faults_of(given)
   local shares = {}
   for _, one in ipairs(given or {}) do
      local name, share = one:match("^([^=]+)=(.+)$")
      if not name then
         failure.usage("--fault: '%s' is not accepted; write NAME=FRACTION, such as reset_mid=0.01", one)
      elseif shares[name] then
         failure.usage("--fault: '%s' is given twice; write it once", name)
      end
      shares[name] = share
   end
   return next(shares) and shares or nil
end

local function chosen(args)
   local options = {}
   for _, option in ipairs(OPTIONS) do
      options[option[1]] = args[option[1]]
   end
   options.faults = faults_of(args.fault)
   return options
end

local function body_in_words(options)
   if options.body == "plain" then
      return numbers.whole(options.size_bytes) .. " bytes of text"
   end
   return options.body == "page" and "an HTML page" or "bus-ticket prices by ?day=N"
end

local function announce(site)
   local line = ("serving %s (%s; %s)"):format(site:url("/"), body_in_words(site.options), site:describe())
   if not (io.stdout:write(line, "\npress Ctrl-C to stop\n") and io.stdout:flush()) then
      failure.trial("the server's address could not be printed")
   end
end

-- 1, "request" → "1 request"; 2,000 → "2,000 requests"
local function counted(number, noun)
   return ("%s %s%s"):format(numbers.whole(number), noun, number == 1 and "" or "s")
end

local function sum_up(stats)
   print(("served %s on %s, %s of bodies, %s%s, at most %s at once"):format(
      counted(stats.requests, "request"), counted(stats.connections, "connection"),
      numbers.format(stats.bytes, "size"), counted(stats.errors, "error"),
      stats.faults > 0 and ", " .. counted(stats.faults, "fault") or "", numbers.whole(stats.served_peak)))
end

function command.run(args)
   local site <close> = require("bakeoff.net.server").start(chosen(args), "--")
   local why, message = site:wait(function() announce(site) end)
   if not why then
      failure.trial("serve: %s", message)
   elseif why == "ended" then
      failure.trial("the server's process ended unexpectedly")
   end
   site:stop()
   sum_up(site:stats())
   return 0
end

return command
