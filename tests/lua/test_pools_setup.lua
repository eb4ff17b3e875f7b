--- How worker pools start: options, init, shared data, recycling.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local raises = support.raises

local function add(a, b) return a + b end

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
   lu.assertStrContains(of_processes { start = "clone" }, "start: 'clone' is not a start method; write")
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
