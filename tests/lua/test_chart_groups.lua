--- Groups of experiments in one chart, and bake.chart: what is drawn, kept, claimed and refused.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local bake = require "bakeoff"
local compare = require "bakeoff.compare"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local files = require "bakeoff.base.files"
local groups = require "bakeoff.charts.groups"
local json = require "bakeoff.base.json"
local options = require "bakeoff.script.options"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local session = require "bakeoff.script.session"

-- Results of the same seed, with total times multiplied by `factor`.
local function run_of(factor, spec)
   spec = spec or {}
   spec.workers, spec.repeats, spec.contenders = { 16 }, spec.repeats or 8, { "threads", "eventloop" }
   spec.change = function(trial) trial.total_s = trial.total_s * factor end
   return results.load(runs.make(spec))
end

local function given_of(factors, spec)
   local given = { groups = {} }
   for index, factor in ipairs(factors) do
      given.groups[index] = { name = "group " .. index, results = run_of(factor, spec) }
   end
   return given
end

TestGroups = {}

function TestGroups.tearDown() runs.clear() end

function TestGroups.test_every_group_against_the_reference()
   lu.assertEquals(groups.title(given_of { 3, 2, 1 }),
      "Compared with group 3: group 1 takes 3 times as long and group 2 takes 2 times as long")
   local given = given_of { 3, 1, 0.5 }
   given.reference = 2
   lu.assertEquals(groups.title(given),
      "Compared with group 2: group 1 takes 3 times as long and group 3 is 2 times as fast")
end

function TestGroups.test_no_claim_without_a_verdict()
   lu.assertEquals(groups.title(given_of({ 3, 1 }, { repeats = 2 })),
      "Compared with group 2: group 1 has too few repeats for a verdict")
   lu.assertEquals(groups.title(given_of { 1, 1 }), "Compared with group 2: group 1 shows no difference")
   lu.assertEquals(groups.title(given_of({ 1, 1 }, { repeats = 40, latency = 1 })),
      "Compared with group 2: group 1 takes the same time within 3 %")
   lu.assertEquals(groups.title(given_of { 1 }), "Only one experiment was run")
end

-- Threads take `factor` times as long in group 1; change(trial), if given, changes all trials of it.
local function mixed(factor, spec, change)
   local given = given_of({ 1, 1 }, spec)
   for _, trial in ipairs(given.groups[1].results:rows()) do
      trial.total_s = trial.total_s * (trial.contender == "threads" and factor or 1)
      if change then
         change(trial)
      end
   end
   return given
end

function TestGroups.test_mixed_verdicts()
   local steady = { repeats = 40, latency = 1 }
   lu.assertEquals(groups.title(mixed(1.06, steady)),
      "Compared with group 2: group 1 changes times by at most 6 %")
   lu.assertEquals(groups.title(mixed(1.028, steady)),
      "Compared with group 2: group 1 shows no difference beyond the noise between runs")
   lu.assertEquals(groups.title(mixed(3)), "Compared with group 2: group 1 takes up to 3 times as long")
end

-- The event loop's median is five times as long, but only two of its eight trials succeeded.
function TestGroups.test_the_title_tells_the_differences_that_are_shown()
   local given = mixed(3, nil, function(trial)
      local is_loop = trial.contender == "eventloop"
      trial.total_s = trial.total_s * (is_loop and 5 or 1)
      trial.status = is_loop and trial["repeat"] > 2 and "failed" or trial.status
   end)
   lu.assertEquals(groups.title(given), "Compared with group 2: group 1 takes up to 3 times as long")
end

