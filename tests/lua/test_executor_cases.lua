-- submit, map, init and shutdown, for every kind of pool. The cases are those of Python's tests of
-- concurrent.futures' executors (mirrored.md lists them).

local bake = require "bakeoff"
local lu = require "luaunit"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_cases.lua")
local listed = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/lua/support_items.lua")

local square = listed.square

local function add(a, b) return a + b end

local function quotient(x)
   if x == 0 then
      error "a zero"
   end
   return 100 // x
end

local function up_to(n) return listed.range(1, n) end

local function squares(n) return listed.squares(1, n) end

--- submit ---------------------------------------------------------------------------------------------------

local submits = {}

function submits.test_a_result(open)
   local pool <close> = open()
   lu.assertEquals(pool:submit(math.max, 2, 256, 8):result(), 256)
   lu.assertEquals(pool:submit(add, 2, 8):result(), 10)
end

function submits.test_arguments_and_results_keep_their_number_and_nils(open)
   local pool <close> = open()
   local echo = function(...) return select("#", ...), ... end
   lu.assertEquals(table.pack(pool:submit(echo, nil, false, nil):result()), table.pack(3, nil, false, nil))
   lu.assertEquals(table.pack(pool:submit(echo):result()), table.pack(0))
   lu.assertEquals(select("#", pool:submit(function() end):result()), 0)
end

function submits.test_without_a_function_it_raises(open)
   local pool <close> = open()
   for _, wrong in ipairs { 7, "add", {}, false } do
      lu.assertErrorMsgContains("function", function() pool:submit(wrong, 1) end)
   end
   lu.assertError(function() pool:submit() end)
   lu.assertEquals(pool:counts().submitted, 0)
end

