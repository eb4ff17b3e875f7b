--- What a loop waits for: fetches, files, descriptors.
local lu = require "luaunit"

local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run = support.run

local site

TestIo = {}

function TestIo.setUp() site = bake.server { body = "tickets" } end

function TestIo.tearDown() site:stop() end

-- Fetching ----------------------------------------------------------------------------------------------

function TestIo.test_fetches_wait_in_their_task()
   run(function(loop)
      local response = assert(loop:fetch(site:url "/tickets?day=2"))
      lu.assertEquals(response.status, 200)
      lu.assertStrContains(response.headers["content-type"], "json")
      lu.assertEquals(response.body, bake.fetch(site:url "/tickets?day=2").body)
      local failed, message, code, whole = loop:fetch "http://127.0.0.1:1/"
      lu.assertNil(failed)
      lu.assertStrContains(message, "127.0.0.1")
      lu.assertEquals({ code, whole.status }, { "connect", 0 })
      lu.assertEquals({ loop:fetch "ftp://127.0.0.1/" },
         { nil, "url: only http and https URLs are fetched", "scheme" })
      lu.assertEquals({ loop:fetch "http://127.0.0.1/a b" },
         { nil, "url: contains a space; write %20", "invalid" })
   end)
end

-- Bytes that this process has read.
local function bytes_read()
   local file <close> = assert(io.open "/proc/self/io")
   return tonumber(file:read("a"):match "rchar: (%d+)")
end

-- libcurl read all of the system's for each connection: some 200 KB, and for that time the loop stood still.
function TestIo.test_trusted_certificates_are_read_once()
   local server <close> = bake.server { faults = { tls_expired = 1 } }
   local function read_by(count)
      local before = bytes_read()
      run(function(loop)
         for _ = 1, count do
            lu.assertEquals(select(3, loop:fetch(server:url "/")), "tls")
         end
      end)
      return bytes_read() - before
   end
   local once = read_by(1)
   lu.assertTrue(read_by(10) < 2 * once, ("%d bytes for one, %d for ten"):format(once, read_by(10)))
end

function TestIo.test_callbacks_may_fetch_again_and_wait()
   local loop <close> = bake.loop { in_flight = 2 }
   local log = support.log()
   local task = loop:fetch(site:url "/", function(response)
      log(response.status)
      bake.sleep "1ms"
      loop:fetch("http://127.0.0.1:1/", function(nothing, _, code)
         log(tostring(nothing) .. code)
      end)
      return "kept"
   end)
   lu.assertTrue(loop:run())
   lu.assertEquals(tostring(log), "200 nilconnect")
   lu.assertEquals(task:result(), "kept")
end

function TestIo.test_requests_have_fields_of_their_own()
   local seen = { timeout = "5s", max_bytes = 10 }
   run(function(loop)
      lu.assertEquals(select(3, loop:fetch(site:url "/")), "too_large")
      local own = { url = site:url "/", max_bytes = "1MiB", headers_wanted = false }
      local response = assert(loop:fetch(own))
      lu.assertNil(response.headers)
      lu.assertEquals(select(3, loop:fetch(site:url "/")), "too_large")
      lu.assertErrorMsgContains("fetch: unknown field 'timeuot'", loop.fetch, loop,
         { url = site:url "/", timeuot = 1 })
      lu.assertErrorMsgContains("fetch.body: expected a string", loop.fetch, loop,
         { url = site:url "/", body = 5 })
      lu.assertErrorMsgContains("fetch: expected a URL", loop.fetch, loop, 5)
      lu.assertErrorMsgContains("fetch: on_done: expected a function", loop.fetch, loop, site:url "/", 5)
   end, seen)
end

function TestIo.test_at_most_in_flight_fetches_at_once()
   local slow <close> = bake.server { latency = "2ms" }
   local loop <close> = bake.loop { in_flight = 3 }
   for _ = 1, 30 do
      loop:go(function() assert(loop:fetch(slow:url "/")) end)
   end
   loop:run()
   local stats = slow:stats()
   lu.assertEquals(stats.requests, 30)
   lu.assertTrue(stats.served_peak <= 3, "served at once: " .. stats.served_peak)
end

