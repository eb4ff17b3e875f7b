--- Removes what writers that were killed left in an experiment's `save` folder. A file is written beside its
-- place, as NAME.ID~, where ID is the number of the writing thread (core/output.c), and then renamed; so such
-- a file without that thread is half a file.

local core = require "bakeoff.core"
local files = require "bakeoff.base.files"

local saved_files = {}

-- A process that has ended keeps its number until its parent asks for it.
local function is_alive(writer)
   local status = files.read("/proc/" .. writer .. "/status")
   return status and not status:find "\nState:%s*[ZX]"
end

local function is_left(name)
   local writer = name:match "%.(%d+)~$"
   return writer and not is_alive(writer)
end

--- Removes half files from the folder; nil: there is no folder.
function saved_files.tidy(folder)
   for _, name in ipairs(folder and core.list(folder) or {}) do
      if is_left(name) then
         os.remove(folder .. "/" .. name)
      end
   end
end

return saved_files
