-- Makes wrk, which normally runs for a given time, request each URL of a list exactly once. A reference: it
-- keeps no bodies.
--
-- usage: wrk -t 1 -c WORKERS -d 1h -s wrk.lua URL -- URLS WORKERS
-- wrk's own interpreter (LuaJIT) runs this: `done` in the main state, the rest in the state of its thread.
-- There is no function `response`, because wrk would then pass every body to Lua.

local ffi = require "ffi"

ffi.cdef "int kill(int, int); int getpid(void); int usleep(unsigned);"

local SIGINT, FOR_EVER_MS = 2, 1e8
local requests, connections = {}, 0
local verified, issued, asked = false, 0, 0

function init(words) -- luacheck: ignore
   connections = tonumber(words[2])
   for url in io.lines(words[1]) do
      local path = url:match("^%a+://[^/]+(.*)$")
      requests[#requests + 1] = wrk.format("GET", path == "" and "/" or path) -- luacheck: ignore
   end
end

-- The main thread starts this one, arranges to be woken by SIGINT, and sleeps for the duration of the test. A
-- signal before that would be lost.
local function wait_until_main_sleeps()
   repeat
      ffi.C.usleep(50)
      local file = assert(io.open(("/proc/%d/status"):format(ffi.C.getpid())))
      local status = file:read("*a")
      file:close()
      local caught = tonumber(status:match("SigCgt:%s*%x*(%x)"), 16)
   until status:match("State:%s*S") and math.floor(caught / 2) % 2 == 1 -- the second bit is SIGINT
end

local function finish()
   wrk.thread:stop() -- luacheck: ignore
   ffi.C.kill(ffi.C.getpid(), SIGINT)
end

-- Called for each connection when it opens and after each response, so it counts the responses. A connection
-- waits when no URL is left.
function delay() -- luacheck: ignore
   if asked == 0 then
      wait_until_main_sleeps()
   end
   asked = asked + 1
   if asked == connections + #requests then
      finish()
   end
   return asked <= #requests and 0 or FOR_EVER_MS
end

function request() -- luacheck: ignore
   if not verified then
      verified = true -- wrk looks at one request first, and doesn't send it
      return requests[1]
   end
   issued = issued % #requests + 1 -- wrk repeats what a connection lost
   return requests[issued]
end

function done(summary) -- luacheck: ignore
   local e = summary.errors
   if e.connect + e.read + e.write + e.status + e.timeout > 0 then
      io.stderr:write(("wrk: errors: %d connect, %d read, %d write, %d status, %d timeout\n"):format(
         e.connect, e.read, e.write, e.status, e.timeout))
      os.exit(1)
   end
end
