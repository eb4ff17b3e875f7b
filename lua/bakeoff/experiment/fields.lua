--- The registry of an experiment's fields. A new field is one entry of LIST. Everything goes through LIST:
-- checking and completing scripts, reading the command line, writing the manifest, deciding about --resume,
-- and comparing two runs.
--
--    name       in the script
--    default    if the script gives no value; nil: none
--    option     --name on the command line, which overrides the script: { about, name of its argument,
--               kind (cli/run_options.lua), selects = true: it selects from what the script has }; with the
--               kinds "off" and "on", it is the switch --no-name or --name
--    check      function(value, name, context) → value, kept as experiment[name]; context = { experiment =,
--               given = the script's table, full = the same completed, settings = the command line's }.
--               Checks run in the order of LIST. Without a check here, `contenders` checks it (spec_job.lua)
--    makes      true: the check creates something (a folder), so it runs after all others have passed
--    manifest   its key in the manifest; or unrecorded = why it has none
--    record     function(experiment) → the recorded value; default: the experiment's own value
--    resume     can a run continue with another value? "same": no; "grows": with a larger one; "free": yes
--    compare    how a difference between two runs is described; false: it is not mentioned. With %s: for each
--               part
--    parts      function(recorded) → name → part, for these; both = true: parts that only one run has don't
--               count
--    varies     parts that may differ because a run can't choose them
--    called     its name in messages of --resume; default: its option, else its name
--    say        function(recorded) → text, for the same messages
--    late       earlier versions didn't record it: it is not compared with a manifest that lacks it

local checks = require "bakeoff.base.checks"
local field_checks = require "bakeoff.experiment.field_checks"
local random_values = require "bakeoff.contenders.random_values"
local records = require "bakeoff.experiment.records"
local spec_contenders = require "bakeoff.experiment.spec_contenders"
local spec_rate = require "bakeoff.experiment.spec_rate"
local verdict = require "bakeoff.model.verdict"

local fields = {}

local whole, duration = field_checks.whole, field_checks.duration

local SHORTEST_S = 0.001

