--- Aligned tables of texts, for terminals and Markdown.
local lu = require "luaunit"
local figure = require "bakeoff.report.figure"
local text_table = require "bakeoff.base.text_table"

TestTable = {}

local COLUMNS = { { title = "name" }, { title = "n", right = true }, { title = "verdict" } }

function TestTable.test_columns_line_up_with_letters_beyond_ascii()
   local lines = text_table.terminal(COLUMNS, { { "µs ±1", "5", "a" }, { "plain", "123", "b" } }, {})
   lu.assertEquals(lines, { "name     n  verdict", "µs ±1    5  a", "plain  123  b" })
end

function TestTable.test_the_width_of_the_whole()
   lu.assertEquals(text_table.width(COLUMNS, { { "漢字", "5", "a" } }), 16)
end

function TestTable.test_colours_only_when_asked_for()
   local rows = { { "a", "1", figure.new { text = "faster", tone = "better" } } }
   lu.assertStrContains(table.concat(text_table.terminal(COLUMNS, rows, { colour = true })), "\27[32mfaster")
   lu.assertNotStrContains(table.concat(text_table.terminal(COLUMNS, rows, {})), "\27")
end

function TestTable.test_a_label_cannot_steer_the_terminal()
   local lines = text_table.terminal(COLUMNS, { { "a\27[2J\nb", "1", "x" } }, {})
   lu.assertEquals(#lines, 2)
   lu.assertNotStrContains(lines[2], "\27")
end

function TestTable.test_a_wide_table_is_cut_and_keeps_its_first_column()
   local lines = text_table.terminal(COLUMNS, { { "a", "1", "faster" } }, { width = 10, keys = 1 })
   lu.assertEquals(lines, { "name  n", "a     1", "", "name  verdict", "a     faster" })
end

-- A terminal would break a line wherever it ends, also within a number.
function TestTable.test_long_names_are_wrapped_and_figures_never()
   local rows = { { "fetch with a pool of threads", "12,345", "1.20 s [1.18, 1.25]" },
      { "plain", "7", "same" }, { ("x"):rep(20), "8", "same" } }
   local lines = text_table.terminal(COLUMNS, rows, { width = 36, keys = 1 })
   lu.assertEquals(lines, {
      "name                  n",
      "fetch with a     12,345",
      "pool of threads",
      "plain                 7",
      "xxxxxxxxxxxxxxx       8",
      "xxxxx",
      "",
      "name             verdict",
      "fetch with a     1.20 s [1.18, 1.25]",
      "pool of threads",
      "plain            same",
      "xxxxxxxxxxxxxxx  same",
      "xxxxx",
   })
   lu.assertEquals(#text_table.terminal(COLUMNS, rows, {}), 4)
end

function TestTable.test_names_of_many_lines_are_cut_if_asked_for()
   local rows = { { "one of the contenders whose name is long: 1", "1", "slower" },
      { "one of the contenders whose name is long: 2", "2", "faster" }, { "one of two lines", "3", "same" } }
   lu.assertEquals(text_table.terminal(COLUMNS, rows, { width = 21, keys = 1, cuts_names = true }), {
      "name          n", "one o…ong: 1  1", "one o…ong: 2  2", "one of two    3", "lines", "",
      "name          verdict", "one o…ong: 1  slower", "one o…ong: 2  faster", "one of two    same", "lines",
   })
end

function TestTable.test_a_wide_cell_is_broken_between_its_figures()
   local rows = { { "threads", "1", "1.001× [0.996, 1.004] same within 3 %" }, { "loop", "16", "reference" } }
   lu.assertEquals(text_table.terminal(COLUMNS, rows, { width = 30, keys = 2 }), {
      "name      n  verdict",
      "threads   1  1.001×",
      "             [0.996, 1.004]",
      "             same within 3 %",
      "loop     16  reference",
   })
   for _, line in ipairs(text_table.terminal(COLUMNS, rows, { width = 38, keys = 2, colour = true })) do
      lu.assertTrue(require("bakeoff.base.columns").width((line:gsub("\27%[%d+m", ""))) <= 38, line)
   end
end

function TestTable.test_a_table_of_one_column_is_shown()
   lu.assertEquals(text_table.terminal({ { title = "a" } }, { { "1" } }, { keys = 1 }), { "a", "1" })
end

function TestTable.test_markdown()
   lu.assertEquals(text_table.markdown(COLUMNS, { { "a|b", "1", "x_y" } }),
      { "| name | n | verdict |", "|:--|--:|:--|", "| a\\|b | 1 | x\\_y |" })
end

os.exit(lu.LuaUnit.run(), true)
