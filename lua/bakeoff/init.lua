--- The module `bakeoff`. Its fields are loaded when first used: a script that only probes memory never
-- reads the experiment's files.

local library = require "bakeoff.base.library"

library.guard(debug.getinfo(1, "S").source)

local text = require "bakeoff.base.text"

local FIELDS = {
   options = { "bakeoff.script.options", "declare" },
   settings = { "bakeoff.api.settings", "read" },
   fail = { "bakeoff.base.failure", "usage" },
   format = { "bakeoff.api.format" },
   units = { "bakeoff.api.units" },
   files = { "bakeoff.api.files" },
   command_path = { "bakeoff.base.own_command", "path" },
   now = { "bakeoff.core", "now" },
   experiment = { "bakeoff.api.experiment", "new" },
   chart = { "bakeoff.api.chart", "draw" },
   order = { "bakeoff.api.chart", "order" },
   load = { "bakeoff.api.results", "load" },
   show = { "bakeoff.notebook.show", "show" },
   claim = { "bakeoff.api.claim", "about_last" },
   decide = { "bakeoff.api.claim", "decide" },
   server = { "bakeoff.net.server", "start" },
   urls_from = { "bakeoff.net.urls", "read" },
   recorded = { "bakeoff.net.recorded", "read" },
   environment = { "bakeoff.probe.environment", "read" },
   fetch = { "bakeoff.net.request", "fetch" },
   loop = { "bakeoff.async.loop", "new" },
   sleep = { "bakeoff.async.sleep", "sleep" },
   await = { "bakeoff.async.task", "await" },
   gather = { "bakeoff.async.gather", "gather" },
   group = { "bakeoff.async.group", "group" },
   semaphore = { "bakeoff.async.semaphore", "semaphore" },
   timeout = { "bakeoff.async.timeout", "timeout" },
   cancelled = { "bakeoff.core", "cancelled" },
   work = { "bakeoff.api.work" },
   memory = { "bakeoff.core", "memory" },
   memory_tree = { "bakeoff.core", "memory_tree" },
   sampler = { "bakeoff.core", "sampler" },
   tree = { "bakeoff.core", "tree" },
   cpu = { "bakeoff.core", "cpu" },
   threads = { "bakeoff.pools", "threads" },
   processes = { "bakeoff.pools", "processes" },
   as_completed = { "bakeoff.pools.futures", "as_completed" },
   wait = { "bakeoff.pools.futures", "wait" },
   version = { "bakeoff.core", "version" },
}

local function lookup(bake, name)
   if name == "shared" then
      return require("bakeoff.core").shared() -- not kept: a forked worker has its own
   end
   local place = FIELDS[name]
   if not place then
      local best = text.suggestion(tostring(name), text.sorted_keys(FIELDS))
      error(("bakeoff has no '%s'%s"):format(tostring(name),
         best ~= "" and best or "; lua/REFERENCE.md lists what it has"), 2)
   end
   local module = require(place[1])
   local value = place[2] and module[place[2]] or not place[2] and module
   if value == nil then
      error(("bakeoff.%s is not part of this build"):format(name), 2)
   end
   rawset(bake, name, value)
   return value
end

-- pairs(bake): all names with their values, sorted. It loads everything.
local function each(bake)
   local names, at = text.sorted_keys(FIELDS), 0
   return function()
      at = at + 1
      local name = names[at]
      if name then
         return name, bake[name]
      end
   end
end

return setmetatable({}, { __index = lookup, __pairs = each })
