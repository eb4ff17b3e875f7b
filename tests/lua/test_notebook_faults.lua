--- What can go wrong while a notebook is woven: cells that misbehave, files that are not the page's, a
-- weaving that was killed. The page says what happened, and nothing that somebody else wrote is lost.
local lu = require "luaunit"
local check = require "bakeoff.notebook.check"
local clean = require "bakeoff.notebook.clean"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local notebook = require "bakeoff.notebook"

local here = arg[0]:match("^(.*)/") or "."
local support = dofile(here .. "/../e2e/support_command.lua")
local weaving = dofile(here .. "/support_notebook.lua")

local folder, said

local function set_up()
   folder, said = support.folder(), {}
end

local function tear_down() support.remove(folder) end

local function weave(text, ...) return weaving.weave(folder .. "/x.lua", text, { ... }, said) end

local function refused(...)
   local ok, problem = pcall(weave, ...)
   lu.assertFalse(ok)
   return tostring(problem)
end

local function path(name) return folder .. "/" .. name end

local function read(name) return files.read(path(name)) end

TestCells = { setUp = set_up, tearDown = tear_down }

-- A page that was never written must not look like one whose claims hold.
function TestCells.test_a_cell_cannot_end_the_weaving()
   for _, call in ipairs { "os.exit()", "os.exit(0, true)", "local leave = os.exit\nleave(true)" } do
      local woven = weave("-- %%\nprint 'before'\n-- %%\n" .. call .. "\n")
      lu.assertEquals({ notebook.exit_code(woven), woven.problem.cell }, { 1, 2 })
      lu.assertStrContains(woven.problem.message, "os.exit would end the weaving")
      lu.assertStrContains(read "x.md", "before")
   end
end

-- A page is the same on all machines, so it has no place of this one.
function TestCells.test_a_stack_overflow()
   local woven = weave "-- %%\nlocal function f() return 1 + f() end\nf()\n"
   lu.assertEquals({ woven.problem.line, woven.problem.message }, { 2, "stack overflow" })
   lu.assertStrContains(woven.problem.traceback, "levels)")
   lu.assertNotStrContains(woven.problem.traceback, "bakeoff")
end

-- What a pool's worker prints or ends isn't the weaving's.
function TestCells.test_the_workers_of_a_pool_are_left_alone()
   local woven = weave [[
local bake = require "bakeoff"
-- %%
local pool <close> = bake.processes { workers = 1 }
print(pool:submit(function() os.exit(3) end):result())
print(pool:submit(function()
   io.output(io.tmpfile())
   return io.write "x" == io.stdout
end):result())
]]
   lu.assertNotStrContains(woven.cells[2].outputs[1].text, "os.exit would end the weaving")
   lu.assertStrMatches(woven.cells[2].outputs[1].text, "nil\t.*\nfalse\n")
end

function TestCells.test_error_objects_of_any_kind()
   for raised, expected in pairs {
      ["setmetatable({ line = 3, silent = true }, { __tostring = function() return 'mine' end })"] = "mine",
      ["setmetatable({}, { __tostring = function() return {} end })"] = "whose __tostring fails",
      ["setmetatable({}, { __tostring = error })"] = "whose __tostring fails",
      ["setmetatable({}, { __index = error })"] = "table: 0x",
      ["{ line = 3 }"] = "raised a table instead of a message", ["nil"] = "raised nothing",
      ["3"] = "raised a number",
      ["io.stdout"] = "raised a userdata instead of a message",
   } do
      local woven = weave("-- %%\n\nerror(" .. raised .. ")\n")
      lu.assertEquals({ woven.status, woven.problem.cell, woven.problem.line }, { "failed", 1, 3 }, raised)
      lu.assertStrContains(woven.problem.message, expected)
   end
end

function TestCells.test_an_error_in_a_coroutine()
   local woven = weave "-- %%\ncoroutine.wrap(function()\n   print 'in it'\n   error 'x'\nend)()\n"
   lu.assertEquals({ woven.problem.line, woven.problem.message, woven.cells[1].outputs[1].text },
      { 4, "x", "in it\n" })
end

