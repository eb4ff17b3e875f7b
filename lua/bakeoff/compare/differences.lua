--- In what two runs differ, apart from what was measured: sentences for whoever compares them.

local text = require "bakeoff.base.text"

local differences = {}

-- What the words of a sentence call it, and where it stands in a manifest.
local FACTS = {
   { "experiments", "experiment" }, { "jobs", "job" }, { "numbers of items", "items" },
   { "conditions", "conditions" }, { "seeds", "seed" }, { "sessions", "session" },
   { "forms of the job", "form" }, { "warm-ups", "warmup" }, { "time limits", "timeout_s" },
   { "sampling periods", "memory_samples_every_s" }, { "versions of bakeoff", "bakeoff" },
   { "processors", "environment.cpu.model" }, { "cores", "environment.cpu.cores_allowed" },
   { "CPU governors", "environment.cpu.governor" }, { "kernels", "environment.kernel" },
   { "machines", "environment.machine" }, { "distributions", "environment.distribution" },
   { "memory sizes", "environment.memory.total_bytes" },
   { "huge page settings", "environment.memory.thp" },
   { "malloc arena limits", "environment.memory.malloc_arena_max" },
   { "CPU limits", "environment.cgroup.cpus" }, { "memory limits", "environment.cgroup.memory_bytes" },
   { "power supplies", "environment.power" }, { "containers", "environment.virtualisation.container" },
   { "versions of Lua", "environment.versions.lua" },
   { "versions of libcurl", "environment.versions.libcurl" },
   { "versions of libuv", "environment.versions.libuv" },
}

-- A run can't choose these, so they may differ where nothing does.
local IGNORED = { ["server.port"] = true }

local function at(manifest, path)
   local value = manifest
   for name in path:gmatch("[^.]+") do
      value = type(value) == "table" and value[name] or nil
   end
   return value
end

-- Whole numbers are floats after decoding; lists and tables as their parts.
local function shown(value)
   if type(value) == "table" then
      local parts = {}
      for _, key in ipairs(text.sorted_keys(value)) do
         local part = value[key] == nil and value[tonumber(key)] or value[key]
         parts[#parts + 1] = (tonumber(key) and "" or key .. " ") .. shown(part)
      end
      return table.concat(parts, ", ")
   end
   local number = type(value) == "number" and math.tointeger(value)
   return value == nil and "none" or text.shown(number or value)
end

local function add(list, what, a, b)
   local left, right = shown(a), shown(b)
   if left ~= right then
      list[#list + 1] = ("%s differ: %s in A, %s in B"):format(what, left, right)
   end
end

local function fields_at(manifest, path)
   local value = at(manifest, path)
   return type(value) == "table" and value or {}
end

-- Fields of a table in both manifests: the server's options, the script's.
local function add_fields(list, what, path, a, b)
   local left, right, names = fields_at(a, path), fields_at(b, path), {}
   for _, fields in ipairs { left, right } do
      for name in pairs(fields) do
         names[tostring(name)] = true
      end
   end
   for _, name in ipairs(text.sorted_keys(names)) do
      if not IGNORED[path .. "." .. name] then
         add(list, what:format(name), left[name], right[name])
      end
   end
end

local function options_by_label(manifest)
   local found = {}
   for _, cell in ipairs(type(manifest.cells) == "table" and manifest.cells or {}) do
      found[cell.label or cell.contender or "?"] = cell.options or {}
   end
   return found
end

local function add_contenders(list, a, b)
   local left, right = options_by_label(a), options_by_label(b)
   for _, label in ipairs(text.sorted_keys(left)) do
      if right[label] then
         add(list, "options of " .. label, left[label], right[label])
      end
   end
end

-- What happened while one of the runs was made.
local function add_state(list, results, which)
   local failed, noisy = 0, 0
   for _, trial in ipairs(results.trials) do
      failed = failed + (trial.status == "ok" and 0 or 1)
      noisy = noisy + (type(trial.noise) == "table" and trial.noise.noisy and 1 or 0)
   end
   if noisy > 0 then
      list[#list + 1] = ("%d of %d trials of %s ran while others used the processors"):format(noisy,
         #results.trials, which)
   end
   if failed > 0 then
      list[#list + 1] = ("%d of %d trials of %s failed and count in no median"):format(failed,
         #results.trials, which)
   end
   local status = results.manifest.status
   if status and status ~= "complete" then
      list[#list + 1] = ("%s is %s: %d trials are on record"):format(which,
         status == "running" and "not finished" or status, #results.trials)
   end
   for _, warning in ipairs(results.warnings) do
      list[#list + 1] = ("%s: %s"):format(which, warning)
   end
end

--- List of sentences without a full stop, empty where nothing differs.
function differences.find(a, b)
   local list = {}
   for _, fact in ipairs(FACTS) do
      add(list, fact[1], at(a.manifest, fact[2]), at(b.manifest, fact[2]))
   end
   add_fields(list, "values of the server's %s", "server", a.manifest, b.manifest)
   add_fields(list, "options --%s of the script", "options", a.manifest, b.manifest)
   add_contenders(list, a.manifest, b.manifest)
   add_state(list, a, "A")
   add_state(list, b, "B")
   return list
end

return differences
