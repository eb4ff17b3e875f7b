--- An experiment as the script wrote it, checked and completed: the one place that knows the fields, what
-- they default to and what may stand in them. The command line overrides come in here, too.

local checks = require "bakeoff.base.checks"
local contenders = require "bakeoff.contenders"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local spec_contenders = require "bakeoff.experiment.spec_contenders"
local spec_job = require "bakeoff.experiment.spec_job"
local spec_rate = require "bakeoff.experiment.spec_rate"
local text = require "bakeoff.base.text"

local spec = {}

local FIELDS = {
   "name", "job", "urls", "process", "items", "task", "shared", "contenders", "workers", "repeats", "warmup",
   "seed", "timeout", "session", "save", "request", "server", "sample_every", "job_rows", "auto",
   "rate", "arrivals", "max_queue",
}

local DEFAULTS = {
   workers = { 1, 4, 16 }, repeats = 10, warmup = 1, seed = 1,
   timeout = "5min", session = "shared", sample_every = "10ms", job_rows = 10000,
}

-- Descriptors a trial needs besides one per connection.
local DESCRIPTORS_ASIDE = 32

local SHORTEST_INTERVAL = 0.001

local function check_name(name)
   if type(name) ~= "string" or not name:match("^[%w_][%w_.-]*$") then
      failure.usage("name: '%s' cannot be the name of an experiment and its folder; " ..
         "use letters, digits, '_', '-' and '.'", text.shown(name))
   end
   return name
end

-- Words under the charts' titles.
local function check_job(words)
   if words ~= nil and (type(words) ~= "string" or not words:find("%S") or words:find("%c")) then
      failure.usage("job: '%s' is not accepted; say in a few words what is done, such as \"hash 100 files\"",
         text.shown(words))
   end
   return words
end

local function check_server(server)
   if server and not (type(server) == "table" and server.epoch and server.stats and server.describe) then
      failure.usage("server: expected what bake.server returned, got a %s", type(server))
   end
   return server or nil
end

local function check_save(folder)
   if folder == nil then
      return nil
   end
   if type(folder) ~= "string" or folder == "" then
      failure.usage("save: expected the name of a folder, got '%s'", text.shown(folder))
   end
   local ok, message = core.mkdirs(folder)
   if not ok or not core.is_writable(folder) then
      failure.usage("save: cannot write to '%s' (%s); choose another folder", folder,
         message or "not writable")
   end
   return folder
end

local function check_descriptors(list, argument)
   local available = core.descriptors()
   for _, count in ipairs(list) do
      if count + DESCRIPTORS_ASIDE > available then
         failure.usage("%s: %d connections at once need more files than this process may open (%d); " ..
            "raise the limit with 'ulimit -n %d'", argument, count, available, count + DESCRIPTORS_ASIDE)
      end
   end
end

local function complete(given, settings)
   local full = {}
   for _, field in ipairs(FIELDS) do
      full[field] = given[field]
      if full[field] == nil then
         full[field] = DEFAULTS[field]
      end
   end
   for _, field in ipairs { "repeats", "warmup", "seed", "workers", "timeout", "rate" } do
      if settings[field] ~= nil then
         full[field] = settings[field]
      end
   end
   return full
end

-- How many blocks at most, and the rule that can end them sooner (nil: none). `auto` alone is enough to ask
-- for it; the command line has the last word.
local function check_repeats(given, settings, full)
   local wanted = settings.repeats or given.repeats
   local rule = (given.auto ~= nil or wanted == "auto")
      and require("bakeoff.experiment.auto_repeats").check(given.auto) or nil
   if given.auto ~= nil and given.repeats ~= nil and given.repeats ~= "auto" then
      failure.usage('auto: it ends automatic repeats; write repeats = "auto" with it, or leave it out')
   elseif rule and (wanted == nil or wanted == "auto") then
      return rule.most, rule
   end
   return checks.whole(full.repeats, 1, "repeats"), nil
end

-- Who takes part; --contenders has the last word.
local function check_contenders(full, settings)
   local entries = spec_contenders.check(full.contenders or contenders.DEFAULTS[spec_job.form_of(full)])
   return settings.contenders and spec_contenders.pick(entries, settings.contenders) or entries
end

--- given: the script's table; settings: options.run_settings(). → a checked experiment
function spec.check(given, settings)
   if type(given) ~= "table" then
      failure.usage('experiment: expected a table, such as bake.experiment { name = "x", urls = list }')
   end
   checks.refuse_unknown(given, FIELDS, "experiment")
   local full = complete(given, settings)
   local name = check_name(full.name)
   local entries = check_contenders(full, settings)
   local job = spec_job.check(full, spec_contenders.are_commands(entries))
   spec_contenders.check_job(entries, job)
   local repeats, auto = check_repeats(given, settings, full)
   local experiment = {
      name = name,
      job = check_job(full.job),
      server = check_server(full.server or (job.urls or job.items or {}).server),
      contenders = entries,
      workers = checks.workers(full.workers, "workers"),
      repeats = repeats,
      auto = auto,
      warmup = checks.whole(full.warmup, 0, "warmup"),
      seed = checks.whole(full.seed, 0, "seed"),
      timeout = checks.duration(full.timeout, SHORTEST_INTERVAL, "timeout"),
      sample_every = checks.duration(full.sample_every, SHORTEST_INTERVAL, "sample_every"),
      job_rows = checks.whole(full.job_rows, 1, "job_rows"),
      session = spec_contenders.check_session(full.session, "session"),
      out = settings.out or "out",
      resume = settings.resume or false,
   }
   for field, value in pairs(job) do
      experiment[field] = value
   end
   for field, value in pairs(spec_rate.check(full, "")) do
      experiment[field] = value
   end
   spec_rate.complete(entries, experiment, experiment.count, experiment.timeout)
   check_descriptors(experiment.workers, "workers")
   for _, entry in ipairs(entries) do
      check_descriptors(entry.workers or {}, entry.argument .. ": workers")
   end
   experiment.save = check_save(full.save) -- last: it makes the folder
   return experiment
end

return spec
