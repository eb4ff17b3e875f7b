--- Charts in the terminal: legible at any width, in colour only where wanted, and free of control characters
-- from the user's texts.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local charts = require "bakeoff.charts"
local lu = require "luaunit"
local results = require "bakeoff.api.results"
local runs = require "support_runs"
local terminal = require "bakeoff.plotting.terminal"

TestTerminal = {}

function TestTerminal.tearDown() runs.clear() end

local function shown(run, only, options)
   local said = {}
   local how = { kind = "dumb", only = only, colour = false, folder = run.dir .. "/charts",
      print = function(text) said[#said + 1] = text end }
   for name, value in pairs(options or {}) do
      how[name] = value
   end
   local problems = terminal.show((charts.build_all(run, { only = only })), how)
   return table.concat(said, "\n"), problems
end

local function lines_of(text)
   local list = {}
   for line in (text .. "\n"):gmatch("([^\n]*)\n") do
      list[#list + 1] = line
   end
   return list
end

local LINES = { "memory", "scaling", "speedup", "efficiency", "memory_workers" }

function TestTerminal.test_no_line_is_wider_than_the_terminal()
   local run = results.load(runs.make { contenders = runs.SEVEN, repeats = 6 })
   for _, width in ipairs { 40, 80, 132 } do
      for _, only in ipairs { { "speed" }, { "footprint" }, LINES } do
         local text, problems = shown(run, only, { width = width })
         lu.assertEquals(problems, {})
         for _, line in ipairs(lines_of(text)) do
            lu.assertTrue((utf8.len(line) or 999) <= width, ("%d: %s"):format(width, line))
         end
      end
   end
end

function TestTerminal.test_bars_are_as_long_as_their_values()
   local run = results.load(runs.make { contenders = { "sequential", "threads" }, workers = { 2 },
      repeats = 3, change = function(trial) trial.total_s = trial.label == "threads" and 1.0 or 2.0 end })
   local text = shown(run, { "speed" }, { width = 90 })
   local cells = {}
   for _, line in ipairs(lines_of(text)) do
      local name = line:match("^%s*(%a+) █")
      if name then
         cells[name] = select(2, line:gsub("█", ""))
         lu.assertStrContains(line, name == "threads" and "1.00 s" or "2.00 s")
      end
   end
   lu.assertTrue(cells.sequential >= 30)
   lu.assertTrue(math.abs(cells.threads * 2 - cells.sequential) <= 1)
   lu.assertStrContains(text, run:finding():match("^[^:;]+"))
end

function TestTerminal.test_every_line_has_its_name_and_its_letter()
   local run = results.load(runs.make { repeats = 6 })
   for _, name in ipairs(LINES) do
      local text = shown(run, { name }, { width = 100 })
      for _, contender in ipairs { "threads", "processes", "event loop", "coroutines" } do
         local letter = text:match("([*#$%%@&=]) " .. contender)
         lu.assertNotNil(letter, name .. ": " .. contender)
      end
      lu.assertStrContains(text, name == "memory" and "time (s, log)" or "workers")
   end
end

function TestTerminal.test_colours_only_when_wanted()
   local run = results.load(runs.make { repeats = 1 })
   local plain, coloured = shown(run, { "speed" }, { width = 80 }), shown(run, { "speed" }, { width = 80,
      colour = true })
   lu.assertNil(plain:find("\27", 1, true))
   lu.assertStrContains(coloured, "\27[")
   lu.assertEquals(coloured:sub(-4), "\27[0m")
   lu.assertNil(plain:find("\f", 1, true))
end

function TestTerminal.test_nothing_of_a_users_reaches_terminal_or_shell()
   local trap = os.tmpname()
   os.remove(trap)
   -- A label with control characters is refused when a folder is loaded.
   local evil = "x[31m`touch " .. trap .. "` set output '| id' " .. ("y"):rep(300)
   local run = results.load(runs.make { repeats = 1,
      contenders = { { "threads", label = evil }, "eventloop" } })
   for _, name in ipairs { "speed", "scaling", "memory" } do
      local text = shown(run, { name }, { width = 60 })
      lu.assertNil(text:find("[\27\7]"))
      lu.assertStrContains(text, "…")
   end
   lu.assertNil(io.open(trap))
end

function TestTerminal.test_usual_ones_and_those_that_take_a_picture()
   local run = results.load(runs.make { repeats = 10 })
   local text, problems = shown(run, nil, { width = 80 })
   lu.assertEquals(problems, {})
   lu.assertEquals(select(2, text:gsub("footprint %(MiB%)", "")), 1) -- memory only, not every chart
   text, problems = shown(run, { "distribution" }, { width = 80 })
   lu.assertEquals({ text, #problems }, { "", 1 })
   lu.assertStrContains(problems[1], "distribution chart not shown here: characters can't show it")
end

function TestTerminal.test_pictures_for_terminals_that_show_them()
   if not terminal.check("sixel") then
      lu.skip("this gnuplot has no sixelgd (Debian: gnuplot-nox)")
   end
   local run = results.load(runs.make { repeats = 1 })
   charts.draw(run, { only = { "speed" }, formats = { "svg" } })
   local text = shown(run, { "speed" }, { kind = "sixel" })
   lu.assertStrContains(text, "\27Pq")
end

function TestTerminal.test_what_there_is_is_told()
   local good, message = terminal.check("gif")
   lu.assertNil(good)
   lu.assertStrContains(message, "'gif' is none of: dumb")
   lu.assertEquals(terminal.check("dumb"), "dumb")
end

os.exit(lu.LuaUnit.run(), true)
