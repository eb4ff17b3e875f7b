--- Traces of trials for Perfetto follow the format's rules and agree with the rows.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local plot = require "bakeoff.commands.plot"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local support = require "support_activity"
local trace = require "bakeoff.trace"
local checker = require "support_trace"

TestTrace = {}

function TestTrace.tearDown() runs.clear() end

local function traced(dir, options)
   local path = runs.folder()
   lu.assertEquals({ trace.write(results.load(dir), path, options or {}) }, { true })
   local problems, decoded = checker.check(files.read(path))
   lu.assertEquals(problems, {})
   return decoded
end

local function names_of(events)
   local list = {}
   for index, event in ipairs(events) do
      list[index] = event.args.name
   end
   return list
end

function TestTrace.test_the_checker_finds_what_is_wrong()
   local function wrong(...)
      return checker.check('{"traceEvents":[' .. table.concat({ ... }, ",") .. "]}")
   end
   local named = '{"ph":"M","name":"thread_name","pid":1,"tid":1,"args":{"name":"w"}}'
   local outer = '{"ph":"X","name":"a","ts":1.000,"dur":2.000,"pid":1,"tid":1}'
   lu.assertEquals(wrong(named, outer), {})
   lu.assertEquals(wrong(outer), { "thread 1/1 has no name" })
   local longer = '{"ph":"X","name":"b","ts":2.000,"dur":1.001,"pid":1,"tid":1}'
   lu.assertStrContains(wrong(named, outer, longer)[1], "ends after")
   lu.assertEquals(wrong(named, outer, '{"ph":"X","name":"b","ts":2.000,"pid":1,"tid":1}'),
      { "X event without dur" })
   lu.assertStrContains(wrong(named, outer, '{"ph":"C","name":"c","ts":0.5,"pid":1,"args":{"n":1}}')[1],
      "comes after")
   lu.assertStrContains(wrong('{"ph":"C","name":"c","ts":0.5,"pid":1,"args":{"n":"1"}}')[1],
      "is not a number")
   lu.assertEquals(wrong('{"ph":"Q"}'), { "unknown phase Q" })
end

