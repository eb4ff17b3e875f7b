--- `bakeoff run`: a small experiment, from the script to the last file, and what options change.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local assert_code = support.assert_code
local FIELDS = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/lua/support_row.lua")
local core = require "bakeoff.core"

local folder

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

local ALL = 'workers = { 1, 3 }' -- with all contenders, the default
local PARSE = 'process = function(response) return #require("cjson").decode(response.body).prices end'
local TICKETS = { server = 'latency = "2ms", body = "tickets"', count = 8 }

local function cell_of(row) return ("%s × %d"):format(row.label, row.workers) end

local function order_of(rows)
   local order = {}
   for i, row in ipairs(rows) do
      order[i] = cell_of(row)
   end
   return order
end

TestSmall = {}

-- All tests of this class share one run and only read it.
local shared

function TestSmall.setUp()
   if not shared then
      shared = support.folder()
      folder = shared
      support.script(folder, ALL .. ", repeats = 3, warmup = 1, " .. PARSE, TICKETS)
      TestSmall.result = bakeoff("test.lua", "--seed", "5")
   end
   folder = shared
end

local function run_path() return shared .. "/out/test" end

function TestSmall.test_ends_well()
   assert_code(0, TestSmall.result)
   lu.assertEquals(TestSmall.result.stderr, "")
   for _, name in ipairs { "sequential", "threads", "processes", "coroutines", "Open:", "report.html" } do
      lu.assertStrContains(TestSmall.result.stdout, name)
   end
end

