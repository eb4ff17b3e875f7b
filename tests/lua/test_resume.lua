--- What keeps a run from being continued: the message names every condition that differs, and nothing else.
local lu = require "luaunit"
local json = require "bakeoff.base.json"
local manifests = require "bakeoff.experiment.manifest"
local measured = require "bakeoff.experiment"
local resume = require "bakeoff.experiment.resume"

local here = arg[0]:match("^(.*/)") or "./"
local refusal_of = dofile(here .. "support_spec.lua").refusal_of

-- An experiment, and the manifest of its earlier run as it is read back.
local function pair()
   local experiment = measured.new({ name = "x", items = { 1, 2, 3 }, task = print, seed = 7,
      session = "per-request", contenders = { { "threads", gil = true, workers = { 4 } }, "sequential" } },
      { options = { days = 5 } })
   return experiment, json.decode(json.encode(manifests.new(experiment)))
end

-- The refusal after change(manifest, experiment).
local function refused(change)
   local experiment, manifest = pair()
   change(manifest, experiment)
   return refusal_of(resume.check, experiment, manifest)
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
   local experiment, manifest = pair()
   manifest.repeats = 4
   resume.check(experiment, manifest)
end

os.exit(lu.LuaUnit.run(), true)
