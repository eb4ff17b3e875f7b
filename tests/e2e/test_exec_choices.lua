--- `bakeoff exec`: how many runs (--time, --min-runs, --max-runs), and how results are shown (--sort,
-- --reference, --time-unit, exports in markup).
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")

local folder

local function bakeoff(...)
   return support.run({ "bakeoff", "exec", "--no-chart", "--warmup", "0", ... }, { folder = folder })
end

local function summary(name)
   return json.decode(support.slurp(folder .. "/out/" .. name .. "/summary.json"))
end

local function assert_refused(expected, ...)
   support.assert_refused(bakeoff(...), "bakeoff exec", expected, folder)
end

TestRuns = {}

function TestRuns.setUp() folder = support.folder() end

function TestRuns.tearDown() support.remove(folder) end

function TestRuns.test_for_a_time()
   local began = os.time()
   lu.assertEquals(bakeoff("--time", "1.5s", "--vs", "sleep 0.05", "--", "sleep", "0.1").code, 0)
   lu.assertTrue(os.time() - began < 30)
   local rows, auto = support.trials(folder .. "/out/exec"), summary("exec").auto
   lu.assertTrue(#rows >= 2 and #rows <= 20 and #rows % 2 == 0, "whole blocks: " .. #rows)
   lu.assertEquals({ auto.stopped_by, auto.time_s, auto.budget_s }, { "time", 1.5 })
   local before_the_last = 0 -- a block may take longer than those before it
   for index = 1, #rows - 2 do
      before_the_last = before_the_last + rows[index].total_s
   end
   lu.assertTrue(before_the_last <= 1.5, before_the_last)
   lu.assertStrContains(auto.stopped,
      "another block would have taken longer than the 1.50 s that were asked for")
end

-- The bounds are stronger than the time.
function TestRuns.test_bounds_of_a_time()
   bakeoff("--time", "1ms", "--min-runs", "4", "--name", "least", "--", "sleep", "0.05")
   lu.assertEquals(#support.trials(folder .. "/out/least"), 4)
   bakeoff("--time", "1h", "--max-runs", "3", "--name", "most", "--", "true")
   lu.assertEquals(#support.trials(folder .. "/out/most"), 3)
   lu.assertStrContains(summary("most").auto.stopped, "the most blocks that were allowed within 60.0 min")
end

function TestRuns.test_bounds_alone_let_the_intervals_decide()
   bakeoff("--max-runs", "7", "--", "true")
   local auto = summary("exec").auto
   lu.assertEquals({ auto.least, auto.most }, { 6, 7 })
   lu.assertTrue(#support.trials(folder .. "/out/exec") <= 7)
   bakeoff("--min-runs", "9", "--name", "least", "--", "true")
   lu.assertTrue(#support.trials(folder .. "/out/least") >= 9)
end

-- A run for a time continues where it was, for the time that is left.
function TestRuns.test_resume()
   local function again(...)
      bakeoff("--time", "1h", "--resume", "--max-runs", ...)
      return #support.trials(folder .. "/out/exec")
   end
   lu.assertEquals({ again("2", "--", "true"), again("5", "--", "true") }, { 2, 5 })
end

function TestRuns.test_refusals()
   assert_refused("--time: has no effect with --repeats 3; leave one of them out", "--time", "1s",
      "--repeats", "3",
      "--", "true")
   assert_refused("--min-runs: has no effect with --repeats 3", "--min-runs", "2", "--repeats", "3", "--",
      "true")
   assert_refused("--time: has no effect with --repeats auto", "--time", "1s", "--repeats", "auto", "--",
      "true")
   assert_refused("--max-runs: 3 is less than --min-runs 5; swap them", "--min-runs", "5", "--max-runs",
      "3", "--",
      "true")
   assert_refused("--max-runs: 3 is too few", "--max-runs", "3", "--", "true")
   assert_refused("--time: '0s' is not accepted; write a duration above zero", "--time", "0s", "--", "true")
end

TestShown = { setUp = TestRuns.setUp, tearDown = TestRuns.tearDown }

-- Three commands, the slowest first and the fastest last.
local function three(option, value)
   return bakeoff("--repeats", "2", "--label", "slow", "--label", "middle", "--label", "fast", "--vs",
      "sleep 0.15", "--vs", "sleep 0", "--export-csv", "e.csv", "--export-hyperfine", "e.json",
         "--export-json",
      "s.json", "--export-md", "e.md", option, value, "--", "sleep", "0.3")
end

local function order_of(text)
   local places, list = {}, { "slow", "middle", "fast" }
   for _, name in ipairs(list) do
      places[name] = assert(text:find("\n%s*|? ?" .. name .. " "), name)
   end
   table.sort(list, function(a, b) return places[a] < places[b] end)
   return table.concat(list, " ")
end

local function labels(list)
   local names = {}
   for index, one in ipairs(list) do
      names[index] = one.label
   end
   return table.concat(names, " ")
end

local function assert_orders(terminal, exported, result)
   lu.assertEquals(order_of(result.stdout), terminal)
   lu.assertEquals(labels(support.csv(folder .. "/e.csv")), exported)
   lu.assertEquals(labels(json.decode(support.slurp(folder .. "/e.json")).results), exported)
   lu.assertEquals(labels(json.decode(support.slurp(folder .. "/s.json")).cells), exported)
   lu.assertEquals(order_of(support.slurp(folder .. "/e.md")), exported)
end

function TestShown.test_sorted()
   local given, by_time = "slow middle fast", "fast middle slow"
   assert_orders(by_time, given, three("--sort", "auto"))
   assert_orders(given, given, three("--sort", "command"))
   assert_orders(by_time, by_time, three("--sort", "time"))
end

-- The first one otherwise.
function TestShown.test_reference()
   three("--sort", "auto")
   lu.assertEquals(summary("exec").reference.label, "slow")
   local result = three("--reference", "middle")
   lu.assertEquals(summary("exec").reference.label, "middle")
   lu.assertStrMatches(result.stdout, ".*\n  middle +[%d.]+ ms +1× .*")
   lu.assertStrContains(support.slurp(folder .. "/e.md"), "vs middle")
   local rows = support.csv(folder .. "/e.csv")
   lu.assertEquals({ rows[2].label, rows[2].ratio }, { "middle", "" })
   lu.assertTrue(tonumber(rows[1].ratio) > 1 and tonumber(rows[3].ratio) < 1)
end

function TestShown.test_reference_of_a_scan()
   bakeoff("--repeats", "1", "--scan", "n=0.1,0,0.2", "--reference", "sleep 0", "--", "sleep", "{n}")
   lu.assertEquals(summary("exec").reference.label, "sleep 0")
end

function TestShown.test_time_unit()
   three("--time-unit", "s")
   lu.assertStrMatches(support.slurp(folder .. "/e.md"), ".*| slow | 0%.3%d* s .*")
   three("--time-unit", "us")
   lu.assertStrMatches(support.slurp(folder .. "/e.md"), ".*| slow | 3%d%d,%d+ µs .*")
end

function TestShown.test_tables_in_markup()
   bakeoff("--repeats", "1", "--export-asciidoc", "e.adoc", "--export-orgmode", "e.org", "--label",
      "a|*b*", "--",
      "true")
   lu.assertStrMatches(support.slurp(folder .. "/e.adoc"),
      '%[cols="<,[<>,]+"%]\n|===\n| command | time .-\n\n| pass:c%[a\\|%*b%*%] | .-\n|===\n')
   lu.assertStrMatches(support.slurp(folder .. "/e.org"),
      "| command | time .-|\n|%-%-%-%+.-|\n| a\\vert{}%*b%* | .-|\n")
end

function TestShown.test_refusals()
   assert_refused("--reference: no command has the label 'midle'; did you mean 'middle'?", "--label",
      "middle",
      "--reference", "midle", "--", "true")
   assert_refused("--sort: 'size' is not accepted; write auto, command or time", "--sort", "size", "--",
      "true")
   assert_refused("--time-unit: 'm' is not accepted; write s, ms or us", "--time-unit", "m", "--", "true")
end

TestRandom = {}

function TestRandom.setUp() folder = support.folder() end

function TestRandom.tearDown() support.remove(folder) end

-- What each block drew: one value for both commands, which also got it.
local function drawn_in(name)
   local of_block, said = {}, {}
   for line in support.slurp(folder .. "/log"):gmatch "[^\n]+" do
      said[line] = (said[line] or 0) + 1
   end
   for _, row in ipairs(support.trials(folder .. "/out/" .. name)) do
      local value = ("%d"):format(row.random.key)
      lu.assertEquals(of_block[row.block] or value, value)
      of_block[row.block] = value
      lu.assertEquals(said[value], 2)
   end
   return of_block
end

function TestRandom.test_a_block_has_one_value_which_resume_draws_again()
   local function run(name, repeats, values)
      return bakeoff("--random", "key=" .. values, "--vs", "sh -c 'echo {key} >>log; true'", "--name", name,
         "--repeats", repeats, "--resume", "--", "sh", "-c", "echo {key} >>log").code
   end
   lu.assertEquals(run("whole", "3", "1..1000000"), 0)
   local whole = drawn_in "whole"
   lu.assertEquals(#whole, 3)
   lu.assertTrue(whole[1] ~= whole[2] and whole[2] ~= whole[3])
   support.remove(folder .. "/log")
   lu.assertEquals(run("parts", "1", "1..1000000"), 0)
   lu.assertEquals(drawn_in("parts"), { whole[1] })
   lu.assertEquals(run("parts", "3", "1..9"), 2) -- another experiment
   lu.assertEquals(run("parts", "3", "1..1000000"), 0)
   lu.assertEquals(drawn_in("parts"), whole)
   lu.assertStrContains(support.slurp(folder .. "/out/parts/report.md"),
      "Drawn at random for each block, from the seed, and the same for all its trials: {key} (1..1000000)."
      .. " The rows have what was drawn (`random`).")
end

os.exit(lu.LuaUnit.run(), true)
