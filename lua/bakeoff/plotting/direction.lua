--- Text of scripts that are written from right to left, inside text from left to right: each such part is
-- isolated, so that it keeps its own order and nothing else changes its place. Without that, a title that
-- begins with it would be laid out from right to left.

local direction = {}

local LEFT_TO_RIGHT = "\u{200e}" -- Pango takes a line's direction from its first letter, even an isolated one
local FIRST, LAST = "\u{2068}", "\u{2069}" -- first strong isolate, pop directional isolate
local PERHAPS = "[\xd6-\xe0\xef]" -- bytes with which such characters begin
local RANGES = { { 0x590, 0x8ff }, { 0xfb1d, 0xfdff }, { 0xfe70, 0xfefc } }
local BETWEEN = "^[%s%d_./-]$" -- may stand inside such a part

local function is_from_right(code)
   for _, range in ipairs(RANGES) do
      if code >= range[1] and code <= range[2] then
         return true
      end
   end
   return false
end

-- The parts from right to left: first and last byte of each.
local function parts_of(text)
   local parts, open = {}, nil
   for at, code in utf8.codes(text) do
      if is_from_right(code) then
         if not open then
            open = { first = at }
            parts[#parts + 1] = open
         end
         open.last = utf8.offset(text, 2, at) - 1
      elseif not text:sub(at, at):find(BETWEEN) then
         open = nil
      end
   end
   return parts
end

--- The text (UTF-8) with its parts from right to left isolated, and marked as going from left to right.
function direction.isolated(text)
   if not text:find(PERHAPS) then
      return text
   end
   local pieces, done = {}, 0
   for _, part in ipairs(parts_of(text)) do
      pieces[#pieces + 1] = text:sub(done + 1, part.first - 1)
      pieces[#pieces + 1] = FIRST .. text:sub(part.first, part.last) .. LAST
      done = part.last
   end
   local mark = #pieces > 0 and LEFT_TO_RIGHT or ""
   return mark .. table.concat(pieces) .. text:sub(done + 1)
end

return direction
