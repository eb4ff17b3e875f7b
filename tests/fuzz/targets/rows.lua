--- JSON, and the files of a run folder that a stranger made (base/json.lua, src/lua/json.c, runs/): read or
-- refused in one line; what is read has no control characters, and JSON survives being written and read. The
-- first byte tells which file the bytes are.

local here = os.getenv "BAKEOFF_SOURCE" .. "/tests/fuzz/targets/"
local support = dofile(here .. "support.lua")
local csv = require "bakeoff.base.csv"
local json = require "bakeoff.base.json"
local rows = require "bakeoff.runs.rows"

local function is_control(text) return text:find "[\0-\8\11-\31\127]" ~= nil end

local function check_printable(value, depth)
   for key, field in pairs(value) do
      support.expect(not (type(key) == "string" and is_control(key)), "a name is printable", key)
      support.expect(not (type(field) == "string" and is_control(field)), "a text is printable", field)
      if type(field) == "table" then
         check_printable(field, depth + 1)
      end
   end
end

local function check_json(bytes)
   local ok, value = pcall(json.decode, bytes)
   local written, text = false, nil
   if ok then
      written, text = pcall(json.encode, value)
   end
   if not written then -- not JSON, or nested too deeply
      return
   end
   support.expect(utf8.len(text), "JSON is UTF-8", text)
   local again = json.encode(json.decode(text))
   -- Of names that weren't UTF-8, several can become the same.
   support.expect(again == text or not utf8.len(bytes), "JSON can be read again", text, again)
   json.encode(value, { indent = "  " })
end

local function check_manifest(bytes)
   local ok, fault, manifest = support.call(rows.manifest_fault, bytes, "manifest.json", true)
   if ok and not fault then
      check_printable(manifest, 1)
   end
end

local function check_trial(bytes)
   local ok, trial = support.call(rows.trial, bytes, "trials.jsonl", 1, true)
   if ok and trial then
      check_printable(trial, 1)
   end
end

local FOLDER = support.path "run"
os.execute("mkdir -p '" .. FOLDER .. "'")

local function check_folder(bytes)
   support.write(FOLDER .. "/trials.jsonl", bytes)
   support.write(FOLDER .. "/memory.csv", bytes)
   local warnings = {}
   local _, trials = support.call(rows.trials, FOLDER, warnings)
   rows.check_details(FOLDER, warnings)
   for _, warning in ipairs(warnings) do
      support.check_message(warning)
   end
   local wanted = setmetatable({}, { __index = function() return true end })
   support.call(rows.footprints, FOLDER, wanted)
   return trials
end

local function check_csv(bytes)
   for line in bytes:gmatch "[^\n]+" do
      local fields = csv.fields(line)
      support.expect(#fields >= 1, "a line has a field", line)
      local written = {}
      for index, field in ipairs(fields) do
         written[index] = csv.field(field)
      end
      local again = csv.fields(table.concat(written, ","))
      support.expect(#again == #fields, "as many fields are read again", line)
      for index, field in ipairs(fields) do
         support.expect(again[index] == field, "a field is read as it was written", line)
      end
   end
   check_folder(bytes)
end

local CHECKS = { check_json, check_manifest, check_trial, check_csv }

return function(bytes)
   if bytes ~= "" then
      CHECKS[bytes:byte(1) % #CHECKS + 1](bytes:sub(2))
   end
end
