--- Charts: which are drawn, labels don't overlap, and no text of the user's reaches a shell.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local cell_type = require "bakeoff.model.cell"
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local axis = require "bakeoff.plotting.axis"
local core = require "bakeoff.core"
local direction = require "bakeoff.plotting.direction"
local gp = require "bakeoff.plotting.gp"
local plot = require "bakeoff.commands.plot"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local selection = require "bakeoff.model.select"
local style = require "bakeoff.plotting.style"
local text = require "bakeoff.plotting.text"

local function read(path)
   local file = io.open(path, "rb")
   local content = file and file:read("a")
   return file and file:close() and content
end

TestText = {}

function TestText.test_quoting()
   lu.assertEquals(gp.quote("'it's `id`\n$(x) \"q\""), "'’it’s `id` $(x) \"q\"'")
   lu.assertEquals(gp.quote("a\0b\u{2028}\xff"), "'a b?'")
   lu.assertEquals(gp.assign { { "a", 3 }, { "b", 3.0 }, { "c", { "x", "y" } }, { "d", {} } },
      "a = 3\nb = 3.0\narray c[2] = ['x', 'y']\narray d[1] = ['']\n")
end

function TestText.test_wrapping()
   local lines = text.wrap("one two three four five six", 10, 60, 3)
   lu.assertEquals(table.concat(lines, " "), "one two three four five six")
   for _, line in ipairs(lines) do
      lu.assertTrue(text.width(line, 10) <= 60)
   end
   lu.assertStrMatches(text.wrap("far too long for one short line", 10, 60, 1)[1], ".*…")
   lu.assertEquals(text.wrap("", 10, 60, 2), {})
   lu.assertTrue(text.width(text.cut("Donaudampfschifffahrt", 10, 50), 10) <= 50)
   lu.assertEquals(#text.balance("aaaa bbbb cccc dddd", 10, 90, 2), 2)
   lu.assertEquals(text.balance("processes: go", 10, 62, 2), { "processes:", "go" }) -- words are never cut
   lu.assertEquals(text.wrap("gets 23 %, or 5 %", 10, 34, 4), { "gets", "23 %,", "or 5 %" })
   local name = "threads (one interpreter)"
   lu.assertEquals(text.name_lines(name, 10, 100, 120, { name }), { "threads", "(one interpreter)" })
   lu.assertEquals(text.name_lines("threads", 10, 100, 120, { "threads" }), { "threads" })
   lu.assertEquals(text.balance("The first wins; all others take 3 times as long", 10, 200, 2),
      { "The first wins;", "all others take 3 times as long" }) -- where the clause ends
end

function TestText.test_a_number_is_never_cut_to_another()
   local words = "seen, at most 183 MiB, +120 MiB"
   local seen = {}
   for room = 20, 170 do
      seen[text.cut(words, 10, room)] = true
   end
   for cut in pairs(seen) do
      for number in cut:gmatch "%d+" do
         lu.assertTrue(number == "183" or number == "120", cut)
         lu.assertStrContains(cut, number .. " MiB")
      end
   end
   lu.assertTrue(seen["seen, at most…"] and seen["seen, at most 183 MiB…"])
end

function TestText.test_long_names_still_differ_when_cut()
   local start = ("a long path/"):rep(9)
   local names = { start .. "one.txt --all", start .. "two.txt --all" }
   for _, lines_of in ipairs { function(name) return { text.name_line(name, 10, 150, names) } end,
      function(name) return text.name_lines(name, 10, 150, 150, names) end } do
      local shown = {}
      for _, name in ipairs(names) do
         local lines = lines_of(name)
         for _, line in ipairs(lines) do
            lu.assertTrue(text.width(line, 10) <= 150, line)
         end
         shown[#shown + 1] = table.concat(lines, " ")
         lu.assertStrContains(shown[#shown], name:match "%a+%.txt")
      end
      lu.assertNotEquals(shown[1], shown[2])
   end
end

function TestText.test_parts_from_right_to_left_are_isolated()
   local hebrew = "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"
   lu.assertEquals(direction.isolated("caf\u{e9} 1.5 s"), "caf\u{e9} 1.5 s")
   lu.assertEquals(direction.isolated(hebrew .. " 4 " .. hebrew .. " 12 ms and " .. hebrew),
      ("\u{200e}\u{2068}%s 4 %s\u{2069} 12 ms and \u{2068}%s\u{2069}"):format(hebrew, hebrew, hebrew))
   lu.assertEquals(gp.quote("a\u{202e}b\u{2067}c"), "'abc'") -- what turns the rest of a line
end

function TestText.test_data_blocks()
   lu.assertEquals(gp.data { { title = "t\n1", columns = { "a", "b" }, rows = { { 1, nil }, { 0.5, 2 } } },
      { title = "e", columns = { "a" }, rows = {} } }, "# t 1: a b\n1 NaN\n0.5 2\n\n\n# e: a\nNaN\n")
   lu.assertEquals(core.number_rows({ { 1e6 / 3, 0 / 0, 1e-300 }, { -1 / 0, false, 7, "more" } }, 3),
      "333333.333 NaN 1e-300\n-inf NaN 7\n")
   lu.assertErrorMsgContains("row 2, column 1: expected a number", core.number_rows, { { 1 }, { {} } }, 1)
   lu.assertErrorMsgContains("row 1: expected a table, got number", core.number_rows, { 1 }, 1)
   lu.assertErrorMsgContains("1 to 64 columns", core.number_rows, {}, 65)
end

TestAxis = {}

function TestAxis.test_linear()
   local ruler = axis.linear(12.4, "time", 7)
   lu.assertEquals(ruler.texts, { "0", "2", "4", "6", "8", "10", "12" })
   lu.assertEquals({ ruler.unit, ruler.at(6.2) }, { "s", 0.5 })
   lu.assertEquals(axis.linear(0.4, "time", 6).unit, "ms")
   lu.assertEquals(axis.linear(52 * 1024 ^ 2, "size", 6, true).max, 60)
end

function TestAxis.test_logarithmic()
   local ruler = axis.logarithmic(0.01, 10, "time")
   lu.assertEquals(ruler.unit, "s")
   lu.assertAlmostEquals(ruler.at(0.01), 0, 1e-9)
   lu.assertAlmostEquals(ruler.at(10), 1, 1e-9)
   for _, label in ipairs(ruler.texts) do
      lu.assertNotStrContains(label, "e")
   end
end

TestStyle = {}

function TestStyle.test_a_contender_looks_the_same_whatever_else_runs()
   local few = style.looks { { contender = "threads", label = "threads" } }
   local many = style.looks { { contender = "command", label = "aiohttp" },
      { contender = "threads", label = "threads" }, { contender = "eventloop", label = "eventloop" } }
   lu.assertEquals(few.threads, many.threads)
   lu.assertEquals(many.threads.light, 0x0072b2)
   lu.assertEquals(many.eventloop.light, 0x009e73)
   lu.assertNotEquals(many.aiohttp.light, many.eventloop.light)
end

-- A chart of programs only gives each a look of its own when none has a model, whatever their names suggest.
function TestStyle.test_programs_alone_have_a_colour_each()
   local cells = {}
   for i = 1, 9 do
      cells[i] = { contender = "command", label = ("x --threads=%d"):format(i) }
   end
   local looks, seen = style.looks(cells, "command"), {}
   for _, cell in ipairs(cells) do
      local look = looks[cell.label]
      local key = ("%x %d %d"):format(look.light, look.marker, look.dash)
      lu.assertNil(seen[key], key)
      seen[key] = true
   end
   cells[1].model = "eventloop"
   lu.assertEquals(style.looks(cells, "command")[cells[1].label].light,
      style.looks(cells)[cells[1].label].light)
end

function TestStyle.test_external_programs_belong_to_a_model()
   for label, model in pairs { aiohttp = "eventloop", gevent = "coroutines",
      ["ThreadPool + requests"] = "threads", ["multiprocessing pool"] = "processes", wrk = "other" } do
      lu.assertEquals(cell_type.model_of { contender = "command", label = label }, model)
   end
end

TestSelect = {}

function TestSelect.tearDown() runs.clear() end

function TestSelect.test_the_largest_count_that_all_ran()
   local run = results.load(runs.make { repeats = 1, workers = { 4, 16, 100 }, change = function(trial)
      return not (trial.label == "processes" and trial.workers == 100)
   end })
   local cells, workers = selection.at_one_count(run)
   lu.assertEquals({ #cells, workers }, { 5, 16 })
end

function TestSelect.test_a_count_of_its_own_stands_in_every_chart()
   local threads = { label = "threads", contender = "threads", workers = 6 }
   local alone = { label = "requests", contender = "command", workers = 1, fixed = true }
   local run = { cells = { { label = "sequential", contender = "sequential", workers = 1 }, threads, alone } }
   local cells, workers = selection.at_one_count(run)
   lu.assertEquals({ #cells, workers, selection.worker_counts(run) }, { 3, 6, { 6 } })
   cells, workers = selection.at_one_count { cells = { alone } } -- no other count to choose
   lu.assertEquals({ #cells, workers }, { 1, 1 })
end

TestDraw = {}

function TestDraw.tearDown() runs.clear() end

local function draw_all(spec, options)
   local run = results.load(runs.make(spec))
   return run, charts.draw(run, options or {})
end

local function names_of(drawn)
   local names = {}
   for index, chart in ipairs(drawn) do
      names[index] = chart.name
   end
   return table.concat(names, " ")
end

function TestDraw.test_all_charts_of_seven_contenders()
   local run, drawn, problems, skipped = draw_all { contenders = runs.SEVEN, repeats = 6 }
   lu.assertEquals({ problems, skipped }, { {}, {} })
   lu.assertEquals(names_of(drawn), "speed ratio quadrant memory footprint memory_workers scaling speedup")
   -- six trials are too few for a distribution unless asked for
   for _, chart in ipairs(drawn) do
      lu.assertStrContains(read(run.dir .. "/" .. chart.svg), "<text>")
      lu.assertEquals(read(run.dir .. "/" .. chart.png):sub(2, 4), "PNG")
      lu.assertNotNil(read(run.dir .. "/" .. chart.dat))
   end
end

function TestDraw.test_scripts_run_again_on_their_own()
   local run = draw_all({ repeats = 1 }, { only = { "memory" } })
   local folder = run.dir .. "/charts"
   os.remove(folder .. "/memory.svg")
   local argv = { "gnuplot", "-e", "theme='dark'", "memory.gp" }
   local result = core.command { argv = argv, cwd = folder, timeout = 60 }
   -- Without a locale, gnuplot complains about its degree sign, which no chart uses.
   local complaints = result.stderr:gsub("[^\n]*iconv failed to convert degree sign\n", "")
   lu.assertEquals({ result.code, complaints }, { 0, "" })
   lu.assertStrContains(read(folder .. "/memory.svg"), "#15181d")
end

function TestDraw.test_odd_runs()
   local specs = {
      { contenders = { "sequential" }, repeats = 1 },
      { contenders = { "threads" }, workers = { 4 }, repeats = 1, items = 1 },
      { contenders = { "threads", "processes" }, workers = { 1, 2 }, repeats = 2 },
      { repeats = 2, change = function(trial)
         if trial.label ~= "threads" then
            trial.status, trial.total_s, trial.memory = "failed", nil, nil
         end
      end },
      { latency = 0.00001, repeats = 2 },
   }
   for index, spec in ipairs(specs) do
      for _, size in ipairs { "page", "column", "slide" } do
         local _, drawn, problems = draw_all(spec, { size = size })
         lu.assertEquals({ index, size, problems }, { index, size, {} })
         lu.assertTrue(#drawn >= 2)
      end
   end
end

function TestDraw.test_every_trial_failed()
   local _, drawn, problems, skipped = draw_all { repeats = 1, change = function(trial)
      trial.status, trial.total_s, trial.memory = "failed", nil, nil
   end }
   lu.assertEquals({ problems, #drawn, #skipped }, { {}, 1, 2 }) -- 'workers' and 'scaling' do not apply
end

function TestDraw.test_no_text_reaches_a_shell()
   local trap = os.tmpname()
   os.remove(trap)
   local command = "touch " .. trap
   local evil = ("'`CMD`\"$(CMD)\"\n!CMD\n<b>&{/Bold x} \\ @a 'q' | CMD"):gsub("CMD", command)
   local run, drawn, problems = draw_all { repeats = 1, job = evil, contenders = {
      { "threads", label = (evil:gsub("\n", " ")) }, { "command", label = "< " .. command },
      { "eventloop", label = "'; system('" .. command .. "') #" }, { "coroutines", label = "EOD EOD" } } }
   lu.assertEquals({ names_of(drawn), problems }, { "speed quadrant memory footprint memory_workers "
      .. "scaling speedup", {} })
   lu.assertNil(io.open(trap))
   local svg = read(run.dir .. "/charts/speed.svg")
   lu.assertNotStrContains(svg, "<b>")
   lu.assertStrContains(svg, "&lt;b>&amp;")
end

-- Calls run with a PATH that lacks only gnuplot.
local function without_gnuplot(run)
   local bin = runs.folder()
   os.execute("mkdir -p " .. bin .. " && ln -s \"$(command -v mkdir)\" " .. bin .. "/mkdir")
   local script = bin .. "/report.lua"
   local file = assert(io.open(script, "wb"))
   file:write("local r = require('bakeoff.api.results')\n",
      ("local ok = r.load(%q):report{ print = function() end }\n"):format(run.dir),
      "os.exit(ok and 0 or 2)\n")
   file:close()
   local runner = assert(io.open("/proc/self/cmdline")):read("a"):match("^[^\0]+")
   return core.command { argv = { "env", "PATH=" .. bin, runner, script }, timeout = 60 }
end

function TestDraw.test_without_gnuplot_the_rest_is_kept()
   local run = results.load(runs.make { repeats = 1 })
   local result = without_gnuplot(run)
   lu.assertEquals(result.code, 2)
   lu.assertEquals(result.stderr, "bakeoff: charts not drawn: gnuplot is not installed (apt-get install"
      .. " gnuplot-nox); the rows are kept in " .. run.dir .. "\n")
   lu.assertNotNil(read(run.dir .. "/report.md"))
   lu.assertNotNil(read(run.dir .. "/summary.json"))
   lu.assertFalse(read(run.dir .. "/charts/speed.svg") or false)
end

TestPlot = {}

function TestPlot.tearDown() runs.clear() end

local function quiet(args)
   local real, said = print, {}
   print = function(line) said[#said + 1] = line end -- luacheck: ignore 121
   local ok, code = pcall(plot.run, args)
   print = real -- luacheck: ignore 121
   return ok and code or tostring(code), said
end

function TestPlot.test_one_folder_and_a_folder_of_folders()
   local out = runs.folder()
   runs.make { dir = out .. "/a", repeats = 1 }
   runs.make { dir = out .. "/b", repeats = 1 }
   local code, said = quiet { dir = out .. "/a/", only = "speed", theme = "dark" }
   lu.assertEquals({ code, said }, { 0, { out .. "/a/charts/speed.svg", out .. "/a/charts/speed.png" } })
   code, said = quiet { dir = out, only = "speed,footprint", workers = "16" }
   lu.assertEquals({ code, #said }, { 0, 8 })
   lu.assertStrContains(read(out .. "/b/charts/speed.gp"), "16 workers")
end

function TestPlot.test_one_line_failures()
   local dir = runs.make { repeats = 1 }
   local empty = runs.folder()
   os.execute("mkdir " .. empty)
   for expected, args in pairs {
      ["/no/such: no such folder; name a run folder, such as out/tickets"] = { dir = "/no/such" },
      [empty .. ": not a run folder (no manifest.json, order.json or groups.json in it or one level "
         .. "below); name the folder of an experiment, such as out/tickets"] = { dir = empty },
      ["--only: 'pie' is none of: " .. table.concat(charts.NAMES, ", ") .. ", order, groups"] =
         { dir = dir, only = "pie" },
      ["--theme: 'blue' is none of: light, dark"] = { dir = dir, theme = "blue" },
      ["--workers: '0' is not a worker count; write for example --workers 16"] = { dir = dir, workers = "0" },
      ["--workers: no trial ran with 7 workers; the run has: 1, 4, 16, 100"] = { dir = dir, workers = "7" },
   } do
      lu.assertEquals((quiet(args)), expected)
   end
end

os.exit(lu.LuaUnit.run(), true)
