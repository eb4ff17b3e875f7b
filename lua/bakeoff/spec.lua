--- An experiment as the script wrote it, checked and completed: the one place that knows the fields, what
-- they default to and what may stand in them. The command line overrides come in here, too.

local checks = require "bakeoff.checks"
local contenders = require "bakeoff.contenders"
local core = require "bakeoff.core"
local failure = require "bakeoff.failure"
local request = require "bakeoff.request"
local text = require "bakeoff.text"
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

local MOST_WORKERS = 65535
local SHORTEST_INTERVAL = 0.001

local function check_name(name)
   if type(name) ~= "string" or not name:match("^[%w_][%w_.-]*$") then
      failure.usage("name: '%s' cannot be the name of an experiment and its folder; " ..
         "use letters, digits, '_', '-' and '.'", text.shown(name))
   end
   return name
end

local function check_urls(list)
   if type(list) ~= "table" then
      failure.usage("urls: expected a list of URLs, such as site:urls(\"/tickets?day=%d\", 100)")
   end
   urls.check(list, "urls")
   return list
end

local function check_server(server)
   if server and not (type(server) == "table" and server.epoch and server.stats and server.describe) then
      failure.usage("server: expected what bake.server returned, got a %s", type(server))
   end
   return server or nil
end

local function check_process(process)
   if process ~= nil and type(process) ~= "function" then
      failure.usage("process: expected a function of the response, got a %s", type(process))
   end
   return process
end

local function check_session(session, argument)
   if session ~= "shared" and session ~= "per-request" then
      failure.usage("%s: '%s' is not accepted; write \"shared\" or \"per-request\"", argument,
         text.shown(session))
   end
   return session
end

-- Labels are cells of CSV files and words in charts.
local function check_label(label, argument)
   if type(label) ~= "string" or not label:find("%S") or label:find("[%c,\"]") or not utf8.len(label) then
      failure.usage("%s: label '%s' is not accepted; write words without commas and double quotes", argument,
         text.shown(label))
   end
   return label
end

-- "threads" or { "threads", label = "…" } → { name =, label =, contender = }
local function check_contender(entry, i)
   local argument = ("contenders[%d]"):format(i)
   entry = type(entry) == "table" and entry or { entry }
   local contender = contenders.get(entry[1], argument)
   checks.refuse_unknown(entry, { "label", "session" }, argument, 1)
   return {
      name = contender.name, contender = contender,
      label = entry.label == nil and contender.name or check_label(entry.label, argument),
      session = entry.session ~= nil and check_session(entry.session, argument .. ": session") or nil,
   }
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

-- --contenders picks entries of the script by label or name, and may add plain ones. Each counts once.
local function pick(entries, wanted)
   local picked, has = {}, {}
   local function take(entry)
      if not has[entry.label] then
         picked[#picked + 1], has[entry.label] = entry, true
      end
   end
   for _, name in ipairs(wanted) do
      local found = false
      for _, entry in ipairs(entries) do
         if entry.label == name or entry.name == name then
            take(entry)
            found = true
         end
      end
      if not found then
         take { name = name, label = name, contender = contenders.get(name, "--contenders") }
      end
   end
   return picked
end

local function check_workers(list, argument)
   list = type(list) == "table" and list or { list }
   if #list == 0 then
      failure.usage("%s: expected a list of worker counts, such as { 1, 4, 16 }", argument)
   end
   local counts, has = {}, {}
   for i, given in ipairs(list) do
      local count = checks.whole(given, 1, ("%s[%d]"):format(argument, i))
      if count > MOST_WORKERS then
         failure.usage("%s[%d]: '%d' is too many; at most %d work at once", argument, i, count, MOST_WORKERS)
      elseif not has[count] then
         counts[#counts + 1], has[count] = count, true
      end
   end
   return counts
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
   local fetch = request.check(given == nil and {} or given, "request")
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
      failure.usage("save: expected the name of a folder, got '%s'", text.shown(folder))
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
   checks.refuse_unknown(given, FIELDS, "experiment")
   local full = complete(given, settings)
   local list = check_urls(full.urls)
   local entries = check_contenders(full.contenders, "contenders")
   local experiment = {
      name = check_name(full.name),
      urls = list,
      server = check_server(full.server or list.server),
      process = check_process(full.process),
      contenders = settings.contenders and pick(entries, settings.contenders) or entries,
      workers = check_workers(full.workers, "workers"),
      repeats = checks.whole(full.repeats, 1, "repeats"),
      warmup = checks.whole(full.warmup, 0, "warmup"),
      seed = checks.whole(full.seed, 0, "seed"),
      timeout = checks.duration(full.timeout, SHORTEST_INTERVAL, "timeout"),
      sample_every = checks.duration(full.sample_every, SHORTEST_INTERVAL, "sample_every"),
      job_rows = checks.whole(full.job_rows, 1, "job_rows"),
      session = check_session(full.session, "session"),
      fetch = check_request(full.request, list),
      out = settings.out or "out",
      resume = settings.resume or false,
   }
   check_descriptors(experiment)
   experiment.save = check_save(full.save) -- last: it makes the folder
   return experiment
end

return spec
