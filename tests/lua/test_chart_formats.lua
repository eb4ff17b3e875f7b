--- Chart formats: PDF of exact size, texts that LaTeX can read. One gnuplot draws all charts, and a chart
-- that fails does not take others with it.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local formats = require "bakeoff.plotting.formats"
local gnuplot = require "bakeoff.plotting.gnuplot"
local page = require "bakeoff.plotting.page"
local results = require "bakeoff.api.results"
local runs = require "support_runs"

-- What a user might type into a label or a job.
local ODD = "50 % of a_b & #1 ${x} ^~ \\z <i> “é” × … µ ≥ 2"
local IN_LATEX = "50 \\% of a\\_b \\& \\#1 \\$\\{x\\} \\textasciicircum{}\\textasciitilde{} "
   .. "\\textbackslash{}z \\textless{}i\\textgreater{} “é” × … µ $\\geq$ 2"

TestFormats = {}

function TestFormats.test_names_are_read_once_and_in_order()
   lu.assertEquals(formats.read("pdf, svg,pdf"), { "svg", "pdf" })
   lu.assertEquals(formats.read { "tikz" }, { "tikz" })
   lu.assertEquals(formats.with_usual { "pdf" }, { "svg", "png", "pdf" })
   for given, message in pairs {
      ["svg,gif"] = "'gif' is none of: svg, png, pdf, tikz",
      [""] = "'' has an empty element; write a list such as svg,pdf",
      [5] = "'5' is none of: svg, png, pdf, tikz",
   } do
      lu.assertEquals(select(2, formats.read(given)), message)
   end
   lu.assertEquals(select(2, formats.read {}), "name at least one of: svg, png, pdf, tikz")
end

TestPictures = {}

function TestPictures.tearDown() runs.clear() end

local function read(path) return files.read(path) end

local function drawn(options, spec)
   local run = results.load(runs.make(spec or { repeats = 1, job = ODD, contenders = {
      { "threads", label = ODD }, "eventloop" }, workers = { 1, 4 } }))
   local list, problems = charts.draw(run, options)
   lu.assertEquals(problems, {})
   return run.dir .. "/", list
end

function TestPictures.test_a_pdf_has_the_width_it_is_for()
   for size, wanted in pairs { column = 85, page = 170, slide = 1280 / 96 * 25.4 } do
      local dir, list = drawn { only = { "speed" }, size = size, formats = { "pdf" } }
      lu.assertEquals(list[1].pictures, { "charts/speed.pdf" })
      local width = read(dir .. list[1].pdf):match("/MediaBox %[ 0 0 ([%d.]+)")
      lu.assertAlmostEquals(tonumber(width) / 72 * 25.4, wanted, 0.1, size) -- in whole points
      lu.assertAlmostEquals(page.SIZES[size].mm, wanted, 1e-9)
   end
end

-- Counts the braces that LaTeX counts: those without a backslash before them.
local function balance(text)
   local plain = text:gsub("\\[{}\\]", "")
   return select(2, plain:gsub("{", "")) - select(2, plain:gsub("}", ""))
end

