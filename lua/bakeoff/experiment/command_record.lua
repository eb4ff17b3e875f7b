--- The options of a program as a manifest may have them, since it gets published: without passwords, without
-- the folders of one machine.

local own_command = require "bakeoff.base.own_command"

local command_record = {}

local SECRET = { "token", "secret", "passw", "credential", "api_?key", "auth" }

local function is_secret(name)
   for _, pattern in ipairs(SECRET) do
      if name:lower():find(pattern) then
         return true
      end
   end
   return false
end

-- A password in a URL is none of a manifest's business.
local function without_password(value)
   if type(value) == "table" then
      local copy = {}
      for key, one in pairs(value) do
         copy[key] = without_password(one)
      end
      return copy
   end
   return type(value) == "string" and value:gsub("(%a[%w+.-]*://)[^/@%s]*@", "%1…@") or value
end

-- Nor where a script's folder and the command are on this machine: programs beside the script are named
-- from there, the command as users call it.
local function without_folder(value, folder)
   if type(value) == "table" then
      local copy = {}
      for key, one in pairs(value) do
         copy[key] = without_folder(one, folder)
      end
      return copy
   elseif value == own_command.path() then
      return "bakeoff"
   elseif type(value) == "string" and value:sub(1, #folder + 1) == folder .. "/" then
      return "{script_folder}" .. value:sub(#folder + 1)
   end
   return value
end

--- A copy of checked options, to be written down. folder: the script's, as an absolute path; nil where there
-- is none.
function command_record.of(options, folder)
   local record = without_password(options)
   record = folder and without_folder(record, folder) or record
   for name, value in pairs(record.env or {}) do
      record.env[name] = value and is_secret(name) and "…" or value
   end
   return record
end

return command_record
