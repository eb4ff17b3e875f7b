-- Workers that die, values that break on the way, workers that are replaced. The cases are those of Python's
-- tests of concurrent.futures' process pool (mirrored.md lists them).

local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")

local BIG = ("a"):rep(1 << 20) -- more than a pipe or a socket holds

local function add(a, b) return a + b end

-- Dies of a signal that sanitizers ignore and that writes no core file.
local function crash()
   os.execute "kill -USR1 $PPID"
   while true do end -- luacheck: ignore
end

-- lua-unit replaces os.exit.
local exit = lu.oldOsExit or os.exit

local function leave(code) exit(code) end

-- Asserts that the future failed with this code and that its message contains `words`. → its error
local function assert_failed(future, code, words)
   local value, message, seen = future:result(60)
   lu.assertEquals({ value, seen }, { nil, code }, message)
   lu.assertStrContains(message, words)
   return future:error()
end

local function assert_works(pool) lu.assertEquals(pool:submit(add, 40, 2):result(60), 42) end

--- Dead workers ---------------------------------------------------------------------------------------------

local dead = {}

function dead.test_a_crash_loses_the_task_with_pid_and_signal(open)
   local pool <close> = open()
   local problem = assert_failed(pool:submit(crash), "lost", "signal 10")
   lu.assertIsNumber(problem.pid)
   lu.assertStrContains(problem.message, ("worker %d (pid %d)"):format(problem.worker, problem.pid))
   assert_works(pool)
   lu.assertEquals(support.assert_reconciled(pool).lost, 1)
end

function dead.test_an_exit_loses_the_task_with_its_code(open)
   local pool <close> = open { workers = 1 }
   for _, code in ipairs { 0, 1, 99 } do
      assert_failed(pool:submit(leave, code), "lost", "code " .. code)
   end
   assert_works(pool)
   lu.assertTrue(pool:counts().respawned >= 3)
end

