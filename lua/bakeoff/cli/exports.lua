--- The options --export-NAME, one for each entry of the registry (report/exports), the same in `run`, `exec`
-- and `report`. Each file is tried before anything is measured.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local registry = require "bakeoff.report.exports"

local exports = {}

local function field_of(export) return "export_" .. export.name end

local function option_of(export) return "--export-" .. export.name end

-- Changes nothing. Opening a pipe would wait for its reader.
local function try(path)
   if core.file_kind(path) == "other" then
      return core.is_writable(path), path .. ": Permission denied"
   end
   local file <close>, message = files.writer(path)
   return file ~= nil, message
end

--- Tries whether a file can be written: otherwise a misspelt folder would cost the user the whole
-- measurement. → path; or nil, message
function exports.writable(path)
   if path == "" then
      return nil, "the file name is empty; name a file"
   elseif core.file_kind(path) == "folder" then
      return nil, ("%s is a folder; name a file"):format(path)
   end
   local ok, message = try(path)
   if not ok then
      return nil, ("cannot write %s; name a file in a folder that exists and is writable"):format(message)
   end
   return path
end

--- The same, but "-" stands for standard output.
function exports.writable_or_stdout(path)
   if path == "-" then
      return path
   end
   return exports.writable(path)
end

local function writable_file(path)
   if path == "-" then
      return nil, "standard output belongs to the script; name a file"
   end
   return exports.writable(path)
end

--- Adds the options to a parser; returns their group of the help, for arguments.add_groups: { heading,
-- option, … }. with_stdout: "-" stands for standard output.
function exports.define(parser, with_stdout)
   local group = { with_stdout and "Exports (a FILE of - means standard output)" or "Exports" }
   for index, export in ipairs(registry.LIST) do
      group[index + 1] = parser:option(option_of(export), export.about):argname "FILE"
         :convert(with_stdout and exports.writable_or_stdout or writable_file)
   end
   return group
end

-- The same for two names of one file.
local function place_of(path)
   local folder, name = path:match("^(.*/)([^/]*)$")
   return core.absolute(path) or ("%s/%s"):format(core.absolute(folder or ".") or "", name or path)
end

--- The exports that a parsed command line asks for: list of { name, path, option }; and whether one of them
-- takes standard output. Raises (usage) if two write to the same place.
function exports.wanted(args)
   local list, taken, owner = {}, nil, {}
   for _, export in ipairs(registry.LIST) do
      local path, option = args[field_of(export)], option_of(export)
      if path == "-" and taken then
         failure.usage("%s: %s already writes to standard output; give one of them a file", option, taken)
      end
      taken = path == "-" and option or taken
      local place = path and path ~= "-" and place_of(path)
      if place and owner[place] then
         failure.usage("%s: %s already writes to %s; name another file", option, owner[place], path)
      elseif place then
         owner[place] = option
      end
      list[#list + 1] = path and { name = export.name, path = path, option = option } or nil
   end
   return list, taken ~= nil
end

--- Writes the exports. wanted: from exports.wanted; runs: list of results. Raises (trial) if a file can't be
-- written.
function exports.write(wanted, runs)
   for _, one in ipairs(#runs > 0 and wanted or {}) do
      local content = registry.text(one.name, runs)
      if one.path == "-" then
         io.stdout:write(content)
      else
         local ok, message = files.write(one.path, content)
         if not ok then
            failure.trial("%s: %s; the rows are kept in %s", one.option, message, runs[1].dir)
         end
      end
   end
end

--- Writes the exports again with one more experiment: all experiments of a script share one file.
function exports.add(wanted, results)
   wanted.runs = wanted.runs or {}
   for index, run in ipairs(wanted.runs) do
      if run.dir == results.dir then
         table.remove(wanted.runs, index) -- reported twice
      end
   end
   table.insert(wanted.runs, results)
   exports.write(wanted, wanted.runs)
end

return exports
