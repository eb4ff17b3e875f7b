--- Experiments in the general form, items and a task, through the real command.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local assert_code = support.assert_code
local core = require "bakeoff.core"

local folder

local function set_up() folder = support.folder() end

local function tear_down() support.remove(folder) end

local function bakeoff(...) return support.run({ "bakeoff", "run", ... }, { folder = folder }) end

-- Writes a script with one experiment; `fields` is Lua text, `before` the text above it.
local function script(fields, before)
   return support.write(folder .. "/test.lua", ([[
local bake = require "bakeoff"
%s
bake.experiment { name = "test", repeats = 1, warmup = 0, %s }:run()
]]):format(before or "", fields))
end

local function rows() return support.trials(folder .. "/out/test") end

TestRuns = { setUp = set_up, tearDown = tear_down }

function TestRuns.test_every_contender_runs_the_same_body()
   script([[items = { 3, 1, 2 }, workers = { 2 }, server = site, save = "kept",
      shared = { days = site:url("/tickets?day=") },
      contenders = { "sequential", "threads", { "threads", gil = true, label = "one interpreter" },
         "processes", "coroutines", "hybrid",
         { "hybrid", offload = "processes", offload_workers = 1, label = "forked" } },
      task = function(ctx, day)
         local response = assert(ctx:fetch(ctx.shared.days .. day))
         ctx:sleep "1ms"
         local prices = assert(ctx:offload(count, response.body))
         ctx:check(prices > 0, "no prices")
         assert(ctx:save("day" .. day, response.body))
         assert(#ctx:read("kept/day" .. day) == #response.body)
         return prices
      end]], [[local site <close> = bake.server { latency = "1ms", body = "tickets" }
      local function count(body) return #require("cjson").decode(body).prices end]])
   local result = bakeoff("test.lua", "--all", "--notes")
   assert_code(0, result)
   lu.assertStrContains(result.stdout, "jobs/s")
   lu.assertNotStrContains(result.stdout, "warning: The server saw more")
   local list = rows()
   lu.assertEquals(#list, 7)
   for _, row in ipairs(list) do
      lu.assertEquals(row.jobs, { submitted = 3, done = 3, failed = 0, lost = 0, recorded = 3 }, row.label)
      lu.assertEquals(row.server.requests, 3)
      lu.assertEquals(row.bytes, list[1].bytes, row.label)
      lu.assertTrue(#row.cpu.workers_s >= 1 and row.cpu.worker_share_median > 0, row.label)
   end
   lu.assertItemsEquals(core.list(folder .. "/kept"), { "day1", "day2", "day3" })
   local jobs = support.csv(folder .. "/out/test/jobs.csv")
   lu.assertEquals(#jobs, 7 * 3)
   for _, job in ipairs(jobs) do
      lu.assertEquals({ job.status, job.http_status }, { "done", "200" }, job.label)
      lu.assertTrue(tonumber(job.waited_s) >= 0.001 and tonumber(job.cpu_s) > 0, job.label)
      lu.assertTrue(tonumber(job.saved_s) <= tonumber(job.ended_s), job.label)
   end
end

function TestRuns.test_the_manifest_and_the_report_tell_of_tasks()
   script 'items = { 1, 2, 3 }, task = function(_, n) return n end, contenders = { "sequential", "threads" }'
   assert_code(0, bakeoff("test.lua"))
   local manifest = support.manifest(folder .. "/out/test")
   lu.assertEquals({ manifest.job, manifest.form, manifest.items }, { "run 3 tasks", "task", 3 })
   local report = support.slurp(folder .. "/out/test/report.md")
   lu.assertStrContains(report, "Job: run 3 tasks")
   lu.assertStrContains(report, "jobs/s")
   lu.assertNotStrContains(report:lower(), "req/s")
end

function TestRuns.test_without_a_list_all_but_the_event_loop_take_part()
   script 'items = { 1 }, workers = { 1 }, task = function() end'
   assert_code(0, bakeoff("test.lua"))
   local names = {}
   for _, cell in ipairs(support.manifest(folder .. "/out/test").cells) do
      names[#names + 1] = cell.contender
   end
   lu.assertEquals(names, { "sequential", "threads", "processes", "coroutines", "hybrid" })
end

function TestRuns.test_workers_under_one_lock_use_one_core_together()
   script([[items = { 1, 2, 3, 4 }, workers = { 2 },
      contenders = { "sequential", { "threads", gil = true, label = "one interpreter" } },
      task = function()
         local sum = 0
         for i = 1, 2000000 do
            sum = sum + i
         end
      end]])
   assert_code(0, bakeoff("test.lua"))
   for _, row in ipairs(rows()) do
      local used = 0
      for _, seconds in ipairs(row.cpu.workers_s) do
         used = used + seconds
      end
      lu.assertTrue(used <= row.work_s * 1.05, row.label) -- one interpreter uses at most one core
   end
end

-- A trial is a copy of the bench's process: modules that only a report needs would be in its footprint.
function TestRuns.test_a_trial_carries_no_module_of_analysis_or_report()
   script([[items = { 1 }, contenders = { "sequential" }, task = function(ctx)
      local names = {}
      for name in pairs(package.loaded) do names[#names + 1] = name end
      assert(ctx:save("names", table.concat(names, "\n")))
   end, save = "kept"]])
   assert_code(0, bakeoff("test.lua"))
   local names = support.slurp(folder .. "/kept/names")
   lu.assertStrContains(names, "bakeoff.experiment.trial")
   for _, folder_name in ipairs { "stats", "analysis", "plotting%.page", "charts", "compare", "gate", "trace",
      "report%.document", "model%.metrics", "model%.summary" } do
      lu.assertNil(names:match("bakeoff%." .. folder_name .. "[%w_.]*"), folder_name)
   end
end

function TestRuns.test_a_run_is_resumed()
   local fields = 'items = { 1, 2 }, task = function() end, contenders = { "sequential" }, '
   script(fields)
   assert_code(0, bakeoff("test.lua"))
   assert_code(0, bakeoff("test.lua", "--resume", "--repeats", "3"))
   lu.assertEquals(#rows(), 3)
   script((fields:gsub("1, 2", "1, 2, 3")))
   local result = bakeoff("test.lua", "--resume", "--repeats", "3")
   assert_code(2, result)
   lu.assertStrContains(result.stderr, "--resume: this run has items 3, but the run in the folder has 2")
end

function TestRuns.test_a_run_is_not_resumed_with_other_options_of_a_contender()
   local fields = 'items = { 1 }, task = function() end, workers = { 1 }, contenders = { { "threads"%s } }'
   script(fields:format ", gil = true")
   assert_code(0, bakeoff("test.lua"))
   lu.assertEquals(support.manifest(folder .. "/out/test").cells[1].options, { gil = true })
   script(fields:format "")
   local result = bakeoff("test.lua", "--resume", "--repeats", "2")
   assert_code(2, result)
   lu.assertStrContains(result.stderr,
      "this run has cells threads × 1, but the run in the folder has threads × 1 (gil true)")
end

TestFaults = { setUp = set_up, tearDown = tear_down }

local ALL = 'workers = { 2 }, contenders = { "sequential", "threads", "processes", "coroutines", "hybrid" }, '

function TestFaults.test_an_error_is_shown_with_its_place_and_traceback()
   script(ALL .. [[items = { 1, 2 },
      task = function(_, item) local function inner() error("no luck with " .. item) end inner() end]])
   local result = bakeoff("test.lua")
   assert_code(1, result)
   for _, row in ipairs(rows()) do
      lu.assertEquals({ row.status, row.jobs.failed }, { "failed", 2 }, row.label)
      lu.assertStrMatches(row.reason:match("[^\n]*"),
         "2 of 2 jobs failed, the first: item %d: test.lua:%d+: no luck with %d", nil, nil, row.label)
      lu.assertStrContains(row.reason, "in local 'inner'")
   end
end

function TestFaults.test_a_failed_check_fails_the_job_alone()
   script(ALL .. [[items = { 1, 2, 3 },
      task = function(ctx, item) ctx:check(item ~= 2, "two it is") end]])
   assert_code(1, bakeoff("test.lua"))
   for _, row in ipairs(rows()) do
      lu.assertEquals(row.jobs, { submitted = 3, done = 2, failed = 1, lost = 0, recorded = 3 }, row.label)
      lu.assertStrMatches(row.reason:match("[^\n]*"), "1 of 3 jobs .*: item 2: test.lua:%d+: two it is")
   end
end

function TestFaults.test_workers_that_die_lose_their_job()
   script([[items = { 1, 2, 3, 4, 5 }, workers = { 2 },
      contenders = { "processes", { "hybrid", offload = "processes" } },
      task = function(ctx, item)
         local die = function(n) if n == 3 then os.execute("kill -KILL $PPID") end end
         return ctx:offload(die, item)
      end]])
   assert_code(1, bakeoff("test.lua"))
   for _, row in ipairs(rows()) do
      lu.assertEquals(row.jobs, { submitted = 5, done = 4, failed = 0, lost = 1, recorded = 5 }, row.label)
      lu.assertStrContains(row.reason, "signal 9")
   end
   lu.assertStrContains(support.slurp(folder .. "/out/test/report.md"), "Jobs that failed or were lost")
end

TestRefusals = { setUp = set_up, tearDown = tear_down }

local function refusal(fields, before, ...)
   script(fields, before)
   local result = bakeoff("test.lua", ...)
   assert_code(2, result)
   lu.assertNil(core.file_kind(folder .. "/out"))
   return result.stderr
end

function TestRefusals.test_one_line_names_what_is_wrong()
   local task = "task = function() end, "
   local cases = {
      [task .. "items = 5"] = "items: expected a list of values",
      ["items = { 1 }"] = "task: expected a function of ctx and an item, got a nil",
      [task .. 'items = { 1 }, urls = { "http://127.0.0.1/" }'] = "urls: does not go with items",
      [task .. 'items = { 1 }, contenders = { "eventloop" }'] =
         "contenders[1]: eventloop runs the declarative form only",
      [task .. 'items = { 1 }, contenders = { { "processes", gil = true } }'] =
         "contenders[1]: gil belongs to threads, not to processes; leave it out",
      [task .. 'items = { io.stdout, coroutine.create(print) }, contenders = { "threads" }'] =
         "items[2] is a thread; threads gives each worker a copy of items",
      ['items = { 1 }, task = function() return file end, contenders = { "threads" }'] =
         "task: upvalue 'file' is a userdata",
      [task .. 'items = { 1 }, shared = { f = file }, contenders = { "threads" }'] =
         "shared: field 'f' is a userdata",
   }
   for fields, expected in pairs(cases) do
      local message = refusal(fields, 'local file = io.open("test.lua")')
      lu.assertStrContains(message, expected)
      lu.assertEquals(select(2, message:gsub("\n", "")), 1, message)
   end
   lu.assertStrContains(refusal("items = { 1 }, task = function() end", "", "--contenders", "eventloop"),
      "--contenders: eventloop runs the declarative form only")
end

os.exit(lu.LuaUnit.run(), true)
