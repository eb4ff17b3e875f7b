--- An experiment as the script wrote it, checked and completed: the one place that knows the fields, what
-- they default to and what may stand in them. The command line overrides come in here, too.

local contenders = require "bakeoff.contenders"
local core = require "bakeoff.core"
local failure = require "bakeoff.failure"
local request = require "bakeoff.request"
local text = require "bakeoff.text"
local units = require "bakeoff.units"
local urls = require "bakeoff.urls"

local spec = {}

local FIELDS = {
   "name", "urls", "process", "contenders", "workers", "repeats", "warmup", "seed", "timeout",
   "session", "save", "request", "server", "sample_every", "job_rows",
}

local DEFAULTS = {
   contenders = contenders.NAMES, workers = { 1, 4, 16 }, repeats = 10, warmup = 1, seed = 1,
   timeout = "5min", session = "shared", sample_every = "10ms", job_rows = 10000,
}

-- Descriptors a trial needs besides one per connection.
local DESCRIPTORS_ASIDE = 32

local function refuse_unknown(given, known, argument)
   for field in pairs(given) do
      local is_known = false
      for _, name in ipairs(known) do
         is_known = is_known or name == field
      end
      if not is_known then
         failure.usage("%s: unknown field '%s'%s", argument, tostring(field),
            text.suggestion(tostring(field), known))
      end
   end
end

local function whole(value, least, argument)
   local number = type(value) == "number" and math.tointeger(value)
   if not number or number < least then
      failure.usage("%s: '%s' is not accepted; write a whole number from %d", argument, tostring(value),
         least)
   end
   return number
end

local function check_name(name)
   if type(name) ~= "string" or not name:match("^[%w_][%w_.-]*$") then
      failure.usage("name: '%s' cannot be the name of an experiment and its folder; " ..
         "use letters, digits, '_', '-' and '.'", tostring(name))
   end
   return name
end

local function check_urls(list)
   if type(list) ~= "table" then
      failure.usage("urls: expected a list of URLs, such as site:urls(\"/tickets?day=%%d\", 100)")
   end
   urls.check(list, "urls")
   return list
end

local function check_process(process)
   if process ~= nil and type(process) ~= "function" then
      failure.usage("process: expected a function of the response, got a %s", type(process))
   end
   return process
end

-- "threads" or { "threads", label = "…" } → { name =, label =, contender = }
local function check_contender(entry, i)
   local argument = ("contenders[%d]"):format(i)
   entry = type(entry) == "table" and entry or { entry }
   local contender = contenders.get(entry[1], argument)
   refuse_unknown(entry, { 1, "label", "session" }, argument)
   local label = entry.label or contender.name
   if type(label) ~= "string" or label == "" or label:find("[%c,\"]") then
      failure.usage("%s: label '%s' is not accepted; write words without commas and quotes", argument,
         tostring(label))
   end
   return { name = contender.name, label = label, contender = contender, session = entry.session }
end

local function check_contenders(list, argument)
   if type(list) ~= "table" or #list == 0 then
      failure.usage("%s: expected a list of contenders; there are %s", argument,
         table.concat(contenders.NAMES, ", "))
   end
   local entries, labels = {}, {}
   for i, entry in ipairs(list) do
      entries[i] = check_contender(entry, i)
      if labels[entries[i].label] then
         failure.usage("%s[%d]: '%s' stands there twice; give one of them another label", argument, i,
            entries[i].label)
      end
      labels[entries[i].label] = true
   end
   return entries
end

-- --contenders picks entries of the script by label or name, and may add plain ones.
local function pick(entries, wanted)
   local picked = {}
   for _, name in ipairs(wanted) do
      local found = false
      for _, entry in ipairs(entries) do
         if entry.label == name or entry.name == name then
            picked[#picked + 1], found = entry, true
         end
      end
      if not found then
         local contender = contenders.get(name, "--contenders")
         picked[#picked + 1] = { name = name, label = name, contender = contender }
      end
   end
   return picked
end

local function check_workers(list, argument)
   list = type(list) == "table" and list or { list }
   if #list == 0 then
      failure.usage("%s: expected a list of worker counts, such as { 1, 4, 16 }", argument)
   end
   for i, count in ipairs(list) do
      whole(count, 1, ("%s[%d]"):format(argument, i))
   end
   return list
end

local function check_session(session, argument)
   if session ~= "shared" and session ~= "per-request" then
      failure.usage("%s: '%s' is not accepted; write \"shared\" or \"per-request\"", argument,
         tostring(session))
   end
   return session
end

local function is_loopback(list)
   for _, url in ipairs(list) do
      if not url:match("^http://127%.%d+%.%d+%.%d+[:/]") then
         return false
      end
   end
   return true
end

-- A proxy of the environment is not for this machine's own server.
local function check_request(given, list)
   local fetch = request.check(given or {}, "request")
   if fetch.proxy == nil and is_loopback(list) then
      fetch.proxy = ""
   end
   return fetch
end

local function check_save(folder)
   if folder == nil then
      return nil
   end
   if type(folder) ~= "string" or folder == "" then
      failure.usage("save: expected the name of a folder, got '%s'", tostring(folder))
   end
   local ok, message = core.mkdirs(folder)
   if not ok or not core.is_writable(folder) then
      failure.usage("save: cannot write to '%s' (%s); choose another folder", folder,
         message or "not writable")
   end
   return folder
end

local function check_descriptors(experiment)
   local available = core.descriptors()
   for _, count in ipairs(experiment.workers) do
      if count + DESCRIPTORS_ASIDE > available then
         failure.usage("workers: %d connections at once need more files than this process may open " ..
            "(%d); raise the limit with 'ulimit -n %d'", count, available, count + DESCRIPTORS_ASIDE)
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
   for _, field in ipairs { "repeats", "warmup", "seed", "workers", "timeout" } do
      if settings[field] ~= nil then
         full[field] = settings[field]
      end
   end
   return full
end

--- given: the script's table; settings: options.run_settings(). → a checked experiment
function spec.check(given, settings)
   if type(given) ~= "table" then
      failure.usage('experiment: expected a table, such as bake.experiment { name = "x", urls = list }')
   end
   refuse_unknown(given, FIELDS, "experiment")
   local full = complete(given, settings)
   local list = check_urls(full.urls)
   local entries = check_contenders(full.contenders, "contenders")
   local experiment = {
      name = check_name(full.name),
      urls = list,
      server = full.server or list.server,
      process = check_process(full.process),
      contenders = settings.contenders and pick(entries, settings.contenders) or entries,
      workers = check_workers(full.workers, "workers"),
      repeats = whole(full.repeats, 1, "repeats"),
      warmup = whole(full.warmup, 0, "warmup"),
      seed = whole(full.seed, 0, "seed"),
      timeout = units.seconds(full.timeout, "timeout"),
      sample_every = units.seconds(full.sample_every, "sample_every"),
      job_rows = whole(full.job_rows, 1, "job_rows"),
      session = check_session(full.session, "session"),
      fetch = check_request(full.request, list),
      save = check_save(full.save),
      out = settings.out or "out",
      resume = settings.resume or false,
   }
   check_descriptors(experiment)
   return experiment
end

return spec