function submits.test_the_pool_keeps_no_argument(open)
   local pool <close> = open()
   local known = setmetatable({}, { __mode = "k" })
   local function give()
      local argument = { 1, 2, 3 }
      known[argument] = true
      return pool:submit(function(list) return #list end, argument)
   end
   lu.assertEquals(give():result(), 3)
   collectgarbage()
   collectgarbage()
   lu.assertNil(next(known))
end

function submits.test_a_worker_keeps_no_argument(open)
   local pool <close> = open { workers = 1 }
   local note = function(list)
      Known = setmetatable({ [list] = true }, { __mode = "k" }) -- luacheck: ignore
      return true
   end
   local look = function()
      collectgarbage()
      collectgarbage()
      return next(Known) == nil -- luacheck: ignore
   end
   lu.assertTrue(pool:submit(note, { 1, 2 }):result())
   lu.assertTrue(pool:submit(look):result())
end

function submits.test_many_more_tasks_than_workers_start_no_more_of_them(open)
   local pool <close> = open { workers = 3 }
   local gate <close> = support.gate()
   local futures = {}
   for i = 1, 45 do
      futures[i] = pool:submit(support.wait_at, gate.path, i)
   end
   lu.assertEquals({ #pool, pool:counts().workers }, { 3, 3 })
   gate:open()
   lu.assertEquals(support.results(futures), up_to(45))
   lu.assertEquals(pool:counts().respawned, 0)
end

function submits.test_a_worker_count_must_be_one_or_more(open)
   for _, wrong in ipairs { 0, -1, 1.5, "x" } do
      local ok, message = pcall(open, { workers = wrong })
      lu.assertFalse(ok, ("workers = %s was taken"):format(wrong))
      lu.assertStrContains(tostring(message), "workers")
   end
end

support.cases("Submit", submits)

--- map ------------------------------------------------------------------------------------------------------

local maps = {}

function maps.test_results_in_order_whatever_the_chunk(open)
   local pool <close> = open()
   lu.assertEquals(pool:map(square, up_to(10)), squares(10))
   for _, chunk in ipairs { 3, 6, 39, 40, 50 } do
      lu.assertEquals(pool:map(square, up_to(40), { chunk = chunk }), squares(40))
   end
end

function maps.test_a_chunk_must_be_one_or_more(open)
   local pool <close> = open()
   for _, wrong in ipairs { 0, -1, 0.5, "x" } do
      lu.assertErrorMsgContains("chunk", function() pool:map(square, { 1 }, { chunk = wrong }) end)
   end
end

function maps.test_the_first_failure_is_returned_with_its_index(open)
   local pool <close> = open()
   local list, message, code, index = pool:map(quotient, { 5, 4, 0, 2, 0 })
   lu.assertEquals({ list, code, index }, { nil, "task", 3 })
   lu.assertStrContains(message, "a zero")
   lu.assertEquals(pool:map(quotient, { 5, 4 }), { 20, 25 })
end

function maps.test_imap_gives_what_came_before_the_failure(open)
   local pool <close> = open()
   local seen = {}
   for index, value, message, code in pool:imap(quotient, { 5, 4, 0, 2 }) do
      seen[#seen + 1] = value or code
      lu.assertEquals(index, #seen)
      if not value then
         lu.assertStrContains(message, "a zero")
         break
      end
   end
   lu.assertEquals(seen, { 20, 25, "task" })
end

function maps.test_a_timeout_cancels_what_is_left(open)
   local pool <close> = open { workers = 1 }
   local gate <close> = support.gate()
   local held = support.hold(pool, gate)
   local log = support.folder .. "/log"
   local note = function(x)
      assert(io.open(log, "a")):close()
      return x
   end
   local list, message, code = pool:map(note, { 1, 2 }, { timeout = "30ms" })
   lu.assertEquals({ list, code }, { nil, "timeout" }, message)
   gate:open()
   support.results(held)
   pool:shutdown()
   lu.assertNil(io.open(log), "a task ran although its map had timed out")
   lu.assertEquals(support.assert_reconciled(pool).cancelled, 2)
end

function maps.test_the_iterator_keeps_no_result(open)
   local pool <close> = open()
   local known = setmetatable({}, { __mode = "k" })
   local iterator, state, control = pool:imap(function(x) return { x } end, up_to(10))
   for i = 1, 10 do
      local index, value = iterator(state, control)
      lu.assertEquals({ index, value }, { i, { i } })
      control, known[value], value = index, true, nil
      lu.assertNil(value)
      collectgarbage()
      collectgarbage()
      lu.assertNil(next(known), "a returned result is still referenced")
   end
end

function maps.test_then_shutdown(open)
   local pool <close> = open()
   lu.assertEquals(#pool:map(tostring, { 2, 2, 2 }), 3)
   pool:shutdown()
   lu.assertEquals(support.assert_reconciled(pool).workers, 0)
end

support.cases("Map", maps)

--- init -----------------------------------------------------------------------------------------------------

local inits = {}

function inits.test_runs_in_every_worker_before_its_tasks(open)
   local pool <close> = open { init = function() Status = "ready" end } -- luacheck: ignore
   local futures = {}
   for i = 1, 8 do
      futures[i] = pool:submit(function() return Status end) -- luacheck: ignore
   end
   for _, status in ipairs(support.results(futures)) do
      lu.assertEquals(status, "ready")
   end
end

function inits.test_a_failing_one_fails_the_pool_with_its_message(open)
   lu.assertErrorMsgContains("no such day", open, { init = function() error "no such day" end })
end

support.cases("Init", inits)

--- shutdown -------------------------------------------------------------------------------------------------

local ends = {}

function ends.test_no_submit_after_it(open)
   local pool <close> = open()
   pool:shutdown()
   lu.assertErrorMsgContains("closed", function() pool:submit(add, 2, 5) end)
   lu.assertErrorMsgContains("closed", function() pool:map(square, { 2 }) end)
   pool:shutdown() -- a second one is harmless
end

function ends.test_it_waits_for_all_tasks(open)
   local pool <close> = open()
   local futures = {}
   for i = 1, 50 do
      futures[i] = pool:submit(add, i, 0)
   end
   pool:shutdown()
   lu.assertEquals(support.results(futures), up_to(50))
   lu.assertEquals(support.assert_reconciled(pool).done, 50)
end

function ends.test_cancel_cancels_the_pending_and_lets_the_running_end(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local held, pending = support.hold(pool, gate), {}
   for i = 1, 48 do
      pending[i] = pool:submit(add, i, 0)
   end
   pool:shutdown { cancel = true, wait = false }
   gate:open()
   lu.assertEquals(support.results(held), { 1, 2 })
   bake.wait(pending)
   for _, future in ipairs(pending) do
      lu.assertTrue(future:cancelled())
   end
   lu.assertEquals(support.assert_reconciled(pool).cancelled, 48)
end

function ends.test_without_waiting_all_tasks_still_run(open)
   local pool <close> = open()
   local gate <close> = support.gate()
   local held = support.hold(pool, gate)
   local later = pool:submit(add, 1, 2)
   pool:shutdown { wait = false }
   lu.assertFalse(later:done())
   gate:open()
   lu.assertEquals(support.results(held), { 1, 2 })
   lu.assertEquals(later:result(60), 3)
end

function ends.test_a_task_cancelled_just_before_it(open)
   local pool <close> = open { workers = 1 }
   pool:submit(add, 1, 2):result()
   pool:submit(add, 1, 2):cancel()
   pool:shutdown { wait = true }
   support.assert_reconciled(pool)
end

function ends.test_workers_are_gone_after_it(open, kind)
   local before = { #bake.tree(), bake.cpu().threads }
   local pool <close> = open { workers = 3 }
   local now = kind.threads and bake.cpu().threads - before[2] or #bake.tree() - before[1]
   lu.assertTrue(now >= 3, "only " .. now .. " workers are alive")
   pool:shutdown()
   lu.assertEquals({ #bake.tree(), bake.cpu().threads }, before)
end

function ends.test_leaving_the_block_ends_the_pool(open)
   local before = { #bake.tree(), bake.cpu().threads }
   local ended
   do
      local pool <close> = open { workers = 3 }
      lu.assertEquals(pool:map(math.abs, { -2, -1, 0, 1, 2 }), { 2, 1, 0, 1, 2 })
      ended = pool
   end
   lu.assertEquals({ #bake.tree(), bake.cpu().threads }, before)
   lu.assertErrorMsgContains("closed", function() ended:submit(add, 1, 2) end)
end

function ends.test_a_forgotten_pool_is_collected_with_its_workers(open)
   local before = { #bake.tree(), bake.cpu().threads }
   local function forget() lu.assertEquals(#open():map(math.abs, { -2, -1, 0 }), 3) end
   forget()
   collectgarbage()
   collectgarbage()
   lu.assertEquals({ #bake.tree(), bake.cpu().threads }, before)
end

support.cases("Shutdown", ends)

os.exit(lu.LuaUnit.run(), true)