function TestTrace.test_a_process_per_contender_a_thread_per_worker_an_event_per_job()
   local dir = support.add(runs.make { repeats = 3, workers = { 4 }, items = 20 }, 20)
   local decoded = traced(dir)
   lu.assertEquals(#checker.events(decoded, "M", "process_name"), 5)
   lu.assertEquals(#checker.events(decoded, "X", "^job %d+$"), 5 * 20)
   lu.assertEquals(#checker.events(decoded, "X", "^process$"), 5 * 20)
   lu.assertEquals(#checker.events(decoded, "X", "^first byte$"), 5 * 20)
   local threads = names_of(checker.events(decoded, "M", "thread_name"))
   lu.assertEquals(table.concat(threads, ",", 1, 7),
      "phases,worker 1,phases,worker 1,worker 2,worker 3,worker 4")
   local job = checker.events(decoded, "X", "^job 7$")[2]
   local args = job.args
   lu.assertEquals({ args.job, args.status, args.http_status, args.bytes }, { 7, "done", 200, 1000 })
   lu.assertTrue(job.args.queued_us > 0)
end

function TestTrace.test_counters_rise_to_the_workers_and_fall_to_nothing()
   local dir = support.add(runs.make { repeats = 1, workers = { 4 }, contenders = { "threads" } }, 20)
   local decoded, most, last = traced(dir), 0, nil
   for _, event in ipairs(checker.events(decoded, "C", "^jobs in flight$")) do
      most, last = math.max(most, event.args.jobs), event.args.jobs
   end
   lu.assertEquals({ most, last }, { 4, 0 })
   lu.assertTrue(#checker.events(decoded, "C", "^memory") > 2)
   for _, event in ipairs(checker.events(decoded, "C", "^cores$")) do
      lu.assertAlmostEquals(event.args.cores, 0.75, 1e-3)
   end
end

function TestTrace.test_waits_and_runs_of_a_pool_have_their_threads()
   local dir = runs.make { repeats = 1, contenders = { "hybrid" }, workers = { 2 }, items = 2,
      manifest = function(m) m.form = "task" end }
   support.write(dir, { "hybrid,hybrid,2,1,1,1,done,,0,0,0.1,0.1,,,,,,0.9,0.5,0.01",
      "hybrid,hybrid,2,1,2,2,done,,0,0,0.1,0.2,,,,,,0.8,,0.01" },
      { "hybrid,hybrid,2,1,1,fetch,,,0.2,0.4", "hybrid,hybrid,2,1,1,offload,,1,0.5,0.7",
         "hybrid,hybrid,2,1,,run,2,1,0.55,0.6" })
   local decoded = traced(dir)
   lu.assertEquals(names_of(checker.events(decoded, "M", "thread_name")),
      { "phases", "slot 1", "slot 2", "pool worker 1", "pool worker 2" })
   local run = checker.events(decoded, "X", "^run 1$")[1]
   lu.assertEquals({ run.ts, run.dur, run.tid }, { 550000.0, 50000.0, 4 })
   lu.assertEquals(#checker.events(decoded, "X", "^offload$"), 1)
end

function TestTrace.test_a_sample_of_jobs_says_so()
   local dir = support.add(runs.make { repeats = 1, workers = { 4 }, contenders = { "threads" } }, 100, 10)
   local labels = checker.events(traced(dir), "M", "process_labels")
   lu.assertEquals(labels[1].args.labels, "10 of 100 jobs on record")
end

function TestTrace.test_rows_without_jobs_still_have_phases_and_counters()
   local decoded = traced(runs.make { repeats = 1, workers = { 4 }, contenders = { "threads" } })
   lu.assertEquals(#checker.events(decoded, "X", "^job"), 0)
   lu.assertEquals(#checker.events(decoded, "X"), 3)
end

function TestTrace.test_a_certain_repeat_and_count()
   local dir = support.add(runs.make { repeats = 3, workers = { 4, 8 }, contenders = { "threads" } }, 20)
   local decoded = traced(dir, { workers = 8, ["repeat"] = 2 })
   lu.assertEquals(names_of(checker.events(decoded, "M", "process_name")), { "threads, 8 workers, repeat 2" })
   lu.assertErrorMsgContains("of repeat 9", trace.write, results.load(dir), runs.folder(), { ["repeat"] = 9 })
end

local function quiet(args)
   local real, said = print, {}
   print = function(line) said[#said + 1] = line end -- luacheck: ignore 121
   local ok, code = pcall(plot.run, args)
   print = real -- luacheck: ignore 121
   return ok and code or tostring(code), said
end

function TestTrace.test_the_command_writes_it_instead_of_charts()
   local dir, path = support.add(runs.make { repeats = 1 }, 20), runs.folder()
   lu.assertEquals({ quiet { dir = dir, trace = path } }, { 0, { path } })
   lu.assertEquals((checker.check(files.read(path))), {})
   lu.assertNil(files.read(dir .. "/charts/speed.svg"))
   lu.assertStrContains(quiet { dir = dir, trace = dir .. "/none/x" }, "--trace: cannot write the file")
   lu.assertEquals(quiet { dir = dir, trace = "/dev/null" }, 0)
   lu.assertEquals(core.file_kind "/dev/null", "other") -- still a device
   lu.assertNil(core.file_kind "/dev/null~")
   local link = runs.folder()
   assert(os.execute(("ln -s '%s.target' '%s'"):format(link, link)))
   lu.assertEquals(quiet { dir = dir, trace = link }, 0)
   lu.assertEquals((checker.check(files.read(link .. ".target"))), {}) -- written through the link
   os.remove(link .. ".target")
   lu.assertStrContains(quiet { dir = dir, trace = path, ["repeat"] = "x" }, "--repeat: 'x' is not a repeat")
end

os.exit(lu.LuaUnit.run(), true)
