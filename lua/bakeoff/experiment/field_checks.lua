--- Checks of single fields of an experiment. Each function takes the value and whatever else it needs, and
-- returns the value to use; it raises a usage failure that names the field.

local checks = require "bakeoff.base.checks"
local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local retries = require "bakeoff.net.retries"
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

local MOST_STATUSES = 16 -- as many as bko_fetch_options holds

local function http_status(value, argument)
   local status = type(value) == "number" and math.tointeger(value)
   return status and status >= 100 and status <= 599 and status
      or failure.usage("%s: '%s' is not an HTTP status; write a whole number from 100 to 599", argument,
         text.shown(value))
end

--- The HTTP statuses that count as success, sorted; nil: those below 400.
function field_checks.expect(value, field, context)
   if value == nil then
      return nil
   elseif context.given.urls == nil and context.given.task == nil then
      failure.usage("expect: programs have no HTTP status; leave it out, or give urls or a task")
   end
   local list, seen = {}, {}
   for index, one in ipairs(type(value) == "table" and value or { value }) do
      local status = http_status(one, ("%s[%d]"):format(field, index))
      list[#list + 1] = not seen[status] and status or nil
      seen[status] = true
   end
   if #list == 0 or #list > MOST_STATUSES then
      failure.usage("expect: expected 1 to %d HTTP statuses, such as { 200, 404 }", MOST_STATUSES)
   end
   table.sort(list)
   return list
end

--- Which failed requests are repeated (net/retries.lua), or nil.
function field_checks.retries(value, field, context)
   if value == nil then
      return nil
   elseif context.given.urls == nil and context.given.task == nil then
      failure.usage("retries: programs repeat requests themselves; leave it out, or give urls or a task")
   end
   local checked = retries.check(value, field, true)
   retries.check_method(checked, context.experiment.request, field)
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
