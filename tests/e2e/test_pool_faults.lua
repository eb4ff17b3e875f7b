--- Misused task pools, and task pools that meet faults: what the user of `bakeoff run` sees.
local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_pool_scripts.lua")
local KINDS, sanitizer, assert_misuse = support.KINDS, support.sanitizer, support.assert_misuse

local PROCESSES = { fork = true, spawn = true }

local folder

local function run(...) return support.run_with(folder, ...) end

local function possible(kind) return sanitizer ~= "thread" or kind ~= "fork" end

local function each(kinds, check)
   for kind in pairs(kinds) do
      if possible(kind) then
         check(kind)
      end
   end
end

local function assert_prints(expected, result, kind)
   lu.assertEquals(result.stderr, "", kind)
   lu.assertEquals(result.stdout, expected, kind)
   lu.assertEquals(result.code, 0, kind)
end

TestPoolFaults = {}

function TestPoolFaults.setUp() folder = support.folder() end

function TestPoolFaults.tearDown() support.remove(folder) end

--- Values ---------------------------------------------------------------------------------------------------

function TestPoolFaults.test_an_argument_that_cannot_travel_is_named_with_its_place()
   each(KINDS, function(kind)
      assert_misuse({ "test.lua:2", "argument 2: field 'x' is a userdata" }, run(kind, "",
         'pool:submit(print, 1, { x = io.tmpfile() })'))
      assert_misuse({ "argument 1", "thread" }, run(kind, "", "pool:submit(print, coroutine.create(print))"))
   end)
end

function TestPoolFaults.test_an_upvalue_that_cannot_travel_is_named()
   each(KINDS, function(kind)
      assert_misuse({ "test.lua:3", "upvalue 'db' is a userdata" }, run(kind, "",
         "local db = io.tmpfile()\npool:submit(function() return db end)"))
      assert_misuse({ "upvalue 'inner': upvalue 'db' is a userdata" }, run(kind, "", [[
         local db = io.tmpfile()
         local function inner() return db end
         pool:map(function() return inner() end, { 1 })]]))
   end)
end

function TestPoolFaults.test_a_result_that_cannot_travel_fails_its_task()
   each(KINDS, function(kind)
      local result = run(kind, "", [[
         print(pool:submit(function() return 1, { file = io.tmpfile() } end):result())
         print(pool:submit(function() return "fine" end):result())]])
      lu.assertEquals({ result.code, result.stderr }, { 0, "" })
      lu.assertStrContains(result.stdout, "result 2 of the task: field 'file' is a userdata")
      lu.assertStrContains(result.stdout, "\nfine\n")
   end)
end

function TestPoolFaults.test_pools_and_futures_do_not_travel()
   each(KINDS, function(kind)
      assert_misuse({ "argument 1", "pool" }, run(kind, "", "pool:submit(print, pool)"))
      assert_misuse({ "argument 1", "future" }, run(kind, "", "pool:submit(print, pool:submit(print))"))
      assert_misuse({ "upvalue 'pool'", "pool" }, run(kind, "", "pool:submit(function() return #pool end)"))
   end)
end

function TestPoolFaults.test_what_is_larger_than_a_frame_fails_alone()
   each(PROCESSES, function(kind)
      local result = run(kind, 'frame_max = "64KiB"', [[
         local big = pool:submit(string.rep, "x", 100000)
         print(select(2, big:result()))
         print(pool:submit(string.rep, "x", 3):result())]])
      lu.assertEquals({ result.code, result.stderr }, { 0, "" })
      lu.assertStrMatches(result.stdout, "[^\n]*65536 bytes\ttoo_large\nxxx\n")
      result = run(kind, 'frame_max = "64KiB"', 'print(pool:submit(print, ("x"):rep(100000)):result())')
      lu.assertStrMatches(result.stdout, "nil\t[^\n]*100020 bytes[^\n]*frame_max\ttoo_large\n")
   end)
end

--- Errors ---------------------------------------------------------------------------------------------------

function TestPoolFaults.test_an_error_of_a_task_has_message_traceback_and_worker()
   each(KINDS, function(kind)
      local result = run(kind, "", [[
local function parse(x)
   error("no day " .. x)
end
local future = pool:submit(function(x)
   parse(x)
   return 1
end, 7)
local problem = future:error()
print(tostring(problem), problem.code, problem.worker >= 1 and problem.worker <= 2)
print(problem.traceback)
print(pool:submit(function() return "goes on" end):result())]])
      lu.assertEquals({ result.code, result.stderr }, { 0, "" }, kind)
      lu.assertStrContains(result.stdout, "test.lua:3: no day 7\ttask\ttrue\n")
      lu.assertStrContains(result.stdout, "test.lua:3: in")
      lu.assertStrContains(result.stdout, "test.lua:6: in")
      lu.assertStrContains(result.stdout, "\ngoes on\n")
   end)
end

