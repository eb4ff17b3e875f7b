--- Numbers with a point in all that bakeoff writes, also in a host or script that called os.setlocale:
-- string.format, tostring and the order of strings follow the locale. Functions that are called from scripts
-- and write, are wrapped here; it costs a microsecond per call and needs no care where a number is formatted.

local core = require "bakeoff.core"

local locale = {}

--- The function, run in the C locale (of this thread alone).
function locale.plain(fn)
   return function(...)
      local _ <close> = core.locale "plain"
      return fn(...)
   end
end

--- The same for every function of a table, in place. Returns the table.
function locale.plain_all(functions)
   for name, fn in pairs(functions) do
      functions[name] = type(fn) == "function" and locale.plain(fn) or fn
   end
   return functions
end

return locale
