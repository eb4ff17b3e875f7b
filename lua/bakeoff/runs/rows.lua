--- Reads a run folder: manifest.json, trials.jsonl and the points of memory.csv. Lines that a crash cut off
-- are left out with a warning; the rest stays usable.

local cell_type = require "bakeoff.model.cell"
local json = require "bakeoff.base.json"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"
local trial_lines = require "bakeoff.runs.trial_lines"

local rows = {}

--- The number in manifest.json's `schema`. It is raised when a field of a run folder changes its meaning,
-- not when a field is added. Older folders are read as they are; fields that they lack are nil.
rows.SCHEMA = 1

local function without_nulls(value)
   if value == json.null then
      return nil
   elseif type(value) == "table" then
      for key, field in pairs(value) do
         value[key] = without_nulls(field)
      end
   end
   return value
end

--- Decodes a JSON object or array and drops nulls; nil if the text is anything else.
function rows.decode(line)
   local ok, value = pcall(json.decode, line)
   return ok and type(value) == "table" and without_nulls(value) or nil
end

--- Raises (usage) if a newer bakeoff wrote the manifest. A manifest without a number has the first schema.
function rows.check_schema(manifest, path)
   local schema = manifest.schema or 1
   if type(schema) ~= "number" or schema > rows.SCHEMA then
      failure.usage("%s: written by a newer bakeoff (schema %s; this one reads up to %d); install that one",
         path, text.shown(math.tointeger(schema) or schema), rows.SCHEMA)
   end
end

local NUMBERS = { "seed", "repeats", "warmup", "items" }

-- Treats fields of the wrong type as absent, so that a folder from elsewhere can't end in a traceback.
local function keep_usable(manifest)
   local cells = {}
   for _, cell in ipairs(type(manifest.cells) == "table" and manifest.cells or {}) do
      local name = type(cell) == "table" and (cell.label or cell.contender)
      if type(name) == "string" and type(cell.workers) == "number" then
         cells[#cells + 1] = cell
      end
   end
   manifest.cells = cells
   for _, name in ipairs(NUMBERS) do
      manifest[name] = type(manifest[name]) == "number" and manifest[name] or nil
   end
end

-- The content of a file; nil if it doesn't exist. Raises (usage) if it can't be read.
local function content_of(path)
   local file <close>, message, code = io.open(path, "rb")
   local content
   if file then
      content, message = file:read("a")
   elseif code == trial_lines.MISSING then
      return nil
   end
   return content or failure.usage("%s: cannot be read (%s); make it readable", path,
      (message:gsub("^.*: ", "")))
end

--- Reads the manifest of a run folder. Raises (usage) if the folder has none, one that can't be read, or one
-- of a newer schema.
function rows.manifest(dir)
   local content = content_of(dir .. "/manifest.json")
   if not content then
      failure.usage("%s: not a run folder (it has no manifest.json); name the folder of one experiment", dir)
   end
   local manifest = rows.decode(content)
   if not manifest then
      failure.usage("%s/manifest.json: damaged, not valid JSON; run the experiment again", dir)
   end
   rows.check_schema(manifest, dir .. "/manifest.json")
   keep_usable(manifest)
   return manifest
end

local function complete(trial)
   return trial and trial.contender and trial.label and trial.workers and trial["repeat"] and trial.status
end

local LARGEST = 1e18 -- no clock, counter or memory gives more

-- Removes numbers that can't have been measured; says whether there were any.
local function without_impossible(value)
   local any = false
   for key, field in pairs(value) do
      if type(field) == "table" then
         any = without_impossible(field) or any
      elseif type(field) == "number" and (field ~= field or math.abs(field) > LARGEST) then
         value[key], any = nil, true
      end
   end
   return any
end

-- If a cell's repeat was run again (--resume), only its last row counts.
local function keep_last(trials, warnings)
   local kept, place = {}, {}
   for _, trial in ipairs(trials) do
      local key = cell_type.key_of_trial(trial)
      if place[key] then
         kept[place[key]] = trial
         table.insert(warnings, ("trials.jsonl: %s, %d workers, repeat %d was run twice; the last row counts")
            :format(trial.label, trial.workers, trial["repeat"]))
      else
         kept[#kept + 1] = trial
         place[key] = #kept
      end
   end
   return kept
end

--- Reads the trials of a run folder, in the order in which they ran. Adds sentences to `warnings`. Raises
-- (usage) if the file can't be read.
function rows.trials(dir, warnings)
   local content, trials, number = content_of(dir .. "/trials.jsonl"), {}, 0
   if not content then
      table.insert(warnings, "trials.jsonl is missing")
   end
   for line in (content or ""):gmatch("([^\n]*)\n?") do
      number = number + 1
      local trial = rows.decode(line)
      if trial and without_impossible(trial) then
         table.insert(warnings, ("trials.jsonl: line %d has numbers that can't be measured; they were left "
            .. "out"):format(number))
      end
      if complete(trial) then
         trials[#trials + 1] = trial
      elseif line:find("%S") then
         table.insert(warnings, ("trials.jsonl: line %d is cut off and was left out"):format(number))
      end
   end
   return keep_last(trials, warnings)
end

--- Adds sentences to `warnings` about the files of single jobs and readings that can't be read.
function rows.check_details(dir, warnings)
   for _, name in ipairs { "jobs.csv", "spans.csv", "memory.csv" } do
      local fault = trial_lines.fault(dir .. "/" .. name)
      warnings[#warnings + 1] = fault and ("%s %s"):format(name, fault) or nil
   end
end

--- Raises (trial) if a run has no trials; says why if it is known. purpose: "draw", "report".
function rows.check_any(dir, trials, warnings, purpose)
   if #trials == 0 then
      failure.trial("%s: nothing to %s: %s", dir, purpose, #warnings > 0
         and "no trial can be read; " .. table.concat(warnings, "; ") or "the run has no trials")
   end
end

-- The median time between two readings, in seconds; nil for fewer than two.
local function spacing_of(times)
   local steps = {}
   for index = 2, #times do
      steps[index - 1] = times[index] - times[index - 1]
   end
   table.sort(steps)
   return steps[(#steps + 1) // 2]
end

--- Reads the footprint over time of the wanted trials: { [key] = { {time=s, bytes=, phase=}, … } }, in the
-- file's order; each list has `every`, the usual time between two readings of the trial, in seconds, or nil.
-- `wanted` maps keys of trials (cell.key_of_trial) to true. Readings without a footprint (only RSS was read)
-- count for `every` and are left out.
function rows.footprints(dir, wanted)
   local found, times = {}, {}
   trial_lines.each(dir .. "/memory.csv", wanted, function(key, fields, c)
      local time, bytes = tonumber(fields[c.time_s]), tonumber(fields[c.footprint_bytes])
      found[key], times[key] = found[key] or {}, times[key] or {}
      table.insert(times[key], time)
      if time and bytes then
         table.insert(found[key], { time = time, bytes = bytes, phase = fields[c.phase] })
      end
   end)
   for key, list in pairs(found) do
      list.every = spacing_of(times[key])
   end
   return found
end

return rows
