--- The colours of a heat map: light for the least, dark for the most, in steps of equal lightness, so that
-- they can be read in grey and by colour-blind readers. After the scale "cividis" (Nuñez, Anderton and
-- Renslow, "Optimizing colormaps with consideration for color vision deficiency", 2018), turned round.

local shades = {}

local ANCHORS = { 0xfee838, 0xbcae6c, 0x7d7c78, 0x424f6c, 0x00224e }
local BLACK, WHITE = 0x000000, 0xffffff

local function part(colour, shift) return colour >> shift & 0xff end

--- The colour of a share from 0 (least) to 1 (most).
function shades.at(share)
   local place = math.min(math.max(share, 0), 1) * (#ANCHORS - 1)
   local index = math.min(place // 1 | 0, #ANCHORS - 2)
   local from, to, between, colour = ANCHORS[index + 1], ANCHORS[index + 2], place - index, 0
   for shift = 16, 0, -8 do
      local value = part(from, shift) + (part(to, shift) - part(from, shift)) * between
      colour = colour | (value + 0.5) // 1 << shift
   end
   return colour
end

-- Luminance as in the Web Content Accessibility Guidelines 2.1.
local function luminance(colour)
   local sum = 0
   for shift, weight in pairs { [16] = 0.2126, [8] = 0.7152, [0] = 0.0722 } do
      local value = part(colour, shift) / 255
      sum = sum + weight * (value <= 0.03928 and value / 12.92 or ((value + 0.055) / 1.055) ^ 2.4)
   end
   return sum
end

local EQUAL = 0.1791 -- the luminance to which black and white have the same contrast

--- Black or white, whichever is easier to read on a colour.
function shades.ink(colour) return luminance(colour) > EQUAL and BLACK or WHITE end

return shades
