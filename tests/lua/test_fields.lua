--- The registry of an experiment's fields: what the manifest records, what --resume refuses, and which
-- differences a comparison of two runs reports.
local lu = require "luaunit"

local differences = require "bakeoff.compare.differences"
local failure = require "bakeoff.base.failure"
local fields = require "bakeoff.experiment.fields"
local json = require "bakeoff.base.json"
local key = require "bakeoff.experiment.key"
local manifest = require "bakeoff.experiment.manifest"
local measured = require "bakeoff.experiment"
local resume = require "bakeoff.experiment.resume"
local server = require "bakeoff.net.server"

local URLS = { "http://127.0.0.1:8080/a", "http://127.0.0.1:8080/b" }

local function experiment(given, settings)
   local full = { name = "x", urls = URLS, contenders = { "threads" } }
   for name, value in pairs(given or {}) do
      full[name] = value or nil
   end
   return measured.new(full, settings or {})
end

-- The manifest, as it is read back.
local function manifest_of(given, settings)
   return json.decode(json.encode(manifest.new(experiment(given, settings))))
end

local function refusal(given, before, settings)
   local now = experiment(given, settings)
   local ok, problem = pcall(resume.check, now, key.of(now), before)
   if ok then
      return nil
   end
   lu.assertTrue(failure.is(problem), tostring(problem))
   return problem.message
end

local function differing(a, b)
   local function results(one) return { manifest = one, trials = {}, warnings = {} } end
   a.status, b.status = "complete", "complete"
   return differences.find(results(a), results(b))
end

local function with_entry(fields_of_entry)
   local entry = { "threads" }
   for name, value in pairs(fields_of_entry) do
      entry[name] = value
   end
   return { contenders = { entry } }
end

-- Ways in which an experiment can differ: { name, the script's fields, what --resume says, what a comparison
-- says }.
local function others()
   local task = { items = { 1, 2 }, task = print, urls = false }
   return {
      { "name", { name = "y" }, "this run has name y, but the run in the folder has x",
         "experiments differ: x in A" },
      { "job", { job = "other words" }, nil, "jobs differ: fetch 2 URLs in A, other words in B" },
      { "urls", { urls = { URLS[1], URLS[1] } }, "this run has urls ", "lists of URLs differ: " },
      { "form", task, "--resume: this run has ", "forms of the job differ: urls in A, task in B" },
      { "process", { process = print }, "this run has process true, but the run in the folder has false",
         "functions that process differ: false in A, true in B" },
      { "gil", with_entry { gil = true }, "this run has cells threads × 1 (gil true), ",
         "options of threads differ: none in A, gil true in B" },
      { "an entry's session", with_entry { session = "per-request" },
         "this run has cells threads × 1 (session per-request), ",
         "options of threads differ: none in A, session per-request in B" },
      { "workers", { workers = { 2 } }, "this run has cells threads × 2, ", nil },
      { "warmup", { warmup = 3 }, "this run has --warmup 3, but the run in the folder has 1",
         "warm-ups differ: 1 in A, 3 in B" },
      { "seed", { seed = 9 }, "this run has --seed 9, ", "seeds differ: 1 in A, 9 in B" },
      { "timeout", { timeout = "1min" }, nil,
         "time limits differ: 300 in A, 60 in B" },
      { "session", { session = "per-request" }, "this run has session per-request, ",
         "sessions differ: shared in A, per-request in B" },
      { "sample_every", { sample_every = "20ms" }, "this run has sample_every 0.02, ",
         "sampling periods differ: 0.01 in A, 0.02 in B" },
      { "job_rows", { job_rows = 5 }, "this run has job_rows 5, ",
         "limits of job rows differ: 10000 in A, 5 in B" },
      { "rate", { rate = "100/s" }, "--resume: this run has ",
         "options of threads differ: none in A, arrivals constant, rate 100 in B" },
      { "request", { request = { timeout = "7s" } }, "this run has request { timeout = 7 }, ",
         "values of the request's timeout differ: none in A, 7 in B" },
      { "expect", { expect = { 404, 200 } }, "this run has expect { 200, 404 }, ",
         "expected HTTP statuses differ: none in A, 200, 404 in B" },
      { "same_results", { process = print, same_results = true }, "this run has process true, ",
         "choices to compare results differ: false in A, true in B" },
      { "save", { save = "." }, "this run has save true, ", "choices to save differ: false in A, true in B" },
   }
