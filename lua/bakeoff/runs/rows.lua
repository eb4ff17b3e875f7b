--- Reads a run folder: manifest.json, trials.jsonl and the points of memory.csv. Lines that a crash cut off
-- are left out with a warning; the rest stays usable. What doesn't fit the schema is refused in one line that
-- names file, line and field.

local cell_type = require "bakeoff.model.cell"
local core = require "bakeoff.core"
local decoded = require "bakeoff.runs.decoded"
local failure = require "bakeoff.base.failure"
local gaps = require "bakeoff.runs.gaps"
local numbers = require "bakeoff.base.numbers"
local schema = require "bakeoff.runs.schema"
local secrets = require "bakeoff.base.secrets"
local text = require "bakeoff.base.text"
local trial_lines = require "bakeoff.runs.trial_lines"

local rows = {}

--- The number in manifest.json's `schema`. It is raised when a field of a run folder changes its meaning,
-- not when a field is added. Older folders are read as they are; fields that they lack are nil.
rows.SCHEMA = 1

local LIMITS = schema.LIMITS

--- Decodes a JSON object or array and drops nulls; nil if the text is anything else.
function rows.decode(line) return (decoded.read(line)) end

--- Raises (usage) if a newer bakeoff wrote the manifest. A manifest without a number has the first schema.
function rows.check_schema(manifest, path)
   local number = manifest.schema or 1
   if type(number) ~= "number" or number > rows.SCHEMA then
      failure.usage("%s: written by a newer bakeoff (schema %s; this one reads up to %d); install that one",
         path, text.shown(math.tointeger(number) or number), rows.SCHEMA)
   end
end

local function refuse(path, where, fault)
   failure.usage("%s: damaged, %s%s; run the experiment again", path, where, text.shown(fault))
end

-- The content of a file; nil if it doesn't exist. Raises (usage) if it can't be read, or has more than `most`
-- bytes.
local function content_of(path, most)
   local kind = core.file_kind(path)
   if kind == "other" then
      failure.usage("%s: not a regular file; name a folder that holds files", path)
   end
   local file <close>, message, code = io.open(path, "rb")
   local content
   if file then
      -- Asked first: read(most + 1) would reserve that much memory for any file.
      if kind == "file" and file:seek "end" > most then
         failure.usage("%s: has more than %d MiB; a run folder's file is smaller", path, most >> 20)
      end
      file:seek "set"
      content, message = file:read "a"
   elseif code == trial_lines.MISSING then
      return nil
   end
   return content or failure.usage("%s: cannot be read (%s); make it readable", path,
      (message:gsub("^.*: ", "")))
end

-- Earlier versions wrote secrets of command lines down. Names what is hidden, now or when it was written.
local function hide_secrets(manifest)
   local found = secrets.collection()
   for _, name in ipairs(manifest.redacted or {}) do
      found.names[name] = true
   end
   manifest.command = manifest.command and secrets.words(manifest.command, found)
   for _, name in ipairs { "options", "request" } do
      manifest[name] = manifest[name] and secrets.fields(manifest[name], found)
   end
   for _, cell in ipairs(manifest.cells or {}) do
      cell.options = cell.options and secrets.fields(cell.options, found)
   end
   manifest.redacted = next(found.names) and text.sorted_keys(found.names) or nil
end

--- What is wrong with the text of a manifest, such as "seed is a text, not a number …"; otherwise nil, the
-- decoded manifest. printable: its texts are made safe for a terminal. Raises (usage) if a newer bakeoff
-- wrote it.
function rows.manifest_fault(content, path, printable)
   local manifest, found = decoded.read(content)
   if not manifest then
      return "not valid JSON"
   end
   rows.check_schema(manifest, path)
   local fault = decoded.fault(manifest, found, schema.manifest, printable)
   if not fault then
      hide_secrets(manifest)
   end
   return fault, manifest
end

--- Reads the manifest of a run folder. Raises (usage) if the folder has none, one that can't be read or
-- doesn't fit the schema, or one of a newer schema.
function rows.manifest(dir)
   local path = dir .. "/manifest.json"
   local content = content_of(path, LIMITS.manifest)
   if not content then
      failure.usage("%s: not a run folder (it has no manifest.json); name the folder of one experiment", dir)
   end
   local fault, manifest = rows.manifest_fault(content, path, true)
   if fault then
      refuse(path, "", fault)
   end
   manifest.cells = manifest.cells or {}
   return manifest
end

--- Reads the rows of a chart that a script drew. Returns nil and, if it is known, what is wrong. Raises
-- (usage) if the file can't be read.
function rows.chart(path)
   local record, found = decoded.read(content_of(path, LIMITS.manifest) or "")
   local fault = record and decoded.fault(record, found, schema.chart, true)
   if not fault then
      return record
   end
   return nil, fault
end

local function complete(trial)
   return trial.contender and trial.label and trial.workers and trial["repeat"] and trial.status
