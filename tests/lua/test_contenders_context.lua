--- The methods and fields of a task's ctx, under every contender that runs tasks: the same body must have the
-- same outcome under each.
local lu = require "luaunit"

local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local slurp, numbers = support.slurp, support.numbers
local assert_done, assert_all_failed, writer = support.assert_done, support.assert_all_failed, support.writer

local folder, site

local function set_up() folder, site = support.open { body = "tickets", latency = "1ms" } end

local function tear_down() support.close(folder, site) end

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
   support.write(path, content)
   support.write(folder .. "/empty", "")
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
      lu.assertStrContains(row.reason, "save: the experiment has no save folder")
   end)
end

function TestContext.test_check_fails_the_job_with_its_message()
   local function task(ctx, item)
      lu.assertEquals(ctx:check(item, "unused"), item)
      ctx:check(item ~= 2, "two is not to my taste")
   end
   support.each({ items = numbers(3), task = task }, function(name, row)
      lu.assertEquals(row.jobs, { submitted = 3, done = 2, failed = 1, lost = 0, recorded = 3 }, name)
      lu.assertStrMatches(row.reason:match("[^\n]*"),
         "1 of 3 jobs failed, the first: item 2: .*test_contenders_context.lua:%d+: two is not to my taste")
   end)
end

function TestContext.test_fields()
   local function task(ctx, item)
      ctx:check(ctx.job == item and ctx.worker >= 1 and ctx.worker <= 3 and ctx.shared == nil)
      local ok, message = pcall(function() return ctx.jbo end)
      ctx:check(not ok and message:find("ctx has no field 'jbo'", 1, true), message)
   end
   support.each({ items = numbers(5), task = task }, function(name, row) assert_done(name, row, 5) end)
end

os.exit(lu.LuaUnit.run(), true)
