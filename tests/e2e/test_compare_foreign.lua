--- `bakeoff compare` with another program's file on one side.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local HYPERFINE = source .. "/tests/foreign/hyperfine.json"
local CRITERION = source .. "/tests/foreign/criterion/sum/1000/"

local folder

local function compare(...) return support.run({ "bakeoff", "compare", ... }, { folder = folder }) end

local function assert_refused(expected, ...)
   local result = compare(...)
   lu.assertStrContains(result.stderr, expected)
   lu.assertStrMatches(result.stderr, "bakeoff compare: [^\n]*\n")
   lu.assertEquals(result.stdout, "")
   lu.assertEquals(result.code, 2)
end

TestCompareForeign = {}

function TestCompareForeign.setUp()
   folder = support.folder()
   runs.make { dir = folder .. "/now", contenders = { { "command", label = "nap" } }, workers = { 1 },
      repeats = 8, items = 1, latency = 0.024, form = "command" }
end

function TestCompareForeign.tearDown() support.remove(folder) end

function TestCompareForeign.test_either_side_may_be_a_file()
   local result = compare(HYPERFINE, "now", "--map", "sleep 0.02=nap", "--json", "found.json", "--fail")
   lu.assertStrContains(result.stdout, "  A: " .. HYPERFINE .. " (hyperfine)\n  B: now (")
   lu.assertStrContains(result.stdout, "not in turn (interleaved)")
   lu.assertNotStrContains(result.stdout, "a time of A is that of")
   lu.assertStrContains(result.stdout, "only in A, so not compared: sleep 0.03")
   local found = json.decode(support.slurp(folder .. "/found.json")).experiments[1]
   lu.assertEquals({ found.a.tool, found.metrics[1], #found.metrics }, { "hyperfine", "total_s", 1 })
   local ratio = found.rows[1].metrics.total_s.ratio
   lu.assertEquals(result.code, found.rows[1].metrics.total_s.change == "worse" and 1 or 0)
   result = compare("now", HYPERFINE, "--map", "sleep 0.02=nap", "--json", "found.json", "--chart", "it.svg")
   support.assert_code(0, result)
   found = json.decode(support.slurp(folder .. "/found.json")).experiments[1]
   lu.assertAlmostEquals(found.rows[1].metrics.total_s.ratio, 1 / ratio, 1e-9)
   lu.assertStrContains(support.slurp(folder .. "/it.svg"), "nap")
end

-- The samples are invented: base 300 ns, new 400 ns.
function TestCompareForeign.test_two_files_and_a_regression_between_them()
   local result = compare(CRITERION .. "base", CRITERION .. "new/sample.json", "--fail")
   lu.assertEquals(result.code, 1)
   lu.assertStrMatches(result.stdout, ".*\nsum/1000 +1 +30%d ns +40%d ns +1%.3%d× %[.*%] +slower\n.*")
   lu.assertStrContains(result.stdout, "A was measured by criterion, B by criterion, and not in turn")
   result = compare(CRITERION .. "new", CRITERION .. "base", "--fail-undecided")
   lu.assertEquals(result.code, 0)
end

function TestCompareForeign.test_wrong_use()
   support.write(folder .. "/bad.json", "{")
   runs.make { dir = folder .. "/several/one", workers = { 1 }, repeats = 2 }
   assert_refused("bad.json: is not valid JSON; name a run folder, or a file of hyperfine", "bad.json", "now")
   assert_refused("now/manifest.json: is JSON, but none of hyperfine", "now/manifest.json", "now")
   assert_refused("have no name in common ('sleep 0.02', 'sleep 0.03'; 'nap')", HYPERFINE, "now")
   assert_refused("--map: has no effect on two runs of bakeoff; leave it out", "now", "now", "--map", "a=b")
   assert_refused("several holds several (one)", HYPERFINE, "several", "--map", "sleep 0.02=nap")
   assert_refused("--metric: " .. HYPERFINE .. " has no cpu_s, only the times of hyperfine", HYPERFINE, "now",
      "--map", "sleep 0.02=nap", "--metric", "total,cpu")
   support.run { "mkfifo", folder .. "/pipe" }
   assert_refused("no such folder", folder .. "/pipe", "now")
end

os.exit(lu.LuaUnit.run(), true)
