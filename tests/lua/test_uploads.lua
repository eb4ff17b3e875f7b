--- Forms, files that are streamed, cookies and HTTP/3: what arrives at the server, under every contender;
-- what is refused; what is on record.
local lu = require "luaunit"

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local loops = require "bakeoff.async.loop"
local records = require "bakeoff.experiment.records"
local redact = require "bakeoff.experiment.redact"
local request = require "bakeoff.net.request"
local spec = require "bakeoff.experiment.spec"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local echo = dofile(here .. "support_echo.lua")

local peer, folder, site

local function set_up()
   peer = echo.start()
   lu.skipIf(not peer, "lua-luv is not installed (scripts/setup --tests installs it)")
   folder, site = support.open()
end

local function tear_down()
   if peer then
      peer.stop()
      support.close(folder, site)
   end
end

local CONTENT = ("0123456789abcdef"):rep(1 << 16) -- 1 MiB: libcurl would wait for "100 Continue"

local function file(content)
   local path = folder .. "/data.csv"
   support.write(path, content or CONTENT)
   return path
end

-- Runs `count` URLs of the peer under every contender, as URLs with a process and as items of a task. The job
-- fails unless holds(the request as the peer heard it).
local function each(count, given, holds, check)
   local urls = {}
   for index = 1, count do
      urls[index] = peer.url("/" .. index)
   end
   local function process(response) return holds(response.body) or error(response.body:sub(1, 500)) end
   local function task(ctx, url) return process(assert(ctx:fetch(url))) end
   for _, forms in ipairs { { support.CONTENDERS, { urls = urls, process = process } },
      { not given.cookies and support.TASK_CONTENDERS or {}, { items = urls, task = task } } } do
      for _, name in ipairs(forms[1]) do
         local fields = { request = given }
         for field, value in pairs(forms[2]) do
            fields[field] = value
         end
         local row, result, jobs = support.run(name, fields, 4)
         name = name .. (fields.task and " (task)" or "")
         lu.assertEquals({ row.reason, row.jobs.done }, { nil, count }, name)
         if check then
            check(name, row, support.job_lines(result, jobs))
         end
      end
   end
end

TestUploads = { setUp = set_up, tearDown = tear_down }

function TestUploads.test_a_file_is_sent_as_it_is()
   local path, size = file(), #CONTENT
   each(8, { upload = path, timeout = "20s" }, function(heard)
      return heard:find "^PUT /%d HTTP/1.1\r\n" and heard:sub(-size) == CONTENT
         and not heard:lower():find("\r\nexpect:", 1, true)
         and heard:lower():find(("\r\ncontent-length: %d\r\n"):format(size), 1, true)
   end, function(name, row) lu.assertTrue(row.work_s < 10, name) end)
end

