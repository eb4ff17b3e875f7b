--- Retries that a script asks for: which requests are repeated, when, how often; how they are counted, under
-- every contender alike.
local lu = require "luaunit"

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local loops = require "bakeoff.async.loop"
local request = require "bakeoff.net.request"
local retries = require "bakeoff.net.retries"
local server = require "bakeoff.net.server"
local sleep = require("bakeoff.async.sleep").sleep
local spec = require "bakeoff.experiment.spec"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

local COUNT, WORKERS = 40, 8

local function task(ctx, url)
   local response, message = ctx:fetch(url)
   return response and response.bytes or error(message)
end

-- Runs the URLs under every contender, as URLs and as items of a task. check(name, row, lines)
local function each(urls, fields, check)
   for _, forms in ipairs { { support.CONTENDERS, { urls = urls } },
      { support.TASK_CONTENDERS, { items = urls, task = task } } } do
      for _, name in ipairs(forms[1]) do
         local given = { session = "per-request" }
         for _, part in ipairs { fields, forms[2] } do
            for field, value in pairs(part) do
               given[field] = value
            end
         end
         local row, result, jobs = support.run(name, given, WORKERS)
         check(name .. (given.task and " (task)" or ""), row, support.job_lines(result, jobs))
      end
   end
end

local function sum_of(lines)
   local sum = 0
   for _, line in ipairs(lines) do
      sum = sum + line.asked_retries
   end
   return sum
end

TestRetries = {}

-- The n-th request for a URL has the same fate under all of them, so the retries are the same.
function TestRetries.test_all_contenders_repeat_the_same_requests()
   for fault, on in pairs { status_503 = 503, close_before = "connection", chunk_bad = "protocol" } do
      local site <close> = server.start { faults = { [fault] = 0.5 }, size = 100 }
      local expected
      each(site:urls("/%d", COUNT), { retries = { times = 50, on = { on }, backoff = 0 }, server = site },
         function(name, row, lines)
            name = fault .. ": " .. name
            support.assert_done(name, row, COUNT)
            expected = expected or row.asked_retries
            lu.assertTrue(expected > COUNT / 4, expected)
            lu.assertEquals({ row.asked_retries, sum_of(lines), row.retries }, { expected, expected, 0 },
               name)
            lu.assertEquals(row.server.requests, COUNT + expected, name)
            lu.assertEquals({ row.bytes, row.connections }, { 100 * COUNT, COUNT + expected }, name)
         end)
   end
end

function TestRetries.test_timeouts_are_repeated()
   local site <close> = server.start()
   local fields = { retries = { times = 1, on = "timeout", backoff = "1ms" }, request = { timeout = "20ms" } }
   each({ site:url "/fault/stall_before" }, fields, function(name, row, lines)
      lu.assertEquals({ row.jobs.failed, row.asked_retries, lines[1].error }, { 1, 1, "timeout" }, name)
   end)
end

function TestRetries.test_the_budget_is_that_of_all_workers_together()
   local site <close> = server.start()
   local urls = site:urls("/fault/status_503?%d", COUNT)
   each(urls, { retries = { times = 5, backoff = 0, budget = "30%" } }, function(name, row, lines)
      lu.assertEquals({ row.jobs.failed, row.asked_retries, sum_of(lines) }, { COUNT, 12, 12 }, name)
   end)
end

function TestRetries.test_what_was_not_asked_for_is_not_repeated()
   local site <close> = server.start()
   local urls = {}
   for index, path in ipairs { "/fault/status_404", "/fault/garbage", "/status/503", "/" } do
      urls[index] = site:url(path)
   end
   each(urls, { retries = { times = 2, on = { 404 }, backoff = 0 }, expect = { 200, 404, 503 } },
      function(name, row) lu.assertEquals({ row.jobs.failed, row.asked_retries }, { 1, 0 }, name) end)
end

-- Jobs overlap: together they took much longer than the work.
function TestRetries.test_a_loop_goes_on_while_requests_pause()
   local site <close> = server.start()
   for _, name in ipairs { "eventloop", "coroutines", "hybrid" } do
      local fields = { retries = { times = 1, backoff = "100ms" } }
      fields.urls = site:urls("/fault/status_503?%d", COUNT)
      local row, result, jobs = support.run(name, fields, COUNT)
      local together = 0
      for _, line in ipairs(support.job_lines(result, jobs)) do
         together = together + tonumber(line.times[8]) - tonumber(line.times[2])
      end
      lu.assertEquals(row.asked_retries, COUNT, name)
      lu.assertTrue(together > 5 * row.work_s, name)
   end
end

function TestRetries.test_single_fetches()
   local site <close> = server.start()
   local url = site:url "/fault/status_503"
   local _, message, code, last = request.fetch { url = url, retries = { times = 2, backoff = "20ms" } }
   lu.assertEquals({ message, code, last.retries }, { "HTTP status 503", "http", 2 })
   lu.assertTrue(last.time_s >= 0.5 * (0.02 + 0.04)) -- both pauses
   lu.assertNil(request.fetch({ url = site:url "/", retries = 3 }).retries)
   local post = { url = url, body = "x", retries = { times = 2, backoff = 0, unsafe = true } }
   lu.assertEquals(select(4, request.fetch(post)).retries, 2)
   lu.assertEquals(site:stats().requests, 3 + 1 + 3)