-- One verdict per pair: on the chart and in `bakeoff compare`.
function TestGroups.test_a_pair_has_the_same_verdict_as_in_a_comparison_of_the_two_runs()
   local given = mixed(1.1)
   local baseline, group = given.groups[2].results, given.groups[1].results
   local rows, of = compare.results(baseline, group, {}).rows, groups.verdicts(given)
   lu.assertEquals({ #group.cells, #rows }, { 2, 2 })
   for index, cell in ipairs(group.cells) do
      local figure = rows[index].metrics.total_s
      lu.assertEquals({ of[cell].verdict, of[cell].ratio, of[cell].low, of[cell].high, of[cell].p_family },
         { figure.verdict, figure.ratio, figure.low, figure.high, figure.p_family })
   end
end

function TestGroups.test_groups_at_different_worker_counts_are_compared_all_the_same()
   local given = { groups = {} }
   for index, count in ipairs { 4, 16 } do
      given.groups[index] = { name = "group " .. index, results = results.load(runs.make {
         contenders = { "threads", "eventloop" }, workers = { count }, repeats = 8 }) }
   end
   lu.assertStrMatches(groups.title(given), "Compared with group 2: group 1 takes .* as long")
end

function TestGroups.test_all_sizes_are_drawn()
   local given = given_of { 3, 2, 1 }
   for _, size in ipairs { "page", "column", "slide" } do
      local folder = runs.folder()
      assert(core.mkdirs(folder))
      local built = groups.build(given, { size = size })
      lu.assertEquals({ draw.write(folder, built, {}) }, { true })
      local svg = files.read(folder .. "/groups.svg")
      for _, words in ipairs { "group 1", "group 3", "event loop", "3 times as long", "under “group 3”" } do
         lu.assertStrContains(svg, words)
      end
   end
end

-- Names that are numbers are a scanned parameter; "group 1" only counts.
function TestGroups.test_groups_named_by_numbers_are_lines()
   local given = given_of { 4, 2, 1 }
   lu.assertEquals(groups.build(given, {}).templates[2], "bars.gp")
   for index, name in ipairs { "256 KiB", "4 KiB", "64 KiB" } do
      given.groups[index].name = name
   end
   local built = groups.build(given, {})
   lu.assertEquals(built.templates[2], "lines.gp")
   lu.assertEquals(built.title, groups.title(given))
   local vars = {}
   for _, pair in ipairs(built.vars) do
      vars[pair[1]] = pair[2]
   end
   lu.assertEquals(vars.x_tick_text, { "4 KiB", "64 KiB", "256 KiB" })
   lu.assertEquals({ vars.series_count, vars.x_title }, { 2, "group (log)" })
   local slowest = built.data:match("# [^\n]*\n[^\n]*\n[^\n]*\n(%S+) ")
   lu.assertTrue(tonumber(slowest) > 250000, built.data)
   given.groups[1].name = "no limit"
   lu.assertEquals(groups.build(given, {}).templates[2], "bars.gp")
end

TestChart = {}

function TestChart:setUp()
   self.out = runs.folder()
   options.reset { argv = { "--out", self.out }, script = "my.lua", command = { "bakeoff", "run", "my.lua" } }
   session.reset()
end

function TestChart.tearDown()
   options.reset()
   session.reset()
   runs.clear()
end

local function quietly(fn, ...)
   local real = print
   print = function() end -- luacheck: ignore 121
   local found = table.pack(pcall(fn, ...))
   print = real -- luacheck: ignore 121
   return table.unpack(found, 1, found.n)
end

local function a_system()
   return { name = "map", model = "processes", tasks = {
      { submitted = 0, started = 0, ended = 1, received = 1 },
      { submitted = 0, started = 0, ended = 0.5, received = 1 } } }
end

function TestChart:test_rows_and_pictures_are_kept()
   local ok, chart = quietly(bake.chart, { kind = "order", name = "mine", systems = { a_system() } })
   lu.assertTrue(ok, chart)
   for _, kind in ipairs { "dat", "gp", "svg", "png" } do
      lu.assertEquals(chart[kind], ("%s/mine/charts/order.%s"):format(self.out, kind))
      lu.assertEquals(core.file_kind(chart[kind]), "file")
   end
   local kept = json.decode(files.read(chart.rows))
   lu.assertEquals({ kept.chart, kept.script, kept.systems[1].name }, { "order", "my.lua", "map" })
   lu.assertNotNil(kept.environment.kernel)
   lu.assertEquals(chart.title, "Finished results wait for their turn, up to 500 ms")
end

function TestChart:test_an_earlier_chart_is_moved_aside()
   for _ = 1, 2 do
      lu.assertTrue((quietly(bake.chart, { kind = "order", name = "mine", systems = { a_system() } })))
   end
   lu.assertEquals(core.file_kind(self.out .. "/mine~1/order.json"), "file")
end

function TestChart.test_groups_name_their_run_folders()
   local given = given_of { 2, 1 }
   given.kind, given.name, given.title = "groups", "both", "Said by the script"
   local ok, chart = quietly(bake.chart, given)
   lu.assertTrue(ok, chart)
   lu.assertEquals(chart.title, "Said by the script")
   local kept = json.decode(files.read(chart.rows))
   lu.assertEquals(kept.groups[2].run_folder, given.groups[2].results.dir)
end

function TestChart.test_misuse_names_the_field()
   local function system_with(field, value)
      local system = a_system()
      system.tasks[2][field] = value
      return { kind = "order", name = "x", systems = { system } }
   end
   for expected, given in pairs {
      ['chart: kind: expected "order" or "groups"'] = { kind = "pie" },
      ["chart: unknown field 'system'; did you mean 'systems'?"] = { kind = "order", system = {} },
      ["chart: name: '../x' is not a folder name"] = { kind = "order", name = "../x" },
      ["chart: size: 'wide' is none of"] = { kind = "order", name = "x", size = "wide" },
      ["chart: systems: expected a list"] = { kind = "order", name = "x", systems = {} },
      ["chart: systems[1]: expected { name"] = { kind = "order", name = "x", systems = { {} } },
      ["chart: systems[1].tasks[2]: ended: expected seconds"] = system_with("ended", 0 / 0),
      ["chart: systems[1].tasks[2]: received is out of order"] = system_with("received", 0.1),
      ["chart: groups: expected a list"] = { kind = "groups", name = "x" },
      ["chart: groups[1]: expected { name"] = { kind = "groups", name = "x", groups = { { name = "a" } } },
   } do
      local ok, problem = quietly(bake.chart, given)
      lu.assertFalse(ok)
      lu.assertStrContains(tostring(problem), expected)
   end
end

os.exit(lu.LuaUnit.run(), true)
