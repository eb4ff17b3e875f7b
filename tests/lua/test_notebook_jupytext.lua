--- Percent files by jupytext's rules: each file gives the cells that jupytext gives, and writing them gives
-- the file again. The rules: https://jupytext.readthedocs.io/en/latest/formats-scripts.html and the class
-- DoublePercentScriptCellReader of jupytext.
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local percent = require "bakeoff.notebook.percent"

-- A file; its cells as { kind, source, title, tags }. `written`: what writing gives, if not the file again.
local CASES = {
   { name = "code and text", file = "-- %% [markdown]\n-- # A\n--\n-- b\n\n-- %%\nprint(1)\n",
      cells = { { "markdown", "# A\n\nb" }, { "code", "print(1)" } } },
   { name = "before the first marker", file = "local a = 1\n\n-- %%\nprint(a)\n",
      cells = { { "code", "local a = 1" }, { "code", "print(a)" } } },
   { name = "no marker at all", file = "print(1)\n\nprint(2)\n",
      cells = { { "code", "print(1)\n\nprint(2)" } } },
   { name = "empty file", file = "", cells = {}, written = "\n" },
   { name = "titles and tags", file = '-- %% The title tags=["hide-input","slow"]\nx()\n',
      cells = { { "code", "x()", "The title", { "hide-input", "slow" } } } },
   { name = "title, type and pairs", file = '-- %% A b [markdown] key="v w"\n-- text\n',
      cells = { { "markdown", "text", "A b" } }, metadata = { key = "v w" } },
   { name = "JSON after the title", file = '-- %% T {"key": "v", "tags": ["a"]}\nx()\n',
      cells = { { "code", "x()", "T", { "a" } } }, written = '-- %% T key="v" tags=["a"]\nx()\n' },
   { name = "md stays md", file = "-- %% [md]\n-- a\n", cells = { { "markdown", "a" } } },
   { name = "raw", file = "-- %% [raw]\n-- a: 1\n", cells = { { "raw", "a: 1" } } },
   { name = "lower levels", file = "-- %%% Part\nx()\n", cells = { { "code", "x()", "Part" } } },
   { name = "no space before the signs", file = "--%%\nx()\n\n--  %% t\ny()\n",
      cells = { { "code", "x()" }, { "code", "y()", "t" } }, written = "-- %%\nx()\n\n-- %% t\ny()\n" },
   { name = "what is no marker", file = "-- %%timeit\nx() -- %%\n\n--- %%\ny()\n",
      cells = { { "code", "-- %%timeit\nx() -- %%\n\n--- %%\ny()" } } },
   { name = "magic commands stay comments", file = "-- %%\n-- %timeit f()\nx()\n",
      cells = { { "code", "-- %timeit f()\nx()" } } },
   { name = "indented markers", file = "-- %%\nx()\n\n  -- %% t\n  y()\n",
      cells = { { "code", "x()" }, { "code", "  y()", "t" } }, written = "-- %%\nx()\n\n-- %% t\n  y()\n" },
   { name = "markers of older programs", file = "-- <codecell>\nx()\n\n-- In[ ]:\ny()\n\n-- In[3]\nz()\n",
      cells = { { "code", "x()" }, { "code", "y()" }, { "code", "z()" } },
      written = "-- %%\nx()\n\n-- %%\ny()\n\n-- %%\nz()\n" },
   { name = "values of Python", file = "-- %% T tags=['a b', 'c'] n=None b=True\nx()\n",
      cells = { { "code", "x()", "T", { "a b", "c" } } },
      metadata = { tags = { "a b", "c" }, n = json.null, b = true },
      written = '-- %% T b=true n=null tags=["a b","c"]\nx()\n' },
   { name = "an object of Python", file = "-- %% T {'tags': ['a']}\nx()\n",
      cells = { { "code", "x()", "T", { "a" } } }, written = '-- %% T tags=["a"]\nx()\n' },
   { name = "code of the notebook alone", file = '-- %% tags=["active-ipynb"]\n-- x()\n--\n-- -- y\n',
      cells = { { "code", "x()\n\n-- y", nil, { "active-ipynb" } } } },
   { name = "code of the script alone", file = '-- %% tags=["active-lua"]\nx()\n-- y\n',
      cells = { { "raw", "x()\n-- y", nil, { "active-lua" } } } },
   { name = "code of both", file = '-- %% tags=["active-ipynb-lua"]\nx()\n',
      cells = { { "code", "x()", nil, { "active-ipynb-lua" } } } },
   { name = "code of neither", file = '-- %% tags=["active-py"]\n-- x()\n',
      cells = { { "raw", "x()", nil, { "active-py" } } } },
   { name = "the older field", file = '-- %% active="lua"\nx()\n\n-- %% active="ipynb,py"\n-- y()\n',
      cells = { { "raw", "x()" }, { "code", "y()" } } },
   { name = "text with such a tag", file = '-- %% [markdown] tags=["active-lua"]\n-- x\n',
      cells = { { "markdown", "x", nil, { "active-lua" } } } },
   { name = "empty cells", file = "-- %%\n\n-- %% [markdown]\n\n-- %%\nx()\n",
      cells = { { "code", "" }, { "markdown", "" }, { "code", "x()" } } },
   { name = "comments of code stay comments", file = "-- %%\n-- a\n-- b\n",
      cells = { { "code", "-- a\n-- b" } } },
   { name = "indentation in text", file = "-- %% [markdown]\n-- - a\n--   - b\n--\n--     code\n",
      cells = { { "markdown", "- a\n  - b\n\n    code" } } },
   { name = "text without a comment sign", file = "-- %% [markdown]\n--a\nb\n",
      cells = { { "markdown", "a\nb" } }, written = "-- %% [markdown]\n-- a\n-- b\n" },
   { name = "blank lines between cells", file = "-- %%\nx()\n\n\n-- %%\ny()\n",
      cells = { { "code", "x()" }, { "code", "y()" } }, written = "-- %%\nx()\n\n-- %%\ny()\n" },
   { name = "other line ends", file = "-- %%\r\nx()\r\n\r\n-- %%\r\ny()\r\n",
      cells = { { "code", "x()" }, { "code", "y()" } }, written = "-- %%\nx()\n\n-- %%\ny()\n" },
   { name = "no line end at the end", file = "-- %%\nx()", cells = { { "code", "x()" } },
      written = "-- %%\nx()\n" },
   { name = "Jupyter's header",
      file = "#!/usr/bin/env bakeoff\n-- ---\n-- jupyter:\n--   a: 1\n-- ---\n\n-- %%\nx()\n",
      cells = { { "code", "x()" } } },
   { name = "an equals sign in a title", file = "-- %% a == b\nx()\n",
      cells = { { "code", "x()", "a == b" } } },
}