function TestCells.test_many_values_and_wide_tables_are_cut_and_said()
   local woven = weave [[
local bake = require "bakeoff"
-- %%
for i = 1, 5000 do bake.show(i) end
-- %%
local wide, long = {}, {}
for i = 1, 5000 do wide[i], long["column" .. i] = i, ("y"):rep(1000) end
bake.show({ wide })
bake.show({ long })
]]
   lu.assertEquals(woven.status, "complete")
   lu.assertEquals(#woven.cells[2].outputs, 101)
   lu.assertStrContains(read "x.md", "… 4,900 values more, which the page leaves out")
   lu.assertStrContains(read "x.md", "4,980 columns more, which the page leaves out")
   lu.assertTrue(#read "x.md" < 20000)
end

function TestCells.test_values_of_any_kind_are_shown()
   local woven = weave [[
local bake = require "bakeoff"
-- %%
local cyclic = {}
cyclic.itself = cyclic
bake.show(cyclic, { cyclic, cyclic }, { { [true] = 1 }, { [{}] = 2 } }, print, io.stdout)
bake.show(coroutine.create(print), 0 / 0, -math.huge, math.mininteger, "", {})
bake.show(setmetatable({}, { __len = function() return 9 end }))
local mixed = {}
for i = 90, 120 do mixed[i], mixed[tostring(i)], mixed[i + 0.5] = i, i, i end
bake.show(mixed)
bake.show(setmetatable({}, { __show = function() return "mine" end }))
-- %%
bake.show(setmetatable({}, { __show = function() return 3 end }))
]]
   lu.assertEquals({ woven.problem.cell, woven.problem.line }, { 3, 13 })
   lu.assertStrContains(woven.problem.message, "__show returned a number; return a string")
   lu.assertStrContains(read "x.md", "| itself | table |")
   lu.assertStrContains(read "x.md", "```text\nmine\n```")
end

TestFiles = { setUp = set_up, tearDown = tear_down }

function TestFiles.test_what_is_no_page_is_left_alone()
   for _, form in ipairs { "html", "ipynb" } do
      support.write(path("x." .. form), "by hand")
      lu.assertStrContains(refused("-- %%\n", "--" .. form),
         ("x.%s exists, and there is no record that bakeoff wrote it; move it"):format(form))
      lu.assertEquals(read("x." .. form), "by hand")
      os.remove(path("x." .. form))
   end
   core.mkdirs(path "x.md")
   lu.assertStrContains(refused "-- %%\n", "x.md is a folder; move it, or choose another folder with --out")
   support.remove(path "x.md")
   os.execute("mkfifo " .. support.quoted(path "x.md"))
   lu.assertStrContains(refused "-- %%\n", "x.md is no regular file; move it")
end

-- Also if the folder beside it was removed, the page is the notebook's own.
function TestFiles.test_a_page_without_its_record()
   weave "-- %%\nprint(1)\n"
   local page = read "x.md"
   support.remove(path "x.files")
   weave "-- %%\nprint(2)\n"
   lu.assertEquals(said, { ("%s was woven, but its record is gone; %s keeps it as it was"):format(path "x.md",
      path "x.files/work/edited.md") })
   lu.assertEquals(read "x.files/work/edited.md", page)
   lu.assertStrContains(read "x.md", "\n2\n")
end

function TestFiles.test_a_form_edited_by_hand_is_kept()
   weave("-- %%\nprint(1)\n", "--html")
   support.write(path "x.html", "edited")
   weave "-- %%\nprint(2)\n" -- without the form, which stays on record
   lu.assertEquals({ read "x.html", said }, { "edited", {} })
   weave("-- %%\nprint(3)\n", "--html")
   lu.assertStrContains(said[1], "x.html was edited by hand;")
   lu.assertEquals(read "x.files/work/edited.html", "edited")
end

-- A full disk, and a process that is killed while it writes, look alike: the new page can't be finished.
function TestFiles.test_a_page_is_replaced_as_a_whole_or_not_at_all()
   weave "-- %%\nprint(1)\n"
   local page = read "x.md"
   core.mkdirs(path "x.md.new~/full")
   lu.assertStrContains(refused "-- %%\nprint(2)\n", "x.md can't be written")
   lu.assertEquals(read "x.md", page)
   os.execute(("cd %s && rm -r x.md.new~ && mv x.md y.md && ln -s y.md x.md"):format(support.quoted(folder)))
   weave "-- %%\nprint(3)\n"
   lu.assertStrContains(read "y.md", "\n3\n") -- a link stays a link
   lu.assertStrContains(select(2, files.write("/dev/full", "x")), "No space left")
   lu.assertEquals(core.file_kind "/dev/full", "other")
end

function TestFiles.test_clean_removes_only_what_bakeoff_wrote()
   weave("-- %%\nprint(1)\n", "--html", "--ipynb")
   core.mkdirs(path "x.files/runs/notes")
   for _, name in ipairs { "x.files/runs/notes/mine", "x.files/mine.svg", "mine", "x.ipynb" } do
      support.write(path(name), "by hand")
   end
   core.mkdirs(path "elsewhere/run")
   support.write(path "elsewhere/run/manifest.json", "{}")
   os.execute("ln -s ../../elsewhere/run " .. support.quoted(path "x.files/runs/link"))
   weaving.begin(path "x.lua")
   lu.assertItemsEquals(clean.of(path "x.lua", {}), { path "x.files/runs/link", path "x.files/work" })
   local removed, kept = clean.of(path "x.lua", { all = true })
   lu.assertItemsEquals(removed,
      { path "x.html", path "x.md", path "x.files/results.json", path "x.files/work" })
   lu.assertItemsEquals(kept, { path "x.ipynb", path "x.files/mine.svg", path "x.files/runs" })
   lu.assertEquals(read "x.files/runs/notes/mine", "by hand")
   lu.assertEquals(read "elsewhere/run/manifest.json", "{}")
end

function TestFiles.test_clean_keeps_an_edited_page()
   weave "-- %%\n"
   support.write(path "x.md", "edited")
   weaving.begin(path "x.lua")
   local _, kept = clean.of(path "x.lua", { all = true })
   lu.assertEquals({ kept, read "x.md" }, { { path "x.md" }, "edited" })
end

TestRuns = { setUp = set_up, tearDown = tear_down }

local MEASURED = [[
local bake = require "bakeoff"
-- %%
local results = bake.experiment { name = "e", items = { 1, 2 }, warmup = 0, FIELDS
   task = function(_, x) return x end, contenders = { "sequential" }, workers = { 1 } }:run()
]]

-- repeats: as the script writes them; added: further lines
local function measured(repeats, added)
   return (MEASURED:gsub("FIELDS", ("repeats = %s,"):format(repeats))) .. (added or "")
end

local function rows() return select(2, read "x.files/runs/e/trials.jsonl":gsub("\n", "")) end

local function interrupted(status)
   assert(os.rename(path "x.files/runs/e", path "x.files/work/e"))
   support.write(path "x.files/work/e/manifest.json",
      (read "x.files/work/e/manifest.json":gsub('"status": "complete"', ('"status": "%s"'):format(status))))
end

-- The measurement that was interrupted can't shrink, so it is no beginning of the one asked for.
function TestRuns.test_fewer_repeats_after_an_interruption()
   weave(measured(7))
   interrupted "interrupted"
   lu.assertEquals(weave(measured(3)).status, "complete")
   lu.assertEquals(rows(), 3)
end

-- The page shows numbers of these rows, whatever the claims say.
function TestRuns.test_rows_edited_by_hand_make_the_page_stale()
   weave(measured(3))
   support.write(path "x.files/runs/e/trials.jsonl", read "x.files/runs/e/trials.jsonl" .. "\n")
   weaving.begin(path "x.lua")
   local found = check.of(path "x.lua", { say = print, run = false })
   lu.assertEquals({ found.code, found.stale }, { 4, { "the rows of the frozen run 'e' have changed" } })
end

-- Killed after its last trial, before the run was put in its place.
function TestRuns.test_a_whole_run_that_was_not_put_in_its_place()
   weave(measured(3))
   local trials = read "x.files/runs/e/trials.jsonl"
   interrupted "complete"
   weave(measured(3))
   lu.assertEquals(read "x.files/runs/e/trials.jsonl", trials)
end

function TestRuns.test_a_changed_rule_of_automatic_repeats()
   local function automatic(most, budget)
      local rule = ('"auto", auto = { width = 0.9, most = %d, budget = "%s" }'):format(most, budget)
      lu.assertEquals(weave(measured(rule)).status, "complete")
   end
   automatic(8, "20s")
   said = {}
   automatic(8, "20s")
   lu.assertEquals(said, {})
   automatic(9, "20s")
   automatic(9, "21s")
   weave(measured(5)) -- fewer than automatic repeats ever are: with as many, the frozen run would serve
   automatic(9, "21s")
   for index, reason in ipairs { "auto.most differs", "auto.budget differs", "5 repeats", "auto." } do
      lu.assertStrContains(said[index], reason)
   end
end

function TestRuns.test_failed_trials_are_said()
   local failing = measured(2):gsub("return x end", "error 'no' end")
   for _ = 1, 2 do
      said = {}
      weave(failing)
      lu.assertEquals(said[#said], "e: 2 of 2 trials failed; --fresh measures again")
   end
end

TestClaims = { setUp = set_up, tearDown = tear_down }

function TestClaims.test_sentences_and_conditions_are_shown_as_they_are()
   weave(measured(6, [[
bake.claim("quotes `x` and [y](z)", "total('sequential') < 60s")
]]))
   lu.assertStrContains(read "x.md", "**Held:** quotes \\`x\\` and [y\\](z)")
end

-- Wrong claims are errors of their cell, in one line.
function TestClaims.test_wrong_claims_fail_their_cell()
   weave(measured(2))
   for condition, expected in pairs {
      ["speed(sequential) < 1"] = "'speed' is not a figure", ["total(threads) < 1s"] = "threads",
      ["total(sequential, 99) < 1s"] = "99", ["total(sequential < 1s"] = "')' expected", [""] = "figure",
      ["total(sequential) < nan"] = "nan", ["total(sequential) < " .. ("9"):rep(400)] = "too large",
   } do
      local woven = weave(measured(2,
         ('-- %%%%\nprint(1)\n-- %%%%\nbake.claim("x", %q)\n'):format(condition)))
      local problem = woven.problem or {}
      lu.assertEquals({ woven.status, problem.cell, problem.line }, { "failed", 4, 8 }, condition)
      lu.assertStrContains(woven.problem.message, expected)
      lu.assertNil(woven.problem.message:find "\n")
   end
   local divided = weave(measured(2, 'bake.claim("x", "total(sequential) / 0 < 1")'))
   lu.assertEquals(divided.claims[1].verdict, "not_shown")
end

os.exit(lu.LuaUnit.run(), true)
