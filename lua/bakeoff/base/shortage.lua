--- Errors that are nobody's mistake: memory, descriptors, processes or disk space ran out. They can come up
-- anywhere, and a traceback through bakeoff's own files would only hide what the user can do about them.

local shortage = {}

-- How Lua, bakeoff and the C library (in the C locale) say it, at the end of a message.
local ENDS = { "not enough memory", "out of memory", "Out of memory", "Cannot allocate memory",
   "Too many open files", "Too many open files in system", "Resource temporarily unavailable",
   "No space left on device" }

--- The message without its position, if it is such an error; otherwise nil.
function shortage.message(text)
   local message = text:gsub("^[^\n]-:%d+: ", "")
   for _, ending in ipairs(ENDS) do
      if message:sub(-#ending) == ending and not message:find "\n" then
         return message
      end
   end
end

return shortage
