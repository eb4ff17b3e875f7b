--- Reads from a run folder's CSV files the lines of some trials, one line at a time: the files may be far
-- larger than what is wanted of them.

local cell_type = require "bakeoff.model.cell"
local core = require "bakeoff.core"
local csv = require "bakeoff.base.csv"
local failure = require "bakeoff.base.failure"
local schema = require "bakeoff.runs.schema"
local text = require "bakeoff.base.text"

local trial_lines = { MISSING = 2 } -- the code of io.open for a file that doesn't exist (ENOENT)

local function columns_of(header)
   local columns = {}
   for index, name in ipairs(csv.fields(header)) do
      columns[name] = index
   end
   return columns
end

-- Returns the text that all lines of the trial begin with, and the trial's key. Lines of one trial are
-- adjacent.
local function start_of(line, c)
   local fields, starts = csv.fields(line)
   local label, workers, number = fields[c.label], fields[c.workers], fields[c["repeat"]]
   local behind = starts[math.max(c.label or 0, c.workers or 0, c["repeat"] or 0) + 1]
   if label and workers and number and behind then
      return line:sub(1, behind - 1), cell_type.trial_key(label, workers, number)
   end
end

local function count(set)
   local n = 0
   for _ in pairs(set) do
      n = n + 1
   end
   return n
end

-- If the line is the first of another trial, moves `at` on to that trial.
local function follow(at, line, columns)
   if at.start and line:sub(1, #at.start) == at.start then
      return
   end
   local key
   at.start, key = start_of(line, columns)
   if key ~= at.key then
      if at.is_wanted and not at.seen[at.key] then
         at.seen[at.key], at.left = true, at.left - 1
      end
      at.key, at.is_wanted = key, at.wanted[key] or false
   end
end

-- What is wrong with a field, or nil.
local function fault_of(name, field)
   local number, words = schema.columns[name], schema.texts[name]
   if field and field ~= "" and (number or words) then
      return select(2, (number or words)(number and tonumber(field) or field))
   end
end

-- Checks the fields that schema.lua lists, and makes texts printable. Raises (usage) for a number that is
-- none, or is out of range, and for a text that is too long; file: { path, line }. Returns the fields, which
-- stay texts.
local function checked(fields, columns, file)
   for name, index in pairs(columns) do
      local field, fault = fields[index], fault_of(name, fields[index])
      if fault then
         failure.usage("%s: damaged, line %d: %s %s; run the experiment again", file.path, file.line,
            text.shown(name), fault)
      elseif field and not schema.columns[name] and field:find("[^ -~]") then
         fields[index] = text.printable(field)
      end
   end
   return fields
end

--- Why the file can't be read, in a few words; nil if it can, or doesn't exist.
function trial_lines.fault(path)
   if core.file_kind(path) == "other" then
      return "is not a regular file"
   end
   local file <close>, message, code = io.open(path, "rb")
   if not file then
      return code ~= trial_lines.MISSING and "cannot be read: " .. message:gsub("^.*: ", "") or nil
   end
   local header, why = file:read("l")
   local columns = columns_of(((header or ""):gsub("\r$", "")))
   if why then
      return "cannot be read: " .. why
   elseif header and not (columns.label and columns.workers and columns["repeat"]) then
      return "is damaged: its first line doesn't name the columns label, workers and repeat"
   end
end

--- Calls visit(key, fields, columns, line) for each line of the trials whose keys are in `wanted` (key →
-- true), in the file's order, and stops after the last of these trials. columns maps names to positions.
-- Does nothing if the file doesn't exist. Raises (usage) for a line whose fields don't fit the schema.
function trial_lines.each(path, wanted, visit)
   local file <close> = core.file_kind(path) == "file" and io.open(path, "rb") or nil
   local header = file and file:read("l")
   if not header then
      return
   end
   local columns, where = columns_of((header:gsub("\r$", ""))), { path = path, line = 1 }
   local at = { wanted = wanted, seen = {}, left = count(wanted) }
   for line in file:lines("l") do
      where.line = where.line + 1
      follow(at, line, columns)
      if at.left == 0 then
         break
      elseif at.is_wanted then
         local whole = line:gsub("\r$", "")
         visit(at.key, checked(csv.fields(whole), columns, where), columns, whole)
      end
   end
end

return trial_lines
