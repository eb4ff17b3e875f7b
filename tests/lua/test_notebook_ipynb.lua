--- A woven notebook as .ipynb: what Jupyter's own library says about it, and what it holds.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local ipynb = require "bakeoff.notebook.ipynb"
local json = require "bakeoff.base.json"
local support = require "support_woven"

local folder = os.tmpname()
os.remove(folder)
assert(core.mkdirs(folder .. "/x.files"))
for name, text in pairs(support.drawings()) do
   assert(core.store(folder .. "/" .. name, text))
end

local function cells_of(changes) return json.decode(ipynb.of(support.make(folder, changes))).cells end

local function outputs(cell) return cells_of()[cell].outputs end

TestNotebook = {}

function TestNotebook.test_text_is_woven_text_and_code_is_source()
   local cells = cells_of()
   lu.assertEquals({ #cells, cells[1].cell_type, cells[2].cell_type, cells[5].cell_type },
      { 5, "markdown", "code", "raw" })
   lu.assertEquals(cells[1].source[1], "# Threads, processes or a loop?\n")
   lu.assertEquals(cells[2].source, { "local a = 1\n", "local b = 'two'\n", "\n", "if a < 2 then\n",
      "   print(b)\n", "end" })
   lu.assertEquals({ cells[2].execution_count, cells[3].execution_count }, { 1, 2 })
   lu.assertEquals(cells[2].metadata, { title = "the experiment" })
   lu.assertNil(cells[1].outputs)
end

function TestNotebook.test_outputs_have_jupyters_kinds()
   lu.assertEquals(outputs(2), {
      { output_type = "stream", name = "stdout", text = { "two <three>\n", "four\n" } },
      { output_type = "display_data", metadata = {}, data = { ["text/plain"] = { "42" } } } })
   local shown = outputs(3)
   lu.assertStrMatches(table.concat(shown[1].data["image/svg+xml"]), "<svg width.*</svg>\n")
   lu.assertEquals(shown[1].data["text/plain"], { "A loop is fastest" })
   lu.assertStrContains(table.concat(shown[2].data["text/html"]), "<td")
   lu.assertEquals(shown[2].data["text/markdown"], { "| a | b |\n", "|:--|--:|\n", "| one | 1 |\n" })
   lu.assertEquals(shown[4].data["text/plain"],
      { "not shown: threads need <no> memory\n", "0.61 [0.58, 0.64]" })
   lu.assertStrContains(table.concat(shown[4].data["text/html"]), "threads need &lt;no&gt; memory")
end

-- nbconvert empties SVG, and Jupyter shows it of trusted notebooks alone.
function TestNotebook.test_charts_are_png_where_they_were_drawn_so()
   local cells = support.make(folder).cells
   cells[3].outputs[1].png = "\x89PNG"
   local shown = cells_of({ cells = cells })[3].outputs[1]
   lu.assertEquals(shown.data, { ["text/plain"] = { "A loop is fastest" }, ["image/png"] = { "iVBORw==" } })
   lu.assertEquals(shown.metadata, { ["image/png"] = { width = 600 } })
end

function TestNotebook.test_a_failed_cell_has_an_error_and_later_ones_have_not_run()
   local cells = cells_of { cells = support.failed_cells(), status = "failed" }
   lu.assertEquals(cells[2].outputs[2].evalue, "x.lua:4: attempt to call a nil value (global 'a')")
   lu.assertEquals(cells[2].outputs[2].traceback, { "stack traceback:\n", "\t[C]: in ?" })
   lu.assertEquals({ cells[3].execution_count, #cells[3].outputs }, { json.null, 0 })
end

TestIds = {}

local function ids(changes)
   local list = {}
   for index, cell in ipairs(cells_of(changes)) do
      list[index] = cell.id
   end
   return list
end

function TestIds.test_they_stay_when_other_cells_change()
   local before = ids()
   local cells = support.make(folder).cells
   cells[1].source = cells[1].source .. "more"
   table.insert(cells, 2, { kind = "code", number = 2, tags = {}, source = "new()", outputs = {} })
   cells[3].source = "rewritten()" -- it has a title
   local after = ids { cells = cells }
   lu.assertNotEquals(after[1], before[1])
   lu.assertEquals({ after[3], after[4], after[5], after[6] }, { before[2], before[3], before[4], before[5] })
   lu.assertEquals(before[2], "the-experiment")
end

function TestIds.test_no_two_cells_share_one()
   local cell = { kind = "code", number = 1, tags = { "slow" }, source = "same()", outputs = {} }
   local titled = { kind = "code", number = 1, title = ("long "):rep(30), tags = {}, source = "" }
   local known = {}
   for _, id in ipairs(ids { cells = { cell, cell, titled, titled, cell } }) do
      lu.assertNil(known[id])
      lu.assertStrMatches(id, "[%w_-]+")
      lu.assertTrue(#id <= 64)
      known[id] = true
   end
end

TestJupyter = {}

-- A Python with nbformat: the first of PATH may be another than the distribution's.
local function python()
   for _, name in ipairs { core.program_find "python3" or "", "/usr/bin/python3" } do
      local found = name ~= "" and core.command { argv = { name, "-c", "import nbformat" } }
      if found and found.code == 0 then
         return name
      end
   end
end

local CHECK = [[
import sys, nbformat
for name in sys.argv[1:]: nbformat.validate(nbformat.read(name, as_version=4))
]]

function TestJupyter.test_its_own_library_accepts_it()
   local program = python()
   lu.skipIf(not program, "Python's nbformat is not installed (package python3-nbformat)")
   local whole, failed, empty = folder .. "/a.ipynb", folder .. "/b.ipynb", folder .. "/c.ipynb"
   assert(core.store(whole, ipynb.of(support.make(folder))))
   assert(core.store(failed, ipynb.of(support.make(folder, { cells = support.failed_cells() }))))
   assert(core.store(empty, ipynb.of(support.make(folder, { cells = {} }))))
   local result = core.command { argv = { program, "-W", "error", "-c", CHECK, whole, failed, empty } }
   lu.assertEquals({ result.code, result.stderr }, { 0, "" })
end

local code = lu.LuaUnit.run()
core.remove_tree(folder)
os.exit(code, true)
