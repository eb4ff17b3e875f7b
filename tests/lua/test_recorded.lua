--- Recorded traffic: HAR files and access logs as lists of URLs with times; jobs that start at these times,
-- under every contender; files that nobody can read.
local lu = require "luaunit"

local failure = require "bakeoff.base.failure"
local json = require "bakeoff.base.json"
local moments = require "bakeoff.net.moments"
local recorded = require "bakeoff.net.recorded"
local records = require "bakeoff.experiment.records"
local server = require "bakeoff.net.server"
local spec = require "bakeoff.experiment.spec"
local spec_contenders = require "bakeoff.experiment.spec_contenders"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_trial.lua")

local path

local function set_up() path = os.tmpname() end

local function tear_down() os.remove(path) end

local function write(content)
   local file <close> = assert(io.open(path, "wb"))
   assert(file:write(content))
end

local function refusal(fn, ...)
   local ok, caught = pcall(fn, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(caught), tostring(caught))
   lu.assertEquals(caught.exit_code, 2)
   lu.assertNotStrContains(tostring(caught), "\n")
   return tostring(caught)
end

local function har(entries)
   local list = {}
   for index, one in ipairs(entries) do
      list[index] = { startedDateTime = one[1], request = { url = one[2], method = one[3] or "GET" } }
   end
   return json.encode { log = { version = "1.2", entries = json.array(list) } }
end

local function line(time, request) return ('1.2.3.4 - - [29/Nov/2026:%s] "%s" 200 5'):format(time,
   request) end

local BASE = { base = "http://127.0.0.1:8080/" }

TestHar = { setUp = set_up, tearDown = tear_down }

function TestHar.test_requests_in_the_order_of_their_times()
   write("\xEF\xBB\xBF" .. har { { "2026-11-29T10:00:00.500Z", "http://a.example/x?y=1" },
      { "2026-11-29T11:00:00.250+01:00", "https://b.example/" }, { "2026-11-29T05:00:02-05:00",
         "http://c" } })
   local list = recorded.read(path)
   lu.assertEquals(table.move(list, 1, #list, 1, {}), { "https://b.example/", "http://a.example/x?y=1",
      "http://c" })
   lu.assertAlmostEquals(list.times[1], 0, 1e-6)
   lu.assertAlmostEquals(list.times[2], 0.25, 1e-6)
   lu.assertAlmostEquals(list.times[3], 1.75, 1e-6)
   lu.assertEquals(list.recorded, { format = "HAR", requests = 3, left_out = 0 })
end

function TestHar.test_another_server_takes_all_requests()
   write(har { { "2026-11-29T10:00:00Z", "https://a.example:444/x?y=1" },
      { "2026-11-29T10:00:00Z", "http://c" } })
   local list = recorded.read(path, { base = "http://127.0.0.1:1/under/" })
   lu.assertEquals({ list[1], list[2] }, { "http://127.0.0.1:1/under/x?y=1", "http://127.0.0.1:1/under" })
end

function TestHar.test_what_cannot_be_repeated_is_refused_or_left_out()
   write(har { { "2026-11-29T10:00:00Z", "http://a/" }, { "2026-11-29T10:00:00Z", "http://a/in", "POST" },
      { "2026-11-29T10:00:01Z", "data:text/plain,x" }, { "2026-11-29T10:00:02Z", "http://a/b" } })
   lu.assertEquals(refusal(recorded.read, path), ("recorded: '%s': entry 2 is a POST request, and only GET "
      .. "requests are repeated; add skip = true to leave out what can't be repeated (2 of 4 requests)")
      :format(path))
   local list = recorded.read(path, { skip = true })
   lu.assertEquals({ list[1], list[2], list[3], list.recorded.left_out }, { "http://a/", "http://a/b", nil,
      2 })
   write(har { { "2026-11-29T10:00:00Z", "http://a/in", "POST" } })
   lu.assertStrContains(refusal(recorded.read, path, { skip = true }), "has no request that can be repeated")
end

