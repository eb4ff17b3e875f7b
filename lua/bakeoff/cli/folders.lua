--- Finds the run folders that a path on the command line names.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"

local folders = {}

--- A path without trailing slashes.
function folders.plain(path) return (path:gsub("(.)/+$", "%1")) end

--- Raises (usage) if there is no such folder; returns its path without trailing slashes.
function folders.check(path)
   path = folders.plain(path)
   if core.file_kind(path) ~= "folder" then
      failure.usage("%s: no such folder; name a run folder, such as out/tickets", path)
   end
   local names, message = core.list(path)
   return names and path or failure.usage("%s; make the folder readable", message)
end

--- Folders one level below that hold any of these files, sorted by name.
function folders.below(path, names)
   local list = {}
   for _, entry in ipairs(core.list(path) or {}) do
      for _, name in ipairs(names) do
         if core.file_kind(("%s/%s/%s"):format(path, entry, name)) == "file" then
            list[#list + 1] = path .. "/" .. entry
            break
         end
      end
   end
   table.sort(list)
   return list
end

--- Does the folder hold this file?
function folders.has(path, name) return core.file_kind(path .. "/" .. name) == "file" end

return folders
