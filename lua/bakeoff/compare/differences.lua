--- How two runs differ, apart from the measurements: sentences for the reader of a comparison.

local fields = require "bakeoff.experiment.fields"
local keys = require "bakeoff.experiment.key"
local text = require "bakeoff.base.text"

local differences = {}

-- The conditions of a run besides the experiment's fields: the name in a sentence, and the key in the
-- manifest.
local SURROUNDINGS = {
   { "versions of bakeoff", "bakeoff" },
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

local function at(manifest, path)
   local value = manifest
   for name in path:gmatch("[^.]+") do
      value = type(value) == "table" and value[name] or nil
   end
   return value
end

-- Whole numbers are floats after decoding; lists and tables are shown as their parts.
local function shown(value)
   if type(value) == "table" then
      local parts = {}
      for _, key in ipairs(text.sorted_keys(value)) do
         local part = value[key] == nil and value[tonumber(key)] or value[key]
         parts[#parts + 1] = (tonumber(key) and "" or key .. " ") .. shown(part)
      end
      return #parts > 0 and table.concat(parts, ", ") or "none"
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

local function table_of(value) return type(value) == "table" and value or {} end

-- Adds the parts of something recorded in both manifests: the server's options, the script's. rule: like an
-- entry of experiment/fields.lua.
local function add_parts(list, rule, a, b)
   local left, right, names = table_of(a), table_of(b), {}
   if rule.parts then
      left, right = rule.parts(left), rule.parts(right)
   end
   for _, parts in ipairs { left, right } do
      for name in pairs(parts) do
         names[tostring(name)] = true
      end
   end
   for _, name in ipairs(text.sorted_keys(names)) do
      local counts = not rule.both or left[name] ~= nil and right[name] ~= nil
      if counts and not (rule.varies or {})[name] then
         add(list, rule.compare:format(name), left[name], right[name])
      end
   end
end

-- Adds fields of the experiment: those with parts, or those without.
local function add_fields(list, a, b, with_parts)
   for _, field in ipairs(fields.RECORDED) do
      local left, right = a[field.manifest], b[field.manifest]
      local is_known = not field.late or left ~= nil and right ~= nil
      local has_parts = field.compare and field.compare:find("%s", 1, true) ~= nil
      if is_known and field.compare and has_parts == with_parts then
         (has_parts and add_parts or add)(list, has_parts and field or field.compare, left, right)
      end
   end
end

-- Groups of the key (experiment/key.lua) whose parts are nowhere else in the manifest.
local IN_KEY_ONLY = { code = true, data = true, modules = true, programs = true }

local function add_keys(list, a, b)
   if not (a and b) then
      if a or b then
         list[#list + 1] = ("the code can't be compared: an earlier version of bakeoff made %s"):format(
            a and "B" or "A")
      end
      return
   end
   for _, one in ipairs(keys.differences(a, b)) do
      local both = next(a[one.group] or {}) and next(b[one.group] or {})
      if IN_KEY_ONLY[one.group] and (both or one.group ~= "code") then -- without a function, the form differs
         local lacking = not one.a and ": A has none" or not one.b and ": B has none" or ""
         list[#list + 1] = ("%s differs%s"):format(one.name, lacking)
      end
   end
end

-- "4f2c… with changes"
local function revision_in_words(revision)
   return type(revision) == "table" and revision.commit
      and revision.commit:sub(1, 12) .. (revision.dirty and " with changes" or "") or nil
end

local function add_scripts(list, a, b)
   if a.script_sha256 and b.script_sha256 and a.script_sha256 ~= b.script_sha256 then
      list[#list + 1] = "the text of the script differs"
   end
   if a.revision and b.revision then
      add(list, "git revisions of the script", revision_in_words(a.revision), revision_in_words(b.revision))
   end
end

local OPTIONS = { compare = "options --%s of the script" }

-- Adds what happened while one of the runs was made.
local function add_state(list, results, which)
   local failed, noisy = 0, 0
   for _, trial in ipairs(results.trials) do
      failed = failed + (trial.status == "ok" and 0 or 1)
      noisy = noisy + (type(trial.noise) == "table" and trial.noise.noisy and 1 or 0)
   end
   if noisy > 0 then
      list[#list + 1] = ("%d of %d trials of %s ran while other programs used the processors"):format(noisy,
         #results.trials, which)
   end
   if failed > 0 then
      list[#list + 1] = ("%d of %d trials of %s failed and are in no median"):format(failed,
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

local function of_bakeoff(manifest) return manifest.tool or "bakeoff" end

-- "one run of a command", "the 100 jobs of a trial"
local function value_of(manifest)
   local jobs = type(manifest.items) == "number" and math.tointeger(manifest.items) or 1
   return manifest.value_of or jobs > 1 and ("the %d jobs of a trial"):format(jobs)
      or manifest.form == "command" and "one run of a command" or "one trial"
end

-- Of what another program measured, little is known. What is: that it did not run in turn with the other.
local function add_of_others(list, a, b)
   list[#list + 1] = ("A was measured by %s, B by %s, and not in turn (interleaved): whatever changed on the"
      .. " machine between them is in every ratio"):format(of_bakeoff(a), of_bakeoff(b))
   local of_a, of_b = value_of(a), value_of(b)
   local said = ("a time of A is that of %s, one of B that of %s"):format(of_a, of_b)
   list[#list + 1] = of_a ~= of_b and said or nil
   for _, fact in ipairs(SURROUNDINGS) do
      local left, right = at(a, fact[2]), at(b, fact[2])
      if left ~= nil and right ~= nil then
         add(list, fact[1], left, right)
      end
   end
end

-- Everything else that two runs of bakeoff record.
local function add_of_runs(list, a, b)
   add_fields(list, a, b, false)
   for _, fact in ipairs(SURROUNDINGS) do
      add(list, fact[1], at(a, fact[2]), at(b, fact[2]))
   end
   add_fields(list, a, b, true)
   add_parts(list, OPTIONS, a.options, b.options)
   add_keys(list, a.key, b.key)
   add_scripts(list, a, b)
end

--- List of sentences without a full stop, empty if nothing differs.
function differences.find(a, b)
   local list = {}
   local add_all = (a.manifest.tool or b.manifest.tool) and add_of_others or add_of_runs
   add_all(list, a.manifest, b.manifest)
   add_state(list, a, "A")
   add_state(list, b, "B")
   return list
end

return differences
