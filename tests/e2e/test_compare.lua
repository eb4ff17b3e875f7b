--- `bakeoff compare` through the real command.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local folder

local function compare(...) return support.run({ "bakeoff", "compare", ... }, { folder = folder }) end

local function make(name, spec)
   spec = spec or {}
   spec.dir, spec.contenders, spec.workers = folder .. "/" .. name, { "threads", "eventloop" }, { 4 }
   spec.repeats = spec.few and 5 or 8
   runs.make(spec)
end

local function heavier(trial)
   trial.memory.footprint_peak_bytes = trial.memory.footprint_peak_bytes * 2
end

local function assert_refused(expected, ...)
   local result = compare(...)
   lu.assertStrContains(result.stderr, expected)
   lu.assertStrMatches(result.stderr, "bakeoff compare: [^\n]*\n")
   lu.assertEquals(result.stdout, "")
   lu.assertEquals(result.code, 2)
end

TestCompare = {}

function TestCompare.setUp() folder = support.folder() end

function TestCompare.tearDown() support.remove(folder) end

function TestCompare.test_tables_verdicts_and_exit_codes()
   make "a"
   make("b", { seed = 2 })
   make("c", { change = heavier })
   local result = compare("a", "b", "--fail", "--noise", "20%")
   support.assert_code(0, result)
   lu.assertEquals(result.stderr, "")
   for _, part in ipairs { "total time", "CPU time", "peak footprint", "requests/s", "B/A [95 %]",
      "event loop", "No regression beyond 20 %." } do
      lu.assertStrContains(result.stdout, part)
   end
   result = compare("a", "c", "--fail")
   lu.assertEquals(result.code, 1)
   lu.assertStrMatches(result.stdout, ".*\nthreads +4 .* 2%.00× %[.*%] +more\n.*")
   lu.assertEquals(result.stderr, "bakeoff compare: 2 regressions beyond --noise 3%\n")
   support.assert_code(0, compare("a", "c"))
   support.assert_code(0, compare("a", "c", "--fail", "--metric", "total"))
   support.assert_code(0, compare("a", "c", "--fail", "--noise", "100%"))
end

function TestCompare.test_what_can_not_be_ruled_out_has_an_exit_code_of_its_own()
   make("a", { few = true })
   make("b", { few = true, seed = 2 })
   make("c", { change = heavier })
   local result = compare("a", "b", "--fail")
   support.assert_code(0, result)
   lu.assertStrContains(result.stdout, "No regression beyond 3 % is shown. 6 checks can't rule one out: "
      .. "total time of threads with 4 workers (too few repeats);")
   result = compare("a", "b", "--fail-undecided")
   lu.assertEquals(result.code, 3)
   lu.assertEquals(result.stderr, "bakeoff compare: 6 checks can't rule out a regression beyond --noise 3%\n")
   lu.assertEquals(compare("a", "c", "--fail-undecided", "--metric", "memory").code, 3)
   make("a", {})
   lu.assertEquals(compare("a", "c", "--fail-undecided").code, 1)
   support.assert_code(0, compare("a", "a", "--fail-undecided", "--noise", "30%"))
   assert_refused("--metric: ',' has an empty element", "a", "c", "--metric", ",")
end

function TestCompare.test_json_has_what_the_tables_say()
   make "a"
   make("c", { change = heavier })
   local drawn = compare("a", "c", "--json", "found.json", "--metric", "memory,total", "--chart", "found.svg")
   support.assert_code(0, drawn)
   lu.assertStrContains(drawn.stdout, "\nfound.svg\n")
   lu.assertStrContains(support.slurp(folder .. "/found.svg"), "Peak footprint in B: 2 times as much")
   local found = json.decode(support.slurp(folder .. "/found.json"))
   lu.assertEquals({ found.schema, found.regressions, #found.experiments }, { 1, 2, 1 })
   local figure = found.experiments[1].rows[1].metrics.footprint_peak_bytes
   lu.assertEquals({ figure.verdict, figure.change, figure.ratio }, { "more", "worse", 2 })
   local result = compare("a", "c", "--json", "-", "--metric", "memory,total")
   lu.assertEquals(json.decode(result.stdout), found)
   lu.assertStrContains(result.stderr, "peak footprint")
end

function TestCompare.test_folders_of_several_experiments()
   make "before/one"
   make "before/two"
   make "before/gone"
   make "now/one"
   make("now/two", { change = heavier, manifest = function(m) m.seed = 3 end })
   local result = compare("before/", "now", "--fail")
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stdout, "  B: now/one")
   lu.assertStrContains(result.stdout, "warning: seeds differ: 1 in A, 3 in B.")
   lu.assertStrContains(result.stdout, "warning: experiment gone is only in before.")
   assert_refused("now/one is one run, but before holds several (gone, one, two)", "before", "now/one")
   assert_refused("--chart: the folders have 2 experiments in common", "before", "now", "--chart", "x.svg")
end

function TestCompare.test_a_run_and_the_one_it_moved_aside()
   local script = support.script(folder,
      'contenders = { "eventloop" }, workers = { 2 }, repeats = 1, warmup = 0')
   for _ = 1, 2 do
      support.assert_code(0, support.run({ "bakeoff", "run", script }, { folder = folder }))
   end
   local result = compare("out/test~1", "out/test")
   support.assert_code(0, result)
   lu.assertStrContains(result.stdout, "too few repeats")
   lu.assertNotStrContains(result.stdout, "differ")
end

function TestCompare.test_runs_of_earlier_versions_are_read()
   local old = source .. "/plots/gallery/compare/before/prices"
   local result = compare(old, old)
   support.assert_code(0, result)
   lu.assertStrContains(result.stdout, "No regression")
end

function TestCompare.test_the_readme_shows_what_the_command_says()
   local rows = source .. "/plots/gallery/compare/"
   local result = compare(rows .. "before/prices", rows .. "after", "--metric", "memory")
   lu.assertEquals(result.code, 2, "one run and a folder of several")
   result = compare(rows .. "before", rows .. "after", "--metric", "memory", "--noise", "5%", "--fail")
   lu.assertEquals(result.code, 1)
   local readme, lines = support.slurp(source .. "/README.md"), 0
   for line in result.stdout:gmatch("[^\n]+") do
      if line:find("%d× %[") and not line:find("regressions") or line:find("^peak footprint") then
         lu.assertStrContains(readme, "\n" .. line .. "\n")
         lines = lines + 1
      end
   end
   lu.assertEquals(lines, 5)
end

function TestCompare.test_wrong_use()
   make "a"
   make("new", { manifest = function(manifest) manifest.schema = 9 end })
   core.mkdirs(folder .. "/empty")
   assert_refused("missing argument", "a")
   assert_refused("nothing: no such folder", "a", "nothing")
   assert_refused("empty: not a run folder", "a", "empty")
   assert_refused("new/manifest.json: written by a newer bakeoff (schema 9; this one reads up to 1)", "a",
      "new")
   assert_refused("--noise: 'some' is not a share; write for example 0.03 or", "a", "a", "--noise", "some")
   assert_refused("--metric: 'totl' is not a figure; did you mean 'total'?", "a", "a", "--metric", "totl")
   assert_refused("did you mean '--noise'?", "a", "a", "--nois", "3%")
   assert_refused("'x.jpg' is not a picture that can be drawn", "a", "a", "--chart", "x.jpg")
   lu.assertStrContains(compare("a", "a", "--json", "no/x.json").stderr, "--json: cannot write")
end

os.exit(lu.LuaUnit.run(), true)
