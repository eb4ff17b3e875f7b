--- `bakeoff report`, and the exports of `run`, through the real command.
local source = os.getenv("BAKEOFF_SOURCE")
package.path = source .. "/tests/lua/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local json = require "bakeoff.base.json"
local runs = require "support_runs"
local support = dofile(source .. "/tests/e2e/support_run.lua")

local folder

local function bakeoff(...) return support.run({ "bakeoff", ... }, { folder = folder }) end

local function report(...) return bakeoff("report", ...) end

local function make(name)
   runs.make { dir = folder .. "/out/" .. name, name = name, repeats = 6, workers = { 1, 4 }, items = 20,
      contenders = { "sequential", "threads" } }
end

local function kind(path) return core.file_kind(folder .. "/" .. path) end

local function slurp(path) return support.slurp(folder .. "/" .. path) end

TestReport = {}

function TestReport.setUp() folder = support.folder() end

function TestReport.tearDown() support.remove(folder) end

function TestReport.test_all_of_it()
   make "one"
   local result = report("out/one", "--all", "--notes")
   support.assert_code(0, result)
   lu.assertEquals(result.stderr, "")
   for _, path in ipairs { "report.md", "report.html", "summary.json" } do
      lu.assertEquals(kind("out/one/" .. path), "file", path)
      lu.assertStrContains(result.stdout, "out/one/" .. path)
   end
   lu.assertStrMatches(result.stdout, ".*\n  out/one/charts/{speed,[%w_,]+}%.{svg,png}\n.*")
   lu.assertEquals({ kind "out/one/charts/speed.svg", kind "out/one/charts/speed.png" }, { "file", "file" })
   lu.assertStrContains(result.stdout, "contender   workers")
   lu.assertNil(kind "out/index.html")
   for _, said in ipairs { "## At a glance\n", "## Best of each contender\n", "## Verdicts\n", "## Memory\n",
      "## Fairness\n", "## Noise\n", "## Environment\n", "threads with 4 workers: " } do
      lu.assertStrContains(slurp "out/one/report.md", said)
   end
end

function TestReport.test_only_what_is_asked_for()
   make "one"
   support.assert_code(0, report("out/one", "--html", "--only", "speed"))
   lu.assertNil(kind "out/one/report.md")
   lu.assertNil(kind "out/one/charts/memory.svg")
   local page = slurp "out/one/report.html"
   lu.assertEquals(select(2, page:gsub("<figure", "")), 1)
   lu.assertEquals(kind "out/one/charts/speed.svg", "file")
   support.assert_code(0, report("out/one", "--md", "--no-chart"))
   lu.assertNotStrContains(slurp "out/one/report.md", "![")
   lu.assertEquals(slurp "out/one/report.html", page)
end

function TestReport.test_charts_for_slides_on_dark()
   make "one"
   support.assert_code(0, report("out/one", "--theme", "dark", "--size", "slide", "--only", "speed",
      "--format", "pdf"))
   lu.assertEquals(kind "out/one/charts/speed.pdf", "file")
   lu.assertStrContains(slurp "out/one/report.md", "](charts/speed.svg)")
   lu.assertStrContains(slurp "out/one/charts/speed.svg", 'width="1280"')
   lu.assertStrContains(slurp "out/one/charts/speed.gp", "theme = 'dark'")
   local page = slurp "out/one/report.html"
   lu.assertEquals(select(2, page:gsub('<svg class="chart"', "")), 1)
   lu.assertStrContains(page, ":#1f1f1f")
end