function TestPictures.test_texts_are_spelled_for_latex()
   local dir, list = drawn { formats = { "tikz" } }
   lu.assertTrue(#list >= 4)
   for _, chart in ipairs(list) do
      local tex = read(dir .. chart.tikz)
      lu.assertStrContains(tex, "\\begin{tikzpicture}[gnuplot")
      lu.assertStrContains(tex, "\\end{tikzpicture}")
      lu.assertEquals(balance(tex), 0, chart.name)
      local one = tex:gsub("%s*\n%s*", " ")
      lu.assertStrContains(one, chart.name == "memory" and "50 \\% of" or "a\\_b \\& \\#1 \\$\\{x\\}")
   end
   lu.assertStrContains(read(dir .. "charts/speed.tex"), IN_LATEX)
   lu.assertEquals(core.file_kind(dir .. "charts/gnuplot-lua-tikz.sty"), "file")
   lu.assertNil(core.file_kind(dir .. "charts/speed.svg"))
end

function TestPictures.test_pictures_beside_latex_keep_their_texts()
   local dir = drawn { only = { "speed" }, formats = { "svg", "tikz" } }
   local svg = read(dir .. "charts/speed.svg")
   lu.assertNotStrContains(svg, "\\_")
   lu.assertStrContains(svg, "a_b &amp; #1")
   lu.assertStrContains(read(dir .. "charts/speed.tex"), "a\\_b \\& \\#1")
end

local DOCUMENT = [[
\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{gnuplot-lua-tikz}
\begin{document}
\input{speed.tex}

\input{scaling.tex}
\end{document}
]]

function TestPictures.test_latex_sets_them()
   local dir = drawn { only = { "speed", "scaling" }, formats = { "tikz" }, theme = "dark", size = "column" }
   local folder = dir .. "charts"
   files.write(folder .. "/all.tex", DOCUMENT)
   local result = core.command { argv = { "latex", "-interaction=nonstopmode", "-halt-on-error", "all.tex" },
      cwd = folder, timeout = 120 }
   if not result then
      lu.skip("LaTeX is not installed (texlive-latex-base, texlive-pictures)")
   elseif result.stdout:find("File `tikz.sty' not found", 1, true) then
      lu.skip("TikZ is not installed (texlive-pictures)")
   end
   lu.assertEquals(result.code, 0, result.stdout:sub(-600))
   lu.assertStrContains(result.stdout, "Output written on all.dvi")
end

function TestPictures.test_plotting_again_leaves_other_formats_a_run_does_not()
   local dir = drawn { only = { "speed" }, formats = { "svg", "png" } }
   local run = results.load(dir)
   charts.draw(run, { only = { "speed" }, formats = { "pdf" }, keep_others = true })
   lu.assertEquals(core.file_kind(dir .. "charts/speed.svg"), "file")
   charts.draw(run, { only = { "speed" }, formats = { "png" } })
   lu.assertNil(core.file_kind(dir .. "charts/speed.svg"))
   lu.assertNil(core.file_kind(dir .. "charts/speed.pdf"))
end

TestOneProcess = {}

function TestOneProcess.tearDown() runs.clear() end

local GOOD = "set terminal svg\nset output '%s.svg'\nplot x\nset output\nfinished = 1\n"

local function folder_of(scripts)
   local folder = runs.folder()
   core.mkdirs(folder)
   for name, text in pairs(scripts) do
      files.write(("%s/%s.gp"):format(folder, name), text)
   end
   return folder
end

function TestOneProcess.test_a_chart_that_fails_takes_no_other_with_it()
   local folder = folder_of { a = GOOD:format("a"), broken = "plot nothing_there\nfinished = 1\n",
      b = "if (exists('finished')) exit status 9\n" .. GOOD:format("b"), leaves = "exit status 3\n",
      c = GOOD:format("c") }
   core.mkdirs(folder .. "/drawing")
   local outcome = gnuplot.draw(folder .. "/drawing", { "broken", "a", "b", "leaves", "c" }, { "svg" })
   lu.assertEquals({ outcome.a, outcome.b, outcome.c }, { true, true, true })
   lu.assertStrContains(outcome.broken, "gnuplot failed: line 1: undefined variable: nothing_there")
   lu.assertStrContains(outcome.leaves, "gnuplot failed: ")
   for _, name in ipairs { "a", "b", "c" } do
      lu.assertEquals(core.file_kind(("%s/drawing/%s.svg"):format(folder, name)), "file", name)
   end
end

-- Drops the groups' pens, because gnuplot opens an empty group with the colour it used last.
local function drawing(path) return (read(path):gsub('<g fill="none"[^\n]*\n', "")) end

function TestOneProcess.test_charts_are_the_same_together_and_alone()
   local run = results.load(runs.make { repeats = 6 })
   local together = charts.draw(run, {})
   for _, chart in ipairs(together) do
      local before = drawing(run.dir .. "/" .. chart.svg)
      charts.draw(run, { only = { chart.name } })
      lu.assertTrue(drawing(run.dir .. "/" .. chart.svg) == before, chart.name .. ".svg differs")
   end
end

-- --- a gnuplot that hangs ---------------------------------------------------------------------------

TestHanging = {}

function TestHanging.tearDown() runs.clear() end

local ASKS = [[
local core = require "bakeoff.core"
local environment = require "bakeoff.probe.environment"
local gnuplot = require "bakeoff.plotting.gnuplot"
local began = core.now()
for _ = 1, 2 do
   local outcome, message = gnuplot.draw(".", { "a", "b", "c" }, { "svg" }, 0.2)
   print(outcome and outcome.a, outcome and outcome.b, message)
end
print(environment.gnuplot_version(0.2))
print(core.now() - began < 10)
]]

-- Runs ASKS with another gnuplot → what it prints
local function with_gnuplot(text)
   local folder = folder_of {}
   files.write(folder .. "/asks.lua", ASKS)
   files.write(folder .. "/gnuplot", "#!/bin/sh\n" .. text)
   assert(os.execute("chmod +x " .. folder .. "/gnuplot"))
   local result = assert(core.command { argv = { os.getenv "BAKEOFF_BUILD" .. "/bin/lua_runner", "asks.lua" },
      environment = { "PATH=" .. folder .. ":" .. os.getenv "PATH", "LUA_PATH=" .. package.path },
      cwd = folder, timeout = 60 })
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
   return result.stdout
end

local AGAIN = "nil\tnil\tgnuplot hung before and was not started again\nnil\ttrue\ntrue\n"

function TestHanging.test_a_gnuplot_that_hung_is_not_started_again()
   lu.assertEquals(with_gnuplot "exec sleep 60",
      "nil\tnil\tgnuplot hung: no progress within 0.2 s\n" .. AGAIN)
end

function TestHanging.test_what_was_drawn_before_it_hung_counts()
   lu.assertEquals(with_gnuplot "echo '#begun a' >&2; echo '#drawn 1 a' >&2; sleep 60",
      "true\tgnuplot hung: no progress within 0.2 s\tnil\n" .. AGAIN)
end

function TestHanging.test_a_picture_of_which_a_part_is_missing_is_not_drawn()
   for name, ends in pairs { svg = "</svg>\n", png = "IEND\xAEB`\x82", pdf = "%%EOF\n",
      tikz = "\\end{tikzpicture}\n" } do
      lu.assertTrue(formats.is_whole(name, "x" .. ends), name)
      lu.assertFalse(formats.is_whole(name, ends:sub(1, -3)), name)
      lu.assertFalse(formats.is_whole(name, ""), name)
   end
end

os.exit(lu.LuaUnit.run(), true)
