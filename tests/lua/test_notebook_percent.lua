--- Percent files by jupytext's rules, and the chunk that is made of their cells.
local lu = require "luaunit"
local percent = require "bakeoff.notebook.percent"
local program = require "bakeoff.notebook.program"

-- "kind title [tags] first-last source" of each cell
local function told(text)
   local list = {}
   for index, cell in ipairs(percent.read(text).cells) do
      lu.assertEquals(cell.number, index)
      list[index] = ("%s|%s|%s|%d-%d|%s"):format(cell.kind, cell.title or "", table.concat(cell.tags, " "),
         cell.first_line, cell.last_line, cell.source)
   end
   return list
end

TestPercent = {}

function TestPercent.test_cells_begin_at_markers()
   lu.assertEquals(told "-- %% [markdown]\n-- # A\n--\n-- b\n\n-- %%\nf()\n\n\n-- %% [raw]\n-- x\n", {
      "markdown|||2-4|# A\n\nb", "code|||7-7|f()", "raw|||11-11|x" })
end

function TestPercent.test_titles_types_and_metadata()
   for line, expected in pairs {
      ["-- %% A title"] = "code|A title|",
      ["--%% close"] = "code|close|",
      ["-- %% [md] text"] = "markdown|text|",
      ["-- %% before [markdown] after"] = "markdown|before after|",
      ['-- %% A tags=["x", "y z"] n=3'] = "code|A|x y z",
      ['-- %% A [markdown] {"tags": ["hide-input"], "n": {"b": 1}}'] = "markdown|A|hide-input",
      ["-- %%% part"] = "code|part|",
      ["-- %% x {not json"] = "code|x {not json|",
      ['-- %% a="b c"'] = "code||",
   } do
      lu.assertEquals(told(line .. "\n")[1], expected .. "|2-1|")
   end
   lu.assertEquals(percent.read('-- %% A a="b c" n=3 w=q').cells[1].metadata, { a = "b c", n = 3, w = "q" })
   lu.assertEquals(percent.read("-- %%% p").cells[1].depth, 1)
end

