--- Checks of every answer (`check`): which pass, how they are counted under every contender, which fail the
-- job, what is refused.
local lu = require "luaunit"

local checks = require "bakeoff.net.checks"
local failure = require "bakeoff.base.failure"
local model = require "bakeoff.model.checks"
local records = require "bakeoff.experiment.records"
local server = require "bakeoff.net.server"
local spec = require "bakeoff.experiment.spec"
local words = require "bakeoff.analysis.wording.checks"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

-- A task that goes on whatever the answer is.
local function task(ctx, url)
   ctx:fetch(url)
   return true
end

-- Runs the URLs under every contender, as URLs, with a process, and as items of a task: check(name, row,
-- kind)
local function each(urls, fields, check)
   local function process(response) return response.bytes end
   for kind, form in pairs { urls = { urls = urls }, process = { urls = urls, process = process },
      task = { items = urls, task = task } } do
      for _, name in ipairs(form.task and support.TASK_CONTENDERS or support.CONTENDERS) do
         local given = {}
         for _, part in ipairs { fields, form } do
            for field, value in pairs(part) do
               given[field] = value
            end
         end
         check(("%s (%s)"):format(name, kind), (support.run(name, given)), kind)
      end
   end
end

-- "passed/failed" by name
local function counts_of(row)
   local counts = {}
   for _, one in ipairs(row.checks or {}) do
      counts[one.name] = ("%d/%d"):format(one.passed, one.failed)
   end
   return counts
end

TestChecks = {}

function TestChecks.test_every_contender_counts_the_same()
   local site <close> = server.start { size = 100 }
   local urls = { server = site, site:url "/a", site:url "/b", site:url "/status/404", site:url "/status/500",
      site:url "/fault/reset_before" }
   local given = { status = { 200, "5xx" }, min_bytes = 100, max_bytes = "1KB", max_time = "1min",
      header = { ["Content-Type"] = true, Server = "no such server", ["content-length"] = "10" } }
   local expected = {
      ["status is 200 or 5xx"] = "3/2", ["has at least 100 bytes"] = "2/3",
      ["has at most 1,000 bytes"] = "4/1", ["takes at most 60.0 s"] = "4/1",
      ["header content-type is there"] = "4/1",
      ["header server contains 'no such server'"] = "0/5", ["header content-length contains '10'"] = "2/3",
   }
   each(urls, { check = given }, function(name, row, kind)
      lu.assertEquals(counts_of(row), expected, name)
      lu.assertEquals(row.errors, kind ~= "task" and { http = 2, transfer = 1 } or nil, name)
   end)
end

function TestChecks.test_texts_of_bodies()
   local site <close> = server.start { body = "tickets" }
   local urls = site:urls("/tickets?day=%d", 3)
   each(urls, { check = { body = { "prices", "no such text" } } }, function(name, row)
      lu.assertEquals(counts_of(row), { ["body contains 'prices'"] = "3/0",
         ["body contains 'no such text'"] = "0/3" }, name)
      lu.assertEquals(row.jobs.done, 3, name) -- a failed check alone fails no job
   end)
end

function TestChecks.test_a_text_is_no_pattern_and_may_hold_zeros()
   local site <close> = server.start { body = "tickets" }
   local row = support.run("threads", { urls = site:urls("/%d", 2), check = { body = { ".", "%a+", "\0" } } })
   lu.assertEquals(row.checks[2].failed, 2)
   lu.assertEquals(row.checks[3].failed, 2)
end

function TestChecks.test_slow_answers()
   local site <close> = server.start { latency = "50ms" }
   each({ site:url "/" }, { check = { max_time = "20ms" } }, function(name, row)
      lu.assertEquals(counts_of(row), { ["takes at most 20.0 ms"] = "0/1" }, name)
   end)
end

function TestChecks.test_with_fail_a_failed_check_fails_the_job()
   local site <close> = server.start { size = 100 }
   local urls = { site:url "/a", site:url "/status/404", site:url "/b" }
   local given = { min_bytes = 50, max_bytes = 60, header = { x = true }, fail = true }
   each(urls, { expect = "2xx", check = given },
      function(name, row, kind)
         lu.assertEquals(counts_of(row), { ["has at least 50 bytes"] = "2/1",
            ["has at most 60 bytes"] = "1/2", ["header x is there"] = "0/3" }, name)
         if kind ~= "task" then
            lu.assertEquals(row.errors, { http = 1, check = 2 }, name)
            local examples = row.failures[1].example .. row.failures[2].example
            lu.assertStrContains(examples, ": check failed: has at most 60 bytes, header x is there")
         end
      end)
end

function TestChecks.test_a_task_learns_of_it()
   local site <close> = server.start()
   local function refused(ctx, url)
      local response, message, code = ctx:fetch(url)
      return response == nil and code == "check" and message == "check failed: header x is there"
         or error(tostring(message))
   end
   for _, name in ipairs(support.TASK_CONTENDERS) do
      local row = support.run(name, { items = { site:url "/" }, task = refused,
         check = { header = { x = true }, fail = true } })
      lu.assertEquals(row.jobs.done, 1, name .. ": " .. tostring(row.reason))
   end
