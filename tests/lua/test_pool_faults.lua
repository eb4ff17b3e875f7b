--- Faults around pools: workers that die, frames that are too large, tasks that use their own pool, pools in
-- forked copies.
local lu = require "luaunit"

local bake = require "bakeoff"
local core = require "bakeoff.core"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_pools.lua")

local raises = support.raises

local function add(a, b) return a + b end

-- Ends the worker as a crash would: no sanitizer report, no Lua state closed.
local function die() os.execute("kill -9 $PPID") end

support.for_each_kind("Deaths", function(tests, open, kind)
   function tests.test_a_dead_worker_loses_the_task_that_it_had_started()
      if kind == "threads" then
         return
      end
      local pool = open()
      local before, after = {}, {}
      for i = 1, 20 do
         before[i] = pool:submit(add, i, 1)
      end
      local bad = pool:submit(die)
      for i = 1, 20 do
         after[i] = pool:submit(add, i, 2)
      end
      local value, message, code = bad:result()
      lu.assertNil(value)
      lu.assertEquals(code, "lost")
      lu.assertStrContains(message, "killed by signal 9")
      lu.assertTrue(bad:error().pid > 0)
      for i = 1, 20 do
         lu.assertEquals({ before[i]:result(), after[i]:result() }, { i + 1, i + 2 })
      end
      pool:shutdown()
      local counts = pool:counts()
      lu.assertEquals({ counts.submitted, counts.done, counts.lost }, { 41, 40, 1 })
   end

   function tests.test_a_function_survives_the_worker_that_had_it()
      if kind == "threads" then
         return
      end
      local pool = open { workers = 1 }
      local text = ("x"):rep(3000)
      local function look(i) return #text + i end
      lu.assertEquals(pool:submit(look, 1):result(), 3001)
      lu.assertEquals(select(3, pool:submit(die):result()), "lost")
      lu.assertEquals(pool:submit(look, 2):result(), 3002)
      local results = assert(pool:map(look, { 1, 2, 3 }))
      lu.assertEquals(results, { 3001, 3002, 3003 })
   end

   function tests.test_a_map_over_a_death_says_which_item()
      if kind == "threads" then
         return
      end
      local pool = open { workers = 1 }
      local function visit(x)
         if x == 3 then
            os.execute("kill -9 $PPID")
         end
         return x
      end
      local result, _, code, index = pool:map(visit, { 1, 2, 3, 4 })
      lu.assertEquals({ result, code, index }, { nil, "lost", 3 })
      local codes = {}
      for i, _, _, why in pool:imap(visit, { 1, 2, 3, 4 }, { chunk = 2 }) do
         codes[i] = why or "ok"
      end
      lu.assertEquals(codes, { "ok", "ok", "lost", "lost" })
   end

   function tests.test_too_large()
      if kind == "threads" then
         return
      end
      local pool = open { frame_max = "64KiB" }
      local value, message, code = pool:submit(function(n) return ("x"):rep(n) end, 100000):result()
      lu.assertEquals({ value, code }, { nil, "too_large" })
      lu.assertTrue(#message > 0)
      value, message, code = pool:submit(function(text) return #text end, ("x"):rep(100000)):result()
      lu.assertEquals({ value, code }, { nil, "too_large" })
      lu.assertStrContains(message, "more than frame_max")
      lu.assertEquals(pool:submit(add, 1, 2):result(), 3)
   end

   function tests.test_an_error_that_fills_the_memory_of_its_state()
      local pool = open { workers = 1 }
      local _, _, code = pool:submit(function()
         local function deeper(n) return 1 + deeper(n + 1) end
         return deeper(1)
      end):result()
      lu.assertEquals(code, "task")
      lu.assertEquals(pool:submit(add, 1, 2):result(), 3)
   end
end)

TestOwnPool = {}

local function is_forkable() return support.KINDS[2] == "fork" end

function TestOwnPool.test_a_task_cannot_wait_for_its_own_pool()
   if not is_forkable() then
      return
   end
   local pool <close> = bake.processes { workers = 1 }
   own = pool -- luacheck: ignore 111
   local other <close> = bake.processes { workers = 1, init = function() end }
   own_pool_of_the_test, future_of_the_test = other, other:submit(add, 1, 1) -- luacheck: ignore 111
   local third <close> = bake.processes { workers = 1 }
   future_of_the_test:result() -- luacheck: ignore 113
   own = third -- luacheck: ignore 111
   third:shutdown()
   -- Forked workers reach pools through globals, because captured pools are refused.
   local self <close> = bake.processes { workers = 1, recycle = 1 }
   own = self -- luacheck: ignore 111
   self:submit(add, 1, 1):result()
   local value, code = self:submit(function()
      local _, _, code = own:submit(add, 1, 2):result() -- luacheck: ignore 113
      return 1, code
   end):result()
   lu.assertEquals({ value, code }, { 1, "deadlock" })
   local _, message, outer = self:submit(function()
      return assert(own:map(add, { 1 })) -- luacheck: ignore 113
   end):result()
   lu.assertEquals(outer, "deadlock")
   lu.assertStrContains(message, "a task cannot wait for its own pool")
   own, own_pool_of_the_test, future_of_the_test = nil, nil, nil -- luacheck: ignore 111
end

function TestOwnPool.test_a_forked_copy_of_a_pool_is_refused_elsewhere()
   if not is_forkable() then
      return
   end
   copied = bake.processes { workers = 1 } -- luacheck: ignore 111
   local pending = copied:submit(add, 20, 1) -- luacheck: ignore 113
   local other <close> = bake.processes { workers = 1 }
   local ok, message = other:submit(function()
      local ok, message = pcall(copied.submit, copied, math.max, 1) -- luacheck: ignore 113
      copied = nil -- luacheck: ignore 111
      collectgarbage()
      collectgarbage()
      return ok, message
   end):result()
   lu.assertEquals(ok, false)
   lu.assertStrContains(message, "this pool belongs to process ")
   lu.assertEquals(pending:result(), 21)
   lu.assertEquals(copied:submit(add, 1, 2):result(), 3) -- luacheck: ignore 113
   copied:shutdown() -- luacheck: ignore 113
   copied = nil -- luacheck: ignore 111
end

function TestOwnPool.test_a_task_may_have_a_pool_of_its_own()
   local pool <close> = bake.threads { workers = 2 }
   local sum, message = pool:submit(function(n)
      local inner <close> = require("bakeoff").threads { workers = 2 }
      local sum = 0
      for _, result in ipairs(assert(inner:map(function(x) return x * 2 end, { 1, 2, n }))) do
         sum = sum + result
      end
      return sum
   end, 3):result()
   lu.assertEquals({ sum, message }, { 12 })
end

TestTrials = {}

function TestTrials.test_a_trial_has_pools_of_its_own()
   if not is_forkable() then
      return
   end
   local support_trial = dofile(here .. "support_trial.lua")
   lu.assertNotNil(support_trial)
   local jobs = core.jobs { urls = {} }
   assert(jobs:new_recorder())
   local outer = bake.processes { workers = 1 }
   local result = assert(core.trial_run(jobs, function(enter)
      local pool <close> = bake.processes { workers = 2 }
      assert(pool:submit(add, 1, 2):result() == 3)
      assert(not pcall(outer.submit, outer, add, 1, 2))
      enter("work")
      enter("teardown")
      return true
   end, {}))
   local row = result:row(jobs)
   lu.assertEquals({ row.status, row.reason }, { "ok" })
   lu.assertEquals(outer:submit(add, 1, 2):result(), 3)
   outer:shutdown()
end

TestBroken = {}

function TestBroken.test_a_pool_that_breaks_fails_what_is_pending_and_what_comes()
   local path = os.tmpname()
   local pool = bake.processes { workers = 1, start = "spawn", recycle = 1, shared = { path = path },
      init = function(shared)
         assert(io.open(shared.path), "the file is gone"):close()
      end }
   lu.assertEquals(pool:submit(add, 1, 2):result(), 3)
   os.remove(path)
   local codes = {}
   for i = 1, 3 do
      local future = pool:submit(add, i, i)
      local _, message, code = future:result("60s")
      codes[i] = code
      if code then
         lu.assertEquals(code, "broken")
         lu.assertStrContains(message, "the file is gone")
      end
   end
   lu.assertEquals(codes[3], "broken")
   lu.assertStrContains(pool:reason(), "the file is gone")
   local _, _, code, index = pool:map(add, { 1, 2 })
   lu.assertEquals({ code, index }, { "broken", 1 })
   pool:shutdown()
end

function TestBroken.test_what_a_broken_pool_never_ran_is_counted_apart()
   local path = os.tmpname()
   local pool <close> = bake.processes { workers = 1, start = "spawn", recycle = 1,
      shared = { path = path }, init = function(shared) assert(io.open(shared.path)):close() end }
   local gate = support.gate()
   local futures, codes = { pool:submit(gate.wait, gate.path) }, {}
   for i = 2, 5 do
      futures[i] = pool:submit(add, i, i)
   end
   futures[5]:cancel()
   os.remove(path)
   gate:open()
   for i, future in ipairs(futures) do
      codes[i] = select(3, future:result "60s") or "done"
   end
   gate:remove()
   lu.assertEquals(codes, { "done", "broken", "broken", "broken", "cancelled" })
   local counts = pool:counts()
   lu.assertEquals({ counts.submitted, counts.done, counts.cancelled, counts.broken }, { 5, 1, 1, 3 })
end

function TestBroken.test_more_workers_than_the_system_gives()
   local script = os.tmpname()
   local file = assert(io.open(script, "w"))
   file:write [[
      local ok, message = pcall(require("bakeoff").threads, { workers = 4000 })
      io.stdout:write(tostring(ok), " ", tostring(message))
   ]]
   file:close()
   local pipe = assert(io.popen(("ulimit -v 3000000; %s %s 2>&1"):format(support.runner(), script)))
   local told = pipe:read "a"
   pipe:close()
   os.remove(script)
   if (os.getenv("BAKEOFF_BUILD") or ""):match("san$") then
      return -- a sanitizer alone needs more address space
   end
   lu.assertStrContains(told, "false bake.threads: ")
   lu.assertStrContains(told, "4000")
end

function TestBroken.test_reasons_of_a_good_pool()
   local pool <close> = bake.threads { workers = 1 }
   lu.assertNil(pool:reason())
   lu.assertStrContains(raises(pool.submit, pool, "x"), "function expected")
end

os.exit(lu.LuaUnit.run(), true)