-- Not jupytext's, which knows text in long comments in Python alone.
local LONG = {
   { name = "a long comment", file = "-- %% [markdown]\n--[[\n# A\n\n-- b\n]]\n\n-- %%\nx()\n",
      cells = { { "markdown", "# A\n\n-- b" }, { "code", "x()" } } },
   { name = "of a level", file = "-- %% [md]\n--[==[\na[b[1]]\n]==]\n",
      cells = { { "markdown", "a[b[1]]" } } },
   { name = "without a line", file = "-- %% [md]\n--[[\n]]\n", cells = { { "markdown", "" } } },
   { name = "that ends earlier", file = "-- %% [md]\n--[[\na[b[1]]\n]]\n", bare = 3,
      cells = { { "markdown", "[[\na[b[1]]\n]]" } }, written = "-- %% [md]\n-- [[\n-- a[b[1]]\n-- ]]\n" },
   { name = "that ends in a line", file = "-- %% [md]\n--[[ a ]]\n", cells = { { "markdown", "[[ a ]]" } },
      written = "-- %% [md]\n-- [[ a ]]\n" },
}
table.move(LONG, 1, #LONG, #CASES + 1, CASES)

local function seen(cells)
   local list = {}
   for index, cell in ipairs(cells) do
      list[index] = { cell.kind, cell.source, cell.title, #cell.tags > 0 and cell.tags or nil }
   end
   return list
end

TestPercent = {}

function TestPercent.test_cells_are_jupytexts()
   for _, case in ipairs(CASES) do
      local cells = percent.read(case.file).cells
      lu.assertEquals(seen(cells), case.cells, case.name)
      lu.assertEquals(case.metadata and cells[1].metadata, case.metadata, case.name)
      lu.assertEquals(case.bare and cells[1].bare_line, case.bare, case.name)
   end
end

function TestPercent.test_writing_gives_the_file_again()
   for _, case in ipairs(CASES) do
      local notebook = percent.read(case.file)
      local written = percent.write(notebook)
      lu.assertEquals(written, case.written or case.file, case.name)
      lu.assertEquals(seen(percent.read(written).cells), case.cells, case.name)
   end
end

function TestPercent.test_lines_are_those_of_the_file()
   local cells = percent.read("#!x\na()\n\n-- %% [markdown]\n-- t\n-- u\n\n\n-- %%\n\nb()\n").cells
   local lines = {}
   for index, cell in ipairs(cells) do
      lines[index] = { cell.number, cell.marker_line or 0, cell.first_line, cell.last_line }
   end
   lu.assertEquals(lines, { { 1, 0, 2, 2 }, { 2, 4, 5, 6 }, { 3, 9, 10, 11 } })
end

os.exit(lu.LuaUnit.run(), true)
