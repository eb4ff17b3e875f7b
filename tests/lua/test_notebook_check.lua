--- Checking a notebook: is its page stale, does it run, do its claims hold, also when measured again?
local here = arg[0]:match("^(.*)/") or "."
package.path = here .. "/?.lua;" .. package.path
local lu = require "luaunit"
local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local record = require "bakeoff.notebook.record"
local support = dofile(here .. "/../e2e/support_command.lua")
local weaving = require "support_weaving"

local weave, checked, page, with = weaving.weave, weaving.checked, weaving.page, weaving.with

local folder

local function set_up()
   weaving.set_up()
   folder = weaving.folder
end

TestCheck = { setUp = set_up, tearDown = weaving.tear_down }

function TestCheck.test_a_fresh_page_passes()
   weave(with())
   local found = checked()
   lu.assertEquals({ found.outcome, found.code, found.stale, found.ran, #found.claims },
      { "passed", 0, {}, true, 1 })
   lu.assertEquals(checked { run = false }.outcome, "passed")
end

function TestCheck.test_each_reason_for_being_stale_is_said()
   local function is_stale(change, expected)
      support.write(folder .. "/inner_of_x.lua", "return 1")
      weave(with() .. "-- require 'inner_of_x'\n")
      change()
      local found = checked { run = false }
      lu.assertEquals({ found.outcome, found.code }, { "stale", 4 })
      lu.assertStrContains(found.stale[1], expected)
   end
   is_stale(function() support.write(folder .. "/x.lua", with() .. "-- more") end, "the notebook has changed")
   local inner = folder .. "/inner_of_x.lua"
   is_stale(function() support.write(inner, "return 2") end, "the module inner_of_x.lua has changed")
   is_stale(function() os.remove(inner) end, "the module inner_of_x.lua is missing")
   is_stale(function() support.write(folder .. "/x.md", page() .. "x") end, "was edited by hand")
   is_stale(function() os.remove(folder .. "/x.files/e_speed.svg") end, "e_speed.svg is missing")
   is_stale(function() os.remove(folder .. "/x.md") end, "x.md is missing")
   is_stale(function() support.remove(folder .. "/x.files/runs/e") end, "frozen run 'e' is missing")
   lu.assertStrContains(checked().stale[2], "'e' would have to be measured")
   support.remove(folder .. "/x.files")
   lu.assertStrContains(checked { run = false }.stale[1], "has not been woven")
end

-- A notebook may say where its modules are; a check without a run must find them, too.
function TestCheck.test_modules_in_other_folders_are_found()
   local lib = folder .. "/lib"
   assert(core.mkdirs(lib))
   support.write(lib .. "/far_of_x.lua", "return 1")
   weave(('package.path = "%s/?.lua;" .. package.path\nrequire "far_of_x"\n'):format(lib) .. with())
   lu.assertEquals(checked { run = false }.stale, {})
   support.write(lib .. "/far_of_x.lua", "-- a comment\nreturn 1")
   lu.assertEquals(checked { run = false }.stale, {})
   support.write(lib .. "/far_of_x.lua", "return 2")
   lu.assertEquals(checked { run = false }.stale, { "the module lib/far_of_x.lua has changed" })
end

-- Another version of bakeoff may have written the same runs in other words.
function TestCheck.test_a_page_of_another_version_is_noted()
   weave(with())
   lu.assertEquals(checked().notes, {})
   local known, other = files.read(folder .. "/x.files/results.json"), page() .. "in other words\n"
   local before, after = record.digest(page()), record.digest(other)
   support.write(folder .. "/x.md", other)
   support.write(folder .. "/x.files/results.json", (known:gsub(before, after)))
   local found = checked()
   lu.assertEquals({ found.outcome, #found.notes }, { "passed", 1 })
   lu.assertStrContains(found.notes[1], "x.md would be written differently by this version of bakeoff")
   lu.assertEquals(checked { run = false }.notes, {})
end

function TestCheck.test_refuted_and_failed_come_before_stale()
   weave(with(nil, nil, "1us") .. 'bake.claim("both end", "total(sequential) < 60s")') -- the same sentence
   local found = checked()
   lu.assertEquals({ found.outcome, found.code, found.changed }, { "refuted", 1, {} })
   weave(with(nil, 5)) -- too few repeats
   lu.assertEquals({ checked().outcome, checked().code }, { "not_shown", 3 })
   support.write(folder .. "/x.lua", with() .. "-- %%\nerror 'x'\n")
   found = checked()
   lu.assertEquals({ found.outcome, found.code, found.failed and found.failed.cell }, { "stale", 4, nil })
   support.write(folder .. "/x.lua", with(nil, 5) .. "-- %%\nerror 'x'\n")
   found = checked()
   lu.assertEquals({ found.outcome, found.code, found.failed.cell }, { "failed", 1, 6 })
   lu.assertEquals(found.stale, { "the notebook has changed" })
end

-- The page keeps its numbers on another machine.
function TestCheck.test_another_machine_is_a_note()
   weave(with())
   local path = folder .. "/x.files/runs/e/manifest.json"
   local manifest = files.read(path)
   support.write(path, (manifest:gsub('("key": {.-"processor": ")[^"]*', "%1another")))
   lu.assertNotEquals(files.read(path), manifest)
   local found = checked()
   lu.assertEquals({ found.outcome, found.stale }, { "passed", {} })
   lu.assertStrContains(found.notes[1], "e was measured on another machine or with other versions (proc")
end

-- An experiment whose outcome the key doesn't know: it stands in a file.
local READS = [[
local bake = require "bakeoff"
local path = %q
-- %%%%
bake.experiment { name = "e", items = { 1 }, contenders = { "sequential" }, workers = { 1 }, repeats = 6,
   warmup = 0, task = function() assert(io.open(path):read "a" == "good") end }:run()
-- %%%%
bake.claim("nothing fails", "errors == 0")
bake.claim("little fails", "errors <= 100")
]]

TestFresh = { setUp = set_up, tearDown = weaving.tear_down }

local function everything()
   local pipe <close> = assert(io.popen(("cd %s && find . -type f | sort | xargs sha256sum"):format(folder)))
   return pipe:read "a"
end

function TestFresh.test_verdicts_are_compared_and_the_frozen_run_stays()
   local path = folder .. "/outcome"
   support.write(path, "good")
   weave(READS:format(path))
   local before = everything()
   local found = checked { fresh = true }
   lu.assertEquals({ found.outcome, found.code, found.measured, found.changed, found.stale },
      { "passed", 0, true, {}, {} })
   lu.assertEquals(weaving.said[#weaving.said], "e: measuring, because of --fresh")
   lu.assertEquals(everything(), before)
   support.write(path, "bad")
   lu.assertEquals(checked().outcome, "passed") -- the frozen run
   found = checked { fresh = true }
   lu.assertEquals({ found.outcome, found.code }, { "refuted", 1 })
   lu.assertEquals(found.changed, { "nothing fails: refuted, and the page says held" })
end

-- What is not shown today is no pass, even if the page says so, too.
function TestFresh.test_not_shown_again()
   weave(with(nil, 5)) -- too few repeats
   local found = checked { fresh = true }
   lu.assertEquals({ found.outcome, found.code, found.changed }, { "not_shown", 3, {} })
end

-- Measuring again doesn't hide that the page shows another experiment.
function TestFresh.test_a_stale_page_is_said()
   weave(with())
   support.write(folder .. "/x.lua", with(2))
   local found = checked { fresh = true }
   lu.assertEquals({ found.outcome, found.code, found.ran }, { "stale", 4, true })
   lu.assertStrContains(found.stale[2], "'e' would have to be measured: the code of task differs")
end

-- Nothing is left of a measurement in the temporary folder, not even when a cell fails.
function TestFresh.test_the_temporary_folder_is_removed()
   local kept = folder .. "/kept"
   weave(with() .. ([[
-- %%%%
assert(io.open(%q, "w")):write(results.dir):close()
error "x"
]]):format(kept))
   local found = checked { fresh = true }
   lu.assertEquals(found.failed.cell, 6)
   local dir = files.read(kept)
   lu.assertStrMatches(dir, "/tmp/.*%.check/x%.files/runs/e")
   lu.assertNil(io.open(dir .. "/manifest.json"))
end

os.exit(lu.LuaUnit.run(), true)
