--- The options --export-NAME, one for each entry of the registry (report/exports), the same in `run`, `exec`
-- and `report`. Each file is opened before anything is measured.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local registry = require "bakeoff.report.exports"

local exports = {}

local function field_of(export) return "export_" .. export.name end

local function option_of(export) return "--export-" .. export.name end

-- Opens the file now: otherwise a misspelt folder would cost the user the whole measurement.
local function writable(path)
   if path == "" then
      return nil, "the file name is empty; name a file"
   elseif path == "-" then
      return nil, "standard output belongs to the script; name a file"
   end
   local existed = core.file_kind(path)
   local file, message = io.open(path, "ab")
   if not file then
      return nil, ("cannot write %s; name a file in a folder that exists and is writable"):format(message)
   end
   file:close()
   if not existed then
      os.remove(path)
   end
   return path
end

local function writable_or_stdout(path)
   if path == "-" then
      return path
   end
   return writable(path)
end

--- Adds the options to a parser; returns their group of the help, for arguments.add_groups: { heading,
-- option, … }. with_stdout: "-" stands for standard output.
function exports.define(parser, with_stdout)
   local group = { with_stdout and "Exports (a FILE of - means standard output)" or "Exports" }
   for index, export in ipairs(registry.LIST) do
      group[index + 1] = parser:option(option_of(export), export.about):argname "FILE"
         :convert(with_stdout and writable_or_stdout or writable):overwrite(false)
   end
   return group
end

--- The exports that a parsed command line asks for: list of { name, path, option }; and whether one of them
-- takes standard output. Raises (usage) if two do.
function exports.wanted(args)
   local list, taken = {}, nil
   for _, export in ipairs(registry.LIST) do
      local path, option = args[field_of(export)], option_of(export)
      if path == "-" and taken then
         failure.usage("%s: %s already writes to standard output; give one of them a file", option, taken)
      end
      taken = path == "-" and option or taken
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
