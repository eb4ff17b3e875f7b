--- A gnuplot that hangs, that leaves pictures behind which are cut, or that a full disk keeps from writing.
local lu = require "luaunit"

local core = require "bakeoff.core"
local support = dofile(os.getenv "BAKEOFF_SOURCE" .. "/tests/e2e/support_run.lua")

local folder

local function set_up() folder = support.folder() end

local function tear_down() support.remove(folder) end

-- Puts a wrapper of gnuplot first in PATH; `$gnuplot` is the real one.
local function wrapped(text)
   local real = core.program_find("gnuplot", os.getenv "PATH")
   assert(core.mkdirs(folder .. "/bin"))
   support.write(folder .. "/bin/gnuplot", ("#!/bin/bash\ngnuplot='%s'\n%s"):format(real, text))
   assert(os.execute(("chmod +x %s/bin/gnuplot"):format(folder)))
   return { PATH = folder .. "/bin:" .. os.getenv "PATH" }
end

local function bakeoff(environment, ...)
   return support.run({ "bakeoff", ... }, { folder = folder, environment = environment })
end

local function measure(environment)
   return bakeoff(environment or {}, "exec", "--repeats", "2", "--", "true")
end

local function charts() return core.list(folder .. "/out/exec/charts") or {} end

local function slurp(name) return support.slurp(folder .. "/out/exec/charts/" .. name) end

local function lines_of(text) return select(2, text:gsub("\n", "")) end

TestHanging = { setUp = set_up, tearDown = tear_down }

-- The wrapper's own program holds the wrapper's streams open, and is in a session of its own.
local HANGS = [[
[ "$1" = --version ] && exec "$gnuplot" "$@"
echo $$ >>started
setsid sleep 1000 & echo $! >>left
wait
]]

local function is_gone(process)
   return not core.file_kind("/proc/" .. process)
      or (support.slurp(("/proc/%s/stat"):format(process)):match "%) Z") ~= nil
end

-- Two experiments, each with charts and pictures of a page.
local SCRIPT = [[
local bake = require "bakeoff"
for _, name in ipairs { "one", "two" } do
   bake.experiment { name = name, items = { 1, 2 }, task = function() end, contenders = { "threads" },
      workers = { 1 }, repeats = 1, warmup = 0 }:run()
end
]]

function TestHanging.test_it_is_waited_for_once_in_a_command_and_leaves_nothing()
   support.write(folder .. "/s.lua", SCRIPT)
   local environment = wrapped((HANGS:gsub("(>>%s*)(%a+)", "%1" .. folder .. "/%2")))
   local result = bakeoff(environment, "run", "s.lua", "--quiet")
   support.assert_code(1, result)
   local _, first = result.stderr:gsub("not drawn: gnuplot hung: no progress within 10 s; the rows", "")
   local _, again = result.stderr:gsub("not drawn: gnuplot hung before and was not started again", "")
   lu.assertEquals({ first, again, lines_of(result.stderr) }, { 1, 1, 2 }, result.stderr)
   lu.assertEquals(lines_of(support.slurp(folder .. "/started")), 1)
   lu.assertTrue(is_gone(support.slurp(folder .. "/left"):match "%d+"))
   lu.assertEquals(#support.trials(folder .. "/out/two"), 1)
end

TestFullDisk = { setUp = set_up, tearDown = tear_down }

-- Very short trials may have a memory chart or not.
local SAID = "bakeoff: [^\n]*speed[%l, ]* and [%l]+ charts not drawn: gnuplot wrote only a part of it " ..
   "%(is the disk full%?%)"

-- After drawing, half of each picture is missing.
local CUTS = [[
"$gnuplot" "$@" || exit
for picture in *.svg *.png; do
   truncate -s $(($(stat -c %s "$picture") / 2)) "$picture"
done
]]

function TestFullDisk.test_a_picture_that_is_cut_leaves_the_earlier_one()
   support.assert_code(0, measure())
   local svg, png, count = slurp "speed.svg", slurp "speed.png", #charts()
   local result = bakeoff(wrapped(CUTS), "plot", "out/exec")
   lu.assertEquals({ result.code, result.stdout }, { 1, "" })
   lu.assertStrMatches(result.stderr:match "[^\n]*\n$", SAID .. "\n")
   lu.assertTrue(slurp "speed.svg" == svg and slurp "speed.png" == png)
   lu.assertEquals(#charts(), count) -- nothing else is left
end

function TestFullDisk.test_pictures_are_replaced_and_what_a_killed_drawing_left_is_removed()
   support.assert_code(0, measure())
   support.write(folder .. "/out/exec/charts/speed.svg", "old")
   assert(core.mkdirs(folder .. "/out/exec/charts/drawing~0"))
   support.write(folder .. "/out/exec/charts/drawing~0/speed.svg", "half")
   support.assert_code(0, bakeoff({}, "plot", "out/exec", "--only", "speed"))
   lu.assertStrContains(slurp "speed.svg", "</svg>")
   lu.assertNil(core.file_kind(folder .. "/out/exec/charts/drawing~0"))
end

function TestFullDisk.test_one_line_names_the_charts_of_a_run_that_were_not_drawn()
   local result = measure(wrapped(CUTS))
   lu.assertEquals(result.code, 1)
   lu.assertStrMatches(result.stderr, SAID .. "; the rows are kept in out/exec\n")
end

function TestFullDisk.test_a_run_without_room_leaves_the_earlier_one_in_its_place()
   support.assert_code(0, measure())
   local rows = support.slurp(folder .. "/out/exec/trials.jsonl")
   -- A limit on the size of files has the effect of a full disk. SIGXFSZ would kill the command.
   local line = 'trap "" XFSZ; ulimit -f 100; exec "$0" exec --repeats 2 -- true'
   local result = support.run({ "bash", "-c", line, core.prefix() .. "/bakeoff" }, { folder = folder })
   lu.assertEquals(result.code, 2)
   lu.assertStrContains(result.stderr, "--out: cannot write to the folder (out: File too large); choose")
   lu.assertEquals(support.slurp(folder .. "/out/exec/trials.jsonl"), rows)
   lu.assertEquals(core.list(folder .. "/out"), { "exec" })
end

os.exit(lu.LuaUnit.run(), true)
