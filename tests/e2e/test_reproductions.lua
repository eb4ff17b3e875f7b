--- The reproductions of published comparisons in scripts/: each runs small, with the installed programs, and
-- prints its findings beside what was published. Figures are not checked, because the machine may be busy.
local lu = require "luaunit"
local support = dofile(os.getenv("BAKEOFF_SOURCE") .. "/tests/e2e/support_run.lua")
local core = require "bakeoff.core"

local folder

-- Runs a script → its run folder, its output
local function run(script, ...)
   local path = ("%s/scripts/%s.lua"):format(os.getenv("BAKEOFF_SOURCE"), script)
   local result = support.run({ "bakeoff", "run", path, "--out", folder, "--repeats", "1", "--warmup", "0",
      ... }, { folder = folder })
   support.assert_code(0, result)
   return folder .. "/" .. script, result.stdout
end

local function assert_drawn(at, ...)
   for _, name in ipairs { ... } do
      lu.assertEquals(core.file_kind(("%s/charts/%s.png"):format(at, name)), "file", name)
   end
end

-- Asserts that every contender of the manifest has a good trial and that every other one names a package.
local function assert_ran(at, count)
   local manifest, good = support.manifest(at), {}
   for _, row in ipairs(support.trials(at)) do
      lu.assertEquals(row.status, "ok", ("%s: %s"):format(row.label, row.reason))
      good[row.label] = true
   end
   for _, cell in ipairs(manifest.cells) do
      lu.assertTrue(good[cell.label], cell.label .. " has no trial")
   end
   for _, one in ipairs(manifest.not_run) do
      lu.assertIsString(one.package, one.label)
   end
   lu.assertEquals(#manifest.cells + #manifest.not_run, count)
   return manifest
end

-- The gallery shows manifests, so they must not reveal paths of this machine.
local function assert_no_paths(manifest)
   for _, cell in ipairs(manifest.cells) do
      for _, word in ipairs((cell.options or {}).argv or {}) do
         lu.assertNil(word:find(os.getenv("BAKEOFF_SOURCE"), 1, true), word)
      end
   end
end

TestReproductions = {}

function TestReproductions.setUp() folder = support.folder() end

function TestReproductions.tearDown() support.remove(folder) end

function TestReproductions.test_the_shootout_of_2015()
   local at, said = run("shootout_2015", "--urls", "4", "--latency", "2ms", "--jitter", "1ms",
      "--workers", "2", "--save", folder .. "/pages")
   assert_drawn(at, "speed", "memory", "footprint")
   assert_no_paths(assert_ran(at, 11))
   local sheet = support.slurp(at .. "/published.md")
   for _, system in ipairs { "A1", "A2", "A3", "A4", "A5" } do
      lu.assertStrContains(sheet, "| " .. system .. " |")
   end
   lu.assertStrContains(sheet, "too few repeats for an interval")
   lu.assertStrContains(said, "The native contenders agree with the talk in 0 of 5 points. Undecided: A1")
end

function TestReproductions.test_the_memory_of_2018()
   local at, said = run("memory_2018", "--days", "6", "--latency", "2ms", "--admit", "500/s", "--workers",
      "3")
   assert_drawn(at, "speed", "memory", "footprint")
   assert_no_paths(assert_ran(at, 10))
   local sheet = support.slurp(at .. "/published.md")
   for _, text in ipairs { "| B1 |", "| B4 |", "2 ms latency, 500 requests/s",
      "3 forked workers had a peak footprint of", "PyPy was not run" } do
      lu.assertStrContains(sheet, text)
   end
   lu.assertStrContains(said, "The native contenders agree with the article in 0 of 6 points.")
end

function TestReproductions.test_left_out_systems_are_named()
   local at = run("shootout_2015", "--urls", "3", "--latency", "1ms", "--jitter", "0ms", "--workers", "2",
      "--save", folder .. "/pages", "--contenders", "sequential,threads")
   local sheet = support.slurp(at .. "/published.md")
   lu.assertStrContains(sheet, "| eventloop: left out; coroutines: left out |")
   lu.assertStrContains(sheet, "not measured: eventloop")
end

os.exit(lu.LuaUnit.run(), true)
