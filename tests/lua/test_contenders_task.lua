--- The general form of a job, items and a task, under every contender that supports it: the same body must
-- have the same outcome under each.
local lu = require "luaunit"

local core = require "bakeoff.core"
local random_values = require "bakeoff.contenders.random_values"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local slurp, numbers = support.slurp, support.numbers
local assert_done, assert_all_failed, writer = support.assert_done, support.assert_all_failed, support.writer

local folder, site

local function set_up() folder, site = support.open { body = "tickets", latency = "1ms" } end

local function tear_down() support.close(folder, site) end

TestItems = { setUp = set_up, tearDown = tear_down }

function TestItems.test_items_of_every_kind_arrive()
   local write = writer(folder)
   local items = { 7, 2.5, "text\0", true, false, { deep = { 1, { "x" } } } }
   items[6].self = items[6]
   local function task(ctx, item)
      local shown = type(item) == "table" and ("%s %s"):format(item.deep[2][1], item.self == item)
         or ("%q"):format(item)
      write(ctx.job, shown .. "\n")
   end
   support.each({ items = items, task = task }, function(name, row) assert_done(name, row, 6) end)
   for job, line in ipairs { "7\n", "0x1.4p+1\n", '"text\\0"\n', "true\n", "false\n", "x true\n" } do
      lu.assertEquals(slurp(folder .. "/" .. job), line:rep(#support.TASK_CONTENDERS), job)
   end
end

function TestItems.test_more_workers_than_items()
   local function task(_, item) return item end
   for _, name in ipairs(support.TASK_CONTENDERS) do
      assert_done(name, support.run(name, { items = { 1, 2 }, task = task }, 9), 2)
   end
end

function TestItems.test_shared_and_upvalues_reach_every_worker()
   local factor, helper = 3, function(x) return x + 1 end
   local function task(ctx, item)
      return helper(item) * factor == ctx.shared.expected[ctx.job] or error("got something else")
   end
   local shared = { expected = { 6, 9, 12, 15 } }
   support.each({ items = numbers(4), task = task, shared = shared },
      function(name, row) assert_done(name, row, 4) end)
end

-- What was drawn is the same under every contender, and in the row.
function TestItems.test_random_values_of_the_block_reach_every_worker()
   local given = { key = "1..1000000", mode = "a,b" }
   local drawn = random_values.draw(random_values.check(given, "random"), nil, 1, 1)
   local function task(ctx)
      return ctx.random.key == drawn.key and ctx.random.mode == drawn.mode or error(tostring(ctx.random.key))
   end
   support.each({ items = numbers(4), task = task, random = given }, function(name, row)
      assert_done(name, row, 4)
      lu.assertEquals(row.random, drawn, name)
   end)
   local function none(ctx) return ctx.random == nil or error "something" end
   support.each({ items = numbers(4), task = none }, function(name, row)
      assert_done(name, row, 4)
      lu.assertNil(row.random)
   end)
end

function TestItems.test_only_what_travels_counts_as_moved()
   local function task(_, item) return item .. item end
   local moved = {}
   support.each({ items = { ("x"):rep(1000), ("y"):rep(1000) }, task = task }, function(name, row)
      assert_done(name, row, 2)
      moved[name] = row.ipc_bytes
   end)
   lu.assertEquals(moved.sequential, 0)
   lu.assertTrue(moved.threads >= 6000 and moved.threads < 6100, moved.threads)
   lu.assertTrue(moved.processes >= 6000 and moved.processes < 6300, moved.processes)
end

function TestItems.test_what_cannot_travel_is_named()
   local jobs = core.jobs { items = { 1, { x = coroutine.create(print) } }, task = function() end }
   local ok, message, code = jobs:encode(false)
   lu.assertEquals({ ok, message, code }, { nil, "items[2]: field 'x' is a thread", "invalid" })
end

function TestItems.test_a_result_that_cannot_travel_fails_the_job()
   local function task() return { coroutine.create(print) } end
   for _, name in ipairs { "threads", "processes" } do
      local row = support.run(name, { items = numbers(4), task = task })
      assert_all_failed(name, row)
      lu.assertStrContains(row.reason, "result of task")
   end
end

TestRows = { setUp = set_up, tearDown = tear_down }

function TestRows.test_rows_tell_what_the_job_did()
   local url = site:url("/tickets?day=1")
   local size = #assert(require("bakeoff.net.request").fetch(url)).body
   local function task(ctx)
      assert(ctx:fetch(url))
      ctx:sleep(0.002)
      assert(ctx:fetch(url))
   end
   support.each({ items = numbers(5), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 5)
      lu.assertEquals(row.bytes, 5 * 2 * size, name)
      lu.assertTrue(row.connections <= row.workers, name) -- connections are reused
      for i, line in ipairs(support.job_lines(result, jobs)) do
         lu.assertEquals({ line.job, line.status, line.http_status }, { i, "done", "200" }, name)
         lu.assertEquals(line.bytes, 2 * size)
         local queued, started, _, first_byte, done, processed, _, ended = table.unpack(line.times)
         local last = 0
         for _, time in ipairs { queued, started, first_byte, done, processed, ended } do
            lu.assertTrue(tonumber(time) >= last, name)
            last = tonumber(time)
         end
         lu.assertTrue(line.waited >= 0.004 and line.waited <= ended - started, name .. ": " .. line.waited)
         lu.assertTrue(line.cpu > 0 and line.cpu < ended - started, name .. ": " .. line.cpu)
         lu.assertTrue(line.worker >= 1 and line.worker <= row.workers)
      end
   end)
end

function TestRows.test_a_job_that_only_computes_has_no_transfer()
   local function task(_, item) return item end
   support.each({ items = numbers(3), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 3)
      lu.assertEquals({ row.bytes, row.connections }, { 0, 0 }, name)
      for _, line in ipairs(support.job_lines(result, jobs)) do
         lu.assertEquals({ line.http_status, line.times[3], line.times[5] }, { "0", "", "" }, name)
         lu.assertNil(line.waited, name)
         lu.assertTrue(line.cpu > 0, name)
      end
   end)
end

-- While one job waits, the others compute, in a loop even on the same thread.
function TestRows.test_what_others_compute_while_a_job_waits_is_not_its_cpu_time()
   local function task(ctx, item)
      local sum = item
      for _ = 1, 3 do
         ctx:sleep "1ms"
         for i = 1, 100000 do
            sum = sum + i
         end
      end
      return sum
   end
   support.each({ items = numbers(12), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 12)
      local by_jobs, by_workers = 0, 0
      for _, line in ipairs(support.job_lines(result, jobs)) do
         by_jobs = by_jobs + line.cpu
      end
      for _, seconds in ipairs(row.cpu.workers_s) do
         by_workers = by_workers + seconds
      end
      lu.assertTrue(by_workers >= by_jobs * 0.99, ("%s: %g, jobs %g"):format(name, by_workers, by_jobs))
   end)
end

function TestRows.test_the_cpu_time_of_workers_adds_up()
   local function task(_, item)
      local sum = 0
      for i = 1, 300000 do
         sum = sum + i
      end
      return sum + item
   end
   support.each({ items = numbers(12), task = task }, function(name, row, result, jobs)
      assert_done(name, row, 12)
      local by_jobs, by_workers = 0, 0
      for _, line in ipairs(support.job_lines(result, jobs)) do
         by_jobs = by_jobs + line.cpu
      end
      for _, seconds in ipairs(row.cpu.workers_s) do
         by_workers = by_workers + seconds
      end
      lu.assertTrue(by_workers >= by_jobs * 0.99, name)
      lu.assertTrue(by_jobs > by_workers * 0.5, ("%s: %g of %g"):format(name, by_jobs, by_workers))
      lu.assertTrue(row.cpu.worker_share_median >= 0 and row.cpu.worker_share_median <= 1.001, name)
   end)
end

os.exit(lu.LuaUnit.run(), true)