end

function TestRetries.test_a_server_may_ask_for_a_longer_pause()
   local site <close> = server.start()
   local given = { url = site:url "/fault/status_429", retries = { times = 1, backoff = 0 } }
   lu.assertTrue(select(4, request.fetch(given)).time_s >= 1)
end

function TestRetries.test_fetches_of_a_loop()
   local site <close> = server.start()
   local loop <close> = loops.new { retries = { times = 2, backoff = 0 } }
   local url = site:url "/fault/status_503"
   local function times(...) return select(4, loop:fetch(...)).retries end
   lu.assertEquals({ loop:run(function()
      return times(url), times { url = url, retries = { times = 3, backoff = 0 } },
         times { url = url, method = "POST" } or 0
   end) }, { 2, 3, 0 })
end

-- Neither cancelling nor closing waits for the pause.
function TestRetries.test_a_pause_can_be_cancelled()
   local site <close> = server.start()
   local loop <close> = loops.new { retries = { times = 1, backoff = "1min" } }
   local url = site:url "/fault/status_503"
   local before = core.now()
   lu.assertEquals({ loop:run(function()
      local waiting = loop:go(function() return loop:fetch(url) end)
      loop:go(function() return loop:fetch(url) end) -- ends with the loop
      while site:stats().requests < 2 do
         sleep "1ms"
      end
      waiting:cancel()
      return loop:fetch(site:url "/").status
   end) }, { 200 })
   loop:close()
   lu.assertTrue(core.now() - before < 30)
end

TestRetriesOptions = {}

local function refusal(fn, ...)
   local ok, caught = pcall(fn, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(caught), tostring(caught))
   lu.assertNotStrContains(tostring(caught), "\n")
   return tostring(caught)
end

function TestRetriesOptions.test_completed()
   lu.assertEquals(retries.check(3, "retries"), { times = 3, kinds = { "timeout", "connect", "transfer" },
      statuses = { 429, 502, 503, 504 }, backoff_s = 0.1, seed = 1 })
   lu.assertEquals(retries.check({ times = 1, on = 503, backoff = "50ms", budget = "20%" }, "retries", true),
      { times = 1, statuses = { 503 }, backoff_s = 0.05, seed = 1, budget = 0.2 })
end

function TestRetriesOptions.test_bad_values_are_one_line()
   for _, case in ipairs {
      { "many", "retries: expected a number, or a table such as" },
      { {}, "retries: expected a number, or a table such as" },
      { -1, "retries.times: '-1' is not accepted; write a whole number from 0" },
      { 2.5, "retries.times: '2.5' is not accepted" },
      { 101, "retries.times: 101 is too many; write at most 100" },
      { { times = 1, tmies = 1 }, "retries: unknown field 'tmies'; did you mean 'times'?" },
      { { times = 1, on = { "timeot" } }, "retries.on[1]: " },
      { { times = 1, on = { 999 } }, "retries.on[1]: '999' is not an HTTP status" },
      { { times = 1, on = {} }, "retries.on: expected kinds and up to 16 HTTP statuses" },
      { { times = 1, backoff = "soon" }, "retries.backoff: 'soon' is not a quantity" },
      { { times = 1, backoff = "2min" }, "retries.backoff: '2min' is too long" },
      { { times = 1, budget = 2 }, "retries.budget: '2' is not a share" },
      { { times = 1, unsafe = 1 }, "retries.unsafe: '1' is not accepted" },
      { { times = 1, seed = "x" }, "retries.seed: 'x' is not accepted" },
   } do
      lu.assertStrContains(refusal(retries.check, case[1], "retries", true), case[2])
   end
   lu.assertStrContains(refusal(retries.check, { times = 1, budget = 0.1 }, "fetch.retries"), "only an exp")
end

function TestRetriesOptions.test_experiments()
   local function given(fields)
      local whole = { name = "x", urls = { "http://127.0.0.1:1/" }, contenders = { "threads" } }
      for field, value in pairs(fields) do
         whole[field] = value
      end
      return whole
   end
   lu.assertEquals(spec.check(given { retries = 2 }, {}).retries.times, 2)
   local post = { method = "POST" }
   lu.assertStrContains(refusal(spec.check, given { retries = 1, request = post }, {}),
      "retries: POST may change something on the server, so it is not repeated; add unsafe = true")
   local unsafe = given { retries = { times = 1, unsafe = true }, request = post }
   lu.assertTrue(spec.check(unsafe, {}).retries.unsafe)
   lu.assertStrContains(refusal(spec.check, given { request = { retries = 1 } }, {}), "beside request")
   lu.assertStrContains(refusal(request.check, { retries = 1, body = "x" }, "fetch"), "fetch.retries: POST")
   lu.assertStrContains(refusal(spec.check, { name = "x", retries = 1,
      contenders = { { "command", argv = { "true" } } } }, {}), "retries: programs repeat")
end

os.exit(lu.LuaUnit.run(), true)
