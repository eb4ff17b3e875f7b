--- Finds the run folders that a path on the command line names.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local text = require "bakeoff.base.text"

local folders = {}

--- A path without trailing slashes.
function folders.plain(path) return (path:gsub("(.)/+$", "%1")) end

-- Names are printed with every file that is written.
local function check_name(path)
   if path:find("%c") then
      failure.usage("%s: the name contains control characters; rename the folder", text.printable(path))
   end
end

--- Raises (usage) if there is no such folder; returns its path without trailing slashes.
function folders.check(path)
   path = folders.plain(path)
   check_name(path)
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
            check_name(path .. "/" .. entry)
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
