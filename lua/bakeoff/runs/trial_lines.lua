--- Reads from a run folder's CSV files the lines of some trials, one line at a time: the files may be far
-- larger than what is wanted of them.

local cell_type = require "bakeoff.model.cell"
local core = require "bakeoff.core"
local csv = require "bakeoff.base.csv"
local failure = require "bakeoff.base.failure"
local schema = require "bakeoff.runs.schema"
local text = require "bakeoff.base.text"
local trial_index = require "bakeoff.runs.trial_index"

local trial_lines = { MISSING = 2 } -- the code of io.open for a file that doesn't exist (ENOENT)

local function columns_of(header)
   local columns = {}
   for index, name in ipairs(csv.fields(header)) do
      columns[name] = index
   end
   return columns
end

-- Returns the text that all lines of the trial begin with, the trial's key, and the fields in that text.
-- Lines of one trial are adjacent.
local function start_of(line, c)
   local fields, starts = csv.fields(line)
   local label, workers, number = fields[c.label], fields[c.workers], fields[c["repeat"]]
   local last = math.max(c.label or 0, c.workers or 0, c["repeat"] or 0)
   local behind = starts[last + 1]
   if label and workers and number and behind then
      return line:sub(1, behind - 1), cell_type.trial_key(label, workers, number),
         table.move(fields, 1, last, 1, {})
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
local function follow(at, line)
   if at.start and line:find(at.start, 1, true) == 1 then
      return
   end
   local key
   at.start, key, at.fields = start_of(line, at.columns)
   if key and at.offset then
      trial_index.add(at.index, key, { at = at.offset, line = at.line, start = at.start })
   end
   if key ~= at.key then
      if at.is_wanted and not at.seen[at.key] then
         at.seen[at.key], at.left = true, at.left - 1
      end
      at.key, at.is_wanted = key, at.wanted[key] or false
   end
end

-- The fields of a line of the trial that `at` is on. Its first ones are those of the trial's first line, and
-- behind them are mostly numbers, which need no search for quotes.
local function fields_of(at, line)
   if not at.fields or line:find('"', #at.start + 1, true) then
      return (csv.fields(line))
   end
   local fields = table.move(at.fields, 1, #at.fields, 1, {})
   local last = #fields
   for field in line:sub(#at.start + 1):gmatch "[^,]*" do
      last = last + 1
      fields[last] = field
   end
   return fields
end

-- What is checked in a line: { name, index, check (nil: the text is only made printable), is_number } … .
local function checks_of(columns)
   local list = {}
   for name, index in pairs(columns) do
      local number = schema.columns[name]
      list[#list + 1] = { name = name, index = index, check = number or schema.texts[name],
         is_number = number ~= nil }
   end
   return list
end

-- Checks the fields that schema.lua lists, and makes texts printable. Raises (usage) for a number that is
-- none, or is out of range, and for a text that is too long; file: { path, line }. Returns the fields, which
-- stay texts.
local function checked(fields, list, file)
   for _, column in ipairs(list) do
      local field, check = fields[column.index], column.check
      if field and field ~= "" then
         local _, fault
         if check then
            _, fault = check(column.is_number and tonumber(field) or field)
         end
         if fault then
            failure.usage("%s: damaged, line %d: %s %s; run the experiment again", file.path, file.line,
               text.shown(column.name), fault)
         elseif not column.is_number and field:find("[^ -~]") then
            fields[column.index] = text.printable(field)
         end
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

-- Reads the lines of known blocks.
local function each_known(file, blocks, at, visit)
   for _, block in ipairs(blocks) do
      file:seek("set", block.at)
      at.line, at.start, at.offset = block.line - 1, nil, nil
      for line in file:lines("l") do
         at.line = at.line + 1
         if line:find(block.start, 1, true) ~= 1 then
            break
         end
         follow(at, line)
         visit(line)
      end
   end
end

-- Reads the file from its second line on, until the last wanted trial has ended.
local function each_of_all(file, at, visit)
   for line in file:lines("l") do
      at.line = at.line + 1
      follow(at, line)
      if at.left == 0 then
         return
      elseif at.is_wanted then
         visit(line)
      end
      at.offset = at.offset + #line + 1
   end
   at.index.is_whole = true
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
   local columns = columns_of((header:gsub("\r$", "")))
   local checks = checks_of(columns)
   local at = { path = path, line = 1, offset = #header + 1, columns = columns, wanted = wanted, seen = {},
      left = count(wanted), index = trial_index.of(path, file) }
   local function visit_line(line)
      local whole = line:gsub("\r$", "")
      visit(at.key, checked(fields_of(at, whole), checks, at), columns, whole)
   end
   local blocks = trial_index.find(at.index, file, wanted)
   if blocks then
      each_known(file, blocks, at, visit_line)
   else
      each_of_all(file, at, visit_line)
   end
end

return trial_lines