function TestPercent.test_other_comments_begin_no_cell()
   for _, line in ipairs { "-- %%title", "-- % %", "-- <code>", "--- %%", "x() -- %%" } do
      lu.assertEquals(#percent.read(line .. "\n").cells, 1)
      lu.assertNil(percent.read(line .. "\n").cells[1].marker_line)
   end
end

function TestPercent.test_what_stands_before_the_first_marker()
   lu.assertEquals(told "-- purpose\n\nlocal a\n-- %%\n",
      { "code|||1-3|-- purpose\n\nlocal a", "code|||5-4|" })
   lu.assertEquals(told "\n\n-- %%\nb()", { "code|||4-4|b()" })
   local header = "#!/usr/bin/env bakeoff\n-- ---\n-- jupyter:\n-- ---"
   local found = percent.read(header .. "\n\n-- %%\nb()")
   lu.assertEquals({ found.preamble, #found.cells, found.cells[1].first_line }, { header, 1, 7 })
   lu.assertNil(percent.read("-- ---\nlocal a\n").preamble)
end

function TestPercent.test_line_ends_of_windows_are_no_part_of_a_line()
   lu.assertEquals(told "-- %% [md]\r\n-- a\r\n", { "markdown|||2-2|a" })
end

-- What is written is read as the same cells, and a file as jupytext writes it stays as it is.
function TestPercent.test_files_go_round()
   local text = "#!/usr/bin/lua\n\nlocal a = 1\n\n-- %% [markdown]\n-- # A\n--\n-- b\n\n"
      .. '-- %% Measure tags=["hide-input"]\nf()\n\n-- %%% part [md]\n-- c\n\n-- %%\n\n-- %% [raw]\n-- d\n'
   local cells = percent.read(text)
   lu.assertEquals(percent.write(cells), text)
   lu.assertEquals(told(percent.write(cells)), told(text))
end

TestLastCall = {}

function TestLastCall.test_a_call_that_is_the_last_statement()
   for source, expected in pairs {
      ["f(x)"] = "f(x)", ["f 'a'"] = "f 'a'", ["a.b:c(d).e{1} -- shown"] = "a.b:c(d).e{1}",
      ["local x = f\ng(h)"] = "g(h)", ["f[[\n]]"] = "f[[\n]]", ["(f)(x)"] = "(f)(x)",
      ["x = 1;(f)(x)"] = "(f)(x)", ["x = function() end f(x)"] = "f(x)", ["::l:: f(x)"] = "f(x)",
      ["f(function() return g(x) end)"] = "f(function() return g(x) end)", ["x = 1e-5 f(x)"] = "f(x)",
      ["x = {}\nf(x)"] = "f(x)", ["local s = '--' f(s)"] = "f(s)",
   } do
      local first, last = program.last_call(source)
      lu.assertEquals(first and source:sub(first, last), expected)
   end
end

function TestLastCall.test_other_statements_are_none()
   for _, source in ipairs { "", "-- f(x)", "f(x);", "f(x); -- silent", "local x = f(g)(h)",
      "x = a or b(c)", "return f(x)", "x = 1\n(f)(x)",
      "if x then f(y) end", "for i = 1, 2 do f(i) end", "do f(x) end", "local t = { f(x) }", "f(x) = 3",
      "local a <close> = f(x)", "x = y .. f(x)", "x = not f(x)", "goto f", "print(a)\nlocal y = 2" } do
      lu.assertNil(program.last_call(source))
   end
end

TestProgram = {}

-- Runs a notebook's chunk; returns what it called: "cell 1", "quote 1 …", "last …".
local function calls_of(text)
   local calls = {}
   local function note(name)
      return function(...)
         local parts = table.pack(...)
         for index = 1, parts.n do
            parts[index] = tostring(parts[index])
         end
         calls[#calls + 1] = name .. " " .. table.concat(parts, " ")
      end
   end
   rawset(_G, program.GLOBAL, { cell = note "cell", quote = note "quote", last = note "last" })
   local _, chunk, problem = program.of(text, "x.lua")
   lu.assertNil(problem)
   chunk()
   rawset(_G, program.GLOBAL, nil)
   return calls
end

local LINE = "debug.getinfo(1, 'l').currentline"

function TestProgram.test_locals_live_on_and_lines_keep_their_numbers()
   lu.assertEquals(calls_of(table.concat({
      "#!/usr/bin/env bakeoff",
      "local a <const> = 2",
      "-- %% [markdown]",
      "-- Two: {{ a }} and {{ ({b = {a}}).b[1] }},",
      "-- then {{ " .. LINE,
      "--  + 0 }} \\{{ z",
      "-- %%",
      "local b = a + 1",
      "math.max(b, " .. LINE .. ")",
      "-- %% [raw]",
      "-- math.max(1)",
      "-- %%",
      "math.max(" .. LINE .. ",",
      "   b) -- end",
   }, "\n")), { "cell 1", "cell 2", "quote 1 2", "quote 2 2", "quote 3 5", "cell 3", "last 9", "cell 4",
      "cell 5", "last 13" })
end

-- A long comment's lines keep their numbers; code runs where it is active.
function TestProgram.test_long_comments_and_code_of_the_notebook_alone()
   lu.assertEquals(calls_of(table.concat({
      "-- %% [markdown]",
      "--[[",
      "One {{ " .. LINE .. " }}",
      "]]",
      '-- %% tags=["active-ipynb"]',
      "-- math.max(" .. LINE .. ")",
      '-- %% tags=["active-lua"]',
      "error 'the plain script only'",
   }, "\n")), { "cell 1", "quote 1 3", "cell 2", "last 6", "cell 3" })
end

function TestProgram.test_what_does_not_parse_names_cell_and_line()
   local many = {}
   for index = 1, 201 do
      many[index] = ("local v%d"):format(index)
   end
   for text, expected in pairs {
      ["-- %%\nf()\n-- %%\nlocal = 1"] = { 2, 4, "<name> expected" },
      ["-- %%\nfor i = 1, 2 do\n-- %%\nend"] = { 1, 2, "'end' expected" },
      ["-- %%\nlocal a = 1\na"] = { 1, 3, "write bake.show(a)" },
      ["-- %% [md]\n-- one\n-- {{ a b }}"] = { 1, 3, "no expression of Lua" },
      ["-- %% [md]\n-- {{ a"] = { 1, 2, "is not closed" },
      ["-- %% [md]\n-- one\n\nf()"] = { 1, 4, "is no comment" },
      ["-- %%\nf()\n-- %% [raw]\n{}"] = { 2, 4, "put -- %% before it" },
      ["-- %%\nlocal a\nreturn a\n-- %%\nf()"] = { 1, 3, "cells after it would never run" },
      ["-- %%\nlocal a <const> = 1\n-- %%\na = 2"] = { 2, 4, "const variable" },
      ["-- %%\n-- %%\n" .. table.concat(many, "\n")] = { 2, 203, "200 local variables" },
   } do
      local notebook, chunk, problem = program.of(text, "x.lua")
      lu.assertNil(chunk)
      lu.assertEquals({ problem.cell, problem.line }, { expected[1], expected[2] })
      lu.assertStrContains(problem.message, expected[3])
      lu.assertEquals(#notebook.cells > 0, true)
   end
   -- Each cell may have 200 locals alone, but all are one function.
   local half = table.concat(many, "\n", 1, 120)
   local _, _, problem = program.of("-- %%\n" .. half .. "\n-- %%\n" .. half, "x.lua")
   lu.assertEquals(problem.cell, 2)
   lu.assertStrContains(problem.message, "between do and end")
end

TestNew = {}

-- A title is shown in no page, so text beside a marker would be lost.
function TestNew.test_no_text_of_a_new_notebook_stands_beside_a_marker()
   for _, cell in ipairs(percent.read(require("bakeoff.notebook.new").text("mine")).cells) do
      lu.assertTrue(cell.source ~= "")
      lu.assertFalse(cell.kind == "markdown" and cell.title ~= nil, cell.title)
   end
end

os.exit(lu.LuaUnit.run(), true)
