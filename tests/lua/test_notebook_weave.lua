--- Weaving a notebook: what its cells show, which runs are measured, what is written, and what is refused.
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local draw = require "bakeoff.plotting.draw"
local clean = require "bakeoff.notebook.clean"
local files = require "bakeoff.base.files"
local notebook = require "bakeoff.notebook"
local options = require "bakeoff.script.options"
local support = dofile(here .. "/../e2e/support_command.lua")
local weaving = require "support_weaving"

local begin, say, weave, page, with = weaving.begin, weaving.say, weaving.weave, weaving.page, weaving.with

local folder, said

local function refused(...)
   local ok, problem = pcall(weave, ...)
   lu.assertFalse(ok)
   return tostring(problem)
end

local function set_up()
   weaving.set_up()
   folder, said = weaving.folder, weaving.said
end

local tear_down = weaving.tear_down

-- Kinds and texts of a cell's outputs.
local function outputs_of(woven, number)
   local list = {}
   for index, output in ipairs(woven.cells[number].outputs) do
      list[index] = { output.kind, output.text or output.message }
   end
   return list
end

TestCells = { setUp = set_up, tearDown = tear_down }

function TestCells.test_a_cell_shows_what_it_prints_shows_and_ends_with()
   local woven = weave([[
local bake = require "bakeoff"
-- %%
print("a", 1)
io.write("b", 2)
bake.show(nil, 1.5, "c")
print "d"
math.max(1, 3)
-- %% [md]
-- # T {{ math.pi }}
-- %%
local x = math.max(1, 2)
]])
   lu.assertEquals(outputs_of(woven, 2),
      { { "printed", "a\t1\nb2" }, { "value", "1.50" }, { "value", "c" }, { "printed", "d\n" },
         { "value", "3" } })
   lu.assertEquals({ woven.title, woven.cells[3].text, #woven.cells[4].outputs }, { "T 3.14", "# T 3.14", 0 })
   lu.assertEquals({ woven.status, notebook.exit_code(woven) }, { "complete", 0 })
end

function TestCells.test_much_output_is_cut_and_said()
   local woven = weave [[
-- %%
for i = 1, 300 do print(i) end
-- %%
io.write(("\u{e9}"):rep(20000))
-- %%
require("bakeoff").show(("x"):rep(5000))
]]
   lu.assertStrContains(outputs_of(woven, 1)[1][2],
      "\n200\n… 100 lines more (400 B), which the page leaves out\n")
   local long = outputs_of(woven, 2)[1][2]
   lu.assertNotNil(utf8.len(long))
   lu.assertStrContains(long, "… 0 lines more (19.5 KiB)")
   lu.assertStrContains(outputs_of(woven, 3)[1][2], "x… (1,000 B more")
   lu.assertTrue(#page() < 26000)
end

-- The script's own print, and writing to another file, are left alone.
function TestCells.test_only_what_goes_to_the_standard_output_is_caught()
   local woven = weave(([[
-- %%%%
local usual, kept, file = print, io.output(), assert(io.open(%q, "w"))
io.output(file)
io.write "to the file"
io.output(kept)
file:close()
local seen
print = function(text) seen = text end
print "own"
assert(seen == "own")
print = usual
-- %%%%
assert(not pcall(io.write, {}))
]]):format(folder .. "/written"))
   lu.assertEquals({ woven.status, #woven.cells[1].outputs }, { "complete", 0 })
   lu.assertEquals(files.read(folder .. "/written"), "to the file")
end

function TestCells.test_a_failed_cell_keeps_what_came_before()
   local woven = weave [[
-- %%
print "before"
-- %%
print "half"
local function inner(x) local y = x.z return y end
inner(nil)
-- %%
print "never"
]]
   lu.assertEquals({ woven.status, notebook.exit_code(woven) }, { "failed", 1 })
   lu.assertEquals(outputs_of(woven, 1), { { "printed", "before\n" } })
   lu.assertEquals(outputs_of(woven, 2)[1], { "printed", "half\n" })
   local problem = woven.cells[2].outputs[2]
   lu.assertEquals({ problem.kind, problem.line }, { "error", 5 })
   lu.assertStrContains(problem.message, "attempt to index a nil value (local 'x')")
   lu.assertStrContains(problem.traceback, "x.lua:6")
   lu.assertEquals(woven.cells[3].outputs, {})
   lu.assertStrContains(page(), "This notebook failed")
   lu.assertStrContains(page(), "**Cell 2, line 5 failed:**")
end

function TestCells.test_what_does_not_parse_is_a_failed_cell()
   local woven = weave "-- %%\nprint(1)\n-- %%\nlocal = 2\n"
   lu.assertEquals({ woven.status, woven.problem.cell, woven.problem.line }, { "failed", 2, 4 })
   lu.assertStrContains(page(), "**Cell 2, line 4 failed:** \\<name\\> expected near '='")
   lu.assertEquals(weave("-- %% [md]\n-- {{ undefined }}\n").problem.message, "what the text quotes is nil")
end

function TestCells.test_locals_that_are_to_be_closed_are_closed()
   weave(([[
-- %%%%
local x <close> = setmetatable({}, { __close = function() assert(io.open(%q, "w")):close() end })
-- %%%%
error "x"
]]):format(folder .. "/closed"))
   lu.assertEquals(core.file_kind(folder .. "/closed"), "file")
end

TestRuns = { setUp = set_up, tearDown = tear_down }

function TestRuns.test_a_run_is_measured_once_and_then_frozen()
   lu.assertFalse(weave(with()).runs[1].frozen)
   lu.assertEquals(said, { "e: measuring, because there is no frozen run of it" })
   local first, record = page(), files.read(folder .. "/x.files/results.json")
   local picture = files.read(folder .. "/x.files/e_speed.dark.svg")
   lu.assertStrContains(first, "x.files/e_speed.dark.svg")
   lu.assertStrContains(first, "**Held:** both end")
   local usual = draw.write_all
   draw.write_all = function() error "drawn again" end
   local again = weave(with())
   draw.write_all = usual
   lu.assertTrue(again.runs[1].frozen)
   lu.assertEquals({ page(), files.read(folder .. "/x.files/results.json") }, { first, record })
   support.write(folder .. "/x.files/e_speed.dark.svg", picture .. "<!-- edited -->")
   lu.assertEquals(weaving.checked({ run = false }).stale, { "x.files/e_speed.dark.svg was edited by hand" })
   weave(with())
   lu.assertEquals(files.read(folder .. "/x.files/e_speed.dark.svg"), picture)
   lu.assertEquals(core.list(folder .. "/x.files/work"), { ".gitignore" })
end

function TestRuns.test_a_change_measures_again_and_keeps_what_it_replaces()
   weave(with())
   local first = files.read(folder .. "/x.files/runs/e/trials.jsonl")
   weave(with(2))
   lu.assertEquals(said[#said], "e: measuring, because the code of task differs from its frozen run (code)")
   lu.assertEquals(files.read(folder .. "/x.files/work/replaced/e/trials.jsonl"), first)
   local second = files.read(folder .. "/x.files/runs/e/trials.jsonl")
   lu.assertNotEquals(second, first)
   weave(with(2), { "--fresh" })
   lu.assertNotEquals(files.read(folder .. "/x.files/runs/e/trials.jsonl"), second)
end

-- Options of the command line lead elsewhere.
function TestRuns.test_a_shortened_run_never_replaces_a_frozen_one()
   weave(with())
   local before = { page(), files.read(folder .. "/x.files/runs/e/trials.jsonl") }
   weave(with(), { "--repeats", "1", "--out", folder .. "/short" })
   lu.assertEquals({ page(), files.read(folder .. "/x.files/runs/e/trials.jsonl") }, before)
   lu.assertStrContains(files.read(folder .. "/short/x.md"), "too few")
   lu.assertStrContains(said[#said - 1], "the page goes to " .. folder .. "/short/x.md")
   lu.assertStrContains(files.read(folder .. "/short/x.files/results.json"), '"notebook": "../x.lua"')
end

function TestRuns.test_frozen_measures_nothing()
   local woven = weave(with(), { "--frozen" })
   lu.assertEquals({ woven.status, woven.problem.cell, woven.problem.line }, { "failed", 2, 3 })
   lu.assertStrContains(woven.problem.message, "'e' would have to be measured: there is no frozen run of it")
   lu.assertNil(core.file_kind(folder .. "/x.files/runs"))
end

function TestRuns.test_frozen_takes_what_was_measured_elsewhere()
   weave(with())
   local before, path = page(), folder .. "/x.files/runs/e/manifest.json"
   local manifest = files.read(path)
   support.write(path, (manifest:gsub('("processor": )"[^"]*"', '%1"another"')))
   lu.assertNotEquals(files.read(path), manifest)
   local woven = weave(with(), { "--frozen" })
   lu.assertEquals({ woven.status, woven.runs[1].frozen, woven.runs[1].elsewhere },
      { "complete", true, { "processor" } })
   lu.assertEquals(page(), before)
end

function TestRuns.test_two_experiments_need_two_names()
   local one = 'require("bakeoff").experiment { name = "e", items = { 1 }, task = tostring, workers = { 1 },'
      .. ' contenders = { "sequential" }, repeats = 1, warmup = 0 }:run()\n'
   local woven = weave("-- %%\n" .. one .. "-- %%\n" .. one)
   lu.assertEquals({ woven.problem.cell, woven.problem.line }, { 2, 4 })
   lu.assertStrContains(woven.problem.message, "has run already in this notebook")
end

-- An interrupted measurement is continued if it is that of the experiment asked for.
function TestRuns.test_an_interrupted_measurement_goes_on()
   weave(with())
   local runs, work = folder .. "/x.files/runs/e", folder .. "/x.files/work/e"
   local rows = files.read(runs .. "/trials.jsonl")
   local kept = rows:match "^[^\n]*\n[^\n]*\n"
   assert(os.rename(runs, work))
   support.write(work .. "/manifest.json",
      (files.read(work .. "/manifest.json"):gsub('"status": "complete"', '"status": "interrupted"')))
   support.write(work .. "/trials.jsonl", kept)
   weave(with())
   local now = files.read(runs .. "/trials.jsonl")
   lu.assertEquals({ now:sub(1, #kept), select(2, now:gsub("\n", "")) }, { kept, 12 })
end

TestFolders = { setUp = set_up, tearDown = tear_down }

function TestFolders.test_what_is_not_the_page_of_the_notebook_is_not_replaced()
   support.write(folder .. "/x.md", "my own")
   lu.assertStrContains(refused "-- %%\n", "x.md exists, and there is no record that bakeoff wrote it")
   lu.assertEquals(page(), "my own")
   os.remove(folder .. "/x.md")
   weave "-- %%\n"
   core.mkdirs(folder .. "/other")
   support.write(folder .. "/other/x.lua", "-- %%\n")
   options.reset { argv = { "--out", folder }, script = folder .. "/other/x.lua", command = {} }
   local ok, problem = pcall(notebook.weave, folder .. "/other/x.lua", { say = say })
   lu.assertFalse(ok)
   lu.assertStrContains(tostring(problem), "x.md is the page of x.lua; choose another folder with --out")
end

function TestFolders.test_a_page_edited_by_hand_is_kept()
   weave "-- %% [md]\n-- a\n"
   support.write(folder .. "/x.md", "edited")
   weave "-- %% [md]\n-- b\n"
   lu.assertEquals(files.read(folder .. "/x.files/work/edited.md"), "edited")
   lu.assertStrContains(said[1], "x.md was edited by hand")
   lu.assertStrContains(page(), "\nb\n")
end

function TestFolders.test_a_folder_that_cannot_be_written_is_refused()
   local text = "-- %%\nrequire('bakeoff').experiment { name = 'e', items = { 1 }, task = print,"
      .. " contenders = { 'sequential' } }:run()"
   lu.assertStrContains(refused(text, { "--out", "/dev/null/x" }), "choose another folder with --out")
end

function TestFolders.test_clean_removes_what_the_page_no_longer_uses()
   weave(with())
   weave(with(2))
   core.mkdirs(folder .. "/x.files/runs/old")
   support.write(folder .. "/x.files/runs/old/manifest.json", "{}")
   begin()
   local given, files_of_x = folder .. "/x.lua", folder .. "/x.files"
   lu.assertItemsEquals(clean.of(given, {}), { files_of_x .. "/runs/old", files_of_x .. "/work" })
   lu.assertTrue(weave(with(2)).runs[1].frozen)
   local removed, kept = clean.of(given, { all = true })
   lu.assertEquals({ removed[1], removed[#removed], kept }, { folder .. "/x.md", files_of_x, {} })
   lu.assertEquals(core.list(folder), { "x.lua" })
   lu.assertErrorMsgContains("nothing to remove", clean.of, given, {})
end

os.exit(lu.LuaUnit.run(), true)
