--- Threads under one interpreter lock: they wait together and compute one at a time.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local numbers, assert_done = support.numbers, support.assert_done

local folder, site

local function set_up() folder, site = support.open { body = "tickets", latency = "1ms" } end

local function tear_down() support.close(folder, site) end

TestLock = { setUp = set_up, tearDown = tear_down }

function TestLock.test_one_lock_lets_threads_wait_together()
   local function task(ctx) ctx:sleep("20ms") end
   local row = support.run("threads", { items = numbers(8), task = task }, 8, { gil = true })
   assert_done("gil", row, 8)
   lu.assertEquals(row.in_flight_peak, 8)
   lu.assertTrue(row.work_s < 8 * 0.02, row.work_s)
end

function TestLock.test_one_lock_lets_threads_compute_one_at_a_time_and_in_turn()
   local function task(_, item)
      local sum = 0
      for i = 1, 2000000 do
         sum = sum + i * item
      end
      return sum
   end
   local row = support.run("threads", { items = numbers(3), task = task }, 3, { gil = true })
   assert_done("gil", row, 3)
   local used = 0
   for _, seconds in ipairs(row.cpu.workers_s) do
      used = used + seconds
   end
   lu.assertTrue(used <= row.work_s * 1.05, ("%g s of CPU in %g s"):format(used, row.work_s))
   lu.assertEquals(row.in_flight_peak, 3)
end

-- The lock changes hands while they compute, or they could not end in an order of their sizes.
function TestLock.test_a_long_computation_does_not_keep_the_lock()
   local function count(limit)
      local sum = 0
      for i = 1, limit do
         sum = sum + i
      end
      return sum
   end
   local function in_a_coroutine(limit) return coroutine.wrap(function() return count(limit) end)() end
   for _, compute in ipairs { count, in_a_coroutine } do
      local function task(_, limit) return compute(limit) end
      local fields = { items = { 8e6, 1e5 }, task = task }
      local row, result, jobs = support.run("threads", fields, 2, { gil = true })
      assert_done("gil", row, 2)
      local lines = support.job_lines(result, jobs)
      lu.assertTrue(tonumber(lines[2].times[8]) < tonumber(lines[1].times[8]))
   end
end

function TestLock.test_process_runs_under_it_and_the_fetch_does_not()
   local function process(response) return #response.body end
   local row = support.run("threads", { urls = site:urls("/tickets?day=%d", 20), process = process }, 5,
      { gil = true })
   assert_done("gil", row, 20)
   lu.assertEquals(row.in_flight_peak, 5)
end

os.exit(lu.LuaUnit.run(), true)
