--- A short fingerprint of a text.

local fingerprint = {}

--- FNV-1a, 64 bits, folded: the same text gives the same eight letters.
function fingerprint.of(text)
   local hash = 0xcbf29ce484222325
   for at = 1, #text, 4096 do
      for _, byte in ipairs { text:byte(at, at + 4095) } do
         hash = (hash ~ byte) * 0x100000001b3
      end
   end
   return ("%08x"):format((hash >> 32) ~ (hash & 0xffffffff))
end

return fingerprint
