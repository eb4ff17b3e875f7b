--- What keeps a run from being continued: the script's options and the repeats. The fields: test_fields.lua.
local lu = require "luaunit"
local fields = require "bakeoff.experiment.fields"
local json = require "bakeoff.base.json"
local plan = require "bakeoff.experiment.plan"
local resume = require "bakeoff.experiment.resume"

local here = arg[0]:match("^(.*/)") or "./"
local support = dofile(here .. "support_spec.lua")

-- An experiment, and the manifest of an earlier run of the same one.
local function pair(options)
   local settings = { options = options }
   local experiment = support.check({ repeats = 10, contenders = { "threads" } }, settings)
   experiment.settings, experiment.cells = settings, plan.cells(experiment)
   function experiment.conditions() return nil end
   local manifest = { options = options }
   for _, field in ipairs(fields.RECORDED) do
      manifest[field.manifest] = fields.record(field, experiment)
   end
   return experiment, json.decode(json.encode(manifest))
end

local function refused(change)
   local experiment, manifest = pair { days = 5 }
   change(manifest)
   return support.refusal_of(resume.check, experiment, manifest)
end

TestResume = {}

function TestResume.test_the_same_experiment_goes_on()
   resume.check(pair { days = 5 })
   resume.check(pair(nil))
end

function TestResume.test_options_that_differ_are_named_whoever_lacks_them()
   for _, case in ipairs {
      { function(manifest) manifest.options.days = 6 end, "--days 5, the one in the folder 6" },
      { function(manifest) manifest.options.max_age = 2 end, "--max-age none, the one in the folder 2" },
      { function(manifest) manifest.options = nil end, "--days 5, the one in the folder none" },
   } do
      lu.assertStrContains(refused(case[1]), "--resume: this run has " .. case[2] .. ";")
   end
end

function TestResume.test_a_run_may_get_more_repeats_but_not_fewer()
   local experiment, manifest = pair { days = 5 }
   manifest.repeats = 4
   resume.check(experiment, manifest)
   lu.assertStrContains(refused(function(found) found.repeats = 11 end),
      "--repeats 10, the one in the folder 11")
end

os.exit(lu.LuaUnit.run(), true)
