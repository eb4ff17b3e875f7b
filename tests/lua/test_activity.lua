--- What happened in single trials: read back, split into waiting and work, assigned to lanes.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local cell_type = require "bakeoff.model.cell"
local lu = require "luaunit"

local activity = require "bakeoff.runs.activity"
local lanes = require "bakeoff.runs.lanes"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local segments = require "bakeoff.runs.segments"
local support = require "support_activity"
local trial_lines = require "bakeoff.runs.trial_lines"

TestLines = {}

function TestLines.tearDown() runs.clear() end

local function write(lines)
   local path = runs.folder()
   local file = assert(io.open(path, "wb"))
   file:write(table.concat(lines, "\n"), "\n")
   file:close()
   return path
end

local function read(path, ...)
   local wanted, seen = {}, {}
   for _, key in ipairs { ... } do
      wanted[key] = true
   end
   trial_lines.each(path, wanted, function(key, fields, c)
      seen[#seen + 1] = key:gsub("%z", "/") .. "=" .. fields[c.x]
   end)
   return seen
end

function TestLines.test_only_lines_of_the_wanted_trials_are_visited()
   local path = write { "contender,label,workers,repeat,x", "a,a,1,1,p", "a,a,1,1,s", 'a,"a, too",1,1,q',
      "a,a,1,10,r", "b,b,1,1,t\r" }
   local key = cell_type.trial_key
   lu.assertEquals(read(path, key("a", "1", "1")), { "a/1/1=p", "a/1/1=s" })
   lu.assertEquals(read(path, key("a, too", "1", "1"), key("b", "1", "1")), { "a, too/1/1=q", "b/1/1=t" })
   lu.assertEquals(read(path), {})
   lu.assertEquals(read(path .. "none", key("a", "1", "1")), {})
end

local function rewrite(path, lines)
   local file = assert(io.open(path, "wb"))
   file:write(table.concat(lines, "\n"), "\n")
   file:close()
end

function TestLines.test_a_file_that_is_read_again_gives_what_it_holds_now()
   local lines = { "contender,label,workers,repeat,x", "a,a,1,1,p", "b,b,1,1,q", "b,b,1,1,r", "c,c,1,1,s" }
   local path, key = write(lines), cell_type.trial_key
   local b, c = key("b", "1", "1"), key("c", "1", "1")
   lu.assertEquals(read(path, b), { "b/1/1=q", "b/1/1=r" })
   lu.assertEquals(read(path, c, b), { "b/1/1=q", "b/1/1=r", "c/1/1=s" })
   lu.assertEquals(read(path, key("none", "1", "1")), {})
   lu.assertEquals(read(path, c, b), { "b/1/1=q", "b/1/1=r", "c/1/1=s" }) -- from the known places
   rewrite(path, { lines[1], lines[3], lines[4], lines[5], lines[2] }) -- of the same size
   lu.assertEquals(read(path, c, b), { "b/1/1=q", "b/1/1=r", "c/1/1=s" })
   rewrite(path, { lines[1], lines[5], lines[3] })
   lu.assertEquals(read(path, c, b), { "c/1/1=s", "b/1/1=q" })
end

function TestLines.test_only_the_wanted_lines_of_a_known_file_are_read()
   local lines, key = { "contender,label,workers,repeat,x" }, cell_type.trial_key
   for number = 1, 5000 do
      lines[#lines + 1] = ("a,a,1,%d,p"):format(number)
   end
   local path = write(lines)
   lu.assertEquals(read(path, key("a", "1", "5000")), { "a/1/5000=p" })
   local visits = 0
   debug.sethook(function() visits = visits + 1 end, "", 100)
   lu.assertEquals(read(path, key("a", "1", "4000"), key("a", "1", "7")), { "a/1/7=p", "a/1/4000=p" })
   debug.sethook()
   lu.assertTrue(visits < 100, ("%d hundreds of instructions"):format(visits))
end

TestSegments = {}

local function told(job, form)
   local list = {}
   for index, part in ipairs(segments.of_job(job, form or "url")) do
      list[index] = ("%s %g-%g %g"):format(part.name, part.from, part.to, part.share)
   end
   return list
end

function TestSegments.test_a_url_waits_for_its_fetch_and_is_worked_at_afterwards()
   local job = { started = 1, done = 4, processed = 6, saved = 6.5, ended = 6.5, cpu = 1 }
   lu.assertEquals(told(job), { "fetch 1-4 0", "process 4-6 0.5", "save 6-6.5 1" })
   lu.assertEquals(told { started = 1, ended = 2 }, { "fetch 1-2 0" }) -- it got no answer
   lu.assertEquals(told { started = 1, done = 2, ended = 2 }, { "fetch 1-2 0" })
end

function TestSegments.test_process_in_a_pool_is_a_wait_of_the_loops_job()
   local job = { started = 0, done = 4, processed = 8, ended = 8,
      spans = { { kind = "fetch", from = 0, to = 4 }, { kind = "offload", from = 5, to = 7 } } }
   lu.assertEquals(told(job, "pool"), { "fetch 0-4 0", "process 4-5 1", "offload 5-7 0", "process 7-8 1" })
   job.spans = nil -- there was no room for them
   lu.assertEquals(told(job, "pool"), { "fetch 0-4 0", "offload 4-8 0" })
end

function TestSegments.test_a_task_works_between_its_waits()
   local job = { started = 0, ended = 10, cpu = 3, waited = 5, spans = { { kind = "fetch", from = 1, to = 4 },
      { kind = "inline", from = 5, to = 6 }, { kind = "sleep", from = 8, to = 9 } } }
   lu.assertEquals(told(job, "task"), { "task 0-1 0.5", "fetch 1-4 0", "task 4-5 0.5", "inline 5-6 0.5",
      "task 6-8 0.5", "sleep 8-9 0", "task 9-10 0.5" })
end

function TestSegments.test_of_waits_not_on_record_only_the_share_is_told()
   lu.assertEquals(told({ started = 0, ended = 10, waited = 8, cpu = 2 }, "task"), { "task 0-10 0.2" })
end

function TestSegments.test_what_workers_compute_beside_their_jobs_is_no_waiting()
   local one = { trial = { cpu = { workers_s = { 2, 1 } } }, jobs = { { started = 0, done = 8, processed = 10,
      ended = 10, cpu = 1 }, { started = 0, done = 10, ended = 10 } } }
   local sums = segments.totals(one, "url", 1)
   lu.assertEquals({ sums.all, sums.ready, sums.work, sums.waiting }, { 20, 2, 1.0, 0.8 }) -- (18 - 2) of 20
   lu.assertEquals(segments.totals(one, "url", 2).waiting, 0.875) -- half the jobs are on record
end

TestLanes = {}

local function jobs_on(contender, jobs)
   local one = { jobs = {}, runs = {}, trial = { contender = contender, phases = { work_end_s = 9 } } }
   for number, job in ipairs(jobs) do
      one.jobs[number] = { number = number, started = job[1], ended = job[2], worker = job[3], queued = 0 }
   end
   return one
end

local function numbers_in(list)
   local found = {}
   for index, lane in ipairs(list) do
      found[index] = {}
      for n, job in ipairs(lane.jobs) do
         found[index][n] = job.number
      end
   end
   return found
end

function TestLanes.test_a_loops_job_has_the_lowest_slot_that_is_free()
   local one = jobs_on("eventloop", { { 0, 4, 7 }, { 0, 2, 9 }, { 1, 5, 8 }, { 2, 3, 1 }, { 5, 6, 1 } })
   lu.assertEquals(numbers_in(lanes.of(one)), { { 1, 5 }, { 2, 4 }, { 3 } })
end

function TestLanes.test_of_a_sample_the_slots_are_those_it_had()
   local one = jobs_on("eventloop", { { 0, 4, 3 }, { 0, 2, 1 }, { 2, 3, 1 } })
   lu.assertEquals(numbers_in(lanes.of(one, true)), { { 2, 3 }, {}, { 1 } })
end

function TestLanes.test_other_jobs_are_their_workers()
   local one = jobs_on("threads", { { 0, 4, 2 }, { 0, 2, 1 }, { 2, 5, 1 } })
   lu.assertEquals(numbers_in(lanes.of(one)), { { 2, 3 }, { 1 } })
end

function TestLanes.test_a_job_that_never_ended_keeps_its_lane_until_the_next()
   local one = jobs_on("threads", { { 0, nil, 1 }, { 3, nil, 1 } })
   local list = lanes.of(one)
   lu.assertEquals({ list[1].jobs[1].ended, list[1].jobs[2].ended }, { 3, 9 })
end

function TestLanes.test_queueing_is_told_where_the_lane_is_free()
   local one = jobs_on("threads", { { 1, 4, 1 }, { 4, 5, 1 }, { 7, 8, 1 } })
   local waits = {}
   for index, wait in ipairs(lanes.queued(lanes.of(one)[1])) do
      waits[index] = { wait.from, wait.to, wait.job.number }
   end
   lu.assertEquals(waits, { { 0, 1, 1 }, { 5, 7, 3 } })
end

TestActivity = {}

function TestActivity.tearDown() runs.clear() end

function TestActivity.test_jobs_waits_and_runs_of_the_pool_are_read_together()
   local dir = runs.make { repeats = 1, contenders = { "hybrid" }, workers = { 4 } }
   support.write(dir, { "hybrid,hybrid,4,1,2,1,done,,200,5,0,0.2,,0.3,0.4,0.9,,0.9,0.6,0.01",
      "hybrid,hybrid,4,1,1,2,done,,200,5,0,0.1,,0.3,0.4,0.8,,0.8,0.6,0.01",
      "hybrid,hybrid,4,1,3,,pending,,0,0,,,,,,,,,," }, { "hybrid,hybrid,4,1,1,fetch,,,0.1,0.4",
      "hybrid,hybrid,4,1,1,offload,,7,0.5,0.7", "hybrid,hybrid,4,1,,run,2,7,0.55,0.6" })
   local run = results.load(dir)
   local one = activity.load(dir, run.trials)[1]
   lu.assertEquals({ #one.jobs, one.jobs[1].number, one.jobs[2].number }, { 2, 1, 2 }) -- ordered by start
   lu.assertEquals(one.jobs[1].spans, { { kind = "fetch", from = 0.1, to = 0.4 },
      { kind = "offload", from = 0.5, to = 0.7, task = 7 } })
   lu.assertEquals(one.runs, { { kind = "run", from = 0.55, to = 0.6, task = 7, worker = 2, job = 1 } })
   lu.assertTrue(#one.samples > 0)
   lu.assertEquals(activity.unrecorded(one), 98) -- of the row's 100
end

os.exit(lu.LuaUnit.run(), true)
