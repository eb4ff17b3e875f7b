--- A short fingerprint of a text.

local core = require "bakeoff.core"

local fingerprint = {}

--- FNV-1a, 64 bits, folded: the same text gives the same eight letters.
function fingerprint.of(text)
   local hash = core.fnv1a(text)
   return ("%08x"):format((hash >> 32) ~ (hash & 0xffffffff))
end

return fingerprint