function TestSmall.test_leaves_all_files()
   for _, name in ipairs { "manifest.json", "trials.jsonl", "jobs.csv", "memory.csv", "summary.json",
      "report.md", "report.html" } do
      lu.assertEquals(core.file_kind(run_path() .. "/" .. name), "file", name)
   end
   for _, chart in ipairs { "speed", "memory", "footprint", "scaling" } do
      for _, ending in ipairs { "svg", "png", "gp", "dat" } do
         local path = ("%s/charts/%s.%s"):format(run_path(), chart, ending)
         lu.assertEquals(core.file_kind(path), "file", path)
         lu.assertTrue(#support.slurp(path) > 0, path)
      end
   end
   lu.assertEquals(core.list(shared .. "/out"), { "test" })
end

function TestSmall.test_every_trial_has_every_field()
   local rows = support.trials(run_path())
   lu.assertEquals(#rows, 27)
   for _, row in ipairs(rows) do
      for group, names in pairs(FIELDS) do
         if type(names) == "string" then
            lu.assertNotNil(row[names], names)
         else
            for _, field in ipairs(names) do
               lu.assertNotNil(row[group][field], group .. "." .. field)
            end
         end
      end
      lu.assertEquals(row.experiment, "test")
      lu.assertEquals(row.status, "ok")
   end
end

function TestSmall.test_trials_are_consistent()
   for _, row in ipairs(support.trials(run_path())) do
      local name = cell_of(row)
      lu.assertEquals(row.jobs, { submitted = 8, done = 8, failed = 0, lost = 0, recorded = 8 }, name)
      lu.assertEquals(row.server.requests, row.jobs.submitted, name)
      lu.assertEquals(row.server.connections, row.connections, name)
      lu.assertTrue(row.connections <= row.workers, name)
      lu.assertTrue(row.in_flight_peak >= 1 and row.in_flight_peak <= row.workers, name)
      lu.assertAlmostEquals(row.total_s, row.setup_s + row.work_s + row.teardown_s, 1e-6)
   end
end

function TestSmall.test_blocks_are_interleaved()
   local rows = support.trials(run_path())
   for block = 1, 3 do
      local seen, count = {}, 0
      for i = (block - 1) * 9 + 1, block * 9 do
         lu.assertEquals({ rows[i].block, rows[i]["repeat"] }, { block, block })
         count = count + (seen[cell_of(rows[i])] and 0 or 1)
         seen[cell_of(rows[i])] = true
      end
      lu.assertEquals(count, 9)
   end
end

function TestSmall.test_csv_rows_belong_to_trials()
   local jobs, memory = support.csv(run_path() .. "/jobs.csv"), support.csv(run_path() .. "/memory.csv")
   lu.assertEquals(#jobs, 27 * 8)
   for _, job in ipairs(jobs) do
      lu.assertEquals({ job.status, job.error }, { "done", "" })
      lu.assertTrue(tonumber(job.done_s) >= tonumber(job.started_s))
      lu.assertTrue(tonumber(job.processed_s) >= tonumber(job.done_s))
      lu.assertEquals(job.saved_s, "")
   end
   local with_samples = {}
   for _, sample in ipairs(memory) do
      with_samples[("%s %s %s"):format(sample.label, sample.workers, sample["repeat"])] = true
      lu.assertStrContains("baseline setup work teardown", sample.phase)
   end
   for _, row in ipairs(support.trials(run_path())) do
      lu.assertTrue(with_samples[("%s %d %d"):format(row.label, row.workers, row["repeat"])], cell_of(row))
   end
end

function TestSmall.test_who_holds_what_adds_up_to_the_footprint()
   local names = {}
   for _, row in ipairs(support.assert_holdings(run_path())) do
      lu.assertEquals(row.contender, "processes") -- the only one with several processes
      lu.assertStrMatches(row.pid, "%d+")
      lu.assertEquals(row.processes, "1")
      names[row.process .. " " .. row.name] = true
   end
   lu.assertEquals(names, { ["1 trial"] = true, ["2 worker 1"] = true, ["3 worker 2"] = true,
      ["4 worker 3"] = true })
end

function TestSmall.test_the_manifest_tells_what_was_run()
   local manifest = support.manifest(run_path())
   lu.assertEquals(manifest.status, "complete")
   lu.assertEquals({ manifest.seed, manifest.repeats, manifest.warmup, manifest.items }, { 5, 3, 1, 8 })
   lu.assertEquals(manifest.job, "fetch and process 8 URLs")
   lu.assertEquals(manifest.conditions, "2 ms latency")
   lu.assertEquals(manifest.command, { "bakeoff", "run", "test.lua", "--seed", "5" })
   lu.assertEquals(manifest.script, "test.lua")
   lu.assertEquals(#manifest.cells, 9)
   lu.assertEquals(order_of(manifest.cells)[1], "sequential × 1")
   lu.assertEquals(manifest.server.latency_s, 0.002)
   lu.assertStrMatches(manifest.started, "%d+%-%d+%-%d+T%d+:%d+:%d+Z")
   lu.assertTrue(manifest.finished >= manifest.started)
   lu.assertNotNil(manifest.environment)
end

TestOptions = {}

function TestOptions.setUp() folder = support.folder() end

function TestOptions.tearDown() support.remove(folder) end

local FAST = 'contenders = { "threads", "eventloop" }, workers = { 1, 2 }, repeats = 2, warmup = 0'

function TestOptions.test_the_command_line_overrides()
   support.script(folder, FAST)
   assert_code(0, bakeoff("--repeats", "3", "test.lua", "--workers", "4,2,4", "--contenders",
      "coroutines,sequential", "--out", "there/below", "--warmup=0"))
   local rows = support.trials(folder .. "/there/below/test")
   local counts = {}
   for _, row in ipairs(rows) do
      counts[cell_of(row)] = (counts[cell_of(row)] or 0) + 1
   end
   lu.assertEquals(counts, { ["coroutines × 4"] = 3, ["coroutines × 2"] = 3, ["sequential × 1"] = 3 })
   lu.assertNil(core.file_kind(folder .. "/out"))
end

function TestOptions.test_the_seed_decides_the_order()
   support.script(folder, FAST)
   local orders = {}
   for i, seed in ipairs { "7", "7", "8" } do
      assert_code(0, bakeoff("test.lua", "--repeats", "6", "--seed", seed, "--out", "out" .. i))
      orders[i] = order_of(support.trials(folder .. "/out" .. i .. "/test"))
   end
   lu.assertEquals(orders[2], orders[1])
   lu.assertNotEquals(orders[3], orders[1])
end

function TestOptions.test_a_second_run_moves_the_first_aside()
   support.script(folder, FAST)
   for seed = 1, 3 do
      assert_code(0, bakeoff("test.lua", "--seed", seed))
   end
   lu.assertEquals(support.manifest(folder .. "/out/test~1").seed, 1)
   lu.assertEquals(support.manifest(folder .. "/out/test~2").seed, 2)
   lu.assertEquals(support.manifest(folder .. "/out/test").seed, 3)
   lu.assertEquals(#support.trials(folder .. "/out/test~1"), 8)
end

function TestOptions.test_each_repeat_meets_the_same_server_whatever_the_contender()
   support.script(folder, FAST, { server = 'errors = 0.2, seed = 3', count = 30 })
   assert_code(1, bakeoff("test.lua"))
   local failed = {}
   for _, row in ipairs(support.trials(folder .. "/out/test")) do
      failed[row.block] = failed[row.block] or row.jobs.failed
      lu.assertEquals(row.jobs.failed, failed[row.block], cell_of(row))
      lu.assertEquals(row.jobs.done + row.jobs.failed, 30)
      lu.assertTrue(row.jobs.failed > 0)
      lu.assertEquals(row.status, "ok")
      lu.assertStrContains(row.reason, "status 500")
   end
   local jobs = 0
   for _, job in ipairs(support.csv(folder .. "/out/test/jobs.csv")) do
      jobs = jobs + (job.status == "failed" and job.error == "http" and job.http_status == "500" and 1 or 0)
   end
   lu.assertEquals(jobs, 4 * failed[1] + 4 * failed[2])
   lu.assertStrContains(support.slurp(folder .. "/out/test/report.md"), "failed")
end

local code = lu.LuaUnit.run()
if shared then
   support.remove(shared)
end
os.exit(code, true)
