--- What trials record between the times of their rows: waits of tasks, what a pool ran for them, loop lag.
local lu = require "luaunit"
local bake = require "bakeoff"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")

local function spans_of(result, jobs)
   local file <close> = assert(io.tmpfile())
   result:write_spans(file, "c,l,1,1", jobs)
   file:seek("set")
   local list = {}
   for line in file:lines() do
      local job, kind, worker, task, from, to =
         line:match("^c,l,1,1,(%d*),(%a+),(%d*),(%d*),([%d.]+),([%d.]+)$")
      list[#list + 1] = { job = tonumber(job), kind = kind, worker = tonumber(worker), task = tonumber(task),
         from = tonumber(from), to = tonumber(to) }
   end
   return list
end

local function kinds_of(spans, job)
   local kinds = {}
   for _, span in ipairs(spans) do
      if span.job == job then
         kinds[#kinds + 1] = span.kind
      end
   end
   return kinds
end

TestSpans = {}

function TestSpans.setUp() TestSpans.folder, TestSpans.site = support.open { latency = "2ms" } end

function TestSpans.tearDown() support.close(TestSpans.folder, TestSpans.site) end

local function assert_inside(name, spans, lines)
   local waited = {}
   for _, span in ipairs(spans) do
      local times = span.job and lines[span.job].times
      lu.assertTrue(span.from <= span.to, name)
      if times then
         lu.assertTrue(tonumber(times[2]) <= span.from and span.to <= tonumber(times[8]) + 1e-9, name)
         waited[span.job] = (waited[span.job] or 0) + span.to - span.from
      end
   end
   for number, line in ipairs(lines) do
      lu.assertAlmostEquals(waited[number], line.waited, 1e-6, name)
   end
end

-- Two coroutines of one job wait at the same time: the job waits until the longer wait has ended.
function TestSpans.test_waits_at_the_same_time_end_with_the_last()
   local _, result, jobs = support.run("coroutines", { items = { 1 }, task = function(ctx)
      bake.gather { function() ctx:sleep "1ms" end, function() ctx:sleep "60ms" end }
   end })
   local line, spans = support.job_lines(result, jobs)[1], spans_of(result, jobs)
   lu.assertTrue(line.waited >= 0.059, line.waited)
   lu.assertEquals(#spans, 1)
   lu.assertAlmostEquals(spans[1].to - spans[1].from, line.waited, 1e-6)
end

function TestSpans.test_every_wait_of_a_task_is_told_in_order_whoever_runs_it()
   local path = TestSpans.folder .. "/file"
   support.write(path, "contents")
   local function task(ctx, url)
      assert(ctx:fetch(url))
      ctx:sleep "1ms"
      assert(ctx:read(path))
      return ctx:offload(math.abs, 1) == 1
   end
   local fields = { items = TestSpans.site:urls("/%d", 3), task = task }
   support.each(fields, function(name, row, result, jobs)
      support.assert_done(name, row, 3)
      local spans = spans_of(result, jobs)
      local last = name == "hybrid" and "offload" or "inline"
      for job = 1, 3 do
         lu.assertEquals(kinds_of(spans, job), { "fetch", "sleep", "read", last }, name)
      end
      assert_inside(name, spans, support.job_lines(result, jobs))
   end)
end

local function sorted_tasks(spans, kind)
   local list = {}
   for _, span in ipairs(spans) do
      list[#list + 1] = span.kind == kind and span.task or nil
   end
   table.sort(list)
   return list
end

function TestSpans.test_what_a_pool_runs_is_told_with_its_worker_and_belongs_to_who_waits()
   local function burn()
      local sum = 0
      for i = 1, 200000 do
         sum = sum + i
      end
      return sum > 0
   end
   local function process(response) return burn() and #response.body > 0 end
   for _, offload in ipairs { "threads", "processes" } do
      local fields = { urls = TestSpans.site:urls("/%d", 4), process = process }
      local row, result, jobs = support.run("hybrid", fields, 4, { offload = offload, offload_workers = 2 })
      support.assert_done(offload, row, 4)
      local spans = spans_of(result, jobs)
      lu.assertEquals(sorted_tasks(spans, "run"), { 1, 2, 3, 4 }, offload)
      lu.assertEquals(sorted_tasks(spans, "offload"), { 1, 2, 3, 4 }, offload)
      local waits = {}
      for _, span in ipairs(spans) do
         waits[span.kind == "offload" and span.task or 0] = span
      end
      for _, span in ipairs(spans) do
         if span.kind == "run" then
            lu.assertTrue(span.worker == 1 or span.worker == 2, offload)
            lu.assertTrue(span.to <= waits[span.task].to, offload) -- the waiting task goes on afterwards
         end
      end
   end
end

function TestSpans.test_rows_without_waits_of_their_own_need_no_spans()
   local row, result, jobs = support.run("threads", { urls = TestSpans.site:urls("/%d", 5) }, 2)
   support.assert_done("threads", row, 5)
   lu.assertEquals(spans_of(result, jobs), {})
end

function TestSpans.test_more_spans_than_are_kept_are_counted()
   local function task(ctx)
      for _ = 1, 12 do
         ctx:sleep(0)
      end
      return true
   end
   local row, result, jobs = support.run("threads", { items = { 1, 2 }, task = task }, 2)
   lu.assertEquals({ #spans_of(result, jobs), row.spans_dropped }, { 16, 8 })
end

TestLag = {}

function TestLag.test_a_loop_that_computes_lags_behind_and_one_that_only_waits_does_not()
   local function busy(ctx)
      ctx:sleep "5ms"
      local ends = os.clock() + 0.03
      repeat until os.clock() > ends
      return true
   end
   local function waiting(ctx) return ctx:sleep "30ms" or true end
   local row = support.run("coroutines", { items = { 1, 2 }, task = busy }, 2)
   lu.assertTrue(row.loop_lag_s.max >= 0.025, row.loop_lag_s.max)
   lu.assertTrue(row.loop_lag_s.p99 > 0)
   row = support.run("coroutines", { items = { 1, 2 }, task = waiting }, 2)
   lu.assertEquals(row.loop_lag_s.p50, 0)
   lu.assertNil(support.run("threads", { items = { 1, 2 }, task = waiting }, 2).loop_lag_s)
end

function TestLag.test_every_contender_with_a_loop_tells_its_lag()
   local folder, site = support.open { latency = "5ms" }
   local fields = { urls = site:urls("/%d", 4) }
   support.each(fields, function(name, row)
      local has_loop = name == "eventloop" or name == "coroutines" or name == "hybrid"
      lu.assertEquals(row.loop_lag_s ~= nil, has_loop, name)
   end)
   support.close(folder, site)
end

TestCpu = {}

function TestCpu.test_the_cpu_time_of_process_stands_in_its_row()
   local folder, site = support.open {}
   local function process()
      local ends = os.clock() + 0.01
      repeat until os.clock() > ends
      return true
   end
   for _, name in ipairs { "sequential", "processes", "eventloop" } do
      local _, result, jobs = support.run(name, { urls = site:urls("/%d", 2), process = process }, 1)
      for _, line in ipairs(support.job_lines(result, jobs)) do
         lu.assertTrue(line.cpu >= 0.009 and line.cpu < 0.5, name .. ": " .. tostring(line.cpu))
      end
   end
   support.close(folder, site)
end

os.exit(lu.LuaUnit.run(), true)