end

TestRegistry = {}

-- Every field must say how the manifest, --resume and comparisons treat it, so that none is forgotten.
function TestRegistry.test_every_field_says_what_becomes_of_it()
   local keys = {}
   for _, field in ipairs(fields.LIST) do
      lu.assertTrue((field.manifest == nil) == (type(field.unrecorded) == "string"),
         field.name .. ": give its key in the manifest, or the reason why it has none")
      if field.manifest then
         lu.assertNil(keys[field.manifest], field.name .. ": another field has the same key")
         keys[field.manifest] = true
         lu.assertTrue(({ same = true, grows = true, free = true })[field.resume], field.name .. ": resume")
         lu.assertNotNil(field.compare, field.name .. ": compare, or false")
      end
   end
end

TestManifest = {}

function TestManifest.test_what_is_recorded()
   local found = manifest_of()
   lu.assertEquals({ found.experiment, found.job, found.items, found.form, found.conditions },
      { "x", "fetch 2 URLs", 2, "urls", "" })
   lu.assertEquals({ found.seed, found.repeats, found.warmup, found.timeout_s, found.session,
      found.job_rows }, { 1, 10, 1, 300, "shared", 10000 })
   lu.assertEquals({ found.process, found.save, found.request, found.rate, found.server },
      { false, false, {} })
   lu.assertEquals(found.cells[2], { contender = "threads", label = "threads", workers = 4 })
end

function TestManifest.test_an_entrys_own_session()
   lu.assertEquals(manifest_of(with_entry { session = "per-request" }).cells[1].options,
      { session = "per-request" })
   lu.assertNil(manifest_of { session = "per-request" }.cells[1].options)
end

