--- bake.loop itself: running, fetching, reading, ending. Tasks are in test_async_*.lua.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_loop.lua")
local run, script = support.run, support.script

local site

TestLoop = {}

function TestLoop.setUp() site = bake.server { body = "tickets" } end

function TestLoop.tearDown() site:stop() end

-- Running -----------------------------------------------------------------------------------------------

function TestLoop.test_an_empty_loop_returns_at_once()
   local loop <close> = bake.loop {}
   lu.assertTrue(loop:run())
   lu.assertEquals(#loop, 0)
end

function TestLoop.test_run_with_a_function_or_task_gives_its_results()
   local loop <close> = bake.loop {}
   lu.assertEquals({ loop:run(function() return 1, nil, 3 end) }, { 1, nil, 3 })
   local task = loop:go(function(a, b) bake.sleep(0) return a .. b end, "x", "y")
   lu.assertEquals(loop:run(task), "xy")
   lu.assertEquals(loop:run(task), "xy") -- ended long ago
end

function TestLoop.test_run_until_a_task_leaves_the_others_pending()
   local loop <close> = bake.loop {}
   local other = loop:go(bake.sleep, 0.02)
   lu.assertEquals(loop:run(function() return "first" end), "first")
   lu.assertFalse(other:done())
   lu.assertTrue(loop:run())
   lu.assertTrue(other:done())
end

function TestLoop.test_a_loop_runs_again_and_again()
   local loop <close> = bake.loop {}
   for i = 1, 5 do
      lu.assertEquals(loop:run(function() bake.sleep(0.001) return i end), i)
   end
end

function TestLoop.test_running_inside_of_a_running_loop_is_refused()
   local loop <close> = bake.loop {}
   local other <close> = bake.loop {}
   loop:run(function()
      lu.assertErrorMsgContains("run: a loop runs already", loop.run, loop)
      lu.assertErrorMsgContains("run: a loop runs already", other.run, other)
      lu.assertErrorMsgContains("close: the loop is running", loop.close, loop)
   end)
end

function TestLoop.test_sleepers_wake_in_the_order_of_their_times()
   local log = support.log()
   local loop <close> = bake.loop {}
   for _, ms in ipairs { 9, 3, 6, 1, 0, 6 } do
      loop:go(function() bake.sleep(ms .. "ms") log(ms) end)
   end
   loop:run()
   lu.assertEquals(tostring(log), "0 1 3 6 6 9")
end

function TestLoop.test_sleep_0_lets_the_others_have_their_turn_in_order()
   local log = support.log()
   local loop <close> = bake.loop {}
   for _, name in ipairs { "a", "b", "c" } do
      loop:go(function()
         for i = 1, 2 do
            log(name .. i)
            bake.sleep(0)
         end
      end)
   end
   loop:run()
   lu.assertEquals(tostring(log), "a1 b1 c1 a2 b2 c2")
end

-- Who never waits for anything but its turn must not keep the others' timers from firing.
function TestLoop.test_a_busy_task_does_not_starve_timers()
   run(function(loop)
      local woken = false
      loop:go(function() bake.sleep(0.005) woken = true end)
      while not woken do
         bake.sleep(0)
      end
   end)
end

function TestLoop.test_sleep_outside_of_loops_blocks_the_thread()
   local before = core.now()
   bake.sleep "10ms"
   lu.assertTrue(core.now() - before >= 0.01)
end

function TestLoop.test_misuse_of_sleep()
   lu.assertErrorMsgContains("'soon' is not a quantity", bake.sleep, "soon")
   lu.assertErrorMsgContains("a duration of 0 to 1e9 seconds", bake.sleep, -1)
   lu.assertErrorMsgContains("a duration of 0 to 1e9 seconds", bake.sleep, 0 / 0)
end

function TestLoop.test_ten_thousand_tasks()
   local loop <close> = bake.loop {}
   local sum = 0
   for i = 1, 10000 do
      loop:go(function() bake.sleep(0.001 * (i % 3)) sum = sum + i end)
   end
   lu.assertEquals(#loop, 10000)
   lu.assertTrue(loop:run())
   lu.assertEquals(sum, 10000 * 10001 // 2)
end

-- Where waiting is impossible ---------------------------------------------------------------------------

function TestLoop.test_waiting_outside_of_tasks_is_an_error()
   local loop <close> = bake.loop {}
   local only = "only a coroutine of a loop can wait here; start it with loop:go"
   lu.assertErrorMsgContains("fetch: " .. only, loop.fetch, loop, site:url "/")
   lu.assertErrorMsgContains("read: " .. only, loop.read, loop, "/etc/passwd")
   lu.assertErrorMsgContains("gather: " .. only, bake.gather, {})
   lu.assertErrorMsgContains("group: " .. only, bake.group, print)
   lu.assertErrorMsgContains("timeout: " .. only, bake.timeout, 1, print)
   lu.assertErrorMsgContains("acquire: " .. only, function() bake.semaphore(0):acquire() end)
   local task = loop:go(print)
   lu.assertErrorMsgContains("result: the task has not ended; run its loop first", task.result, task)
   lu.assertErrorMsgContains("await: " .. only, bake.await, task)
   coroutine.wrap(function() -- a coroutine, but nobody's
      lu.assertErrorMsgContains("fetch: " .. only, loop.fetch, loop, site:url "/")
   end)()
   task:cancel()
end

function TestLoop.test_waiting_in_a_callback_is_an_error()
   local message
   local loop <close> = bake.loop {}
   loop:go(function() end):on_done(function() message = select(2, pcall(bake.sleep, 1)) end)
   loop:run()
   lu.assertStrContains(message, "sleep: a callback cannot wait; start a task in it with loop:go")
end

function TestLoop.test_waiting_in_a_coroutine_within_a_task_is_an_error()
   run(function()
      local inner = coroutine.wrap(function() return pcall(bake.sleep, 0) end)
      local ok, message = inner()
      lu.assertFalse(ok)
      lu.assertStrContains(message, "sleep: a coroutine inside a task cannot wait")
   end)
end

function TestLoop.test_coroutines_within_tasks_work_otherwise()
   run(function()
      local numbers = coroutine.wrap(function()
         for i = 1, 3 do
            coroutine.yield(i)
         end
      end)
      local sum = 0
      for n in numbers do
         bake.sleep(0)
         sum = sum + n
      end
      lu.assertEquals(sum, 6)
   end)
end

function TestLoop.test_waiting_below_a_c_function_is_an_error()
   run(function()
      local ok, message = pcall(string.gsub, "abc", "b", function() bake.sleep(0) end)
      lu.assertFalse(ok)
      lu.assertStrContains(message, "cannot wait inside a function that is called from C")
   end)
end

function TestLoop.test_waiting_inside_pcall_iterators_and_metamethods_works()
   run(function()
      local sleepy = setmetatable({}, { __index = function(_, key) bake.sleep(0) return key end })
      local function one_two()
         local i = 0
         return function() i = i + 1 bake.sleep(0) return i <= 2 and i or nil end
      end
      local log = support.log()
      for i in one_two() do
         log(select(2, pcall(function() return sleepy["key" .. i] end)))
      end
      lu.assertEquals(tostring(log), "key1 key2")
   end)
end

function TestLoop.test_a_task_that_yields_by_itself_fails()
   local log = support.log()
   local loop <close> = bake.loop {}
   local task = loop:go(function()
      local _ <close> = support.closing(log, "closed")
      coroutine.yield(1)
      log "never"
   end)
   loop:run()
   lu.assertStrContains(tostring(task:error()), "attempt to yield from a task")
   lu.assertEquals(tostring(log), "closed")
end

function TestLoop.test_a_task_of_another_loop_is_refused()
   local one <close> = bake.loop {}
   local other <close> = bake.loop {}
   local message
   one:run(function() message = select(2, pcall(other.fetch, other, site:url "/")) end)
   lu.assertStrContains(message, "fetch: this coroutine belongs to another loop")
   lu.assertErrorMsgContains("a task of another loop", one.run, one, other:go(print))
   other:close()
end

-- Deadlock ----------------------------------------------------------------------------------------------

function TestLoop.test_tasks_that_wait_for_each_other_are_told()
   local loop <close> = bake.loop {}
   local semaphore = bake.semaphore(0)
   local one, two
   one = loop:go(function() return two:result() end)
   two = loop:go(function() return one:result() end)
   local third = loop:go(semaphore.acquire, semaphore)
   lu.assertEquals({ loop:run() },
      { nil, "3 tasks wait, and nothing can wake them: 2 for a task, 1 for a semaphore", "deadlock" })
   semaphore:release() -- from outside; what can go on does
   one:cancel()
   lu.assertTrue(loop:run())
   lu.assertTrue(third:done() and two:done() and one:cancelled())
end

function TestLoop.test_a_deadlock_of_run_until()
   local loop <close> = bake.loop {}
   lu.assertEquals({ loop:run(function() bake.semaphore(0):acquire() end) },
      { nil, "1 task waits, and nothing can wake it: 1 for a semaphore", "deadlock" })
end

-- Fetching ----------------------------------------------------------------------------------------------

function TestLoop.test_fetches_wait_in_their_task()
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
   end)
end

function TestLoop.test_callbacks_may_fetch_again_and_wait()
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

function TestLoop.test_requests_have_fields_of_their_own()
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

function TestLoop.test_at_most_in_flight_fetches_at_once()
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

function TestLoop.test_wrong_options_are_named()
   local bad = {
      { { inflight = 3 }, "loop: unknown field 'inflight'; did you mean 'in_flight'?" },
      { { in_flight = 0 }, "loop.in_flight: '0' is not accepted" },
      { { in_flight = 1e6 }, "in_flight: 1 to 65,535" },
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

function TestLoop.test_files_are_read_whole()
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

function TestLoop.test_files_and_fetches_and_sleeps_end_as_they_end()
   local slow <close> = bake.server { latency = "50ms" }
   local log = support.log()
   local loop <close> = bake.loop {}
   loop:go(function() loop:fetch(slow:url "/") log "fetch" end)
   loop:go(function() bake.sleep "20ms" log "sleep" end)
   loop:go(function() loop:read "/etc/passwd" log "read" end)
   loop:run()
   lu.assertEquals(log[#log], "fetch")
   lu.assertEquals(#log, 3)
end

-- Descriptors -------------------------------------------------------------------------------------------

function TestLoop.test_watching_needs_a_descriptor_that_can_be_watched()
   local loop <close> = bake.loop {}
   local watch, message, code = loop:watch(9999, print)
   lu.assertEquals({ watch, message, code }, { nil, "descriptor 9999: Bad file descriptor", "system" })
   lu.assertErrorMsgContains("function expected", loop.watch, loop, 0)
end

-- The end -----------------------------------------------------------------------------------------------

function TestLoop.test_close_cancels_what_is_pending_and_closes_its_variables()
   local log = support.log()
   local loop = bake.loop {}
   local slow <close> = bake.server { latency = "60s" }
   local function waits(name, fn, ...)
      return loop:go(function(...)
         local _ <close> = support.closing(log, name)
         fn(...)
      end, ...)
   end
   local tasks = { waits("sleep", bake.sleep, 60), waits("fetch", loop.fetch, loop, slow:url "/") }
   loop:run(function() bake.sleep "5ms" end)
   tasks[3] = loop:go(function() log "never" end) -- not even started
   loop:close()
   loop:close() -- harmless
   for _, task in ipairs(tasks) do
      lu.assertTrue(task:done() and task:cancelled())
      lu.assertEquals(select(3, task:result()), "cancelled")
   end
   lu.assertEquals(tostring(log), "sleep fetch")
   lu.assertErrorMsgContains("the loop is closed", loop.go, loop, print)
   lu.assertErrorMsgContains("the loop is closed", loop.run, loop)
end

function TestLoop.test_a_loop_that_is_forgotten_goes_without_a_trace()
   for _ = 1, 20 do
      local loop = bake.loop {}
      loop:go(bake.sleep, 60)
      loop:go(function() loop:fetch(site:url "/") end)
      loop:run(function() bake.sleep(0) end)
   end
   collectgarbage()
   collectgarbage()
end

-- A forked worker has a copy of the loop and of the task that runs: neither is its own.
function TestLoop.test_a_forked_copy_is_refused_and_leaves_the_origin_alone()
   local ended = script [[
      local loop <close> = bake.loop {}
      local function in_worker(origin)
         bake.sleep "1ms" -- the thread's: no task of this process runs
         local ok, message = pcall(origin.run, origin)
         assert(not ok and message:find("belongs to the process that made it", 1, true), message)
         origin:close() -- harmless
         local own <close> = bake.loop {}
         return own:run(function() bake.sleep "1ms" return "own" end)
      end
      print(loop:run(function()
         bake.sleep "1ms"
         _G.in_worker = function() return in_worker(loop) end -- in the copy, not sent
         local pool <close> = bake.processes { workers = 1 }
         local result = assert(loop:offload(pool, function() return _G.in_worker() end))
         bake.sleep "1ms"
         return result
      end))
   ]]
   lu.assertEquals(ended.stderr, "")
   lu.assertEquals(ended.stdout, "own\n")
end

function TestLoop.test_an_error_that_nobody_asked_for_is_a_warning()
   local ended = script [[
      local loop <close> = bake.loop {}
      local function deep() error "nobody asked" end
      local asked = loop:go(function() error "asked for" end)
      loop:go(function() deep() end)
      loop:go(bake.sleep, 60):cancel()
      assert(loop:run())
      print(asked:error())
   ]]
   lu.assertEquals(ended.code, 0)
   lu.assertStrContains(ended.stdout, "asked for")
   lu.assertStrContains(ended.stderr, "a task failed and nobody asked for its result: ")
   lu.assertStrContains(ended.stderr, "nobody asked\nstack traceback:")
   lu.assertStrContains(ended.stderr, "'deep'")
   lu.assertNotStrContains(ended.stderr, "asked for\n")
   lu.assertNotStrContains(ended.stderr, "cancelled")
end

function TestLoop.test_warnings_come_without_close_and_in_time_when_many()
   local ended = script [[
      local loop = bake.loop {}
      for i = 1, 300 do loop:go(error, "number " .. i, 0) end
      loop:run()
   ]]
   lu.assertEquals(ended.code, 0)
   lu.assertEquals(select(2, ended.stderr:gsub("number %d+", "")), 300)
end

function TestLoop.test_an_error_in_a_callback_is_a_warning_and_the_loop_goes_on()
   local ended = script [[
      local loop <close> = bake.loop {}
      loop:go(function() end):on_done(function() error "in on_done" end)
      print(loop:run(function() bake.sleep "2ms" return "went on" end))
   ]]
   lu.assertStrContains(ended.stdout, "went on")
   lu.assertStrContains(ended.stderr, "on_done: ")
   lu.assertStrContains(ended.stderr, "in on_done")
end

os.exit(lu.LuaUnit.run(), true)
