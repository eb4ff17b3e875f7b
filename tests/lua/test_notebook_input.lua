--- Notebooks as editors, other programs and malice write them: bytes, lines, cells that don't parse, texts
-- that would swallow or disguise what follows them on the page.
local lu = require "luaunit"
local closed = require "bakeoff.notebook.closed"
local files = require "bakeoff.base.files"
local owned = require "bakeoff.notebook.owned"
local program = require "bakeoff.notebook.program"
local quotes = require "bakeoff.notebook.quotes"
local script = require "bakeoff.script.run"
local text_table = require "bakeoff.base.text_table"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/../e2e/support_command.lua")
local weaving = dofile(here .. "/support_notebook.lua")

local folder, said

local function set_up()
   folder, said = support.folder(), {}
end

local function tear_down() support.remove(folder) end

local function weave(text, argv) return weaving.weave(folder .. "/x.lua", text, argv, said) end

local function page() return assert(files.read(folder .. "/x.md")) end

local function printed(woven, number) return woven.cells[number].outputs[1].text end

TestBytes = { setUp = set_up, tearDown = tear_down }

local PLAIN = "-- %% [md]\n-- # T\n-- %%\nprint(debug.getinfo(1, 'l').currentline)\n"

function TestBytes.test_files_as_editors_save_them()
   local plain = { weave(PLAIN).title, printed(weave(PLAIN), 2), page():gsub("\r", "") }
   for name, text in pairs { ["CRLF"] = PLAIN:gsub("\n", "\r\n"), ["a byte order mark"] = "\u{feff}" .. PLAIN,
      ["no final newline"] = PLAIN:sub(1, -2), ["tabs"] = PLAIN:gsub("%%%% ", "%%%%\t"),
      ["all of these"] = "\u{feff}" .. PLAIN:gsub("\n", "\r\n"):sub(1, -3) } do
      local woven = weave(text)
      lu.assertEquals({ woven.title, printed(woven, 2), page():gsub("\r", "") }, plain, name)
   end
   for _, first in ipairs { "#!/usr/bin/env bakeoff", "# Lua skips this line, too" } do
      lu.assertEquals(printed(weave(first .. "\n" .. PLAIN), 2), "5\n")
   end
   lu.assertEquals(script.read(support.write(folder .. "/b.lua", "\u{feff}\u{feff}")), "\u{feff}")
end

function TestBytes.test_notebooks_without_code_or_without_anything()
   for _, text in ipairs { "", "\n\n", "#!x", "-- a comment", "-- %%", "-- %% [md]\n-- words", "\u{feff}",
      "\t" } do
      lu.assertEquals(weave(text).status, "complete", text)
   end
end

-- The page is UTF-8 without control characters, whatever is written on it.
function TestBytes.test_bytes_that_are_no_text()
   weave "-- %% [md]\n-- caf\xe9 \0 \27[31m\n-- %%\nprint('\xff\0\27[2J', 'a\\r\\nb\\rc')\n"
   lu.assertNotNil(utf8.len(page()))
   lu.assertNil(page():find "[^%C\n\t]")
   lu.assertStrContains(page(), "caf\\xe9 \\x00 \\x1b[31m")
   lu.assertStrContains(page(), "\ta\nb\nc\n```")
end

TestParsing = { setUp = set_up, tearDown = tear_down }

local MANY = ("x = (x or 0) + 1\n"):rep(10000)

function TestParsing.test_the_cell_and_the_line_are_named()
   for text, expected in pairs {
      ["local = 1\n-- %%\nprint(1)\n"] = { 1, 1 }, ["-- %%\nprint(1)\n-- %%\nx x\n"] = { 2, 4 },
      ["-- %%\n" .. MANY .. "-- %%\nx x"] = { 2, 10003 }, ["-- %%\r\n\r\nx x\r\n"] = { 1, 3 },
      ["-- %%\nif x then\n-- %%\nend\n"] = { 1, 2 }, ["\u{feff}-- %%\n\0"] = { 1, 2 },
   } do
      local woven = weave(text)
      lu.assertEquals({ woven.status, woven.problem.cell, woven.problem.line },
         { "failed", table.unpack(expected) }, text:sub(-40))
   end
end