function dead.test_a_killed_worker_loses_its_own_task_alone(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local held = support.hold(pool, gate)
   local waiting = pool:submit(add, 1, 2)
   local pid = pool:submit(support.pid)
   local first = require("bakeoff").tree()[2]
   os.execute("kill -9 " .. first)
   local codes = { lost = 0, timeout = 0 }
   lu.assertEquals(waiting:result(60), 3) -- run by the replacement
   for _, future in ipairs(held) do
      local code = select(3, future:result(0))
      codes[code] = codes[code] + 1
   end
   lu.assertEquals(codes, { lost = 1, timeout = 1 })
   lu.assertIsNumber(pid:result(60))
end

function dead.test_each_lost_task_has_an_error_of_its_own(open)
   local pool <close> = open { workers = 3 }
   local futures, seen = {}, {}
   for i = 1, 3 do
      futures[i] = pool:submit(leave, i)
   end
   for i, future in ipairs(futures) do
      local problem = assert_failed(future, "lost", "code " .. i)
      lu.assertNil(seen[problem], "two futures share one error")
      seen[problem] = true
   end
end

function dead.test_workers_that_die_while_much_data_is_written(open)
   local pool <close> = open()
   local futures = {}
   for i = 1, 8 do -- fewer than a pool gives up after
      futures[i] = pool:submit(leave, 1, BIG)
   end
   for _, future in ipairs(futures) do
      assert_failed(future, "lost", "code 1")
   end
   lu.assertEquals(pool:submit(function(text) return #text, text end, BIG):result(60), #BIG)
end

function dead.test_one_that_dies_after_shutdown(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local future = pool:submit(function(wait_at, path)
      wait_at(path)
      exit(7)
   end, support.wait_at, gate.path)
   pool:shutdown { wait = false }
   gate:open()
   pool:shutdown { wait = true }
   assert_failed(future, "lost", "code 7")
   support.assert_reconciled(pool)
end

function dead.test_a_module_that_leaves_when_it_arrives(open, kind)
   if kind.name == "Fork" then
      lu.skip "a forked worker has the module already"
   end
   local flag = support.folder .. "/loaded"
   assert(io.open(support.folder .. "/leaver.lua", "w")):write(([[
      local file = io.open(%q)
      if file then os.exit(5) end
      return { f = function() return 1 end }]]):format(flag)):close()
   local path <close> = setmetatable({ package.path }, { __close = function(old)
      package.path, package.loaded.leaver = old[1], nil
   end })
   package.path = support.folder .. "/?.lua;" .. path[1]
   local leaver = require "leaver"
   local pool <close> = open()
   assert(io.open(flag, "w")):close()
   assert_failed(pool:submit(function(module) return module.f() end, leaver), "lost", "code 5")
   assert_works(pool)
end

support.cases("Dead", dead, support.is_processes)

--- Values that break on the way -----------------------------------------------------------------------------

local broken = {}

function broken.test_an_argument_that_cannot_travel_is_refused_at_submit(open)
   local pool <close> = open()
   lu.assertErrorMsgContains("thread", function() pool:submit(add, coroutine.create(add)) end)
   lu.assertEquals(pool:counts().submitted, 0)
   pool:shutdown { wait = false }
end

function broken.test_a_result_that_cannot_travel_fails_its_task_again_and_again(open)
   local pool <close> = open()
   for _ = 1, 20 do
      local future = pool:submit(function() return coroutine.create(print) end)
      lu.assertStrContains(assert_failed(future, "task", "thread").message, "result")
   end
   assert_works(pool)
   lu.assertEquals({ support.assert_reconciled(pool).failed, pool:counts().respawned }, { 20, 0 })
end

function broken.test_an_error_while_a_module_arrives_fails_the_task(open, kind)
   if kind.name == "Fork" then
      lu.skip "a forked worker has the module already"
   end
   local file = support.folder .. "/raiser.lua"
   assert(io.open(file, "w")):write "return { f = function() return 1 end }":close()
   local path <close> = setmetatable({ package.path }, { __close = function(old)
      package.path, package.loaded.raiser = old[1], nil
   end })
   package.path = support.folder .. "/?.lua;" .. path[1]
   local raiser = require "raiser"
   local pool <close> = open()
   assert(io.open(file, "w")):write "error 'not today'":close()
   assert_failed(pool:submit(function(module) return module.f() end, raiser), "task", "raiser")
   assert_works(pool)
end

function broken.test_a_result_that_cannot_be_read_by_the_owner(open)
   local pool <close> = open()
   local future = pool:submit(function()
      package.loaded.only_in_the_worker = { f = function() end }
      return package.loaded.only_in_the_worker
   end)
   assert_failed(future, "task", "only_in_the_worker")
   assert_works(pool)
end

function broken.test_many_large_results_before_any_is_asked_for(open)
   local pool <close> = open()
   local futures = {}
   for i = 1, 200 do
      futures[i] = pool:submit(function(n) return n, ("x"):rep(100000) end, i)
   end
   pool:shutdown()
   for i, future in ipairs(futures) do
      local n, text = future:result()
      lu.assertEquals({ n, #text }, { i, 100000 })
   end
end

support.cases("Broken", broken)

--- Workers replaced after N tasks ---------------------------------------------------------------------------

local recycled = {}

-- Counts the calls in a worker's state; a new worker starts at zero.
local function calls()
   Calls = (Calls or 0) + 1 -- luacheck: ignore
   return Calls -- luacheck: ignore
end

function recycled.test_state_and_process_are_new_after_n_tasks(open, kind)
   local pool <close> = open { workers = 1, recycle = 3 }
   local seen, pids = {}, {}
   for i = 1, 7 do
      seen[i] = pool:submit(calls):result(60)
      pids[i] = pool:submit(support.pid):result(60)
      pool:submit(add, 1, 2):result(60)
   end
   lu.assertEquals(seen, { 1, 1, 1, 1, 1, 1, 1 })
   lu.assertEquals(#pool, 1)
   if not kind.threads then
      lu.assertNotEquals(pids[1], pids[2])
   end
   support.assert_reconciled(pool)
end

function recycled.test_more_tasks_wait_than_workers_may_do(open)
   for _, row in ipairs { { 1, 2, 6 }, { 2, 2, 8 }, { 3, 10, 100 } } do
      local pool <close> = open { workers = row[1], recycle = row[2] }
      local futures, expected = {}, {}
      for i = 1, row[3] do
         futures[i], expected[i] = pool:submit(add, i, i), 2 * i
      end
      lu.assertEquals(support.results(futures), expected)
      lu.assertTrue(pool:counts().respawned >= row[3] // row[2] - row[1])
   end
end

function recycled.test_shutdown_while_tasks_wait_for_new_workers(open)
   for _, wait in ipairs { true, false } do
      local pool <close> = open { workers = 3, recycle = 1 }
      local futures, expected = {}, {}
      for i = 1, 6 do
         futures[i], expected[i] = pool:submit(add, i, i), 2 * i
      end
      pool:shutdown { wait = wait }
      lu.assertEquals(support.results(futures), expected)
   end
end

function recycled.test_a_failing_task_among_them(open)
   local pool <close> = open { workers = 2, recycle = 1 }
   local first, bad, last = pool:submit(add, 1, 0), pool:submit(error, "failing task"), pool:submit(add, 3, 0)
   lu.assertEquals(first:result(60), 1)
   assert_failed(bad, "task", "failing task")
   pool:shutdown { wait = false }
   lu.assertEquals(last:result(60), 3)
end

function recycled.test_the_number_must_be_whole_and_positive(open)
   for _, wrong in ipairs { -1, 0.5, "12x" } do
      lu.assertErrorMsgContains("recycle", open, { recycle = wrong })
   end
end

support.cases("Recycled", recycled)

os.exit(lu.LuaUnit.run(), true)
