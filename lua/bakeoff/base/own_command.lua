--- The command `bakeoff` that belongs to the modules in use, as a script needs it to run another script.

local core = require "bakeoff.core"

local own_command = {}

--- Its path: of the build tree or installed; "bakeoff" where it is in neither place.
function own_command.path()
   local prefix = core.prefix()
   for _, place in ipairs { "/bin/bakeoff", "/bakeoff" } do
      if prefix and core.file_kind(prefix .. place) == "file" then
         return prefix .. place
      end
   end
   return "bakeoff"
end

return own_command
