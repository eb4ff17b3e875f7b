--- The environment variables of a command.

local core = require "bakeoff.core"
local text = require "bakeoff.base.text"

local variables = {}

--- The bench's own environment with the changes in `env` (name → text, or false to remove it).
-- → list of "NAME=value", its PATH
function variables.of(env)
   local list, path = {}, nil
   for _, pair in ipairs(core.variables()) do
      if (env or {})[pair:match("^[^=]*")] == nil then
         list[#list + 1] = pair
      end
   end
   for _, name in ipairs(text.sorted_keys(env or {})) do
      if env[name] then
         list[#list + 1] = name .. "=" .. env[name]
      end
   end
   for _, pair in ipairs(list) do
      path = path or pair:match("^PATH=(.*)")
   end
   return list, path
end

return variables
