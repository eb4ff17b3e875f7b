--- An experiment as the script wrote it, checked and completed by the registry of its fields (fields.lua).
-- The overrides of the command line are applied here, too.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local fields = require "bakeoff.experiment.fields"
local random_values = require "bakeoff.contenders.random_values"
local spec_rate = require "bakeoff.experiment.spec_rate"

local spec = {}

-- Descriptors a trial needs in addition to one per connection.
local DESCRIPTORS_ASIDE = 32

-- each: descriptors that a job in flight needs.
local function check_descriptors(list, argument, each)
   local available = core.descriptors()
   for _, count in ipairs(list) do
      local needed = count * each + DESCRIPTORS_ASIDE
      if needed > available then
         failure.usage("%s: %d simultaneous connections need more files than this process may open (%d); " ..
            "raise the limit with 'ulimit -n %d'", argument, count, available, needed)
      end
   end
end

-- The script's values; the command line overrides them, defaults fill the gaps.
local function complete(given, settings)
   local full = {}
   for _, field in ipairs(fields.LIST) do
      local name, option = field.name, field.option
      full[name] = given[name]
      if full[name] == nil then
         full[name] = field.default
      end
      if option and not option.selects and settings[name] ~= nil then
         full[name] = settings[name]
      end
   end
   return full
end

-- Runs the checks that create something, or those that only look.
local function check_fields(context, making)
   for _, field in ipairs(fields.LIST) do
      if field.check and (field.makes or false) == making then
         context.experiment[field.name] = field.check(context.full[field.name], field.name, context)
      end
   end
end

-- A session per request begins without cookies.
local function check_cookies(experiment)
   for _, entry in ipairs(experiment.request.cookies and experiment.contenders or {}) do
      if (entry.session or experiment.session) == "per-request" then
         failure.usage("request.cookies: with session = \"per-request\" nothing is kept from one request to "
            .. "the next; leave one of them out")
      end
   end
end

local function check_together(experiment)
   check_cookies(experiment)
   random_values.refuse_unused(experiment.random, "random", experiment)
   spec_rate.complete(experiment.contenders, experiment, experiment.count, experiment.timeout)
   local each = experiment.request.upload and 2 or 1 -- the connection, and the file
   check_descriptors(experiment.workers, "workers", each)
   for _, entry in ipairs(experiment.contenders) do
      check_descriptors(entry.workers or {}, entry.argument .. ": workers", each)
   end
end

--- given: the script's table; settings: options.run_settings(). → a checked experiment: its fields, and
-- form, count and fetch from spec_job.lua.
function spec.check(given, settings)
   if type(given) ~= "table" then
      failure.usage('experiment: expected a table, such as bake.experiment { name = "x", urls = list }')
   end
   checks.refuse_unknown(given, fields.names(), "experiment")
   if settings.failed and not settings.resume then
      failure.usage("--failed: says which trials --resume repeats; add --resume")
   end
   local experiment = { out = settings.out or "out", resume = settings.resume or false,
      repeat_failed = settings.failed, keep_going = settings.keep_going }
   local context = { experiment = experiment, given = given, full = complete(given, settings),
      settings = settings }
   check_fields(context, false)
   check_together(experiment)
   check_fields(context, true)
   return experiment
end

return spec
