--- Threads under one interpreter lock: their waits overlap, and they compute one at a time.
local lu = require "luaunit"

local server = require "bakeoff.net.server"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local files = dofile(here .. "../e2e/support_command.lua")
local numbers, assert_done = support.numbers, support.assert_done

local folder

local function set_up() folder = files.folder() end

local function tear_down() files.remove(folder) end

TestLock = { setUp = set_up, tearDown = tear_down }

-- For tasks: note(name) creates a file; seen(name) tells whether it exists.
local function notes()
   local place = folder
   local function note(name) assert(io.open(("%s/%s"):format(place, name), "w")):close() end
   local function seen(name)
      local file = io.open(("%s/%s"):format(place, name))
      return file and file:close()
   end
   return note, seen
end

-- Each task waits until all of them wait. One that kept the lock meanwhile would block the others for ever.
function TestLock.test_one_lock_lets_threads_wait_together()
   local note, seen = notes()
   local function task(ctx, item)
      note(item)
      for other = 1, 8 do
         while not seen(other) do
            ctx:sleep("1ms")
         end
      end
   end
   local row = support.run("threads", { items = numbers(8), task = task, timeout = "60s" }, 8, { gil = true })
   assert_done("gil", row, 8)
   lu.assertEquals(row.in_flight_peak, 8)
end

function TestLock.test_one_lock_lets_threads_compute_one_at_a_time_and_in_turn()
   local note, seen = notes()
   local function compute(limit)
      local sum = 0
      for i = 1, limit do
         sum = sum + i
      end
      return sum
   end
   local function task(_, item)
      note(item)
      for other = 1, 3 do
         while not seen(other) do -- until all three are under way
            compute(10000)
         end
      end
      return compute(2000000)
   end
   local row = support.run("threads", { items = numbers(3), task = task, timeout = "60s" }, 3, { gil = true })
   assert_done("gil", row, 3)
   local used = 0
   for _, seconds in ipairs(row.cpu.workers_s) do
      used = used + seconds
   end
   lu.assertTrue(used <= row.work_s * 1.05, ("%g s of CPU in %g s"):format(used, row.work_s))
   lu.assertEquals(row.in_flight_peak, 3)
end

-- One task computes until the other has held the lock, so the lock must change hands meanwhile.
function TestLock.test_a_long_computation_does_not_keep_the_lock()
   local note, seen = notes()
   local function count(name)
      local sum = 0
      while not seen(name) do
         for i = 1, 10000 do
            sum = sum + i
         end
      end
      return sum
   end
   local function in_a_coroutine(name) return coroutine.wrap(function() return count(name) end)() end
   for way, compute in ipairs { count, in_a_coroutine } do
      local function task(ctx, item)
         if item == 1 then
            note("begun" .. way)
            return compute("other" .. way)
         end
         while not seen("begun" .. way) do
            ctx:sleep("1ms")
         end
         note("other" .. way)
      end
      local fields = { items = numbers(2), task = task, timeout = "60s" }
      assert_done("gil", support.run("threads", fields, 2, { gil = true }), 2)
   end
end

function TestLock.test_process_runs_under_it_and_the_fetch_does_not()
   local function process(response) return #response.body end
   local latency, row = 0.001
   repeat -- on a busy machine the fifth may start late; then the latency grows
      latency = 4 * latency
      local slow <close> = server.start { body = "tickets", latency = latency }
      row = support.run("threads", { urls = slow:urls("/tickets?day=%d", 20), process = process }, 5,
         { gil = true })
      assert_done("gil", row, 20)
   until row.in_flight_peak == 5 or latency > 5
   lu.assertEquals(row.in_flight_peak, 5)
end

os.exit(lu.LuaUnit.run(), true)
