--- The contenders of an experiment: entries of the script and names of the command line, checked.

local checks = require "bakeoff.base.checks"
local contender_type = require "bakeoff.model.contender"
local contenders = require "bakeoff.contenders"
local failure = require "bakeoff.base.failure"
local spec_command = require "bakeoff.experiment.spec_command"
local spec_job = require "bakeoff.experiment.spec_job"
local spec_rate = require "bakeoff.experiment.spec_rate"
local text = require "bakeoff.base.text"

local spec_contenders = {}

-- Fields of an entry that belong to some contenders (model/contender.lua has to which): option →
-- check(value, argument), which returns the value as it is used.
local OPTIONS = {}

local MOST_OFFLOAD_WORKERS = 1024

function OPTIONS.gil(value, argument)
   if type(value) ~= "boolean" then
      failure.usage("%s: expected true or false, got '%s'", argument, text.shown(value))
   end
   return value
end

function OPTIONS.offload(value, argument)
   if value ~= "threads" and value ~= "processes" then
      failure.usage("%s: '%s' is not accepted; write \"threads\" or \"processes\"", argument,
         text.shown(value))
   end
   return value
end

function OPTIONS.offload_workers(value, argument)
   local count = checks.whole(value, 1, argument)
   if count > MOST_OFFLOAD_WORKERS then
      failure.usage("%s: '%d' is too many; at most %d are possible", argument, count, MOST_OFFLOAD_WORKERS)
   end
   return count
end

--- "shared" or "per-request".
function spec_contenders.check_session(session, argument)
   if session ~= "shared" and session ~= "per-request" then
      failure.usage("%s: '%s' is not accepted; write \"shared\" or \"per-request\"", argument,
         text.shown(session))
   end
   return session
end

local function check_label(label, argument)
   if type(label) ~= "string" then
      failure.usage("%s: label: expected a text, got a %s", argument, type(label))
   end
   local fault = checks.label_fault(label)
   if fault then
      failure.usage("%s: label '%s' %s", argument, text.shown(label), fault)
   end
   return label
end

local function belongs(option, to, name, argument)
   failure.usage("%s: %s belongs to %s, not to %s; leave it out", argument, option, to, name)
end

local function refuse_foreign(option, name, argument)
   belongs(option, table.concat(contender_type.with_option(option), " and "), name, argument)
end

local function check_options(entry, name, argument)
   local options, own = {}, contender_type.of(name).options or {}
   for _, option in ipairs(spec_command.FIELDS) do
      if entry[option] ~= nil then
         belongs(option, "command", name, argument)
      end
   end
   for _, option in ipairs(text.sorted_keys(OPTIONS)) do
      local value = entry[option]
      if value ~= nil and not own[option] then
         refuse_foreign(option, name, argument)
      elseif value ~= nil then
         options[option] = OPTIONS[option](value, ("%s: %s"):format(argument, option))
      end
   end
   return options
end

