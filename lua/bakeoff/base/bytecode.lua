--- The bytecode of a function without its place: no names, no line numbers. The same code gives the same
-- bytes when it moves within its file, when comments around it change, or when its script has further locals:
-- where the function finds its upvalues doesn't count, only where functions inside it find theirs.
--
-- Even a stripped dump has the lines on which each function begins and ends; they are cut out here. The
-- format is that of Lua 5.4 (ldump.c): a header, the number of upvalues, then a function with its inner
-- functions.

local bytecode = {}

local HEADER = "\27Lua\x54\0\x19\x93\r\n\x1a\n"
-- After the header: three sizes, an integer, a float, and the number of upvalues. Functions begin here.
local START = #HEADER + 3 + string.packsize "jn" + 2
local INSTRUCTION, UPVALUE = 4, 3 -- bytes

-- Sizes: 7 bits a byte, highest first; the last byte has bit 7 set.
local function size_at(dump, at)
   local size = 0
   while true do
      local byte = dump:byte(at)
      size, at = size << 7 | byte & 0x7f, at + 1
      if byte & 0x80 ~= 0 then
         return size, at
      end
   end
end

-- A text has its length plus one before it; 0 means that there is none.
local function after_text(dump, at)
   local size, start = size_at(dump, at)
   return start + math.max(size - 1, 0)
end

local function after_list(dump, at, width)
   local count, start = size_at(dump, at)
   return start + count * width
end

local WIDTHS = { [0x03] = string.packsize "j", [0x13] = string.packsize "n" } -- integers and floats
local TEXTS = { [0x04] = true, [0x14] = true }

local function after_constants(dump, at)
   local count
   count, at = size_at(dump, at)
   for _ = 1, count do
      local tag = dump:byte(at)
      at = TEXTS[tag] and after_text(dump, at + 1) or at + 1 + (WIDTHS[tag] or 0)
   end
   return at
end

local function after_names(dump, at)
   for _ = 1, 4 do -- lines, absolute lines, local variables, upvalues: empty lists in a stripped dump
      at = after_list(dump, at, 0)
   end
   return at
end

local function add_function(parts, dump, at, is_outer)
   local start = after_list(dump, after_list(dump, after_text(dump, at), 0), 0) -- file, first and last line
   at = after_list(dump, start + 3, INSTRUCTION) -- parameters, varargs, stack size; then the code
   local upvalues = after_constants(dump, at)
   at = after_list(dump, upvalues, UPVALUE)
   parts[#parts + 1] = dump:sub(start, is_outer and upvalues - 1 or at - 1)
   local count
   count, at = size_at(dump, at)
   parts[#parts + 1] = ("%d;"):format(count)
   for _ = 1, count do
      at = add_function(parts, dump, at)
   end
   return after_names(dump, at)
end

--- func: a Lua function. → its code as bytes, for comparison only: Lua can't load them.
function bytecode.of(func)
   local dump = string.dump(func, true)
   assert(dump:sub(1, #HEADER) == HEADER, "bytecode of another version of Lua")
   local parts = {}
   local last = add_function(parts, dump, START, true)
   assert(last == #dump + 1, "bytecode in an unknown form")
   return table.concat(parts)
end

return bytecode
