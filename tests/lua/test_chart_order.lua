--- Order of results: which results count as which order, what is said of it, and the chart.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local order = require "bakeoff.charts.order"
local runs = require "support_runs"
local sequence = require "bakeoff.analysis.sequence"

-- A system of tasks { started, ended, received [, kind] }.
local function system(name, ...)
   local made = { name = name, model = "processes", tasks = {} }
   for index, times in ipairs { ... } do
      made.tasks[index] = { submitted = 0, started = times[1], ended = times[2], received = times[3],
         kind = times[4] }
   end
   return made
end

local function in_turn() return system("in turn", { 0, 8, 8.01 }, { 0, 2, 8.02 }, { 2, 7, 8.03 }) end
local function prompt() return system("prompt", { 0, 8, 8.01 }, { 0, 2, 2.01 }, { 2, 7, 7.01 }) end
local function one_by_one() return system("apply", { 0, 8, 8 }, { 8, 10, 10 }, { 10, 15, 15 }) end

TestSequence = {}

function TestSequence.test_orders()
   lu.assertEquals({ sequence.by_submission(in_turn()), sequence.by_completion(in_turn()) }, { true, false })
   lu.assertEquals({ sequence.by_submission(prompt()), sequence.by_completion(prompt()) }, { false, true })
   lu.assertEquals(sequence.ranks(prompt()), { 3, 1, 2 })
   lu.assertEquals(sequence.ranks(in_turn()), { 1, 2, 3 })
end

function TestSequence.test_what_ends_at_once_may_come_in_any_order()
   local both = system("both", { 0, 2.001, 2.01 }, { 0, 2, 2.02 })
   lu.assertTrue(sequence.by_completion(both))
end

function TestSequence.test_finished_results_that_wait()
   local count, longest = sequence.held(in_turn())
   lu.assertEquals(count, 2)
   lu.assertAlmostEquals(longest, 6.02, 1e-9)
   lu.assertEquals({ sequence.held(prompt()) }, { 0, 0.0 })
end

function TestSequence.test_remarks()
   lu.assertEquals(sequence.remarks(in_turn()), { "in order of submission", "2 ready, wait up to 6.02 s" })
   lu.assertEquals(sequence.remarks(prompt()), { "as they complete" })
   lu.assertEquals(sequence.remarks(one_by_one()), { "one task after the other" })
   local joined = in_turn()
   joined.results = false
   lu.assertEquals(sequence.remarks(joined)[3], "ends only, no results")
   lu.assertEquals(sequence.remarks(system("silent", { 0, 1 }, { 0, 1 })), { "no results" })
   local mixed = system("mixed", { 0, 2, 2, "cpu" }, { 1, 3, 3, "io" })
   lu.assertEquals(sequence.remarks(mixed)[2], "I/O overlapped")
   mixed.tasks[2].started = 2
   lu.assertEquals(sequence.remarks(mixed)[2], "I/O not overlapped")
end

function TestSequence.test_short_tasks_beside_a_long_one_run_at_the_same_time()
   local long = system("long", { 0, 100, 100.1 }, { 0, 0.9, 1 }, { 0.9, 1.8, 1.9 })
   lu.assertEquals(sequence.remarks(long), { "as they complete" })
end

function TestSequence.test_findings()
   lu.assertEquals(sequence.finding { in_turn(), prompt(), one_by_one() },
      "Only “prompt” gives results as they complete; elsewhere finished ones wait up to 6.02 s")
   lu.assertEquals(sequence.finding { in_turn(), one_by_one() },
      "Finished results wait for their turn, up to 6.02 s")
   lu.assertEquals(sequence.finding { one_by_one() }, "No finished result waits for its turn")
   lu.assertEquals(sequence.finding { in_turn(), prompt(), prompt(), prompt() },
      "Only 3 of 4 systems give results as they complete; elsewhere finished ones wait up to 6.02 s")
end

TestOrder = {}

function TestOrder.tearDown() runs.clear() end

local function build(systems, size)
   return order.build({ job = "three sums", systems = systems }, { size = size })
end

function TestOrder.test_the_data_file_has_every_task_and_result()
   local silent = system("silent", { 0, 1 }, { 0, 1 })
   local built = build { in_turn(), silent }
   local counts = {}
   for name, rows in built.data:gmatch("# ([^:]+):[^\n]*\n([^#]*)") do
      counts[name] = select(2, rows:gsub("[^\n]+", ""))
   end
   lu.assertEquals(counts, { runs = 5, ["before the start"] = 5, ["until the caller got it"] = 3, got = 3 })
end

function TestOrder.test_every_size_is_drawn()
   local many = {}
   for index = 1, 6 do
      many[index] = index % 2 == 0 and in_turn() or prompt()
   end
   for _, systems in ipairs { { one_by_one() }, many } do
      for _, size in ipairs { "page", "column", "slide" } do
         local folder = runs.folder()
         assert(core.mkdirs(folder))
         lu.assertEquals({ draw.write(folder, build(systems, size), { theme = "dark" }) }, { true })
         lu.assertNotNil(core.file_kind(folder .. "/order.png"))
      end
   end
end

os.exit(lu.LuaUnit.run(), true)