local KNOWN_FIELDS = { "label", "session", "workers", table.unpack(spec_rate.FIELDS) }
for option in pairs(OPTIONS) do
   KNOWN_FIELDS[#KNOWN_FIELDS + 1] = option
end
table.move(spec_command.FIELDS, 1, #spec_command.FIELDS, #KNOWN_FIELDS + 1, KNOWN_FIELDS)

local function check_workers(entry, contender, argument)
   local counts = entry.workers ~= nil and checks.workers(entry.workers, argument .. ": workers") or nil
   local fixed = contender_type.of(contender.name).fixed_workers
   if counts and fixed and (counts[2] or counts[1] ~= fixed) then
      failure.usage("%s: workers: %s always has %d; leave it out", argument, contender.name, fixed)
   end
   return counts
end

-- Users who know pools look for the pools' options here.
local function refuse_start(entry, argument)
   if entry.start ~= nil then
      failure.usage("%s: start belongs to bake.processes; a contender's processes are forked from its " ..
         "trial, so leave it out", argument)
   end
end

-- A command has no session, and the options of other contenders mean nothing to it.
local function check_command(entry, argument)
   for _, option in ipairs(text.sorted_keys(OPTIONS)) do
      if entry[option] ~= nil then
         refuse_foreign(option, "command", argument)
      end
   end
   if entry.session ~= nil then
      failure.usage("%s: session: a command makes its own connections; leave it out", argument)
   end
   for _, option in ipairs(spec_rate.FIELDS) do
      if entry[option] ~= nil then
         failure.usage("%s: %s: a command starts its jobs itself; leave it out", argument,
            option)
      end
   end
   return spec_command.check(entry, argument)
end

-- "threads" or { "threads", label = "…" } → an entry as below
local function check_contender(entry, i)
   local argument = ("contenders[%d]"):format(i)
   entry = type(entry) == "table" and entry or { entry }
   local contender = contenders.get(entry[1], argument)
   refuse_start(entry, argument)
   checks.refuse_unknown(entry, KNOWN_FIELDS, argument, 1)
   local checked = { name = contender.name, contender = contender, argument = argument,
      workers = check_workers(entry, contender, argument) }
   local usual = contender.name
   if contender_type.of(contender.name).is_program then
      checked.options, checked.uses = check_command(entry, argument)
      usual = spec_command.label(checked.options)
   else
      checked.options = check_options(entry, contender.name, argument)
      checked.session = entry.session ~= nil
         and spec_contenders.check_session(entry.session, argument .. ": session") or nil
      checked.own_rate = spec_rate.check(entry, argument .. ": ")
      usual = usual .. spec_rate.label(checked.own_rate)
   end
   checked.label = check_label(entry.label == nil and usual or entry.label, argument)
   return checked
end

--- → list of { name =, label =, contender =, options =, session =, workers = its own counts or nil,
-- own_rate = see spec_rate.lua, uses = a command's placeholders, argument = its position in the script }
function spec_contenders.check(list)
   if type(list) ~= "table" or #list == 0 then
      failure.usage("contenders: expected a list of contenders; the contenders are %s",
         table.concat(contender_type.NAMES, ", "))
   end
   local entries, labels = {}, {}
   for i, entry in ipairs(list) do
      entries[i] = check_contender(entry, i)
      if labels[entries[i].label] then
         failure.usage("contenders[%d]: '%s' is a duplicate label; give one of them another label", i,
            entries[i].label)
      end
      labels[entries[i].label] = true
   end
   return entries
end

-- An entry about which the script says nothing more.
local function plain_entry(name)
   local contender = contenders.get(name, "--contenders")
   if contender_type.of(name).is_program then
      failure.usage("--contenders: '%s' alone names no program, and the script has no such entry; write " ..
         "one { \"%s\", argv = { … } } there", name, name)
   end
   return { name = name, label = name, contender = contender, options = {}, argument = "--contenders" }
end

--- --contenders picks entries of the script by label or name, and may add plain ones. Duplicates count once.
function spec_contenders.pick(entries, wanted)
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
         take(plain_entry(name))
      end
   end
   return picked
end

--- An entry's options in the form of the manifest. folder: the script's, or nil (see redact.lua).
function spec_contenders.record(entry, folder)
   local record = {}
   local own = entry.uses and spec_command.record(entry.options, folder) or entry.options or {}
   for option, value in pairs(own) do
      record[option] = value
   end
   for option, value in pairs(entry.schedule or {}) do
      record[option] = value
   end
   record.session = entry.session
   return record
end

--- Are all contenders commands?
function spec_contenders.are_commands(entries)
   for _, entry in ipairs(entries) do
      if not contender_type.of(entry.name).is_program then
         return false
      end
   end
   return true
end

local function check_one(entry, job, random)
   if entry.uses then
      spec_command.check_job(entry, job, random)
   elseif job.form == "task" and entry.contender.declarative_only then
      failure.usage("%s: %s runs the declarative form only (urls and process): nothing in it " ..
         "could wait inside a task; use coroutines, or leave it out", entry.argument, entry.name)
   end
end

--- Raises for contenders that cannot do the job. random: the experiment's random values, by name.
function spec_contenders.check_job(entries, job, random)
   for _, entry in ipairs(entries) do
      check_one(entry, job, random)
   end
end

--- Checks the experiment's field `contenders` and the job they do (spec_job.lua), whose fields it adds to the
-- experiment. --contenders overrides the script's choice of contenders. context: see fields.lua.
function spec_contenders.check_field(list, _, context)
   local full, settings = context.full, context.settings
   local entries = spec_contenders.check(list or contender_type.unasked(spec_job.form_of(full)))
   entries = settings.contenders and spec_contenders.pick(entries, settings.contenders) or entries
   local job = spec_job.check(full, spec_contenders.are_commands(entries))
   spec_contenders.check_job(entries, job, context.experiment.random or {})
   for field, value in pairs(job) do
      context.experiment[field] = value
   end
   return entries
end

-- "aiohttp (its check exited with code 1; install python3-aiohttp)"
local function absence(one)
   return ("%s (%s%s)"):format(one.label, one.reason, one.package and "; install " .. one.package or "")
end

--- Leaves out commands that can't run on this machine. → entries, list of { label =, contender =, reason =,
-- package = }. Raises if no entry is left.
function spec_contenders.present(entries)
   local present, missing, words = {}, {}, {}
   for _, entry in ipairs(entries) do
      local can, reason = true, nil
      if entry.uses then
         can, reason = spec_command.can_run(entry)
      end
      if can then
         present[#present + 1] = entry
      else
         missing[#missing + 1] = { label = entry.label, contender = entry.name, reason = reason,
            package = entry.options.package }
         words[#words + 1] = absence(missing[#missing])
      end
   end
   if #present == 0 then
      failure.usage("contenders: none of them can run here: %s", table.concat(words, ", "))
   end
   return present, missing
end

return spec_contenders
