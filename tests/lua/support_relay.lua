--- A Unix socket through which a port of this machine is reached, for tests: tests/e2e/tool_relay.c.

local relay = {}

--- name: of the socket; backlog: nil, or how many connections wait at most, at a relay that is slow to accept
-- them. → { stop() }
function relay.start(name, port, backlog)
   local told = os.tmpname()
   os.remove(told)
   assert(os.execute("mkfifo " .. told))
   local tool = os.getenv "BAKEOFF_BUILD" .. "/bin/tool_relay"
   local process = assert(io.popen(("exec %s '%s' %d %s > %s"):format(tool, name, port, backlog or "", told),
      "w"))
   local said <close> = assert(io.open(told))
   assert(said:read() == "ready")
   os.remove(told)
   return { stop = function() process:close() end } -- it ends with its input
end

return relay
