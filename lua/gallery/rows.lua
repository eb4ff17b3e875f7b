--- Rows of a folder that the gallery keeps: all trials, and of the files with single jobs and readings only
-- the trials that a chart shows.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"
local trial_lines = require "bakeoff.runs.trial_lines"

local rows = {}

local WHOLE = { "manifest.json", "trials.jsonl", "order.json", "lines" }
local REDUCED = { "jobs.csv", "spans.csv", "memory.csv", "memory_processes.csv" }

--- Copies a file or a folder. Raises an error if that fails.
function rows.copy(from, to)
   local result, message = core.command { argv = { "cp", "-R", from, to }, timeout = 60 }
   assert(result and result.code == 0, message or result and result.stderr)
end

--- Notes which trials are read of each file, until the returned value is closed. Returns it and the notes:
-- path → key of a trial → true.
function rows.watch()
   local each, read = trial_lines.each, {}
   function trial_lines.each(path, wanted, visit)
      read[path] = read[path] or {}
      for key in pairs(wanted) do
         read[path][key] = true
      end
      return each(path, wanted, visit)
   end
   return setmetatable({}, { __close = function() trial_lines.each = each end }), read
end

-- The file's header and its lines of these trials.
local function reduced(path, wanted)
   local kept = { (files.read(path) or ""):match("^[^\n]*") }
   trial_lines.each(path, wanted, function(_, _, _, line) kept[#kept + 1] = line end)
   return table.concat(kept, "\n") .. "\n", #kept > 1
end

--- Replaces what `to` keeps by the rows of a fresh run in `from`. read: path in `from` → the trials of that
-- file to keep.
function rows.keep(from, to, read)
   core.remove_tree(to)
   assert(core.mkdirs(to))
   for _, name in ipairs(WHOLE) do
      if core.file_kind(from .. "/" .. name) then
         rows.copy(from .. "/" .. name, to .. "/" .. name)
      end
   end
   for _, name in ipairs(REDUCED) do
      local path = ("%s/%s"):format(from, name)
      local text, has_rows = reduced(path, read[path] or {})
      if has_rows then
         assert(files.write(("%s/%s"):format(to, name), text))
      end
   end
end

return rows
