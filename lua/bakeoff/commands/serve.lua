--- `bakeoff serve`: the fixture server on its own, for any client, until Ctrl-C.

local numbers = require "bakeoff.base.numbers"

local command = { name = "serve", summary = "serve the built-in test server, for any client" }

local OPTIONS = {
   { "port", "PORT", "Port on 127.0.0.1; 0 for any free one (default: 0)." },
   { "latency", "DURATION", "Latency of each answer, such as 30ms (default: 0)." },
   { "jitter", "DURATION", "How far latencies spread (default: 0)." },
   { "distribution", "NAME", "fixed, uniform (latency ± jitter), normal or lognormal (sd = jitter)." },
   { "body", "NAME", "plain, tickets (JSON prices of a day, ?day=N) or page (HTML) (default: plain)." },
   { "size", "SIZE", "Size of the plain body, such as 16KB (default: 2048 bytes)." },
   { "rate", "RATE", "Requests let in per second; the others wait in line." },
   { "stall", "DURATION", "Once, nobody is let in for so long, such as 300ms (default: 0)." },
   { "stall_after", "N", "… after so many requests (default: 0)." },
   { "connections", "N", "Requests served at once; the others wait in line." },
   { "errors", "FRACTION", "Part of the requests answered with status 500, such as 0.05." },
   { "seed", "N", "Seed of latencies and errors (default: 1)." },
}

function command.define(parser)
   for _, option in ipairs(OPTIONS) do
      parser:option("--" .. option[1]:gsub("_", "-"), option[3]):argname(option[2])
   end
end

local function chosen(args)
   local options = {}
   for _, option in ipairs(OPTIONS) do
      options[option[1]] = args[option[1]]
   end
   return options
end

local function body_in_words(options)
   if options.body == "plain" then
      return numbers.whole(options.size_bytes) .. " bytes of text"
   end
   return options.body == "page" and "an HTML page" or "bus-ticket prices by ?day=N"
end

local function announce(site)
   print(("serving %s (%s; %s)"):format(site:url("/"), body_in_words(site.options), site:describe()))
   print("stop it with Ctrl-C")
   io.stdout:flush()
end

-- 1, "request" → "1 request"; 2,000 → "2,000 requests"
local function counted(number, noun)
   return ("%s %s%s"):format(numbers.whole(number), noun, number == 1 and "" or "s")
end

local function sum_up(stats)
   print(("served %s on %s, %s of bodies, %s, at most %s at once"):format(
      counted(stats.requests, "request"), counted(stats.connections, "connection"),
      numbers.format(stats.bytes, "size"), counted(stats.errors, "error"),
      numbers.whole(stats.served_peak)))
end

function command.run(args)
   local failure = require "bakeoff.base.failure"
   local site <close> = require("bakeoff.net.server").start(chosen(args), "--")
   local why, message = site:wait(function() announce(site) end)
   if not why then
      failure.trial("serve: %s", message)
   elseif why == "ended" then
      failure.trial("the server's process ended by itself")
   end
   site:stop()
   sum_up(site:stats())
   return 0
end

return command
