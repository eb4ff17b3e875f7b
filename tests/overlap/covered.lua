--- How many characters of a text no font of this machine has; each is asked for by itself, once.

local core = require "bakeoff.core"

local covered = {}

local FONTS = ":scalable=True:color=False" -- pictures in colour (emoji) can't be scaled
local known = {}

local function has_font(code)
   local result = assert(core.command { timeout = 10,
      argv = { "fc-list", ("%s:charset=%x"):format(FONTS, code), "file" } })
   return result.stdout:find("%S") ~= nil
end

--- The number of such characters in a text (UTF-8).
function covered.missing(text)
   local count = 0
   for _, code in utf8.codes(text) do
      if code > 0x7e then
         if known[code] == nil then
            known[code] = has_font(code)
         end
         count = count + (known[code] and 0 or 1)
      end
   end
   return count
end

return covered
