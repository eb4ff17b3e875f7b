--- Which characters the fonts of this machine have. A character that none has spoils a whole PNG (pngcairo
-- then draws giant letters), so charts show □ in its place. fontconfig is asked once per process, and only
-- if a text has a character that isn't among our own.

local code_ranges = require "bakeoff.base.code_ranges"
local core = require "bakeoff.core"

local glyphs = {}

local MISSING = "□"
local OWN = "\u{a0}□·±×÷–—…≥≤≈≠→←−∞µσκ²°“”‘’„‚«»§äöüÄÖÜßéèàç" -- in every font of plots/style.gp
-- Without fontconfig's list: what these fonts have at least.
local USUAL = "20-7e a0-17f 370-3ff 400-45f 2010-2027 2190-2193 2200-22ff 25a0-25ff"

local NOTHING = { { 0x200b, 0x200f }, { 0x2060, 0x2060 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff } } -- no width

--- The characters of all fonts in fontconfig's words, "20-7e a0-377 37a" (hexadecimal, any number of lines):
-- list of { first, last }, sorted and disjoint.
function glyphs.coverage(words)
   local list, merged = code_ranges.read(words), {}
   table.sort(list, function(a, b) return a[1] < b[1] end)
   for _, range in ipairs(list) do
      local before = merged[#merged]
      if before and range[1] <= before[2] + 1 then
         before[2] = math.max(before[2], range[2])
      else
         merged[#merged + 1] = range
      end
   end
   return merged
end

-- Fonts of pictures in colour (emoji) can't be scaled.
local ASK = { "fc-list", "-f", "%{charset}\n", ":scalable=True:color=False" }

local of_machine

local function asked()
   if not of_machine then
      local result = core.command { argv = ASK, timeout = 10 }
      local said = result and result.stdout or ""
      of_machine = glyphs.coverage(said:find("%x") and said or USUAL)
   end
   return of_machine
end

local function shown(character, coverage)
   local code = utf8.codepoint(character)
   if code_ranges.contain(coverage or asked(), code) then
      return character
   end
   return code_ranges.contain(NOTHING, code) and "" or MISSING
end

-- Character → what is drawn for it by the fonts of this machine.
local known = {}
for _, code in utf8.codes(OWN) do
   known[utf8.char(code)] = utf8.char(code)
end

local FOREIGN = "[\xc2-\xf4][\x80-\xbf]+" -- one character that isn't ASCII

--- The text (UTF-8) with □ for each character that no font has. coverage: from glyphs.coverage; default: of
-- the fonts of this machine.
function glyphs.drawable(text, coverage)
   return (text:gsub(FOREIGN, function(character)
      if coverage then
         return shown(character, coverage)
      end
      known[character] = known[character] or shown(character)
      return known[character]
   end))
end

return glyphs
