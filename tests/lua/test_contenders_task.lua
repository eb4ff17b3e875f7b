--- The general form of a job, items and a task, on every contender that runs it: the same body must have
-- the same outcome in each.
local lu = require "luaunit"

local core = require "bakeoff.core"
local server = require "bakeoff.server"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_trial.lua")
local files = dofile(here .. "../e2e/support_command.lua")

local folder, site

local function slurp(path)
   local file <close> = assert(io.open(path, "rb"))
   return file:read("a")
end

local function set_up()
   folder = files.folder()
   site = server.start { body = "tickets", latency = "1ms" }
end

local function tear_down()
   site:stop()
   files.remove(folder)
end

local function numbers(count)
   local list = {}
   for i = 1, count do
      list[i] = i
   end
   return list
end

local function assert_done(name, row, count)
   lu.assertEquals({ row.status, row.reason }, { "ok" }, name)
   lu.assertEquals(row.jobs, { submitted = count, done = count, failed = 0, lost = 0 }, name)
end

local function assert_all_failed(name, row)
   lu.assertEquals(row.status, "failed", name)
   lu.assertEquals(row.jobs, { submitted = 4, done = 0, failed = 4, lost = 0 }, name)
end

-- Each job leaves what it has to say in a file of its own.
local function writer(path)
   return function(number, text)
      local file <close> = assert(io.open(("%s/%d"):format(path, number), "a"))
      file:write(text)
   end
end

TestItems = { setUp = set_up, tearDown = tear_down }