-- Lua shortens long paths in its messages.
function TestParsing.test_long_paths()
   local deep = folder .. "/" .. ("long"):rep(20)
   assert(require("bakeoff.core").mkdirs(deep))
   for text, expected in pairs { ["-- %%\n\nx x"] = "syntax error",
      ["-- %%\n\nlocal x = y.z"] = "attempt to index", ["-- %%\n\nerror('mine')"] = "mine" } do
      local problem = weaving.weave(deep .. "/x.lua", text, {}, said).problem
      lu.assertEquals(problem.line, 3)
      lu.assertEquals(problem.message:sub(1, #expected), expected)
   end
end

-- Compiling from each word on takes a time that grows with the square of the lines.
function TestParsing.test_long_cells_are_compiled_a_few_times()
   local usual, count = load, 0
   local function counting(...)
      count = count + 1
      return usual(...)
   end
   for _, source in ipairs { MANY, "function f()\n" .. MANY .. "end\n",
      "t = {\n" .. ("{ a(1), b = c },\n"):rep(10000) .. "}\n",
      MANY .. "if x then f() elseif y then repeat f() until z else while a do b() end end" } do
      count = 0
      rawset(_G, "load", counting)
      local first = program.last_call(source)
      rawset(_G, "load", usual)
      lu.assertNil(first)
      lu.assertTrue(count < 10, count)
   end
end

TestQuotes = {}

function TestQuotes.test_what_would_not_fit_into_the_call_is_no_quote()
   for _, code in ipairs { "", " ", "x -- comment", "x; ", "x) print(1", "return x", "x = 1" } do
      local pieces, message, line = quotes.split("a\nb {{" .. code .. "}} c")
      lu.assertNil(pieces, code)
      lu.assertStrContains(message, "is not closed by }}, or what it holds is no expression")
      lu.assertEquals(line, 2)
   end
end

function TestQuotes.test_braces_inside()
   for _, code in ipairs { "({{1}})[1][1]", "'}}'", "f{a={}}", "x\n+ 1", "[[}}]]" } do
      local pieces = quotes.split("{{" .. code .. "}}")
      lu.assertEquals({ #pieces, pieces[2].code }, { 3, (code:gsub("\n", " ")) })
   end
end

TestSwallowing = { setUp = set_up, tearDown = tear_down }

function TestSwallowing.test_what_a_text_leaves_open_is_closed()
   for text, expected in pairs {
      ["```lua\nx"] = "\n```", ["````\n```\nx"] = "\n````", ["~~~\nx\n```"] = "\n~~~",
      ["a\n  ```\nb"] = "\n```",
      ["<!-- a\n\nb"] = "\n-->", ["<SCRIPT>\nx"] = "\n</script>", ["<pre"] = "\n</pre>", ["<?php"] = "\n?>",
      ["<!DOCTYPE"] = "\n>", ["<![CDATA[ x"] = "\n]]>",
   } do
      lu.assertEquals(closed.text(text), text .. expected, text)
   end
   for _, text in ipairs { "", "a", "```\nx\n```", "~~~\n```\n~~~~", "`` ``` ``", "    ```\n    x",
      "- a\n\n  ```\n  x", "<!-- a -->", "<!-- a\n\nb -->\nc", "<pre>a\n\nb</pre>", "<prefix>",
      "<b>", "```\n<!--\n```", "a ``` b",
      "``` a`b", "<!-->" } do
      lu.assertEquals(closed.text(text), text, text)
   end
end

function TestSwallowing.test_a_page_shows_what_follows_an_open_fence()
   weave "-- %% [md]\n-- ```\n-- code\n-- %% [md]\n-- # After\n"
   lu.assertStrContains(page(), "```\ncode\n```\n\n# After\n")
end

TestDisguise = { setUp = set_up, tearDown = tear_down }

function TestDisguise.test_texts_in_tables_and_sentences_make_no_links()
   for text, expected in pairs { ["[a](javascript:b)"] = "[a\\](javascript:b)", ["![a][b]"] = "![a\\][b]",
      ["&lt;b&#62;"] = "\\&lt;b\\&#62;", ["~~a~~"] = "\\~\\~a\\~\\~", ["a & b"] = "a & b",
      ["2 [1, 3]"] = "2 [1, 3]", ["a]\n(b)"] = "a] (b)" } do
      lu.assertEquals(text_table.markdown_text(text), expected)
   end
   lu.assertEquals(text_table.markdown_label "a](b) & [c]", "a\\](b) & \\[c\\]")
end

function TestDisguise.test_the_first_line_cannot_be_left()
   lu.assertEquals(select(2, owned.head("a--->\n<b>--.lua"):gsub("%-%->", "")), 1)
   lu.assertStrContains(owned.head "a--b.lua", "a- -b.lua")
end

os.exit(lu.LuaUnit.run(), true)