end

local MOST_NAMED = 3

-- Adds a sentence about each of the first places; names the number of the others.
local function add_places(warnings, places, sentence, more)
   for index = 1, math.min(#places, MOST_NAMED) do
      table.insert(warnings, sentence(places[index]))
   end
   if #places > MOST_NAMED then
      table.insert(warnings, more:format(#places - MOST_NAMED))
   end
end

local function run_twice(trial)
   return ("trials.jsonl: %s, %d workers, repeat %d was run twice; the last row counts"):format(trial.label,
      trial.workers, trial["repeat"])
end

-- If a cell's repeat was run again (--resume), only its last row counts.
local function keep_last(trials, warnings)
   local kept, place, twice = {}, {}, {}
   for _, trial in ipairs(trials) do
      local key = cell_type.key_of_trial(trial)
      if place[key] then
         kept[place[key]] = trial
         twice[#twice + 1] = trial
      else
         kept[#kept + 1] = trial
         place[key] = #kept
      end
   end
   add_places(warnings, twice, run_twice, "trials.jsonl: %d more trials were run twice")
   return kept
end

--- Decodes a line of trials.jsonl: the trial; or nil if the line is none, or was cut off. Raises (usage) if
-- it doesn't fit the schema. printable: its texts are made safe for a terminal.
function rows.trial(line, path, number, printable)
   if #line > LIMITS.line then
      refuse(path, ("line %d: "):format(number), ("it has more than %d MiB"):format(LIMITS.line >> 20))
   end
   local trial, found = decoded.read(line)
   if not (trial and complete(trial)) then
      return nil
   end
   local fault = decoded.fault(trial, found, schema.trial, printable)
   return not fault and trial or refuse(path, ("line %d: "):format(number), fault)
end

local function check_count(path, count, limit, what)
   if count > limit then
      failure.usage("%s: has %s %s; at most %s are read", path, numbers.whole(count), what,
         numbers.whole(limit))
   end
end

-- Before any of them is decoded, which takes some seconds for as many as are read.
local function check_lines(path, content)
   check_count(path, select(2, content:gsub("\n[^\n]", "")) + 1, LIMITS.trials, "rows")
end

local function check_cells(path, trials)
   local cells, count = {}, 0
   for _, trial in ipairs(trials) do
      local key = cell_type.key(trial.label, trial.workers)
      count = count + (cells[key] and 0 or 1)
      cells[key] = true
   end
   check_count(path, count, LIMITS.cells, "cells")
end

local function cut_off(number) return ("trials.jsonl: line %d is cut off and was left out"):format(number) end

--- Reads the trials of a run folder, in the order in which they ran. Adds sentences to `warnings`. Raises
-- (usage) if the file can't be read, or a line doesn't fit the schema.
function rows.trials(dir, warnings)
   local path, trials, number, cut = dir .. "/trials.jsonl", {}, 0, {}
   local content = content_of(path, LIMITS.trials_file)
   if not content then
      table.insert(warnings, "trials.jsonl is missing")
   end
   check_lines(path, content or "")
   for line in (content or ""):gmatch("([^\n]*)\n?") do
      number = number + 1
      local trial = rows.trial(line, path, number, true)
      if trial then
         trials[#trials + 1] = trial
      elseif line:find("%S") then
         cut[#cut + 1] = number
      end
   end
   add_places(warnings, cut, cut_off, "trials.jsonl: %d more lines are cut off and were left out")
   check_cells(path, trials)
   return keep_last(trials, warnings)
end

--- Adds sentences to `warnings` about the files of single jobs and readings that can't be read.
function rows.check_details(dir, warnings)
   for _, name in ipairs { "jobs.csv", "spans.csv", "memory.csv", "memory_processes.csv" } do
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

--- Reads the footprint over time of the wanted trials: { [key] = { {time=s, bytes=, phase=, after_gap =
-- nothing is known of the time before it (gaps.lua)}, … } }, in order of time. `wanted` maps keys of trials
-- (cell.key_of_trial) to true. Readings without a footprint (only RSS was read) are left out.
function rows.footprints(dir, wanted)
   local found, readings = {}, {}
   trial_lines.each(dir .. "/memory.csv", wanted, function(key, fields, c)
      local time, bytes = tonumber(fields[c.time_s]), tonumber(fields[c.footprint_bytes])
      found[key], readings[key] = found[key] or {}, readings[key] or {}
      if time then
         table.insert(readings[key], { time = time, rss = tonumber(fields[c.rss_bytes]) })
         table.insert(found[key], bytes and { time = time, bytes = bytes, phase = fields[c.phase] } or nil)
      end
   end)
   local function before(a, b) return a.time < b.time end
   for key, list in pairs(found) do
      table.sort(list, before)
      table.sort(readings[key], before)
      gaps.mark(list, readings[key])
   end
   return found
end

return rows