function TestItems.test_items_of_every_kind_arrive()
   local write = writer(folder)
   local items = { 7, 2.5, "text\0", true, false, { deep = { 1, { "x" } } } }
   items[6].self = items[6]
   local function task(ctx, item)
      local shown = type(item) == "table" and ("%s %s"):format(item.deep[2][1], item.self == item)
         or ("%q"):format(item)
      write(ctx.job, shown .. "\n")
   end
   support.each({ items = items, task = task }, function(name, row) assert_done(name, row, 6) end)
   for job, line in ipairs { "7\n", "0x1.4p+1\n", '"text\\0"\n', "true\n", "false\n", "x true\n" } do
      lu.assertEquals(slurp(folder .. "/" .. job), line:rep(#support.TASK_CONTENDERS), job)
   end
end

function TestItems.test_no_items_and_more_workers_than_items()
   local function task(_, item) return item end
   support.each({ items = {}, task = task }, function(name, row) assert_done(name, row, 0) end)
   for _, name in ipairs(support.TASK_CONTENDERS) do
      assert_done(name, support.run(name, { items = { 1, 2 }, task = task }, 9), 2)
   end
end

function TestItems.test_shared_and_upvalues_reach_every_worker()
   local factor, helper = 3, function(x) return x + 1 end
   local function task(ctx, item)
      return helper(item) * factor == ctx.shared.expected[ctx.job] or error("got something else")
   end
   local shared = { expected = { 6, 9, 12, 15 } }
   support.each({ items = numbers(4), task = task, shared = shared },
      function(name, row) assert_done(name, row, 4) end)
end

function TestItems.test_only_what_travels_counts_as_moved()
   local function task(_, item) return item .. item end
   local moved = {}
   support.each({ items = { ("x"):rep(1000), ("y"):rep(1000) }, task = task }, function(name, row)
      assert_done(name, row, 2)
      moved[name] = row.ipc_bytes
   end)
   lu.assertEquals(moved.sequential, 0)
   lu.assertTrue(moved.threads >= 6000 and moved.threads < 6100, moved.threads)
   lu.assertTrue(moved.processes >= 6000 and moved.processes < 6300, moved.processes)
end

function TestItems.test_what_cannot_travel_is_named()
   local jobs = core.jobs { items = { 1, { x = coroutine.create(print) } }, task = function() end }
   local ok, message, code = jobs:ship(false)
   lu.assertEquals({ ok, message, code }, { nil, "items[2]: field 'x' is a thread", "invalid" })
end

function TestItems.test_a_result_that_cannot_travel_fails_the_job()
   local function task() return { coroutine.create(print) } end
   for _, name in ipairs { "threads", "processes" } do
      local row = support.run(name, { items = numbers(4), task = task })
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "result of task")
   end
end

TestRows = { setUp = set_up, tearDown = tear_down }

function TestRows.test_rows_tell_what_the_job_did()
   local url = site:url("/tickets?day=1")
   local size = #assert(require("bakeoff.request").fetch(url)).body
   local function task(ctx)
      assert(ctx:fetch(url))
      ctx:sleep(0.002)
      assert(ctx:fetch(url))
   end
   support.each({ items = numbers(5), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 5)
      lu.assertEquals(row.bytes, 5 * 2 * size, name)
      lu.assertTrue(row.connections <= row.workers, name) -- kept from fetch to fetch
      for i, line in ipairs(support.job_lines(result, jobs)) do
         lu.assertEquals({ line.job, line.status, line.http_status }, { i, "done", "200" }, name)
         lu.assertEquals(line.bytes, 2 * size)
         local queued, started, _, first_byte, done, processed, _, ended = table.unpack(line.times)
         local last = 0
         for _, time in ipairs { queued, started, first_byte, done, processed, ended } do
            lu.assertTrue(tonumber(time) >= last, name)
            last = tonumber(time)
         end
         lu.assertTrue(line.waited >= 0.004 and line.waited <= ended - started, name .. ": " .. line.waited)
         lu.assertTrue(line.cpu > 0 and line.cpu < ended - started, name .. ": " .. line.cpu)
         lu.assertTrue(line.worker >= 1 and line.worker <= row.workers)
      end
   end)
end

function TestRows.test_a_job_that_only_computes_has_no_transfer()
   local function task(_, item) return item end
   support.each({ items = numbers(3), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 3)
      lu.assertEquals({ row.bytes, row.connections }, { 0, 0 }, name)
      for _, line in ipairs(support.job_lines(result, jobs)) do
         lu.assertEquals({ line.http_status, line.times[3], line.times[5] }, { "0", "", "" }, name)
         lu.assertNil(line.waited, name)
         lu.assertTrue(line.cpu > 0, name)
      end
   end)
end

function TestRows.test_the_cpu_time_of_workers_adds_up()
   local function task(_, item)
      local sum = 0
      for i = 1, 300000 do
         sum = sum + i
      end
      return sum + item
   end
   support.each({ items = numbers(12), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 12)
      local by_jobs, by_workers = 0, 0
      for _, line in ipairs(support.job_lines(result, jobs)) do
         by_jobs = by_jobs + line.cpu
      end
      for _, seconds in ipairs(row.cpu.workers_s) do
         by_workers = by_workers + seconds
      end
      lu.assertTrue(by_workers >= by_jobs * 0.99, name)
      lu.assertTrue(by_jobs > by_workers * 0.5, ("%s: %g of %g"):format(name, by_jobs, by_workers))
      lu.assertTrue(row.cpu.worker_share_median > 0 and row.cpu.worker_share_median <= 1.1, name)
   end)
end

TestContext = { setUp = set_up, tearDown = tear_down }

function TestContext.test_fetch_returns_what_bake_fetch_would()
   local write, day, missing = writer(folder), site:url("/tickets?day=3"), site:url("/status/404")
   local function task(ctx)
      local response = assert(ctx:fetch(day))
      local again = assert(ctx:fetch { url = day })
      local nothing, message, code = ctx:fetch(missing)
      local scheme = select(3, ctx:fetch "file:///etc/passwd")
      write(1, ("%d %d %s %s %s %s %s\n"):format(response.status, #response.body,
         again.body == response.body, nothing, message, code, scheme))
   end
   support.each({ items = { 1 }, task = task }, function(name, row) assert_done(name, row, 1) end)
   local first = slurp(folder .. "/1"):match("^[^\n]*\n")
   lu.assertStrMatches(first, "200 %d+ true nil HTTP status 404 http scheme\n")
   lu.assertEquals(slurp(folder .. "/1"), first:rep(#support.TASK_CONTENDERS))
end

function TestContext.test_a_request_overrides_the_experiments()
   local url = site:url("/tickets?day=3")
   local function task(ctx)
      local response = assert(ctx:fetch { url = url, headers_wanted = true, timeout = "9s" })
      local none, _, code = ctx:fetch { url = url, max_bytes = 10 }
      return response.headers["content-type"] and none == nil and code == "too_large" or error(code)
   end
   support.each({ items = { 1 }, task = task, request = { timeout = "5s" } },
      function(name, row) assert_done(name, row, 1) end)
   local function wrong(ctx) return ctx:fetch { url = url, tiemout = 3 } end
   support.each({ items = numbers(4), task = wrong }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "fetch: unknown field 'tiemout'; did you mean 'timeout'?")
   end)
end

function TestContext.test_a_session_per_request_is_respected()
   local url = site:url("/x")
   local function task(ctx) return ctx:fetch(url) and ctx:fetch(url) end
   support.each({ items = numbers(3), task = task, session = "per-request" },
      function(name, row) lu.assertEquals(row.connections, 6, name) end)
end

function TestContext.test_read_gives_the_whole_file_or_says_why_not()
   local path = folder .. "/data"
   local content = ("0123456789abcdef\0\n"):rep(20000)
   files.write(path, content)
   files.write(folder .. "/empty", "")
   local function task(ctx)
      assert(ctx:read(path) == content, "another content")
      assert(ctx:read(folder .. "/empty") == "")
      assert(#ctx:read("/proc/self/status") > 100, "a file without a size")
      local none, message, code = ctx:read(folder .. "/missing")
      return none == nil and code == "system" and message:find("missing: No such file or directory", 1, true)
         and true or error(tostring(message) .. tostring(code))
   end
   support.each({ items = { 1 }, task = task }, function(name, row, result, jobs)
      assert_done(name, row, 1)
      lu.assertTrue(row.bytes > #content, name)
      lu.assertTrue(support.job_lines(result, jobs)[1].waited > 0)
   end)
end

function TestContext.test_sleep_takes_seconds_and_durations()
   local function task(ctx)
      local before = core.now()
      ctx:sleep(0.01)
      ctx:sleep("10ms")
      return core.now() - before >= 0.02 or error("too early")
   end
   support.each({ items = { 1 }, task = task }, function(name, row) assert_done(name, row, 1) end)
   for _, bad in ipairs { -1, "fast", {} } do
      support.each({ items = numbers(4), task = function(ctx) ctx:sleep(bad) end },
         function(name, row) assert_all_failed(name, row) end)
   end
end

function TestContext.test_offload_returns_values_or_the_error()
   local function add(a, b, c) return a + b, c end
   local function broken() error("no way") end
   local function task(ctx)
      local sum, rest = ctx:offload(add, 1, 2, "x")
      local none, message, code = ctx:offload(broken)
      return sum == 3 and rest == "x" and none == nil and message:find("no way", 1, true) and code == "task"
         or error(("%s %s %s"):format(sum, message, code))
   end
   support.each({ items = numbers(3), task = task }, function(name, row) assert_done(name, row, 3) end)
end

function TestContext.test_save_stores_under_a_safe_name()
   for i, name in ipairs(support.TASK_CONTENDERS) do
      local save = folder .. "/" .. i
      local function task(ctx, item)
         local plain = assert(ctx:save(("day-%d.json"):format(item), "data " .. item))
         local changed = assert(ctx:save("../../" .. item, "outside?"))
         return plain == ("day-%d.json"):format(item) and not changed:find("/", 1, true)
            and changed:sub(1, 1) ~= "." or error(changed)
      end
      assert_done(name, support.run(name, { items = numbers(3), task = task, save = save }), 3)
      lu.assertEquals(#core.list(save), 6, name)
      lu.assertEquals(slurp(save .. "/day-2.json"), "data 2")
   end
end

function TestContext.test_save_without_a_folder_is_told()
   support.each({ items = numbers(4), task = function(ctx) ctx:save("x", "y") end }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "save: the experiment has no folder")
   end)
end

function TestContext.test_check_fails_the_job_with_its_message()
   local function task(ctx, item)
      lu.assertEquals(ctx:check(item, "unused"), item)
      ctx:check(item ~= 2, "two is not to my taste")
   end
   support.each({ items = numbers(3), task = task }, function(name, row)
      lu.assertEquals(row.jobs, { submitted = 3, done = 2, failed = 1, lost = 0 }, name)
      lu.assertStrMatches(row.reason:match("[^\n]*"),
         "1 of 3 jobs failed, the first: item 2: .*test_contenders_task.lua:%d+: two is not to my taste")
   end)
end

function TestContext.test_fields()
   local function task(ctx, item)
      ctx:check(ctx.job == item and ctx.worker >= 1 and ctx.worker <= 3 and ctx.shared == nil)
      local ok, message = pcall(function() return ctx.jbo end)
      ctx:check(not ok and message:find("ctx has no 'jbo'", 1, true), message)
   end
   support.each({ items = numbers(5), task = task }, function(name, row) assert_done(name, row, 5) end)
end

TestFailures = { setUp = set_up, tearDown = tear_down }

function TestFailures.test_an_error_fails_the_job_with_message_and_traceback()
   local function inner() error("broken here") end
   local function task() return (inner()) end
   support.each({ items = numbers(4), task = task }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrMatches(row.reason:match("[^\n]*"),
         "4 of 4 jobs failed, the first: item %d: .*test_contenders_task.lua:%d+: broken here")
      lu.assertStrContains(row.reason, "stack traceback:")
      lu.assertStrContains(row.reason, "in upvalue 'inner'")
      lu.assertNotStrContains(row.reason, "bakeoff/trial.lua")
      lu.assertNotStrContains(row.reason, "[C]: in ?")
   end)
end

function TestFailures.test_error_objects_are_shown()
   support.each({ items = numbers(4), task = function() error { code = 7 } end }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "(error object is a table value)")
   end)
   local function object() error(setmetatable({}, { __tostring = function() return "my object" end })) end
   support.each({ items = numbers(4), task = object }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "my object")
   end)
   local function mute() error(setmetatable({}, { __tostring = function() error("no") end })) end
   support.each({ items = numbers(4), task = mute }, assert_all_failed)
end

function TestFailures.test_nil_and_message_fail_the_job()
   support.each({ items = numbers(4), task = function() return nil, "no prices" end }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrMatches(row.reason, "4 of 4 jobs failed, the first: item %d: no prices")
   end)
end

function TestFailures.test_a_task_may_live_with_a_failed_fetch()
   local missing = site:url("/status/500")
   local function task(ctx) return ctx:fetch(missing) == nil and "noted" end
   support.each({ items = numbers(4), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 4)
      lu.assertEquals(support.job_lines(result, jobs)[1].http_status, "500")
   end)
   support.each({ items = numbers(4), task = function(ctx) return ctx:fetch(missing) end },
      function(name, row) assert_all_failed(name, row) end)
end

function TestFailures.test_credentials_stay_out_of_reasons()
   local url = ("http://user:sesame@127.0.0.1:%d/"):format(site.port)
   support.each({ items = { url }, task = function(_, item) error("at " .. item) end }, function(name, row)
      lu.assertEquals(row.jobs.failed, 1, name)
      lu.assertNotStrContains(row.reason, "sesame")
   end)
end

TestLock = { setUp = set_up, tearDown = tear_down }

function TestLock.test_one_lock_lets_threads_wait_together()
   local function task(ctx) ctx:sleep("20ms") end
   local row = support.run("threads", { items = numbers(8), task = task }, 8, { gil = true })
   assert_done("gil", row, 8)
   lu.assertEquals(row.in_flight_peak, 8)
   lu.assertTrue(row.work_s < 8 * 0.02, row.work_s)
end

function TestLock.test_one_lock_lets_threads_compute_one_at_a_time_and_in_turn()
   local function task(_, item)
      local sum = 0
      for i = 1, 2000000 do
         sum = sum + i * item
      end
      return sum
   end
   local row = support.run("threads", { items = numbers(3), task = task }, 3, { gil = true })
   assert_done("gil", row, 3)
   local used = 0
   for _, seconds in ipairs(row.cpu.workers_s) do
      used = used + seconds
   end
   lu.assertTrue(used <= row.work_s * 1.05, ("%g s of CPU in %g s"):format(used, row.work_s))
   lu.assertEquals(row.in_flight_peak, 3)
end

-- The lock changes hands while they compute, or they could not end in an order of their sizes.
function TestLock.test_a_long_computation_does_not_keep_the_lock()
   local function count(limit)
      local sum = 0
      for i = 1, limit do
         sum = sum + i
      end
      return sum
   end
   local function in_a_coroutine(limit) return coroutine.wrap(function() return count(limit) end)() end
   for _, compute in ipairs { count, in_a_coroutine } do
      local function task(_, limit) return compute(limit) end
      local fields = { items = { 8e6, 1e5 }, task = task }
      local row, result, jobs = support.run("threads", fields, 2, { gil = true })
      assert_done("gil", row, 2)
      local lines = support.job_lines(result, jobs)
      lu.assertTrue(tonumber(lines[2].times[8]) < tonumber(lines[1].times[8]))
   end
end

function TestLock.test_process_runs_under_it_and_the_fetch_does_not()
   local function process(response) return #response.body end
   local row = support.run("threads", { urls = site:urls("/tickets?day=%d", 20), process = process }, 5,
      { gil = true })
   assert_done("gil", row, 20)
   lu.assertEquals(row.in_flight_peak, 5)
end

TestHybrid = { setUp = set_up, tearDown = tear_down }

local POOLS = { { offload = "threads", offload_workers = 2 }, { offload = "processes", offload_workers = 2 } }

function TestHybrid.test_what_is_offloaded_runs_in_the_pool_beside_the_loop()
   local function compute(limit)
      local sum = 0
      for i = 1, limit do
         sum = sum + i
      end
      return sum, require("bakeoff").shared.name
   end
   local function task(ctx, item)
      local sum, name = ctx:offload(compute, item)
      return sum == item * (item + 1) // 2 and name == "both" and ctx.shared.name == "both" or error(name)
   end
   for _, options in ipairs(POOLS) do
      local fields = { items = { 200000, 300000, 400000 }, task = task, shared = { name = "both" } }
      local row = support.run("hybrid", fields, 3, options)
      assert_done(options.offload, row, 3)
      lu.assertEquals(#row.cpu.workers_s, 3) -- the loop's thread, and two
      lu.assertTrue(row.cpu.workers_s[2] + row.cpu.workers_s[3] > row.cpu.workers_s[1], options.offload)
      lu.assertTrue(row.ipc_bytes > 0)
   end
end

function TestHybrid.test_the_loop_goes_on_while_the_pool_computes()
   local function slow() os.execute("sleep 0.05") end
   local function task(ctx, item)
      if item == 1 then
         ctx:offload(slow)
      else
         ctx:sleep("1ms")
      end
   end
   for _, options in ipairs(POOLS) do
      local row, result, jobs = support.run("hybrid", { items = numbers(2), task = task }, 2, options)
      assert_done(options.offload, row, 2)
      local lines = support.job_lines(result, jobs)
      lu.assertTrue(tonumber(lines[2].times[8]) < tonumber(lines[1].times[8]))
   end
end

function TestHybrid.test_what_cannot_travel_fails_its_job_by_name()
   local handle <close> = assert(io.tmpfile())
   local function task(ctx) return ctx:offload(function() return handle end) end
   local row = support.run("hybrid", { items = numbers(4), task = task }, 2, POOLS[1])
   assert_all_failed("hybrid", row)
   lu.assertStrContains(row.reason, "handle")
end

TestLost = {}

function TestLost.test_a_lost_worker_of_the_pool_loses_the_job()
   local function die() os.execute("kill -KILL $PPID") end
   local function task(ctx, item)
      if item == 2 then
         return ctx:offload(die)
      end
      return ctx:offload(math.abs, item)
   end
   local row, result, jobs = support.run("hybrid", { items = numbers(5), task = task }, 2, POOLS[2])
   lu.assertEquals(row.jobs, { submitted = 5, done = 4, failed = 0, lost = 1 })
   lu.assertStrContains(row.reason, "signal 9")
   lu.assertEquals(support.job_lines(result, jobs)[2].status, "lost")
end

function TestLost.test_a_worker_that_dies_loses_its_job_alone()
   local function task(_, item)
      if item == 3 then
         os.execute("kill -KILL $PPID")
      end
      return item
   end
   local row, result, jobs = support.run("processes", { items = numbers(9), task = task })
   lu.assertEquals(row.jobs, { submitted = 9, done = 8, failed = 0, lost = 1 })
   lu.assertStrContains(row.reason, "killed by signal 9")
   lu.assertEquals(support.job_lines(result, jobs)[3].status, "lost")
end

os.exit(lu.LuaUnit.run(), true)