fields.LIST = {
   { name = "name", check = field_checks.name,
      manifest = "experiment", resume = "same", compare = "experiments" },
   { name = "job", check = field_checks.job,
      manifest = "job", record = records.job, resume = "free", compare = "jobs" },
   { name = "urls",
      manifest = "urls_sha256", record = records.urls, resume = "same", late = true,
      compare = "lists of URLs" },
   { name = "process",
      manifest = "process", record = function(experiment) return experiment.process ~= nil end,
      resume = "same", compare = "functions that process", late = true },
   { name = "items", unrecorded = "values of any kind; their number is on record" },
   { name = "task", unrecorded = "a function; the form of the job says that there is one" },
   { name = "shared", unrecorded = "values of any kind" },
   { name = "random", check = random_values.check,
      manifest = "random", record = function(experiment) return random_values.record(experiment.random) end,
      resume = "same", late = true, compare = "random values of %s" },
   { name = "contenders", check = spec_contenders.check_field,
      option = { "Contenders to run, separated by commas", "a,b", "names", selects = true },
      manifest = "cells", record = records.cells, resume = "same", called = "cells", say = records.cell_names,
      compare = "options of %s", parts = records.options_by_label, both = true },
   { name = "reference", check = field_checks.reference, unrecorded = "its cells have it" },
   { name = "workers", default = { 1, 4, 16 }, check = checks.workers,
      option = { "Worker counts, separated by commas, such as 1,4,16", "A,B", "workers" },
      unrecorded = "each cell has its count" },
   { name = "repeats", default = 10, check = field_checks.repeats,
      option = { "Trials of each contender and worker count, or auto", "N", "repeats" },
      manifest = "repeats", resume = "grows", compare = false },
   { name = "auto", check = field_checks.auto,
      manifest = "auto", record = records.auto,
      resume = "free", compare = false },
   { name = "warmup", default = 1, check = whole(0),
      option = { "Warm-up trials of each contender and worker count", "N", "whole" },
      manifest = "warmup", resume = "same", compare = "warm-ups" },
   { name = "seed", default = 1, check = whole(0),
      option = { "Seed of the order of trials and of the intervals", "N", "whole" },
      manifest = "seed", resume = "same", compare = "seeds" },
   { name = "margin", default = verdict.MARGIN, check = field_checks.margin,
      option = { "Verdict \"same\" for differences smaller than this share, such as 3%", "SHARE", "share" },
      manifest = "margin", resume = "free", compare = false },
   { name = "timeout", default = "5min", check = duration(SHORTEST_S),
      option = { "Time limit of each trial, such as 30s or 2min", "D", "duration" },
      -- A trial that ended well knows nothing of its limit, and a longer one is what a run needs that met it.
      manifest = "timeout_s", resume = "free", compare = "time limits" },
   { name = "session", default = "shared", check = spec_contenders.check_session,
      manifest = "session", resume = "same", compare = "sessions" },
   { name = "sample_every", default = "10ms", check = duration(SHORTEST_S),
      manifest = "memory_samples_every_s", resume = "same", compare = "sampling periods" },
   { name = "counters", default = false, check = field_checks.flag,
      option = { "Count instructions, cycles, misses and page faults where this machine can", nil, "on" },
      manifest = "counters", resume = "same", late = true, compare = "choices to count instructions" },
   { name = "shake", default = true, check = field_checks.flag,
      option = { "Give all trials of a command an environment of the same size", nil, "off" },
      manifest = "shake", record = records.shake, resume = "same", called = "shake", late = true,
      compare = "choices to vary the environment's size" },
   { name = "job_rows", default = 10000, check = whole(1),
      manifest = "job_rows", resume = "same", compare = "limits of job rows", late = true },
   { name = "rate", check = spec_rate.FIELD_CHECKS.rate,
      option = { "Start jobs at this rate, such as 500/s or 30/min (open loop)", "R", "rate" },
      manifest = "rate", record = function(experiment) return experiment.rate or nil end,
      resume = "same", compare = false },
   { name = "arrivals", check = spec_rate.FIELD_CHECKS.arrivals,
      manifest = "arrivals", resume = "same", compare = false },
   { name = "speed", check = spec_rate.FIELD_CHECKS.speed,
      manifest = "speed", resume = "same", late = true, compare = "speeds" },
   { name = "max_queue", check = spec_rate.FIELD_CHECKS.max_queue,
      manifest = "max_queue", resume = "same", compare = false },
   { name = "server", check = field_checks.server,
      manifest = "server", record = records.server, resume = "same",
      compare = "values of the server's %s", varies = { port = true } },
   { name = "request",
      manifest = "request", record = records.request, resume = "same", late = true,
      compare = "values of the request's %s" },
   { name = "expect", check = field_checks.expect,
      manifest = "expect", resume = "same", compare = "expected HTTP statuses" },
   { name = "check", check = field_checks.check,
      manifest = "check", record = records.check, resume = "same", late = true, compare = "checks" },
   { name = "retries", check = field_checks.retries,
      manifest = "retries", resume = "same", late = true, compare = "values of the retries' %s" },
   { name = "same_results", default = false, check = field_checks.same_results,
      manifest = "same_results", resume = "same", late = true,
      compare = "choices to compare results" },
   { name = "save", check = field_checks.save, makes = true,
      manifest = "save", record = function(experiment) return experiment.save ~= nil end, resume = "same",
      compare = "choices to save", late = true },
}

--- Values derived from several fields; entries as above.
fields.FACTS = {
   { name = "items", manifest = "items", record = function(experiment) return experiment.count end,
      resume = "same", compare = "numbers of items" },
   { name = "conditions", manifest = "conditions", record = records.conditions, resume = "same",
      compare = "conditions" },
   { name = "recorded", manifest = "recorded", record = records.recorded, resume = "same", late = true,
      compare = "recordings" },
   { name = "form", manifest = "form", resume = "same", compare = "forms of the job" },
}

--- All entries that have a key in the manifest.
fields.RECORDED = {}
for _, list in ipairs { fields.LIST, fields.FACTS } do
   for _, field in ipairs(list) do
      fields.RECORDED[#fields.RECORDED + 1] = field.manifest and field or nil
   end
end

--- The value that the manifest records for an entry.
function fields.record(field, experiment)
   if field.record then
      return field.record(experiment)
   end
   return experiment[field.name]
end

--- The names of all fields.
function fields.names()
   local names = {}
   for i, field in ipairs(fields.LIST) do
      names[i] = field.name
   end
   return names
end

return fields
