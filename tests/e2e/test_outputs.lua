--- Pictures and charts in the terminal: --format and --chart-terminal of exec, run and plot.
local lu = require "luaunit"
local core = require "bakeoff.core"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_command.lua")

local folder

TestOutputs = {}

function TestOutputs.setUp() folder = support.folder() end

function TestOutputs.tearDown() support.remove(folder) end

local function run(argv) return support.run(argv, { folder = folder }) end

local function read(name)
   local file <close> = assert(io.open(folder .. "/" .. name, "rb"))
   return file:read "a"
end

local function is_there(name) return core.file_kind(folder .. "/" .. name) == "file" end

local SCRIPT = [[
local bake = require "bakeoff"
bake.experiment { name = "tiny", items = { 1, 2 }, task = function() end, contenders = { "threads" },
   workers = { 1 }, repeats = 1, warmup = 0 }:run()
]]

-- A gnuplot that notes when it is asked for its version before the first trial: one that hangs must not hold
-- up the measurement.
local WATCHFUL = [[#!/bin/sh
[ "$1" != --version ] || [ -s out/exec/trials.jsonl ] || touch early
exec %s "$@"
]]

function TestOutputs.test_exec_makes_them_besides_the_usual_ones_and_shows_one_here()
   local path, real = os.getenv "PATH", core.program_find("gnuplot", os.getenv "PATH")
   support.write(folder .. "/gnuplot", WATCHFUL:format(real))
   assert(os.execute(("chmod +x %s/gnuplot"):format(folder)))
   local result = support.run({ "bakeoff", "exec", "--repeats", "2", "--format", "pdf", "--chart-terminal",
      "--notes", "--", "true" }, { folder = folder, environment = { PATH = folder .. ":" .. path } })
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertFalse(is_there "early")
   lu.assertStrContains(read "out/exec/manifest.json", '"gnuplot": "%d', true)
   for _, ending in ipairs { "svg", "png", "pdf" } do
      lu.assertTrue(is_there("out/exec/charts/speed." .. ending), ending)
   end
   lu.assertStrContains(result.stdout, "}.{svg,png,pdf}\n")
   lu.assertStrContains(result.stdout, "true █")
   lu.assertNil(result.stdout:find("\27", 1, true)) -- not a terminal: no colours
end

function TestOutputs.test_run_takes_them_before_the_script_and_behind_it()
   support.write(folder .. "/tiny.lua", SCRIPT)
   local result = run { "bakeoff", "run", "--chart-terminal", "tiny.lua", "--format", "tikz" }
   lu.assertEquals(result.code, 0, result.stderr)
   lu.assertStrContains(result.stdout, "threads █")
   lu.assertTrue(is_there "out/tiny/charts/speed.tex")
   lu.assertTrue(is_there "out/tiny/charts/speed.svg")
end

function TestOutputs.test_plot_makes_what_is_named_and_leaves_the_others()
   lu.assertEquals(run { "bakeoff", "exec", "--repeats", "2", "--", "true" }.code, 0)
   local result = run { "bakeoff", "plot", "out/exec", "--only", "speed", "--format", "tikz,pdf",
      "--size", "column" }
   lu.assertEquals({ result.code, result.stdout },
      { 0, "out/exec/charts/speed.pdf\nout/exec/charts/speed.tex\n" })
   lu.assertTrue(is_there "out/exec/charts/speed.svg")
end

function TestOutputs.test_one_line_says_what_there_is()
   lu.assertEquals(run { "bakeoff", "exec", "--no-chart", "--repeats", "2", "--", "true" }.code, 0)
   for expected, words in pairs {
      ["--format: 'gif' is none of: svg, png, pdf, tikz"] = { "plot", "out/exec", "--format", "gif" },
      ["--chart-terminal: 'vt52' is none of: dumb"] = { "plot", "out/exec", "--chart-terminal", "vt52" },
      ["--chart-terminal: 'paper' is none of: dumb"] = { "exec", "--chart-terminal=paper", "--", "true" },
   } do
      local result = run { "bakeoff", table.unpack(words) }
      lu.assertEquals(result.code, 2)
      lu.assertStrContains(result.stderr, expected)
      lu.assertEquals(select(2, result.stderr:gsub("\n", "")), 1)
   end
end

os.exit(lu.LuaUnit.run(), true)