-- libcurl asks before it sends more than 1 MiB, and waits a second for servers that never answer that.
function TestUploads.test_a_large_body_waits_for_no_permission()
   local body = CONTENT .. "more"
   each(4, { body = body, timeout = "20s" }, function(heard)
      return heard:sub(-#body) == body and not heard:lower():find("\r\nexpect:", 1, true)
   end, function(name, row) lu.assertTrue(row.work_s < 10, name) end)
   local heard = assert(request.fetch { url = peer.url "/", body = body,
      headers = { Expect = "100-continue" } }).body
   lu.assertStrContains(heard, "Expect: 100-continue") -- for those who ask
end

function TestUploads.test_each_request_sends_it_from_the_beginning()
   local path = file "short"
   each(20, { upload = path, method = "POST" }, function(heard)
      return heard:find "^POST /" and heard:sub(-9) == "\r\n\r\nshort"
   end)
end

-- The file may go away between the check and the request.
function TestUploads.test_a_file_that_is_gone_fails_the_jobs()
   local path = file "x"
   for _, name in ipairs(support.CONTENDERS) do
      local fields = { urls = { peer.url "/" }, request = { upload = path } }
      local experiment = spec.check({ name = "x", urls = fields.urls, request = fields.request }, {})
      lu.assertEquals(experiment.fetch.upload, path)
      local gone = folder .. "/gone"
      support.write(gone, "x")
      local process = function() return true end
      local row = support.run(name, { urls = fields.urls, request = { upload = gone }, process = process,
         server = { epoch = function() os.remove(gone) end, stats = function()
            return { requests = 0, connections = 0, bytes = 0, errors = 0, faults = 0 }
         end, describe = function() return "" end } })
      lu.assertEquals(row.errors, { system = 1 }, name)
      lu.assertStrContains(row.reason, "the file to upload can't be read", false, name)
   end
end

-- Not a copy in memory: the footprint stays far below the file.
function TestUploads.test_a_large_file_is_not_read_into_memory()
   local path, size = folder .. "/large", 64 << 20
   assert(os.execute(("truncate -s %d %s"):format(size, path)))
   for _, name in ipairs { "threads", "eventloop" } do
      local row = support.run(name, { urls = { site:url "/" }, request = { upload = path, timeout = "60s" } })
      lu.assertEquals(row.jobs.done, 1, tostring(row.reason))
      local memory = row.memory
      lu.assertTrue(memory.footprint_peak_bytes - memory.footprint_baseline_bytes < size / 4, name)
   end
end

TestForms = { setUp = set_up, tearDown = tear_down }

local function part(heard, disposition, rest)
   return heard:find("\r\nContent-Disposition: form-data; " .. disposition .. rest, 1, true)
end

function TestForms.test_fields_and_files()
   local form = { title = "x & y", number = 7, data = { file = file "a,b\n", type = "text/csv" },
      other = { file = file "a,b\n", file_name = "o.txt", type = "text/plain" },
      json = { data = "{}", type = "application/json" } }
   each(8, { multipart = form }, function(heard)
      return heard:find "^POST /%d HTTP/1.1\r\n"
         and heard:find("\r\nContent-Type: multipart/form-data; boundary=", 1,
            true)
         and part(heard, 'name="title"', "\r\n\r\nx & y\r\n") and part(heard, 'name="number"',
            "\r\n\r\n7\r\n")
         and part(heard, 'name="data"; filename="data.csv"', "\r\nContent-Type: text/csv\r\n\r\na,b\n\r\n")
         and part(heard, 'name="other"; filename="o.txt"', "\r\nContent-Type: text/plain\r\n\r\na,b\n\r\n")
         and part(heard, 'name="json"', "\r\nContent-Type: application/json\r\n\r\n{}\r\n")
   end)
end

function TestForms.test_a_list_keeps_its_order()
   local heard = request.fetch({ url = peer.url "/", multipart = { { name = "b", data = "1" },
      { name = "a", data = "2\0" } } }).body
   lu.assertTrue(heard:find('name="b"', 1, true) < heard:find('name="a"', 1, true))
   lu.assertStrContains(heard, "\r\n\r\n2\0\r\n")
end

function TestForms.test_a_fetch_of_its_own_replaces_the_loops_body()
   local loop <close> = loops.new { body = "usual" }
   lu.assertEquals({ loop:run(function()
      local one = loop:fetch({ url = peer.url "/", multipart = { a = "1" } }).body
      local other = loop:fetch({ url = peer.url "/", upload = file "file" }).body
      return one:find("multipart/form-data", 1, true) ~= nil and not one:find("usual", 1, true),
         other:sub(-4),
         loop:fetch(peer.url "/").body:sub(-5)
   end) }, { true, "file", "usual" })
end

TestCookies = { setUp = set_up, tearDown = tear_down }

-- The peer counts in the cookie: each worker's, or slot's, first request has none, its second 1, and so on.
function TestCookies.test_each_worker_keeps_its_own()
   local count, workers = 40, 4
   local function process(response) return response.body:match "seen=(%d+)" or "0" end
   for _, name in ipairs(support.CONTENDERS) do
      local urls = {}
      for index = 1, count do
         urls[index] = peer.url("/" .. index)
      end
      local row, result, jobs = support.run(name, { urls = urls, request = { cookies = true }, save = folder,
         process = process }, workers)
      lu.assertEquals(row.jobs.done, count, name)
      local seen, of_worker = {}, {}
      for index, line in ipairs(support.job_lines(result, jobs)) do
         local body = support.slurp(folder .. "/" .. core.url_file_name(urls[index]))
         local value = tonumber(body:match "\r\n[Cc]ookie: seen=(%d+)") or 0
         seen[value] = (seen[value] or 0) + 1
         of_worker[line.worker] = (of_worker[line.worker] or 0) + 1
      end
      local most, used = 0, 0
      for _, jobs_of in pairs(of_worker) do
         most, used = math.max(most, jobs_of), used + 1
      end
      for value = 1, count do
         lu.assertTrue((seen[value] or 0) <= seen[value - 1], name) -- nobody has what nobody got
         seen[value] = seen[value] or 0
      end
      lu.assertTrue(seen[0] <= workers, name)
      if name ~= "hybrid" then -- its rows tell the slot of the job, not that of the transfer
         lu.assertEquals({ seen[0], seen[most - 1] > 0, seen[most] }, { used, true, 0 }, name)
      end
   end
end

function TestCookies.test_without_them_none_is_sent()
   each(8, { headers = { Accept = "x" } }, function(heard) return not heard:find "[Cc]ookie:" end)
end

TestRefused = { setUp = set_up, tearDown = tear_down }

local function refusal(fn, ...)
   local ok, caught = pcall(fn, ...)
   lu.assertFalse(ok)
   lu.assertTrue(failure.is(caught), tostring(caught))
   lu.assertNotStrContains(tostring(caught), "\n")
   return tostring(caught)
end

function TestRefused.test_bad_values_are_one_line()
   local path = file "x"
   for _, case in ipairs {
      { { upload = 5 }, "r.upload: expected the name of a file, got '5'" },
      { { upload = "/no/such" }, "r.upload: '/no/such' is not a file; name one that can be read" },
      { { upload = folder }, "is not a file" },
      { { upload = path, body = "x" }, "r.upload: a request has one body, and there is body already" },
      { { upload = path, multipart = { a = 1 } },
         "r.upload: a request has one body, and there is multipart" },
      { { multipart = "x" }, "r.multipart: expected a form such as" },
      { { multipart = {} }, "r.multipart: expected a form such as" },
      { { multipart = { "x" } }, "r.multipart[1]: expected a name, and either data or a file" },
      { { multipart = { a = true } }, "r.multipart.a: expected a text or a number, got a boolean" },
      { { multipart = { a = {} } }, "r.multipart.a: expected a name, and either data or a file" },
      { { multipart = { a = { file = "/no/such" } } }, "r.multipart.a.file: '/no/such' is not a file" },
      { { multipart = { a = { file = path, data = "x" } } }, "either data or a file" },
      { { multipart = { a = { data = "x", fiel = 1 } } }, "r.multipart.a: unknown field 'fiel'" },
      { { multipart = { ["a\n"] = "x" } }, "' is not accepted; write a text of one line" },
      { { multipart = { a = "x", [1.5] = "y" } }, "r.multipart: '1.5' is not the name of a field" },
      { { cert = "/no/such.pem" }, "r.cert: '/no/such.pem' is not a file" },
      { { key = path }, "r.key: it belongs to a certificate; add cert" },
      { { key_password = "sesame" }, "r.key_password: it belongs to a certificate" },
      { { cookies = true }, "r: unknown field 'cookies'" },
   } do
      lu.assertStrContains(refusal(request.check, case[1], "r"), case[2])
   end
   if not core.has_http3() then
      lu.assertStrContains(refusal(request.check, { http_version = "3" }, "r"),
         "r.http_version: this libcurl was built without HTTP/3")
   end
end

function TestRefused.test_cookies_where_nobody_could_keep_them()
   local function given(fields)
      local whole = { name = "x", request = { cookies = true }, contenders = { "threads" } }
      for field, value in pairs(fields) do
         whole[field] = value
      end
      return whole
   end
   local urls = { "http://127.0.0.1/" }
   lu.assertStrContains(refusal(spec.check, given { items = { 1 }, task = function() end }, {}),
      "request.cookies: only an experiment with urls keeps them")
   lu.assertStrContains(refusal(spec.check, given { urls = urls, session = "per-request" }, {}),
      "request.cookies: with session = \"per-request\" nothing is kept")
   lu.assertStrContains(refusal(spec.check, given { urls = urls, request = { cookies = 1 } }, {}),
      "request.cookies: expected true or false, got '1'")
   lu.assertTrue(spec.check(given { urls = urls }, {}).fetch.cookies)
end

function TestRefused.test_on_record_without_contents_and_secrets()
   local path = file "x"
   local experiment = spec.check({ name = "x", urls = { "http://127.0.0.1/" }, request = { cert = path,
      key_password = "sesame12", multipart = { password = "sesame34", a = "text",
         f = { file = path } } } }, {})
   experiment.settings = { script_folder = folder }
   local record = records.request(experiment)
   lu.assertEquals(record.key_password, "…")
   lu.assertEquals(record.cert, "{script_folder}/data.csv")
   lu.assertEquals(record.multipart[1].sha256, core.work_sha256 "text")
   lu.assertEquals(record.multipart[2], { name = "f", file = "{script_folder}/data.csv" })
   lu.assertEquals(record.multipart[3], { name = "password", bytes = 8 })
   lu.assertNil(record.form)
   local values = table.concat(redact.hidden(experiment).values, " ")
   lu.assertStrContains(values, "sesame12")
   lu.assertStrContains(values, "sesame34")
end

os.exit(lu.LuaUnit.run(), true)
