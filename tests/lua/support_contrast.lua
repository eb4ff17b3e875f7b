--- The contrast of two colours, as the Web Content Accessibility Guidelines 2 define it: from 1 to 21.
-- Colours are numbers (0xrrggbb) or texts ("#rrggbb").

local function number_of(colour) return type(colour) == "number" and colour or tonumber(colour:sub(2), 16) end

local function luminance(colour)
   local sum = 0
   for shift, weight in pairs { [16] = 0.2126, [8] = 0.7152, [0] = 0.0722 } do
      local part = (colour >> shift & 0xff) / 255
      sum = sum + weight * (part <= 0.03928 and part / 12.92 or ((part + 0.055) / 1.055) ^ 2.4)
   end
   return sum
end

return function(a, b)
   local x, y = luminance(number_of(a)), luminance(number_of(b))
   return (math.max(x, y) + 0.05) / (math.min(x, y) + 0.05)
end
