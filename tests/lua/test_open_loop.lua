--- Open loops, under every contender and in both forms of a job: jobs start when due, wait or are dropped.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_trial.lua")
local server = require "bakeoff.net.server"

-- Runs every contender in both forms and calls check(name, row, lines). A job takes at least `takes` seconds.
local function each(count, takes, fields, check)
   local function run(name, job)
      for field, value in pairs(fields) do
         job[field] = value
      end
      local row, result, jobs = support.run(name, job)
      check(name, row, support.job_lines(result, jobs))
   end
   local site <close> = server.start { latency = takes }
   for _, name in ipairs(support.CONTENDERS) do
      run(name, { urls = site:urls("/%d", count) })
   end
   local items = {}
   for i = 1, count do
      items[i] = i
   end
   for _, name in ipairs(support.TASK_CONTENDERS) do
      run(name, { items = items, shared = { takes = takes },
         task = function(ctx) ctx:sleep(ctx.shared.takes) end })
   end
end

-- The times that every job has: queued, started, ended.
local function times_of(line)
   local times = line.times
   return tonumber(times[1]), tonumber(times[2]), tonumber(times[8])
end

TestOpenLoop = {}

function TestOpenLoop.test_jobs_start_when_they_should_or_later()
   each(40, 0.001, { rate = "1000/s" }, function(name, row, lines)
      lu.assertEquals(row.jobs,
         { submitted = 40, done = 40, failed = 0, lost = 0, dropped = 0, recorded = 40 }, name)
      lu.assertEquals({ row.arrivals, row.rate_per_s }, { "constant", 1000 }, name)
      lu.assertAlmostEquals(row.rate_offered_per_s, 1000, 1e-6)
      local first = times_of(lines[1])
      for i, line in ipairs(lines) do
         local queued, started, ended = times_of(line)
         lu.assertAlmostEquals(queued - first, (i - 1) * 0.001, 2e-9)
         lu.assertTrue(queued <= started and started < ended, name)
      end
      lu.assertTrue(row.work_s >= 0.039, name)
      lu.assertTrue(row.latency_s.max >= row.service_s.max, name)
      lu.assertTrue(row.latency_s.max >= row.queue_s.max, name)
   end)
end

-- Only half of the arrivals can be served, so the queue and the latencies grow; service times don't.
function TestOpenLoop.test_waiting_is_part_of_the_latency()
   each(60, 0.006, { rate = "1000/s" }, function(name, row)
      lu.assertEquals(row.jobs.done, 60, name)
      lu.assertTrue(row.in_flight_peak <= row.workers, name)
      lu.assertTrue(row.rate_achieved_per_s < 0.75 * row.rate_offered_per_s, name)
      lu.assertTrue(row.latency_s.max >= 0.03, name) -- 20 rounds of 6 ms end 60 ms after the last arrival
      lu.assertTrue(row.queue_s.max > 2 * row.service_s.p50, name)
   end)
end

function TestOpenLoop.test_a_full_line_drops_who_comes()
   each(30, 0.03, { rate = "5000/s", max_queue = 2 }, function(name, row, lines)
      local jobs = row.jobs
      lu.assertEquals(jobs.done + jobs.dropped, 30, name)
      -- When all thirty are due before the first starts, only the two that may wait are done.
      lu.assertTrue(jobs.dropped > 0 and jobs.done >= 2, name)
      lu.assertEquals({ jobs.failed, jobs.lost, row.status }, { 0, 0, "ok" }, name)
      local dropped = 0
      for i, line in ipairs(lines) do
         local queued, started = times_of(line)
         lu.assertAlmostEquals(queued - times_of(lines[1]), (i - 1) * 0.0002, 2e-9)
         dropped = dropped + (line.status == "dropped" and 1 or 0)
         lu.assertEquals(line.status == "dropped", started == nil, name)
      end
      lu.assertEquals(dropped, jobs.dropped, name)
   end)
end

-- Jobs may start during the first nine tenths of the time limit. 320 jobs of 20 ms take 6.4 s, or 2.13 s on
-- three workers. The last tenth is ten times as long as a job, so even a busy machine ends what has started.
function TestOpenLoop.test_what_has_not_started_in_time_is_dropped()
   local site <close> = server.start { latency = 0.02 }
   local function task(ctx) ctx:sleep(0.02) end
   local fields = { urls = site:urls("/%d", 320), rate = "10000/s", timeout = "2s" }
   for _, name in ipairs { "sequential", "threads", "eventloop", "coroutines" } do
      local row = support.run(name, fields)
      lu.assertEquals(row.status, "ok", name)
      lu.assertTrue(row.jobs.dropped > 0, name)
      lu.assertEquals(row.jobs.done + row.jobs.dropped, 320, name)
   end
   local row = support.run("coroutines", { items = fields.urls, task = task, rate = fields.rate,
      timeout = fields.timeout })
   lu.assertTrue(row.jobs.dropped > 0 and row.jobs.done + row.jobs.dropped == 320)
end

function TestOpenLoop.test_poisson_arrivals_are_those_of_the_seed()
   local offered
   each(30, 0, { rate = "3000/s", arrivals = "poisson", seed = 5 }, function(name, row)
      lu.assertEquals({ row.arrivals, row.jobs.done }, { "poisson", 30 }, name)
      offered = offered or row.rate_offered_per_s
      lu.assertEquals(row.rate_offered_per_s, offered, name) -- the same arrivals for all contenders
   end)
   local function once(seed)
      return support.run("sequential", { items = { 1, 2, 3 }, task = function() end, rate = 1e5,
         arrivals = "poisson", seed = seed }).rate_offered_per_s
   end
   lu.assertEquals(once(5), once(5))
   lu.assertNotEquals(once(5), once(6))
end

function TestOpenLoop.test_failed_and_lost_jobs_are_counted_as_ever()
   local function task(_, item)
      if item == 2 then
         error("not this one")
      elseif item == 4 then
         os.execute("kill -KILL $PPID")
      end
   end
   local row = support.run("processes", { items = { 1, 2, 3, 4, 5, 6 }, task = task, rate = "500/s" })
   lu.assertEquals(row.jobs, { submitted = 6, done = 4, failed = 1, lost = 1, dropped = 0, recorded = 6 })
   lu.assertEquals(row.errors, { task = 1 })
end

function TestOpenLoop.test_one_job()
   for _, name in ipairs(support.TASK_CONTENDERS) do
      local row = support.run(name, { items = { 1 }, task = function() end, rate = "1/h", timeout = "20s" })
      lu.assertEquals({ row.status, row.jobs.done }, { "ok", 1 }, name)
   end
end

os.exit(lu.LuaUnit.run(), true)
