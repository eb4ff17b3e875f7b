--- The contenders of an experiment: entries of the script and names of the command line, checked.

local checks = require "bakeoff.checks"
local contenders = require "bakeoff.contenders"
local failure = require "bakeoff.failure"
local text = require "bakeoff.text"

local spec_contenders = {}

-- Options of one contender only: option → contender, check(value, argument).
local OPTIONS = {
   gil = { of = "threads" },
   offload = { of = "hybrid" },
   offload_workers = { of = "hybrid" },
}

local MOST_OFFLOAD_WORKERS = 1024

function OPTIONS.gil.check(value, argument)
   if type(value) ~= "boolean" then
      failure.usage("%s: expected true or false, got '%s'", argument, text.shown(value))
   end
   return value
end

function OPTIONS.offload.check(value, argument)
   if value ~= "threads" and value ~= "processes" then
      failure.usage("%s: '%s' is not accepted; write \"threads\" or \"processes\"", argument,
         text.shown(value))
   end
   return value
end

function OPTIONS.offload_workers.check(value, argument)
   local count = checks.whole(value, 1, argument)
   if count > MOST_OFFLOAD_WORKERS then
      failure.usage("%s: '%d' is too many; at most %d", argument, count, MOST_OFFLOAD_WORKERS)
   end
   return count
end

function spec_contenders.check_session(session, argument)
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

local function check_options(entry, name, argument)
   local options = {}
   for option, rule in pairs(OPTIONS) do
      local value = entry[option]
      if value ~= nil and rule.of ~= name then
         failure.usage("%s: %s belongs to %s, not to %s; leave it out", argument, option, rule.of, name)
      elseif value ~= nil then
         options[option] = rule.check(value, ("%s: %s"):format(argument, option))
      end
   end
   return options
end

local function known_fields()
   local known = { "label", "session" }
   for option in pairs(OPTIONS) do
      known[#known + 1] = option
   end
   return known
end

-- Who knows pools looks for their options here.
local function refuse_start(entry, argument)
   if entry.start ~= nil then
      failure.usage("%s: start belongs to bake.processes; a contender's processes are forked from its " ..
         "trial, so leave it out", argument)
   end
end

-- "threads" or { "threads", label = "…" } → { name =, label =, contender =, options =, session = }
local function check_contender(entry, i)
   local argument = ("contenders[%d]"):format(i)
   entry = type(entry) == "table" and entry or { entry }
   local contender = contenders.get(entry[1], argument)
   refuse_start(entry, argument)
   checks.refuse_unknown(entry, known_fields(), argument, 1)
   return {
      name = contender.name, contender = contender,
      label = entry.label == nil and contender.name or check_label(entry.label, argument),
      session = entry.session ~= nil
         and spec_contenders.check_session(entry.session, argument .. ": session") or nil,
      options = check_options(entry, contender.name, argument), argument = argument,
   }
end

--- → list of { name =, label =, contender =, options =, session = }
function spec_contenders.check(list)
   if type(list) ~= "table" or #list == 0 then
      failure.usage("contenders: expected a list of contenders; there are %s",
         table.concat(contenders.NAMES, ", "))
   end
   local entries, labels = {}, {}
   for i, entry in ipairs(list) do
      entries[i] = check_contender(entry, i)
      if labels[entries[i].label] then
         failure.usage("contenders[%d]: '%s' stands there twice; give one of them another label", i,
            entries[i].label)
      end
      labels[entries[i].label] = true
   end
   return entries
end

--- --contenders picks entries of the script by label or name, and may add plain ones. Each counts once.
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
         take { name = name, label = name, contender = contenders.get(name, "--contenders"), options = {},
            argument = "--contenders" }
      end
   end
   return picked
end

--- Refuses contenders that have no way of running a task.
function spec_contenders.check_form(entries, has_task)
   for _, entry in ipairs(entries) do
      if has_task and entry.contender.declarative_only then
         failure.usage("%s: %s runs the declarative form only (urls and process): nothing in it " ..
            "could wait inside a task; use coroutines, or leave it out", entry.argument, entry.name)
      end
   end
   return entries
end

return spec_contenders
