--- What keeps a run from being continued: the message names every condition that differs, and nothing else.
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local manifests = require "bakeoff.experiment.manifest"
local measured = require "bakeoff.experiment"
local resume = require "bakeoff.experiment.resume"

local here = arg[0]:match("^(.*/)") or "./"
local refusal_of = dofile(here .. "support_spec.lua").refusal_of

-- An experiment, its key, and the manifest of its earlier run as it is read back.
local function pair()
   local experiment = measured.new({ name = "x", items = { 1, 2, 3 }, task = print, seed = 7,
      session = "per-request", contenders = { { "threads", gil = true, workers = { 4 } }, "sequential" } },
      { options = { days = 5 } })
   local manifest = manifests.new(experiment)
   return experiment, manifest.key, json.decode(json.encode(manifest))
end

-- The refusal after change(manifest, key of this run).
local function refused(change)
   local experiment, key, manifest = pair()
   change(manifest, key)
   return refusal_of(resume.check, experiment, key, manifest)
end

TestResume = {}

function TestResume.test_the_same_experiment_goes_on()
   resume.check(pair())
end

function TestResume.test_each_difference_is_named()
   for _, case in ipairs {
      { function(manifest) manifest.seed = 8 end, "--seed 7, but the run in the folder has 8" },
      { function(manifest) manifest.items = 4 end, "items 3, but the run in the folder has 4" },
      { function(manifest) manifest.session = "fresh" end,
         "session per-request, but the run in the folder has fresh" },
      { function(manifest) manifest.conditions = nil end,
         "conditions a session per request, but the run in the folder has none" },
      { function(manifest) manifest.options.days = 6 end, "--days 5, but the run in the folder has 6" },
      { function(manifest) manifest.options.max_age = 2 end,
         "--max-age none, but the run in the folder has 2" },
      { function(manifest) manifest.options = nil end, "--days 5, but the run in the folder has none" },
      { function(manifest) manifest.repeats = 11 end, "--repeats 10, but the run in the folder has 11" },
   } do
      lu.assertStrContains(refused(case[1]), "--resume: this run has " .. case[2] .. ";")
   end
end

function TestResume.test_cells_are_compared_with_their_options()
   for _, change in ipairs {
      function(manifest) manifest.cells[1].workers = 8 end,
      function(manifest) manifest.cells[1].options.gil = false end,
      function(manifest) manifest.cells[2] = nil end,
      function(manifest) manifest.cells[1].label = "T" end,
   } do
      lu.assertStrContains(refused(change), "--resume: this run has cells threads")
   end
end

function TestResume.test_more_repeats_are_welcome()
   local experiment, key, manifest = pair()
   manifest.repeats = 4
   resume.check(experiment, key, manifest)
end

function TestResume.test_versions_and_machines_are_named()
   lu.assertStrContains(refused(function(manifest) manifest.key.versions.libuv = "0.1" end),
      "--resume: this run has libuv 1.")
   lu.assertStrContains(refused(function(manifest) manifest.key.machine.cores = "99" end),
      "but the run in the folder has 99;")
end

function TestResume.test_changed_parts_are_named()
   lu.assertEquals(refused(function(manifest) manifest.key.code["the code of task"] = "0" end),
      "--resume: changed since the run in the folder began: the code of task; undo the change, or start anew "
      .. "without --resume")
   lu.assertStrContains(refused(function(manifest)
      for _, name in ipairs { "a", "b", "c", "d" } do
         manifest.key.modules[name] = "0"
      end
   end), "began: a, b, c and 1 more;")
end

-- A check that can't decide doesn't pass.
function TestResume.test_what_cannot_be_compared_is_refused()
   lu.assertStrContains(refused(function(_, key)
      key.unknown = { { what = "upvalue 'grammar' of task", kind = "a userdata" } }
   end), "--resume: upvalue 'grammar' of task contains a userdata, which can't be compared")
   lu.assertStrContains(refused(function(manifest) manifest.key = nil end),
      "--resume: an earlier version of bakeoff made the run in the folder")
end

os.exit(lu.LuaUnit.run(), true)
