--- The garbage collector works alike under every contender: it leaves the bench's own memory alone.
local lu = require "luaunit"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_tasks.lua")
local sanitizer = dofile(here .. "support_cases.lua").sanitizer()
local assert_done = support.assert_done

-- The mode, which asking for it changes; so ask for the one that we want.
local function mode() return collectgarbage "generational" end

local function is_generational() return mode() == "generational" or error "the collector is incremental" end

TestMode = {}

function TestMode.test_every_contender_has_a_generational_collector()
   support.each({ items = { 1, 2 }, task = is_generational },
      function(name, row) assert_done(name, row, 2) end)
   assert_done("spawn", support.run("processes", { items = { 1 }, task = is_generational }, 1,
      { start = "spawn" }), 1)
end

function TestMode.test_so_has_a_pool_that_runs_offloaded_functions()
   local function task(ctx) return ctx:offload(is_generational) end
   for _, kind in ipairs { "threads", "processes" } do
      local row = support.run("hybrid", { items = { 1, 2 }, task = task }, 2,
         { offload = kind, offload_workers = 1 })
      assert_done(kind, row, 2)
   end
end

function TestMode.test_the_script_keeps_its_own_mode()
   local function run() assert_done("sequential", support.run("sequential", { items = { 1 },
      task = function() return 1 end }), 1) end
   local before = collectgarbage "incremental"
   run()
   lu.assertEquals(collectgarbage "incremental", "incremental")
   collectgarbage "generational"
   run()
   lu.assertEquals(collectgarbage(before), "generational")
end

function TestMode.test_a_task_may_set_the_collector_itself()
   local function task()
      collectgarbage("incremental", 150)
      collectgarbage()
      local kept = {}
      for i = 1, 20000 do
         kept[i % 100] = { i }
      end
      return #kept == 99 and collectgarbage "incremental" == "incremental"
   end
   support.each({ items = { 1, 2 }, task = task }, function(name, row) assert_done(name, row, 2) end)
end

TestPages = {}

local PAGE, HELD, GARBAGE = 4096, 150000, 600000

local function minor_faults()
   local file <close> = assert(io.open "/proc/self/stat")
   return tonumber(file:read "a":match "%) %S+ %S+ %S+ %S+ %S+ %S+ %S+ (%d+)")
end

-- An incremental collector would mark what the bench holds, and so write to each of its pages.
function TestPages.test_a_trial_does_not_copy_the_memory_of_the_bench()
   lu.skipIf(sanitizer, "a sanitizer does not use freed memory again, so garbage faults, too")
   local before = collectgarbage "count"
   local held = {}
   for i = 1, HELD do
      held[i] = { i }
   end
   local pages = (collectgarbage "count" - before) * 1024 // PAGE
   local function task()
      local start = minor_faults()
      for i = 1, GARBAGE do
         local _ = { i }
      end
      local copied = minor_faults() - start
      return #held == HELD and copied < pages / 2
         or error(("%d page faults; the bench holds %d pages"):format(copied, pages))
   end
   local row, result, jobs = support.run("sequential", { items = { 1 }, task = task })
   lu.assertEquals(row.jobs.failed, 0, (support.job_lines(result, jobs)[1] or {}).error)
end

os.exit(lu.LuaUnit.run(), true)