function TestHar.test_hostile_ones_are_one_line()
   for _, case in ipairs {
      { "{", "is not valid JSON: " }, { "[1]", "is not a HAR file: it has no log.entries" },
      { '{"log":5}', "is not a HAR file" }, { '{"log":{"entries":null}}', "is not a HAR file" },
      { '{"log":{"entries":[]}}', "has no request that can be repeated" },
      { '{"log":{"entries":[5]}}', "entry 1 has no request with a method and a URL" },
      { '{"log":{"entries":[{"request":{"url":5,"method":"GET"}}]}}', "entry 1 has no request" },
      { ("["):rep(100000), "is not valid JSON: " },
      { har { { "yesterday", "http://a/" } }, "entry 1: startedDateTime 'yesterday' is not a time such as" },
      { '{"log":{"entries":[{"startedDateTime":7,"request":{"url":"http://a/","method":"GET"}}]}}',
         "entry 1: startedDateTime '7" },
      { har { { "2026-11-29T10:00:00Z", "http://u:sesame@h:x/" } },
         "entry 1 'http://***@h:x/' has no valid" },
      { har { { "2026-11-29T10:00:00Z", "/x" } }, "a log names no hosts" },
      { "", "is empty" },
   } do
      write(case[1])
      local message = refusal(recorded.read, path)
      lu.assertStrContains(message, case[2])
      lu.assertTrue(#message < 500, message)
      lu.assertNotStrContains(message, "sesame")
   end
end

function TestHar.test_bad_arguments_are_one_line()
   lu.assertStrContains(refusal(recorded.read, nil), "recorded: expected the name of a HAR file")
   lu.assertStrContains(refusal(recorded.read, "/no/such.har"), "'/no/such.har' cannot be read: No such file")
   lu.assertStrContains(refusal(recorded.read, "/"), "cannot be read: Is a directory")
   lu.assertStrContains(refusal(recorded.read, path, { bsae = 1 }),
      "unknown field 'bsae'; did you mean 'base'?")
   lu.assertStrContains(refusal(recorded.read, path, { base = "localhost" }), "recorded: base: 'localhost'")
   lu.assertStrContains(refusal(recorded.read, path, { skip = 1 }), "recorded: skip: '1' is not accepted")
end

TestLog = { setUp = set_up, tearDown = tear_down }

function TestLog.test_common_and_combined()
   write(line("10:00:01 +0100", "GET /b HTTP/1.1") .. "\r\n\n" .. line("09:00:00 +0000",
      "GET /a?x=\\\"1\\\" HTTP/2.0")
      .. ' "http://from/" "Agent \\"quoted\\" [x]"\n')
   local list = recorded.read(path, BASE)
   lu.assertEquals({ list[1], list[2], list[3] }, { "http://127.0.0.1:8080/a?x=\\\"1\\\"",
      "http://127.0.0.1:8080/b" })
   lu.assertEquals({ list.times[1], list.times[2] }, { 0, 1 })
   lu.assertEquals(list.recorded.format, "log")
end

-- Nobody knows when within its second a request came; all at once would be a burst that never was.
function TestLog.test_requests_of_a_second_are_spread_over_it()
   local lines = {}
   for index, time in ipairs { "10:00:00", "10:00:00", "10:00:00", "10:00:00", "10:00:02" } do
      lines[index] = line(time .. " +0000", ("GET /%d HTTP/1.1"):format(index))
   end
   write(table.concat(lines, "\n"))
   local list = recorded.read(path, BASE)
   lu.assertEquals(list.times, { 0.0, 0.25, 0.5, 0.75, 2.0 })
   lu.assertEquals(list[5], "http://127.0.0.1:8080/5")
end

function TestLog.test_hostile_lines_are_one_line()
   local good = line("10:00:00 +0000", "GET / HTTP/1.1") .. "\n"
   for _, case in ipairs {
      { good .. "hello\n", ":2: 'hello' is not a line of an access log" },
      { '1.2.3.4 - - [29/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1', "is not a line of an access log" },
      { ("x "):rep(100000), "is not a line of an access log" },
      { ("a b c["):rep(100000), "is not a line of an access log" },
      { line("25:00:00 +0000", "GET / HTTP/1.1"), ":1: '29/Nov/2026:25:00:00 +0000' is not a time such as" },
      { line("10:00:00", "GET / HTTP/1.1"), "is not a time such as" },
      { good .. line("10:00:00 +0000", "POST /x HTTP/1.1"), "line 2 is a POST request" },
      { line("10:00:00 +0000", "-"), "line 1 '-' is not a request" },
      { line("10:00:00 +0000", "\\x16\\x03\\x01"), "is not a request" },
      { line("10:00:00 +0000", "GET /a\1b HTTP/1.1"), "contains a control character" },
   } do
      write(case[1])
      local message = refusal(recorded.read, path, BASE)
      lu.assertStrContains(message, case[2])
      lu.assertTrue(#message < 500, message)
   end
   write(good)
   lu.assertStrContains(refusal(recorded.read, path), "a log names no hosts; say where to send its requests")
end

TestMoments = {}

function TestMoments.test_seconds_since_1970()
   for words, expected in pairs {
      ["1970-01-01T00:00:00Z"] = 0, ["1969-12-31T23:59:59Z"] = -1,
         ["2000-02-29T12:00:00.5+00:00"] = 951825600.5,
      ["2026-11-29T10:15:00+0130"] = 1795941900, ["2026-11-29 10:15:00"] = 1795947300,
      ["2016-12-31T23:59:60Z"] = 1483228800, ["1600-03-01T00:00:00Z"] = -11670912000,
   } do
      lu.assertAlmostEquals(moments.of_iso(words) or 0 / 0, expected, 1e-6, words)
   end
   lu.assertEquals(moments.of_log "29/Nov/2026:10:15:00 -0500", 1795965300)
   lu.assertEquals(moments.of_log "10/Oct/2000:13:55:36 -0700", 971211336)
end

function TestMoments.test_what_is_none()
   for _, words in ipairs { "", "2026", "2026-11-29", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
      "2026-11-00T00:00:00Z", "2026-11-29T24:00:00Z", "2026-11-29T10:60:00Z", "2026-11-29T10:00:61Z",
      "2026-11-29T10:00:00.Z", "2026-11-29T10:00:00+1", "2026-11-29T10:00:00+25:00",
         "2026-11-29T10:00:00 CET",
      "-026-11-29T10:00:00Z", "2026-11-29T10:00:00.1.2Z", ("2026-11-29T10:00:00." .. ("1"):rep(1000)
         .. "Z") } do
      lu.assertNil(moments.of_iso(words), words)
   end
   for _, words in ipairs { "", "29/Nov/2026", "29/nov/2026:10:00:00 +0000", "31/Nov/2026:10:00:00 +0000",
      "29/Nov/2026:10:00:00 +9900", "29/Nov/2026:10:00:00 Z" } do
      lu.assertNil(moments.of_log(words), words)
   end
end

TestArrivals = { setUp = set_up, tearDown = tear_down }

local TIMES = { 0.0, 0.0, 0.05, 0.06, 0.2, 0.3 }

local function listed(site, times)
   local list = site and site:urls("/%d", #TIMES) or {}
   for index = 1, #TIMES do
      list[index] = list[index] or ("http://127.0.0.1/%d"):format(index)
   end
   list.times = times or TIMES
   return list
end

local function queued_times(result, jobs)
   local times = {}
   for index, one in ipairs(support.job_lines(result, jobs)) do
      times[index] = tonumber(one.times[1])
      lu.assertTrue(times[index] <= tonumber(one.times[2]))
   end
   return times
end

function TestArrivals.test_every_contender_starts_jobs_when_they_were_recorded()
   local site <close> = server.start()
   local function task(ctx, url) return assert(ctx:fetch(url)).status end
   for _, forms in ipairs { { support.CONTENDERS, { urls = listed(site) } },
      { support.TASK_CONTENDERS, { items = listed(site), task = task } } } do
      for _, name in ipairs(forms[1]) do
         local fields = { arrivals = "recorded", speed = 2 }
         for field, value in pairs(forms[2]) do
            fields[field] = value
         end
         local row, result, jobs = support.run(name, fields)
         lu.assertEquals({ row.jobs.done, row.arrivals }, { #TIMES, "recorded" }, name)
         lu.assertAlmostEquals(row.rate_per_s, 5 / 0.15, 1e-9)
         lu.assertAlmostEquals(row.rate_offered_per_s, 5 / 0.15, 1e-6)
         local times = queued_times(result, jobs)
         for index, time in ipairs(TIMES) do
            lu.assertAlmostEquals(times[index] - times[1], time / 2, 2e-9)
         end
         lu.assertTrue(row.work_s >= 0.15, name)
      end
   end
end

function TestArrivals.test_from_a_file_to_a_trial()
   local site <close> = server.start()
   write(line("10:00:00 +0000", "GET /a HTTP/1.1") .. "\n" .. line("10:00:01 +0000",
      "GET /status/404 HTTP/1.1"))
   local row = support.run("eventloop", { urls = recorded.read(path, { base = site:url "" }), server = site,
      arrivals = "recorded", speed = 10 })
   lu.assertEquals({ row.jobs.done, row.jobs.failed, row.server.requests }, { 1, 1, 2 })
   lu.assertTrue(row.work_s >= 0.1 and row.work_s < 1)
end

local function check(fields)
   local given = { name = "x", urls = listed(), arrivals = "recorded", contenders = { "threads" } }
   for field, value in pairs(fields) do
      given[field] = value
   end
   return spec.check(given, {})
end

function TestArrivals.test_entries_may_do_otherwise()
   local experiment = check { contenders = { "threads", { "threads", rate = false }, { "threads",
      rate = "50/s" },
      { "threads", speed = 4 } } }
   local found = {}
   for _, entry in ipairs(experiment.contenders) do
      local schedule = entry.schedule or {}
      found[entry.label] = ("%s %s %s"):format(schedule.arrivals, schedule.speed, schedule.rate)
   end
   lu.assertEquals(found, { threads = "recorded 1 " .. 5 / 0.3, ["threads (closed loop)"] = "nil nil nil",
      ["threads at 50/s"] = "constant nil 50", ["threads as recorded, 4×"] = "recorded 4 " .. 5 / 0.075 })
   lu.assertEquals(spec_contenders.record(experiment.contenders[4]),
      { rate = 5 / 0.075, arrivals = "recorded", speed = 4 })
end

function TestArrivals.test_on_record()
   local urls = listed()
   urls.recorded = { format = "HAR", requests = 6, left_out = 2 }
   local experiment = check { urls = urls, speed = 2 }
   local record = records.recorded(experiment)
   lu.assertEquals({ record.format, record.left_out, record.span_s, #record.times_sha256 }, { "HAR", 2,
      0.3, 64 })
   lu.assertNotEquals(records.recorded(check { urls = listed(nil, { 0, 0, 0, 0, 0, 1 }) }).times_sha256,
      record.times_sha256)
   lu.assertEquals(records.conditions(experiment), "arrivals as recorded at 2× speed")
   lu.assertNil(records.recorded(spec.check({ name = "x", urls = { "http://a/" } }, {})))
end

function TestArrivals.test_wrong_ones_are_one_line()
   for _, case in ipairs {
      { { urls = { "http://a/" } },
         "arrivals: the list of urls has no recorded times; take it from bake.rec" },
      { { urls = listed(nil, { 0, 1 }) }, "urls.times: there are 2 times for 6 urls" },
      { { urls = listed(nil, { 0, 0.5, -1, 2, 3, 4 }) },
         "urls.times[3]: '-1' is not accepted; write seconds" },
      { { urls = listed(nil, { -1, 0, 1, 2, 3, 4 }) }, "urls.times[1]: '-1' is not accepted" },
      { { urls = listed(nil, { 0, 1, 2, 3, 4, 1 / 0 }) }, "urls.times[6]: 'inf' is not accepted" },
      { { urls = listed(nil, { 0, 1, 2, 3, 4, 0 / 0 }) }, "urls.times[6]: '" },
      { { urls = listed(nil, { 0, 1, "2", 3, 4, 5 }) }, "urls.times[3]: '2' is not accepted" },
      { { speed = 0 }, "speed: '0' is not accepted; write a number above zero" },
      { { speed = "2x" }, "speed: '2x' is not accepted" },
      { { rate = 5 }, "rate: recorded arrivals have times of their own; leave it out" },
      { { arrivals = "constant", rate = 5, speed = 2 }, "speed: only recorded arrivals have one" },
      { { timeout = "100ms" }, "arrivals: the recording takes 300 ms, but a trial may take only 100 ms" },
      { { arrivals = "recrded" }, "arrivals: 'recrded' is not accepted" },
      { { contenders = { "threads", { "command", argv = { "true" } } } },
         "arrivals: contenders[2] is a command" },
   } do
      lu.assertStrContains(refusal(check, case[1]), case[2])
   end
end

os.exit(lu.LuaUnit.run(), true)