function TestReport.test_several_experiments_get_an_index_and_one_export()
   make "one"
   make "two"
   support.assert_code(0, report("out", "--no-chart", "--export-csv", "all.csv",
      "--export-hyperfine", "all.json"))
   local index = slurp "out/index.html"
   lu.assertStrContains(index, 'href="one/report.html"')
   lu.assertStrContains(index, 'href="two/report.html"')
   local rows = support.csv(folder .. "/all.csv")
   lu.assertEquals(#rows, 6)
   lu.assertEquals({ rows[1].experiment, rows[6].experiment, rows[6].workers }, { "one", "two", "4" })
   lu.assertEquals(#json.decode(slurp "all.json").results, 6)
end

function TestReport.test_an_export_may_have_standard_output()
   make "one"
   local result = report("out/one", "--no-chart", "--export-json", "-")
   lu.assertEquals(json.decode(result.stdout).experiment, "one")
   lu.assertStrContains(result.stderr, "Open:  out/one/report.html")
   lu.assertEquals(result.stdout, slurp "out/one/summary.json")
end

local function assert_refused(expected, ...)
   local result = report(...)
   lu.assertStrContains(result.stderr, expected)
   lu.assertStrMatches(result.stderr, "bakeoff report: [^\n]*\n")
   lu.assertEquals({ result.stdout, result.code }, { "", 2 })
end

function TestReport.test_what_is_refused()
   assert_refused("nowhere: no such folder", "nowhere")
   core.mkdirs(folder .. "/empty")
   assert_refused("empty: not a run folder", "empty")
   make "one"
   assert_refused("--theme: 'blue' is none of: light, dark", "out/one", "--theme", "blue")
   assert_refused("--workers: no trial ran with 7", "out/one", "--workers", "7")
   assert_refused("--only: 'pie' is none of", "out/one", "--only", "pie")
   assert_refused("--export-md: cannot write no/x.md", "out/one", "--export-md", "no/x.md")
   assert_refused("--export-json already writes to standard output", "out/one", "--export-json", "-",
      "--export-md", "-")
   lu.assertNil(kind "out/one/report.html", "written before everything was checked")
end

function TestReport.test_what_cannot_be_written_is_said()
   make "one"
   core.mkdirs(folder .. "/out/one/report.md")
   local result = report("out/one", "--no-chart")
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stderr, "the report was not written (out/one/report.md: Is a directory)")
   result = support.run({ "sh", "-c", '"$0" report out/one --export-csv - --no-chart --html >/dev/full',
      core.prefix() .. "/bakeoff" }, { folder = folder })
   lu.assertEquals(result.code, 1)
   lu.assertStrContains(result.stderr, "bakeoff: standard output could not be written; is the disk full?\n")
end

function TestReport.test_a_watched_process_has_a_page_too()
   support.assert_code(0, support.run({ "sh", "-c",
      'sleep 60 & "$0" attach $! --duration 100ms --out out; code=$?; kill $!; exit $code',
      core.prefix() .. "/bakeoff" }, { folder = folder }))
   support.assert_code(0, report "out/attach")
   lu.assertStrContains(slurp "out/attach/report.html", '<figure id="chart-memory">')
end

TestRun = { setUp = TestReport.setUp, tearDown = TestReport.tearDown }

local TWO = [[
local bake = require "bakeoff"
for _, name in ipairs { "one", "two" } do
   bake.experiment { name = name, items = { 1, 2 }, task = function() return 1 end, repeats = 1,
      contenders = { "sequential" } }:run()
end
print "said by the script"
]]

function TestRun.test_the_experiments_of_a_script_in_one_file()
   support.write(folder .. "/two.lua", TWO)
   local result = bakeoff("run", "two.lua", "--export-csv", "all.csv", "--export-md", "all.md")
   support.assert_code(0, result)
   lu.assertStrContains(slurp "out/index.html", 'href="two/report.html"')
   lu.assertStrContains(result.stdout, "out/index.html")
   lu.assertEquals(#support.csv(folder .. "/all.csv"), 2)
   lu.assertStrContains(slurp "all.md", "## one\n")
end

function TestRun.test_a_file_that_cannot_be_written_is_seen_before_anything_runs()
   support.write(folder .. "/two.lua", TWO)
   local result = bakeoff("run", "two.lua", "--export-csv", "no/all.csv")
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "--export-csv: cannot write no/all.csv")
   lu.assertStrContains(bakeoff("run", "two.lua", "--export-csv", "-").stderr,
      "standard output belongs to the script")
   lu.assertNil(kind "out")
end

os.exit(lu.LuaUnit.run(), true)