-- The job's line on the terminal, in the report and in charts has the conditions; every chart has a foot.
function TestManifest.test_unverified_certificates_are_said()
   local page_words = require "bakeoff.analysis.wording.page"
   local function foot(found) return table.concat(page_words.foot { manifest = found, hash = "h" }, " · ") end
   local careless, careful = manifest_of { request = { insecure = true } }, manifest_of()
   lu.assertEquals(careless.conditions, "certificates not verified")
   lu.assertStrContains(page_words.job { manifest = careless }, "certificates not verified")
   lu.assertTrue(careless.request.insecure)
   lu.assertStrContains(foot(careless), "certificates not verified · rows h")
   lu.assertNotStrContains(foot(careful), "certificates")
   local cells = { { trials = { { unverified = 1 } } } } -- a task's own fetch
   local parts = page_words.foot { manifest = careful, cells = cells, hash = "h" }
   lu.assertEquals(parts[#parts - 1], "certificates not verified")
end

function TestManifest.test_the_request_without_its_secrets()
   local found = manifest_of { request = { method = "POST", body = "plain", timeout = "7s",
      max_bytes = "2KiB", proxy = "http://me:word@proxy:3128",
      headers = { Accept = "text/html", Authorization = "Bearer abc", Cookie = "id=1", ["X-Api-Key"] = "k",
         ["X-Session"] = "s", Referer = "http://u:p@h/" } } }.request
   lu.assertEquals(found, { method = "POST", timeout = 7, max_bytes = 2048,
      proxy = "http://…@proxy:3128",
      body = { bytes = 5, sha256 = "a116c9ed46d6207734a43317d30fd88f52ac8634c37d904bbf4e41d865f90475" },
      headers = { "Accept: text/html", "Authorization: …", "Cookie: …", "Referer: http://…@h/",
         "X-Api-Key: …", "X-Session: …" } })
end

-- A digest would let anyone guess a short secret.
function TestManifest.test_of_a_body_with_a_password_its_length_alone()
   local found = manifest_of { request = { body = "user=me&password=hunter2" } }
   lu.assertEquals(found.request.body, { bytes = 24 })
end

-- Only commands have an environment of their own.
function TestManifest.test_whether_the_environment_varies()
   local commands = { urls = false, contenders = { { "command", argv = { "true" } } } }
   lu.assertNil(manifest_of {}.shake)
   lu.assertTrue(manifest_of(commands).shake)
   lu.assertFalse(manifest_of(commands, { shake = false }).shake)
   lu.assertStrContains(refusal(commands, manifest_of(commands, { shake = false })),
      "this run has shake true, but the run in the folder has false;")
   commands.shake = "no"
   local ok, problem = pcall(experiment, commands)
   lu.assertFalse(ok)
   lu.assertEquals(problem.message, "shake: expected true or false, got 'no'")
end

function TestManifest.test_automatic_repeats()
   local found = manifest_of { auto = { width = "2%", budget = "1min" } }
   lu.assertEquals(found.auto, { width = 0.02, most = 50, least = 6, budget_s = 60 })
end

TestResume = {}

function TestResume.test_the_same_may_go_on()
   lu.assertNil(refusal({}, manifest_of()))
   lu.assertNil(refusal({}, manifest_of { repeats = 3 }))
   lu.assertNil(refusal({}, manifest_of { auto = { most = 9 } }))
end

function TestResume.test_another_experiment_is_refused_by_name()
   for _, other in ipairs(others()) do
      local said = refusal(other[2], manifest_of { workers = other[2].workers and { 1 } })
      if other[3] then
         lu.assertStrContains(said or "nothing", other[3], false, other[1])
      else
         lu.assertNil(said, other[1])
      end
   end
end

function TestResume.test_fewer_repeats_are_refused()
   lu.assertStrContains(refusal({ repeats = 3 }, manifest_of()),
      "--resume: this run has --repeats 3, but the run in the folder has 10; repeat its options, or start")
end

function TestResume.test_the_command_line_counts()
   lu.assertStrContains(refusal({}, manifest_of(), { seed = 60 }), "this run has --seed 60")
   lu.assertNil(refusal({ seed = 2 }, manifest_of { seed = 60 }, { seed = 60 }))
end

-- What an earlier version didn't record may have been different.
function TestResume.test_what_is_not_on_record_is_refused()
   local before = manifest_of()
   before.request = nil
   lu.assertStrContains(refusal({}, before), "this run has request {  }, but the run in the folder has none")
end

function TestResume.test_a_server_may_have_another_port_and_nothing_else()
   local site <close> = server.start { latency = "1ms" }
   local other <close> = server.start { latency = "1ms" }
   local slower <close> = server.start { latency = "2ms" }
   local seeded <close> = server.start { latency = "1ms", seed = 7 }
   local before = manifest_of { urls = site:urls("/%d", 2) }
   before.server.port = 8080
   lu.assertNil(refusal({ urls = other:urls("/%d", 2) }, before))
   lu.assertStrContains(refusal({ urls = slower:urls("/%d", 2) }, before), "latency_s = 0.002")
   lu.assertStrContains(refusal({ urls = seeded:urls("/%d", 2) }, before), "seed = 7")
end

TestDifferences = {}

function TestDifferences.test_nothing_differs()
   lu.assertEquals(differing(manifest_of(), manifest_of()), {})
end

function TestDifferences.test_each_difference_is_said()
   for _, other in ipairs(others()) do
      local before = manifest_of { workers = other[2].workers and { 1 } }
      local said = table.concat(differing(before, manifest_of(other[2])), "\n")
      if other[4] then
         lu.assertStrContains(said, other[4], false, other[1])
      else
         lu.assertEquals(said, "", other[1])
      end
   end
end

function TestDifferences.test_what_an_earlier_version_did_not_record_is_not_compared()
   local before = manifest_of()
   for _, name in ipairs { "request", "process", "save", "urls_sha256", "job_rows" } do
      before[name] = nil
   end
   lu.assertEquals(differing(before, manifest_of { request = { timeout = "7s" }, process = print }),
      { "jobs differ: fetch 2 URLs in A, fetch and process 2 URLs in B" })
end

os.exit(lu.LuaUnit.run(), true)
