--- Checks of single fields of an experiment. Each function takes the value and whatever else it needs, and
-- returns the value to use; it raises a usage failure that names the field.

local answer_checks = require "bakeoff.net.checks"
local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local request = require "bakeoff.net.request"
local retries = require "bakeoff.net.retries"
local statuses = require "bakeoff.net.statuses"
local text = require "bakeoff.base.text"
local units = require "bakeoff.base.units"

local field_checks = {}

--- Returns a check: a whole number, `least` or more.
function field_checks.whole(least)
   return function(value, field) return checks.whole(value, least, field) end
end

--- Returns a check: a duration of at least `least` seconds.
function field_checks.duration(least)
   return function(value, field) return checks.duration(value, least, field) end
end

--- true or false.
function field_checks.flag(value, field)
   if type(value) ~= "boolean" then
      failure.usage("%s: expected true or false, got '%s'", field, text.shown(value))
   end
   return value
end

--- The margin of the verdict `same`: a share above zero, "3%" or 0.03.
function field_checks.margin(value, field)
   local margin = units.share(value, field)
   return margin > 0 and margin or failure.usage("%s: nothing is the same within 0 %%; write for example "
      .. '"3%%"', field)
end

--- The name of the experiment, which also names its folder.
function field_checks.name(name)
   if name == nil then
      failure.usage("name is missing; name the experiment, such as name = \"tickets\"")
   elseif not checks.is_folder_name(name) then
      failure.usage("name: '%s' is not a valid name of an experiment and its folder; " ..
         "use letters, digits, '_', '-' and '.'", text.shown(name))
   end
   return name
end

--- The label of the contender that the others are compared with, or nil.
function field_checks.reference(wanted, field, context)
   local labels = {}
   for index, entry in ipairs(context.experiment.contenders) do
      labels[index] = entry.label
      if entry.label == wanted then
         return wanted
      end
   end
   if wanted ~= nil then
      failure.usage("%s: '%s' is the label of no contender; the labels are '%s'", field, text.shown(wanted),
         table.concat(labels, "', '"))
   end
end

--- Words under the charts' titles, or nil.
function field_checks.job(words)
   if words ~= nil and (type(words) ~= "string" or not words:find("%S") or words:find("%c")) then
      failure.usage("job: '%s' is not accepted; describe the job in a few words, such as \"hash 100 files\"",
         text.shown(words))
   end
   return words
end

--- The server that bake.server returned, or nil. Default: the server that made the URLs or items.
function field_checks.server(server, _, context)
   local experiment = context.experiment
   server = server or (experiment.urls or experiment.items or {}).server
   if server and not (type(server) == "table" and server.epoch and server.stats and server.describe) then
      failure.usage("server: expected a server from bake.server, got a %s", type(server))
   end
   return server or nil
end

--- A folder, which is created here; or nil.
function field_checks.save(folder)
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

--- The HTTP statuses that count as success (net/statuses.lua); nil: those below 400.
function field_checks.expect(value, field, context)
   if value == nil then
      return nil
   elseif context.given.urls == nil and context.given.task == nil then
      failure.usage("expect: programs have no HTTP status; leave it out, or give urls or a task")
   end
   return statuses.check(value, field)
end

--- What every answer should be like (net/checks.lua), or nil.
function field_checks.check(value, field, context)
   if value == nil then
      return nil
   elseif context.given.urls == nil and context.given.task == nil then
      failure.usage("check: programs keep their answers to themselves; leave it out, or give urls or a task")
   end
   return answer_checks.check(value, field)
end

--- Which failed requests are repeated (net/retries.lua), or nil.
function field_checks.retries(value, field, context)
   if value == nil then
      return nil
   elseif context.given.urls == nil and context.given.task == nil then
      failure.usage("retries: programs repeat requests themselves; leave it out, or give urls or a task")
   end
   local checked = retries.check(value, field, true)
   retries.check_method(checked, request.method_of(context.experiment.request), field)
   return checked
end

--- Whether what jobs return is compared between contenders.
function field_checks.same_results(value, _, context)
   local given = context.given
   if type(value) ~= "boolean" then
      failure.usage("same_results: expected true or false, got '%s'", text.shown(value))
   elseif value and given.process == nil and given.task == nil then
      failure.usage("same_results: there is nothing to compare; give a process or a task that returns " ..
         "what each job found")
   end
   return value
end

--- The rule of automatic repeats, or nil. `auto` alone is enough to ask for it; the command line overrides
-- the script. context: see fields.lua.
function field_checks.auto(_, _, context)
   local given, settings = context.given, context.settings
   local wanted = settings.repeats or given.repeats
   local asked = given.auto ~= nil or wanted == "auto"
   local rule = asked and require("bakeoff.experiment.auto_repeats").check(given.auto) or nil
   if given.auto ~= nil and given.repeats ~= nil and given.repeats ~= "auto" then
      failure.usage('auto: it ends automatic repeats; write repeats = "auto" with it, or leave it out')
   end
   return (wanted == nil or wanted == "auto") and rule or nil
end

--- The number of blocks; with automatic repeats, the largest number.
function field_checks.repeats(value, name, context)
   local rule = field_checks.auto(nil, nil, context)
   return rule and rule.most or checks.whole(value, 1, name)
end

return field_checks
