--- Makes bakeoff write numbers with a decimal point even if the host or a script has called os.setlocale,
-- which changes string.format, tostring and the order of strings. This module wraps the functions that
-- scripts call and that write something. It costs a microsecond per call, and code that formats numbers
-- needs no care.

local core = require "bakeoff.core"

local locale = {}

--- The function, run in the C locale (of this thread alone).
function locale.plain(fn)
   return function(...)
      local _ <close> = core.locale "plain"
      return fn(...)
   end
end

--- Wraps every function of a table, in place. Returns the table.
function locale.plain_all(functions)
   for name, fn in pairs(functions) do
      functions[name] = type(fn) == "function" and locale.plain(fn) or fn
   end
   return functions
end

return locale
