--- The `bakeoff` command that belongs to these modules; scripts use it to run other scripts.

local core = require "bakeoff.core"

local own_command = {}

local function find()
   local prefix = core.prefix()
   for _, place in ipairs { "/bin/bakeoff", "/bakeoff" } do
      if prefix and core.file_kind(prefix .. place) == "file" then
         return prefix .. place
      end
   end
   return "bakeoff"
end

local path -- once it is known

--- Its path in the build tree or the installation; "bakeoff" if it is in neither.
function own_command.path()
   path = path or find()
   return path
end

return own_command
