--- The hybrid contender: offloaded functions run in a pool beside the loop.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local pools = dofile(here .. "support_pools.lua")
local numbers = support.numbers
local assert_done, assert_all_failed = support.assert_done, support.assert_all_failed

TestHybrid = {}

local POOLS = { { offload = "threads", offload_workers = 2 }, { offload = "processes", offload_workers = 2 } }

function TestHybrid.test_what_is_offloaded_runs_in_the_pool_beside_the_loop()
   local function compute(limit)
      local sum = 0
      for i = 1, limit do
         sum = sum + i
      end
      return sum, require("bakeoff").shared.name
   end
   local function task(ctx, item)
      local sum, name = ctx:offload(compute, item)
      return sum == item * (item + 1) // 2 and name == "both" and ctx.shared.name == "both" or error(name)
   end
   for _, options in ipairs(POOLS) do
      local fields = { items = { 2000000, 3000000, 4000000 }, task = task, shared = { name = "both" } }
      local row = support.run("hybrid", fields, 3, options)
      assert_done(options.offload, row, 3)
      lu.assertEquals(#row.cpu.workers_s, 3) -- the loop's thread and two workers
      lu.assertTrue(row.cpu.workers_s[2] + row.cpu.workers_s[3] > row.cpu.workers_s[1], options.offload)
      lu.assertTrue(row.ipc_bytes > 0)
   end
end

function TestHybrid.test_the_loop_goes_on_while_the_pool_computes()
   local gate <close> = pools.gate()
   local place, wait, open = gate.path, gate.wait, gate.open
   local function task(ctx, item)
      if item == 1 then
         ctx:offload(wait, place)
      else
         ctx:sleep("1ms")
         open { path = place } -- the pool was busy until now
      end
   end
   for _, options in ipairs(POOLS) do
      local row, result, jobs = support.run("hybrid", { items = numbers(2), task = task }, 2, options)
      assert_done(options.offload, row, 2)
      local lines = support.job_lines(result, jobs)
      lu.assertTrue(tonumber(lines[2].times[8]) < tonumber(lines[1].times[8]))
   end
end

function TestHybrid.test_what_cannot_travel_fails_its_job_by_name()
   local handle <close> = assert(io.tmpfile())
   local function task(ctx) return ctx:offload(function() return handle end) end
   local row = support.run("hybrid", { items = numbers(4), task = task }, 2, POOLS[1])
   assert_all_failed("hybrid", row)
   lu.assertStrContains(row.reason, "handle")
end

TestLost = {}

function TestLost.test_a_lost_worker_of_the_pool_loses_the_job()
   local function die() os.execute("kill -KILL $PPID") end
   local function task(ctx, item)
      if item == 2 then
         return ctx:offload(die)
      end
      return ctx:offload(math.abs, item)
   end
   local row, result, jobs = support.run("hybrid", { items = numbers(5), task = task }, 2, POOLS[2])
   lu.assertEquals(row.jobs, { submitted = 5, done = 4, failed = 0, lost = 1, recorded = 5 })
   lu.assertStrContains(row.reason, "signal 9")
   lu.assertEquals(support.job_lines(result, jobs)[2].status, "lost")
end

os.exit(lu.LuaUnit.run(), true)