end

-- Only the last attempt is an answer.
function TestChecks.test_retries_are_counted_once()
   local site <close> = server.start { faults = { status_503 = 0.5 } }
   each(site:urls("/%d", 20), { retries = { times = 50, backoff = 0 }, check = { status = 200 } },
      function(name, row) lu.assertEquals(counts_of(row), { ["status is 200"] = "20/0" }, name) end)
end

TestChecksRefused = {}

local function refusal(fn, ...)
   local ok, caught = pcall(fn, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(caught), tostring(caught))
   lu.assertNotStrContains(tostring(caught), "\n")
   return tostring(caught)
end

function TestChecksRefused.test_bad_values_are_one_line()
   local many = {}
   for index = 1, 33 do
      many[index] = "text " .. index
   end
   for _, case in ipairs {
      { 200, "check: expected a table such as { status = 200, max_time = \"1s\" }, got a number" },
      { {}, "check: expected 1 to 32 checks, such as { status = 200, max_time = \"1s\" }, got 0" },
      { { fail = true }, "check: expected 1 to 32 checks" },
      { { body = many }, "}, got 33" },
      { { statsu = 200 }, "check: unknown field 'statsu'; did you mean 'status'?" },
      { { status = "ok" }, "check.status[1]: 'ok' is not an HTTP status" },
      { { max_time = "soon" }, "check.max_time: 'soon' is not a quantity" },
      { { max_time = 0 }, "check.max_time: no answer takes no time" },
      { { min_bytes = -1 }, "check.min_bytes: '-1' is not a quantity" },
      { { body = "" }, "check.body: expected a text that is to be found, got ''" },
      { { body = { "a", 5 } }, "check.body[2]: expected a text that is to be found, got '5'" },
      { { body = {} }, "check.body: the list is empty" },
      { { header = "json" }, "check.header: expected a table such as" },
      { { header = { "content-type" } }, "check.header: '1' is not the name of a header" },
      { { header = { ["a:b"] = "x" } }, "check.header: 'a:b' is not the name of a header" },
      { { header = { a = false } }, 'check.header["a"]: expected a text that is to be found' },
      { { status = 200, fail = 1 }, "check.fail: '1' is not accepted; write true or false" },
   } do
      lu.assertStrContains(refusal(checks.check, case[1], "check"), case[2])
   end
   lu.assertStrContains(refusal(spec.check, { name = "x", check = { status = 200 },
      contenders = { { "command", argv = { "true" } } } }, {}), "check: programs keep their answers")
end

function TestChecksRefused.test_on_record_without_secrets()
   local experiment = spec.check({ name = "x", urls = { "http://a/" }, check = { status = 200,
      header = { ["Set-Cookie"] = "sesame12", etag = true }, body = "token=sesame34" } }, {})
   experiment.settings = {}
   local recorded = records.check(experiment)
   lu.assertEquals(recorded, { status = 200, header = { "Set-Cookie: …", "etag" }, body = "token=…" })
   lu.assertEquals(experiment.check.list[2].name, "header etag is there")
end

TestChecksCounted = {}

function TestChecksCounted.test_over_trials_and_cells()
   local cells = { { name = "threads", label = "threads", workers = 4, trials = {
      { checks = { { name = "a", passed = 3, failed = 1 }, { name = "b", passed = 4, failed = 0 } } },
      { checks = { { name = "a", passed = 4, failed = 0 }, { name = "b", passed = 4, failed = 0 } } } } },
      { name = "eventloop", label = "eventloop", workers = 4, trials = { { checks = {
         { name = "a", passed = 0, failed = 4 }, { name = "b", passed = 4, failed = 0 } } },
         { checks = 5 } } } }
   local found = model.of(cells)
   lu.assertEquals({ found[1].passed, found[1].failed, found[1].share }, { 7, 5, 7 / 12 })
   lu.assertEquals({ found[2].passed, found[2].failed, found[2].share }, { 12, 0, 1.0 })
   lu.assertEquals({ found[1].cells[1].failed, found[1].cells[2].failed }, { 1, 4 })
   lu.assertEquals(model.failed(cells[1].trials[1]), 1)
   lu.assertNil(model.failed {})
   lu.assertEquals(words.line(found[1]), "a: passed by 7 of 12 answers (58.3 %)")
   lu.assertEquals(words.line(found[2]), "b: passed by all 12 answers")
   lu.assertEquals({ words.total(found) }, { "5 of 24 failed", true })
   lu.assertEquals({ words.total { found[2] } }, { "all 12 passed", false })
end

function TestChecksCounted.test_a_share_that_is_not_all_does_not_look_like_it()
   lu.assertEquals(words.share { passed = 99999, failed = 1, share = 0.99999 }, "almost 100 %")
   lu.assertEquals(words.share { passed = 9, failed = 0, share = 1.0 }, "100 %")
end

os.exit(lu.LuaUnit.run(), true)
