--- All contenders against the fixture: the same job must have the same outcome under each.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local slurp, assert_all_failed = support.slurp, support.assert_all_failed

local folder, site

local function set_up() folder, site = support.open { body = "tickets" } end

local function tear_down() support.close(folder, site) end

TestJobs = { setUp = set_up, tearDown = tear_down }

function TestJobs.test_without_process_bodies_are_counted()
   local bytes
   support.each({ urls = site:urls("/tickets?day=%d", 20) }, function(name, row)
      lu.assertEquals({ row.status, row.reason }, { "ok" }, name)
      lu.assertEquals(row.jobs, { submitted = 20, done = 20, failed = 0, lost = 0, recorded = 20 })
      lu.assertEquals(row.server.requests, 20)
      lu.assertTrue(row.in_flight_peak <= row.workers)
      bytes = bytes or row.bytes
      lu.assertEquals(row.bytes, bytes)
   end)
   lu.assertTrue(bytes > 20 * 1000)
end

function TestJobs.test_process_gives_the_same_results_everywhere()
   local function process(response)
      local day = require("cjson").decode(response.body)
      local file <close> = assert(io.open(("%s/%d"):format(folder, day.day), "a"))
      local state = #response.body == response.bytes and "whole" or "cut"
      file:write(#day.prices, " ", response.status, " ", state, "\n")
      return { day = day.day, prices = #day.prices }
   end
   support.each({ urls = site:urls("/tickets?day=%d", 6), process = process }, function(name, row)
      lu.assertEquals(row.jobs.done, 6, name .. ": " .. tostring(row.reason))
   end)
   for day = 1, 6 do
      local lines = slurp(folder .. "/" .. day)
      local first = lines:match("^%d+ 200 whole\n")
      lu.assertEquals(lines, first:rep(#support.CONTENDERS))
   end
end

-- Of short jobs, the CPU clock isn't read after each one; but the last one counts, too.
function TestJobs.test_workers_have_the_cpu_time_of_all_their_jobs()
   local function process(response)
      local sum = #response.body
      for i = 1, 60000 do
         sum = sum + i
      end
      return sum
   end
   for _, name in ipairs { "threads", "processes" } do
      local row, result, jobs = support.run(name, { urls = site:urls("/%d", 6), process = process }, 2)
      lu.assertEquals(row.jobs.done, 6, name .. ": " .. tostring(row.reason))
      local by_jobs, by_workers = 0, 0
      for _, line in ipairs(support.job_lines(result, jobs)) do
         by_jobs = by_jobs + line.cpu
      end
      for _, seconds in ipairs(row.cpu.workers_s) do
         by_workers = by_workers + seconds
      end
      result:free()
      lu.assertTrue(by_workers >= by_jobs, ("%s: %g s, its jobs %g s"):format(name, by_workers, by_jobs))
   end
end

function TestJobs.test_more_workers_than_jobs()
   for _, name in ipairs(support.CONTENDERS) do
      local row = support.run(name, { urls = site:urls("/%d", 2) }, 9)
      lu.assertEquals(row.jobs.done, 2, name)
   end
end

function TestJobs.test_a_session_per_request_opens_a_connection_each()
   support.each({ urls = site:urls("/%d", 7), session = "per-request" }, function(name, row)
      lu.assertEquals({ row.connections, row.server.connections }, { 7, 7 }, name)
   end)
   support.each({ urls = site:urls("/%d", 7) }, function(name, row)
      lu.assertTrue(row.connections <= row.workers, name)
      lu.assertEquals(row.server.connections, row.connections)
   end)
end

function TestJobs.test_rows_tell_each_job_with_times_in_order()
   local fields = { urls = site:urls("/%d", 5), process = function() end, save = folder .. "/bodies" }
   support.each(fields, function(name, row, result, jobs)
      local lines = support.job_lines(result, jobs)
      lu.assertEquals(#lines, 5)
      for i, line in ipairs(lines) do
         lu.assertEquals({ line.job, line.status, line.error }, { i, "done", "" }, name)
         lu.assertEquals(line.http_status, "200")
         lu.assertTrue(line.worker >= 1 and line.worker <= row.workers)
         local last = 0
         for at, time in ipairs(line.times) do
            local is_connect = at == 3
            lu.assertTrue(is_connect or tonumber(time) >= last, name .. " " .. at .. " " .. time)
            last = is_connect and last or tonumber(time)
         end
      end
   end)
end

function TestJobs.test_save_stores_each_body_under_a_safe_name()
   local urls = { site:url("/a/../../etc/passwd"), site:url("/x?y=/z&.."), site:url("/tickets?day=3") }
   for i, name in ipairs(support.CONTENDERS) do
      local save = folder .. "/" .. i
      local row = support.run(name, { urls = urls, save = save })
      lu.assertEquals(row.jobs.done, 3, name)
      local names = assert(core.list(save))
      lu.assertEquals(#names, 3)
      for _, url in ipairs(urls) do
         lu.assertNotNil(slurp(save .. "/" .. core.url_file_name(url)))
      end
      lu.assertStrContains(slurp(save .. "/" .. core.url_file_name(urls[3])), '"day":3')
   end
end

TestFailures = { setUp = set_up, tearDown = tear_down }

function TestFailures.test_an_error_fails_the_job_with_message_and_traceback()
   local function process() error("broken here") end
   local function outer(response) return (process(response)) end
   support.each({ urls = site:urls("/%d", 4), process = outer }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrMatches(row.reason:match("[^\n]*"),
         "4 of 4 jobs failed, the first: http://127%.0%.0%.1:%d+/%d: .*test_contenders.lua:%d+: broken here")
      lu.assertStrContains(row.reason, "stack traceback:")
      lu.assertStrContains(row.reason, "in upvalue 'process'")
      -- only the script's frames
      lu.assertNotStrContains(row.reason, "bakeoff/experiment/trial.lua")
      lu.assertNotStrContains(row.reason, "[C]: in ?")
   end)
end

function TestFailures.test_nil_and_message_fail_the_job()
   support.each({ urls = site:urls("/%d", 4), process = function() return nil, "no prices" end },
      function(name, row)
         assert_all_failed(name, row)
         lu.assertStrMatches(row.reason,
            "4 of 4 jobs failed, the first: http://127%.0%.0%.1:%d+/%d: no prices")
      end)
end

function TestFailures.test_nil_alone_and_false_are_results()
   local function nothing() return nil end
   support.each({ urls = site:urls("/%d", 4), process = nothing }, function(name, row)
      lu.assertEquals(row.jobs.done, 4, name)
   end)
end

function TestFailures.test_error_objects_are_shown()
   local urls = site:urls("/%d", 4)
   support.each({ urls = urls, process = function() error({}) end }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "(error object is a table value)")
   end)
   local function talking() error(setmetatable({}, { __tostring = function() return "my object" end })) end
   support.each({ urls = urls, process = talking }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "my object")
   end)
   local function mute() error(setmetatable({}, { __tostring = function() error("no") end })) end
   support.each({ urls = urls, process = mute }, assert_all_failed)
end

function TestFailures.test_process_must_not_yield()
   local function yields() coroutine.yield() end
   support.each({ urls = site:urls("/%d", 4), process = yields }, function(name, row)
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "attempt to yield")
   end)
end

function TestFailures.test_one_bad_job_does_not_touch_the_others()
   local function process(response)
      if response.url:match("/2$") then
         error("bad day")
      end
      return 1
   end
   support.each({ urls = site:urls("/%d", 4), process = process }, function(name, row, result, jobs)
      lu.assertEquals(row.status, "ok", name)
      lu.assertEquals(row.jobs, { submitted = 4, done = 3, failed = 1, lost = 0, recorded = 4 })
      local line = support.job_lines(result, jobs)[2]
      lu.assertEquals({ line.status, line.error }, { "failed", "task" })
   end)
end

function TestFailures.test_the_servers_errors_are_counted()
   local faulty <close> = bake.server { errors = 0.3, seed = 4 }
   local failed
   support.each({ urls = faulty:urls("/%d", 40) }, function(name, row)
      failed = failed or row.jobs.failed
      lu.assertEquals(row.jobs.failed, failed, name) -- all contenders of a block get the same faults
      lu.assertEquals(row.jobs.done, 40 - failed)
      lu.assertEquals(row.status, "ok")
      lu.assertStrContains(row.reason, "jobs failed, the first: http://")
   end)
   lu.assertTrue(failed > 0 and failed < 40)
end

function TestFailures.test_nobody_listens()
   local port = site.port
   site:stop()
   support.each({ urls = { ("http://127.0.0.1:%d/"):format(port) } }, function(name, row)
      lu.assertEquals(row.status, "failed", name)
      lu.assertEquals(row.jobs.failed, 1)
   end)
end

function TestFailures.test_credentials_stay_out_of_reasons()
   local urls = { ("http://user:sesame@127.0.0.1:%d/"):format(site.port) }
   local function process(response) error("at " .. response.url) end
   support.each({ urls = urls, process = process }, function(name, row)
      lu.assertEquals(row.jobs.failed, 1, name)
      lu.assertNotStrContains(row.reason, "sesame")
      lu.assertStrContains(row.reason, "***@")
   end)
end

TestProcess = { setUp = set_up, tearDown = tear_down }

function TestProcess.test_upvalues_and_nested_values_travel()
   local prefix, nested, count = "v", { a = { b = { 1, 2, "x" } } }, 0
   local function helper(text) return prefix .. text .. nested.a.b[3] end
   local function process(response)
      count = count + 1 -- changes stay in the worker
      local result = { words = { helper("1"), { deep = { true, 1.5, "\0" } } }, size = response.bytes }
      return #result.words[1] == 3 and result or error("upvalues were lost")
   end
   support.each({ urls = site:urls("/%d", 4), process = process }, function(name, row)
      lu.assertEquals(row.jobs.done, 4, name .. ": " .. tostring(row.reason))
   end)
   lu.assertEquals(count, 0)
end

function TestProcess.test_results_are_sent_where_workers_share_nothing()
   local function process() return ("x"):rep(1000) end
   support.each({ urls = site:urls("/%d", 4), process = process }, function(name, row)
      local travels = name == "threads" or name == "processes" or name == "hybrid"
      lu.assertEquals(row.ipc_bytes >= 4000, travels, name)
   end)
end

function TestProcess.test_what_cannot_travel_is_named()
   local handle <close> = assert(io.tmpfile())
   local jobs = core.jobs { urls = {}, process = function() return handle end }
   local ok, message = jobs:encode(true)
   lu.assertNil(ok)
   lu.assertStrContains(message, "handle")
end

function TestProcess.test_results_that_cannot_travel_fail_the_job()
   local function process() return { coroutine.create(print) } end
   for _, name in ipairs { "threads", "processes" } do
      local row = support.run(name, { urls = site:urls("/%d", 4), process = process })
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "result of process")
   end
end

function TestProcess.test_headers_are_there_when_wanted()
   local function process(response)
      return response.headers["content-type"] and true or nil, "no header"
   end
   local fields = { urls = site:urls("/tickets?day=%d", 2), process = process,
      request = { headers_wanted = true } }
   support.each(fields, function(name, row)
      lu.assertEquals(row.jobs.done, 2, name .. ": " .. tostring(row.reason))
   end)
end

os.exit(lu.LuaUnit.run(), true)
