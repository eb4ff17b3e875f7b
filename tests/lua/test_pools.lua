--- Pools of workers as scripts use them: tasks and what they bring, options, init, shared data, ends.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local raises = support.raises

local function add(a, b) return a + b end

support.for_each_kind("Tasks", function(tests, open)
   function tests.test_a_result_arrives()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      lu.assertEquals(future:result(), 3)
      lu.assertEquals(future:result(), 3)
      lu.assertNil(future:error())
      lu.assertTrue(future:done())
      lu.assertFalse(future:cancelled())
      lu.assertFalse(future:running())
   end

   function tests.test_many_tasks_in_any_order_of_asking()
      local pool = open()
      local futures = {}
      for i = 1, 3000 do
         futures[i] = pool:submit(add, i, i)
      end
      for i = 3000, 1, -7 do
         lu.assertEquals(futures[i]:result(), 2 * i)
      end
      for i = 1, 3000 do
         lu.assertEquals(futures[i]:result(), 2 * i)
      end
   end

   function tests.test_all_results_arrive_nils_too()
      local pool = open()
      lu.assertEquals(table.pack(pool:submit(function(...) return nil, ... end, 1, nil, "x", nil):result()),
         table.pack(nil, 1, nil, "x", nil))
      lu.assertEquals(select("#", pool:submit(function() end):result()), 0)
   end

   function tests.test_tables_and_long_strings_travel_both_ways()
      local pool = open()
      local shared = { "part" }
      local text = ("x"):rep(100000)
      local future = pool:submit(function(value, again)
         value.same = value.list == again
         return value, value.list, #value.text
      end, { text = text, list = shared }, shared)
      local value, list, size = future:result()
      lu.assertEquals(value.text, text)
      lu.assertTrue(value.same)
      lu.assertTrue(value.list == list)
      lu.assertEquals(size, 100000)
      lu.assertTrue(future:result() == value, "each call gives the same table")
   end

   function tests.test_an_error_of_a_task_is_told_with_its_place()
      local pool = open()
      local function bad() error("no luck") end
      local function outer() bad() end
      local future = pool:submit(outer)
      local value, message, code = future:result()
      lu.assertNil(value)
      lu.assertStrMatches(message, ".*test_pools.lua:%d+: no luck")
      lu.assertEquals(code, "task")
      local err = future:error()
      lu.assertEquals(tostring(err), message)
      lu.assertEquals(err.code, "task")
      lu.assertStrContains(err.traceback, "in upvalue 'bad'")
      lu.assertNotStrContains(err.traceback, "[C]: in ?")
      lu.assertTrue(err.worker == 1 or err.worker == 2)
      lu.assertTrue(err.pid > 0)
      lu.assertEquals(pool:submit(add, 1, 1):result(), 2)
   end

   function tests.test_errors_that_are_no_strings()
      local pool = open()
      local _, message = pool:submit(function() error({}) end):result()
      lu.assertStrContains(message, "table")
      _, message = pool:submit(function()
         error(setmetatable({}, { __tostring = function() return "an object" end }))
      end):result()
      lu.assertEquals(message, "an object")
   end

   function tests.test_what_cannot_travel_is_named()
      local pool = open()
      local thread = coroutine.create(add)
      lu.assertStrContains(raises(pool.submit, pool, add, 1, { x = { thread } }),
         "argument 2: field 'x': item 1 is a thread")
      lu.assertStrContains(raises(pool.submit, pool, function() return thread end),
         "upvalue 'thread' is a thread")
      local _, message, code = pool:submit(function() return { x = coroutine.create(print) } end):result()
      lu.assertEquals(message, "result of the task: field 'x' is a thread")
      lu.assertEquals(code, "task")
      _, message = pool:submit(function() return 1, coroutine.create(print) end):result()
      lu.assertEquals(message, "result 2 of the task is a thread")
   end

   function tests.test_pools_and_futures_are_refused_with_advice()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      lu.assertStrContains(raises(pool.submit, pool, add, pool), "argument 1 is a pool: ")
      lu.assertStrContains(raises(pool.submit, pool, add, 1, future), "argument 2 is a future: ")
      lu.assertStrContains(raises(pool.submit, pool, function() return future:result() end),
         "upvalue 'future' is a future: ")
   end

   function tests.test_misuse_is_raised()
      local pool = open()
      lu.assertStrContains(raises(pool.submit, pool), "function expected")
      lu.assertStrContains(raises(pool.submit, pool, {}), "function expected")
      lu.assertStrContains(raises(pool.submit, 3, add), "bakeoff.pool")
      lu.assertStrContains(raises(pool.shutdown, pool, 3), "table expected")
      lu.assertEquals(pool:submit(add, 1, 1):result(), 2)
   end

   function tests.test_counts_add_up()
      local pool = open()
      for i = 1, 10 do
         pool:submit(function() return i > 3 or error("three fail") end)
      end
      pool:shutdown()
      local counts = pool:counts()
      lu.assertEquals({ counts.submitted, counts.done, counts.failed, counts.lost, counts.cancelled },
         { 10, 7, 3, 0, 0 })
      lu.assertTrue(counts.ipc_bytes > 0)
      lu.assertEquals(#pool:cpu(), 2)
      lu.assertEquals(#pool, 2)
      lu.assertStrContains(tostring(pool), "closed")
   end
end)

support.for_each_kind("Ends", function(tests, open, kind)
   local gate

   function tests.setUp() gate = support.gate() end

   function tests.tearDown() gate:remove() end

   function tests.test_after_shutdown_nothing_is_taken()
      local pool = open()
      local future = pool:submit(add, 1, 2)
      pool:shutdown()
      lu.assertEquals(future:result(), 3)
      lu.assertStrContains(raises(pool.submit, pool, add, 1, 2), "pool:submit: the pool is closed")
      lu.assertStrContains(raises(pool.map, pool, add, { 1 }), "closed")
      pool:shutdown()
   end

   function tests.test_shutdown_without_waiting()
      local pool = open { workers = 1 }
      local future = pool:submit(gate.wait, gate.path)
      pool:shutdown { wait = false }
      lu.assertStrContains(raises(pool.submit, pool, add, 1, 2), "shut down")
      gate:open("late")
      lu.assertEquals(future:result(), "late")
   end

   function tests.test_shutdown_with_cancel_ends_what_no_worker_has()
      local pool = open { workers = 1 }
      local running = pool:submit(gate.wait, gate.path)
      support.eventually(function() return running:running() end, "the start of the task")
      local pending = pool:submit(add, 1, 2)
      pool:shutdown { wait = false, cancel = true }
      lu.assertTrue(pending:cancelled())
      gate:open("ran")
      lu.assertEquals(running:result(), "ran")
      local _, _, code = pending:result()
      lu.assertEquals(code, "cancelled")
   end

   function tests.test_close_cancels_what_is_pending()
      local first, second
      local opener
      do
         local pool <close> = open { workers = 1 }
         opener = pool
         first = pool:submit(add, 1, 2)
         lu.assertEquals(first:result(), 3)
         for i = 1, 100 do
            second = pool:submit(add, i, i)
         end
      end
      lu.assertTrue(second:done())
      local counts = opener:counts()
      lu.assertEquals(counts.done + counts.cancelled, 101)
      lu.assertEquals(first:result(), 3, "a future outlives its pool")
   end

   function tests.test_an_unclosed_pool_is_collected_with_its_workers()
      local function workers_of_a_lost_pool()
         local pool = support.pool(kind, { workers = 1 })
         local future = pool:submit(function()
            return io.open("/proc/thread-self/stat"):read("n")
         end)
         return "/proc/self/task/" .. future:result(), "/proc/" .. future:result()
      end
      local as_thread, as_process = workers_of_a_lost_pool()
      collectgarbage()
      collectgarbage()
      support.eventually(function()
         return not io.open(as_thread .. "/stat") and not io.open(as_process .. "/stat")
      end, "the end of the worker")
   end

   function tests.test_a_pool_lives_as_long_as_somebody_waits_for_its_tasks()
      local function future_of_a_lost_pool()
         return support.pool(kind, { workers = 1 }):submit(add, 1, 2)
      end
      local future = future_of_a_lost_pool()
      collectgarbage()
      lu.assertEquals(future:result(), 3)
   end

   function tests.test_cancel_pending_only()
      local pool = open { workers = 1 }
      local running = pool:submit(gate.wait, gate.path)
      support.eventually(function() return running:running() end, "the start of the task")
      local pending = pool:submit(add, 1, 2)
      lu.assertFalse(pending:running())
      lu.assertTrue(pending:cancel())
      lu.assertTrue(pending:cancel(), "a second time says so again")
      lu.assertTrue(pending:cancelled())
      lu.assertFalse(running:cancel())
      local value, message, code = pending:result()
      lu.assertEquals({ value, message, code }, { nil, "the task was cancelled", "cancelled" })
      gate:open("on")
      lu.assertEquals(running:result(), "on")
      lu.assertFalse(running:cancel())
      pool:shutdown()
      lu.assertEquals(pool:counts().cancelled, 1)
   end

   function tests.test_a_time_limit_leaves_the_task_running()
      local pool = open { workers = 1 }
      local future = pool:submit(gate.wait, gate.path)
      local value, _, code = future:result("1ms")
      lu.assertEquals({ value, code }, { nil, "timeout" })
      lu.assertEquals(select(3, future:result(0)), "timeout")
      lu.assertEquals(future:error(0.001).code, "timeout")
      lu.assertStrContains(raises(future.result, future, "soon"), "timeout: 'soon' is not a quantity")
      lu.assertStrContains(raises(future.result, future, -1), "timeout")
      gate:open("done")
      lu.assertEquals(future:result("60s"), "done")
   end
end)

support.for_each_kind("Setup", function(tests, open)
   function tests.test_init_runs_in_each_worker_before_its_tasks()
      local pool = open { init = function(shared) greeting = shared.word .. "!" end, -- luacheck: ignore 111
         shared = { word = "hello" } }
      for _ = 1, 20 do
         local function get() return greeting end -- luacheck: ignore 113
         lu.assertEquals(pool:submit(get):result(), "hello!")
      end
   end

   function tests.test_a_failing_init_is_told()
      local message = raises(open, { init = function() error("no driver") end })
      lu.assertStrContains(message, "init: ")
      lu.assertStrContains(message, "no driver")
   end

   function tests.test_shared_data_is_read_only_and_looks_like_a_table()
      local pool = open { shared = { list = { 10, 20, 30 }, deep = { er = { word = "x" } } } }
      local function look()
         local shared = require("bakeoff").shared
         local sum, keys, list = 0, {}, shared.list
         for _, number in ipairs(list) do
            sum = sum + number
         end
         for key in pairs(shared) do
            keys[#keys + 1] = key
         end
         table.sort(keys)
         return sum, #list, table.concat(keys, " "), shared.deep.er.word, table.concat(list, "+")
      end
      lu.assertEquals({ pool:submit(look):result() }, { 60, 3, "deep list", "x", "10+20+30" })
      local function change() require("bakeoff").shared.deep.er.word = "y" end
      lu.assertStrContains(select(2, pool:submit(change):result()), "bake.shared is read-only: 'word'")
      lu.assertNil(bake.shared)
   end

   function tests.test_a_recycled_worker_starts_afresh()
      local pool = open { workers = 1, recycle = 3, init = function() count = 0 end } -- luacheck: ignore 111
      local seen = {}
      for i = 1, 9 do
         seen[i] = pool:submit(function()
            count = count + 1 -- luacheck: ignore 111 113
            return count -- luacheck: ignore 113
         end):result()
      end
      lu.assertEquals(seen, { 1, 2, 3, 1, 2, 3, 1, 2, 3 })
      lu.assertTrue(pool:counts().respawned >= 2)
   end

   function tests.test_modules_are_found_where_the_owner_finds_them()
      local folder = os.tmpname()
      os.remove(folder)
      assert(core.make_folder and core.make_folder(folder) or os.execute("mkdir " .. folder))
      local file = assert(io.open(folder .. "/a_module_of_the_test.lua", "w"))
      file:write("return { word = 'found' }")
      file:close()
      local before = package.path
      package.path = folder .. "/?.lua;" .. before
      local pool = open()
      package.path = before
      local word, message = pool:submit(function() return require("a_module_of_the_test").word end):result()
      os.remove(folder .. "/a_module_of_the_test.lua")
      os.remove(folder)
      lu.assertEquals({ word, message }, { "found" })
   end

   function tests.test_workers_have_states_of_their_own()
      local pool = open { workers = 1 }
      mine = "the owner's" -- luacheck: ignore 111
      pool:submit(function() mine = "the worker's" end):result() -- luacheck: ignore 111
      lu.assertEquals(mine, "the owner's") -- luacheck: ignore 113
      mine = nil -- luacheck: ignore 111
   end
end)

TestOptions = {}

function TestOptions.test_mistakes_are_named()
   local function of_threads(options) return raises(bake.threads, options) end
   local function of_processes(options) return raises(bake.processes, options) end
   lu.assertStrContains(of_threads { worker = 2 }, "bake.threads: unknown field 'worker'")
   lu.assertStrContains(of_threads { workers = 0 }, "bake.threads: workers: '0' is not accepted")
   lu.assertStrContains(of_threads { workers = 1e9 }, "at most")
   lu.assertStrContains(of_threads { init = 3 }, "init: expected a function, got a number")
   lu.assertStrContains(of_threads { gil = 1 }, "gil: expected a boolean")
   lu.assertStrContains(of_threads { start = "fork" }, "unknown field 'start'")
   lu.assertStrContains(of_threads { shared = 7 }, "bake.threads: shared: expected a table, got a number")
   lu.assertStrContains(of_processes { shared = "word" }, "shared: expected a table, got a string")
   lu.assertStrContains(of_processes { gil = true }, "unknown field 'gil'")
   lu.assertStrContains(of_processes { start = "clone" }, "start: 'clone' is neither fork nor spawn")
   lu.assertStrContains(of_processes { frame_max = "much" }, "frame_max")
   lu.assertStrContains(of_processes { recycle = -1 }, "recycle")
   lu.assertStrContains(raises(bake.threads, 3), "table")
   lu.assertStrContains(of_threads { shared = { x = coroutine.create(print) } },
      "shared: field 'x' is a thread")
end

function TestOptions.test_one_worker_per_processor_is_the_default()
   local pool <close> = bake.threads()
   lu.assertEquals(#pool, core.system().cores_allowed)
end

function TestOptions.test_fork_beside_threads_is_refused_with_advice()
   collectgarbage()
   local threads <close> = bake.threads { workers = 1 }
   local message = raises(bake.processes, { workers = 1 })
   lu.assertStrContains(message, "bake.processes: ")
   lu.assertStrContains(message, 'start = "spawn"')
   lu.assertEquals(threads:submit(add, 1, 2):result(), 3)
   local spawned <close> = bake.processes { workers = 1, start = "spawn" }
   lu.assertEquals(spawned:submit(add, 1, 2):result(), 3)
end

os.exit(lu.LuaUnit.run(), true)