function TestIo.test_wrong_options_are_named()
   local bad = {
      { { inflight = 3 }, "loop: unknown field 'inflight'; did you mean 'in_flight'?" },
      { { in_flight = 0 }, "loop.in_flight: '0' is not accepted" },
      { { in_flight = 1e6 }, "in_flight: expected a whole number from 1 to 65535" },
      { { timeout = "soon" }, "loop.timeout: 'soon' is not a quantity" },
      { { body = {} }, "loop.body: expected a string" },
      { { luv = {} }, "luv: expected the module" },
   }
   for _, case in ipairs(bad) do
      lu.assertErrorMsgContains(case[2], bake.loop, case[1])
   end
   lu.assertErrorMsgContains("loop: expected a table", bake.loop, 5)
end

-- Files -------------------------------------------------------------------------------------------------

function TestIo.test_files_are_read_whole()
   local path = os.tmpname()
   local text = ("0123456789\0\n"):rep(20000)
   local file = assert(io.open(path, "wb"))
   file:write(text)
   file:close()
   run(function(loop)
      lu.assertTrue(loop:read(path) == text)
      lu.assertTrue(loop:read(path, { max_bytes = #text }) == text)
      lu.assertEquals({ loop:read(path, { max_bytes = "1KB" }) },
         { nil, path .. ": the file is larger than max_bytes", "too_large" })
      lu.assertEquals({ loop:read "/nonexistent" },
         { nil, "/nonexistent: No such file or directory", "system" })
      lu.assertStrContains(select(2, loop:read "/dev/null"), "not a regular file")
      lu.assertErrorMsgContains("read: expected a path", loop.read, loop, {})
   end)
   os.remove(path)
end

function TestIo.test_files_and_fetches_and_sleeps_end_as_they_end()
   local silent <close> = bake.server { latency = "60s" }
   local log = support.log()
   run(function(loop)
      local slow = loop:go(function()
         local _ <close> = support.closing(log, "slow fetch")
         loop:fetch(silent:url "/")
      end)
      bake.gather {
         function() loop:fetch(site:url "/") log "fetch" end, function() bake.sleep "1ms" log "sleep" end,
         function() loop:read "/etc/passwd" log "read" end,
      }
      lu.assertFalse(slow:done())
      slow:cancel()
      slow:result()
   end)
   lu.assertEquals({ #log, log[4] }, { 4, "slow fetch" })
end

-- Descriptors -------------------------------------------------------------------------------------------

function TestIo.test_watching_needs_a_descriptor_that_can_be_watched()
   local loop <close> = bake.loop {}
   local watch, message, code = loop:watch(9999, print)
   lu.assertEquals({ watch, message, code }, { nil, "descriptor 9999: Bad file descriptor", "system" })
   lu.assertErrorMsgContains("function expected", loop.watch, loop, 0)
end

-- Fetches beyond in_flight ------------------------------------------------------------------------------

TestQueue = {}

function TestQueue.setUp() site = bake.server { body = "tickets" } end

function TestQueue.tearDown() site:stop() end

-- Some fetches leave before more come, so that the queue has wrapped around when it must grow.
function TestQueue.test_fetches_that_wait_keep_their_order_however_many_come()
   local ended, wanted = {}, {}
   local loop <close> = bake.loop { in_flight = 1 }
   local function request(first, last)
      for day = first, last do
         wanted[day] = day
         loop:fetch(site:url("/?day=" .. day), function(response, message)
            ended[#ended + 1] = response and day or message
            if day == 20 then
               request(61, 200)
            end
         end)
      end
   end
   request(1, 60)
   lu.assertTrue(loop:run())
   lu.assertEquals(ended, wanted)
   lu.assertEquals(site:stats().requests, 200)
end

function TestQueue.test_a_fetch_that_waits_and_is_cancelled_is_not_made()
   local loop <close> = bake.loop { in_flight = 1 }
   local tasks = {}
   for day = 1, 4 do
      tasks[day] = loop:go(function() return loop:fetch(site:url("/?day=" .. day)) end)
   end
   loop:run(function()
      bake.sleep(0)
      tasks[4]:cancel() -- the last one in the queue
      tasks[2]:cancel() -- the first
   end)
   lu.assertTrue(loop:run())
   lu.assertEquals({ tasks[1]:error(), tasks[3]:error() }, {})
   lu.assertTrue(tasks[2]:cancelled() and tasks[4]:cancelled())
   lu.assertEquals(site:stats().requests, 2)
end

os.exit(lu.LuaUnit.run(), true)
