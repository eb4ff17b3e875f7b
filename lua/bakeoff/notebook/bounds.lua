--- How much one cell may show: a page is for reading, and stands in a repository. What is left out is said.

local numbers = require "bakeoff.base.numbers"

local bounds = {}

--- Most lines and bytes that a cell prints on its page, and most bytes of one value.
bounds.LINES, bounds.BYTES, bounds.VALUE_BYTES = 200, 20000, 4000

--- Most rows and columns of a table of values, and most bytes of a value in it.
bounds.ROWS, bounds.COLUMNS, bounds.CELL_BYTES = 100, 20, 200

--- Most values that a cell shows.
bounds.VALUES = 100

--- Counts what a cell prints.
function bounds.printed() return { lines = 0, bytes = 0, more_lines = 0, more_bytes = 0 } end

-- Cuts before a byte that continues a character.
local function cut(text, bytes)
   while bytes > 0 and (text:byte(bytes + 1) or 0) & 0xc0 == 0x80 do
      bytes = bytes - 1
   end
   return text:sub(1, bytes)
end

-- The part of a text that still has room. → text, its lines
local function fitting(text, lines, bytes)
   text = cut(text, math.min(bytes, #text))
   local count, at = 0, 0
   while true do
      at = text:find("\n", at + 1, true)
      if not at then
         return text, count
      end
      count = count + 1
      if count == lines then
         return text:sub(1, at), count
      end
   end
end

local function newlines(text) return select(2, text:gsub("\n", "")) end

--- Counts a text that was written. → the part of it that the page keeps
function bounds.add(printed, text)
   local kept, lines = "", 0
   if printed.more_bytes == 0 and printed.lines < bounds.LINES then
      kept, lines = fitting(text, bounds.LINES - printed.lines, bounds.BYTES - printed.bytes)
   end
   printed.lines, printed.bytes = printed.lines + lines, printed.bytes + #kept
   printed.more_lines = printed.more_lines + newlines(text) - lines
   printed.more_bytes = printed.more_bytes + #text - #kept
   return kept
end

--- The line about what the page leaves out.
function bounds.left_out(printed)
   return ("… %s more (%s), which the page leaves out\n"):format(numbers.plural(printed.more_lines, "line"),
      numbers.format(printed.more_bytes, "size"))
end

--- At most the first bytes of a value's text. most: bytes (default: VALUE_BYTES)
function bounds.value(text, most)
   most = most or bounds.VALUE_BYTES
   if #text <= most then
      return text
   end
   return ("%s… (%s more, which the page leaves out)"):format(cut(text, most),
      numbers.format(#text - most, "size"))
end

--- The line about values that the page leaves out.
function bounds.values_left_out(count)
   return ("… %s more, which the page leaves out\n"):format(numbers.plural(count, "value"))
end

return bounds
