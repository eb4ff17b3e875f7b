--- bakeoff.spec: what an experiment may contain, what the command line overrides, and the messages about
-- everything else.
local lu = require "luaunit"

local core = require "bakeoff.core"
local spec = require "bakeoff.experiment.spec"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_spec.lua")
local check, refusal_of = support.check, support.refusal_of
local assert_refused, URLS = support.assert_refused, support.URLS

TestFields = {}

function TestFields.test_defaults()
   local full = check()
   lu.assertEquals({ full.repeats, full.warmup, full.seed, full.timeout, full.session },
      { 10, 1, 1, 300, "shared" })
   lu.assertEquals(full.workers, { 1, 4, 16 })
   lu.assertEquals(#full.contenders, 5)
   lu.assertEquals(full.out, "out")
   lu.assertAlmostEquals(full.sample_every, 0.01, 1e-12)
   lu.assertFalse(full.resume)
end

function TestFields.test_the_experiment_itself()
   lu.assertStrContains(refusal_of(spec.check, nil, {}), "experiment: expected a table")
   assert_refused({ contender = 1 }, "experiment: unknown field 'contender'; did you mean 'contenders'?")
end

function TestFields.test_name()
   for _, bad in ipairs { "", "a/b", "..", ".hidden", "a b", "x\n", 5, {} } do
      assert_refused({ name = bad }, "name: '")
   end
   lu.assertStrContains(refusal_of(spec.check, { urls = URLS }, {}), "name is missing; name the experiment")
   lu.assertEquals(check({ name = "my-run_2.0" }).name, "my-run_2.0")
end

function TestFields.test_urls()
   lu.assertEquals(refusal_of(spec.check, { name = "x" }, {}),
      "urls: expected a list of URLs, such as site:urls(\"/tickets?day=%d\", 100)")
   assert_refused({ urls = "http://127.0.0.1/" }, "urls: expected a list")
   assert_refused({ urls = { "http://a/", "file:///etc/x" } }, "urls[2]: 'file:///etc/x' is not an http")
   assert_refused({ urls = { 7 } }, "urls[1]: is a number, not a URL")
   assert_refused({ urls = { "http://u:secret@h:x/" } }, "urls[1]: 'http://***@h:x/'")
   assert_refused({ urls = {} }, "urls: the list is empty; give at least one URL")
end

function TestFields.test_process()
   assert_refused({ process = "x" }, "process: expected a function of the response, got a string")
   lu.assertNil(check().process)
end

function TestFields.test_server()
   assert_refused({ server = 5 }, "server: expected a server from bake.server, got a number")
   assert_refused({ server = { latency = "3ms" } }, "server: expected a server from bake.server")
   lu.assertNil(check({ server = false }).server)
   local site <close> = require("bakeoff.net.server").start {}
   lu.assertIs(check({ urls = site:urls("/%d", 2) }).server, site)
end

function TestFields.test_counts_are_whole()
   local least = { repeats = 1, warmup = 0, seed = 0, job_rows = 1 }
   for field, number in pairs(least) do
      for _, bad in ipairs { number - 1, 1.5, "3", {}, 0 / 0, math.huge } do
         assert_refused({ [field] = bad }, field .. ": '")
      end
      lu.assertEquals(check({ [field] = number })[field], number)
      lu.assertEquals(math.type(check({ [field] = 2.0 })[field]), "integer")
   end
end

function TestFields.test_durations()
   for _, field in ipairs { "timeout", "sample_every" } do
      for _, bad in ipairs { "fast", -1, "-1ms", {}, true } do
         assert_refused({ [field] = bad }, field .. ": '")
      end
      assert_refused({ [field] = 0 }, field .. ": '0' is too short")
   end
   lu.assertAlmostEquals(check({ sample_every = "20ms" }).sample_every, 0.02, 1e-12)
   lu.assertEquals({ check({ shake = false }).shake, check({ shake = true }, { shake = false }).shake,
      check({}).shake }, { false, false, true })
   lu.assertEquals(check({ timeout = "2min" }).timeout, 120)
end

function TestFields.test_session()
   assert_refused({ session = "none" },
      "session: 'none' is not accepted; write \"shared\" or \"per-request\"")
   lu.assertEquals(check({ session = "per-request" }).session, "per-request")
end

function TestFields.test_workers()
   assert_refused({ workers = {} }, "workers: expected a list")
   for _, bad in ipairs { 0, -1, 1.5, "2" } do
      assert_refused({ workers = { 4, bad } }, "workers[2]: '")
   end
   assert_refused({ workers = { 65536 } }, "workers[1]: 65536 workers are too many")
   lu.assertEquals(check({ workers = 3 }).workers, { 3 })
   lu.assertEquals(check({ workers = { 2, 8.0, 2 } }).workers, { 2, 8 })
   lu.assertEquals(math.type(check({ workers = { 8.0 } }).workers[1]), "integer")
end

function TestFields.test_workers_beyond_the_descriptors_are_refused_with_the_remedy()
   local available = core.descriptors()
   if available <= 65535 then
      assert_refused({ workers = { available } }, ("workers: %d simultaneous connections"):format(available))
   end
end

function TestFields.test_save_is_made_last_and_has_to_be_writable()
   local folder = os.tmpname()
   assert_refused({ save = "" }, "save: expected the name of a folder")
   assert_refused({ save = folder .. "/below" }, "save: cannot write to '" .. folder .. "/below' (")
   os.remove(folder)
   pcall(check, { save = folder, repeats = 0 })
   lu.assertNil(core.file_kind(folder))
   lu.assertEquals(check({ save = folder }).save, folder)
   lu.assertEquals(core.file_kind(folder), "folder")
   os.remove(folder)
end

TestRepeats = {}

function TestRepeats.test_automatic_ones()
   local full = check { repeats = "auto" }
   lu.assertEquals({ full.repeats, full.auto.width, full.auto.budget }, { 50, 0.05, 120 })
   full = check { auto = { width = "2%", most = 9 } }
   lu.assertEquals({ full.repeats, full.auto.width }, { 9, 0.02 })
   lu.assertNil(check().auto)
end

function TestRepeats.test_the_command_line_has_the_last_word()
   lu.assertNil(check({ auto = { most = 9 } }, { repeats = 3 }).auto)
   lu.assertEquals(check({ repeats = 3 }, { repeats = "auto" }).auto.most, 50)
   lu.assertEquals(check({ repeats = "auto", auto = { most = 9 } }, { repeats = "auto" }).auto.most, 9)
end

function TestRepeats.test_misuse_is_named()
   assert_refused({ repeats = 5, auto = {} }, 'auto: it ends automatic repeats; write repeats = "auto"')
   assert_refused({ repeats = "many" }, "repeats: 'many' is not accepted")
   assert_refused({ repeats = "auto", auto = { wide = 1 } }, "auto: unknown field 'wide'")
end

TestRequest = {}

function TestRequest.test_bad_values_name_the_field()
   assert_refused({ request = "x" }, "request: expected a table")
   assert_refused({ request = { header = {} } }, "request: unknown field 'header'; did you mean 'headers'?")
   local bad = {
      { { timeout = "fast" }, "request.timeout: 'fast'" },
      { { max_bytes = "big" }, "request.max_bytes: 'big'" },
      { { buffer_size = -1 }, "request.buffer_size: '-1'" },
      { { method = 5 }, "request.method: expected a string" },
      { { http_version = "4" }, "request.http_version: '4' is unknown" },
      { { headers = { "no colon" } }, "request.headers: '" },
      { { headers = { "A: b\r\nEvil: yes" } }, "request.headers: '" },
      { { headers = { ["A\r\nB"] = "c" } }, "request.headers: '" },
      { { headers = 5 }, "request.headers: expected a table" },
      { { insecure = "yes" }, "request.insecure: expected true or false" },
      { { compressed = 1 }, "request.compressed: expected true or false" },
      { { follow = 1 }, "request.follow: expected true or false" },
      { { headers_wanted = 1 }, "request.headers_wanted: expected true or false" },
   }
   for _, case in ipairs(bad) do
      assert_refused({ request = case[1] }, case[2])
   end
end

function TestRequest.test_units_and_headers_as_people_write_them()
   local headers = { B = 2, A = "x" }
   local fetch = check({ request = { timeout = "2s", max_bytes = "1MiB", headers = headers } }).fetch
   lu.assertEquals(fetch.timeout, 2)
   lu.assertEquals(fetch.max_bytes, 1048576)
   lu.assertEquals(fetch.headers, { "A: x", "B: 2" })
   lu.assertEquals(check({ request = { headers = { "A: x" } } }).fetch.headers, { "A: x" })
end

function TestRequest.test_a_proxy_is_not_for_this_machine()
   lu.assertEquals(check().fetch.proxy, "")
   lu.assertNil(check({ urls = { "http://127.0.0.1/", "http://example.org/" } }).fetch.proxy)
   lu.assertNil(check({ urls = { "http://10.0.0.1/" } }).fetch.proxy)
   lu.assertEquals(check({ request = { proxy = "http://127.0.0.1:1" } }).fetch.proxy, "http://127.0.0.1:1")
end

TestJob = {}

function TestJob.test_the_job_in_the_scripts_words()
   lu.assertEquals(check({ job = "read the news" }).job, "read the news")
   lu.assertNil(check().job)
   for _, words in ipairs { 5, "", " ", "two\nlines" } do
      assert_refused({ job = words }, "job: '")
   end
end

TestCommandLine = {}

function TestCommandLine.test_overrides()
   local settings = { repeats = 3, warmup = 0, seed = 9, workers = { 5 }, timeout = 7, out = "there",
      resume = true }
   local full = check({ repeats = 8, workers = { 1 }, timeout = "1min" }, settings)
   for field, value in pairs(settings) do
      lu.assertEquals(full[field], value)
   end
end

os.exit(lu.LuaUnit.run(), true)