function TestPoolFaults.test_a_worker_that_leaves_within_a_task()
   each(PROCESSES, function(kind)
      local result = run(kind, "", [[
         local future = pool:submit(os.exit, 3)
         print(select(3, future:result()), future:error().pid > 0, tostring(future:error()))
         local sum = 0
         for _, x in ipairs(pool:map(function(x) return x end, { 1, 2, 3, 4 })) do sum = sum + x end
         print(sum, pool:counts().lost)]])
      lu.assertEquals({ result.code, result.stderr }, { 0, "" }, kind)
      lu.assertStrMatches(result.stdout, "lost\ttrue\t[^\n]*exited with code 3[^\n]*\n10\t1\n")
   end)
end

function TestPoolFaults.test_out_of_memory_loses_only_the_task()
   lu.skipIf(sanitizer, "a sanitizer's address space is too large for a limit on it")
   each(PROCESSES, function(kind)
      -- The limit is the worker's: prlimit sets it for the shell's parent.
      local result = run(kind, "recycle = 1", [[
         local future = pool:submit(function()
            assert(os.execute("prlimit --pid $PPID --as=200000000"))
            local hoard = {}
            for i = 1, 100 do hoard[i] = ("x"):rep(10000000 + i) end
            return #hoard
         end)
         print(select(2, future:result()))
         print(pool:submit(string.rep, "x", 3):result())]])
      lu.assertEquals({ result.code, result.stderr }, { 0, "" }, kind)
      lu.assertEquals(result.stdout, "not enough memory\ttask\nxxx\n")
   end)
end

function TestPoolFaults.test_a_result_that_takes_too_long()
   each(KINDS, function(kind)
      assert_prints("timeout\ntimeout\nlate\n", run(kind, "", [[
         local place = os.tmpname()
         local future = pool:submit(function() -- waits until the file is gone
            local file = io.open(place)
            while file do
               file:close()
               require("bakeoff").sleep "1ms"
               file = io.open(place)
            end
            return "late"
         end)
         print(select(3, future:result "1ms"))
         print(future:error(0).code)
         os.remove(place)
         print(future:result())]]), kind)
   end)
end

function TestPoolFaults.test_an_init_that_fails_says_why()
   each(KINDS, function(kind)
      local result = run(kind, 'init = function() error "no licence" end', [[
         print(pool and pool:submit(print):result())]])
      lu.assertStrContains(result.stdout .. result.stderr, "no licence")
      lu.assertNotStrContains(result.stderr, "Killed")
   end)
end

-- A worker that is forked after the first ones finds the pool among the script's globals.
function TestPoolFaults.test_waiting_for_ones_own_pool_is_told()
   lu.skipIf(not possible "fork", "no fork under the thread sanitizer")
   local result = run("fork", "recycle = 1", [[
      Own = pool
      pool:map(function() end, { 1, 2, 3, 4 })
      for _, wait in ipairs { function() return Own:submit(print):result() end,
                              function() return Own:map(print, { 1 }) end } do
         local _, message, code = pool:submit(wait):result()
         print(message, code)
      end
      print(pool:submit(math.max, 7):result())]])
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   lu.assertStrMatches(result.stdout, ("[^\n]*own pool[^\n]*\tdeadlock\n"):rep(2) .. "7\n")
end

--- Life -----------------------------------------------------------------------------------------------------

function TestPoolFaults.test_use_after_shutdown()
   each(KINDS, function(kind)
      for _, use in ipairs { "pool:submit(print)", "pool:map(print, { 1 })", "pool:imap(print, { 1 })()" } do
         assert_misuse({ "test.lua:2", "closed" }, run(kind, "", "pool:shutdown() " .. use))
      end
      assert_prints("3\n", run(kind, "", [[
         local future = pool:submit(math.max, 1, 3)
         pool:shutdown()
         pool:shutdown { wait = true, cancel = true }
         print(future:result())]]), kind)
   end)
end

function TestPoolFaults.test_a_script_that_ends_without_shutdown_ends()
   each(KINDS, function(kind)
      assert_prints("end\n", run(nil, nil, ([[
         Pool = %s
         Pool:submit(function() require("bakeoff").sleep "50ms" end)
         for i = 1, 1000 do Pool:submit(math.abs, i) end
         print "end"]]):format(KINDS[kind]:format "")), kind)
   end)
end

function TestPoolFaults.test_a_script_that_fails_ends_its_pools()
   each(KINDS, function(kind)
      support.write(folder .. "/fails.lua", ('local bake = require "bakeoff"; Pool = %s\nerror "oh"'):format(
         KINDS[kind]:format ""))
      local owner = support.start({ "bakeoff", "run", "fails.lua" }, folder)
      local ended = owner:finish()
      lu.assertEquals(ended.code, 2)
      lu.assertStrContains(ended.stderr, "fails.lua:2: oh")
      lu.assertEquals(owner:members(), {})
   end)
end

function TestPoolFaults.test_a_fork_beside_threads_is_refused_with_a_remedy()
   local result = run("threads", "", 'local other <close> = bake.processes { workers = 2, start = "fork" }')
   lu.assertEquals(result.code, 2)
   lu.assertStrMatches(result.stderr,
      'bakeoff run: [%w_]+%.lua:%d+: bake%.processes: [^\n]*has threads[^\n]*start = "spawn"\n')
end

os.exit(lu.LuaUnit.run(), true)
