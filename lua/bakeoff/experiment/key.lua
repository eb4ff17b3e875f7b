--- The key of a run: what decides whether a run that exists is the one that is asked for. Two runs with the
-- same key measure the same work with the same code on the same kind of machine, so --resume may join them.
--
-- A key has groups of parts, so that a difference can be named:
--    spec       the experiment's fields that a run can't change on its way (fields.lua)
--    options    the script's own options
--    code       the script's functions, their upvalues, and the globals that they name
--    data       items, shared
--    modules    modules outside bakeoff that the script requires
--    programs   files of the commands' programs
--    installed  modules and programs that come with the system, and bakeoff itself
--    versions   bakeoff, Lua, libcurl, libuv
--    machine    processor, cores, architecture, major version of the kernel
-- Parts of the last two groups are texts; all others are digests (base/digest.lua). A part's name is written
-- so that "NAME differs" is a sentence. `digest` is one digest of all parts.
--
-- Not in the key: repeats (a run may grow), time limits, variables of the environment, texts and tables with
-- names that look like secrets, files that functions or programs read, modules that a function requires by a
-- computed name, and values that a script sets in a module's table.

local core = require "bakeoff.core"
local digests = require "bakeoff.base.digest"
local environment = require "bakeoff.probe.environment"
local fields = require "bakeoff.experiment.fields"
local key_files = require "bakeoff.experiment.key_files"
local redact = require "bakeoff.experiment.redact"
local text = require "bakeoff.base.text"

local key = {}

--- The groups, in the order in which differences are named.
key.GROUPS = { "versions", "machine", "spec", "options", "code", "data", "modules", "programs", "installed" }

-- Without the parts that a run can't choose.
local function recorded(field, experiment)
   local value = fields.record(field, experiment)
   if not (field.varies and type(value) == "table") then
      return value
   end
   local copy = {}
   for name, part in pairs(value) do
      copy[name] = not field.varies[name] and part or nil
   end
   return copy
end

local function spec_of(experiment, digester)
   local parts = {}
   for _, field in ipairs(fields.RECORDED) do
      local value = field.resume == "same" and recorded(field, experiment) or nil
      parts[field.manifest] = value ~= nil and digester:of(value) or nil
   end
   return parts
end

local function options_of(experiment, digester)
   local parts = {}
   for name, value in pairs(experiment.settings.options or {}) do
      parts[name] = digester:hides(name, value) and "hidden" or digester:of(value)
   end
   return parts
end

local function add_function(parts, digester, func, name)
   if not func or debug.getinfo(func, "S").what == "C" then
      parts["the code of " .. name] = func and digester:of(func, name)
      return
   end
   parts["the code of " .. name] = digests.code(func)
   for _, variable in ipairs(digester:variables(func)) do
      local what = ("%s '%s' of %s"):format(variable.kind, variable.name, name)
      if not digester:hides(variable.name, variable.value) then
         parts[what] = digester:of(variable.value, what)
      end
   end
end

local function code_of(experiment, digester)
   local parts = {}
   for _, name in ipairs { "process", "task" } do
      add_function(parts, digester, experiment[name], name)
   end
   return parts
end

local function data_of(experiment, digester)
   return {
      ["the list of items"] = experiment.items and digester:of_items(experiment.items, "items"),
      ["the table 'shared'"] = experiment.shared and digester:of(experiment.shared, "shared"),
   }
end

local function add_modules(parts, modules)
   for name, digest in pairs(modules) do
      parts[("module '%s'"):format(name)] = digest
   end
   return parts
end

-- What the experiment brings along, and what is installed on the machine.
local function add_files(self, experiment)
   local own, installed = key_files.modules(key.script_of(experiment.settings))
   self.programs, self.installed = key_files.programs(experiment.contenders)
   self.modules = add_modules({}, own)
   add_modules(self.installed, installed)
end

-- What the digests couldn't read: { { what =, kind = }, … }, each once.
local function unknown_of(digester)
   local list, seen = {}, {}
   for _, one in ipairs(digester.unknown) do
      if not seen[one.what] then
         list[#list + 1], seen[one.what] = { what = one.what, kind = one.kind }, true
      end
   end
   return list[1] and list or nil
end

--- The path of the script that runs; nil if there is none.
function key.script_of(settings)
   return settings.script and settings.script_folder and settings.script_folder .. "/" .. settings.script
end

--- The key of a checked experiment with its cells, taken now: the values of upvalues may change later.
-- → { digest =, GROUP = { name → digest or text }, …, unknown = list or nil: see unknown_of }
function key.of(experiment)
   local settings, machine = experiment.settings, environment.read()
   local digester = digests.new { is_hidden = redact.is_secret,
      clean = function(one) return redact.text(one, settings.script_folder) end }
   local self = {
      spec = spec_of(experiment, digester), options = options_of(experiment, digester),
      code = code_of(experiment, digester), data = data_of(experiment, digester),
      versions = { bakeoff = core.version, Lua = machine.versions.lua, libcurl = machine.versions.libcurl,
         libuv = machine.versions.libuv },
      machine = { processor = machine.cpu.model, cores = tostring(machine.cpu.cores_allowed),
         architecture = machine.machine, kernel = machine.kernel and machine.kernel:match "%d+" },
   }
   add_files(self, experiment)
   self.digest = digests.new():of(self)
   self.unknown = unknown_of(digester)
   return self
end

-- Keys of a run folder may come from anyone.
local function parts_of(one, group) return type(one[group]) == "table" and one[group] or {} end

-- What one key has as installed may stand among the other parts of a key by an earlier version.
local function with_installed(self, other)
   local groups = { programs = {}, modules = {}, installed = {} }
   for name, parts in pairs(groups) do
      for part, digest in pairs(parts_of(self, name)) do
         local group = parts_of(other, "installed")[part] and groups.installed or parts
         group[part] = digest
      end
   end
   return setmetatable(groups, { __index = self })
end

--- How two keys differ: { { group =, name =, a =, b = }, … } in the order of GROUPS; a and b are nil where
-- a key lacks the part.
function key.differences(a, b)
   local list = {}
   a, b = with_installed(a, b), with_installed(b, a)
   for _, group in ipairs(key.GROUPS) do
      local left, right, names = parts_of(a, group), parts_of(b, group), {}
      for _, parts in ipairs { left, right } do
         for name in pairs(parts) do
            names[name] = true
         end
      end
      for _, name in ipairs(text.sorted_keys(names)) do
         if left[name] ~= right[name] then
            list[#list + 1] = { group = group, name = name, a = left[name], b = right[name] }
         end
      end
   end
   return list
end

return key
